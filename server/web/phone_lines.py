"""The sockets of phones that are revoked are closed, in whichever process they are open."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from server.services import devices
from server.web.deps import Parts

AT_MOST_EVERY = 0.5  # seconds: a storm of commits asks no more often
BEFORE = timedelta(minutes=1)  # what was revoked while a socket opened


class PhoneLines:
    """One look at the database for all sockets of a process; it ends with the last of them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._open: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def following(self, device_id: str) -> Iterator[asyncio.Event]:
        """An event that is set once this phone is revoked."""
        revoked = asyncio.Event()
        self._open.setdefault(device_id, set()).add(revoked)
        if self._task is None or self._task.done():
            since = self._parts.clock.now() - BEFORE
            self._task = asyncio.create_task(self._run(since))
        try:
            yield revoked
        finally:
            self._open[device_id].discard(revoked)
            if not self._open[device_id]:
                del self._open[device_id]
            if not self._open and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _run(self, since: datetime) -> None:
        async for _ in self._parts.live.turns():
            for device_id, at in await asyncio.to_thread(self._look, since):
                since = max(since, at)
                for revoked in self._open.get(device_id, ()):
                    revoked.set()
            await asyncio.sleep(AT_MOST_EVERY)

    def _look(self, since: datetime) -> list[tuple[str, datetime]]:
        with self._parts.database.read() as tx:
            return devices.revoked_since(tx, since)
