"""SQLite's files: what was deleted stays readable in them until log and pages are written anew."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from server.db import PATIENCE_MS, Database


def truncate_log(database: Database) -> None:
    """Empties SQLite's write-ahead log: deleted rows stay readable in it until then."""
    if database.is_sqlite:
        with _impatient(database) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite(database: Database) -> float:
    """Writes every page anew, and empties the log; how many seconds nobody else could write.

    `secure_delete` zeroes a row where it is deleted. Where a full page was split before, the other
    half may still hold a copy in its unused space. Needs as much memory as the file is long, and
    twice that on disk. Raises sqlalchemy's OperationalError where somebody else is writing.
    """
    with _impatient(database) as connection:
        began = time.monotonic()
        connection.exec_driver_sql("VACUUM")
        took = time.monotonic() - began
    truncate_log(database)
    return took


def size(database: Database) -> int | None:
    """Bytes of SQLite's file; None where there is none."""
    path = _path(database)
    return path.stat().st_size if path else None


def space_beside(database: Database) -> int:
    """Bytes that are free where SQLite's file is."""
    path = _path(database)
    return shutil.disk_usage(path.parent).free if path else 0


def log_age(database: Database) -> float | None:
    """Seconds since SQLite's write-ahead log was last written; None while it is empty."""
    path = _path(database)
    if path is None:
        return None
    try:
        state = path.with_name(path.name + "-wal").stat()
    except FileNotFoundError:
        return None
    return max(time.time() - state.st_mtime, 0.0) if state.st_size else None


def _path(database: Database) -> Path | None:
    name = database.engine.url.database
    return Path(name) if database.is_sqlite and name else None


@contextmanager
def _impatient(database: Database) -> Iterator[Connection]:
    """A connection that waits for nobody, so that nobody waits for it: later will do."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
