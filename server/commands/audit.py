"""`candlewire audit`: writes the audit log to a file, and checks such a file by itself."""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from server.commands import opening, terminal
from server.commands.terminal import complain, say
from server.db import Database
from server.domain.errors import NotAllowed
from server.services import audit
from server.services.audit import Noted
from server.settings import from_environment
from shared import wire
from shared.clock import SystemClock

M = TypeVar("M")


class Line(wire.Message, frozen=True):
    """A row of the log: its hash is SHA-256 over the hash before it and its own words."""

    number: int
    at: wire.Moment
    actor: str
    action: str
    subject: str | None
    hash: str


class LastLine(wire.Message, frozen=True):
    """How many rows there are, and the last one's hash: the head, which stands for all of them."""

    rows: int
    head: str


class Broken(Exception):
    """Where a file is not what was exported."""


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    return int(options.do(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire audit", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="export|verify")
    exporting = verbs.add_parser("export", help="writes a new file, and prints the log's head")
    exporting.add_argument("file", type=Path)
    exporting.set_defaults(do=export)
    verifying = verbs.add_parser("verify", help="needs the file alone: no database, no keys")
    verifying.add_argument("file", type=Path)
    verifying.add_argument("--head", help="that was written down elsewhere when it was exported")
    verifying.set_defaults(do=verify)
    return parser


def export(options: argparse.Namespace) -> int:
    with opening.opened(from_environment()) as opened:
        now = SystemClock().now()
        opened.database.write(
            lambda tx: audit.note(tx, "operator", "audit log exported", None, now)
        )
        content = b"".join(line + b"\n" for line in lines(opened.database))
    try:
        descriptor = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NotAllowed("This file exists.", mend="Choose a new one.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    rows, head = check(content)
    say(f"{rows} rows. Their head, to be kept by somebody else: {head}")
    return 0


def verify(options: argparse.Namespace) -> int:
    """0 where every row follows from the one before it; 1, and the first that does not."""
    try:
        rows, head = check(options.file.read_bytes())
    except OSError as error:
        complain(f"The file cannot be read ({type(error).__name__}).")
        return 1
    except Broken as error:
        complain(f"This log was changed: {error}.")
        return 1
    if options.head and options.head.strip() != head:
        complain("This log is whole, but its head is another one: rows were cut off or rewritten.")
        return 1
    say(f"{rows} rows, each as it was written. Head: {head}")
    return 0


def lines(database: Database) -> Iterator[bytes]:
    """The log as it is exported."""
    with database.read() as tx:
        noted = audit.rows_of(tx)
    for number, row in enumerate(noted, 1):
        yield wire.encode(_line(number, row))
    head = noted[-1].hash if noted else audit.FIRST
    yield wire.encode(LastLine(rows=len(noted), head=head.hex()))


def check(content: bytes) -> tuple[int, str]:
    """How many rows there are, and the head. Raises Broken at the first byte that was changed."""
    *body, last, after = content.split(b"\n") if content.count(b"\n") else (b"", b"-")
    if after:
        raise Broken("its end is missing")
    head = _check_rows(body)
    closing = _read(LastLine, last, "the last line")
    if (closing.rows, closing.head) != (len(body), head):
        raise Broken("rows are missing at its end")
    return closing.rows, head


def _check_rows(body: Iterable[bytes]) -> str:
    previous = audit.FIRST
    for number, text in enumerate(body, 1):
        line = _read(Line, text, f"row {number}")
        expected = audit.link(previous, line.actor, line.action, line.subject, line.at)
        if (line.number, line.hash) != (number, expected.hex()):
            raise Broken(f"row {number} does not follow from the one before it")
        previous = expected
    return previous.hex()


def _read(kind: type[M], text: bytes, place: str) -> M:
    """Only its one spelling is accepted, so that no byte can be changed unseen."""
    try:
        line = wire.decode(kind, text)
    except wire.Malformed:
        raise Broken(f"{place} cannot be read") from None
    if wire.encode(line) != text:
        raise Broken(f"{place} is spelled differently")
    return line


def _line(number: int, row: Noted) -> Line:
    return Line(
        number=number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        hash=row.hash.hex(),
    )
