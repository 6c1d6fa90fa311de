"""Wakes whoever follows the timeline. A wake-up carries nothing and may be lost: the tails ask
the database from the last number they saw."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator

import psycopg
from sqlalchemy.engine import make_url

from server.db import CHANNEL, Database

LOOK_EVERY = 0.02  # seconds: how often SQLite is asked whether another process has committed
ASK_ANYWAY = 5.0  # seconds: a lost wake-up costs at most this


class Live:
    """Tells sleepers in this process of every commit, and other processes where there are any."""

    def __init__(self, database: Database, *, alone: bool) -> None:
        """`alone`: no other process writes to this database (the demo, the tests)."""
        self._database = database
        self._sleepers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        database.after_commit(self.wake)
        if not alone:
            watch = self._watch_sqlite if database.is_sqlite else self._watch_postgresql
            threading.Thread(target=watch, name="live", daemon=True).start()

    def wake(self) -> None:
        with self._lock:
            sleepers = list(self._sleepers)
        for loop, event in sleepers:
            with contextlib.suppress(RuntimeError):  # its loop has ended: nobody is asleep there
                loop.call_soon_threadsafe(event.set)

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set at every commit; whoever waits on it clears it."""
        sleeper = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._sleepers.add(sleeper)
        try:
            yield sleeper[1]
        finally:
            with self._lock:
                self._sleepers.discard(sleeper)

    async def turns(self) -> AsyncIterator[None]:
        """Yields once at the start, then after every commit or run of commits."""
        with self.listening() as woken:
            while True:
                yield
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ASK_ANYWAY):
                        await woken.wait()
                woken.clear()

    def stop(self) -> None:
        self._stopped.set()

    def _watch_sqlite(self) -> None:
        with self._database.engine.connect() as connection:
            seen = connection.exec_driver_sql("PRAGMA data_version").scalar()
            self.wake()  # for what was committed before anybody looked
            while not self._stopped.wait(LOOK_EVERY):
                version = connection.exec_driver_sql("PRAGMA data_version").scalar()
                if version != seen:
                    seen = version
                    self.wake()

    def _watch_postgresql(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql")
        address = make_url(url).render_as_string(hide_password=False)
        while not self._stopped.is_set():
            with contextlib.suppress(psycopg.OperationalError):
                self._follow(address)
            self.wake()
            self._stopped.wait(1.0)

    def _follow(self, address: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self.wake()  # for what was committed before anybody listened
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=1.0, stop_after=1):
                    self.wake()
