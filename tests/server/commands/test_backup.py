"""A backup is one whole file of its owner's; restored, it is the database that it was."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from server.commands import backup
from server.db import Database
from server.vault import Ring
from tests.server.commands.operating import Operator


def test_what_was_lost_comes_back(server: Operator):
    server.done("people", "activist", "add", "--office", "Hub", "--name", "Amina")
    before = server.done("people", "list")
    server.done("backup", "copy")
    copied = server.folder / "copy"
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert not (server.folder / "copy-wal").exists()
    server.done("people", "activist", "add", "--office", "Hub", "--name", "Sara")
    assert "--force" in server.refused("restore", "copy")
    server.done("restore", "copy", "--force")
    assert server.done("people", "list") == before


def test_restored_where_there_was_nothing(server: Operator):
    before = server.done("people", "list")
    server.done("backup", "copy")
    server.database.unlink()
    server.done("restore", "copy")
    assert server.done("people", "list") == before


def test_numbers_that_boards_may_have_seen_are_not_used_again(server: Operator):
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('entry', 41)")
        connection.commit()
    server.done("backup", "copy")
    server.done("restore", "copy", "--force")
    with closing(sqlite3.connect(server.database)) as connection:
        (seq,) = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'entry'"
        ).fetchone()
    assert seq == 1_000_041


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_database_replaces_none(server: Operator, content: bytes):
    (server.folder / "copy").write_bytes(content)
    before = server.database.read_bytes()
    assert "no whole database" in server.refused("restore", "copy", "--force")
    assert server.database.read_bytes() == before


def test_a_damaged_backup_replaces_none(server: Operator):
    server.done("backup", "copy")
    content = bytearray((server.folder / "copy").read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    (server.folder / "copy").write_bytes(content)
    assert "no whole database" in server.refused("restore", "copy", "--force")


def test_a_backup_that_another_ring_sealed_replaces_none(server: Operator):
    server.done("backup", "copy")
    kept = Ring.load(server.key_file)
    Ring.new().save(server.key_file)
    assert "does not fit" in server.refused("restore", "copy", "--force")
    kept.save(server.key_file)
    assert server.done("people", "list")


def test_a_backup_is_never_written_over(server: Operator):
    server.done("backup", "copy")
    assert "exists" in server.refused("backup", "copy")


def test_nothing_is_left_where_it_could_not_be_written(server: Operator):
    assert "could not be written" in server.refused("backup", "nowhere/copy")


def test_postgresql_has_its_own_tool_and_its_password_is_not_shown(capsys):
    database = Database("postgresql://candlewire:secret@db.internal/candlewire")
    assert backup.tell_of_postgresql(database, Path("a copy")) == 1
    database.close()
    said = capsys.readouterr().out
    assert said == (
        "pg_dump --format=custom --no-owner '--file=a copy' "
        "postgresql://candlewire@db.internal/candlewire\n"
    )
