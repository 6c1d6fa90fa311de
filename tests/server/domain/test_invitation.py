"""When an invitation asks for something."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.invitation import Step, end_of, first_due, step

ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "then"), [(3, Step.REMIND), (29.99, Step.REMIND), (30, Step.END), (400, Step.END)]
)
def test_what_an_invitation_that_is_due_asks_for(days: float, then: Step) -> None:
    assert step(ASKED, ASKED + timedelta(days=days)) is then


def test_it_is_due_twice() -> None:
    assert first_due(ASKED) == ASKED + timedelta(days=3)
    assert end_of(ASKED) == ASKED + timedelta(days=30)
