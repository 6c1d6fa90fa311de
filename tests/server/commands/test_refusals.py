"""`serve` refuses to start on whatever is unsafe or incomplete, and says how to mend it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest

from server.vault import Ring
from shared.clock import SystemClock
from tests.server.commands.operating import Operator


def without(name: str) -> Callable[[Operator], None]:
    return lambda server: server.settings.update({name: ""})


def with_setting(name: str, value: str) -> Callable[[Operator], None]:
    return lambda server: server.settings.update({name: value})


def key_in_data(server: Operator) -> None:
    moved = server.folder / "data" / "ring.json"
    server.key_file.rename(moved)
    server.settings["KEY_FILE"] = str(moved)


def another_ring(server: Operator) -> None:
    Ring.new().save(server.key_file)


def another_index_key(server: Operator) -> None:
    ring = Ring.load(server.key_file)
    Ring(ring.keys, ring.current, Ring.new().index_key).save(server.key_file)


def statement(sql: str) -> Callable[[Operator], None]:
    def change(server: Operator) -> None:
        with closing(sqlite3.connect(server.database)) as connection:
            connection.execute(sql)
            connection.commit()

    return change


REFUSALS = {
    "no public address": (without("PUBLIC_URL"), "PUBLIC_URL is not set"),
    "no TLS": (with_setting("PUBLIC_URL", "http://go.example.org"), "is not https"),
    "no key file setting": (without("KEY_FILE"), "KEY_FILE is not set"),
    "no key file": (lambda server: server.key_file.unlink(), "does not exist"),
    "readable by others": (lambda server: server.key_file.chmod(0o640), "chmod 600"),
    "keys beside the data": (key_in_data, "lies in the data folder"),
    "an unreadable ring": (lambda server: server.key_file.write_text("{}"), "cannot be read"),
    "another ring": (another_ring, "does not fit"),
    "another index key": (another_index_key, "does not fit"),
    "no account": (without("TWILIO_ACCOUNT_SID"), "TWILIO_ACCOUNT_SID is not set"),
    "no token": (without("TWILIO_AUTH_TOKEN"), "TWILIO_AUTH_TOKEN is not set"),
    "no sender": (without("TWILIO_FROM"), "No sender"),
    "a switch that is neither": (with_setting("EXPOSE_METRICS", "maybe"), "neither on nor off"),
    "no database": (lambda server: server.database.unlink(), "candlewire init"),
    "not set up": (statement("DELETE FROM organisation"), "candlewire init"),
    "a later schema": (statement("UPDATE alembic_version SET version_num = '9999'"), "later"),
    "an address that is none": (with_setting("DATABASE_URL", "nonsense"), "is no address"),
    "a database that is away": (
        with_setting("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:9/none"),
        "does not open",
    ),
    "a demo's people": (
        lambda server: (server.folder / "data" / "demo-people.json").touch(),
        "is a demo's",
    ),
}


@pytest.mark.parametrize("spoil", REFUSALS)
def test_it_refuses_with_the_reason_and_the_mend(server: Operator, spoil: str):
    change, reason = REFUSALS[spoil]
    change(server)
    said = server.refused("serve", "--port", "0")
    assert reason in said
    assert "secret" not in said


def test_every_reason_is_given_at_once(server: Operator):
    server.settings |= {"PUBLIC_URL": "http://go.example.org", "TWILIO_FROM": ""}
    server.key_file.chmod(0o644)
    assert server.refused("serve").count("\n  - ") == 3


def test_a_clock_that_was_never_set(server: Operator, monkeypatch):
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(1970, 1, 1, tzinfo=UTC))
    assert "clock was never set" in server.refused("serve")
