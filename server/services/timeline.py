"""The timeline is the log: whatever happens to an incident is one entry with a number."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from server.db import Transaction
from server.services import records, rows
from server.statements import Statement
from server.tables import Entry, Incident
from server.vault import Vault, about
from shared import wire

_incident = rows.table(Incident)
_entry = rows.table(Entry)

_COUNT = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(entries=_incident.c.entries + 1)
    .returning(
        _incident.c.entries,
        _incident.c.office_id,
        _incident.c.second_office_id,
        _incident.c.public_key,
    )
)
_LAST = Statement(select(func.max(_entry.c.seq)))
_LAST_RECORDED = Statement(select(_entry.c.recorded_at).order_by(_entry.c.seq.desc()).limit(1))


class Actor(NamedTuple):
    """Who did it: `phone`, `contact`, `staff` or `system`, and the row's id where there is one."""

    kind: str
    id: str | None = None


PHONE = Actor("phone")
SYSTEM = Actor("system")


def place(incident_id: str, number: int) -> bytes:
    """The associated data of an entry's sealed part."""
    return about("entry", number, incident_id, number)


def append(
    tx: Transaction,
    vault: Vault,
    incident_id: str,
    kind: str,
    actor: Actor,
    at: datetime,
    now: datetime,
    *,
    secret: records.Secret | None = None,
    **detail: Any,
) -> int:
    """Adds an entry and returns its `seq`; `secret` is sealed to the incident, `detail` is not."""
    counted = tx.row(_COUNT, incident=incident_id)
    if counted is None:
        raise LookupError("no such incident")
    number, office_id, second_id, public_key = counted
    sealed = None
    if secret is not None:
        sealed = vault.seal_row_blind(
            public_key, records.encode(secret), place(incident_id, number)
        )
    offices = (office_id, second_id)
    return write(tx, incident_id, offices, number, kind, actor, at, now, sealed, detail)


def write(
    tx: Transaction,
    incident_id: str,
    offices: tuple[str, str | None],
    number: int,
    kind: str,
    actor: Actor,
    at: datetime,
    now: datetime,
    sealed: bytes | None,
    detail: dict[str, Any],
) -> int:
    """The row itself, for whoever has counted and sealed already; both offices see it."""
    written = tx.row(
        rows.INSERT_ENTRY,
        incident_id=incident_id,
        office_id=offices[0],
        second_office_id=offices[1],
        number=number,
        kind=kind,
        at=at,
        recorded_at=now,
        actor=actor.kind,
        actor_id=actor.id,
        detail=wire.encode(detail).decode() if detail else "{}",
        sealed=sealed,
    )
    if written is None:
        raise LookupError("the entry was not written")
    return int(written[0])


def last_seq(tx: Transaction) -> int:
    """The number that a tail starts behind to see only what comes."""
    found = tx.row(_LAST)
    return int(found[0] or 0) if found else 0


def last_recorded(tx: Transaction) -> datetime | None:
    """When something last happened to any incident."""
    found = tx.row(_LAST_RECORDED)
    return found[0] if found else None
