"""What a text costs, at the edges where a carrier begins another part."""

import pytest

from shared.texts import is_gsm7, segments
from shared.texts.parts import BASIC, EXTENSION

ROCKET = "\U0001f680"


def test_the_tables_hold_every_character_of_the_standard():
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize("character", "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà^{}\\[~]|€\n\r\f")
def test_these_are_gsm7(character):
    assert is_gsm7(character)


@pytest.mark.parametrize("character", "`±°’«»…–\u00a0êçôîûïëÀÈáíóú\tΑأЖ\x1b" + ROCKET)
def test_these_are_not(character):
    assert not is_gsm7(character)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 158 + "€", 160, 1),
        ("a" * 159 + "€", 161, 2),
        # Septet 153 would be an escape whose character stands in the next part: it moves as a pair.
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("a" * 151 + "€" + "a" * 153, 306, 2),
    ],
)
def test_parts_of_gsm7(text, units, parts):
    assert segments(text) == ("GSM-7", units, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("ж" * 70, 70, 1),
        ("ж" * 71, 71, 2),
        ("ж" * 134, 134, 2),
        ("ж" * 135, 135, 3),
        (ROCKET * 35, 70, 1),
        (ROCKET * 36, 72, 2),
        ("a" * 160 + "’", 161, 3),
        # A surrogate pair across units 67 and 68 moves as a pair.
        ("ж" * 66 + ROCKET + "ж" * 66, 134, 3),
        ("ж" * 65 + ROCKET + "ж" * 67, 134, 2),
    ],
)
def test_parts_of_ucs2(text, units, parts):
    assert segments(text) == ("UCS-2", units, parts)
