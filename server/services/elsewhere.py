"""Texts that were taken and did not arrive in time: again by another way, where there is one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, literal, select

from server.db import Transaction
from server.domain.delivery import Kind, State
from server.services import attempts, rows
from server.statements import Statement
from server.tables import Attempt, Delivery

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)

_TAKEN = Statement(
    select(_delivery.c.recipient_id, _delivery.c.attempt_id)
    .join(_attempt, _attempt.c.id == _delivery.c.attempt_id)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.kind == literal(Kind.ALERT),
        _delivery.c.state == literal(State.SENT),
        _delivery.c.expires_at > bindparam("now"),
        _attempt.c.others > 0,
    )
)


def send(tx: Transaction, incident_id: str, recipients: Collection[str], now: datetime) -> set[str]:
    """First texts to these contacts go another way; to whom that is so."""
    sent = set()
    for recipient_id, attempt_id in tx.rows(_TAKEN, incident=incident_id, now=now):
        sending = attempts.find(tx, attempt_id) if recipient_id in recipients else None
        if sending is not None:
            attempts.pass_by(tx, sending, now)
            sent.add(recipient_id)
    return sent
