"""How slowly a drill goes, and what its figures say."""

from datetime import timedelta

import pytest

from server.domain.drills import Figures, figures, spacing


@pytest.mark.parametrize(
    ("contacts", "rate", "seconds"),
    [(3, 10.0, 1.2), (1, 10.0, 0.4), (3, 1.0, 12), (3, None, 12), (0, None, 0)],
)
def test_a_drill_takes_half_of_what_the_sender_can_do(
    contacts: int, rate: float | None, seconds: float
) -> None:
    assert spacing(contacts, rate) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([], None),
        ([None, None], None),
        ([7], Figures(7, 7)),
        ([None, 1, 3], Figures(1, 3)),
        (list(range(1, 11)), Figures(5, 9)),
        (list(range(100, 0, -1)), Figures(50, 90)),
    ],
)
def test_figures_are_times_that_somebody_had(
    times: list[int | None], found: Figures | None
) -> None:
    assert figures(times) == found
