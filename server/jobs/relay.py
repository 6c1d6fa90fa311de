"""The relay: claims what is due, sends it with no transaction open, settles what came of it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeGuard

from server.carriers import Outcome, Refused, Sent, Unknown
from server.db import Database, Transaction, Unavailable
from server.domain import delivery as rules
from server.domain.delivery import CALLS, ErrorClass
from server.domain.routes import Choice, Hop
from server.jobs.ways import Way, Ways
from server.services import calls, deliveries, incidents, messages, settlements
from server.services.deliveries import Claimed
from server.services.messages import Message
from server.vault import Vault
from shared.clock import Clock
from shared.texts import segments
from shared.texts.composer import Route

log = logging.getLogger(__name__)

# Texts under way: the carrier's answer takes 0.1 to 2 s, and a burst is thousands. Half of them
# are composed and wait for one of its connections, never as long as a lease.
AT_ONCE = 512
SETTLE_AGAIN = 0.5  # seconds: an outcome is kept in memory until the database takes it
ROUTE = Route(two_way=True, links=True)
FILTERED = 30007


class Relay:
    """Its boot id tells its claims from those of a process that died."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        ways: Ways,
        clock: Clock,
        public_url: str,
        boot: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._ways = ways
        self._clock = clock
        self._public_url = public_url
        self._boot = boot
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
        usual = self._ways.usual(now)
        claimed = await self._database.write_soon(lambda tx: self._claim(tx, usual, free, now))
        texts = sum(1 for one in claimed if one.kind not in CALLS)
        usual.pace.took(texts)
        if texts < len(claimed):
            self._called_at = now
        for one in claimed:
            sending = self._call(one) if one.kind in CALLS else self._send(one, usual)
            task = asyncio.create_task(sending)
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
        if text is not None and (full := self._ways.usual(now).pace.full_until(now)):
            text = max(text, full)
        if call is not None:
            call = rules.next_call(call, self._called_at, now)
        times = (text, call, release)
        return min((time for time in times if time is not None), default=None)

    def _claim(self, tx: Transaction, usual: Way, limit: int, now: datetime) -> list[Claimed]:
        incidents.release_due(tx, self._vault, now)
        room = usual.pace.room(limit, now)
        claimed = deliveries.claim_due(tx, self._boot, room, now) if room else []
        if rules.next_call(now, self._called_at, now) <= now:
            claimed += deliveries.claim_call(tx, self._boot, now)
        return claimed

    async def _send(self, claimed: Claimed, counted: Way) -> None:
        """A text by the way that is best for its number; `counted`: whose pace the claim took."""
        message = self._compose(claimed, ROUTE)
        if message is None:
            await self._drop(claimed)
            return
        choice = self._choose(claimed, message)
        if choice is None:
            now = self._clock.now()
            await self._store(lambda tx: settlements.give_up(tx, claimed.attempt_id, FILTERED, now))
            return
        way = self._ways[choice.hop.way]
        if way is not counted and not self._moves(way, counted):
            due = way.pace.full_until(self._clock.now()) or self._clock.now()
            await self._store(lambda tx: settlements.put_back(tx, claimed.attempt_id, due))
            return
        route = _route(choice.hop, claimed.plain)
        worded = message if route == ROUTE else self._compose(claimed, route)
        if worded is None:
            await self._drop(claimed)
            return
        await self._text(claimed, worded, way, choice)

    def _choose(self, claimed: Claimed, message: Message) -> Choice | None:
        """None where nothing is left but the words that a filter has caught."""
        now, avoided = self._clock.now(), (claimed.avoided or "").split()
        asks = claimed.kind in rules.ASKS
        choice = self._ways.choose(message.to, avoided, now, asks=asks)
        if not claimed.plain or avoided or self._is_plainer(claimed, choice.hop):
            return choice
        if not choice.others:
            return None
        return self._ways.choose(message.to, [choice.hop.way], now, asks=asks)

    def _is_plainer(self, claimed: Claimed, hop: Hop) -> bool:
        with_link = self._compose(claimed, _route(hop, plain=False))
        return with_link != self._compose(claimed, _route(hop, plain=True))

    def _moves(self, way: Way, counted: Way) -> bool:
        """Takes its place at another way's pace, if that one has room."""
        counted.pace.took(-1)
        if not way.pace.room(1, self._clock.now()):
            return False
        way.pace.took(1)
        return True

    async def _text(self, claimed: Claimed, message: Message, way: Way, choice: Choice) -> None:
        started = self._clock.now()
        valid_for = max(claimed.expires_at - started, timedelta(seconds=10))
        parts = segments(message.body).parts
        way.pace.took(parts - 1)  # the claim has counted one
        outcome = await self._offered(
            way.carrier.send(message.to, message.body, claimed.attempt_id, valid_for), claimed
        )
        now = self._clock.now()
        self._ways.note(way, outcome, started, now)
        if isinstance(outcome, Sent):
            way.pace.accepted(parts)
        elif _was_too_fast(outcome):
            _rest(way, outcome, now)
        await self._store(
            lambda tx: settlements.settle(
                tx, self._vault, claimed.attempt_id, outcome, now, message.more, choice
            )
        )

    async def _call(self, claimed: Claimed) -> None:
        call = calls.compose_call(self._vault, claimed, self._public_url)
        if call is None:
            await self._drop(claimed)
            return
        way = self._ways.to_call_by(self._clock.now())
        outcome = await self._offered(
            way.carrier.call(call.to, call.twiml, claimed.attempt_id), claimed
        )
        now = self._clock.now()
        await self._store(
            lambda tx: settlements.settle(tx, self._vault, claimed.attempt_id, outcome, now, False)
        )

    async def _drop(self, claimed: Claimed) -> None:
        await self._store(lambda tx: settlements.drop(tx, claimed.attempt_id))

    def _compose(self, claimed: Claimed, route: Route) -> Message | None:
        return messages.compose(self._vault, claimed, self._public_url, route)

    async def _offered(self, request: Awaitable[Outcome], claimed: Claimed) -> Outcome:
        try:
            return await request
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


def _route(hop: Hop, plain: bool) -> Route:
    return Route(two_way=hop.two_way, links=hop.links and not plain)


def _rest(way: Way, outcome: Refused, now: datetime) -> None:
    """Everything waits, so that what was not taken keeps its place in the order."""
    jitter = random.random()  # noqa: S311 - jitter
    way.pace.rest(rules.back_off(outcome.retry_after, jitter), now)


def _was_too_fast(outcome: Outcome) -> TypeGuard[Refused]:
    return (
        isinstance(outcome, Refused)
        and rules.error_class(outcome.code, outcome.status) is ErrorClass.THROTTLED
    )
