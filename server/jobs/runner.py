"""Keeps the jobs turning on one thread of their own, and notes when each last did."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

from server.carriers.numbers import Numbers
from server.db import Database
from server.jobs import check_in, follow_ups, forget, ladder, reconcile, retention
from server.jobs.events import Gathering
from server.jobs.invitations import Invitations
from server.jobs.relay import Relay
from server.jobs.rewriting import Rewriting
from server.jobs.ways import Ways
from server.live import Live
from server.statements import Statement
from server.vault import Vault
from shared.clock import Clock

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between turns of a job that nothing wakes
# Where much waits on the ladders, so long between a few rungs: a burst of texts goes out meanwhile.
SOON = 0.25
AFTER_A_FAULT = 1.0
LATE = 30.0  # seconds without a turn: the job is stuck
SOONEST = 0.001

Turn = Callable[[], Awaitable[object]]


class Jobs:
    """The relay and the clocks. `sole`: no other relay works on this database.

    `numbers`: who can be asked about a contact's number, if anybody.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        ways: Ways,
        clock: Clock,
        live: Live,
        public_url: str,
        *,
        sole: bool,
        numbers: Numbers | None = None,
    ) -> None:
        Statement.compile_all(database.engine.dialect)
        boot = str(uuid4())
        self._clock = clock
        self._live = live
        self._ways = ways
        self._numbers = numbers
        self._relay = Relay(database, vault, ways, clock, public_url, boot)
        dead_boots_of = boot if sole else None
        self._turns: dict[str, Turn] = {
            "reconcile": lambda: reconcile.turn(
                database, vault, ways, clock, public_url, dead_boots_of=dead_boots_of
            ),
            "forget": lambda: forget.turn(database, ways, clock),
            "check_in": lambda: asyncio.to_thread(check_in.turn, database, vault, clock),
            "ladder": lambda: asyncio.to_thread(_climb, database, vault, clock),
            "follow_ups": lambda: asyncio.to_thread(follow_ups.turn, database, vault, clock),
            "invitations": Invitations(database, vault, numbers, clock).turn,
            "events": partial(asyncio.to_thread, Gathering(database, vault, clock).turn),
            "retention": lambda: asyncio.to_thread(retention.turn, database, vault, clock),
            "rewriting": partial(asyncio.to_thread, Rewriting(database, clock).turn),
        }
        self._beats = dict.fromkeys([*self._turns, "relay"], time.monotonic())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Lets what is in flight settle, then ends the thread."""
        if self._loop and self._stopping:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def late(self) -> list[str]:
        """Jobs that have not turned for too long."""
        now = time.monotonic()
        return sorted(name for name, beat in self._beats.items() if now - beat > LATE)

    def is_gone(self) -> bool:
        """Whether their thread has ended, though it was started."""
        return self._started.is_set() and not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        tasks = [asyncio.create_task(self._every(name)) for name in self._turns]
        tasks.append(asyncio.create_task(self._relaying()))
        self._started.set()
        await self._stopping.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self._relay.drained()
        await self._ways.close()
        if self._numbers is not None:
            await self._numbers.close()

    async def _every(self, name: str) -> None:
        while True:
            left = await self._turned(name, self._turns[name])
            await asyncio.sleep(SOON if left is True else EVERY)

    async def _relaying(self) -> None:
        with self._live.listening() as woken:
            while True:
                woken.clear()
                if not await self._turned("relay", self._relay.turn):
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._until_due()):
                            await woken.wait()

    def _until_due(self) -> float:
        """Seconds to the next text that is queued, at most one turn's time."""
        due = self._relay.next_due()
        if due is None:
            return EVERY
        wait = (due - self._clock.now()) / timedelta(seconds=1)
        return min(max(wait, SOONEST), EVERY)

    async def _turned(self, name: str, turn: Turn) -> object:
        try:
            done = await turn()
        except Exception:  # one turn's fault must not end the job; the next turn tries again
            log.exception("a job failed", extra={"job": name})
            await asyncio.sleep(AFTER_A_FAULT)
            return None
        self._beats[name] = time.monotonic()
        return done


def _climb(database: Database, vault: Vault, clock: Clock) -> bool:
    """Whether rungs are left for another turn."""
    return ladder.turn(database, vault, clock) >= ladder.AT_ONCE
