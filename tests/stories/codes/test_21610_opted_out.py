"""21610: the number said STOP to the carrier: no more texts, a call, and the office sees why."""

import pytest

from tests.support import codes
from tests.support.codes import Said
from tests.support.world import World


@pytest.mark.everywhere
def test_no_text_is_tried_again_and_a_call_rings(patient: World) -> None:
    ana = codes.refused(patient, 21610)
    watching = patient.watched()
    call = patient.carrier.expect_call(ana.contacts[0], "Ana needs help.")
    assert codes.told(patient, ana, "refused") == [Said(21610, ("call",))]
    assert codes.stands(patient, ana) == ("failed", 21610)
    assert watching.look() == set(), "it is nobody's fault"
    patient.forward(hours=3)
    patient.carrier.expect_silence()
    call.press("1")
    assert ana.phone.progress()["state"] == "acknowledged"


def test_it_is_shown_and_the_next_alert_does_not_try_that_number(patient: World) -> None:
    ana = codes.refused(patient, 21610)
    patient.carrier.expect_call(ana.contacts[0])
    (shown,) = ana.phone.caller.ask("GET", "/v1/profile/standing").ok()["contacts"]
    assert (shown["opted_out"], shown["reachable"]) == (True, False)
    noor = patient.staff()
    noor.close(ana.phone.last)
    assert ana.phone.press().contacts == 0
    assert len(noor.timeline(ana.phone.last, "office_only")) == 1
    patient.carrier.expect_silence()


def test_an_office_that_does_not_call_is_not_made_to(world: World) -> None:
    codes.let_ladders_wait(world, calls=False)
    ana = codes.refused(world, 21610)
    world.forward(minutes=10)
    world.carrier.expect_silence()
    assert codes.told(world, ana, "refused") == [Said(21610)]
