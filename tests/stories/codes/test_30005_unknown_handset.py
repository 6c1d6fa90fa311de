"""30005: nobody has that number: the text is not said again, and the code itself calls nobody."""

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


def test_it_ends_there_and_the_board_shows_it(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0]).receipt("undelivered", 30005)
    assert codes.told(patient, ana, "undelivered") == [Said(30005)]
    assert codes.stands(patient, ana) == ("undelivered", 30005)
    assert watching.look() == set()
    patient.forward(hours=3)
    patient.carrier.expect_silence()


def test_the_ladder_goes_on_with_the_next_ring(world: World) -> None:
    world.ladder(calls=False)
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    world.carrier.expect(ben).receipt("undelivered", 30005)
    world.forward(seconds=89)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    world.carrier.expect(grace, "Ana needs help.")
