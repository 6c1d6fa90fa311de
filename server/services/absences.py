"""Since you left: what happened at the boards of somebody's offices while they were away."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select

from server.db import Transaction
from server.domain.incident import State
from server.services import board, rows, shifts, sight
from server.services.reading import Reader
from server.services.staff import Session
from server.tables import Entry, Incident
from server.vault import Vault

SHOWN = 50  # incidents that are told one by one; all of them are counted
KINDS = (
    "raised",
    "pressed_again",
    "answered",
    "all_declined",
    "taken",
    "assigned",
    "office_changed",
    "given_back",
    "stopped",
    "closed",
    "reopened",
)

_incident = rows.table(Incident)
_entry = rows.table(Entry)


class Counts(NamedTuple):
    """Alerts and drills that were raised; of the alerts, what became of them and of others."""

    raised: int
    drills: int
    untaken: int
    taken: int
    answered: int
    closed: int


def told(
    tx: Transaction, vault: Vault, who: Session, reader: Reader, now: datetime
) -> dict[str, Any]:
    """Counts, the incidents that something happened to, latest first, and what colleagues wrote."""
    away = shifts.away(tx, who, now)
    ends = [one._asdict() for one in shifts.ended(tx, vault, who, now)]
    if away is None:
        return {"since": None, "counts": None, "incidents": [], "more": False, "shifts": ends}
    happened = and_(
        _entry.c.seq > away.seq,
        sight.of_entries(who.sees),
        _entry.c.kind.in_(KINDS),
    )
    query = (
        select(_entry.c.incident_id)
        .where(happened)
        .group_by(_entry.c.incident_id)
        .order_by(func.max(_entry.c.seq).desc())
        .limit(SHOWN + 1)
    )
    ids = [row.incident_id for row in tx.execute(query)]
    steps = _steps(tx, ids[:SHOWN], happened)
    summaries = board.some(tx, vault, reader, ids[:SHOWN])
    return {
        "since": away.since,
        "counts": _counts(tx, happened)._asdict(),
        "incidents": [one | {"happened": steps[one["id"]]} for one in summaries],
        "more": len(ids) > SHOWN,
        "shifts": ends,
    }


def _steps(tx: Transaction, ids: list[str], happened: Any) -> dict[str, dict[str, int]]:
    """Of each incident, how often each thing happened."""
    query = (
        select(_entry.c.incident_id, _entry.c.kind, func.count().label("number"))
        .where(_entry.c.incident_id.in_(ids), happened)
        .group_by(_entry.c.incident_id, _entry.c.kind)
    )
    steps: dict[str, dict[str, int]] = {one: {} for one in ids}
    for row in tx.execute(query):
        steps[row.incident_id][row.kind] = row.number
    return steps


def _counts(tx: Transaction, happened: Any) -> Counts:
    entries = _entry.join(_incident, _incident.c.id == _entry.c.incident_id)
    number = func.count(func.distinct(_entry.c.incident_id)).label("number")
    query = (
        select(_entry.c.kind, _incident.c.kind.label("of"), number)
        .select_from(entries)
        .where(happened)
        .group_by(_entry.c.kind, _incident.c.kind)
    )
    found = {(row.kind, row.of): row.number for row in tx.execute(query)}
    waits = _incident.c.state.in_([State.PENDING, State.CANCELLED]) & _incident.c.duress.is_(False)
    nobodys = (
        _entry.c.kind == "raised",
        _incident.c.kind == "alert",
        _incident.c.taken_by.is_(None),
        ~or_(_incident.c.state == State.CLOSED, waits),
    )
    untaken = tx.execute(select(number).select_from(entries).where(happened, *nobodys)).scalar()
    return Counts(
        raised=found.get(("raised", "alert"), 0),
        drills=found.get(("raised", "drill"), 0),
        untaken=untaken or 0,
        taken=found.get(("taken", "alert"), 0),
        answered=found.get(("answered", "alert"), 0),
        closed=found.get(("closed", "alert"), 0),
    )
