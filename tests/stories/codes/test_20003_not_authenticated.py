"""20003: nothing goes out until the operator mends it, and the operator hears of it at once."""

from server.domain.watch import Condition
from tests.support import codes
from tests.support.world import World


def test_the_operator_is_paged_and_the_text_goes_out_once_it_is_mended(patient: World) -> None:
    ana = patient.activist()
    watching = patient.watched()
    patient.carrier.trouble(code=20003)
    ana.phone.press()
    assert watching.look() == {Condition.CARRIER_REFUSES}
    assert watching.operator.heard() == ["carrier_refuses"]
    assert patient.caller.ask("GET", "/readyz").status == 503
    patient.forward(minutes=1)
    refusals = codes.told(patient, ana, "refused")
    assert len(refusals) >= 3
    assert set(refusals) == {codes.Said(20003, ("again",))}
    patient.carrier.trouble()
    patient.forward(minutes=1, seconds=15)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert watching.look() == set()
    assert watching.operator.heard() == ["mended: carrier_refuses"]
