"""The office's ladder, rung by rung: duty phones, then the hub's, until staff take the alert."""

from datetime import timedelta

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.world import World

FIRST, SECOND, HUB = "+12025550111", "+12025550112", "+12025550113"


@pytest.fixture
def on_duty(world: World) -> World:
    world.ladder()
    world.duty_phones(FIRST, SECOND)
    return world


def paged(world: World, phone: str, *words: str) -> None:
    """A text and a call, neither of which names a person or a place."""
    text = world.carrier.expect(phone, *words)
    call = world.carrier.expect_call(phone)
    for said in (text.body, call.words):
        assert "Ana" not in said
        assert "14." not in said


@pytest.mark.everywhere
def test_no_board_is_awake_so_the_rota_rings_at_once_and_then_in_order(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    paged(on_duty, FIRST, "Dakar office", "board")
    on_duty.forward(seconds=58)
    on_duty.carrier.expect_silence()
    on_duty.forward(seconds=3)
    paged(on_duty, SECOND)
    noor = on_duty.staff()
    entries = noor.timeline(ana.phone.last, "duty_paged")
    assert [entry["detail"]["reason"] for entry in entries] == ["no_board", "no_board"]
    noor.take(ana.phone.last)
    on_duty.carrier.read_all()
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()


def test_a_board_is_awake_so_staff_have_a_minute(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist(contacts=["Ben"])
    with noor.board() as board:
        ana.phone.press()
        board.shows("sent")
        on_duty.carrier.expect(ana.contacts[0]).reply("1")
        on_duty.forward(seconds=58)
        on_duty.carrier.expect_silence()
    with noor.board() as board:
        board.shows("raised")
        on_duty.forward(seconds=3)
        paged(on_duty, FIRST, "has not taken it")
    (entry,) = noor.timeline(ana.phone.last, "duty_paged")
    assert entry["detail"]["reason"] == "not_taken"


def test_taken_in_time_rings_nowhere(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    with noor.board() as board:
        ana.phone.press()
        board.shows("raised")
        on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.forward(seconds=50)
    noor.take(ana.phone.last)
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()


def test_the_board_of_the_hub_counts_and_its_phone_comes_last(world: World) -> None:
    hub = world.new_office("Hub")
    coast = world.new_office("Coast office", under=hub)
    for office, phone in ((coast, FIRST), (hub, HUB)):
        world.ladder(office)
        world.duty_phones(phone, office=office)
    leo, ana = world.staff("Leo", office=hub), world.activist(office=coast)
    with leo.board() as board:
        ana.phone.press()
        board.shows("raised")
        world.carrier.expect(ana.contacts[0]).reply("1")
    world.forward(seconds=50)
    world.carrier.expect_silence()
    world.forward(seconds=11)
    paged(world, FIRST, "Coast office")
    world.forward(seconds=60)
    paged(world, HUB, "Coast office")


def test_after_the_last_phone_the_rota_begins_anew(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.forward(hours=3)
    for _ in range(3):
        paged(on_duty, FIRST)
        paged(on_duty, SECOND)
    on_duty.carrier.expect_silence()


def test_nobody_consented_so_the_duty_phone_rings_at_once(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist(agreed=False)
    with noor.board() as board:
        ana.phone.press()
        board.shows("raised")
        on_duty.forward(seconds=1)
    paged(on_duty, FIRST)
    (entry,) = noor.timeline(ana.phone.last, "duty_paged")
    assert entry["detail"]["reason"] == "no_contacts"


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


def test_an_office_that_calls_nobody_texts_its_duty_phone(on_duty: World) -> None:
    on_duty.ladder(calls=False)
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(FIRST, "Dakar office")
    on_duty.carrier.expect(ana.contacts[0])
    on_duty.carrier.expect_silence()


def test_restart_and_a_clock_set_back_lose_no_second(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    paged(on_duty, FIRST)
    on_duty.forward(seconds=30)
    on_duty.start_server()
    on_duty.start_relay()
    on_duty.clock.back(timedelta(minutes=10))
    on_duty.forward(seconds=27)
    on_duty.carrier.expect_silence()
    on_duty.forward(seconds=5)
    paged(on_duty, SECOND)


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
