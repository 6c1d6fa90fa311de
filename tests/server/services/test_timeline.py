"""The timeline's numbers: never reused, without a gap in an incident, in the order of commits."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import delete, select

from server.db import Transaction
from server.services import rows, timeline
from server.services.timeline import SYSTEM
from server.tables import Entry
from tests.support.world import World

_entry = rows.table(Entry)


@pytest.mark.everywhere
def test_a_number_is_never_used_twice(world: World) -> None:
    ana = world.activist(contacts=[])
    ana.phone.press()
    with world.database.read() as tx:
        before = timeline.last_seq(tx)
    world.database.write(lambda tx: tx.execute(delete(_entry).where(_entry.c.seq == before)))

    def again(tx: Transaction) -> int:
        now = world.clock.now()
        return timeline.append(tx, world.vault, ana.phone.last, "note", SYSTEM, now, now)

    assert world.database.write(again) > before


@pytest.mark.everywhere
def test_entries_of_one_incident_are_counted_without_a_gap(world: World) -> None:
    activists = [world.activist(f"Ana {n}", contacts=[]) for n in range(3)]
    for ana in activists:
        ana.phone.press(position=None)  # three in one place would be gathered

    def append(incident: str, tx: Transaction) -> int:
        now = world.clock.now()
        return timeline.append(tx, world.vault, incident, "note", SYSTEM, now, now)

    async def many() -> None:
        units = [partial(append, ana.phone.last) for ana in activists for _ in range(20)]
        await asyncio.gather(*map(world.database.write_soon, units))

    asyncio.run(many())
    with world.database.read() as tx:
        found = tx.execute(select(_entry.c.incident_id, _entry.c.number).order_by(_entry.c.seq))
        numbers: dict[str, list[int]] = {}
        for row in found:
            numbers.setdefault(row.incident_id, []).append(row.number)
    assert all(held == list(range(1, 23)) for held in numbers.values())


def test_an_incident_that_is_not_there_has_no_timeline(world: World) -> None:
    now = world.clock.now()
    with pytest.raises(LookupError):
        world.database.write(
            lambda tx: timeline.append(tx, world.vault, "nowhere", "note", SYSTEM, now, now)
        )
