"""One writer, one commit for all that waits, and yes only once it is durable."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server import db
from server.db import Database, Transaction, Unavailable, promises
from server.services import rows
from server.tables import Suppression

_suppression = rows.table(Suppression)
INSERT = rows.inserting(Suppression)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Spoiled(Exception):
    """A unit's own fault."""


def insert(tx: Transaction, number: int) -> int:
    tx.run(INSERT, number_mac=number.to_bytes(4, "big"), since=NOW)
    return number


def stored(database: Database) -> list[int]:
    with database.read() as tx:
        found = tx.execute(select(_suppression.c.number_mac).order_by(_suppression.c.number_mac))
        return [int.from_bytes(mac, "big") for (mac,) in found]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def in_one_batch(database: Database, units: list[db.Unit[int]]) -> list[object]:
    """Holds the writer until every unit waits; each one's result or fault."""
    holding, go = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        holding.set()
        go.wait(10)

    async def all_of_them() -> list[object]:
        held = asyncio.ensure_future(database.write_soon(hold))
        await asyncio.to_thread(holding.wait, 10)
        waiting = [asyncio.ensure_future(database.write_soon(unit)) for unit in units]
        await asyncio.sleep(0)
        go.set()
        await held
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    return asyncio.run(all_of_them())


@pytest.mark.parametrize(("writes_first", "runs"), [(False, 1), (True, 2)])
def test_others_run_again_only_where_a_unit_fails_after_it_wrote(
    database: Database, writes_first: bool, runs: int
) -> None:
    ran: list[int] = []

    def good(tx: Transaction) -> int:
        ran.append(1)
        return insert(tx, 1)

    def bad(tx: Transaction) -> int:
        if writes_first:
            insert(tx, 2)
        raise Spoiled

    first, second = in_one_batch(database, [good, bad])
    assert (first, len(ran), stored(database)) == (1, runs, [1])
    assert isinstance(second, Spoiled)


@pytest.mark.everywhere
def test_a_failing_unit_spoils_no_other(database: Database) -> None:
    """50 in a batch, 19 of them failing after they have written."""
    bad = {number for number in range(50) if number * 7 % 50 < 19}
    commits: list[None] = []
    database.after_commit(lambda: commits.append(None))

    def unit(number: int) -> db.Unit[int]:
        def work(tx: Transaction) -> int:
            insert(tx, number)
            if number in bad:
                raise Spoiled(number)
            return number

        return work

    results = in_one_batch(database, [unit(number) for number in range(50)])
    assert len(bad) == 19
    for number, result in enumerate(results):
        assert isinstance(result, Spoiled) if number in bad else result == number
    assert stored(database) == sorted(set(range(50)) - bad)
    assert len(commits) == 2, "the one that held the writer, and one for all that waited"


@pytest.mark.everywhere
def test_a_broken_statement_spoils_its_unit_alone(database: Database) -> None:
    units: list[db.Unit[int]] = [
        lambda tx: insert(tx, 1),
        lambda tx: insert(tx, 1),
        lambda tx: insert(tx, 2),
    ]
    first, twice, second = in_one_batch(database, units)
    assert (first, second) == (1, 2)
    assert isinstance(twice, Exception)
    assert not isinstance(twice, Unavailable)
    assert stored(database) == [1, 2]
    assert database.healthy


@pytest.mark.everywhere
def test_what_only_prepared_statements_wrote_is_there_for_everyone(
    database: Database, database_url: str
) -> None:
    database.write(lambda tx: insert(tx, 5))
    other = Database(database_url)
    try:
        assert stored(other) == [5]
    finally:
        other.close()


@pytest.mark.everywhere
def test_nothing_written_in_a_reading_is_kept(database: Database) -> None:
    with database.read() as tx:
        insert(tx, 1)
    assert stored(database) == []


@pytest.mark.everywhere
def test_a_long_reading_sees_one_moment(database: Database) -> None:
    database.write(lambda tx: insert(tx, 1))
    with database.read() as tx:
        count = select(_suppression.c.number_mac)
        before = len(tx.execute(count).all())
        database.write(lambda tx: insert(tx, 2))
        assert len(tx.execute(count).all()) == before
    assert stored(database) == [1, 2]


