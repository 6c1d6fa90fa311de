"""What stands still in the database though it is due, and how the carrier took the last texts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from server.db import Transaction
from server.domain import watch as rules
from server.domain.delivery import DRILL_LANE, ErrorClass, Kind, State, error_class
from server.domain.incident import State as IncidentState
from server.domain.routes import is_against_sender
from server.domain.watch import Condition
from server.services import kept_texts, rows
from server.services.attempts import TAKEN, UNKNOWN
from server.tables import Attempt, Delivery, Incident, Receipt

FIRST = (Kind.ALERT, Kind.DUTY)  # calls wait for one another: the carrier takes one a second
BEHIND_OTHERS = timedelta(minutes=5)  # how long a first text may wait for its turn in a burst
RECENT = 1000  # deliveries whose attempts are looked at: those before are of another hour

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_receipt = rows.table(Receipt)

_OLDEST = select(func.max(_delivery.c.id)).scalar_subquery() - RECENT
_BAD_NEWS = and_(_receipt.c.attempt_id == _attempt.c.id, _receipt.c.code.is_not(None))


def findings(tx: Transaction, now: datetime) -> set[Condition]:
    """Every condition that the rows show."""
    found = {
        Condition.TEXTS_STUCK: _texts_stuck(tx, now),
        Condition.CLAIMS_STUCK: _claims_stuck(tx, now),
        Condition.RELEASES_STUCK: _releases_stuck(tx, now),
        Condition.WAY_DOWN: _is_way_down(tx, now),
        Condition.TEXTS_KEPT: kept_texts.given_up_since(tx, now - rules.COMPLAINTS_WITHIN),
    }
    refusing = _carrier(tx, now)
    if Condition.CARRIER_REFUSES not in refusing and _is_setup_refused(tx, now):
        refusing.add(Condition.SETUP_REFUSED)
    if _is_sender_full(tx, now):
        refusing.add(Condition.SENDER_FULL)
    return {condition for condition, holds in found.items() if holds} | refusing


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
    query = (
        select(_attempt.c.outcome, _attempt.c.code, _receipt.c.code.label("later"))
        .outerjoin(_receipt, _BAD_NEWS)
        .where(
            _attempt.c.delivery_id > _OLDEST,
            _attempt.c.settled_at > now - rules.REFUSALS_WITHIN,
        )
        .order_by(_attempt.c.settled_at.desc())
        .limit(10)
    )
    attempts = tx.execute(query).all()
    if attempts and all(_is_ours_to_mend(_refusal(one)) for one in attempts):
        return {Condition.CARRIER_REFUSES}
    unknown = [one for one in attempts if one.outcome == "unknown"]
    if len(attempts) >= rules.LEAST_UNKNOWN and len(unknown) == len(attempts):
        return {Condition.CARRIER_UNREACHABLE}
    return set()


def _is_way_down(tx: Transaction, now: datetime) -> bool:
    """Of several ways out, one whose last texts nobody took or answered."""
    query = (
        select(_attempt.c.way, _attempt.c.outcome, _attempt.c.code)
        .where(
            _attempt.c.delivery_id > _OLDEST,
            _attempt.c.settled_at > now - rules.REFUSALS_WITHIN,
            _attempt.c.way.is_not(None),
        )
        .order_by(_attempt.c.settled_at.desc())
    )
    ways: dict[str, list[bool]] = {}
    for one in tx.execute(query):
        failed = one.outcome == UNKNOWN or is_against_sender(one.code, 400)
        ways.setdefault(one.way, []).append(failed)
    newest = [failures[: rules.LEAST_UNKNOWN] for failures in ways.values()]
    return any(len(few) == rules.LEAST_UNKNOWN and all(few) for few in newest)


def _refusal(attempt: Any) -> Any:
    """Why it did not go out; the code of one that did is of a flag that was left out."""
    return attempt.later if attempt.outcome == TAKEN else attempt.code or attempt.later


def _is_setup_refused(tx: Transaction, now: datetime) -> bool:
    """A text that waits for an operator, or one that went out without what the carrier refused."""
    waiting = select(_delivery.c.error).where(
        _delivery.c.id > _OLDEST, _delivery.c.error.is_not(None), _delivery.c.expires_at > now
    )
    if any(_is_ours_to_mend(code) for (code,) in tx.execute(waiting.distinct())):
        return True
    since = now - rules.COMPLAINTS_WITHIN
    left_out = select(_attempt.c.id).where(
        _attempt.c.delivery_id > _OLDEST,
        _attempt.c.settled_at > since,
        _attempt.c.outcome == TAKEN,
        _attempt.c.code.is_not(None),
    )
    return tx.execute(left_out.limit(1)).first() is not None


def _is_sender_full(tx: Transaction, now: datetime) -> bool:
    since = now - rules.COMPLAINTS_WITHIN
    query = (
        select(_attempt.c.code, _receipt.c.code.label("later"))
        .outerjoin(_receipt, _BAD_NEWS)
        .where(_attempt.c.delivery_id > _OLDEST, _attempt.c.settled_at > since)
        .distinct()
    )
    codes = {code for one in tx.execute(query) for code in one if code is not None}
    return any(error_class(code, 400) is ErrorClass.FULL for code in codes)


def _is_ours_to_mend(code: int | None) -> bool:
    return code is not None and error_class(code, 400) is ErrorClass.CONFIGURATION
