"""Has the carrier forget the words of texts that it was not let discard, once they are over."""

import asyncio

from server.db import Database, Transaction
from server.jobs.ways import Ways
from server.services import kept_texts
from server.services.kept_texts import Kept
from shared.clock import Clock


async def turn(database: Database, ways: Ways, clock: Clock) -> int:
    """How many it was asked about."""
    now = clock.now()
    with database.read() as tx:
        due = kept_texts.due(tx, now)
    if not due:
        return 0

    async def is_gone(kept: Kept) -> bool:
        if kept.provider_id is None:
            return True
        way = ways.asked_of(kept.way, now)
        return way is not None and await way.carrier.forget(kept.provider_id)

    gone = await asyncio.gather(*map(is_gone, due))

    def unit(tx: Transaction) -> None:
        for kept, is_done in zip(due, gone, strict=True):
            if is_done:
                kept_texts.forgotten(tx, kept.attempt_id)
            else:
                kept_texts.asked(tx, kept, now)

    await database.write_soon(unit)
    return len(due)
