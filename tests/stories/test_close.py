"""A close destroys what only an open incident needs, and is final until the office reopens."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.services import rows
from server.tables import Delivery, Incident, Recipient
from tests.support.duty import FIRST
from tests.support.world import World


def held(world: World, incident_id: str) -> dict[str, list[object]]:
    """What the server still holds that only an open incident needs."""
    incident, recipient = rows.table(Incident), rows.table(Recipient)
    delivery = rows.table(Delivery)
    with world.database.read() as tx:
        brief = tx.execute(select(incident.c.brief).where(incident.c.id == incident_id)).scalar()
        people = tx.execute(
            select(recipient.c.number_mac, recipient.c.link_wrap).where(
                recipient.c.incident_id == incident_id
            )
        )
        bodies = tx.execute(
            select(delivery.c.sealed).where(delivery.c.incident_id == incident_id)
        ).scalars()
        return {
            "brief": [brief] if brief else [],
            "people": [value for row in people for value in row if value],
            "bodies": [body for body in bodies if body],
        }


@pytest.mark.everywhere
def test_brief_numbers_and_links_are_destroyed(world: World) -> None:
    ana = world.activist("Ana", contacts=["Ben", "Grace"])
    sara = world.activist("Sara", contacts=[ana.contacts[0]])
    ana.phone.press()
    sara.phone.press()
    texts = [world.carrier.expect(one, "Ana needs help.") for one in ana]
    world.carrier.expect(ana.contacts[0], "Sara needs help.").reply("1")
    world.carrier.expect(ana.contacts[0], "Several alerts are open")
    assert len(held(world, ana.phone.last)["people"]) == 4
    world.staff().close(ana.phone.last, "safe", "spoke to her")
    for contact in ana:
        world.carrier.expect(contact, "safe, confirmed by the office")
    assert held(world, ana.phone.last) == {"brief": [], "people": [], "bodies": []}
    for text in texts:
        assert world.page(text.link).open().status == 404
    assert ana.phone.progress()["state"] == "closed"


def test_what_was_not_sent_yet_is_not_sent_any_more(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    world.staff().close(ana.phone.last, "false_alarm")
    world.forward(minutes=10)
    world.carrier.expect_silence()


def test_an_answer_that_comes_late_changes_nothing(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    noor = world.staff()
    noor.close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "confirmed by the office")
    text.reply("1")
    world.carrier.expect(ana.contacts[0], "Aucun appel à l'aide n'est ouvert")
    assert noor.incident(ana.phone.last)["state"] == "closed"
    assert ana.phone.progress()["acknowledged"] == 0


def test_the_timeline_tells_who_closed_it_and_why(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    noor = world.staff("Noor")
    noor.note(ana.phone.last, "rang her sister")
    closed = noor.close(ana.phone.last, "released", "out since noon")
    world.carrier.expect(ana.contacts[0], "This alert is closed")
    assert (closed["state"], closed["outcome"]) == ("closed", "released")
    note, ending = noor.timeline(ana.phone.last, "note", "closed")
    assert note["detail"] == {"text": "rang her sister"}
    assert ending["detail"] == {"outcome": "released", "reason": "out since noon"}
    assert ending["actor"] == {"kind": "staff", "name": "Noor"}


def test_a_step_that_is_sent_twice_is_on_the_timeline_once(world: World) -> None:
    ana, noor, sam = world.activist(), world.staff("Noor"), world.staff("Sam")
    ana.phone.press()
    for _ in range(2):
        noor.take(ana.phone.last)
    for _ in range(2):
        noor.assign(ana.phone.last, sam)
    assert len(noor.timeline(ana.phone.last, "taken")) == 1
    assert len(noor.timeline(ana.phone.last, "assigned")) == 1
    world.forward(minutes=1)
    ana.phone.press()
    sam.take(ana.phone.last)
    assert len(noor.timeline(ana.phone.last, "taken")) == 2, "pressed again, looked at again"
    noor.close(ana.phone.last)
    assert noor.tries(ana.phone.last, "close", {"outcome": "safe"}).status == 409
    assert len(noor.timeline(ana.phone.last, "closed")) == 1
    world.carrier.read_all()


def test_the_office_reopens_and_the_phone_sees_it_open(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    noor = world.staff()
    noor.close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "confirmed by the office")
    assert noor.tries(ana.phone.last, "close", {"outcome": "safe"}).status == 409
    assert noor.reopen(ana.phone.last, "too early")["unanswered"]
    assert ana.phone.progress()["state"] == "open"
    first = ana.phone.last
    assert ana.phone.press().incident_id == first
    world.carrier.expect_silence()


def test_a_drill_closes_itself_after_a_day(world: World) -> None:
    ana = world.activist()
    ana.phone.press(drill=True)
    text = world.carrier.expect(ana.contacts[0], "DRILL")
    world.forward(hours=23, minutes=59)
    assert ana.phone.progress()["state"] == "open"
    world.forward(minutes=2)
    assert ana.phone.progress()["state"] == "closed"
    assert world.page(text.link).open().status == 404
    assert world.staff().incident(ana.phone.last)["outcome"] == "drill"


def test_after_three_quiet_days_only_the_office_has_the_contacts(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.forward(hours=71)
    assert held(world, ana.phone.last)["brief"]
    world.forward(hours=2)
    assert held(world, ana.phone.last) == {"brief": [], "people": [], "bodies": []}
    noor = world.staff()
    assert noor.incident(ana.phone.last)["state"] == "open"
    assert len(noor.timeline(ana.phone.last, "contacts_let_go")) == 1


def test_a_duty_phone_that_rings_on_keeps_no_contact(world: World) -> None:
    world.ladder(calls=False)
    world.duty_phones(FIRST)
    ana = world.activist()
    ana.phone.press()
    for _ in range(73):  # every minute of it would take long
        hours_pass(world, 1)
    world.carrier.read_all()
    assert held(world, ana.phone.last) == {"brief": [], "people": [], "bodies": []}
    hours_pass(world, 2)
    world.carrier.expect(FIRST)


def hours_pass(world: World, hours: int) -> None:
    world.clock.forward_to(world.clock.now() + timedelta(hours=hours))
    world.work()
