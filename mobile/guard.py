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
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal
from uuid import UUID

from mobile.core import press, uplink
from mobile.core.answers import (
    Done,
    Moved,
    News,
    Stored,
    TimerRefused,
    TimerStands,
    Told,
    is_problem,
)
from mobile.core.arming import Arming
from mobile.core.check_in_watch import CheckInWatch
from mobile.core.device import Device
from mobile.core.feel import reached
from mobile.core.outbox import Kept, KeptPress, NotKept, Outbox
from mobile.core.press import Incident, Line
from mobile.core.record import record
from mobile.core.reflexes import Reflexes
from mobile.core.routes import Route, Routes, Way
from mobile.core.teller import Teller
from mobile.core.tracker import Tracker
from mobile.core.triggers import Heard, Source
from mobile.core.uplink import Uplink
from mobile.core.vault import Hot
from mobile.device.link import Link, Socket, Unreachable
from shared.clock import Clock

log = logging.getLogger(__name__)

TURN_S = 0.25  # how long a row written by another process may lie unseen
HELD_S = 5.0  # a socket that lived this long is one to come back to
EARLY_WAIT_S = 4.0  # between two tries, while an alert is new
GASP_S = 3.0  # what a phone that shuts down leaves a program, more or less
REFUSED = frozenset({401, 403})


