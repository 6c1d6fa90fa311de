"""Text in the order the eye reads it, in letters as they are written, in every language."""

import string
from itertools import product

import pytest
from arabic_reshaper import reshape
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import pairing
from mobile.core.letters import DOMAINS
from mobile.views.lines import BREAK, ENDS, NOT_JOINED, shaped, turned, wrapped
from shared import texts

NUMBER = "+1 202 555 0134"
NAME = "أمينة"


def drawn(text: str, width: int = 1000, locale: str = "ar") -> list[str]:
    return [turned(line, locale) for line in wrapped(shaped(text), width, len)]


def said(locale: str) -> list[str]:
    return [text for domain in DOMAINS for text in texts.strings(domain, locale).values()]


def test_arabic_lines_come_in_reading_order_and_digits_stay_as_they_are() -> None:
    several = drawn("لا اتصال منذ 12:45 ثم يعود", 12)
    assert len(several) > 1
    assert sum("12:45" in line for line in several) == 1
    assert several[0].endswith(drawn("لا")[0])
    assert drawn("النداء 14:02")[0].startswith("14:02")


def test_numbers_brackets_and_latin_names_keep_their_order_among_arabic() -> None:
    (line,) = drawn(f"اتصل {NUMBER} (SMS) في 12:45 من Amina.")
    written = line.replace("\u00a0", " ")
    assert f"(SMS) {NUMBER} " in written
    assert written.startswith(".Amina ")
    assert written.index("Amina") < written.index("12:45") < written.index("(SMS)")


def test_an_address_keeps_its_dots_at_the_end_of_an_arabic_line() -> None:
    address = pairing.readable("https://help.example.org")
    assert drawn(address, 16) == drawn(address, 16, "en") == ["https://help.", "example.org"]


def test_an_arabic_name_in_an_english_line_is_turned_alone() -> None:
    (line,) = drawn(f"Call {NAME} (SMS) at 12:45, {NUMBER}.", locale="en")
    name = reshape(NAME)[::-1]
    assert line.replace("\u00a0", " ") == f"Call {name} (SMS) at 12:45, {NUMBER}."


def test_no_line_end_cuts_a_phone_number() -> None:
    assert NUMBER.replace(" ", "\u00a0") in wrapped(shaped(f"Call {NUMBER} now"), 5, len)


@given(st.lists(st.text("abcde\u00a0", min_size=1), min_size=1), st.integers(1, 40))
def test_wrapping_loses_and_breaks_no_word(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = wrapped(text, width, len)
    assert " ".join(lines) == text
    assert all(len(line) <= width or " " not in line for line in lines)


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_wrapping_keeps_every_letter_of_what_is_said(locale: str) -> None:
    for text, width in product(said(locale), (1, 7, 20)):
        lines = wrapped(text, width, len)
        assert "".join("".join(lines).split()) == "".join(text.replace(BREAK, "").split())


@pytest.mark.parametrize("width", range(1, 30))
def test_no_chinese_line_begins_with_an_end(width: int) -> None:
    lines = [line for text in said("zh") for line in wrapped(text, width, len)]
    assert [line for line in lines if line[0] in ENDS] == []
    assert max(map(len, lines)) > 1


def test_burmese_lines_end_between_words() -> None:
    assert wrapped(f"ရပ်{BREAK}ရန်{BREAK}ကုဒ်", 7, len) == ["ရပ်ရန်", "ကုဒ်"]


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_no_font_lacks_a_letter_of_its_languages(kivy_window: object, locale: str) -> None:
    from mobile.views import theme

    own_names = {texts.say(f"app.language.{other}", other) for other in texts.LOCALES}
    letters = set("".join(text for text in said(locale) if text not in own_names))
    letters |= set(string.digits) | set(texts.say(f"app.language.{locale}", locale))
    letters |= set(reshape("".join(sorted(letters))))
    letters -= {BREAK, NOT_JOINED, "\n"}
    for weight in ("Regular", "Bold"):
        font = theme.FONTS / f"{theme.font_name(locale)}-{weight}.ttf"
        known = TTFont(font).getBestCmap()
        assert {c for c in letters if ord(c) not in known} == set(), (locale, weight)


def columns(locale: str, words: str) -> list[int]:
    """How much ink a label has, column by column from its first to its last."""
    from mobile.views.parts import ILabel

    label = ILabel(locale=locale, words=words, wanted_sp=60, width=900)
    label.texture_update()
    wide, _ = label.texture.size
    alpha = label.texture.pixels[3::4]
    found = [sum(alpha[at::wide]) for at in range(wide)]
    inked = [at for at, ink in enumerate(found) if ink]
    return found[inked[0] : inked[-1] + 1]


def test_persian_letters_that_are_kept_apart_are(kivy_window: object) -> None:
    apart, joined = columns("fa", "می\u200cشود"), columns("fa", "میشود")
    assert apart.count(0) > joined.count(0)


def test_arabic_letters_are_joined(kivy_window: object) -> None:
    assert 0 not in columns("ar", "محمد")
    assert 0 in columns("ar", "دار")  # letters that join nothing behind them


def test_burmese_stacks_and_vowels_stand_where_they_belong(kivy_window: object) -> None:
    """Unshaped, a stack is drawn side by side, and the vowel that is read last also stands last."""
    alone, stack = columns("my", "က"), columns("my", "က္က")
    assert len(stack) < 1.3 * len(alone)
    before = columns("my", "ကေ")
    assert before[-len(alone) :] == alone
    assert before[: len(alone)] != alone


def test_a_name_in_another_script_has_its_letters(kivy_window: object) -> None:
    from mobile.views.theme import font_name

    assert font_name("en", "Amina") == font_name("en")
    assert font_name("en", f"Call {NAME}") == font_name("ar")
    assert font_name("ru", "အမည်") == font_name("my")
    assert font_name("ar", "የሰው") == font_name("am")


def test_text_has_room_beside_and_above_it(kivy_window: object) -> None:
    """The first and the last row and column of a label's picture hold no ink."""
    from mobile.views.parts import ILabel

    for locale, words in {"en": "Åjf", "ar": "أيّ", "my": "ကျွမ်းကြိုး", "am": "ሊጠብቅዎ"}.items():
        label = ILabel(locale=locale, words=words, wanted_sp=60, width=500)
        label.texture_update()
        wide, high = label.texture.size
        alpha = label.texture.pixels[3::4]
        edges = [alpha[:wide], alpha[-wide:], alpha[::wide], alpha[wide - 1 :: wide]]
        assert [max(edge) for edge in edges] == [0, 0, 0, 0], (locale, high)
