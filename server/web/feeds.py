"""What phones may know, read once a process and handed to every socket that follows."""

import asyncio
import contextlib
from collections.abc import Iterator

from server.services import phone_views, timeline
from server.web.deps import Parts
from shared import wire

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