class Guard:
    """A thread with an event loop; all that is public is for other threads.

    `hot` may be replaced at any time by one for the same token and servers.
    """

    def __init__(
        self,
        *,
        hot: Hot,
        outbox: Path,
        device: Device,
        link: Link,
        clock: Clock,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hot = hot
        self._path = outbox
        self._device = device
        self._link = link
        self._clock = clock
        self._ticks = ticks
        self._loose: list[KeptPress] = []
        self._has_loose_news = False
        self._arming = Arming(device)
        self._reflexes = Reflexes(
            hot=lambda: self.hot,
            outbox=outbox,
            device=device,
            clock=clock,
            send=self.wake,
            carry=self.carry,
        )
        self._is_hurried = False
        self._gasps: list[threading.Event] = []
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

    def hurry(self) -> None:
        """The network is another one, or is back: whatever failed before is tried at once."""
        self._is_hurried = True
        self.wake()

    def carry(self, entry: KeptPress) -> None:
        """A press that the disk did not take: sent from memory, for as long as this runs."""
        self._loose.append(entry)
        self._has_loose_news = True
        self.wake()

    def tapped(self, source: Source, at: float) -> Heard:
        """A tap on a widget, a tile or a notification; `at` in monotonic seconds."""
        return self._reflexes.tapped(source, at)

    def shaken(self, at: float, x: float, y: float, z: float) -> Heard:
        """A sample of the accelerometer in m/s², gravity included."""
        return self._reflexes.shaken(at, x, y, z)

    def last_gasp(self, within_s: float = GASP_S) -> bool:
        """The phone shuts down: place and charge are kept and sent now. Whether all got through."""
        said = threading.Event()
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._gasp, said)
        return said.wait(within_s)

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        self._thread.join(timeout=3)

    def _main(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self.run())
            except sqlite3.Error:
                # A full or failing disk: what is in memory is still sent by the next attempt.
                log.exception("the outbox cannot be read; trying again")
                self._stopping.wait(1)

    async def run(self) -> None:
        """The guard itself, until it is stopped; `start` gives it a thread and a loop."""
        with closing(Outbox(self._path, self.hot.outbox_key)) as self._outbox:
            await self._run()

    async def _run(self) -> None:
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._uplink = Uplink()
        self._tracker = Tracker(self._outbox, self._device)
        self._teller = Teller(self._outbox, self._device)
        self._check_in = CheckInWatch(self._outbox, self._device)
        self._line: str | None = None
        self._say("connecting")
        self._load()
        routes = Routes(self.hot.servers)
        while not self._stopping.is_set():
            route = routes.next()
            if await self._try(route):
                routes.worked(route)
            wait = routes.wait(urgent=self._uplink.is_urgent or self._is_followed())
            if routes.is_dead and self._line != "refused":
                self._say("down")
            if self._tracker.is_early(self._ticks()):
                wait = min(wait, EARLY_WAIT_S)
            if await self._pause(wait):
                routes.hurry()

    async def _try(self, route: Route) -> bool:
        if route.way is Way.HTTPS:
            return await self._exchange(route.server)
        match await self._link.open(route.server, self.hot.bearer):
            case Unreachable():
                return False
            case socket:
                return await self._talk(socket)

    async def _talk(self, socket: Socket) -> bool:
        """Until the line dies or proves useless. True where it is one to come back to."""
        began = self._ticks()
        self._begin()
        self._say("up")
        frames: deque[str | bytes | None] = deque()
        reading = asyncio.create_task(self._read(socket, frames))
        try:
            while not self._stopping.is_set() and None not in frames:
                self._look()
                if self._is_hurried:  # the line may be of the network that was left: try it
                    self._is_hurried = False
                    self._uplink.tell(self._arming.state)
                for offer in self._uplink.offers(self._ticks()):
                    if not await socket.send(uplink.frame(offer)):
                        return self._ticks() - began > HELD_S
                self._tend()
                await self._nap(TURN_S)
                self._hear(frames)
                if self._uplink.is_stuck(self._ticks()):
                    return False
            return self._ticks() - began > HELD_S
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
            self._take(self._uplink.received(frames.popleft() or b"", self._ticks()))

    async def _exchange(self, server: str) -> bool:
        """Everything that waits, one request after the other. True where something got through."""
        self._begin()
        self._look()
        if not self._uplink.is_urgent:
            self._tend()
        if self._uplink.is_silent:  # or nobody would know that this way is open
            self._uplink.tell(self._arming.state)
        got_through = False
        while offer := next(self._uplink.offers(self._ticks()), None):
            asked = uplink.request(offer)
            answer = await self._link.request(
                server, self.hot.bearer, asked.method, asked.path, asked.body
            )
            if isinstance(answer, Unreachable):
                return got_through
            if answer.status in REFUSED and not offer.has_code and is_problem(answer.body):
                self._say("refused")
            news = self._uplink.answered(offer.ref, answer.status, answer.body, self._ticks())
            if news:
                self._say("up")
                got_through = True
            self._take(news)
            if not self._uplink.is_urgent:
                self._tend()  # on a slow line this takes long, and a new place goes first
        return got_through

    async def _pause(self, seconds: float) -> bool:
        """True where the pause ended early, for something new to send."""
        until = self._ticks() + seconds
        while not self._stopping.is_set() and (left := until - self._ticks()) > 0:
            before = self._urgent()
            await self._nap(min(left, TURN_S))
            for step in (self._look, self._tend):
                step()
                if self._is_hurried or self._urgent() - before:
                    self._is_hurried = False
                    return True
        return False

    async def _nap(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    def _begin(self) -> None:
        self._uplink.connected()
        if self._incident and self._is_followed():
            self._uplink.ask(self._incident.accepted.incident_id)

    def _is_followed(self) -> bool:
        return press.is_followed(self._incident, self._clock.now())

    def _gasp(self, said: threading.Event) -> None:
        self._load()
        ticks = self._ticks()
        if self._tracker.gasp(self._incident, self._waiting, self._clock.now(), ticks):
            self._load()
        self._gasps.append(said)
        self._woken.set()

    def _look(self) -> None:
        if self._outbox.has_news() or self._has_loose_news:
            self._load()

    def _tend(self) -> None:
        """What is asked of the system, and what comes of it: after a press that waits was sent."""
        now, ticks = self._clock.now(), self._ticks()
        if self._tracker.look(self._incident, self._waiting, now, ticks):
            self._load()
        self._check_in.look(now, feels=self.hot.reminds)
        if self._check_in.is_to_ask(now, ticks):
            self._uplink.look()
        if not self._uplink.is_urgent:
            while self._gasps:
                self._gasps.pop().set()
            self._uplink.tell(self._arming.look(ticks))

    def _load(self) -> None:
        self._has_loose_news = False
        self._incident: Incident | None = self._outbox.incident
        self._waiting: list[Kept] = [*self._loose, *self._outbox.waiting()]
        self._uplink.keep(self._waiting)
        self._check_in.load()

    def _urgent(self) -> set[UUID]:
        return {entry.ref for entry in self._waiting if uplink.is_urgent(entry)}

    def _take(self, news: News | None) -> None:
        if news is None:
            return
        if isinstance(news, Told):
            self._arming.told(news.state, self._ticks())
            return
        if isinstance(news, Stored | Done):
            answered = [news.press] if isinstance(news, Stored) else news.entries
            self._loose = [entry for entry in self._loose if entry not in answered]
        try:
            record(self._outbox, news, self._clock.now())
        except NotKept:
            log.warning("an answer could not be written down; what it settled is sent again later")
            return
        self._load()
        self._tell()
        if isinstance(news, TimerRefused) or self._is_of_another_alert(news):
            self._uplink.look()
        if isinstance(news, TimerStands) and self._is_followed() and self._incident:
            self._uplink.ask(self._incident.accepted.incident_id)
        if isinstance(news, Stored):
            # A press that joins an incident under way is pushed no news of how far that is.
            self._uplink.ask(news.accepted.incident_id)

    def _tell(self) -> None:
        """By touch, how far it got; that it is kept, whoever kept it has told."""
        unsent = [entry.ref for entry in self._waiting if isinstance(entry, KeptPress)]
        self._teller.tell(reached(unsent, self._incident), self.hot.feels)

    def _is_of_another_alert(self, news: News) -> bool:
        """The server raised it for a check-in that was missed; what it is, the next answer says."""
        known = self._incident and self._incident.accepted.incident_id
        return isinstance(news, Moved) and news.progress.incident_id != known

    def _say(self, state: Literal["connecting", "up", "down", "refused"]) -> None:
        if state == self._line:
            return
        self._line = state
        try:
            self._outbox.write_line(Line(state=state, since=self._clock.now()))
        except NotKept:
            log.warning("the state of the line could not be written down")