def test_after_the_end_nothing_is_taken_and_what_was_queued_is_kept(database_url: str) -> None:
    database = Database(database_url)
    futures = [database._submit(partial(insert, number=number)) for number in range(300)]
    database.close()
    assert [future.result(1) for future in futures] == list(range(300))
    with pytest.raises(Unavailable):
        database.write(lambda tx: insert(tx, 1000))
    assert not database.healthy
    again = Database(database_url)
    assert stored(again) == list(range(300))
    again.close()


@pytest.mark.everywhere
def test_every_connection_keeps_our_promises(database: Database) -> None:
    kept = promises(database.engine)
    if database.is_sqlite:
        assert kept == db.SQLITE_PRAGMAS
        assert (kept["journal_mode"], kept["synchronous"], kept["secure_delete"]) == ("wal", 2, 1)
    else:
        assert kept == {"synchronous_commit": "on", "fsync": "on"}


def test_a_database_that_cannot_keep_them_is_refused() -> None:
    """One in memory alone knows no write-ahead log."""
    memory = Database("sqlite://")
    with pytest.raises(Unavailable):
        memory.write(lambda tx: None)
    memory.close()


def test_another_process_holding_the_lock_is_waited_for(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    holding, done = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        insert(tx, 1)
        holding.set()
        done.wait(0.3)

    held = other._submit(hold)
    holding.wait(10)
    assert database.write(lambda tx: insert(tx, 2)) == 2
    held.result(10)
    other.close()
    assert stored(database) == [1, 2]


def test_where_the_database_itself_rolls_back_the_whole_batch_fails(database: Database) -> None:
    """As SQLite does on a full disk: nobody of that batch may hear yes."""

    def end_it(tx: Transaction) -> int:
        driver = tx._connection.connection.driver_connection
        assert driver is not None
        driver.rollback()
        raise sqlite3.OperationalError("disk I/O error")

    results = in_one_batch(database, [lambda tx: insert(tx, 1), end_it, lambda tx: insert(tx, 2)])
    assert [type(result) for result in results] == [Unavailable] * 3
    assert not database.healthy
    assert database.write(lambda tx: insert(tx, 3)) == 3
    assert database.healthy
    assert stored(database) == [3]


FULL_DISK = """
import resource, signal, sys
from concurrent.futures import wait
from sqlalchemy import text
from server.db import Database, Unavailable

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = Database(f"sqlite:///{sys.argv[1]}")
database.write(lambda tx: tx.execute(text("CREATE TABLE t (n INTEGER, filling BLOB)")))
insert = text("INSERT INTO t VALUES (:n, zeroblob(20000))")

def unit(n):
    return lambda tx: tx.execute(insert, {"n": n})

database.write(unit(0))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
futures = [database._submit(unit(n)) for n in range(1, 101)]
wait(futures)
kept = [n for n, future in enumerate(futures, 1) if future.exception() is None]
faults = {type(future.exception()).__name__ for future in futures if future.exception()}
assert faults == {"Unavailable"}, faults
assert not database.healthy
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
database.write(unit(1000))
assert database.healthy
with database.read() as tx:
    there = [n for (n,) in tx.execute(text("SELECT n FROM t ORDER BY n"))]
assert there == [0, *kept, 1000], (there, kept)
database.close()
print("kept", len(kept))
"""


def test_on_a_full_disk_everyone_hears_no_and_what_was_promised_is_there(tmp_path: Path) -> None:
    """The system itself refuses the writer's bytes, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "full.db")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kept")


def test_no_value_shows_in_a_fault(database: Database) -> None:
    database.write(lambda tx: insert(tx, 1))
    with pytest.raises(Exception) as failed:  # noqa: PT011 - whichever the driver raises
        database.write(
            lambda tx: tx.execute(
                text("INSERT INTO suppression VALUES (:mac, :secret, :secret)"),
                {"mac": b"+33639980001", "secret": "Amina"},
            )
        )
    assert "Amina" not in str(failed.value)
    assert "33639980001" not in str(failed.value)
