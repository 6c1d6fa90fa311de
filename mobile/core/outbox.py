"""What must reach the server, on disk before anyone is told it is kept.

One SQLite file, opened by the window and by the guard, each for itself, so that it outlives
either. Everything in it is sealed; only the order of the rows can be read without the key.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID, uuid4

import msgspec

from mobile.core.check_in import CheckIn, KeptCheckIn, reminder
from mobile.core.feel import Felt, Reached, after, due
from mobile.core.press import Incident, Line
from shared import crypto, wire

F = TypeVar("F", Incident, Line, Felt, CheckIn)

AGAIN_S: Final = 1.0  # between two tries to open a file that did not open
DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
"""


class KeptPress(msgspec.Struct, frozen=True, kw_only=True, tag="press"):
    alert: wire.Alert

    @property
    def ref(self) -> UUID:
        return self.alert.id


class KeptStop(msgspec.Struct, frozen=True, kw_only=True, tag="stop"):
    """A stop code on its way. Until its press is stored it knows the press, not the incident."""

    ref: UUID
    press_id: UUID
    code: str
    incident_id: UUID | None = None

    def __repr__(self) -> str:
        return "KeptStop(…)"


class KeptFix(msgspec.Struct, frozen=True, kw_only=True, tag="fix"):
    ref: UUID
    press_id: UUID
    position: wire.Position
    battery: float | None = None
    incident_id: UUID | None = None
    is_urgent: bool = False


Kept: TypeAlias = KeptPress | KeptStop | KeptFix | KeptCheckIn


class NotKept(Exception):
    """The disk took no more: what was to be kept is only in memory."""


