"""When a contact is told of a move or of a battery: place, error and time in, a text out."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.delivery import (
    ALIKE_AN_HOUR,
    FOLLOW_UPS_AN_HOUR,
    KEPT_FREE,
    NEWS,
    Kind,
    has_room,
)
from server.domain.follow_ups import BETWEEN, LastTold, has_moved, news
from shared.wire import Position

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
METRE = 1 / 111_195  # of latitude, in degrees


def fix(metres: float, accuracy_m: float | None = 10.0) -> Position:
    return Position(lat=metres * METRE, lon=0, accuracy_m=accuracy_m, source="gps", at=AT)


@pytest.mark.parametrize(
    ("metres", "errors", "moved"),
    [
        (99, (10, 10), False),
        (101, (10, 10), True),
        (101, (50, 52), False),
        (101, (50, 50), True),
        (1500, (10, None), True),
        (900, (10, None), False),  # a phone that cannot say how sure it is may be a kilometre off
    ],
)
def test_a_move_is_beyond_both_errors_and_a_hundred_metres(metres, errors, moved):
    assert has_moved(fix(0, errors[0]), fix(metres, errors[1])) is moved


@pytest.mark.parametrize(
    ("since", "expected"),
    [(BETWEEN - timedelta(seconds=1), None), (BETWEEN, Kind.MOVED)],
)
def test_a_move_is_told_ten_minutes_after_the_last_place(since, expected):
    last = LastTold(AT, fix(0), low=False)
    assert news(last, fix(500), None, AT + since) is expected


@pytest.mark.parametrize("battery", [None, 0.151, 1.0])
def test_a_battery_that_is_not_low_is_no_news(battery):
    assert news(LastTold(AT, fix(0), low=False), fix(0), battery, AT) is None


def test_a_low_battery_is_news_at_once_and_once():
    assert news(LastTold(AT, fix(0), low=False), fix(500), 0.15, AT) is Kind.BATTERY_LOW
    assert news(LastTold(AT, fix(0), low=True), fix(0), 0.02, AT) is None


def test_the_first_place_is_news_at_once():
    nowhere = LastTold(AT, None, low=False)
    assert news(nowhere, fix(0), None, AT) is Kind.PLACE
    assert news(nowhere, None, None, AT + BETWEEN) is None


@pytest.mark.parametrize("kind", sorted(NEWS))
def test_news_leaves_room_for_who_acts(kind):
    assert has_room(kind, FOLLOW_UPS_AN_HOUR - KEPT_FREE - 1, 0)
    assert not has_room(kind, FOLLOW_UPS_AN_HOUR - KEPT_FREE, 0)
    assert has_room(Kind.LEADS, FOLLOW_UPS_AN_HOUR - KEPT_FREE, 0)


@pytest.mark.parametrize("kind", [Kind.LEADS, Kind.PLACE, Kind.MOVED])
def test_nobody_gets_more_than_so_many(kind):
    assert not has_room(kind, FOLLOW_UPS_AN_HOUR, 0)
    assert not has_room(kind, ALIKE_AN_HOUR, ALIKE_AN_HOUR)
