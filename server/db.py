"""The only place that opens and commits: one writer that answers after the sync, and readers.

A unit of work is a function of a transaction. The writer runs whatever units wait, then commits
once: a unit that fails spoils no other, and nobody is told yes before the one synced commit. A
unit may be run twice, so it does nothing but read and write. Where the database itself rolls
back (disk full, I/O error), the whole batch fails with `Unavailable`.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Executable, event
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine as sql_engine
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import DBAPIError

from server.statements import Prepared, Statement

log = logging.getLogger(__name__)

R = TypeVar("R")
Row = tuple[Any, ...]

BATCH = 128  # units to a commit: bounds how long the first of them waits for the last
BUSY_RETRY = 0.002  # seconds; SQLite's own busy handler sleeps up to 100 ms and starves a press
BUSY_GIVE_UP = 10.0  # seconds; a lock held longer than this is a fault, not a busy neighbour
PATIENCE_MS = 5_000  # how long a reader waits while another process opens or reads the log back
CHANNEL = "candlewire"  # PostgreSQL notifies it of every commit
WRITER_LOCK = 0x63616E64  # PostgreSQL advisory lock: sequence order is commit order

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": 2,  # savepoints keep old pages: in memory, not in a file outside the data folder
}
# A burst changes many pages over and over: copied into the database once a thousand commits touch
# them, not after each, and kept in memory meanwhile.
SQLITE_TUNING = {"wal_autocheckpoint": 8_000, "cache_size": -64_000}  # pages; KiB


class Unavailable(Exception):
    """The database cannot store now; nothing of this unit was kept."""


class Transaction:
    """One unit's view of the database: Core statements, and prepared ones for the hot path."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._driver: Any = connection.connection.driver_connection
        self._cursor = connection.connection.cursor()
        self._named = self._dialect.paramstyle == "pyformat"
        self.shared: dict[Any, Any] = {}  # between the units of one batch, and gone with it

    def execute(
        self,
        statement: Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Any Core statement: for everything off the hot path."""
        return self._connection.execute(statement, values)

    def run(self, statement: Statement, **values: Any) -> None:
        prepared = statement.on(self._dialect)
        self._cursor.execute(prepared.sql, self._bound(prepared, values))

    def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        prepared = statement.on(self._dialect)
        self._cursor.executemany(prepared.sql, [self._bound(prepared, row) for row in rows])

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        prepared = statement.on(self._dialect)
        self._cursor.execute(prepared.sql, self._bound(prepared, values))
        found = cast(list[Row], self._cursor.fetchall())
        return [prepared.read(row) for row in found] if prepared.results else found

    def row(self, statement: Statement, **values: Any) -> Row | None:
        found = self.rows(statement, **values)
        return found[0] if found else None

    def lock(self) -> None:
        """PostgreSQL: one committing writer at a time, so that a tail of `seq` misses nothing."""
        if self._named:
            self._cursor.execute(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            self._cursor.execute(f"NOTIFY {CHANNEL}")

    def savepoint(self) -> None:
        self._cursor.execute("SAVEPOINT unit")

    def release(self) -> None:
        self._cursor.execute("RELEASE SAVEPOINT unit")

    def rollback(self) -> None:
        self._cursor.execute("ROLLBACK TO SAVEPOINT unit")
        self._cursor.execute("RELEASE SAVEPOINT unit")

    @property
    def changes(self) -> int:
        """How many rows SQLite has changed over this connection, ever."""
        return int(self._driver.total_changes)

    @property
    def alive(self) -> bool:
        """Whether the batch's transaction is still open: SQLite ends it itself on a full disk."""
        if isinstance(self._driver, sqlite3.Connection):
            return self._driver.in_transaction
        return not self._driver.closed

    def _bound(self, prepared: Prepared, given: Mapping[str, Any]) -> Any:
        values = prepared.values(given)
        return dict(zip(prepared.names, values, strict=True)) if self._named else values


Unit = Callable[[Transaction], R]


class _Job:
    """A unit in the queue and where its result is awaited: on a thread, or on an event loop."""

    __slots__ = ("error", "future", "loop", "result", "unit")

    def __init__(self, unit: Unit[Any], loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.unit = unit
        self.loop = loop
        self.future: Future[Any] | asyncio.Future[Any] = loop.create_future() if loop else Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():  # whoever asked has gone; what the unit did stands all the same
            return
        if self.error is not None:
            self.future.set_exception(_unavailable(self.error))
        else:
            self.future.set_result(self.result)


class Database:
    """SQLite or PostgreSQL behind `write(unit)`, `write_soon(unit)` and `read()`."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._after_commit: list[Callable[[], None]] = []
        self._closed = False
        self._ailing = False
        self._at_work = False
        self._writer = threading.Thread(target=self._work, name="writer", daemon=True)
        self._writer.start()

    def write(self, unit: Unit[R]) -> R:
        """Run `unit` on the writer; its result, once durable. A failing unit spoils no other.

        Where another unit of the batch fails late, `unit` is run a second time on a clean
        transaction: it must do nothing outside of it.
        """
        return self._submit(unit).result()

    async def write_soon(self, unit: Unit[R]) -> R:
        """`write` for async doors."""
        job = _Job(unit, asyncio.get_running_loop())
        self._enqueue(job)
        return cast(R, await cast(asyncio.Future[Any], job.future))

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view; nothing written in it is kept."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield Transaction(connection)
            connection.rollback()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Calls it on the writer's thread after each durable batch; it must not block."""
        self._after_commit.append(call)

    @property
    def healthy(self) -> bool:
        """Whether the last batch could be stored."""
        return not (self._ailing or self._closed)

    @property
    def is_writing(self) -> bool:
        """Whether a unit waits, or its batch is not durable yet."""
        return self._at_work or not self._queue.empty()

    def close(self) -> None:
        """Finishes what is queued."""
        self._closed = True
        self._queue.put(None)
        self._writer.join()
        self.engine.dispose()

    def _submit(self, unit: Unit[R]) -> "Future[R]":
        job = _Job(unit)
        self._enqueue(job)
        return cast("Future[R]", job.future)

    def _enqueue(self, job: _Job) -> None:
        if self._closed:
            raise Unavailable("the database is closed")
        self._queue.put(job)

    def _work(self) -> None:
        connection: Connection | None = None
        while True:
            jobs = self._next_batch()
            if not jobs:
                break
            self._at_work = True
            try:
                if connection is None:
                    connection = self._connect_writer()
                self._run_batch(connection, jobs)
            except Exception as error:  # the driver's failures are many; each caller is told
                self._ailing = True
                log.exception("a batch could not be stored", extra={"units": len(jobs)})
                _discard(connection)
                connection = None
                for job in jobs:
                    job.error = error
                _answer(jobs)
            else:
                self._ailing = False
                _answer(jobs)
                for call in self._after_commit:
                    call()
            self._at_work = False
        if connection is not None:
            connection.close()

    def _connect_writer(self) -> Connection:
        connection = self.engine.connect()
        if self.is_sqlite:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")  # it has a wait of its own
        return connection

    def _next_batch(self) -> list[_Job]:
        first = self._queue.get()
        if first is None:
            return []
        jobs = [first]
        while len(jobs) < BATCH:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            jobs.append(job)
        return jobs

    def _run_batch(self, connection: Connection, jobs: list[_Job]) -> None:
        """On SQLite without savepoints, unless a unit fails after it has written.

        A savepoint copies each page that its unit changes: an eighth of the cost of a press. Most
        units that fail do so before they write, and leave nothing to undo.
        """
        self._begin(connection)
        if not (self.is_sqlite and _ran(Transaction(connection), jobs, guarded=False)):
            if self.is_sqlite:
                connection.rollback()
                self._begin(connection)
            _ran(Transaction(connection), jobs, guarded=True)
        connection.commit()

    def _begin(self, connection: Connection) -> None:
        if not self.is_sqlite:
            connection.begin()  # prepared statements bypass SQLAlchemy, which would not commit them
            return
        give_up = time.monotonic() + BUSY_GIVE_UP
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except DBAPIError as error:
                if "locked" not in str(error.orig) or time.monotonic() > give_up:
                    raise
                time.sleep(BUSY_RETRY)
            else:
                return


def _answer(jobs: list[_Job]) -> None:
    """Tells everyone; an event loop is woken once for all of its units."""
    waiting: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.settle()
        else:
            waiting.setdefault(job.loop, []).append(job)
    for loop, its_jobs in waiting.items():
        with suppress(RuntimeError):  # the loop has ended, and with it whoever asked
            loop.call_soon_threadsafe(_settle_all, its_jobs)


def _settle_all(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


def _ran(tx: Transaction, jobs: list[_Job], *, guarded: bool) -> bool:
    """False where a unit that no savepoint guarded failed after it wrote: all of it must go."""
    tx.lock()
    for job in jobs:
        job.error = None
        before = None if guarded else tx.changes
        if guarded:
            tx.savepoint()
        try:
            job.result = job.unit(tx)
        except Exception as error:
            if not tx.alive:
                raise
            if not guarded and tx.changes != before:
                return False
            job.error = error
        if guarded and job.error is None:
            tx.release()
        elif guarded:
            tx.rollback()
    return True


def open_engine(url: str) -> SqlEngine:
    """An engine whose every connection keeps our promises; raises Unavailable where one doesn't."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sql_engine(
            parsed,
            isolation_level="AUTOCOMMIT",
            connect_args={"timeout": 0, "check_same_thread": False},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _promise_sqlite)
        return engine
    return sql_engine(
        parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
    )


def promises(engine: SqlEngine) -> Mapping[str, Any]:
    """What a connection answers for the settings that durability and deletion rest on."""
    names = SQLITE_PRAGMAS if engine.dialect.name == "sqlite" else ("synchronous_commit", "fsync")
    verb = "PRAGMA" if engine.dialect.name == "sqlite" else "SHOW"
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"{verb} {name}").scalar() for name in names}


def _promise_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
        kept = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if kept != value:
            raise Unavailable(f"SQLite keeps {name}={kept}, and {value} is needed")
    for name, value in SQLITE_TUNING.items():
        connection.execute(f"PRAGMA {name}={value}")


def _discard(connection: Connection | None) -> None:
    if connection is not None:
        connection.invalidate()
        connection.close()


def _unavailable(error: BaseException) -> BaseException:
    """Faults of the store are one thing to a caller; faults of its own unit stay what they are."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    storage = (sqlite3.OperationalError, psycopg.OperationalError)
    return Unavailable("the database cannot store now") if isinstance(error, storage) else error
