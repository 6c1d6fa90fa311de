"""Opening what an office may read: its incidents' keys, records and timeline entries."""

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from server.db import Transaction
from server.services import records, rows, sight, staff, timeline
from server.services.records import Place, Record, Secret
from server.services.staff import Session
from server.statements import Statement
from server.tables import Entry, Incident, IncidentWrap, Position
from server.vault import Vault, about
from shared import wire
from shared.crypto import CryptoError, KeyPair

log = logging.getLogger(__name__)

KEYS_KEPT = 8000  # incidents whose keys are in memory for open boards; gone with the last of them

_incident = rows.table(Incident)
_wrap = rows.table(IncidentWrap)
_entry = rows.table(Entry)
_position = rows.table(Position)

_WRAPS = (
    select(
        _wrap.c.incident_id,
        _wrap.c.version,
        _wrap.c.wrap,
        _incident.c.public_key,
        _incident.c.sealed,
    )
    .join(_incident, _incident.c.id == _wrap.c.incident_id)
    .where(_wrap.c.office_id == bindparam("office"))
)
_WRAP = Statement(_WRAPS.where(_wrap.c.incident_id == bindparam("incident")))
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_MANY_WRAPS = _WRAPS.where(_wrap.c.incident_id.in_(_IDS))
# What an `EntryRow` is made from.
ENTRY = (
    _entry.c.seq,
    _entry.c.incident_id,
    _entry.c.office_id,
    _entry.c.number,
    _entry.c.kind,
    _entry.c.at,
    _entry.c.recorded_at,
    _entry.c.actor,
    _entry.c.actor_id,
    _entry.c.detail,
    _entry.c.sealed,
)
_TAIL = Statement(
    select(*ENTRY, _entry.c.second_office_id)
    .where(_entry.c.seq > bindparam("after"))
    .order_by(_entry.c.seq)
    .limit(bindparam("limit"))
)
_TRACK = Statement(
    select(_position.c.taken_at, _position.c.sealed)
    .where(_position.c.incident_id == bindparam("incident"))
    .order_by(_position.c.taken_at.desc())
    .limit(bindparam("limit"))
)
_LATEST = (
    select(_position.c.incident_id, func.max(_position.c.taken_at).label("taken_at"))
    .where(_position.c.incident_id.in_(_IDS))
    .group_by(_position.c.incident_id)
    .subquery()
)
_NEWEST = select(*_position.c).join(
    _LATEST,
    (_LATEST.c.incident_id == _position.c.incident_id)
    & (_LATEST.c.taken_at == _position.c.taken_at),
)


class Opened:
    """An incident's key and record, for somebody who may read it."""

    def __init__(self, pair: KeyPair, record: Record) -> None:
        self.pair = pair
        self.record = record
        self.people = {person.recipient_id: person for person in record.people}


class Kept:
    """What is kept of an incident that was opened: its key, its record and newest place as JSON."""

    __slots__ = ("pair", "place", "record", "taken_at")

    def __init__(self, pair: KeyPair, record: bytes) -> None:
        self.pair = pair
        self.record = record
        self.taken_at: datetime | None = None
        self.place = b""

    def opened(self) -> Opened:
        return Opened(self.pair, wire.decode(Record, self.record))


