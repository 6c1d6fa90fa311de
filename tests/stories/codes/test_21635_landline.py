"""21635: a landline is called at once, and by the ladder once more where nobody picked up."""

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


def test_it_is_called_at_once_and_never_texted_again(patient: World) -> None:
    ana = codes.refused(patient, 21635)
    patient.carrier.expect_call(ana.contacts[0], "Ana needs help.")
    assert codes.told(patient, ana, "refused") == [Said(21635, ("call",))]
    patient.forward(hours=3)
    patient.carrier.expect_silence()
    assert codes.stands(patient, ana) == ("failed", 21635)


def test_the_ladder_goes_on_from_the_text_that_it_never_got(world: World) -> None:
    world.ladder()
    ana = codes.refused(world, 21635, rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    world.carrier.expect_call(ben).receipt("no-answer")
    world.forward(seconds=89)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    world.carrier.expect_call(ben)
    world.carrier.expect(grace, "Ana needs help.").reply("1")
    world.carrier.read_all()
