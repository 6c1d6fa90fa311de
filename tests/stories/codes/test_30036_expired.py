"""30036: it waited at the carrier until it was no longer valid: again, by voice, and a page."""

from server.domain.watch import Condition
from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


def test_it_goes_out_again_and_a_call_rings_once(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0]).receipt("failed", 30036)
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.").receipt("failed", 30036)
    assert watching.look() == {Condition.SENDER_FULL}
    assert watching.operator.heard() == ["sender_full"]
    patient.forward(seconds=6)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.").receipt("delivered")
    patient.forward(hours=3)
    patient.carrier.expect_silence()
    assert codes.told(patient, ana, "undelivered") == [
        Said(30036, ("again", "call")),
        Said(30036, ("again",)),
    ]
