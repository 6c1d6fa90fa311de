"""The file is written anew: nothing destroyed is left in it, and nobody's press is in the way."""

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from server.db import Database, Transaction
from server.jobs import rewriting
from server.jobs.rewriting import Rewriting
from server.sqlite_files import rewrite, size, truncate_log
from tests.support.world import World

NUMBERS = 2000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'candlewire.db'}")
    yield opened
    opened.close()


def job(world: World) -> Rewriting:
    return Rewriting(world.database, world.clock)


def at_rest(world: World, **span: float) -> None:
    """So much later, with an empty log."""
    world.clock.forward_to(world.clock.now() + timedelta(**span))
    truncate_log(world.database)


def pressed(world: World) -> None:
    one = world.activist(contacts=[])
    one.phone.caller.ask("POST", "/v1/alerts", one.phone.press_body()).ok()


def test_what_a_split_page_kept_of_a_destroyed_number_is_gone(
    database: Database, tmp_path: Path
) -> None:
    chance = random.Random(1)
    numbers = [chance.randbytes(16) for _ in range(NUMBERS)]
    rows = [
        {"id": chance.randbytes(12).hex(), "number": number, "wrap": chance.randbytes(74)}
        for number in numbers
    ]

    def unit(tx: Transaction) -> None:
        tx.execute(text("CREATE TABLE r (id TEXT PRIMARY KEY, n BLOB, w BLOB) WITHOUT ROWID"))
        tx.execute(text("CREATE INDEX by_number ON r (n)"))
        tx.execute(text("INSERT INTO r VALUES (:id, :number, :wrap)"), rows)

    database.write(unit)
    database.write(lambda tx: tx.execute(text("UPDATE r SET n = NULL, w = NULL")) and None)
    truncate_log(database)
    file = tmp_path / "candlewire.db"
    kept = file.read_bytes()
    assert any(number in kept for number in numbers)  # secure_delete alone does not do it
    rewrite(database)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(number in left for number in numbers)
    with database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM r")).scalar() == NUMBERS


def test_it_waits_until_nothing_has_happened_for_long(world: World) -> None:
    pressed(world)
    beside = job(world)
    at_rest(world, seconds=1)
    assert not beside.turn()
    at_rest(world, minutes=5)
    assert beside.turn()
    assert not beside.turn()


def test_something_new_brings_it_about_again_and_an_hour_does(world: World) -> None:
    beside = job(world)
    at_rest(world, seconds=1)
    assert not beside.turn()  # a server that has just begun
    at_rest(world, minutes=5)
    assert beside.turn()
    pressed(world)
    at_rest(world, minutes=5)
    assert beside.turn()
    at_rest(world, minutes=50)
    assert not beside.turn()
    at_rest(world, minutes=11)
    assert beside.turn()


def test_whoever_writes_goes_first(world: World, tmp_path: Path) -> None:
    pressed(world)
    beside = job(world)
    at_rest(world, minutes=5)
    other = sqlite3.connect(str(world.database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not beside.turn()
    other.execute("ROLLBACK")
    other.close()
    at_rest(world, minutes=5)
    assert beside.turn()


def test_a_file_that_was_just_written_is_left_alone(world: World) -> None:
    pressed(world)
    beside = job(world)
    world.clock.forward_to(world.clock.now() + timedelta(minutes=5))
    assert not beside.turn()


def test_a_file_too_long_for_memory_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "LARGEST", size(world.database))
    beside = job(world)
    at_rest(world, minutes=5)
    assert beside.turn()
    monkeypatch.setattr(rewriting, "LARGEST", (size(world.database) or 0) - 1)
    at_rest(world, hours=2)
    assert not beside.turn()


def test_what_is_written_meanwhile_waits_and_is_kept(database: Database) -> None:
    filling = [{"filling": random.Random(n).randbytes(4000)} for n in range(2000)]

    def unit(tx: Transaction) -> None:
        tx.execute(text("CREATE TABLE t (b BLOB)"))
        tx.execute(text("INSERT INTO t VALUES (:filling)"), filling)

    database.write(unit)
    with ThreadPoolExecutor() as pool:
        done = pool.submit(rewrite, database)
        for _ in range(200):
            database.write(lambda tx: tx.execute(text("INSERT INTO t VALUES ('x')")) and None)
        done.exception()  # somebody may always have been writing
    with database.read() as tx:
        count = tx.execute(text("SELECT count(*) FROM t")).scalar()
    assert count == 2200


@pytest.mark.everywhere
def test_only_sqlite_has_a_file(world: World) -> None:
    beside = job(world)
    at_rest(world, minutes=5)
    assert beside.turn() == world.database.is_sqlite
