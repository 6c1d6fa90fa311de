"""30001: taken, and then dropped from a full queue: sent again, called, and the operator paged."""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_the_same_words_go_out_again_and_a_call_rings(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0], "/t#")
    for _ in range(2):
        text.receipt("failed", 30001)  # doubled, as receipts are
    assert watching.look() == {Condition.SENDER_FULL}
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(seconds=3)
    assert patient.carrier.expect(ana.contacts[0]).body == text.body
    assert codes.told(patient, ana, "undelivered") == [Said(30001, ("again", "call"))]
    assert ana.phone.progress()["notified"] == 1, "one contact was told, however often"
    patient.forward(minutes=16)
    assert watching.look() == set()
