"""Who does not answer is reminded once, and after a month their number is destroyed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from server.jobs.invitations import Invitations
from server.services import rows
from server.tables import Consent
from tests.support.enrolment import asked, standing
from tests.support.world import World

_consent = rows.table(Consent)


def kept(world: World) -> list[tuple[Any, ...]]:
    """What the server still has of invitations."""
    found = select(_consent.c.state, _consent.c.number_mac, _consent.c.sealed, _consent.c.due_at)
    with world.database.read() as tx:
        return [tuple(row) for row in tx.execute(found)]


def test_a_contact_is_reminded_once_and_then_let_be(world: World) -> None:
    phone, (ben,) = asked(world, "Ben")
    world.forward(days=2, hours=23)
    world.carrier.expect_silence()
    world.forward(hours=1, seconds=1)
    world.carrier.expect(ben, "Ana (Dakar office) hopes for your answer", "Reply 1 to agree")
    world.forward(days=26)
    world.carrier.expect_silence()
    assert standing(phone)[0]["consent"] == "asked"
    world.forward(days=1, seconds=1)
    world.carrier.expect_silence()
    assert standing(phone)[0]["consent"] == "no_answer"
    assert kept(world) == [("no_answer", None, None, None)]


def test_an_answer_to_the_reminder_counts_and_one_after_the_end_does_not(world: World) -> None:
    phone, (ben, grace) = asked(world, "Ben", "Grace")
    world.forward(days=3, seconds=1)
    world.carrier.expect(ben, "hopes for your answer").reply("1")
    world.carrier.expect(ben, "Thank you")
    world.carrier.expect(grace, "hopes for your answer")
    world.forward(days=27, seconds=1)
    world.carrier.inbound(grace.phone, "1")
    world.carrier.expect(grace, "Aucun appel")
    assert [one["consent"] for one in standing(phone)] == ["agreed", "no_answer"]


def test_who_has_answered_is_not_reminded(world: World) -> None:
    _, (ben, grace) = asked(world, "Ben", "Grace")
    for one, digit in ((ben, "1"), (grace, "2")):
        world.carrier.inbound(one.phone, digit)
        world.carrier.expect(one)
    assert [row[1:] for row in kept(world)] == [(None, None, None)] * 2
    world.forward(days=31)
    world.carrier.expect_silence()


def test_a_stop_is_not_reminded_until_there_is_a_start(world: World) -> None:
    phone, (ben, grace) = asked(world, "Ben", "Grace")
    for one in (ben, grace):
        world.carrier.inbound(one.phone, "STOP")
    assert [one["opted_out"] for one in standing(phone)] == [True, True]
    world.carrier.inbound(grace.phone, "START")
    world.forward(days=3, seconds=1)
    world.carrier.expect(grace, "hopes for your answer")
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_two_relays_at_once_remind_once(world: World) -> None:
    _, (ben,) = asked(world, "Ben")
    jobs = [Invitations(world.database, world.vault, None, world.clock) for _ in range(4)]
    world.clock.forward_to(kept(world)[0][3])

    async def together(relay: object) -> list[int]:
        return await asyncio.gather(*[job.turn() for job in jobs])

    assert sum(world.run(together)) == 1
    world.carrier.expect(ben, "hopes for your answer")
    world.carrier.expect_silence()


def test_a_restart_forgets_no_reminder(world: World) -> None:
    _, (ben,) = asked(world, "Ben")
    world.start_relay()
    world.start_server()
    world.forward(days=3, seconds=1)
    world.carrier.expect(ben, "hopes for your answer")
    world.start_relay()
    world.forward(days=20)
    world.carrier.expect_silence()


def test_a_server_that_slept_for_weeks_ends_the_invitation_without_a_word(world: World) -> None:
    phone, _ = asked(world, "Ben")
    world.clock.forward_to(world.clock.now().replace(year=world.clock.now().year + 1))
    world.work()
    world.carrier.expect_silence()
    assert standing(phone)[0]["consent"] == "no_answer"


def test_nobody_is_texted_an_alert_without_consent(world: World) -> None:
    """Asked, declined, not answered, opted out before and after: one who agreed is left."""
    phone, _ = asked(world, "Late")
    world.forward(days=31)
    world.carrier.read_all()
    assert standing(phone)[0]["consent"] == "no_answer"
    assert phone.press().contacts == 0
    other, contacts = asked(world, "Yes", "Silent", "Sorry", "Never", "Gone")
    yes, _, sorry, never, gone = contacts
    for one, digit in ((yes, "1"), (sorry, "2"), (gone, "1")):
        world.carrier.inbound(one.phone, digit)
        world.carrier.expect(one)
    for one in (never, gone):
        world.carrier.inbound(one.phone, "STOP")
    states = [(one["consent"], one["opted_out"]) for one in standing(other)]
    assert states == [
        ("agreed", False),
        ("asked", False),
        ("declined", False),
        ("asked", True),
        ("agreed", True),
    ]
    assert [one["reachable"] for one in standing(other)] == [True, False, False, False, False]
    assert other.press().contacts == 1
    world.carrier.expect(yes, "needs help")
    world.carrier.expect_silence()
