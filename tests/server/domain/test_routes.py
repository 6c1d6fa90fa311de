"""Which way a text goes: rows by country, what failed is avoided, what is down is left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.routes import (
    FAILING_FOR,
    LEAST_FAILURES,
    TRY_AGAIN_AFTER,
    Choice,
    Health,
    Hop,
    Routes,
    after,
    choose,
    is_down,
    passed,
    tried,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
A, B, C = Hop("a"), Hop("b"), Hop("c")
ROW = (A, B, C)
names = st.sets(st.sampled_from(["a", "b", "c"]))


@pytest.mark.parametrize(
    ("phone", "row"),
    [("+213661", (B,)), ("+21", (A,)), ("+2136", (B,)), ("+33639980001", (C,)), ("+33", (A,))],
)
def test_the_longest_prefix_wins(phone: str, row: tuple[Hop, ...]) -> None:
    assert Routes({"": (A,), "+213": (B,), "+3363998": (C,)}).of(phone) == row


@pytest.mark.parametrize(
    ("avoided", "down", "choice"),
    [
        ([], [], Choice(A, 2, False)),
        (["a"], [], Choice(B, 1, True)),
        ([], ["a"], Choice(B, 1, True)),
        (["a"], ["b"], Choice(C, 0, True)),
        (["a", "b"], ["c"], Choice(A, 0, False)),
        ([], ["a", "b", "c"], Choice(A, 0, False)),
        (["a", "b", "c"], [], Choice(A, 0, False)),
    ],
)
def test_a_way_for_a_text(avoided: list[str], down: list[str], choice: Choice) -> None:
    assert choose(ROW, avoided, down) == choice


@given(names, names)
def test_a_text_that_fails_everywhere_comes_to_an_end(avoided: set[str], down: set[str]) -> None:
    """While others are left it moves on at once: each time to one it was not tried by."""
    tried_by = " ".join(sorted(avoided))
    for _ in range(len(ROW)):
        choice = choose(ROW, tried_by.split(), down)
        if not choice.others:
            return
        assert choice.hop.way not in tried_by.split()
        tried_by = passed(tried_by, choice.hop.way, choice.others)
    raise AssertionError("it moves on for ever")


def test_when_all_were_tried_they_begin_anew_but_not_with_the_last() -> None:
    assert passed("", "a", 1) == "a"
    assert passed("a", "b", 1) == "a b"
    assert passed("a b", "c", 0) == "c"


def failing(times: int, started: datetime, now: datetime) -> Health:
    health = Health()
    for _ in range(times):
        health = after(health, worked=False, started=started, now=now)
    return health


def test_a_few_failures_for_a_few_seconds_are_evidence() -> None:
    later = NOON + FAILING_FOR
    assert not is_down(failing(LEAST_FAILURES - 1, NOON, NOON), later)
    assert not is_down(failing(LEAST_FAILURES, NOON, NOON), later - timedelta(microseconds=1))
    assert is_down(failing(LEAST_FAILURES, NOON, NOON), later)
    assert is_down(failing(LEAST_FAILURES, NOON, later), later), "they hung for as long"


def test_one_success_clears_it() -> None:
    health = after(failing(9, NOON, NOON), worked=True, started=NOON, now=NOON)
    assert not is_down(health, NOON + timedelta(minutes=1))


def test_after_a_while_one_text_tries_it_and_the_next_wait_again() -> None:
    health, later = failing(LEAST_FAILURES, NOON, NOON), NOON + TRY_AGAIN_AFTER
    assert not is_down(health, later)
    health = tried(health, later)
    assert is_down(health, later)
    assert not is_down(health, later + TRY_AGAIN_AFTER)
    assert tried(Health(), later) == Health()
