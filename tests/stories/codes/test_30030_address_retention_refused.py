"""30030: the account cannot hide numbers: this one goes without the flag, at once, and its words
are deleted there once it is over.
"""

from tests.support import codes
from tests.support.waiting import until
from tests.support.world import World


def test_the_receipts_of_what_was_sent_without_it_count(patient: World) -> None:
    codes.goes_without_it(patient, 30030)
    (text,) = patient.carrier.texts()
    text.receipt("undelivered", 30006)
    patient.carrier.expect_call(text.to, "Ana needs help.")


def test_a_carrier_that_errs_is_asked_again_to_delete_it_after_a_restart_too(
    patient: World,
) -> None:
    text = codes.over_without_it(patient, 30030)
    patient.carrier.trouble(status=500)
    text.receipt("delivered")
    patient.forward(minutes=3)
    assert patient.carrier.sandbox.copy_of(text.sid) == text.body
    patient.carrier.trouble()
    patient.start_relay()
    patient.forward(minutes=5)
    assert patient.carrier.sandbox.copy_of(text.sid) == ""


def test_a_text_whose_answer_was_lost_is_deleted_as_well(patient: World) -> None:
    patient.receipts_come()
    ana = patient.activist()
    patient.carrier.trouble(code=30030, accept_then_reset_rate=1, callbacks="drop")
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    sandbox = patient.carrier.sandbox
    until(lambda: sandbox.messages()[0]["status"] == "delivered", "the sandbox")
    patient.carrier.trouble()
    patient.forward(seconds=5)
    assert codes.stands(patient, ana) == ("sent", None), "found in the carrier's list"
    text.receipt("delivered")
    assert sandbox.copy_of(text.sid) == ""
