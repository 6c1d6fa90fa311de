"""Beside the window, later without it: takes positions and sends what is kept until stored.

It shares nothing with the window but the outbox, so either may die and the other goes on.
On a desktop it is a thread of the same process.
"""

import asyncio
import logging
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

from mobile.core import press, uplink
from mobile.core.device import Device
from mobile.core.outbox import Kept, KeptFix, KeptPress, NotKept, Outbox
from mobile.core.press import Incident, Line
from mobile.core.record import record
from mobile.core.routes import Route, Routes, Way
from mobile.core.uplink import News, Stored, Uplink
from mobile.core.vault import Hot
from mobile.device.link import Link, Rejected, Socket, Unreachable
from shared import wire
from shared.clock import Clock

log = logging.getLogger(__name__)

TURN_S = 0.25  # how long a row written by another process may lie unseen
HELD_S = 5.0  # a socket that lived this long is one to come back to
FIXES_KEPT = 720  # two hours without network; the oldest go first
REFUSED = frozenset({401, 403})


class Guard:
    """A thread with an event loop; `start`, `wake`, `carry` and `stop` are for other threads."""

    def __init__(self, *, hot: Hot, outbox: Path, device: Device, link: Link, clock: Clock) -> None:
        self._hot = hot
        self._path = outbox
        self._device = device
        self._link = link
        self._clock = clock
        self._loose: list[KeptPress] = []
        self._has_loose_news = False
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._main, name="guard", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was kept: send it now."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has just ended, and so has the need
                self._loop.call_soon_threadsafe(self._woken.set)

    def carry(self, entry: KeptPress) -> None:
        """A press that the disk did not take: sent from memory, for as long as this runs."""
        self._loose.append(entry)
        self._has_loose_news = True
        self.wake()

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        self._thread.join(timeout=3)

    def _main(self) -> None:
        while not self._stopping.is_set():
            try:
                self._outbox = Outbox(self._path, self._hot.outbox_key)
                asyncio.run(self._run())
                self._outbox.close()
            except sqlite3.Error:
                # A full or failing disk: what is in memory is still sent by the next attempt.
                log.exception("the outbox cannot be read; trying again")
                self._stopping.wait(1)

    async def _run(self) -> None:
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._uplink = Uplink()
        self._fixed_at: float | None = None
        self._line: str | None = None
        self._say("connecting")
        self._load()
        routes = Routes(self._hot.servers)
        while not self._stopping.is_set():
            route = routes.next()
            if await self._try(route):
                routes.worked(route)
            wait = routes.wait(urgent=self._uplink.is_urgent)
            if routes.is_dead and self._line != "refused":
                self._say("down")
            if await self._pause(wait):
                routes.hurry()

    async def _try(self, route: Route) -> bool:
        if route.way is Way.HTTPS:
            return await self._exchange(route.server)
        match await self._link.open(route.server, self._hot.bearer):
            case Unreachable():
                return False
            case Rejected(status):
                if status in REFUSED:
                    self._say("refused")
                return False
            case socket:
                return await self._talk(socket)

    async def _talk(self, socket: Socket) -> bool:
        """Until the line dies or proves useless. True where it is one to come back to."""
        began = time.monotonic()
        self._begin()
        self._say("up")
        frames: deque[str | bytes | None] = deque()
        reading = asyncio.create_task(self._read(socket, frames))
        try:
            while not self._stopping.is_set() and None not in frames:
                self._look()
                for offer in self._uplink.offers(time.monotonic()):
                    if not await socket.send(uplink.frame(offer)):
                        return time.monotonic() - began > HELD_S
                await self._nap(TURN_S)
                self._hear(frames)
                if self._uplink.is_stuck(time.monotonic()):
                    return False
            return time.monotonic() - began > HELD_S
        finally:
            reading.cancel()
            await socket.close()

    async def _read(self, socket: Socket, frames: deque[str | bytes | None]) -> None:
        frame: str | bytes | None = b""
        while frame is not None:
            frame = await socket.receive()
            frames.append(frame)
            self._woken.set()

    def _hear(self, frames: deque[str | bytes | None]) -> None:
        while frames and frames[0] is not None:
            self._take(self._uplink.received(frames.popleft() or b"", time.monotonic()))

    async def _exchange(self, server: str) -> bool:
        """Everything that waits, one request after the other. True where something got through."""
        self._begin()
        got_through = False
        while offer := next(self._uplink.offers(time.monotonic()), None):
            asked = uplink.request(offer)
            answer = await self._link.request(
                server, self._hot.bearer, asked.method, asked.path, asked.body
            )
            if isinstance(answer, Unreachable):
                return got_through
            if answer.status in REFUSED and offer.type != "stop":
                self._say("refused")
            news = self._uplink.answered(offer.ref, answer.status, answer.body, time.monotonic())
            if news:
                self._say("up")
                got_through = True
            self._take(news)
        return got_through

    async def _pause(self, seconds: float) -> bool:
        """True where the pause ended early, for something new to send."""
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            before = self._urgent()
            await self._nap(min(left, TURN_S))
            self._look()
            if self._urgent() - before:
                return True
        return False

    async def _nap(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    def _begin(self) -> None:
        self._uplink.connected()
        followed = press.is_followed(self._incident, self._clock.now())
        if followed and self._incident:
            self._uplink.ask(self._incident.accepted.incident_id)

    def _look(self) -> None:
        if self._outbox.has_news() or self._has_loose_news:
            self._load()
        self._locate()

    def _load(self) -> None:
        self._has_loose_news = False
        self._incident: Incident | None = self._outbox.incident
        self._waiting: list[Kept] = [*self._loose, *self._outbox.waiting()]
        self._uplink.keep(self._waiting)

    def _urgent(self) -> set[UUID]:
        return {entry.ref for entry in self._waiting if not isinstance(entry, KeptFix)}

    def _take(self, news: News | None) -> None:
        if news is None:
            return
        if isinstance(news, Stored):
            self._loose = [entry for entry in self._loose if entry.ref != news.press.ref]
        try:
            record(self._outbox, news, self._clock.now())
        except NotKept:
            log.warning("an answer could not be written down; what it settled is sent again later")
            return
        self._load()
        if isinstance(news, Stored):
            # A press that joins an incident under way is pushed no news of how far that is.
            self._uplink.ask(news.accepted.incident_id)

    def _say(self, state: Literal["connecting", "up", "down", "refused"]) -> None:
        if state == self._line:
            return
        self._line = state
        try:
            self._outbox.write_line(Line(state=state, since=self._clock.now()))
        except NotKept:
            log.warning("the state of the line could not be written down")

    def _locate(self) -> None:
        """A fix every ten seconds while it helps; the press itself carried the first."""
        presses = [entry for entry in self._waiting if isinstance(entry, KeptPress)]
        now, ticks = self._clock.now(), time.monotonic()
        if not press.is_tracked(self._incident, unsent=bool(presses), now=now):
            self._fixed_at = None
            return
        if self._fixed_at is None and presses and presses[-1].alert.position:
            self._fixed_at = ticks
        if self._fixed_at is not None and ticks - self._fixed_at < press.FIX_EVERY.total_seconds():
            return
        if position := self._device.position():
            self._fixed_at = ticks
            self._keep_fix(presses, position)

    def _keep_fix(self, presses: list[KeptPress], position: wire.Position) -> None:
        # A press that is not stored yet has no incident; its fixes learn it with the answer.
        known = self._incident if not presses else None
        fix = KeptFix(
            ref=uuid4(),
            press_id=known.alert_id if known else presses[-1].ref,
            incident_id=known.accepted.incident_id if known else None,
            position=position,
            battery=self._device.battery(),
        )
        fixes = [entry.ref for entry in self._waiting if isinstance(entry, KeptFix)]
        try:
            self._outbox.keep(fix)
            self._outbox.settle(fixes[: max(0, len(fixes) + 1 - FIXES_KEPT)])
        except NotKept:
            log.warning("a fix could not be kept; the next one is due in ten seconds")
        self._load()
