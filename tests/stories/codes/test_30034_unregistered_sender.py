"""30034: the sender is not registered: an alarm for the operator, and the text is tried on."""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_the_alarm_comes_with_the_receipt_and_the_text_goes_out_again(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    text.receipt("failed", 30034)
    assert watching.look() == {Condition.CARRIER_REFUSES}
    assert watching.operator.heard() == ["carrier_refuses"]
    patient.forward(seconds=3)
    again = patient.carrier.expect(ana.contacts[0])
    assert again.body == text.body
    again.receipt("delivered")
    assert codes.told(patient, ana, "undelivered") == [Said(30034, ("again",))]
    assert watching.look() == set()


def test_texts_that_wait_for_the_operator_are_seen_beside_those_that_go_out(
    patient: World,
) -> None:
    ana, sara = patient.activist("Ana"), patient.activist("Sara")
    watching = patient.watched()
    ana.phone.press()
    sara.phone.press()
    patient.carrier.expect(sara.contacts[0]).receipt("delivered")
    patient.carrier.expect(ana.contacts[0]).receipt("failed", 30034)
    assert watching.look() == {Condition.SETUP_REFUSED}
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
