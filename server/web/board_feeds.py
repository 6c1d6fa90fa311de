"""The timeline as an office may read it, opened and framed once a process, however many boards.

A board that keeps up is written to as entries come. One that does not is left out, and reads on
from where it stands once it takes something again: nobody waits for it, and nothing piles up.
"""

import asyncio
import contextlib
import logging
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import msgspec
from fastapi import Request

from server.db import Transaction
from server.services import board, reading, timeline
from server.services.reading import Reader
from server.services.staff import Session
from server.web.deps import Parts
from server.web.lines import Line, text_frame

log = logging.getLogger(__name__)

PAGE = 500  # entries read at a time
KEPT = 2 * PAGE  # frames in memory at least, and at most twice as many; older ones are read again
AT_ONCE = 100  # entries to a write: bounds what waits in memory for a board that stops reading
OLDER_KEPT = 32  # writes' worth of older frames: boards that come back together read the same
MOVED = ("office_changed", "office_left")
A_FEW = 100  # boards written to before others have their turn: 300 would hold a press for 3 ms
GATHER = 0.05  # seconds between two looks at the timeline: an eye sees no more
GIVE_WAY = 0.001  # seconds for a press that is being stored, before the next few boards
GIVE_WAY_TIMES = 5  # at most: boards are not held up for as long as a burst lasts
STALLED = 30.0  # seconds a board may leave what it was sent unread; it comes back and catches up


class Framed(NamedTuple):
    seq: int
    frame: bytes


class Page(NamedTuple):
    """Frames ready to be written, and the number that they reach."""

    reached: int
    frames: bytes


class Older(NamedTuple):
    """A stretch of the timeline that was read again."""

    begin: int
    end: int
    framed: list[Framed]
    whole: bytes

    def after(self, number: int) -> Page:
        if number <= self.begin:
            return Page(self.end, self.whole)
        return Page(self.end, b"".join(one.frame for one in self.framed if one.seq > number))


class Newest:
    """The newest frames of a tail, in order; what is older must be read again."""

    def __init__(self, start: int) -> None:
        self.first = start  # every frame after this number is here
        self.head = start  # the last number that was looked at
        self._seqs: list[int] = []
        self._frames: list[bytes] = []

    def add(self, reached: int, found: list[Framed]) -> None:
        self._seqs += [one.seq for one in found]
        self._frames += [one.frame for one in found]
        self.head = reached
        if len(self._seqs) > 2 * KEPT:  # seldom, and much at once
            self.first = self._seqs[-KEPT - 1]
            del self._seqs[:-KEPT], self._frames[:-KEPT]

    def forget(self) -> None:
        self.first = self.head
        self._seqs, self._frames = [], []

    def after(self, number: int) -> Page:
        begin = bisect_right(self._seqs, number)
        end = begin + AT_ONCE
        reached = self._seqs[end - 1] if end < len(self._seqs) else self.head
        return Page(reached, b"".join(self._frames[begin:end]))


