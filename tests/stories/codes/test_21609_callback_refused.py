"""21609: the text goes out without our callback address, and its receipt is asked for."""

from tests.support import codes
from tests.support.waiting import until
from tests.support.world import World


def test_it_goes_out_at_once_and_the_operator_hears_of_the_address(patient: World) -> None:
    watching = codes.goes_without_it(patient, 21609)
    patient.forward(minutes=15)
    assert watching.look() == set()


def test_without_receipts_the_carrier_is_asked_what_became_of_it(patient: World) -> None:
    patient.receipts_come()
    ana = patient.activist()
    patient.carrier.trouble(code=21609)
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0])
    sandbox = patient.carrier.sandbox
    until(lambda: sandbox.messages()[0]["status"] == "delivered", "the sandbox")
    assert codes.stands(patient, ana) == ("sent", None)
    patient.forward(seconds=61)
    assert codes.stands(patient, ana) == ("delivered", None)
