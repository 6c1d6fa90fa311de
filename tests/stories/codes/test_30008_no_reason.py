"""30008: it did not arrive, and nobody says why: one more try, and a call beside it."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_it_is_tried_twice_and_called_once(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    first = patient.carrier.expect(ana.contacts[0], "/t#")
    first.receipt("undelivered", 30008)
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(seconds=3)
    second = patient.carrier.expect(ana.contacts[0])
    assert second.body == first.body
    second.receipt("undelivered", 30008)
    patient.forward(hours=3)
    patient.carrier.expect_silence()
    assert codes.told(patient, ana, "undelivered") == [
        Said(30008, ("again", "call")),
        Said(30008),
    ]
    assert codes.stands(patient, ana) == ("undelivered", 30008)


def test_the_second_one_may_arrive(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0]).receipt("undelivered", 30008)
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0]).receipt("delivered")
    assert codes.stands(patient, ana) == ("delivered", None)
    assert ana.phone.progress()["delivered"] == 1
