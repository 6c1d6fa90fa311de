"""Texts that the carrier must be asked about: no answer came to them, or no receipt."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, literal, or_, select, update

from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import CALLS, State
from server.services import readings, rows
from server.services.attempts import TAKEN
from server.services.deliveries import CLAIMED, NO_OFFICE, Claimed
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)

POLLS = 200  # texts asked about in one turn

_LAPSED = Statement(
    select(_delivery.c.attempt_id).where(
        or_(
            and_(_delivery.c.state == State.SENDING, _delivery.c.lease_until <= bindparam("now")),
            and_(_delivery.c.state == State.UNKNOWN, _delivery.c.due_at <= bindparam("now")),
        )
    )
)
_OF_OTHER_BOOT = Statement(
    select(_delivery.c.attempt_id)
    .join(_attempt, _attempt.c.id == _delivery.c.attempt_id)
    .where(_delivery.c.state == State.SENDING, _attempt.c.boot != bindparam("boot"))
)
_UNPROVEN_ONE = Statement(
    select(
        *CLAIMED,
        _delivery.c.attempt_id,
        _incident.c.office_id,
        _attempt.c.started_at,
        _attempt.c.way,
    )
    .join(
        _attempt,
        and_(_attempt.c.delivery_id == _delivery.c.id, _attempt.c.id == _delivery.c.attempt_id),
    )
    .outerjoin(_incident, _incident.c.id == _delivery.c.incident_id)
    .where(
        _attempt.c.id == bindparam("attempt"),
        _delivery.c.state.in_([literal(State.SENDING), literal(State.UNKNOWN)]),
    )
)
_SILENT = Statement(
    select(
        _delivery.c.id,
        _attempt.c.id,
        _attempt.c.provider_id,
        _attempt.c.settled_at,
        _attempt.c.way,
    )
    .join(_attempt, _attempt.c.delivery_id == _delivery.c.id)
    .where(
        _delivery.c.state == State.SENT,
        _delivery.c.due_at <= bindparam("now"),
        _delivery.c.expires_at > bindparam("now"),
        _delivery.c.kind.not_in([literal(kind) for kind in sorted(CALLS)]),
        _attempt.c.outcome == literal(TAKEN),
        _attempt.c.provider_id.is_not(None),
    )
    .limit(POLLS)
)
_ASKED = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"), _delivery.c.state == State.SENT)
    .values(due_at=bindparam("due"))
)
_PROVIDERS = Statement(
    select(_attempt.c.provider_id)
    .join(_delivery, _delivery.c.id == _attempt.c.delivery_id)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.recipient_id == bindparam("recipient"),
        _attempt.c.provider_id.is_not(None),
    )
)


class Silent(NamedTuple):
    """A text that was taken, and of which no receipt has come for a while."""

    delivery_id: int
    attempt_id: str
    provider_id: str
    out_at: datetime
    way: str | None


class Unproven(NamedTuple):
    """A text that may have gone out, and the carrier's ids that other texts account for."""

    claimed: Claimed
    started_at: datetime
    way: str | None
    provider_ids: set[str]


def lapsed(tx: Transaction, now: datetime) -> list[str]:
    """Attempts whose outcome nobody will report any more, or is due to be asked for."""
    return [found[0] for found in tx.rows(_LAPSED, now=now)]


def of_other_boots(tx: Transaction, boot: str) -> list[str]:
    """Attempts a dead process left behind: a sole relay asks for them at once."""
    return [found[0] for found in tx.rows(_OF_OTHER_BOOT, boot=boot)]


def silent(tx: Transaction, now: datetime) -> list[Silent]:
    """Attempts that were taken long enough ago, and whose end no receipt has told."""
    return [Silent(*found) for found in tx.rows(_SILENT, now=now)]


def asked(tx: Transaction, delivery_id: int, out_at: datetime, now: datetime) -> None:
    """When to ask again, should the answer not have been the end of it."""
    tx.run(_ASKED, delivery=delivery_id, due=rules.next_poll(out_at, now))


def unproven(tx: Transaction, attempt_id: str) -> Unproven | None:
    """What is known of an attempt that nobody has reported on; None where it is settled."""
    found = tx.row(_UNPROVEN_ONE, attempt=attempt_id)
    if found is None:
        return None
    *claim, office_id, started_at, way = found
    languages = readings.allowed(tx, office_id) if office_id else NO_OFFICE
    claimed = Claimed._make([*claim, languages])
    known = tx.rows(_PROVIDERS, incident=claimed.incident_id, recipient=claimed.recipient_id)
    return Unproven(claimed, started_at, way, {provider_id for (provider_id,) in known})
