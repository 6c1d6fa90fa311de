"""Whom staff may text and call by hand, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.incident import State
from server.domain.office_texts import (
    CALL_GAP,
    CLOCK_DRIFT,
    TEXTS_AN_HOUR,
    Left,
    is_echo,
    is_past,
    left_out,
    may_reach,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
def test_contacts_are_reached_between_the_countdown_and_the_end(state: State) -> None:
    assert may_reach(state) == (state in {"open", "acknowledged", "claimed_safe"})


@pytest.mark.parametrize(
    ("opted_out", "told", "may_be_told", "texts", "left"),
    [
        (False, True, False, 0, None),
        (False, False, True, 0, None),
        (False, False, False, 0, Left.NOT_TOLD),
        (True, True, True, 0, Left.STOPPED),
        (True, False, False, TEXTS_AN_HOUR, Left.STOPPED),
        (False, True, True, TEXTS_AN_HOUR - 1, None),
        (False, True, True, TEXTS_AN_HOUR, Left.ENOUGH),
    ],
)
def test_who_is_left_out_and_why(
    opted_out: bool, told: bool, may_be_told: bool, texts: int, left: Left | None
) -> None:
    why = left_out(opted_out=opted_out, told=told, may_be_told=may_be_told, texts_this_hour=texts)
    assert why is left


def test_a_second_press_on_call_is_an_echo() -> None:
    assert not is_echo(None, NOON)
    assert is_echo(NOON, NOON + CALL_GAP - timedelta(seconds=1))
    assert not is_echo(NOON, NOON + CALL_GAP)


def test_a_call_was_made_between_the_press_and_now() -> None:
    now = NOON + timedelta(hours=1)
    assert is_past(NOON, NOON, now)
    assert is_past(now + CLOCK_DRIFT, NOON, now)
    assert not is_past(now + CLOCK_DRIFT + timedelta(seconds=1), NOON, now)
    assert not is_past(NOON - timedelta(seconds=1), NOON, now)
