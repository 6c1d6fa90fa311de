"""What a contact's text message means, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.answers import START_WORDS, STOP_WORDS, Meaning, Reply, all_declined, read

ONES = ["1", "١", "۱", "१", "১", "፩", "１", "𝟏", "1️⃣", "①", "¹"]
TWOS = ["2", "٢", "۲", "२", "২", "２", "𝟐", "2️⃣", "②"]


@pytest.mark.parametrize("digit", ONES)
def test_a_one_of_any_script_acts(digit: str) -> None:
    assert read(digit) == Reply(Meaning.ACTING, None)


@pytest.mark.parametrize("digit", TWOS)
def test_a_two_of_any_script_cannot(digit: str) -> None:
    assert read(digit) == Reply(Meaning.CANNOT, None)


@pytest.mark.parametrize(
    "body", ["1 K7P", "1K7P", "1-k7p", " 1,  K7P!", "K7P 1", "k7p: 1", "1 K7P I am going", "١ K7P"]
)
def test_the_code_may_stand_before_or_behind(body: str) -> None:
    assert read(body) == Reply(Meaning.ACTING, "K7P")


@pytest.mark.parametrize(
    "body",
    ["", " ", "12", "21", "4", "0", "one", "10", "1 2", "?", "K7P", "11", "2026", "\0", "🆘"],
)
def test_what_is_no_answer_is_left_to_people(body: str) -> None:
    assert read(body).meaning is Meaning.OTHER


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_stop_words_in_any_case(word: str) -> None:
    assert read(f" {word.lower()} ").meaning is Meaning.STOP


@pytest.mark.parametrize("word", sorted(START_WORDS))
def test_start_words_in_any_case(word: str) -> None:
    assert read(word.title()).meaning is Meaning.START


@given(st.text(st.characters(), max_size=300))
def test_no_text_is_too_odd_to_read(body: str) -> None:
    reply = read(body)
    assert reply.meaning in Meaning
    assert reply.code is None or reply.meaning in (Meaning.ACTING, Meaning.CANNOT)


@given(st.text(st.characters(categories=["L", "Z", "P"]), max_size=100))
def test_without_a_digit_nothing_is_acknowledged(body: str) -> None:
    assert read(body).meaning not in (Meaning.ACTING, Meaning.CANNOT)


def test_all_declined_needs_somebody_and_everybody() -> None:
    assert all_declined(["cannot", "cannot"])
    assert not all_declined([])
    assert not all_declined(["cannot", None])
    assert not all_declined(["cannot", "acting"])
