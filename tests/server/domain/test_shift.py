"""When a shift goes on, and when it has ended without a word."""

from datetime import UTC, datetime, timedelta

from server.domain.shift import LEFT_AFTER, TOLD_FOR, end_of, has_left, is_told

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)


def test_a_laptop_may_sleep_for_a_while_and_not_for_longer() -> None:
    assert not has_left(NOW - LEFT_AFTER + A_MOMENT, NOW)
    assert has_left(NOW - LEFT_AFTER, NOW)


def test_a_shift_that_was_handed_over_ended_then_whatever_came_after() -> None:
    ended = NOW - timedelta(hours=1)
    assert end_of(ended, NOW, True, NOW) == ended


def test_it_goes_on_while_the_session_stands_and_a_board_is_seen() -> None:
    assert end_of(None, NOW - A_MOMENT, True, NOW) is None


def test_otherwise_it_ended_when_the_board_was_last_seen() -> None:
    assert end_of(None, NOW - A_MOMENT, False, NOW) == NOW - A_MOMENT
    assert end_of(None, NOW - LEFT_AFTER, True, NOW) == NOW - LEFT_AFTER


def test_an_absence_of_more_than_a_week_is_not_told() -> None:
    assert is_told(NOW - TOLD_FOR + A_MOMENT, NOW)
    assert not is_told(NOW - TOLD_FOR, NOW)
