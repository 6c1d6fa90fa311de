"""A request to the carrier and the delivery behind it: what is known of both, written down."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, bindparam, case, delete, func, literal, null, or_, select, update

from server.carriers import Outcome, Refused, Sent, Unknown
from server.db import Transaction
from server.domain import delivery as rules
from server.domain import routes
from server.domain.delivery import State
from server.domain.routes import Choice
from server.services import kept_texts, rows
from server.statements import Statement
from server.tables import Attempt, Delivery, Recipient

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_recipient = rows.table(Recipient)

BAD = (State.UNDELIVERED, State.FAILED)
TAKEN = "sent"  # an attempt's outcome; after a bad receipt it is that receipt's word
UNKNOWN = "unknown"
KEPT = "kept"  # not even offered
PASSED = "passed"  # taken, but it arrived too late to wait for: the text went another way

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
        _delivery.c.avoided,
        _attempt.c.way,
        _attempt.c.others,
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
_BY_WAY = Statement(
    update(_attempt)
    .where(_attempt.c.id == bindparam("attempt"))
    .values(way=bindparam("by"), others=bindparam("left"))
)
_AVOID = Statement(
    update(_delivery)
    .where(_delivery.c.id == bindparam("delivery"))
    .values(avoided=bindparam("ways"))
)
_PASS = Statement(
    update(_attempt).where(_attempt.c.id == bindparam("attempt")).values(outcome=literal(PASSED))
)
_FORGET = Statement(delete(_attempt).where(_attempt.c.id == bindparam("attempt")))
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
    avoided: str | None = None
    way: str | None = None
    others: int | None = None


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
        error=_code(outcome),
        provider=outcome.provider_id if isinstance(outcome, Sent) else None,
    )
    if isinstance(outcome, Sent | Unknown) and outcome.keeps_body:
        kept_texts.note(tx, attempt_id, now)


def _code(outcome: Outcome) -> int | None:
    match outcome:
        case Refused(code) | Sent(_, code):
            return code
    return None


def keep(tx: Transaction, attempt_id: str, code: int, now: datetime) -> None:
    """It was not offered to the carrier at all, because of this code."""
    tx.run(_SETTLE_ATTEMPT, attempt=attempt_id, now=now, result=KEPT, error=code, provider=None)


def go_by(tx: Transaction, sending: Sending, attempt_id: str, choice: Choice) -> Sending:
    """Which way it went by, and whether there are more, as receipts will want to know."""
    tx.run(_BY_WAY, attempt=attempt_id, by=choice.hop.way, left=choice.others)
    return sending._replace(way=choice.hop.way, others=choice.others)


def avoid_way(tx: Transaction, sending: Sending) -> None:
    """The text goes by another one from now on, where the attempt knows by which it went."""
    if sending.way is not None:
        ways = routes.passed(sending.avoided or "", sending.way, sending.others or 0)
        tx.run(_AVOID, delivery=sending.id, ways=ways)


def pass_by(tx: Transaction, sending: Sending, now: datetime) -> None:
    """It was taken and nobody has seen it arrive: it goes another way, and may yet come by both."""
    tx.run(_PASS, attempt=sending.attempt_id)
    avoid_way(tx, sending)
    write(tx, sending, State.QUEUED, now, lane=rules.retry_lane(sending.lane))


def put_back(tx: Transaction, sending: Sending, due: datetime) -> None:
    """It was claimed and not offered: as if it had never been claimed."""
    write(tx, sending, State.QUEUED, due, attempts=sending.attempts - 1)
    tx.run(_FORGET, attempt=sending.attempt_id)


def provide(tx: Transaction, sending: Sending, provider_id: str) -> None:
    """The carrier's name for the text, and the sign that it went out once."""
    tx.run(_PROVIDED, delivery=sending.id, provider=provider_id)


def is_out(state: State) -> bool:
    return rules.RANK[state] >= rules.RANK[State.SENT]


def is_final(state: State) -> bool:
    return rules.RANK[state] > rules.RANK[State.SENT]


def has_ended(sending: Sending) -> bool:
    """Whether this attempt is waited for no more, by a receipt's word or by ours."""
    return sending.outcome in (*BAD, PASSED)


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
    if sending.provider_id is None and provider_id is not None:
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
