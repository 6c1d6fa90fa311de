"""What became of a text: outcomes settled, receipts ranked, unknown ones asked about or resent."""

import random
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, and_, bindparam, case, literal, null, or_, select, update

from server.carriers import Outcome, Refused, Sent, Unknown
from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import ErrorClass, Kind, State
from server.services import deliveries, phone_views, rows, timeline
from server.services.deliveries import Claimed
from server.services.timeline import SYSTEM
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Recipient
from server.vault import Vault

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_UNPROVEN = (State.SENDING, State.UNKNOWN)
_OF_ATTEMPT = Statement(
    select(
        _delivery.c.id,
        _delivery.c.incident_id,
        _delivery.c.recipient_id,
        _delivery.c.kind,
        _delivery.c.state,
        _delivery.c.attempts,
        _delivery.c.attempt_id,
        _delivery.c.expires_at,
        _recipient.c.place,
    )
    .join(_attempt, _attempt.c.delivery_id == _delivery.c.id)
    .outerjoin(_recipient, _recipient.c.id == _delivery.c.recipient_id)
    .where(_attempt.c.id == bindparam("attempt"))
)
_SETTLE = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"))
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("due"),
        attempts=bindparam("new_attempts"),
        error=bindparam("new_error"),
        lease_until=None,
        sealed=case((bindparam("is_out", type_=Boolean()), null()), else_=_delivery.c.sealed),
    )
)
_SETTLE_ATTEMPT = Statement(
    update(_attempt)
    .where(_attempt.c.id == bindparam("attempt"), _attempt.c.settled_at.is_(None))
    .values(
        settled_at=bindparam("now"),
        outcome=bindparam("result"),
        code=bindparam("error"),
        provider_id=bindparam("provider"),
    )
)
_PROVIDED = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"))
    .values(provider_id=bindparam("provider"))
)
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
        _delivery.c.attempt_id,
        _attempt.c.started_at,
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
_PROVIDERS = Statement(
    select(_attempt.c.provider_id)
    .join(_delivery, _delivery.c.id == _attempt.c.delivery_id)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.recipient_id == bindparam("recipient"),
        _attempt.c.provider_id.is_not(None),
    )
)
_BRIEFED = Statement(
    select(_incident.c.kind).where(
        _incident.c.id == bindparam("incident"), _incident.c.brief.is_not(None)
    )
)


class Sending(NamedTuple):
    """The delivery behind an attempt, whoever made it."""

    id: int
    incident_id: str | None
    recipient_id: str | None
    kind: str
    state: State
    attempts: int
    attempt_id: str
    expires_at: datetime
    place: int | None


class Unproven(NamedTuple):
    """A text that may have gone out, and the carrier's ids that other texts account for."""

    claimed: Claimed
    started_at: datetime
    provider_ids: set[str]


def settle(
    tx: Transaction, vault: Vault, attempt_id: str, outcome: Outcome, now: datetime, more: bool
) -> None:
    """Records an outcome. An attempt that is no longer the delivery's own changes only itself.

    `more`: the text had a second half, which is queued with the news that the first one went out.
    """
    sending = _find(tx, attempt_id)
    if sending is None:
        return
    tx.run(
        _SETTLE_ATTEMPT,
        attempt=attempt_id,
        now=now,
        result=type(outcome).__name__.lower(),
        error=outcome.code if isinstance(outcome, Refused) else None,
        provider=outcome.provider_id if isinstance(outcome, Sent) else None,
    )
    if sending.attempt_id != attempt_id:
        return
    match outcome:
        case Sent(provider_id):
            tx.run(_PROVIDED, delivery=sending.id, provider=provider_id)
            if _advance(tx, vault, sending, State.SENT, None, now) and more:
                _queue_more(tx, sending, now)
        case Unknown():
            if rules.RANK[sending.state] < rules.RANK[State.UNKNOWN]:
                _update(tx, sending, State.UNKNOWN, now + rules.RECONCILE_AFTER)
                _entry(tx, vault, sending, "unknown", None, now)
        case Refused() if not _is_out(sending.state):  # an earlier try may have arrived after all
            _refuse(tx, vault, sending, outcome, now)


def receive(
    tx: Transaction, vault: Vault, attempt_id: str, status: str, code: int | None, now: datetime
) -> bool:
    """Appends a receipt and moves the delivery forward where it is news; False where unknown."""
    sending = _find(tx, attempt_id)
    if sending is None:
        return False
    tx.run(rows.INSERT_RECEIPT, attempt_id=attempt_id, status=status, code=code, received_at=now)
    if _advance(tx, vault, sending, rules.CARRIER_STATES[status], code, now):
        _queue_more(tx, sending, now)  # whether there is more to say shows when it is composed
    return True


