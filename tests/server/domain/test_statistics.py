"""Times by nearest rank, of few incidents and of many."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.statistics import percentile, since_press, times

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_middle_and_nine_of_ten() -> None:
    found = times([float(n) for n in range(1, 11)])
    assert (found.count, found.p50_s, found.p90_s) == (10, 5.0, 9.0)


def test_one_incident_is_both() -> None:
    assert (times([7.0]).p50_s, times([7.0]).p90_s) == (7.0, 7.0)


def test_none_is_no_time_at_all() -> None:
    assert (times([]).count, times([]).p50_s, times([]).p90_s) == (0, None, None)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_so_many_are_not_above_it(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_a_press_from_a_fast_clock_counts_from_its_arrival() -> None:
    second = timedelta(seconds=1)
    assert since_press(NOW - 5 * second, NOW, NOW + second) == 6.0
    assert since_press(NOW + 900 * second, NOW, NOW + second) == 1.0
    assert since_press(NOW, NOW, NOW - second) == 0.0
