"""What stands still in the database though it is due, and how the carrier took the last texts."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from server.db import Transaction
from server.domain import watch as rules
from server.domain.delivery import DRILL_LANE, ErrorClass, Kind, State, error_class
from server.domain.incident import State as IncidentState
from server.domain.watch import Condition
from server.services import rows
from server.tables import Attempt, Delivery, Incident, Receipt

FIRST = (Kind.ALERT, Kind.DUTY)  # calls wait for one another: the carrier takes one a second
BEHIND_OTHERS = timedelta(minutes=5)  # how long a first text may wait for its turn in a burst
RECENT = 1000  # deliveries whose attempts are looked at: those before are of another hour

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_receipt = rows.table(Receipt)


def findings(tx: Transaction, now: datetime) -> set[Condition]:
    """Every condition that the rows show."""
    found = {
        Condition.TEXTS_STUCK: _texts_stuck(tx, now),
        Condition.CLAIMS_STUCK: _claims_stuck(tx, now),
        Condition.RELEASES_STUCK: _releases_stuck(tx, now),
    }
    return {condition for condition, holds in found.items() if holds} | _carrier(tx, now)


def _texts_stuck(tx: Transaction, now: datetime) -> bool:
    """Of drills nobody is told: they wait behind everything real."""
    oldest = select(func.min(_delivery.c.due_at)).where(
        _delivery.c.state == State.QUEUED,
        _delivery.c.kind.in_(FIRST),
        _delivery.c.lane < DRILL_LANE,
    )
    due_at = tx.execute(oldest).scalar()
    if due_at is None or due_at > now - rules.STUCK:
        return False
    return due_at <= now - BEHIND_OTHERS or not _claims_go_on(tx, now)


def _claims_go_on(tx: Transaction, now: datetime) -> bool:
    query = select(_attempt.c.id).where(_attempt.c.started_at > now - rules.STUCK).limit(1)
    return tx.execute(query).first() is not None


def _claims_stuck(tx: Transaction, now: datetime) -> bool:
    since = now - rules.STUCK
    query = select(_delivery.c.id).where(
        or_(
            and_(_delivery.c.state == State.SENDING, _delivery.c.lease_until <= since),
            and_(_delivery.c.state == State.UNKNOWN, _delivery.c.due_at <= since),
        )
    )
    return tx.execute(query.limit(1)).first() is not None


def _releases_stuck(tx: Transaction, now: datetime) -> bool:
    query = select(_incident.c.id).where(
        _incident.c.state == IncidentState.PENDING, _incident.c.release_at <= now - rules.STUCK
    )
    return tx.execute(query.limit(1)).first() is not None


def _carrier(tx: Transaction, now: datetime) -> set[Condition]:
    """The last attempts, where each was refused for our set-up, or none was answered."""
    newest = select(func.max(_delivery.c.id)).scalar_subquery()
    lost = and_(_receipt.c.attempt_id == _attempt.c.id, _receipt.c.code.is_not(None))
    query = (
        select(_attempt.c.outcome, _attempt.c.code, _receipt.c.code.label("later"))
        .outerjoin(_receipt, lost)
        .where(
            _attempt.c.delivery_id > newest - RECENT,
            _attempt.c.settled_at > now - rules.REFUSALS_WITHIN,
        )
        .order_by(_attempt.c.settled_at.desc())
        .limit(10)
    )
    attempts = tx.execute(query).all()
    if attempts and all(_is_ours_to_mend(one.code or one.later) for one in attempts):
        return {Condition.CARRIER_REFUSES}
    unknown = [one for one in attempts if one.outcome == "unknown"]
    if len(attempts) >= rules.LEAST_UNKNOWN and len(unknown) == len(attempts):
        return {Condition.CARRIER_UNREACHABLE}
    return set()


def _is_ours_to_mend(code: int | None) -> bool:
    """Whether the carrier said so, at once or in a receipt."""
    return code is not None and error_class(code, 400) is ErrorClass.CONFIGURATION
