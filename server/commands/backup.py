"""`candlewire backup FILE`: a consistent copy of the database, taken while the server runs."""

import argparse
import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from server.commands import opening, terminal
from server.commands.terminal import complain, say
from server.db import Database
from server.domain.errors import NotAllowed
from server.services import audit
from server.settings import from_environment
from server.sqlite_files import truncate_log
from shared.clock import SystemClock


class Damaged(Exception):
    """A database file that does not pass SQLite's own check."""


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    settings = from_environment()
    with opening.opened(settings) as opened:
        if not opened.database.is_sqlite:
            return tell_of_postgresql(opened.database, options.file)
        source = opening.sqlite_file(settings)
        if source is None or options.file.exists():
            raise NotAllowed("This file exists.", mend="Choose a new one.")
        now = SystemClock().now()
        opened.database.write(lambda tx: audit.note(tx, "operator", "backup made", None, now))
        truncate_log(opened.database)
        try:
            copy(source, options.file)
        except Damaged:
            complain("The database is damaged: restore the last good backup.")
            return 1
    say(f"{options.file} holds the database as it stands, checked. The key file is not in it:")
    say("keep that one apart from all backups, and destroy backups after 14 days.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire backup", description=__doc__)
    parser.add_argument("file", type=Path, help="a new file, readable by its owner alone")
    return parser


def copy(source: Path, target: Path) -> None:
    """One whole and checked file, or none: no write-ahead log beside it. Raises Damaged."""
    draft = target.with_name(target.name + ".new")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(draft)) as to:
            # In one step: between steps each commit of the server would start it over.
            from_.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")
        check(draft)
        _keep(draft, target)
    except (OSError, sqlite3.OperationalError):
        raise NotAllowed("The copy could not be written.", mend="Is there room for it?") from None
    finally:
        draft.unlink(missing_ok=True)


def check(path: Path) -> None:
    """Raises Damaged where SQLite finds the file broken, or no database at all."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Damaged from error
    if answer != "ok" or not tables:
        raise Damaged


def _keep(draft: Path, target: Path) -> None:
    """Moves it to its name, and does not return before the disk has both."""
    for path in (draft, target.parent.absolute()):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        if path is draft:
            draft.replace(target)


def tell_of_postgresql(database: Database, target: Path) -> int:
    """PostgreSQL brings its own tool; nothing was saved, and the exit status says so."""
    url = database.engine.url.set(drivername="postgresql")._replace(password=None)
    address = url.render_as_string(hide_password=False)
    words = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}", address]
    complain("Nothing was saved: this database is PostgreSQL's. Run this, and see its manual:")
    say(shlex.join(words))
    return 1
