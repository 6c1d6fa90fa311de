"""Rotation: with [old], then [new, old], then [new] alone, every row stays readable."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from server.commands import keys
from server.db import Database
from server.running import only_one
from server.services import key_ring
from server.vault import Ring, Vault
from tests.server.commands.filling import filled, readable
from tests.server.commands.operating import Operator


def at(server: Operator) -> tuple[Database, Ring]:
    return Database(f"sqlite:///{server.database}"), Ring.load(server.key_file)


def test_every_row_stays_readable_through_a_rotation(server: Operator):
    old = Ring.load(server.key_file)
    before = filled(server)
    kept = {
        "organisation",
        "staff",
        "reading",
        "duty_phone",
        "planned_shift",
        "consent",
        "check_in",
        "link_pin",
        "incident",
        "delivery",
    }
    assert set(before) == kept
    server.done("keys", "rotate")
    both = Ring.load(server.key_file)
    assert set(both.keys) > set(old.keys)
    assert readable(server) == before
    server.done("keys", "rotate", "--finish")
    new = Ring.load(server.key_file)
    assert set(new.keys) == {new.current}
    assert new.current not in old.keys
    assert readable(server) == before


def test_the_new_key_alone_is_refused_before_rows_were_sealed_again(server: Operator):
    ring = keys.with_new_key(Ring.load(server.key_file))
    replace(ring, keys={ring.current: ring.keys[ring.current]}).save(server.key_file)
    assert "does not fit" in server.refused("serve", "--port", "0")


@pytest.mark.parametrize(
    "table", ["staff", "planned_shift", "consent", "check_in", "link_pin", "incident", "delivery"]
)
def test_one_row_that_needs_an_old_key_is_enough_to_refuse(server: Operator, table: str):
    filled(server)
    old = Vault(Ring.load(server.key_file))
    server.done("keys", "rotate")
    database, both = at(server)
    place = next(kept for kept in key_ring.KEPT if kept.column.table.name == table)
    column = place.column.name
    with database.read() as tx:
        row = tx.execute(place.column.table.select().where(place.column.is_not(None))).first()
    content = Vault(both).read(getattr(row, column), place.place(row))
    stale = old.keep(content, place.place(row))
    database.write(lambda tx: tx.execute(place.column.table.update().values({column: stale})))
    database.close()
    assert "still need" in server.refused("keys", "rotate", "--finish")
    replace(both, keys={both.current: both.keys[both.current]}).save(server.key_file)
    assert "does not fit" in server.refused("serve", "--port", "0")


def test_a_rotation_that_was_cut_short_goes_on(server: Operator):
    ring = keys.with_new_key(Ring.load(server.key_file))
    ring.save(server.key_file)
    server.done("keys", "rotate")
    assert Ring.load(server.key_file) == ring
    server.done("keys", "rotate", "--finish")


def test_many_rows_take_several_turns(server: Operator):
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute("PRAGMA foreign_keys=0")
        vault = Vault(Ring.load(server.key_file))
        rows = []
        for number in range(keys.BATCH * 2 + 1):
            place = key_ring.about("check_in", f"a{number}")
            due = int(timedelta(days=20000) / timedelta(microseconds=1))
            rows.append((f"a{number}", "d", "x", due, vault.keep(b"parked", place)))
        connection.executemany("INSERT INTO check_in VALUES (?,?,?,?,?)", rows)
        connection.commit()
    assert f"{len(rows) + 2} rows" in server.done("keys", "rotate")
    server.done("keys", "rotate", "--finish")


def test_no_rotation_while_a_server_runs(server: Operator):
    with only_one(server.folder / "data" / "relay.lock"):
        assert "Stop it first" in server.refused("keys", "rotate")
    server.done("keys", "rotate")


def test_numbers_go_round_and_none_is_taken_twice():
    ring = Ring({254: b"a" * 32}, 254, b"i" * 32)
    for _ in range(3):
        ring = keys.with_new_key(ring)
    assert set(ring.keys) == {254, 255, 1, 2}
    assert ring.current == 2
