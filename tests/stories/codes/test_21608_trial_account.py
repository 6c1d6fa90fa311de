"""21608: a trial account texts verified numbers alone, so some texts go out and some do not."""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.world import World


@pytest.mark.everywhere
def test_the_alarm_comes_though_another_contact_is_texted(patient: World) -> None:
    ana = codes.refused(patient, 21608)
    sara = patient.activist("Sara")
    watching = patient.watched()
    sara.phone.press()
    patient.carrier.expect(sara.contacts[0], "Sara needs help.")
    assert watching.look() == {Condition.SETUP_REFUSED}
    assert watching.operator.heard() == ["setup_refused"]
    assert patient.caller.ask("GET", "/readyz").status == 200, "texts go out"
    patient.forward(seconds=3)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert codes.told(patient, ana, "refused") == [codes.Said(21608, ("again",))]
    assert watching.look() == set()
    assert watching.operator.heard() == ["mended: setup_refused"]
