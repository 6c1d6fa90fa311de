"""Who may take what out alone: a table of few rows, and everything else takes two."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.domain.errors import NotAllowed
from server.domain.export import FORMS, State, What, needs_second, require, standing

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ALONE = {
    # what, names, works it, is final
    (What.INCIDENT, False, True, False),
    (What.INCIDENT, False, True, True),
    *(
        (What.URGENT_ACTION, names, works, True)
        for names, works in product((True, False), repeat=2)
    ),
}


@pytest.mark.parametrize("case", list(product(What, *[(True, False)] * 3)))
def test_all_but_two_things_take_a_second_officer(case: tuple[What, bool, bool, bool]) -> None:
    what, names, works_it, is_final = case
    needed = needs_second(what, names=names, works_it=works_it, is_final=is_final)
    assert needed == (case not in ALONE)


@pytest.mark.parametrize("state", State)
def test_only_what_waits_or_is_approved_expires(state: State) -> None:
    gone = standing(state, NOW, NOW)
    assert (gone is State.EXPIRED) == (state in (State.WAITING, State.APPROVED, State.EXPIRED))
    assert standing(state, NOW + timedelta(seconds=1), NOW) is state


def test_every_kind_has_its_forms() -> None:
    assert FORMS.keys() == set(What)
    assert all(FORMS.values())


def test_a_step_from_the_wrong_state_is_refused() -> None:
    require(State.WAITING, State.WAITING)
    with pytest.raises(NotAllowed):
        require(State.FETCHED, State.APPROVED)
