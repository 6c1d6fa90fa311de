"""An open incident to damage, and no traceback in the log afterwards."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from server.domain.access import Role
from server.services import events, setup
from tests.server.web.malformed.scene import Scene
from tests.support import people
from tests.support.world import World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    ana, noor = world.activist(), world.staff()
    bo = world.activist("Bo", contacts=[])
    bo.phone.press(position=None)
    administrator = world.staff("Ada", role=Role.ADMINISTRATOR)
    ana.phone.press()
    link = world.carrier.expect(ana.contacts[0]).link
    now = world.clock.now()
    ids = [ana.phone.last, bo.phone.last]
    event = world.database.write(lambda tx: events.gather(tx, world.vault, None, ids, now))

    def offer(tx: Any) -> str:
        activist = setup.new_activist(tx, world.vault, world.office.id, "Sara", "tests", now)
        return setup.offer_pairing(
            tx, world.vault, activist, people.bundle("Sara", ()), "tests", now
        )

    code = world.database.write(offer)
    yield Scene(world, ana, bo, str(event), noor, administrator, link, code)
    world.carrier.read_all()


@pytest.fixture(autouse=True)
def _no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.ERROR)
    yield
    assert [record.getMessage() for record in caplog.records] == []
