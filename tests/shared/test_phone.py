"""Numbers as people type them, and as the wire carries them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import wire
from shared.phone import masked, normalised


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+12025550143", "+12025550143"),
        (" +1 (202) 555-0143 ", "+12025550143"),
        ("001 202.555.0143", "+12025550143"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("+33 6 39 98 00 01", "+33639980001"),
        ("\u202a+33\u00a06‑39\u201198/00 01\u202c", "+33639980001"),
        ("+٣٣ ٦٣٩٩٨٠٠٠١", "+33639980001"),
        ("＋３３６３９９８０００１", "+33639980001"),
    ],
)
def test_what_people_type(typed, number):
    assert normalised(typed) == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no number"),
        (" - ", "no number"),
        ("07700 900123", "country code"),
        ("7700900123", "country code"),
        ("+44 7700 9OO123", "only digits"),
        ("+44 7700 900123 ext 4", "only digits"),
        ("++447700900123", "only digits"),
        ("+0447700900123", "begin with 0"),
        ("+44770", "7 to 15"),
        ("+4477009001234567", "7 to 15"),
        ("+", "only digits"),
        ("00", "only digits"),
    ],
)
def test_what_cannot_be_a_number_says_why(typed, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        normalised(typed)
    assert not any(run in str(caught.value) for run in typed.split() if len(run) > 3)


@given(st.text() | st.from_regex(r"[+0-9 ().-]{0,20}"))
def test_a_normalised_number_is_one_for_the_wire(typed):
    try:
        number = normalised(typed)
    except ValueError:
        return
    assert msgspec.convert(number, wire.Phone) == number
    assert normalised(number) == number


def test_a_masked_number_shows_two_digits_and_no_length():
    assert masked("+12025550143") == "•••• 43"
    assert len(masked("+33639980001")) == len(masked("+2025550"))
