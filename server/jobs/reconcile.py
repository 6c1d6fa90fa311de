"""Asks the carrier what became of texts that nobody reports on, and resends what is unproven."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from server.carriers import Sent
from server.db import Database, Transaction
from server.domain.delivery import CALLS
from server.domain.routes import TWILIO, Choice, Hop
from server.jobs.relay import ROUTE
from server.jobs.ways import Way, Ways
from server.services import messages, questions, settlements
from server.services.questions import Silent, Unproven
from server.vault import Vault
from shared.clock import Clock

AT_ONCE = 16  # questions to the carrier
CLOCK_SKEW = timedelta(seconds=30)  # the carrier's clock is not ours


async def turn(
    database: Database,
    vault: Vault,
    ways: Ways,
    clock: Clock,
    public_url: str,
    *,
    dead_boots_of: str | None,
) -> int:
    """Settles what the carrier proves and queues the rest again; how many were asked about.

    `dead_boots_of`: a sole relay's own boot id: claims of any other one are nobody's any more.
    """
    now = clock.now()
    with database.read() as tx:
        attempts = set(questions.lapsed(tx, now))
        if dead_boots_of is not None:
            attempts.update(questions.of_other_boots(tx, dead_boots_of))
        silent = questions.silent(tx, now)
    asking = _Asking(database, vault, ways, public_url, now)
    async with asyncio.TaskGroup() as group:
        for attempt_id in attempts:
            group.create_task(asking.in_turn(asking.look_for(attempt_id)))
        for one in silent:
            group.create_task(asking.in_turn(asking.poll(one)))
    return len(attempts) + len(silent)


@dataclass(frozen=True)
class _Asking:
    """The questions of one turn. One number's texts are looked for one after the other: what
    proves the first of them is no proof of the next.
    """

    database: Database
    vault: Vault
    ways: Ways
    public_url: str
    now: datetime
    some: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def in_turn(self, question: Coroutine[Any, Any, None]) -> None:
        async with self.some:
            await question

    async def poll(self, silent: Silent) -> None:
        """Receipts get lost: the carrier knows what became of a text that it took."""
        way = self.ways.asked_of(silent.way, self.now)
        answer = await way.carrier.status(silent.provider_id) if way else None

        def unit(tx: Transaction) -> None:
            if answer is not None:
                settlements.receive(
                    tx, self.vault, silent.attempt_id, *answer, self.now, silent.provider_id
                )
            questions.asked(tx, silent.delivery_id, silent.out_at, self.now)

        await self.database.write_soon(unit)

    async def look_for(self, attempt_id: str) -> None:
        """Whether a text went out whose answer was lost; if nothing shows it, it is sent again."""
        unproven = self._read(attempt_id)
        if unproven is None:
            return
        # A call is in no list of texts: without a callback it is made again.
        is_call = unproven.claimed.kind in CALLS
        known = None if is_call else messages.whom(self.vault, unproven.claimed)
        if known is None:
            await self._send_again(attempt_id)
            return
        async with self.locks[known[0]]:
            unproven = self._read(attempt_id)
            if unproven is not None:
                await self._prove(attempt_id, unproven, *known)

    def _read(self, attempt_id: str) -> Unproven | None:
        with self.database.read() as tx:
            return questions.unproven(tx, attempt_id)

    async def _prove(self, attempt_id: str, unproven: Unproven, phone: str, code: str) -> None:
        since = unproven.started_at - CLOCK_SKEW
        for way in self.ways.to_ask(phone, unproven.way, self.now):
            found = await way.carrier.find(phone, code, since, attempt_id)
            proof = next((one for one in found if one not in unproven.provider_ids), None)
            if proof is not None:
                await self._proven(attempt_id, unproven, way, proof)
                return
        await self._send_again(attempt_id)

    async def _proven(self, attempt_id: str, unproven: Unproven, way: Way, proof: str) -> None:
        message = messages.compose(self.vault, unproven.claimed, self.public_url, ROUTE)
        more = message is not None and message.more
        # An attempt that noted its way keeps what it noted; a relay that died noted none.
        choice = Choice(Hop(TWILIO if unproven.way else way.name))
        await self.database.write_soon(
            lambda tx: settlements.settle(
                tx, self.vault, attempt_id, Sent(proof), self.now, more, choice
            )
        )

    async def _send_again(self, attempt_id: str) -> None:
        await self.database.write_soon(lambda tx: settlements.requeue(tx, attempt_id, self.now))
