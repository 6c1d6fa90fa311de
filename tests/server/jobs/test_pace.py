"""How many texts may start: a bucket that fills up, and a rest that an operator's clock ends."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.jobs.pace import Pace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_without_a_limit_there_is_room_for_all() -> None:
    pace = Pace(None)
    pace.took(1000)
    assert (pace.room(256, NOON), pace.full_until(NOON)) == (256, None)


@given(
    st.floats(0.1, 200),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=1, max_size=60),
)
def test_no_more_segments_than_the_rate_and_what_is_held(
    rate: float, turns: list[tuple[float, int]]
) -> None:
    """Texts of up to four parts: what was taken too much is waited for afterwards."""
    pace, now, out, most = Pace(rate), NOON, 0, 0
    for wait, parts in turns:
        now += timedelta(seconds=wait)
        room = pace.room(1, now)
        assert (room == 0) == (pace.full_until(now) is not None)
        if room:
            pace.took(parts)
            out, most = out + parts, max(most, parts)
    passed = (now - NOON).total_seconds()
    assert out <= passed * rate + max(1, rate / 2) + most


def test_the_whole_rate_is_used_by_whoever_comes_when_there_is_room() -> None:
    pace, now, out = Pace(10), NOON, 0
    while now < NOON + 100 * SECOND:
        room = pace.room(256, now)
        pace.took(room)
        out += room
        now = pace.full_until(now) or now
    assert out >= 1000


def test_a_late_press_waits_behind_no_more_than_half_a_seconds_worth() -> None:
    assert Pace(10).room(256, NOON) == 5


def test_after_a_429_everything_waits_and_a_clock_set_back_ends_it() -> None:
    pace = Pace(None)
    assert pace.room(9, NOON) == 9
    pace.rest(3 * SECOND, NOON)
    pace.rest(SECOND, NOON)
    assert pace.room(9, NOON + 2 * SECOND) == 0
    assert pace.full_until(NOON + 2 * SECOND) == NOON + 3 * SECOND
    assert pace.room(9, NOON + SECOND) == 9, "the clock was set back"
    pace.rest(3 * SECOND, NOON + SECOND)
    assert pace.room(9, NOON + 4 * SECOND) == 9


class Limited:
    """A carrier with a bucket of one second's worth, and answers that are lost to chance."""

    def __init__(self, rate: float, refuses: float = 0.0) -> None:
        self._rate, self._refuses, self._chance = rate, refuses, Random("carrier")
        self._tokens, self._at = rate, NOON
        self.taken = self.refused = 0

    def takes(self, now: datetime) -> bool:
        filled = self._tokens + (now - self._at).total_seconds() * self._rate
        self._tokens, self._at = min(filled, self._rate), now
        taken = self._tokens >= 1 and self._chance.random() >= self._refuses
        self._tokens -= taken
        self.taken, self.refused = self.taken + taken, self.refused + (not taken)
        return taken


def burst(carrier: Limited, seconds: int) -> None:
    """Everything waits for the carrier; each answer takes a tenth of a second."""
    pace, now, jitter = Pace(None), NOON, Random("jitter")
    while now < NOON + seconds * SECOND:
        room = pace.room(256, now)
        pace.took(room)
        answered = now + SECOND / 10
        for taken in [carrier.takes(now) for _ in range(room)]:
            if taken:
                pace.accepted(1)
            else:
                pace.rest(timedelta(seconds=0.5 + jitter.random() / 2), answered)
        now = max(answered, pace.full_until(answered) or now)


@pytest.mark.parametrize(("rate", "share"), [(1.5, 0.88), (10, 0.95), (100, 0.95)])
def test_a_carrier_s_own_rate_is_learned_and_used(rate: float, share: float) -> None:
    carrier = Limited(rate)
    burst(carrier, 500)
    assert carrier.taken >= share * 500 * rate
    assert carrier.refused <= 0.1 * carrier.taken + 3 * 256


def test_refusals_by_chance_are_no_rate() -> None:
    carrier = Limited(1_000_000, refuses=0.2)
    burst(carrier, 60)
    assert carrier.taken >= 60 * 150, "all but the rests"
