"""The exported audit log is checked by itself, and no change to it goes unseen."""

import random

from server.commands.audit import Broken, LastLine, Line, check
from shared import wire
from tests.server.commands.operating import Operator


def exported(server: Operator) -> bytes:
    for number in range(6):
        server.done("people", "activist", "add", "--office", "Hub", "--name", f"A{number}")
    server.done("audit", "export", "log")
    return (server.folder / "log").read_bytes()


def test_a_log_as_it_was_written_is_whole_without_database_or_keys(server: Operator):
    exported(server)
    server.settings.clear()
    said = server.done("audit", "verify", "log")
    head = said.split()[-1]
    assert server.done("audit", "verify", "log", "--head", head) == said


def test_a_hundred_random_edits_are_all_found(server: Operator):
    content, dice = exported(server), random.Random(7)
    missed = 0
    for _ in range(100):
        place = dice.randrange(len(content))
        other = dice.choice([byte for byte in range(256) if byte != content[place]])
        missed += not is_broken(content[:place] + bytes([other]) + content[place + 1 :])
    assert missed == 0


def test_rows_that_are_missing_doubled_or_moved_are_found(server: Operator):
    content = exported(server)
    *rows, last = content.splitlines(keepends=True)
    for place in range(len(rows)):
        assert is_broken(b"".join([*rows[:place], *rows[place + 1 :], last]))
        assert is_broken(b"".join([*rows[: place + 1], *rows[place:], last]))
    assert is_broken(b"".join([rows[1], rows[0], *rows[2:], last]))
    assert is_broken(b"".join(rows))
    assert is_broken(content[:-1])
    assert is_broken(b"")


def test_a_log_that_was_cut_and_closed_again_has_another_head(server: Operator):
    content = exported(server)
    head = wire.decode(LastLine, content.splitlines()[-1]).head
    rows = content.splitlines()[:-2]
    end = LastLine(rows=len(rows), head=wire.decode(Line, rows[-1]).hash)
    (server.folder / "cut").write_bytes(b"\n".join([*rows, wire.encode(end), b""]))
    assert server.run("audit", "verify", "cut").status == 0
    assert "another one" in server.refused("audit", "verify", "cut", "--head", head)


def is_broken(content: bytes) -> bool:
    try:
        check(content)
    except Broken:
        return True
    return False
