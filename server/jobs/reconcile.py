"""Asks what became of texts whose outcome is unknown, and sends again what nobody can prove."""

from datetime import datetime, timedelta

from server.carriers import Carrier, Sent
from server.db import Database
from server.jobs.relay import ROUTE
from server.services import messages, settlements
from server.vault import Vault
from shared.clock import Clock

CLOCK_SKEW = timedelta(seconds=30)  # the carrier's clock is not ours


async def turn(
    database: Database,
    vault: Vault,
    carrier: Carrier,
    clock: Clock,
    public_url: str,
    *,
    dead_boots_of: str | None,
) -> int:
    """Settles what is proven by the carrier's list, queues the rest again; how many were asked.

    `dead_boots_of`: a sole relay's own boot id: claims of any other one are nobody's any more.
    """
    now = clock.now()
    with database.read() as tx:
        attempts = set(settlements.lapsed(tx, now))
        if dead_boots_of is not None:
            attempts.update(settlements.of_other_boots(tx, dead_boots_of))
    for attempt_id in attempts:
        await _ask(database, vault, carrier, public_url, attempt_id, now)
    return len(attempts)


async def _ask(
    database: Database,
    vault: Vault,
    carrier: Carrier,
    public_url: str,
    attempt_id: str,
    now: datetime,
) -> None:
    with database.read() as tx:
        asked = settlements.unproven(tx, attempt_id)
    if asked is None:
        return
    proof = None
    if known := messages.whom(vault, asked.claimed):
        phone, code = known
        found = await carrier.find(phone, code, asked.started_at - CLOCK_SKEW)
        proof = next((one for one in found if one not in asked.provider_ids), None)
    if proof is not None:
        sent = Sent(proof)
        message = messages.compose(vault, asked.claimed, public_url, ROUTE)
        more = message is not None and message.more
        await database.write_soon(
            lambda tx: settlements.settle(tx, vault, attempt_id, sent, now, more)
        )
    else:
        await database.write_soon(lambda tx: settlements.requeue(tx, attempt_id, now))
