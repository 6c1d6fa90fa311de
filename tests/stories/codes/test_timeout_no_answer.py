"""No answer: the text may be at the carrier, and only a proof keeps it from being sent again."""

import pytest

from tests.support import codes
from tests.support.world import World


@pytest.mark.parametrize("fault", ["hang_rate", "reset_rate"])
@pytest.mark.everywhere
def test_a_request_that_hangs_or_is_cut_is_made_again(patient: World, fault: str) -> None:
    ana = patient.activist()
    patient.carrier.trouble(**{fault: 1})
    ana.phone.press()
    assert codes.stands(patient, ana) == ("unknown", None)
    patient.carrier.trouble()
    patient.forward(seconds=5)
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert ana.phone.progress()["notified"] == 1


@pytest.mark.everywhere
def test_a_text_that_was_taken_is_found_in_the_list_and_not_sent_again(patient: World) -> None:
    ana = patient.activist()
    patient.carrier.trouble(accept_then_reset_rate=1)
    ana.phone.press()
    patient.carrier.trouble()
    patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert codes.stands(patient, ana) == ("unknown", None)
    patient.forward(hours=1)
    assert codes.stands(patient, ana) == ("sent", None)
    assert ana.phone.progress()["notified"] == 1


def test_a_receipt_proves_it_without_a_question(patient: World) -> None:
    ana = patient.activist()
    patient.carrier.trouble(accept_then_reset_rate=1)
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    patient.carrier.trouble(status=500)  # nothing that is asked now is answered
    text.receipt("delivered")
    patient.forward(minutes=5)
    assert codes.stands(patient, ana) == ("delivered", None)
