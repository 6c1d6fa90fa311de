"""Every word through the catalogues; every colour readable, and switched while it is seen."""

import re
import string
from itertools import product
from pathlib import Path

import pytest

from mobile.core import strip
from mobile.core.looks import LOOK, OFFICE_ONLY, Middle, Tone
from shared import texts
from tests.mobile.contrast import contrast, hexed, shade

MOBILE = Path(__file__).parents[2] / "mobile"
KEY = re.compile(r'"(app\.[a-z_.]+)"')


def used_keys() -> set[str]:
    sources = [*MOBILE.rglob("*.py"), *MOBILE.rglob("*.kv")]
    found = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    return found - {"app.language"} | {f"app.language.{locale}" for locale in texts.LOCALES}


def catalogue(locale: str) -> dict[str, str]:
    return texts.strings("app", locale)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_looks_speak_only_in_keys_of_the_catalogue() -> None:
    said = {key for look in LOOK.values() for key in (look.title, look.detail)}
    said |= {key for pair in OFFICE_ONLY.values() for key in pair}
    said |= {key for title, detail, _, _ in strip.LINES.values() for key in (title, detail)}
    said |= set(strip.OBSTACLES.values())
    assert said | set(Middle) <= used_keys()


def test_every_key_in_the_program_is_in_the_catalogue_and_the_other_way_round() -> None:
    assert used_keys() == set(catalogue("en"))


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_language_says_everything_with_the_same_values(locale: str) -> None:
    english, other = catalogue("en"), catalogue(locale)
    assert all(other[key].strip() for key in english)
    words = {key for key in english if not key.startswith("app.language.")}
    if locale != "en":
        assert len({key for key in words if other[key] != english[key]}) > len(words) * 0.9
    for key, text in english.items():
        assert placeholders(other[key]) == placeholders(text), key
        assert "!" not in other[key]


def test_no_screen_holds_a_word_of_its_own() -> None:
    word = re.compile(r'(?:words|text|title|detail|name): "[^"]*[^\W\d_]')
    held = [
        line
        for path in MOBILE.rglob("*.kv")
        for line in path.read_text("utf-8").splitlines()
        if word.search(line) and 'say("' not in line
    ]
    assert held == []


def test_text_stands_out_seven_to_one_and_shapes_three_to_one(kivy_window: object) -> None:
    from mobile.views import theme

    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    for colours, tones in ((theme.CALM, theme.TONES), (theme.STRONG, theme.STRONG_TONES)):
        pairs = [(colours[text], colours[ground]) for text, ground in theme.PAIRS]
        pairs.append((tones[Tone.WAITING], colours["NIGHT"]))
        assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 7} == {}
        shapes = product(tones.values(), (colours["INK"], colours["NIGHT"]))
        assert all(contrast(tone, ground) >= 3 for tone, ground in shapes)


def test_a_look_is_switched_for_everything_that_is_already_drawn(kivy_window: object) -> None:
    from mobile.views.parts import ILabel, TextButton
    from mobile.views.theme import STRONG, look

    label, button = ILabel(words="a", locale="en"), TextButton(words="b", locale="en")
    before = label.color[:], button.ground[:]
    look.use(is_strong=True)
    during = hexed(label.color), hexed(button.ground)
    look.use(is_strong=False)
    assert during == (shade(STRONG["PAPER"]), shade(STRONG["RAISED"]))
    assert (label.color, button.ground) == before


def test_text_grows_at_once_and_no_further_than_twice(kivy_window: object) -> None:
    from kivy.base import EventLoop

    from mobile.views.parts import ILabel
    from mobile.views.theme import enlarge, look

    label, sizes = ILabel(words="a", locale="en"), {}
    for scale in (1.0, 1.5, 3.0, 1.0):
        enlarge(scale)
        EventLoop.idle()
        sizes[scale] = label.font_size, look.sp
    assert sizes == {1.0: (18, 1.0), 1.5: (27, 1.5), 3.0: (36, 2.0)}
