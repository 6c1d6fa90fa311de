"""The relay: claims what is due, sends it with no transaction open, settles what came of it."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeGuard

from server.carriers import Carrier, Outcome, Refused, Unknown
from server.db import Database, Transaction, Unavailable
from server.domain import delivery as rules
from server.domain.delivery import CALLS, ErrorClass
from server.jobs.pace import Pace
from server.services import calls, deliveries, incidents, messages, settlements
from server.services.calls import Call
from server.services.deliveries import Claimed
from server.services.messages import Message
from server.vault import Vault
from shared.clock import Clock
from shared.texts import segments
from shared.texts.composer import Route

log = logging.getLogger(__name__)

AT_ONCE = 256  # texts in flight: the carrier's answer takes 0.1 to 2 s, and a burst is thousands
SETTLE_AGAIN = 0.5  # seconds: an outcome is kept in memory until the database takes it
ROUTE = Route(two_way=True, links=True)
PLAIN = Route(two_way=True, links=False)
FILTERED = 30007


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
        *,
        messages_per_second: float | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._carrier = carrier
        self._clock = clock
        self._public_url = public_url
        self._boot = boot
        self._pace = Pace(messages_per_second)
        self._called_at: datetime | None = None
        self._in_flight: set[asyncio.Task[None]] = set()

    async def turn(self) -> int:
        """Releases, claims and starts what is due; how many texts and calls were started."""
        free = AT_ONCE - len(self._in_flight)
        if free <= 0:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            return 0
        now = self._clock.now()
        due = self.next_due()
        if due is None or due > now:
            return 0
        claimed = await self._database.write_soon(lambda tx: self._claim(tx, free, now))
        texts = sum(1 for one in claimed if one.kind not in CALLS)
        self._pace.took(texts)
        if texts < len(claimed):
            self._called_at = now
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
        """When the next text, call or release is due; calls wait for one another."""
        with self._database.read() as tx:
            text, call = deliveries.next_due(tx)
            release = incidents.next_release(tx)
        now = self._clock.now()
        if text is not None and (full := self._pace.full_until(now)):
            text = max(text, full)
        if call is not None:
            call = rules.next_call(call, self._called_at, now)
        times = (text, call, release)
        return min((time for time in times if time is not None), default=None)

    def _claim(self, tx: Transaction, limit: int, now: datetime) -> list[Claimed]:
        incidents.release_due(tx, self._vault, now)
        room = self._pace.room(limit, now)
        claimed = deliveries.claim_due(tx, self._boot, room, now) if room else []
        if rules.next_call(now, self._called_at, now) <= now:
            claimed += deliveries.claim_call(tx, self._boot, now)
        return claimed

    async def _send(self, claimed: Claimed) -> None:
        message = self._compose(claimed, PLAIN if claimed.plain else ROUTE)
        if message is None:
            await self._store(lambda tx: settlements.drop(tx, claimed.attempt_id))
            return
        if claimed.plain and message == self._compose(claimed, ROUTE):
            now = self._clock.now()
            await self._store(lambda tx: settlements.give_up(tx, claimed.attempt_id, FILTERED, now))
            return
        outcome = await self._offer(claimed, message)
        now = self._clock.now()
        if isinstance(message, Message) and _was_too_fast(outcome):
            self._rest(outcome, now)
        more = isinstance(message, Message) and message.more
        await self._store(
            lambda tx: settlements.settle(tx, self._vault, claimed.attempt_id, outcome, now, more)
        )

    def _compose(self, claimed: Claimed, route: Route) -> Message | Call | None:
        if claimed.kind in CALLS:
            return calls.compose_call(self._vault, claimed, self._public_url)
        return messages.compose(self._vault, claimed, self._public_url, route)

    async def _offer(self, claimed: Claimed, message: Message | Call) -> Outcome:
        valid_for = max(claimed.expires_at - self._clock.now(), timedelta(seconds=10))
        try:
            if isinstance(message, Call):
                return await self._carrier.call(message.to, message.twiml, claimed.attempt_id)
            self._pace.took(segments(message.body).parts - 1)  # the claim has counted one
            return await self._carrier.send(message.to, message.body, claimed.attempt_id, valid_for)
        except Exception:  # whatever the carrier's library raises, the text may have gone out
            log.exception("the carrier failed", extra={"attempt": claimed.attempt_id})
            return Unknown("the carrier's library failed")

    def _rest(self, outcome: Refused, now: datetime) -> None:
        """Everything waits, so that what was not taken keeps its place in the order."""
        jitter = random.random()  # noqa: S311 - jitter
        self._pace.rest(rules.back_off(outcome.retry_after, jitter), now)

    async def _store(self, unit: Callable[[Transaction], None]) -> None:
        while True:
            try:
                await self._database.write_soon(unit)
            except Unavailable:
                await asyncio.sleep(SETTLE_AGAIN)
            else:
                return


def _was_too_fast(outcome: Outcome) -> TypeGuard[Refused]:
    return (
        isinstance(outcome, Refused)
        and rules.error_class(outcome.code, outcome.status) is ErrorClass.THROTTLED
    )
