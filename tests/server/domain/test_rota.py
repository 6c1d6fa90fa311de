"""Who is on when, by the wall clock of the office, also in the nights when it jumps."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from server.domain.rota import Gap, Shift, Turn, following, gaps, on_duty, turns

DAKAR, WARSAW, CHATHAM = (
    ZoneInfo("Africa/Dakar"),
    ZoneInfo("Europe/Warsaw"),
    ZoneInfo("Pacific/Chatham"),
)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
# Day from six to six, night from six to six: every week, without a gap.
DAYS = [Shift(n, time(6), time(18), weekday=n) for n in range(7)]
NIGHTS = [Shift(7 + n, time(18), time(6), weekday=n) for n in range(7)]
ROUND_THE_CLOCK = [*DAYS, *NIGHTS]


def at(text: str, zone: ZoneInfo = WARSAW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_shift_of_every_week() -> None:
    (turn,) = on_duty(ROUND_THE_CLOCK, DAKAR, MONDAY + timedelta(hours=9))
    assert turn == Turn(MONDAY + timedelta(hours=6), MONDAY + timedelta(hours=18), 0)
    (turn,) = on_duty(ROUND_THE_CLOCK, DAKAR, MONDAY + timedelta(hours=3))
    assert turn.place == 13, "Sunday's night goes on until Monday morning"
    after = following(ROUND_THE_CLOCK, DAKAR, MONDAY + timedelta(hours=9))
    assert after is not None
    assert (after.place, after.starts_at) == (7, MONDAY + timedelta(hours=18))


def test_a_shift_ends_when_the_next_begins() -> None:
    change = MONDAY + timedelta(hours=18)
    assert [turn.place for turn in on_duty(ROUND_THE_CLOCK, DAKAR, change)] == [7]


def test_a_day_with_shifts_of_its_own_has_none_of_its_weekdays() -> None:
    holiday = Shift(20, time(0), time(0), day=date(2026, 3, 3))
    shifts = [*ROUND_THE_CLOCK, holiday]
    tuesday = MONDAY + timedelta(days=1)
    assert [turn.place for turn in on_duty(shifts, DAKAR, tuesday + timedelta(hours=9))] == [20]
    early = on_duty(shifts, DAKAR, tuesday + timedelta(hours=3))
    assert [turn.place for turn in early] == [7, 20], "Monday's night, and the holiday's"


@pytest.mark.parametrize(
    ("change", "zone"),
    [
        ("2026-03-29T02:00", WARSAW),  # two o'clock is three
        ("2026-10-25T03:00", WARSAW),  # three o'clock is two again
        ("2026-09-27T02:45", CHATHAM),  # a quarter to three is a quarter to four
        ("2026-04-05T03:45", CHATHAM),
    ],
)
@pytest.mark.parametrize("hour", [0, 2, 3, 6])
def test_when_the_clocks_change_somebody_is_on_at_every_moment(
    change: str, zone: ZoneInfo, hour: int
) -> None:
    shifts = [Shift(n, time(hour, 30), time(hour, 30), weekday=n) for n in range(7)]
    noon_before = at(change, zone).replace(minute=0) - timedelta(hours=30)
    until = noon_before + timedelta(days=4)
    assert gaps(shifts, zone, noon_before, until) == []
    for first, second in pairwise(turns(shifts, zone, noon_before, until)):
        assert first.ends_at == second.starts_at, "nobody is on twice"


def test_a_night_is_an_hour_shorter_in_spring_and_an_hour_longer_in_autumn() -> None:
    def night(day: str) -> timedelta:
        (turn,) = on_duty(NIGHTS, WARSAW, at(f"{day}T22:00"))
        return turn.ends_at - turn.starts_at

    assert night("2026-03-28") == timedelta(hours=11)
    assert night("2026-03-29") == timedelta(hours=12)
    assert night("2026-10-24") == timedelta(hours=13)


def test_a_shift_that_begins_in_the_hour_that_comes_twice_begins_once() -> None:
    shift = [Shift(0, time(2, 30), time(8), weekday=6)]
    found = turns(shift, WARSAW, at("2026-10-24T12:00"), at("2026-10-26T12:00"))
    assert [(turn.starts_at, turn.ends_at) for turn in found] == [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC))
    ]


def test_gaps_are_said() -> None:
    week = gaps(DAYS[:5], DAKAR, MONDAY, MONDAY + timedelta(days=7))
    assert week[0] == Gap(MONDAY, MONDAY + timedelta(hours=6))
    assert week[-1] == Gap(MONDAY + timedelta(days=4, hours=18), MONDAY + timedelta(days=7))
    assert len(week) == 6
    assert gaps(ROUND_THE_CLOCK, DAKAR, MONDAY, MONDAY + timedelta(days=7)) == []
    assert gaps([], DAKAR, MONDAY, MONDAY + timedelta(days=7)) == [], "no rota, no gap in it"
