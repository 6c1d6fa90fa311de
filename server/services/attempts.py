"""A request to the carrier and the delivery behind it: what is known of both, written down."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, bindparam, case, func, literal, null, or_, select, update

from server.carriers import Outcome, Refused, Sent
from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import State
from server.services import rows
from server.statements import Statement
from server.tables import Attempt, Delivery, Recipient

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_recipient = rows.table(Recipient)

BAD = (State.UNDELIVERED, State.FAILED)
TAKEN = "sent"  # an attempt's outcome; after a bad receipt it is that receipt's word
UNKNOWN = "unknown"
KEPT = "kept"  # not even offered

_OF_ATTEMPT = Statement(
    select(
        _delivery.c.id,
        _delivery.c.incident_id,
        _delivery.c.recipient_id,
        _delivery.c.kind,
        _delivery.c.state,
        _delivery.c.lane,
        _delivery.c.attempts,
        _delivery.c.attempt_id,
        _delivery.c.expires_at,
        _delivery.c.provider_id,
        _delivery.c.plain,
        _attempt.c.outcome,
        _attempt.c.provider_id,
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
        lane=bindparam("new_lane"),
        due_at=bindparam("due"),
        attempts=bindparam("new_attempts"),
        error=bindparam("new_error"),
        plain=bindparam("new_plain", type_=Boolean()),
        lease_until=None,
        sealed=case((bindparam("is_out", type_=Boolean()), null()), else_=_delivery.c.sealed),
    )
)
_SETTLE_ATTEMPT = Statement(
    update(_attempt)
    .where(
        _attempt.c.id == bindparam("attempt"),
        or_(_attempt.c.settled_at.is_(None), _attempt.c.outcome == literal(UNKNOWN)),
    )
    .values(
        settled_at=bindparam("now"),
        outcome=bindparam("result"),
        code=bindparam("error"),
        provider_id=bindparam("provider"),
    )
)
_REPORTED = Statement(
    update(_attempt)
    .where(_attempt.c.id == bindparam("attempt"))
    .values(
        settled_at=func.coalesce(
            _attempt.c.settled_at, bindparam("now", type_=_attempt.c.settled_at.type)
        ),
        outcome=bindparam("result"),
        code=bindparam("error"),
        provider_id=func.coalesce(
            _attempt.c.provider_id, bindparam("provider", type_=_attempt.c.provider_id.type)
        ),
    )
)
# Another request for the same text, which is on its way or may yet arrive.
_ALIVE = Statement(
    select(_attempt.c.id)
    .where(
        _attempt.c.delivery_id == bindparam("delivery"),
        _attempt.c.id != bindparam("attempt"),
        or_(_attempt.c.outcome.is_(None), _attempt.c.outcome == literal(TAKEN)),
    )
    .limit(1)
)
_PROVIDED = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"))
    .values(provider_id=bindparam("provider"))
)


class Sending(NamedTuple):
    """The delivery behind an attempt, whoever made it."""

    id: int
    incident_id: str | None
    recipient_id: str | None
    kind: str
    state: State
    lane: int
    attempts: int
    attempt_id: str
    expires_at: datetime
    provider_id: str | None
    plain: bool
    outcome: str | None
    attempt_provider_id: str | None
    place: int | None


def find(tx: Transaction, attempt_id: str) -> Sending | None:
    found = tx.row(_OF_ATTEMPT, attempt=attempt_id)
    if found is None:
        return None
    sending = Sending(*found)
    return sending._replace(state=State(sending.state))


def close(tx: Transaction, attempt_id: str, outcome: Outcome, now: datetime) -> None:
    """What the carrier answered. A late answer is better than none, and a first one stays."""
    tx.run(
        _SETTLE_ATTEMPT,
        attempt=attempt_id,
        now=now,
        result=type(outcome).__name__.lower(),
        error=outcome.code if isinstance(outcome, Refused) else None,
        provider=outcome.provider_id if isinstance(outcome, Sent) else None,
    )


def keep(tx: Transaction, attempt_id: str, code: int, now: datetime) -> None:
    """It was not offered to the carrier at all, because of this code."""
    tx.run(_SETTLE_ATTEMPT, attempt=attempt_id, now=now, result=KEPT, error=code, provider=None)


def provide(tx: Transaction, sending: Sending, provider_id: str) -> None:
    """The carrier's name for the text, and the sign that it went out once."""
    tx.run(_PROVIDED, delivery=sending.id, provider=provider_id)


def is_out(state: State) -> bool:
    return rules.RANK[state] >= rules.RANK[State.SENT]


def is_final(state: State) -> bool:
    return rules.RANK[state] > rules.RANK[State.SENT]


def has_ended(sending: Sending) -> bool:
    """Whether a receipt has said of this attempt that it will not arrive."""
    return sending.outcome in BAD


def is_over(sending: Sending, news: State) -> bool:
    """Whether the delivery goes on without this attempt, which can only have arrived after all."""
    return has_ended(sending) and news is not State.DELIVERED and not is_final(sending.state)


def is_last_hope(tx: Transaction, sending: Sending, attempt_id: str) -> bool:
    """Whether the text can arrive by no other request that was made for it."""
    if is_final(sending.state):
        return False
    return tx.row(_ALIVE, delivery=sending.id, attempt=attempt_id) is None


def report(
    tx: Transaction,
    sending: Sending,
    attempt_id: str,
    news: State,
    code: int | None,
    now: datetime,
    provider_id: str | None,
) -> None:
    """What a receipt proves of its attempt; usually the answer has said it already."""
    result = news if news in BAD else TAKEN
    if sending.outcome == result and sending.attempt_provider_id is not None:
        return
    tx.run(_REPORTED, attempt=attempt_id, now=now, result=result, error=code, provider=provider_id)
    if news not in BAD and sending.provider_id is None and provider_id is not None:
        provide(tx, sending, provider_id)


def write(
    tx: Transaction,
    sending: Sending,
    state: State,
    due: datetime,
    *,
    lane: int | None = None,
    attempts: int | None = None,
    error: int | None = None,
    plain: bool | None = None,
) -> None:
    tx.run(
        _SETTLE,
        delivery=sending.id,
        new_state=state,
        new_lane=sending.lane if lane is None else lane,
        due=due,
        new_attempts=sending.attempts if attempts is None else attempts,
        new_error=error,
        new_plain=sending.plain if plain is None else plain,
        is_out=is_out(state),  # its words are needed no more
    )
