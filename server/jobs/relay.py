"""The relay: claims what is due, sends it with no transaction open, settles what came of it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from server.carriers import Carrier, Outcome, Unknown
from server.db import Database, Transaction, Unavailable
from server.services import deliveries, incidents, messages, settlements
from server.services.deliveries import Claimed
from server.services.messages import Message
from server.vault import Vault
from shared.clock import Clock
from shared.texts.composer import Route

log = logging.getLogger(__name__)

AT_ONCE = 256  # texts in flight: the carrier's answer takes 0.1 to 2 s, and a burst is thousands
SETTLE_AGAIN = 0.5  # seconds: an outcome is kept in memory until the database takes it
ROUTE = Route(two_way=True, links=True)


class Relay:
    """One sender. Its boot id tells its claims from those of a process that died."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        carrier: Carrier,
        clock: Clock,
        public_url: str,
        boot: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._carrier = carrier
        self._clock = clock
        self._public_url = public_url
        self._boot = boot
        self._in_flight: set[asyncio.Task[None]] = set()

    async def turn(self) -> int:
        """Releases, claims and starts sending what is due; how many texts were started."""
        free = AT_ONCE - len(self._in_flight)
        if free <= 0:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            return 0
        now = self._clock.now()
        due = self.next_due()
        if due is None or due > now:
            return 0
        claimed = await self._database.write_soon(lambda tx: self._claim(tx, free, now))
        for one in claimed:
            task = asyncio.create_task(self._send(one))
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        return len(claimed)

    async def drained(self) -> None:
        """Waits until everything that was started is settled."""
        while self._in_flight:
            await asyncio.wait(set(self._in_flight))

    def next_due(self) -> datetime | None:
        """When the next text or release is due."""
        with self._database.read() as tx:
            times = (deliveries.next_due(tx), incidents.next_release(tx))
        return min((time for time in times if time is not None), default=None)

    def _claim(self, tx: Transaction, limit: int, now: datetime) -> list[Claimed]:
        incidents.release_due(tx, self._vault, now)
        return deliveries.claim_due(tx, self._boot, limit, now)

    async def _send(self, claimed: Claimed) -> None:
        message = messages.compose(self._vault, claimed, self._public_url, ROUTE)
        if message is None:
            await self._store(lambda tx: settlements.drop(tx, claimed.attempt_id))
            return
        outcome = await self._offer(claimed, message)
        now = self._clock.now()
        await self._store(
            lambda tx: settlements.settle(
                tx, self._vault, claimed.attempt_id, outcome, now, message.more
            )
        )

    async def _offer(self, claimed: Claimed, message: Message) -> Outcome:
        valid_for = max(claimed.expires_at - self._clock.now(), timedelta(seconds=10))
        try:
            return await self._carrier.send(message.to, message.body, claimed.attempt_id, valid_for)
        except Exception:  # whatever the carrier's library raises, the text may have gone out
            log.exception("the carrier failed", extra={"attempt": claimed.attempt_id})
            return Unknown("the carrier's library failed")

    async def _store(self, unit: Callable[[Transaction], None]) -> None:
        while True:
            try:
                await self._database.write_soon(unit)
            except Unavailable:
                await asyncio.sleep(SETTLE_AGAIN)
            else:
                return
