"""Opens what a command works on, or says everything that is in the way, each with its mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from server import migrations, presence
from server.commands.demo_people import FILE as DEMO_FILE
from server.db import SQLITE_PRAGMAS, Database, Transaction, Unavailable, promises
from server.services import key_ring, rows, setup
from server.settings import PREFIX, Incomplete, Settings, key_file_problems
from server.tables import Entry
from server.tables.audit import Audit
from server.vault import KeyFileError, Ring, Vault

FIRST_RELEASE = datetime(2025, 1, 1, tzinfo=UTC)  # a clock before it was never set
BEHIND = timedelta(minutes=5)
RUN_INIT = "This server has not been set up. Run `candlewire init`."


@dataclass(frozen=True)
class Opened:
    """A database that was set up, and the ring that fits it."""

    database: Database
    ring: Ring
    vault: Vault


@contextmanager
def opened(settings: Settings, *, upgrade: bool = False) -> Iterator[Opened]:
    """The database and its ring, closed again at the end; `upgrade` brings an older schema up."""
    ring = load_ring(settings)
    database = reach(settings)
    try:
        if upgrade and not (migrations.is_current(database) or migrations.is_newer(database)):
            with presence.nobody_serves(settings, database):
                migrations.upgrade(database)
        vault = Vault(ring)
        found = schema_problems(database) or setup_problems(database, ring, vault)
        if found:
            raise Incomplete(found)
        yield Opened(database, ring, vault)
    finally:
        database.close()


def load_ring(settings: Settings) -> Ring:
    path = settings.key_file
    if path is None:
        raise Incomplete([f"{PREFIX}KEY_FILE is not set. Set it in the environment or in .env."])
    if found := key_file_problems(settings):
        raise Incomplete(found)
    try:
        return Ring.load(path)
    except KeyFileError:
        raise Incomplete(["The key file cannot be read. Put its copy back in place."]) from None


def reach(settings: Settings) -> Database:
    """An open database that keeps its promises; the file of SQLite is there already."""
    if is_missing(settings):
        raise Incomplete([RUN_INIT])
    try:
        database = Database(settings.database)
    except ArgumentError:
        raise Incomplete(
            [f"{PREFIX}DATABASE_URL is no address. Write postgresql://USER@HOST/NAME."]
        ) from None
    try:
        broken = promise_problems(database)
    except (DBAPIError, Unavailable) as error:
        broken = [f"The database does not open ({type(error).__name__}). Is it running, and ours?"]
    if broken:
        database.close()
        raise Incomplete(broken)
    return database


def is_missing(settings: Settings) -> bool:
    """Whether the database is a SQLite file that does not exist: opening it would make it."""
    path = sqlite_file(settings)
    return path is not None and not path.exists()


def sqlite_file(settings: Settings) -> Path | None:
    name = settings.database
    return Path(name.removeprefix("sqlite:///")) if name.startswith("sqlite:///") else None


def promise_problems(database: Database) -> list[str]:
    kept = promises(database.engine)
    if database.is_sqlite:
        broken = [name for name, value in SQLITE_PRAGMAS.items() if kept[name] != value]
    else:
        broken = [name for name, value in kept.items() if value == "off"]
    return [
        f"The database answers {name}={kept[name]}: an alert could be lost. Set it back."
        for name in broken
    ]


def schema_problems(database: Database) -> list[str]:
    if migrations.is_current(database):
        return []
    if migrations.is_newer(database):
        return ["A later Candlewire has upgraded this database. Install that version again."]
    return [f"{RUN_INIT} After an upgrade, `candlewire serve` brings the database up to date."]


def setup_problems(database: Database, ring: Ring, vault: Vault) -> list[str]:
    with database.read() as tx:
        if not setup.exists(tx):
            return [RUN_INIT]
        if not key_ring.fits(tx, vault) or not key_ring.numbers_in_use(tx) <= set(ring.keys):
            return [
                "The key file does not fit this database: it belongs to another one, or lacks a "
                f"key that rows need. Point {PREFIX}KEY_FILE to the right one."
            ]
    return []


def demo_problems(settings: Settings) -> list[str]:
    """A demo's passwords were shown on a screen, and its data folder holds them."""
    if not (settings.data / DEMO_FILE).exists():
        return []
    return [f"The data folder is a demo's. Point {PREFIX}DATA to a new one."]


def clock_problems(now: datetime) -> list[str]:
    if now >= FIRST_RELEASE:
        return []
    return ["The clock was never set. Set it, and keep it so with NTP."]


def is_behind(tx: Transaction, now: datetime) -> bool:
    """Whether rows were written later than now: the clock went back, or was ahead before."""
    audit, entry = rows.table(Audit), rows.table(Entry)
    newest = [
        tx.execute(select(func.max(audit.c.at))).scalar(),
        tx.execute(select(func.max(entry.c.recorded_at))).scalar(),
    ]
    return any(moment is not None and moment > now + BEHIND for moment in newest)
