"""The job that checks numbers asks the carrier once about each, and again where it was away."""

from datetime import timedelta

from server.db import Transaction
from server.domain.reach import Reach
from server.jobs.invitations import Invitations
from server.services import consents, setup
from tests.support import people
from tests.support.world import World


class Desk:
    """A carrier that knows numbers, or is away."""

    def __init__(self) -> None:
        self.says: Reach | None = None
        self.asked: list[str] = []

    async def reach_of(self, phone: str) -> Reach | None:
        self.asked.append(phone)
        return self.says

    async def close(self) -> None:
        pass


def test_a_carrier_that_is_away_is_asked_again_a_minute_later(world: World) -> None:
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    now = world.clock.now()
    desk = Desk()
    job = Invitations(world.database, world.vault, desk, world.clock)

    def enrol(tx: Transaction) -> str:
        activist = setup.new_activist(tx, world.vault, world.office.id, "Ana", "tests", now)
        one = [ben.on_the_wire()]
        consents.invite(tx, world.vault, activist, world.office.id, "Dakar office", one, now)
        return activist

    activist = world.database.write(enrol)

    def turn() -> Reach:
        world.run(lambda relay: job.turn())
        with world.database.read() as tx:
            return consents.stands(tx, activist)[ben.id].reach

    assert turn() is Reach.UNKNOWN
    desk.says = Reach.LANDLINE
    assert turn() is Reach.UNKNOWN
    assert desk.asked == [ben.phone]
    world.clock.forward_to(now + timedelta(minutes=2))
    assert turn() is Reach.LANDLINE
    desk.says = Reach.MOBILE
    assert turn() is Reach.LANDLINE
    assert desk.asked == [ben.phone] * 2
    world.carrier.expect(ben, "asks to text you")
