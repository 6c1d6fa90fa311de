"""Whoever leads gives up or falls silent, and another takes over; an officer as a contact does."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from server.db import Database, Transaction
from server.services import contacts, duty, incidents
from tests.support.people import STOP_CODE
from tests.support.world import World

RACES = int(os.environ.get("CANDLEWIRE_RACES", "10"))
Unit = Callable[[Transaction], None]
LEAD_SILENT: dict[str, Any] = {"lead_s": 1200, "lead_answer_s": 600}


@pytest.fixture
def watching(world: World) -> World:
    """An office that asks a lead after twenty minutes without a sign of life; no phone rings."""
    world.ladder(calls=False, **LEAD_SILENT)
    return world


@pytest.mark.everywhere
def test_a_lead_who_falls_silent_is_asked_once_and_the_alert_is_open_again(
    watching: World,
) -> None:
    noor, ana = watching.staff(), watching.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    text = watching.carrier.expect(ben, "needs help")
    watching.carrier.expect(grace, "needs help")
    text.reply("1")
    watching.carrier.expect(grace, "Ben is acting.")
    watching.forward(minutes=19, seconds=50)
    watching.carrier.expect_silence()
    watching.forward(seconds=20)
    watching.carrier.expect(ben, "Ana", text.code, "are you still acting? Reply 1 yes, 2 no.")
    watching.forward(minutes=9, seconds=40)
    watching.carrier.expect_silence()
    assert ana.phone.progress()["state"] == "acknowledged"
    watching.forward(seconds=30)
    for one in ana:
        watching.carrier.expect(one, "Ana", text.code, "nobody is acting now. Reply 1 if you act")
    progress = ana.phone.progress()
    assert (progress["state"], progress["acknowledged"]) == ("open", 0)
    assert noor.incident(ana.phone.last)["lead"] is None
    entries = noor.timeline(ana.phone.last, "lead_asked", "lead_silent")
    assert [(entry["kind"], entry["detail"]["name"]) for entry in entries] == [
        ("lead_asked", "Ben"),
        ("lead_silent", "Ben"),
    ]
    watching.forward(hours=2)
    watching.carrier.expect_silence()


def test_who_answers_late_leads_again_where_nobody_does(watching: World) -> None:
    ana = watching.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    text = watching.carrier.expect(ben)
    text.reply("1")
    watching.forward(minutes=31)
    watching.carrier.read_all()
    text.reply("1")
    watching.carrier.expect(grace, "Ben is acting.")
    assert ana.phone.progress()["acknowledged"] == 1


def test_who_answers_late_helps_whoever_leads_by_then(watching: World) -> None:
    ana = watching.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    watching.carrier.expect(ben).reply("1")
    watching.forward(minutes=31)
    watching.carrier.inbound(grace.phone, "1")
    watching.carrier.read_all()
    watching.carrier.inbound(ben.phone, "1")
    watching.carrier.expect(ben, "you are acting too. Grace leads.")


def test_a_lead_who_says_stop_can_be_asked_nothing_and_loses_the_lead(watching: World) -> None:
    noor, ana = watching.staff(), watching.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    text = watching.carrier.expect(ben)
    text.reply("1")
    watching.carrier.read_all()
    text.reply("STOP")
    watching.carrier.expect(grace, "nobody is acting now.")
    assert ana.phone.progress()["state"] == "open"
    kinds = [entry["kind"] for entry in noor.timeline(ana.phone.last)]
    assert kinds.index("opted_out") < kinds.index("lead_silent")


@pytest.mark.parametrize("answer", ["1", "3", "at the police station"])
def test_any_word_of_the_lead_is_a_sign_of_life(watching: World, answer: str) -> None:
    ana = watching.activist()
    (ben,) = ana
    ana.phone.press()
    watching.carrier.expect(ben).reply("1")
    watching.forward(minutes=21)
    watching.carrier.expect(ben, "are you still acting?")
    watching.carrier.inbound(ben.phone, answer)
    watching.carrier.read_all()
    watching.forward(minutes=38)
    watching.carrier.expect_silence()
    watching.forward(minutes=2)
    watching.carrier.expect(ben, "are you still acting?")
    assert ana.phone.progress()["state"] == "acknowledged"


def test_a_page_that_stays_open_is_a_sign_of_life(watching: World) -> None:
    ana = watching.activist()
    (ben,) = ana
    ana.phone.press()
    text = watching.carrier.expect(ben)
    page = watching.page(text.link)
    page.answer(1)
    for _ in range(6):
        watching.forward(minutes=10)
        page.view()
    watching.carrier.expect_silence()
    watching.forward(minutes=21)
    watching.carrier.expect(ben, "are you still acting?")


def test_a_silent_lead_passes_to_whoever_else_acts_and_all_hear_it(watching: World) -> None:
    ana = watching.activist(contacts=["Ben", "Grace", "Oscar"])
    ben, grace, oscar = ana
    ana.phone.press()
    watching.carrier.expect(ben).reply("1")
    watching.carrier.inbound(grace.phone, "1")
    watching.carrier.read_all()
    watching.forward(minutes=20, seconds=1)
    watching.carrier.expect(ben, "are you still acting?")
    watching.forward(minutes=10)
    watching.carrier.expect(grace, "you lead now, in place of Ben.")
    lead = watching.staff().incident(ana.phone.last)["lead"]
    assert lead == {"kind": "contact", "name": "Grace"}
    for one in (ben, oscar):
        watching.carrier.expect(one, "Grace is acting.")
    assert ana.phone.progress()["acknowledged"] == 1
    assert ana.phone.progress()["state"] == "acknowledged"
    watching.forward(minutes=19)
    watching.carrier.expect_silence()
    watching.forward(minutes=2)
    watching.carrier.expect(grace, "are you still acting?")


def test_a_lead_who_gave_up_is_not_asked_and_the_ladder_goes_on(world: World) -> None:
    world.ladder(**LEAD_SILENT)
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    text = world.carrier.expect(ben)
    text.receipt("delivered")
    world.carrier.expect(grace).receipt("delivered")
    text.reply("1")
    world.carrier.expect(grace, "Ben is acting.")
    world.forward(minutes=15)
    text.reply("2")
    world.carrier.expect(grace, "nobody is acting now.")
    world.forward(seconds=2)
    world.carrier.expect_call(grace)
    world.forward(seconds=62)
    world.carrier.expect_call(grace)
    world.forward(hours=1)
    world.carrier.expect_silence()


def test_a_restart_and_a_clock_set_back_lose_no_second_of_the_wait(watching: World) -> None:
    ana = watching.activist()
    (ben,) = ana
    ana.phone.press()
    watching.carrier.expect(ben).reply("1")
    watching.forward(minutes=15)
    watching.start_server()
    watching.start_relay()
    watching.clock.back(watching.clock.now() - watching.clock.now().replace(minute=0, second=0))
    watching.forward(minutes=4, seconds=50)
    watching.carrier.expect_silence()
    watching.forward(seconds=20)
    watching.carrier.expect(ben, "are you still acting?")


@pytest.mark.parametrize("drill", [False, True])
def test_nobody_is_asked_after_the_end_or_in_a_drill(watching: World, drill: bool) -> None:
    ana = watching.activist()
    ana.phone.press(drill=drill)
    watching.carrier.expect(ana.contacts[0]).reply("1")
    if not drill:
        ana.phone.stop(STOP_CODE)
    watching.carrier.read_all()
    watching.forward(hours=2)
    watching.carrier.expect_silence()


@pytest.mark.everywhere
def test_claimed_through_two_writers_at_once_there_is_one_lead(
    world: World, database_url: str
) -> None:
    """As two servers on one database, or a server and its relay."""
    noor, other = world.staff(), Database(database_url)

    def says_1(phone: str) -> Unit:
        now, sid = world.clock.now(), uuid4().hex
        return lambda tx: contacts.receive_text(tx, world.vault, sid, phone, "1", now)

    def takes(incident_id: str) -> Unit:
        now, sees = world.clock.now(), {world.office.id}
        return lambda tx: incidents.take(tx, world.vault, sees, noor.id, incident_id, now)

    for _ in range(RACES):
        ana = world.activist(contacts=["Ben", "Grace"])
        ben, grace = ana
        ana.phone.press()
        world.carrier.read_all()
        at_once(
            (world.database, says_1(ben.phone)),
            (other, says_1(grace.phone)),
            (other, takes(ana.phone.last)),
        )
        heard = " ".join(text.body for text in world.carrier.unexpected())
        leads = {who for who in ("Ben", "Grace", "Dakar office") if f"{who} is acting" in heard}
        assert len(leads) == 1, heard
        assert heard.count(f"{leads.pop()} leads.") == heard.count("acting too.")
        assert ana.phone.progress()["acknowledged"] == 2
        world.carrier.read_all()
    other.close()


def at_once(*claims: tuple[Database, Unit]) -> None:
    """Each on a thread of its own."""
    start = Barrier(len(claims))

    def write(database: Database, unit: Unit) -> None:
        start.wait()
        database.write(unit)

    with ThreadPoolExecutor(len(claims)) as pool:
        for written in [pool.submit(write, *one) for one in claims]:
            written.result()


# An officer


def test_an_officer_gives_the_lead_back_and_another_contact_takes_it(watching: World) -> None:
    noor, ana = watching.staff(), watching.activist(contacts=["Ben"])
    (ben,) = ana
    ana.phone.press()
    watching.carrier.expect(ben)
    noor.take(ana.phone.last)
    watching.carrier.expect(ben, "Dakar office is acting.")
    given = noor.give_back(ana.phone.last)
    assert (given["state"], given["taken_by"], given["unanswered"]) == ("open", None, True)
    assert not ana.phone.progress()["office"]
    watching.carrier.expect(ben, "nobody is acting now.").reply("1")
    assert ana.phone.progress()["state"] == "acknowledged"
    (entry,) = noor.timeline(ana.phone.last, "given_back")
    assert entry["actor"]["name"] == "Noor"


def test_what_nobody_has_cannot_be_given_back(watching: World) -> None:
    noor, ana = watching.staff(), watching.activist()
    ana.phone.press()
    watching.carrier.expect(ana.contacts[0])
    assert noor.tries(ana.phone.last, "assign", {"staff_id": None}).status == 409


def test_given_back_the_lead_passes_to_a_contact_who_acts(watching: World) -> None:
    noor, ana = watching.staff(), watching.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    watching.carrier.expect(ben)
    noor.take(ana.phone.last)
    watching.carrier.inbound(ben.phone, "1")
    watching.carrier.read_all()
    noor.give_back(ana.phone.last)
    watching.carrier.expect(ben, "you lead now, in place of Dakar office.")
    watching.carrier.expect(grace, "Ben is acting.")
    assert ana.phone.progress()["state"] == "acknowledged"


def test_given_back_the_duty_phone_rings_again(watching: World) -> None:
    watching.duty_phones("+12025550111")
    noor, ana = watching.staff(), watching.activist()
    ana.phone.press()
    noor.take(ana.phone.last)
    watching.carrier.read_all()
    watching.forward(minutes=5)
    noor.give_back(ana.phone.last)
    watching.forward(seconds=1)
    watching.carrier.expect("+12025550111", "no board of Dakar office is open")
    watching.carrier.read_all()


def test_handed_to_a_colleague_the_lead_goes_along_and_nobody_is_texted(watching: World) -> None:
    noor, leo, ana = watching.staff(), watching.staff("Leo"), watching.activist()
    ana.phone.press()
    watching.carrier.expect(ana.contacts[0])
    noor.take(ana.phone.last)
    watching.carrier.expect(ana.contacts[0], "Dakar office is acting.")
    assert noor.assign(ana.phone.last, leo)["lead"] == {"kind": "staff", "name": "Leo"}
    watching.carrier.expect_silence()
    leo.give_back(ana.phone.last)
    watching.carrier.expect(ana.contacts[0], "nobody is acting now.")


def test_while_an_officer_leads_at_a_board_no_contact_is_called_or_told_anew(
    world: World,
) -> None:
    world.ladder(**LEAD_SILENT)
    world.duty_phones("+12025550111")
    noor, ana = world.staff(), world.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    world.carrier.expect(ben).receipt("delivered")
    a_board_is_open(world)
    noor.take(ana.phone.last)
    world.carrier.expect(ben, "Dakar office is acting.")
    world.carrier.read_all()
    world.forward(minutes=19)
    world.carrier.expect_silence()
    world.forward(minutes=2)
    (entry,) = noor.timeline(ana.phone.last, "lead_silent")
    assert entry["detail"].get("name") is None
    world.carrier.expect(ben, "nobody is acting now.")
    world.forward(seconds=2)
    world.carrier.expect_call(ben)
    world.carrier.expect(grace, "Ana needs help.")
    world.carrier.expect("+12025550111", "no board of Dakar office is open")
    incident = noor.incident(ana.phone.last)
    assert (incident["state"], incident["unanswered"]) == ("open", True)
    assert not ana.phone.progress()["office"]
    world.carrier.read_all()


def test_an_office_that_was_there_for_hours_keeps_the_alert_overnight(watching: World) -> None:
    noor, ana = watching.staff(), watching.activist()
    ana.phone.press()
    watching.carrier.expect(ana.contacts[0])
    noor.take(ana.phone.last)
    for _ in range(11 * 4):
        a_board_is_open(watching)
        watching.forward(minutes=15)
    watching.carrier.read_all()
    watching.forward(hours=14)
    watching.carrier.expect_silence()
    noor.sign_in()
    assert noor.incident(ana.phone.last)["lead"] == {"kind": "staff", "name": "Noor"}


def a_board_is_open(world: World) -> None:
    """At this moment, and not while the clock moves on."""
    now, office = world.clock.now(), world.office.id
    world.database.write(lambda tx: duty.note_board(tx, office, now))
