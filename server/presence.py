"""Who works on a database: any number may serve, and what changes it whole waits for none."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg

from server import running
from server.db import Database
from server.running import Busy
from server.settings import Settings

SERVING_LOCK = 0x63616E65  # PostgreSQL's advisory lock that every serving process shares
SERVED = "A Candlewire server works on this database. Stop it first."


@contextlib.contextmanager
def serving(settings: Settings, database: Database) -> Iterator[None]:
    """Held by every process that serves; Busy while the database is being changed whole."""
    with (
        _lock_file(settings, fcntl.LOCK_SH)
        if database.is_sqlite
        else _advisory(database, "_shared")
    ):
        yield


@contextlib.contextmanager
def nobody_serves(settings: Settings, database: Database) -> Iterator[None]:
    """Busy where some process serves; while the block runs, none can start to."""
    if not database.is_sqlite:
        with _advisory(database, ""):
            yield
        return
    with _lock_file(settings, fcntl.LOCK_EX), running.only_one(relay_lock(settings)):
        yield


def relay_lock(settings: Settings) -> Path:
    """On SQLite one relay works on a data folder; the demo holds the same lock."""
    return settings.data / "relay.lock"


def _lock_file(settings: Settings, operation: int) -> IO[str]:
    settings.data.mkdir(parents=True, exist_ok=True)
    held = (settings.data / "serving.lock").open("a")
    try:
        fcntl.flock(held, operation | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise Busy(SERVED) from error
    return held


@contextlib.contextmanager
def _advisory(database: Database, kind: str) -> Iterator[None]:
    address = database.engine.url.set(drivername="postgresql")
    with psycopg.connect(
        address.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        found = connection.execute(f"SELECT pg_try_advisory_lock{kind}({SERVING_LOCK})").fetchone()
        if found is None or not found[0]:
            raise Busy(SERVED)
        yield
