"""What the phone may know of an incident, kept apart from the truth.

A stop code freezes it: from then on a true and a duress code leave the same rows, and nothing
that contacts or staff do shows, until the office closes or reopens the incident. An incident
without a row here is one that a duress code raised: the phone must never hear of it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from server.db import Transaction
from server.domain.errors import NotKnown
from server.domain.incident import State
from server.services import rows
from server.services.devices import Caller
from server.statements import Statement
from server.tables import PhoneView
from shared import wire

_view = rows.table(PhoneView)
_COLUMNS = (
    _view.c.incident_id,
    _view.c.state,
    _view.c.contacts,
    _view.c.notified,
    _view.c.delivered,
    _view.c.acknowledged,
    _view.c.office,
)


def _changing(*, even_stopped: bool = False, **values: Any) -> Statement:
    clause = update(_view).where(_view.c.incident_id == bindparam("incident"))
    if not even_stopped:
        clause = clause.where(_view.c.stopped.is_(False))
    return Statement(clause.values(version=bindparam("seq"), **values))


_SET_STATE = _changing(state=bindparam("new_state"))
_FREEZE = _changing(state=bindparam("new_state"), stopped=True)
_END = _changing(even_stopped=True, state="closed")
_REOPEN = _changing(even_stopped=True, state="open", stopped=False)
_OFFICE = _changing(office=bindparam("has_it"))
_HIDE = Statement(delete(_view).where(_view.c.incident_id == bindparam("incident")))
_COUNTS = {
    name: _changing(**{name: _view.c[name] + bindparam("more")})
    for name in ("notified", "delivered", "acknowledged")
}
_ONE = Statement(
    select(*_COLUMNS).where(
        _view.c.incident_id == bindparam("incident"), _view.c.activist_id == bindparam("activist")
    )
)
_SINCE = Statement(
    select(_view.c.activist_id, _view.c.version, *_COLUMNS)
    .where(_view.c.version > bindparam("after"))
    .order_by(_view.c.version)
    .limit(500)
)


def set_state(tx: Transaction, incident_id: str, state: State, seq: int) -> None:
    tx.run(_SET_STATE, incident=incident_id, new_state=state, seq=seq)


def freeze(tx: Transaction, incident_id: str, state: State, seq: int) -> None:
    """A stop code: the phone sees this state until the office closes or reopens."""
    tx.run(_FREEZE, incident=incident_id, new_state=state, seq=seq)


def hide(tx: Transaction, incident_id: str) -> None:
    """An alert that the phone must never hear of: no push, no answer, and no press joins it."""
    tx.run(_HIDE, incident=incident_id)


def end(tx: Transaction, incident_id: str, seq: int) -> None:
    tx.run(_END, incident=incident_id, seq=seq)


def reopen(tx: Transaction, incident_id: str, seq: int) -> None:
    tx.run(_REOPEN, incident=incident_id, seq=seq)


def take(tx: Transaction, incident_id: str, seq: int, *, taken: bool = True) -> None:
    """The office has it, or has given it back."""
    tx.run(_OFFICE, incident=incident_id, has_it=taken, seq=seq)


def count(tx: Transaction, incident_id: str, what: str, seq: int, more: int = 1) -> None:
    """Counts up `notified`, `delivered` or `acknowledged`; a changed answer counts down."""
    tx.run(_COUNTS[what], incident=incident_id, more=more, seq=seq)


def progress(tx: Transaction, device: Caller, incident_id: UUID) -> wire.Progress:
    found = tx.row(_ONE, incident=str(incident_id), activist=device.activist_id)
    if found is None:
        raise NotKnown("This phone has no such incident.", pointer="/incident_id")
    return _progress(found)


def changed_since(tx: Transaction, after: int) -> list[tuple[str, int, wire.Progress]]:
    """Activist, version and progress of every view that changed after a version, in order."""
    return [(row[0], row[1], _progress(row[2:])) for row in tx.rows(_SINCE, after=after)]


def _progress(row: Any) -> wire.Progress:
    incident_id, state, contacts, notified, delivered, acknowledged, office = row
    return wire.Progress(
        incident_id=UUID(incident_id),
        state=state,
        contacts=contacts,
        notified=notified,
        delivered=delivered,
        acknowledged=acknowledged,
        office=bool(office),
    )