class Reader:
    """Opens what one office may read. It holds keys: it goes when its session or sockets go."""

    def __init__(self, vault: Vault, session: Session) -> None:
        self._vault = vault
        self._session = session
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._names: dict[str, tuple[bytes, str]] = {}
        self.events: dict[str, KeyPair] = {}  # of mass events that were opened
        self._lock = threading.Lock()  # one reader serves many doors, each on its thread

    @property
    def sees(self) -> frozenset[str]:
        return self._session.sees

    @property
    def office_id(self) -> str:
        return self._session.office_id

    def incident(self, tx: Transaction, incident_id: str) -> Opened | None:
        """None while nobody has granted this person the office's key."""
        return self.incidents(tx, [incident_id]).get(incident_id)

    def incidents(self, tx: Transaction, incident_ids: Iterable[str]) -> dict[str, Opened]:
        """Those that may be read, by id: each is opened once, and what is known not asked for."""
        wanted = list(incident_ids)
        with self._lock:
            found = {one: kept for one in wanted if (kept := self._kept.get(one))}
            for one in found:
                self._kept.move_to_end(one)
        for row in self._wraps(tx, [one for one in wanted if one not in found]):
            if kept := self._open(*row):
                found[row[0]] = kept
        with self._lock:
            self._kept |= found
            while len(self._kept) > KEYS_KEPT:
                self._kept.popitem(last=False)
        return {one: kept.opened() for one, kept in found.items()}

    def _wraps(self, tx: Transaction, incident_ids: list[str]) -> Iterable[Any]:
        office = self._session.office_id
        if len(incident_ids) == 1:
            return tx.rows(_WRAP, incident=incident_ids[0], office=office)
        if not incident_ids:
            return []
        return tx.execute(_MANY_WRAPS, {"ids": incident_ids, "office": office})

    def _open(
        self, incident_id: str, version: int, wrap: bytes, public_key: bytes, sealed: bytes
    ) -> Kept | None:
        """None also where a row was damaged: what can be read of others is shown all the same."""
        try:
            pair = self.unwrap(version, wrap, public_key, about("incident_wrap", incident_id))
            if pair is None:
                return None
            return Kept(pair, self._vault.open_row(pair, sealed, about("incident", incident_id)))
        except CryptoError:
            return None

    def unwrap(self, version: int, wrap: bytes, public_key: bytes, place: bytes) -> KeyPair | None:
        """A pair whose private half is sealed to the reader's office; None without its key."""
        key = self._session.keys.get((self._session.office_id, version))
        if key is None:
            return None
        return KeyPair(public_key, self._vault.open_row(key, wrap, place))

    def entry_secret(self, opened: Opened | None, row: Any) -> Secret:
        """The sealed part of a timeline entry; empty where there is none or it may not be read."""
        if opened is None or row.sealed is None:
            return Secret()
        place = timeline.place(row.incident_id, row.number)
        try:
            return wire.decode(Secret, self._vault.open_row(opened.pair, row.sealed, place))
        except CryptoError:  # one damaged row must not keep every later entry from the boards
            log.exception("an entry's sealed part does not open")
            return Secret()

    def track(self, tx: Transaction, opened: Opened, incident_id: str, limit: int) -> list[Place]:
        """The newest fixes, newest first."""
        return [
            wire.decode(
                Place,
                self._vault.open_row(
                    opened.pair, sealed, records.position_place(incident_id, taken_at)
                ),
            )
            for taken_at, sealed in tx.rows(_TRACK, incident=incident_id, limit=limit)
        ]

    def newest_places(self, tx: Transaction, opened: Mapping[str, Opened]) -> dict[str, Place]:
        """The newest fix of each of these incidents that has one."""
        if not opened:
            return {}
        return {
            row.incident_id: wire.decode(Place, self._place(opened[row.incident_id], row))
            for row in tx.execute(_NEWEST, {"ids": list(opened)})
        }

    def _place(self, opened: Opened, row: Any) -> bytes:
        kept = self._kept.get(row.incident_id) or Kept(opened.pair, b"")
        if kept.taken_at != row.taken_at:
            where = records.position_place(row.incident_id, row.taken_at)
            kept.place = self._vault.open_row(opened.pair, row.sealed, where)
            kept.taken_at = row.taken_at
        return kept.place

    def names(self, tx: Transaction) -> dict[str, str]:
        """Every staff member's name by id; each is opened once."""
        rows_of_staff = staff.sealed_names(tx)
        for staff_id, sealed in rows_of_staff:
            if (known := self._names.get(staff_id)) is None or known[0] != sealed:
                name = staff.name_of(self._vault, staff_id, sealed)
                self._names[staff_id] = (sealed, name)
        return {staff_id: self._names[staff_id][1] for staff_id, _ in rows_of_staff}


class EntryRow:
    """A timeline row as it is stored."""

    __slots__ = (
        "actor",
        "actor_id",
        "at",
        "detail",
        "incident_id",
        "kind",
        "number",
        "office_id",
        "recorded_at",
        "sealed",
        "seq",
    )

    def __init__(self, row: Iterable[Any]) -> None:
        (
            self.seq,
            self.incident_id,
            self.office_id,
            self.number,
            self.kind,
            self.at,
            self.recorded_at,
            self.actor,
            self.actor_id,
            self.detail,
            self.sealed,
        ) = row


def tail(
    tx: Transaction, reader: Reader, names: Mapping[str, str], after: int, limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """Entries this reader may see after a number, in order; and the last number looked at."""
    found = [(EntryRow(row), second) for *row, second in tx.rows(_TAIL, after=after, limit=limit)]
    seen = [
        entry(tx, reader, names, row)
        for row, second in found
        if sight.shows(reader.sees, row.office_id, second)
    ]
    return (found[-1][0].seq if found else after), seen


def entry(
    tx: Transaction, reader: Reader, names: Mapping[str, str], row: EntryRow
) -> dict[str, Any]:
    """A timeline entry as it goes to a board."""
    opened = reader.incident(tx, row.incident_id)
    secret = reader.entry_secret(opened, row)
    detail = json.loads(row.detail)
    recipient = detail.pop("recipient", None) or (row.actor_id if row.actor == "contact" else None)
    person = opened.people.get(recipient) if opened and recipient else None
    if person is not None:
        detail |= {"contact": person.label, "name": person.name}
    for who in ("to", "proposed_by"):
        if isinstance(detail.get(who), str):
            detail[who] = names.get(detail[who], "")
    detail |= {
        name: value
        for name in ("position", "battery", "note", "text", "reason", "reference")
        if (value := getattr(secret, name)) is not None
    }
    actor_name = None
    if row.actor == "staff":
        actor_name = names.get(row.actor_id or "")
    elif row.actor == "contact":
        actor_name = person.name if person else None
    return {
        "seq": row.seq,
        "incident_id": row.incident_id,
        "kind": row.kind,
        "at": row.at,
        "recorded_at": row.recorded_at,
        "actor": {"kind": row.actor, "name": actor_name},
        "detail": detail,
    }
