"""House rules for the files that a browser loads: words, hosts, directions, sizes."""

import json
import re
import string
import wave
from pathlib import Path

import pytest

from server.domain.readiness import Mend
from server.web import pages
from server.web.mapdata import build as land
from server.web.sounddata import build as sounds
from shared import texts

TEMPLATES = sorted((pages.ROOM / "templates").glob("*.html"))
SCRIPTS = sorted(pages.STATIC.rglob("*.js"))
STYLES = sorted(pages.STATIC.rglob("*.css"))
KEY = re.compile(r'\bweb\.[a-z]+(?:_[a-z]+)*\.[a-z0-9_]+|(?<=say\(")contact\.[a-z0-9_]+')
WORLD = json.loads(land.OUTLINES.read_text())

# A script puts these together from what the server answers.
FROM_ANSWERS = {"gps", "network"}
FROM_THE_CARD = {"phone_me", "police", "lawyer", "medical", "first_hours"}


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(pages.ROOM).as_posix() for path in paths]


def keys_in_use() -> set[str]:
    used = {key for path in TEMPLATES + SCRIPTS for key in KEY.findall(path.read_text())}
    script = (pages.STATIC / "contact.js").read_text()
    short = set(re.findall(r'"([a-z_]+)"', script)) | FROM_ANSWERS
    short |= {f"card_{name}" for name in FROM_THE_CARD}
    known = set(texts.strings("contact", "en"))
    said = {f"web.readiness.{mend}" for mend in Mend}  # by the command line
    said |= {f"web.pages.{name or 'board'}" for name in ("", *pages.STAFF_PAGES)}  # by the bar
    return used | said | (known & {f"contact.{name}" for name in short})


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_key_in_use_has_its_text_and_every_text_its_use(locale: str) -> None:
    assert keys_in_use() == set(texts.strings("web", locale)) | set(
        texts.strings("contact", locale)
    )


def test_a_contact_s_page_says_only_what_the_catalogue_holds() -> None:
    script = (pages.STATIC / "contact.js").read_text()
    said = set(re.findall(r'(?:say|calm)\("([a-z_]+)"', script))
    assert len(said) > 20
    assert {f"contact.{name}" for name in said} <= set(texts.strings("contact", "en"))


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_translations_keep_the_placeholders(locale: str) -> None:
    def holes(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, other = (
        texts.strings("web", spoken) | texts.strings("contact", spoken) for spoken in ("en", locale)
    )
    assert {k: holes(v) for k, v in other.items()} == {k: holes(v) for k, v in english.items()}


@pytest.mark.parametrize("path", TEMPLATES + SCRIPTS + STYLES, ids=lambda path: path.name)
def test_nothing_is_asked_of_another_host(path: Path) -> None:
    text = path.read_text().replace('"http://www.w3.org/2000/svg"', "")
    assert not re.search(r"\bhttps?://|[\"'(]//\w", text)
    assert "@import" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_script_and_no_style_stand_in_a_page(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    for attributes in re.findall(r"<script([^>]*)>", html):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_never_turn_text_into_markup(path: Path) -> None:
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(markup, path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_know_no_left_and_no_right(path: Path) -> None:
    physical = r"\b(left|right|top|bottom)\b|^\s*(min-|max-)?(width|height):"
    assert not re.search(physical, path.read_text(), re.MULTILINE)


def test_the_outlines_stay_small_and_carry_their_licence() -> None:
    assert land.OUTLINES.stat().st_size < 450_000
    licence = (land.OUTLINES.parent / "LICENSE.txt").read_text()
    assert "Natural Earth" in licence
    assert "public domain" in licence


@pytest.mark.parametrize("kind", ["land", "borders"])
def test_no_outline_jumps_across_the_date_line(kind: str) -> None:
    quarter = 90 * WORLD["steps"]
    leaps = [step for line in WORLD[kind] for step in line[2::2] if abs(step) > quarter]
    assert len(leaps) == (1 if kind == "land" else 0)  # the edge below Antarctica


def test_every_ring_of_land_is_closed() -> None:
    for line in WORLD["land"]:
        assert (sum(line[2::2]), sum(line[3::2])) == (0, 0)


@pytest.mark.parametrize("name", ["alarm.wav", "answered.wav"])
def test_sounds_are_short_and_do_not_clip(name: str) -> None:
    with wave.open(str(sounds.SOUNDS / name)) as file:
        frames = file.readframes(file.getnframes())
        assert 0.3 < file.getnframes() / file.getframerate() < 2
    loudest = max(abs(sample) for sample in memoryview(frames).cast("h"))
    assert 5_000 < loudest < 32_700


def test_the_answer_is_softer_than_the_alarm() -> None:
    def energy(name: str) -> int:
        with wave.open(str(sounds.SOUNDS / name)) as file:
            frames = file.readframes(file.getnframes())
        return sum(sample * sample for sample in memoryview(frames).cast("h"))

    assert energy("answered.wav") * 8 < energy("alarm.wav")
