"""Opening what an office may read: its incidents' keys, records and timeline entries."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from server.db import Transaction
from server.services import records, rows, timeline
from server.services.records import Place, Record, Secret
from server.services.staff import Session
from server.statements import Statement
from server.tables import Entry, Incident, IncidentWrap, Position
from server.vault import Vault, about
from shared import wire
from shared.crypto import KeyPair

KEYS_KEPT = 2000  # incident keys in memory for open boards; gone with the last of them

_incident = rows.table(Incident)
_wrap = rows.table(IncidentWrap)
_entry = rows.table(Entry)
_position = rows.table(Position)

_WRAP = Statement(
    select(_wrap.c.version, _wrap.c.wrap, _incident.c.public_key, _incident.c.sealed)
    .join(_incident, _incident.c.id == _wrap.c.incident_id)
    .where(_wrap.c.incident_id == bindparam("incident"), _wrap.c.office_id == bindparam("office"))
)
_TAIL = Statement(
    select(
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


class Opened:
    """An incident's key and record, for somebody who may read it."""

    def __init__(self, pair: KeyPair, record: Record) -> None:
        self.pair = pair
        self.record = record
        self.people = {person.recipient_id: person for person in record.people}


class Reader:
    """Opens what one office may read. It holds keys: it goes when its session or sockets go."""

    def __init__(self, vault: Vault, session: Session) -> None:
        self._vault = vault
        self._session = session
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    @property
    def sees(self) -> frozenset[str]:
        return self._session.sees

    def incident(self, tx: Transaction, incident_id: str) -> Opened | None:
        """None while nobody has granted this person the office's key."""
        if known := self._opened.get(incident_id):
            self._opened.move_to_end(incident_id)
            return known
        found = tx.row(_WRAP, incident=incident_id, office=self._session.office_id)
        if found is None:
            return None
        version, wrap, public_key, sealed = found
        key = self._session.keys.get((self._session.office_id, version))
        if key is None:
            return None
        pair = KeyPair(
            public_key, self._vault.open_row(key, wrap, about("incident_wrap", incident_id))
        )
        content = self._vault.open_row(pair, sealed, about("incident", incident_id))
        opened = self._opened[incident_id] = Opened(pair, wire.decode(Record, content))
        if len(self._opened) > KEYS_KEPT:
            self._opened.popitem(last=False)
        return opened

    def entry_secret(self, opened: Opened | None, row: Any) -> Secret:
        """The sealed part of a timeline entry; empty where there is none or it may not be read."""
        if opened is None or row.sealed is None:
            return Secret()
        place = timeline.place(row.incident_id, row.number)
        return wire.decode(Secret, self._vault.open_row(opened.pair, row.sealed, place))

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
    found = [EntryRow(row) for row in tx.rows(_TAIL, after=after, limit=limit)]
    seen = [entry(tx, reader, names, row) for row in found if row.office_id in reader.sees]
    return (found[-1].seq if found else after), seen


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
    if isinstance(detail.get("to"), str):
        detail["to"] = names.get(detail["to"], "")
    detail |= {
        name: value
        for name in ("position", "battery", "note", "text", "reason")
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
