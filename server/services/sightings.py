"""Where open alerts were at first, for the rule that gathers them: read under the relay ring."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, select

from server.db import Transaction
from server.domain import mass_events
from server.domain.incident import State
from server.domain.mass_events import Sighting
from server.services import records, rows, timeline
from server.statements import Statement
from server.tables import Entry, Incident
from server.tables.events import MassEventMember
from server.vault import Vault
from shared.crypto import CryptoError

# What happens to an alert that may change where it belongs.
MATTERS = (
    "raised",
    "released",
    "stopped",
    "position",
    "gathered",
    "joined",
    "split",
    "closed",
    "reopened",
)

_incident = rows.table(Incident)
_entry = rows.table(Entry)
_member = rows.table(MassEventMember)

_AFTER = Statement(
    select(_entry.c.seq, _entry.c.incident_id, _entry.c.kind)
    .where(
        _entry.c.seq > bindparam("after"),
        _entry.c.kind.in_([literal(kind) for kind in MATTERS]),
    )
    .order_by(_entry.c.seq)
    .limit(bindparam("limit"))
)
_RECENT = Statement(
    select(_incident.c.id)
    .where(_incident.c.state != State.CLOSED, _incident.c.opened_at > bindparam("after"))
    .order_by(_incident.c.opened_at)
)


class Standing(NamedTuple):
    """An incident as the rule sees it; `sighting` is None where its place says nothing.

    `placed`: the rule or staff have put it somewhere, be it alone.
    """

    incident_id: str
    sighting: Sighting | None
    event_id: str | None
    placed: bool


def happened(tx: Transaction, after: int, limit: int) -> tuple[int, list[tuple[str, str]]]:
    """Incidents and kinds of what matters after a number; and how far along that reaches."""
    last = timeline.last_seq(tx)
    found = tx.rows(_AFTER, after=after, limit=limit)
    reached = found[-1][0] if len(found) == limit else max(last, after)
    return reached, [(incident, kind) for _, incident, kind in found]


def recent(tx: Transaction, after: datetime) -> list[str]:
    """Incidents opened since and not closed, oldest first."""
    return [incident for (incident,) in tx.rows(_RECENT, after=after)]


def of(tx: Transaction, vault: Vault, incident_ids: Collection[str]) -> list[Standing]:
    """How these stand; a press that still counts down may be a mistake, and is left out."""
    found = tx.execute(
        select(
            _incident.c.id,
            _incident.c.activist_id,
            _incident.c.kind,
            _incident.c.opened_at,
            _incident.c.state,
            _incident.c.duress,
            _incident.c.brief,
            _member.c.event_id,
            _member.c.incident_id.label("placed"),
        )
        .outerjoin(_member, _member.c.incident_id == _incident.c.id)
        .where(_incident.c.id.in_(incident_ids))
    )
    return [
        Standing(row.id, _sighting(vault, row), row.event_id, row.placed is not None)
        for row in found
    ]


def _sighting(vault: Vault, row: Any) -> Sighting | None:
    waits = row.state in (State.PENDING, State.CANCELLED) and not row.duress
    if waits or row.state == State.CLOSED or row.brief is None:
        return None
    try:
        brief = records.open_brief(vault, row.id, row.brief)
    except CryptoError:  # the relay says so; here it must not keep the others from their events
        return None
    if brief.position is None or not mass_events.is_sure(brief.position, brief.pressed_at):
        return None
    drill = row.kind == "drill"
    return Sighting(row.id, row.activist_id, drill, row.opened_at, brief.position)
