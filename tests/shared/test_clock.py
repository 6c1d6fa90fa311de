"""The system's clock speaks UTC."""

from datetime import UTC, datetime, timedelta

from shared.clock import Clock, SystemClock


def test_now_is_aware_in_utc_and_moves_with_the_system():
    clock: Clock = SystemClock()
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.utcoffset() == timedelta(0)
