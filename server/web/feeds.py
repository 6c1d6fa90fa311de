"""Tails of the timeline, read once a process and handed to every socket that follows."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from server.services import phone_views, reading, staff, timeline
from server.services.reading import Reader
from server.services.staff import Session
from server.web.deps import Parts
from shared import wire

PAGE = 500  # entries read at a time
KEPT = 2000  # frames in memory for boards that follow closely; older ones are read again
NEWS = 256  # progress messages that may wait for one phone


class ProgressFeed:
    """Changes of what phones may know, sorted to the sockets of their activists."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._followers: dict[str, set[asyncio.Queue[wire.Progress]]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def following(self, activist_id: str) -> Iterator["asyncio.Queue[wire.Progress]"]:
        news: asyncio.Queue[wire.Progress] = asyncio.Queue(NEWS)
        self._followers.setdefault(activist_id, set()).add(news)
        if self._task is None or self._task.done():
            with self._parts.database.read() as tx:
                start = timeline.last_seq(tx)
            self._task = asyncio.create_task(self._run(start))
        try:
            yield news
        finally:
            self._followers[activist_id].discard(news)
            if not self._followers[activist_id]:
                del self._followers[activist_id]
            if not self._followers and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _run(self, seen: int) -> None:
        async for _ in self._parts.live.turns():
            while changes := await asyncio.to_thread(self._read, seen):
                for activist_id, version, progress in changes:
                    seen = version
                    for news in self._followers.get(activist_id, ()):
                        if news.full():
                            news.get_nowait()  # a phone needs the newest progress, not all of it
                        news.put_nowait(progress)

    def _read(self, seen: int) -> list[tuple[str, int, wire.Progress]]:
        with self._parts.database.read() as tx:
            return phone_views.changed_since(tx, seen)


class BoardFeed:
    """The timeline as one office may read it: each entry opened and serialised once a process."""

    def __init__(self, parts: Parts, session: Session, start: int) -> None:
        self._parts = parts
        self._reader = Reader(parts.vault, session)
        self._frames: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._first = start  # entries after this number are in `_frames`, but for what fell out
        self._head = start
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def follow(self, after: int) -> AsyncIterator[tuple[int, list[str]]]:
        """Pages of frames after a number, each with the number it reaches, without end."""
        while True:
            woken = self._woken
            if after >= self._first:
                frames = [frame for seq, frame in self._frames if seq > after]
                reached = self._head
            else:
                reached, found = await asyncio.to_thread(self._read, after)
                reached = min(max(reached, after), max(self._head, after))
                frames = [frame for seq, frame in found if seq <= reached]
            if reached > after:
                after = reached
                yield after, frames
            else:
                await woken.wait()

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        async for _ in self._parts.live.turns():
            while True:
                reached, frames = await asyncio.to_thread(self._read, self._head)
                if reached == self._head:
                    break
                for frame in frames:
                    if len(self._frames) == KEPT:
                        self._first = self._frames[0][0]
                    self._frames.append(frame)
                self._head = reached
                self._woken.set()
                self._woken = asyncio.Event()

    def _read(self, after: int) -> tuple[int, list[tuple[int, str]]]:
        with self._parts.database.read() as tx:
            names = staff.names(tx, self._parts.vault)
            reached, entries = reading.tail(tx, self._reader, names, after, PAGE)
        return reached, [(entry["seq"], _frame(entry)) for entry in entries]


class BoardFeeds:
    """One feed for each office and key that has a board open; it goes with the last of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._feeds: dict[tuple[str, bool], tuple[BoardFeed, set[object]]] = {}

    @contextlib.contextmanager
    def following(self, session: Session) -> Iterator[BoardFeed]:
        key = (session.office_id, session.readable)
        if key not in self._feeds:
            with self._parts.database.read() as tx:
                start = timeline.last_seq(tx)
            self._feeds[key] = (BoardFeed(self._parts, session, start), set())
        feed, followers = self._feeds[key]
        follower = object()
        followers.add(follower)
        try:
            yield feed
        finally:
            followers.discard(follower)
            if not followers:
                del self._feeds[key]
                feed.stop()


def _frame(entry: dict[str, Any]) -> str:
    return msgspec.json.encode(entry).decode()