def is_lost(entry: Kept, presses: Collection[UUID]) -> bool:
    """Kept for a press that the server has refused: no incident will ever take it.

    `presses` are those that still wait.
    """
    if isinstance(entry, KeptPress | KeptCheckIn) or entry.incident_id is not None:
        return False
    return entry.press_id not in presses


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One of the window and the guard at a time, in what the database's own locks do not cover.

    On the folder: whoever closes a file that SQLite has open takes its locks away.
    """
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


class Outbox:
    """One opening of the file, for one thread.

    Where the disk lets nobody open it, it is empty and takes nothing (NotKept) until it opens: the
    button is there all the same, and a press is sent from memory.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._seen = 0
        self._try_again_at: float | None = None
        try:
            self._connection = _connected(path)
        except (sqlite3.Error, OSError):
            self._connection = _blank()
            self._try_again_at = time.monotonic() + AGAIN_S

    def close(self) -> None:
        self._connection.close()

    def keep(self, entry: Kept) -> None:
        """Returns once the entry survives a power cut. Raises NotKept, as all that write do."""
        self._open_again()
        ref = str(entry.ref)
        with self._transaction() as tx:
            tx.execute(
                "INSERT OR IGNORE INTO entry (ref, sealed) VALUES (?, ?)",
                (ref, self._seal(ref, entry)),
            )

    def waiting(self) -> list[Kept]:
        """What the server has not answered yet, in the order it was kept."""
        rows = self._connection.execute("SELECT ref, sealed FROM entry ORDER BY number")
        entries = (self._open(ref, sealed, Kept) for ref, sealed in rows.fetchall())
        return [entry for entry in entries if entry is not None]

    def settle(
        self,
        refs: Iterable[UUID],
        incident: Incident | None = None,
        check_in: CheckIn | None = None,
    ) -> None:
        """Forget what was answered and remember what the answer said, in one commit.

        What was kept for a press learns the incident that the press became.
        """
        with self._transaction() as tx:
            if incident is not None:
                self._write_fact(tx, "incident", incident)
                self._address(tx, incident)
            if check_in is not None:
                self._write_fact(tx, "check_in", check_in)
            tx.executemany("DELETE FROM entry WHERE ref = ?", [(str(ref),) for ref in refs])

    @property
    def incident(self) -> Incident | None:
        """The newest incident the server has told this phone of."""
        return self._fact("incident", Incident)

    @property
    def line(self) -> Line | None:
        return self._fact("line", Line)

    def write_line(self, line: Line) -> None:
        with self._transaction() as tx:
            self._write_fact(tx, "line", line)

    @property
    def felt(self) -> Felt | None:
        """The step that was told by touch last, by whoever told it."""
        return self._fact("felt", Felt)

    def tell(self, reached: Reached) -> int:
        """The step to be felt now, 0 for none. Of several that ask at once, one hears it."""
        with self._transaction() as tx:
            felt = self.felt
            if step := due(felt, reached):
                self._write_fact(tx, "felt", after(felt, reached, step))
        return step

    def clear(self) -> None:
        """Nothing waits and nothing is known any more, in no page of any file."""
        with self._transaction() as tx:
            for table in ("entry", "fact", "sqlite_sequence"):
                tx.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
        try:
            self._connection.execute("VACUUM")
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise NotKept from error
        if busy:
            raise NotKept  # somebody reads: the old pages are still in the log
        for damaged in self._path.parent.glob(f"{self._path.name}.damaged*"):
            damaged.unlink(missing_ok=True)

    @property
    def check_in(self) -> CheckIn | None:
        """How the server said the timer stands."""
        return self._fact("check_in", CheckIn)

    def remind(self, now: datetime) -> int:
        """The minutes left, where a reminder is due; of several that ask, one hears it."""
        with self._transaction() as tx:
            known = self.check_in
            if known and (minutes := reminder(known, now)):
                reminded = msgspec.structs.replace(known, reminded=minutes)
                self._write_fact(tx, "check_in", reminded)
                return minutes
        return 0

    def has_news(self) -> bool:
        """Whether another opening of the file has written since this was last asked."""
        self._open_again()
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        seen, self._seen = self._seen, version
        return version != seen

    def _open_again(self) -> None:
        if self._try_again_at is None or time.monotonic() < self._try_again_at:
            return
        try:
            opened = _connected(self._path)
        except (sqlite3.Error, OSError):
            self._try_again_at = time.monotonic() + AGAIN_S
            return
        self._connection.close()
        self._connection, self._try_again_at, self._seen = opened, None, 0

    def _address(self, tx: sqlite3.Connection, incident: Incident) -> None:
        for entry in self.waiting():
            if isinstance(entry, KeptPress | KeptCheckIn) or entry.incident_id is not None:
                continue
            if entry.press_id == incident.alert_id:
                known = msgspec.structs.replace(entry, incident_id=incident.accepted.incident_id)
                sealed = self._seal(str(entry.ref), known)
                tx.execute("UPDATE entry SET sealed = ? WHERE ref = ?", (sealed, str(entry.ref)))

    def _fact(self, name: str, kind: type[F]) -> F | None:
        query = "SELECT sealed FROM fact WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        return self._open(name, row[0], kind) if row else None

    def _write_fact(
        self, tx: sqlite3.Connection, name: str, fact: Incident | Line | Felt | CheckIn
    ) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO fact (name, sealed) VALUES (?, ?)",
            (name, self._seal(name, fact)),
        )

    def _seal(self, name: str, value: object) -> bytes:
        return crypto.encrypt(self._key, wire.encode(value), f"outbox/{name}".encode())

    def _open(self, name: str, sealed: bytes, kind: Any) -> Any:
        """None for what another key sealed: it can never be read, and must not be in the way."""
        try:
            message = crypto.decrypt(self._key, sealed, f"outbox/{name}".encode())
        except crypto.CryptoError:
            return None
        return msgspec.json.decode(message, type=kind)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise NotKept from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _connected(path: Path) -> sqlite3.Connection:
    """A file that cannot be read must not stand between a person and the button: it is set aside.

    One that cannot be opened, as on a full disk, is left as it is: it holds what was kept.
    """
    try:
        return _opened(path)
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
    _set_aside(path)
    return _opened(path)


def _set_aside(path: Path) -> None:
    with alone(path.parent):
        try:
            _opened(path).close()  # somebody else was first: this one is new
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            path.replace(path.with_name(f"{path.name}.damaged-{uuid4()}"))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorcode & 0xFF in DAMAGED  # the rest of it says where


def _opened(path: Path) -> sqlite3.Connection:
    # Only to make it: whoever closes a file that SQLite has open takes its locks away.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {setting}")
        connection.executescript(SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _blank() -> sqlite3.Connection:
    """In memory, and it takes nothing: nobody may be told that something is kept."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    connection.execute("PRAGMA query_only=ON")
    return connection
