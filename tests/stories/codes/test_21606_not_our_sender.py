"""21606: the sender is none of the account's, so no text goes out until that is mended."""

from server.domain.watch import Condition
from tests.support import codes
from tests.support.world import World


def test_every_contact_is_tried_on_until_an_operator_has_mended_it(patient: World) -> None:
    ana = patient.activist(contacts=["Ben", "Grace"])
    watching = patient.watched()
    patient.carrier.trouble(code=21606)
    ana.phone.press()
    assert watching.look() == {Condition.CARRIER_REFUSES}
    patient.forward(minutes=10)
    assert {said.code for said in codes.told(patient, ana, "refused")} == {21606}
    patient.carrier.expect_silence()
    patient.carrier.trouble()
    patient.forward(minutes=1, seconds=15)
    for one in ana:
        patient.carrier.expect(one, "Ana needs help.")
