"""Texts that must go out: queued with their cause, and claimed in the order of their lanes."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, literal, select, update

from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import Kind, State
from server.services import rows
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Recipient

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_DUE = (
    select(
        _delivery.c.id,
        _delivery.c.incident_id,
        _delivery.c.recipient_id,
        _delivery.c.kind,
        _delivery.c.attempts,
        _delivery.c.due_at,
        _delivery.c.about_at,
        _delivery.c.expires_at,
        _delivery.c.sealed,
        _incident.c.brief,
    )
    .outerjoin(_incident, _incident.c.id == _delivery.c.incident_id)
    .where(_delivery.c.state == State.QUEUED, _delivery.c.due_at <= bindparam("now"))
    .order_by(_delivery.c.lane, _delivery.c.due_at, _delivery.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_delivery)
)
_CLAIMABLE = Statement(_DUE)
_CLAIM = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"))
    .values(
        state=State.SENDING,
        attempt_id=bindparam("attempt"),
        attempts=_delivery.c.attempts + 1,
        lease_until=bindparam("lease"),
    )
)
_NEXT_DUE = Statement(
    select(_delivery.c.due_at)
    .where(_delivery.c.state == State.QUEUED)
    .order_by(_delivery.c.due_at)
    .limit(1)
)
_DROP = Statement(
    update(_delivery)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.state.in_([literal(State.QUEUED), literal(State.UNKNOWN)]),
    )
    .values(state=State.DROPPED, sealed=None)
)
_RETIME = Statement(
    update(_delivery)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.state == State.QUEUED,
        _delivery.c.kind == Kind.ALERT,
    )
    .values(due_at=bindparam("due"))
)
_TOLD = Statement(
    select(_delivery.c.recipient_id)
    .distinct()
    .where(_delivery.c.incident_id == bindparam("incident"), _delivery.c.kind == Kind.ALERT)
)


class Claimed(NamedTuple):
    """A text to send now: the claim is durable, and `attempt_id` is its fence."""

    id: int
    incident_id: str | None
    recipient_id: str | None
    kind: str
    attempts: int
    due_at: datetime
    about_at: datetime
    expires_at: datetime
    sealed: bytes | None
    brief: bytes | None
    attempt_id: str


def row(
    kind: Kind,
    incident_id: str | None,
    recipient_id: str | None,
    lane: int,
    due_at: datetime,
    about_at: datetime,
    sealed: bytes | None = None,
) -> dict[str, Any]:
    """A queued delivery, for `enqueue`."""
    return {
        "incident_id": incident_id,
        "recipient_id": recipient_id,
        "kind": kind,
        "lane": lane,
        "state": State.QUEUED,
        "due_at": due_at,
        "about_at": about_at,
        "expires_at": due_at + rules.VALID_FOR,
        "attempts": 0,
        "sealed": sealed,
    }


def enqueue(tx: Transaction, deliveries: list[dict[str, Any]]) -> None:
    tx.run_many(rows.INSERT_DELIVERY, deliveries)


def retime_alert(tx: Transaction, incident_id: str, due_at: datetime) -> None:
    """Moves first texts that nobody has claimed yet."""
    tx.run(_RETIME, incident=incident_id, due=due_at)


def drop_queued(tx: Transaction, incident_id: str) -> None:
    """What nobody has claimed will not be sent; what is claimed counts as sent."""
    tx.run(_DROP, incident=incident_id)


def told(tx: Transaction, incident_id: str) -> list[str]:
    """Recipients to whom a first text went out or is on its way."""
    return [recipient for (recipient,) in tx.rows(_TOLD, incident=incident_id)]


def next_due(tx: Transaction) -> datetime | None:
    found = tx.row(_NEXT_DUE)
    return found[0] if found else None


def claim_due(tx: Transaction, boot: str, limit: int, now: datetime) -> list[Claimed]:
    """Takes what is due, in the order of lanes, and writes down an attempt for each."""
    due = tx.rows(_CLAIMABLE, now=now, limit=limit)
    claims = [Claimed._make([*found, str(uuid4())]) for found in due]
    lease = now + rules.LEASE
    tx.run_many(
        _CLAIM,
        [{"delivery": c.id, "attempt": c.attempt_id, "lease": lease} for c in claims],
    )
    tx.run_many(
        rows.INSERT_ATTEMPT,
        [
            {
                "id": c.attempt_id,
                "delivery_id": c.id,
                "boot": boot,
                "started_at": now,
                "settled_at": None,
                "outcome": None,
                "code": None,
                "provider_id": None,
            }
            for c in claims
        ],
    )
    return claims
