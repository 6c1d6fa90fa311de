"""21611: the sender's queue is full: the text is tried on, a call rings, the operator is paged."""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_it_is_tried_on_and_called_and_the_operator_is_paged(patient: World) -> None:
    ana = codes.refused(patient, 21611)
    watching = patient.watched()
    assert watching.look() == {Condition.SENDER_FULL}
    assert watching.operator.heard() == ["sender_full"]
    patient.carrier.expect_call(ana.contacts[0], "Ana needs help.")
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert codes.told(patient, ana, "refused") == [Said(21611, ("again", "call"))]
    patient.forward(minutes=16)
    assert watching.look() == set()
    assert watching.operator.heard() == ["mended: sender_full"]


def test_what_stops_being_useful_is_given_up(patient: World) -> None:
    ana = patient.activist()
    patient.carrier.trouble(code=21611)
    ana.phone.press()
    patient.carrier.expect_silence()
    patient.forward(hours=2, minutes=1)
    patient.carrier.trouble()
    patient.forward(hours=1)
    assert codes.stands(patient, ana) == ("failed", 21611)
