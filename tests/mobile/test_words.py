"""Every word through the catalogues, in the order the eye reads it; every colour readable."""

import re
import string
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core.looks import LOOK, OFFICE_ONLY, STRIP, Middle
from mobile.views.lines import shaped, turned, wrapped
from shared import texts

MOBILE = Path(__file__).parents[2] / "mobile"
KEY = re.compile(r'"(app\.[a-z_.]+)"')


def used_keys() -> set[str]:
    sources = [*MOBILE.rglob("*.py"), *MOBILE.rglob("*.kv")]
    found = {key for path in sources for key in KEY.findall(path.read_text("utf-8"))}
    return found | {f"app.language.{locale}" for locale in texts.SCREENS}


def catalogue(locale: str) -> dict[str, str]:
    return texts.strings("app", locale)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_looks_speak_only_in_keys_of_the_catalogue() -> None:
    said = {key for look in LOOK.values() for key in (look.title, look.detail)}
    said |= {key for pair in OFFICE_ONLY.values() for key in pair}
    said |= {key for title, detail, _, _ in STRIP.values() for key in (title, detail)}
    assert said | set(Middle) <= used_keys()


def test_every_key_in_the_program_is_in_the_catalogue_and_the_other_way_round() -> None:
    assert used_keys() == set(catalogue("en"))


@pytest.mark.parametrize("locale", texts.SCREENS)
def test_every_language_says_everything_with_the_same_values(locale: str) -> None:
    english, other = catalogue("en"), catalogue(locale)
    assert all(other[key].strip() for key in english)
    if locale != "en":
        own_words = {key for key in english if "language" not in key and other[key] != english[key]}
        assert len(own_words) > len(english) * 0.9
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


def drawn(text: str, width: int) -> list[str]:
    return [turned(line, "ar") for line in wrapped(shaped(text, "ar"), width, len)]


def test_arabic_lines_come_in_reading_order_and_digits_stay_as_they_are() -> None:
    several = drawn("لا اتصال منذ 12:45 ثم يعود", 12)
    assert len(several) > 1
    assert sum("12:45" in line for line in several) == 1
    assert several[0].endswith(drawn("لا", 12)[0])
    assert drawn("النداء 14:02", 100)[0].startswith("14:02")


@given(st.lists(st.text("abcde\u00a0", min_size=1), min_size=1), st.integers(1, 40))
def test_wrapping_loses_and_breaks_no_word(words: list[str], width: int) -> None:
    text = " ".join(words)
    drawn = wrapped(text, width, len)
    assert " ".join(drawn) == text
    assert all(len(line) <= width or " " not in line for line in drawn)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_text_stands_out_seven_to_one_and_shapes_three_to_one(kivy_window: object) -> None:
    from mobile.views import theme

    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert {pair: contrast(*pair) for pair in theme.PAIRS if contrast(*pair) < 7} == {}
    shapes = product(theme.TONES.values(), (theme.INK, theme.NIGHT))
    assert all(contrast(tone, ground) >= 3 for tone, ground in shapes)


def test_no_font_lacks_a_letter_of_its_languages(kivy_window: object) -> None:
    from arabic_reshaper import reshape
    from fontTools.ttLib import TTFont

    from mobile.views import theme

    for locale in texts.SCREENS:
        letters = set("".join(catalogue(locale).values())) | set(string.digits)
        letters -= set("".join(texts.say(f"app.language.{o}", o) for o in texts.SCREENS))
        letters = set(reshape("".join(sorted(letters)))) | letters
        for weight in ("Regular", "Bold"):
            font = theme.FONTS / f"{theme.font_name(locale)}-{weight}.ttf"
            known = TTFont(font).getBestCmap()
            assert {c for c in letters if ord(c) not in known} == set(), (locale, weight)
