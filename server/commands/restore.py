"""`candlewire restore FILE`: puts a backup in the database's place, with the server stopped."""

import argparse
import os
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from server import migrations, presence
from server.commands import backup, opening, terminal
from server.commands.terminal import complain, say
from server.db import Database, Transaction
from server.domain.errors import NotAllowed
from server.services import audit
from server.settings import Incomplete, Settings, from_environment
from server.vault import Vault
from shared.clock import SystemClock

# Boards ask from the last number they saw: those given out since the backup are not used again.
LEAP = 1_000_000


@terminal.refusing
def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    settings = from_environment()
    target = opening.sqlite_file(settings)
    if target is None:
        complain("This database is PostgreSQL's: use pg_restore, then `candlewire doctor`.")
        return 1
    if target.exists() and not options.force:
        raise NotAllowed(
            "There is a database already.", mend="With --force it is lost, and this one put there."
        )
    try:
        backup.check(options.file)
    except backup.Damaged:
        complain("This file is no whole database: take another backup.")
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        draft = Path(folder) / target.name
        backup.copy(options.file, draft)
        _prepare(settings, draft)
        _put_in_place(settings, draft, target)
    say("Restored. Phones send again what this copy does not know. Run `candlewire doctor`.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="candlewire restore", description=__doc__)
    parser.add_argument("file", type=Path, help="made by `candlewire backup`")
    parser.add_argument("--force", action="store_true", help="in place of the database there is")
    return parser


def _prepare(settings: Settings, draft: Path) -> None:
    """Brings the copy's schema up to date; Incomplete where it is not ours or the ring not its."""
    ring = opening.load_ring(settings)
    database = opening.reach(replace(settings, database_url=f"sqlite:///{draft}"))
    with closing(database):
        if not migrations.is_newer(database):
            migrations.upgrade(database)
        found = opening.schema_problems(database)
        if found := found or opening.setup_problems(database, ring, Vault(ring)):
            raise Incomplete(found)
        database.write(_note)


def _note(tx: Transaction) -> None:
    tx.execute(
        text("UPDATE sqlite_sequence SET seq = seq + :leap WHERE name = 'entry'"), {"leap": LEAP}
    )
    audit.note(tx, "operator", "backup restored", None, SystemClock().now())


def _put_in_place(settings: Settings, draft: Path, target: Path) -> None:
    """The old one's log goes first: SQLite would play it into the new file."""
    with closing(Database(settings.database)) as old, presence.nobody_serves(settings, old):
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        backup.copy(draft, target)
