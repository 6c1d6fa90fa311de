"""20500 and every 5xx: it may have gone out, so the carrier is asked before it is said again."""

import pytest

from server.domain.watch import Condition
from tests.support import codes
from tests.support.world import World


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.everywhere
def test_unproven_it_is_sent_again_with_the_same_code(patient: World, status: int) -> None:
    ana = patient.activist()
    patient.carrier.trouble(status=status)
    ana.phone.press()
    assert codes.stands(patient, ana) == ("unknown", None)
    patient.carrier.trouble()
    patient.forward(seconds=3)
    patient.carrier.expect_silence()
    patient.forward(seconds=2)
    text = patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert text.code == patient.staff().incident(ana.phone.last)["code"]
    (unknown,) = patient.staff().timeline(ana.phone.last, "unknown")
    assert unknown["detail"]["contact"] == "contact 1"
    assert codes.told(patient, ana, "refused") == []


def test_it_is_tried_on_for_as_long_as_it_is_valid_and_the_operator_is_paged(
    patient: World,
) -> None:
    ana = patient.activist()
    watching = patient.watched()
    patient.carrier.trouble(code=20500)
    ana.phone.press()
    patient.forward(minutes=1)
    assert watching.look() == {Condition.CARRIER_UNREACHABLE}
    assert watching.operator.heard() == ["carrier_unreachable"]
    patient.carrier.trouble()
    patient.forward(minutes=1)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert watching.look() == set()
