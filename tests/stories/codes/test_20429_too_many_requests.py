"""20429: it was not processed, so the same try waits and nothing is counted."""

import pytest

from tests.support import codes
from tests.support.world import World


@pytest.mark.everywhere
def test_it_waits_and_goes_out_as_if_nothing_had_been(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    patient.carrier.trouble(code=20429)
    ana.phone.press()
    patient.forward(minutes=1)
    assert codes.told(patient, ana, "refused") == []
    assert ana.phone.progress()["notified"] == 0
    assert watching.look() == set()
    patient.carrier.trouble()
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert codes.stands(patient, ana) == ("sent", None)


def test_however_often_it_was_refused_the_wait_does_not_grow(patient: World) -> None:
    ana, sara = patient.activist("Ana"), patient.activist("Sara")
    patient.carrier.trouble(code=20429)
    ana.phone.press()
    patient.forward(minutes=2)
    sara.phone.press()
    patient.carrier.trouble()
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    patient.carrier.expect(sara.contacts[0], "Sara needs help.")
