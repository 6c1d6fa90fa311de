"""30006: a landline, or out of the carrier's reach: never a text again, but a call."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.waiting import until
from tests.support.world import World


@pytest.mark.everywhere
def test_a_call_rings_in_its_place(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    for status in ("undelivered", "undelivered", "sent"):  # doubled, and late
        text.receipt(status, 30006 if status == "undelivered" else None)
    patient.carrier.expect_call(ana.contacts[0], "Ana needs help.")
    assert codes.told(patient, ana, "undelivered") == [Said(30006, ("call",))]
    assert codes.stands(patient, ana) == ("undelivered", 30006)
    patient.forward(hours=3)
    patient.carrier.expect_silence()


def test_an_office_that_does_not_call_is_not_made_to(world: World) -> None:
    codes.let_ladders_wait(world, calls=False)
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("undelivered", 30006)
    world.forward(minutes=3)
    world.carrier.expect_silence()
    assert codes.told(world, ana, "undelivered") == [Said(30006)]


def test_where_no_receipt_comes_the_carrier_is_asked_and_the_call_rings_all_the_same(
    patient: World,
) -> None:
    patient.receipts_come()
    patient.carrier.trouble(callbacks="drop", code=30006)
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0])
    sandbox = patient.carrier.sandbox
    until(lambda: sandbox.messages()[0]["status"] == "undelivered", "the sandbox")
    patient.carrier.trouble()
    patient.forward(seconds=59)
    patient.carrier.expect_silence()
    patient.forward(seconds=2)
    patient.carrier.expect_call(ana.contacts[0])
    assert codes.stands(patient, ana) == ("undelivered", 30006)