class Follower:
    """One board's place on the tail."""

    def __init__(self, feed: "BoardFeed", line: Line, after: int) -> None:
        self._feed = feed
        self._line = line
        self._after = after
        self._woken = asyncio.Event()

    def push(self, start: int, page: Page) -> None:
        """What has just come, where this board has all before it and takes it at once."""
        if self._after == start and self._line.write(page.frames):
            self._after = page.reached
        else:
            self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Sends what this board lacks, until it or the feed is gone.

        TimeoutError where it leaves unread what it was sent.
        """
        while not self._feed.is_over:
            self._woken.clear()
            page = await self._feed.page(self._after)
            if page.reached == self._after:
                await self._woken.wait()
                continue
            async with asyncio.timeout(STALLED):
                await self._line.drained()
            if not self._line.write(page.frames):
                return
            self._after = page.reached


class BoardFeed:
    """One office's tail. `incidents`: an entry also says how its incident stands by now."""

    def __init__(self, parts: Parts, session: Session, start: int, *, incidents: bool) -> None:
        self.reader = Reader(parts.vault, session)
        self.followers: set[Follower] = set()
        self.is_over = False
        self._parts = parts
        self._incidents = incidents
        self._moved = False  # an incident came or went, and with it what happened to it before
        self._newest = Newest(start)
        self._older: OrderedDict[tuple[int, int], asyncio.Task[Older]] = OrderedDict()
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        for task in (self._task, *self._older.values()):
            task.cancel()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Where the timeline could not be read, every board is let go, and comes back."""
        self.is_over = True
        for follower in self.followers:
            follower.wake()
        if not task.cancelled() and (error := task.exception()):
            log.error("the boards' feed has ended", exc_info=error)

    async def page(self, after: int) -> Page:
        """What comes after a number; it reaches no further where there is nothing yet."""
        if after >= self._newest.first:
            return self._newest.after(after)
        begin = after - after % AT_ONCE
        stretch = (begin, min(begin + AT_ONCE, self._newest.first))
        reading_it = self._older.get(stretch)
        if reading_it is None:
            reading_it = asyncio.create_task(asyncio.to_thread(self._read_older, *stretch))
            self._older[stretch] = reading_it
            if len(self._older) > OLDER_KEPT:
                self._older.popitem(last=False)
        try:
            older = await asyncio.shield(reading_it)  # others wait for it too
        except Exception:
            self._older.pop(stretch, None)
            raise
        return older.after(after)

    async def _run(self) -> None:
        async for _ in self._parts.live.turns():
            while True:
                start = self._newest.head
                reached, found = await asyncio.to_thread(self._read, start, PAGE)
                if reached == start:
                    break
                self._newest.add(reached, found)
                await self._publish(start)
                if self._moved:
                    self._moved = False
                    self._newest.forget()
                    self._older.clear()
                await asyncio.sleep(GATHER)

    async def _publish(self, start: int) -> None:
        """A bite at a time to every board, and to a few at a time: a press goes between them."""
        head = self._newest.head
        while start < head:
            page = self._newest.after(start)
            for number, follower in enumerate(list(self.followers), 1):
                follower.push(start, page)
                if number % A_FEW == 0:
                    await self._give_way()
            start = page.reached

    async def _give_way(self) -> None:
        await asyncio.sleep(0)
        for _ in range(GIVE_WAY_TIMES):
            if not self._parts.database.is_writing:
                return
            await asyncio.sleep(GIVE_WAY)

    def _read(self, after: int, limit: int) -> tuple[int, list[Framed]]:
        with self._parts.database.read() as tx:
            names = self.reader.names(tx)
            reached, entries = reading.tail(tx, self.reader, names, after, limit)
            self._moved |= any(entry["kind"] in MOVED for entry in entries)
            if self._incidents and entries:
                self._tell_incidents(tx, entries)
        return reached, [Framed(entry["seq"], _frame(entry)) for entry in entries]

    def _read_older(self, begin: int, end: int) -> Older:
        """Numbers have gaps where a transaction failed, so as many rows are enough."""
        _, found = self._read(begin, end - begin)
        framed = [one for one in found if one.seq <= end]
        return Older(begin, end, framed, b"".join(one.frame for one in framed))

    def _tell_incidents(self, tx: Transaction, entries: list[dict[str, Any]]) -> None:
        """The last of an incident's entries says how it stands, so that no board need ask.

        None where it went to another office, and is not to be seen here any more.
        """
        last = {entry["incident_id"]: entry for entry in entries}
        for entry in last.values():
            entry["incident"] = None
        for summary in board.some(tx, self._parts.vault, self.reader, list(last)):
            last[summary["id"]]["incident"] = summary


class BoardFeeds:
    """A feed for all boards that may read the same; it goes with the last of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._feeds: dict[Hashable, BoardFeed] = {}

    @contextlib.contextmanager
    def following(
        self, session: Session, line: Line, after: int, *, incidents: bool
    ) -> Iterator[Follower]:
        key = (_may_read(session), incidents)
        if key not in self._feeds or self._feeds[key].is_over:
            with self._parts.database.read() as tx:
                start = timeline.last_seq(tx)
            self._feeds[key] = BoardFeed(self._parts, session, start, incidents=incidents)
        feed = self._feeds[key]
        follower = Follower(feed, line, after)
        feed.followers.add(follower)
        try:
            yield follower
        finally:
            feed.followers.discard(follower)
            if not feed.followers:
                feed.stop()
                if self._feeds.get(key) is feed:
                    del self._feeds[key]

    def reader(self, session: Session) -> Reader:
        """What the boards of this office have opened already; while none is open, one anew."""
        feed = self._feeds.get((_may_read(session), True))
        return feed.reader if feed else Reader(self._parts.vault, session)


def reader_of(request: Request, who: Session) -> Reader:
    """For a door that reads incidents."""
    feeds: BoardFeeds = request.app.state.board_feeds
    return feeds.reader(who)


def _may_read(session: Session) -> Hashable:
    """Two sessions read the same where they see the same offices and hold the same keys."""
    return session.office_id, session.sees, frozenset(session.keys)


def _frame(entry: dict[str, Any]) -> bytes:
    return text_frame(msgspec.json.encode(entry))
