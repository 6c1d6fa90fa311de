"""What the phone may know: frozen by a stop, whatever happens afterwards in whatever order."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import Transaction
from server.domain.incident import State
from server.services import phone_views
from tests.support.people import DURESS_CODE, STOP_CODE, Activist
from tests.support.world import World

Change = Callable[[Transaction, str, int], None]
CHANGES: dict[str, Change] = {
    "open": lambda tx, incident, seq: phone_views.set_state(tx, incident, State.OPEN, seq),
    "acknowledged": lambda tx, incident, seq: phone_views.set_state(
        tx, incident, State.ACKNOWLEDGED, seq
    ),
    "taken": phone_views.take,
    "notified": lambda tx, incident, seq: phone_views.count(tx, incident, "notified", seq),
    "delivered": lambda tx, incident, seq: phone_views.count(tx, incident, "delivered", seq),
    "acts": lambda tx, incident, seq: phone_views.count(tx, incident, "acknowledged", seq),
    "gives up": lambda tx, incident, seq: phone_views.count(
        tx, incident, "acknowledged", seq, more=-1
    ),
}


@pytest.fixture(params=[STOP_CODE, DURESS_CODE])
def stopped(world: World, request: pytest.FixtureRequest) -> Activist:
    ana = world.activist(contacts=[])
    ana.phone.press(countdown=10)
    ana.phone.stop(request.param)
    return ana


@given(changes=st.lists(st.sampled_from(sorted(CHANGES)), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_the_offices_end_shows_after_a_stop(
    world: World, stopped: Activist, changes: list[str]
) -> None:
    before = stopped.phone.progress()

    def unit(tx: Transaction) -> None:
        for change in changes:
            CHANGES[change](tx, stopped.phone.last, 10_000)
        assert phone_views.changed_since(tx, 9_999) == []

    world.database.write(unit)
    assert stopped.phone.progress() == before


def test_a_close_shows_and_a_reopening_thaws(world: World, stopped: Activist) -> None:
    noor = world.staff()
    noor.close(stopped.phone.last)
    assert stopped.phone.progress()["state"] == "closed"
    noor.reopen(stopped.phone.last)
    assert stopped.phone.progress()["state"] == "open"
    noor.take(stopped.phone.last)
    assert stopped.phone.progress()["office"] is True
