"""A digit that meets nothing open is answered once a day, and nothing of an incident is kept."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, select

from server.services import rows
from server.tables import Delivery, Inbound
from server.tables.late_answers import LateAnswer
from server.tables.readings import Reading
from tests.support.carrier import Text, inbound_form
from tests.support.enrolment import asked, standing
from tests.support.world import World

STRANGER = "+12025550143"
NONE_OPEN = "No alert is open for this number now. Thank you."
NONE_OPEN_IN_FRENCH = "Aucun appel à l'aide n'est ouvert pour ce numéro. Merci."


def closed_alert(world: World) -> Text:
    """The first text of an alert that has ended."""
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.staff().close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "confirmed by the office")
    return text


def told_today(world: World) -> Sequence[Any]:
    with world.database.read() as tx:
        return tx.execute(select(rows.table(LateAnswer))).all()


@pytest.mark.everywhere
@pytest.mark.parametrize("answer", ["1", "2", "3", "1 K7P", "٢"])
def test_an_answer_after_the_close_is_answered_in_the_numbers_language(
    world: World, answer: str
) -> None:
    text = closed_alert(world)
    world.carrier.inbound(text.to, answer)
    said = world.carrier.expect(text.to, NONE_OPEN_IN_FRENCH)
    assert (said.body, said.segments) == (NONE_OPEN_IN_FRENCH, 1)
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_a_number_hears_it_once_a_day(world: World) -> None:
    text = closed_alert(world)
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, NONE_OPEN_IN_FRENCH)
    world.carrier.inbound(text.to, "1")
    world.forward(hours=23, minutes=59)
    world.carrier.inbound(text.to, "2")
    world.carrier.expect_silence()
    world.forward(minutes=2)
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, NONE_OPEN_IN_FRENCH)


@pytest.mark.everywhere
def test_two_at_the_same_moment_are_answered_once(world: World) -> None:
    for _ in range(2):
        world.carrier.post("/twilio/inbound", inbound_form(STRANGER, "1"))
    world.carrier.expect(STRANGER, NONE_OPEN)
    world.carrier.expect_silence()


def test_a_stranger_is_told_the_same(world: World) -> None:
    world.carrier.inbound(STRANGER, "3")
    assert world.carrier.expect(STRANGER).body == NONE_OPEN


def test_what_is_kept_names_no_incident_and_goes_after_a_day(world: World) -> None:
    text = closed_alert(world)
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, NONE_OPEN_IN_FRENCH)
    ((mac, _),) = told_today(world)
    assert mac == world.vault.mac(text.to)
    delivery, inbound = rows.table(Delivery), rows.table(Inbound)
    with world.database.read() as tx:
        sent = tx.execute(select(delivery).where(delivery.c.kind == "no_alert_open")).one()
        (received,) = tx.execute(select(inbound)).all()
    assert (sent.incident_id, sent.recipient_id, sent.sealed) == (None, None, None)
    assert not received.matched
    assert received.sealed is not None, "the office reads it"
    world.forward(days=1)
    assert told_today(world) == []


@pytest.mark.parametrize("words", ["thank you", "4", "OK", "1 please come", "YES", "12"])
def test_words_that_are_no_answer_get_none(world: World, words: str) -> None:
    text = closed_alert(world)
    world.carrier.inbound(text.to, words)
    world.carrier.expect_silence()
    assert told_today(world) == []


def test_a_number_that_said_stop_hears_nothing_until_it_says_start(world: World) -> None:
    text = closed_alert(world)
    world.carrier.inbound(text.to, "STOP")
    world.carrier.inbound(text.to, "1")
    world.carrier.expect_silence()
    world.carrier.inbound(text.to, "START")
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, NONE_OPEN_IN_FRENCH)


def test_it_is_sent_after_a_restart_and_once(world: World) -> None:
    world.carrier.post("/twilio/inbound", inbound_form(STRANGER, "1"))
    world.start_server()
    world.start_relay()
    world.carrier.expect(STRANGER, NONE_OPEN)
    world.start_server()
    world.start_relay()
    world.carrier.inbound(STRANGER, "1")
    world.carrier.expect_silence()


def test_english_where_the_first_office_has_not_read_the_language(world: World) -> None:
    text = closed_alert(world)
    below = world.new_office("Section", under=world.office)
    reading = rows.table(Reading)
    world.database.write(
        lambda tx: tx.execute(delete(reading).where(reading.c.office_id != below.id))
    )
    world.carrier.inbound(text.to, "1")
    world.carrier.expect(text.to, NONE_OPEN)


@pytest.mark.parametrize("answer", ["3", "1 K7P", "K7P 2"])
def test_an_open_invitation_is_not_touched_by_what_is_meant_for_an_alert(
    world: World, answer: str
) -> None:
    phone, (ben,) = asked(world, "Ben")
    world.carrier.inbound(ben.phone, answer)
    world.carrier.expect(ben, NONE_OPEN_IN_FRENCH)
    assert standing(phone)[0]["consent"] == "asked"
    world.carrier.inbound(ben.phone, "1")
    world.carrier.expect(ben, "Thank you. You will be texted only")
    world.carrier.expect_silence()


def test_an_invitation_is_answered_as_ever(world: World) -> None:
    phone, (ben,) = asked(world, "Ben")
    world.carrier.inbound(ben.phone, "2")
    world.carrier.expect(ben, "Noted.")
    world.carrier.expect_silence()
    assert standing(phone)[0]["consent"] == "declined"


def test_a_contact_of_an_alert_that_waits_is_not_told_that_there_is_none(world: World) -> None:
    """In the countdown, or on a later ring: what is true of them is not to be told yet."""
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ana.phone.press(countdown=10)
    for one in ana:
        world.carrier.inbound(one.phone, "1")
    world.carrier.expect_silence()
    world.forward(seconds=11)
    world.carrier.expect(ana.contacts[0], "Ana needs help.").reply("1")
    world.carrier.inbound(ana.contacts[1].phone, "1")
    world.carrier.expect_silence()
