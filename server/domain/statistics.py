"""Answer times of a period as two numbers that hold for few incidents and for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil


@dataclass(frozen=True)
class Times:
    """Of so many incidents: the middle one's seconds, and those that nine of ten stay below."""

    count: int
    p50_s: float | None
    p90_s: float | None


def times(spans: Sequence[float]) -> Times:
    return Times(len(spans), percentile(spans, 0.5), percentile(spans, 0.9))


def percentile(values: Sequence[float], share: float) -> float | None:
    """By nearest rank: always one that was measured."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def since_press(pressed_at: datetime, stored_at: datetime, then: datetime) -> float:
    """Seconds from the press. A phone's clock may be ahead: no press is later than its arrival."""
    return max(0.0, (then - min(pressed_at, stored_at)).total_seconds())
