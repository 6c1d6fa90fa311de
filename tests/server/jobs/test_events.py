"""The job that gathers alerts: beside another one, behind a burst, and past a broken row."""

import pytest
from sqlalchemy import update

from server.jobs import events as job
from server.jobs.events import Gathering
from server.services import events, rows
from server.tables import Incident
from tests.support.people import Activist
from tests.support.world import World

_incident = rows.table(Incident)


def pressed(world: World, name: str) -> Activist:
    """Somebody presses on the square, and no job has turned yet."""
    one = world.activist(name, contacts=[])
    answer = one.phone.caller.ask("POST", "/v1/alerts", one.phone.press_body())
    one.phone.last = answer.ok()["incident_id"]
    return one


def gathering(world: World) -> Gathering:
    """As a relay begins: it knows what was there before."""
    beside = Gathering(world.database, world.vault, world.clock)
    beside.turn()
    return beside


def gathered(world: World) -> int:
    """How many alerts are in the only event there is, if there is any."""
    noor = world.staff()
    found = noor.caller.ask("GET", "/v1/events").ok()["events"]
    assert len(found) <= 1
    return found[0]["count"] if found else 0


@pytest.mark.everywhere
def test_two_relays_make_one_event(world: World) -> None:
    one, other = gathering(world), gathering(world)
    for name in ("Ana", "Bo"):
        pressed(world, name)
    assert (one.turn(), other.turn()) == (0, 0)
    pressed(world, "Cy")
    assert (one.turn(), other.turn()) == (3, 0)
    pressed(world, "Di")
    assert (other.turn(), one.turn()) == (1, 0)
    assert gathered(world) == 4


def test_of_two_at_the_same_moment_the_second_finds_them_placed(world: World) -> None:
    ids = [pressed(world, name).phone.last for name in ("Ana", "Bo", "Cy")]
    now = world.clock.now()
    first, second = (
        world.database.write(lambda tx: events.gather(tx, world.vault, None, ids, now))
        for _ in range(2)
    )
    assert first
    assert second is None
    assert gathered(world) == 3


def test_a_burst_is_gathered_a_part_a_turn_in_the_order_of_arrival(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BRIEFS", 2)
    monkeypatch.setattr(job, "ENTRIES", 3)
    beside = gathering(world)
    for number in range(7):
        pressed(world, f"Person {number}")
    placed = [beside.turn() for _ in range(8)]
    assert sum(placed) == 7
    assert max(placed) <= 4
    assert gathered(world) == 7


def test_whoever_begins_anew_goes_on_with_the_same_event(world: World) -> None:
    for name in ("Ana", "Bo", "Cy"):
        pressed(world, name)
    assert gathering(world).turn() == 0, "what was there before was gathered as it began"
    pressed(world, "Di")
    gathering(world)
    assert gathered(world) == 4


def test_a_row_that_cannot_be_opened_keeps_nobody_from_the_others(world: World) -> None:
    beside = gathering(world)
    broken = pressed(world, "Ana").phone.last
    world.database.write(
        lambda tx: tx.execute(
            update(_incident).where(_incident.c.id == broken).values(brief=b"\x01broken")
        )
    )
    for name in ("Bo", "Cy", "Di"):
        pressed(world, name)
    assert beside.turn() == 3
    assert gathered(world) == 3