def lapsed(tx: Transaction, now: datetime) -> list[str]:
    """Attempts whose outcome nobody will report any more, or is due to be asked for."""
    return [found[0] for found in tx.rows(_LAPSED, now=now)]


def of_other_boots(tx: Transaction, boot: str) -> list[str]:
    """Attempts a dead process left behind: a sole relay asks for them at once."""
    return [found[0] for found in tx.rows(_OF_OTHER_BOOT, boot=boot)]


def unproven(tx: Transaction, attempt_id: str) -> Unproven | None:
    """What is known of an attempt that nobody has reported on; None where it is settled."""
    found = tx.row(_UNPROVEN_ONE, attempt=attempt_id)
    if found is None:
        return None
    claimed = Claimed(*found[:11])
    known = tx.rows(_PROVIDERS, incident=claimed.incident_id, recipient=claimed.recipient_id)
    return Unproven(claimed, found[11], {provider_id for (provider_id,) in known})


def drop(tx: Transaction, attempt_id: str) -> None:
    """The incident ended between the claim and the request: there is nothing left to say."""
    sending = _find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id:
        _update(tx, sending, State.DROPPED, sending.expires_at)


def requeue(tx: Transaction, attempt_id: str, now: datetime) -> None:
    """Nothing proves that it went out: send again, with the same code in the text."""
    sending = _find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id and sending.state in _UNPROVEN:
        gone = now >= sending.expires_at
        _update(tx, sending, State.FAILED if gone else State.QUEUED, now)


def _find(tx: Transaction, attempt_id: str) -> Sending | None:
    found = tx.row(_OF_ATTEMPT, attempt=attempt_id)
    if found is None:
        return None
    sending = Sending(*found)
    return sending._replace(state=State(sending.state))


def _is_out(state: State) -> bool:
    return rules.RANK[state] >= rules.RANK[State.SENT]


def _advance(
    tx: Transaction, vault: Vault, sending: Sending, news: State, code: int | None, now: datetime
) -> bool:
    """Whether this is the first news that the text went out."""
    state = rules.settled(sending.state, news)
    if state is sending.state:
        return False
    _update(tx, sending, state, now, error=code)
    went_out = not _is_out(sending.state) and state is not State.FAILED
    seqs = []
    if went_out:
        seqs.append(("notified", _entry(tx, vault, sending, "sent", None, now)))
    if state is State.DELIVERED:
        seqs.append(("delivered", _entry(tx, vault, sending, "delivered", None, now)))
    elif state in (State.UNDELIVERED, State.FAILED):
        _entry(tx, vault, sending, "undelivered", code, now)
    if sending.incident_id and sending.kind == Kind.ALERT:
        for what, seq in seqs:
            phone_views.count(tx, sending.incident_id, what, seq)
    return went_out


def _refuse(
    tx: Transaction, vault: Vault, sending: Sending, refused: Refused, now: datetime
) -> None:
    kind = rules.error_class(refused.code, refused.status)
    attempts = sending.attempts - (kind is ErrorClass.THROTTLED)
    again = rules.next_try(
        kind,
        max(attempts, 1),
        refused.retry_after,
        random.random(),  # noqa: S311 - jitter
        now,
    )
    if again is not None and again < sending.expires_at:
        _update(tx, sending, State.QUEUED, again, attempts=attempts, error=refused.code)
        if kind is ErrorClass.THROTTLED:
            return
    else:
        _update(tx, sending, State.FAILED, now, error=refused.code)
    _entry(tx, vault, sending, "refused", refused.code, now)


def _queue_more(tx: Transaction, sending: Sending, now: datetime) -> None:
    if sending.kind != Kind.ALERT or sending.incident_id is None:
        return
    found = tx.row(_BRIEFED, incident=sending.incident_id)
    if found is not None:
        lane = rules.lane(Kind.MORE, sending.place or 0, found[0] == "drill")
        due = now + rules.MORE_AFTER
        deliveries.enqueue(
            tx,
            [deliveries.row(Kind.MORE, sending.incident_id, sending.recipient_id, lane, due, due)],
        )


def _update(
    tx: Transaction,
    sending: Sending,
    state: State,
    due: datetime,
    *,
    attempts: int | None = None,
    error: int | None = None,
) -> None:
    tx.run(
        _SETTLE,
        delivery=sending.id,
        new_state=state,
        due=due,
        new_attempts=sending.attempts if attempts is None else attempts,
        new_error=error,
        is_out=_is_out(state),  # its words are needed no more
    )


def _entry(
    tx: Transaction, vault: Vault, sending: Sending, kind: str, code: int | None, now: datetime
) -> int:
    if sending.incident_id is None:
        return 0
    detail: dict[str, Any] = {"text": sending.kind, "recipient": sending.recipient_id}
    if code is not None:
        detail["code"] = code
    return timeline.append(tx, vault, sending.incident_id, kind, SYSTEM, now, now, **detail)
