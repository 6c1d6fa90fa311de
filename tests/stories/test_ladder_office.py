"""The office's ladder beside its rungs: stops, duress, an alert opened again, a mass arrest."""

import pytest

from tests.support.duty import FIRST, SECOND, paged
from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.world import World


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_a_stop_code_is_no_reason_to_let_the_office_sleep(on_duty: World, code: str) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    paged(on_duty, FIRST)
    ana.phone.stop(code)
    on_duty.carrier.read_all()
    on_duty.forward(seconds=61)
    paged(on_duty, SECOND)


def test_duress_in_the_countdown_pages_the_office_while_contacts_wait(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press(countdown=20)
    ana.phone.stop(DURESS_CODE)
    on_duty.forward(seconds=21)
    paged(on_duty, FIRST)
    on_duty.carrier.expect_silence()


def test_a_true_stop_in_the_countdown_pages_nobody(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press(countdown=20)
    ana.phone.stop(STOP_CODE)
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()


def test_an_incident_that_is_opened_again_pages_again(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    ana.phone.press()
    noor.take(ana.phone.last)
    noor.close(ana.phone.last)
    on_duty.forward(minutes=5)
    on_duty.carrier.read_all()
    noor.reopen(ana.phone.last)
    on_duty.forward(seconds=1)
    paged(on_duty, FIRST)


def test_a_phone_that_is_entered_after_the_press_rings_too(calling: World) -> None:
    noor, ana = calling.staff(), calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).reply("1")
    calling.forward(minutes=10)
    calling.carrier.expect_silence()
    calling.duty_phones(FIRST)
    calling.forward(minutes=5)
    paged(calling, FIRST)
    assert len(noor.timeline(ana.phone.last, "duty_paged")) == 1


def test_a_mass_arrest_does_not_bury_the_duty_phone(on_duty: World) -> None:
    """Where a call waits in line already, the next alert adds none."""
    activists = [on_duty.activist(f"Ana {number}") for number in range(6)]
    for ana in activists:
        ana.phone.press(countdown=10)
    on_duty.forward(seconds=25)
    calls = [call for call in on_duty.carrier.unexpected_calls() if call.to == FIRST]
    assert 1 <= len(calls) <= 2
    entries = [
        e for ana in activists for e in on_duty.staff().timeline(ana.phone.last, "duty_paged")
    ]
    assert len(entries) == len(activists)
    on_duty.carrier.read_all()
