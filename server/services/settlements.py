"""What became of a text: outcomes settled, receipts ranked, and what follows from a failure."""

import random
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select

from server.carriers import Outcome, Refused, Sent, Unknown
from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import ErrorClass, Kind, Remedy, State
from server.domain.routes import TWILIO, Choice, Hop
from server.services import attempts, deliveries, ladders, phone_views, reachability, rows, timeline
from server.services.attempts import Sending
from server.services.timeline import SYSTEM
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Recipient
from server.vault import Vault

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_UNPROVEN = (State.SENDING, State.UNKNOWN)
DIRECT = Choice(Hop(TWILIO))  # where there is no choice
_CALLED = Statement(
    select(_delivery.c.id)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.recipient_id == bindparam("recipient"),
        _delivery.c.kind == literal(Kind.CALL),
    )
    .limit(1)
)
_BRIEFED = Statement(
    select(_incident.c.kind, _incident.c.office_id, _incident.c.activist_id).where(
        _incident.c.id == bindparam("incident"), _incident.c.brief.is_not(None)
    )
)


def settle(
    tx: Transaction,
    vault: Vault,
    attempt_id: str,
    outcome: Outcome,
    now: datetime,
    more: bool,
    choice: Choice = DIRECT,
) -> None:
    """Records an outcome. An attempt that is no longer the delivery's own changes only itself.

    `more`: the text had a second half, which is queued with the news that the first one went out.
    """
    sending = attempts.find(tx, attempt_id)
    if sending is None:
        return
    attempts.close(tx, attempt_id, outcome, now)
    if choice != DIRECT:
        sending = attempts.go_by(tx, sending, attempt_id, choice)
    if sending.attempt_id != attempt_id or attempts.has_ended(sending):
        return
    match outcome:
        case Sent(provider_id):
            attempts.provide(tx, sending, provider_id)
            if choice.detour:
                _entry(tx, vault, sending, "other_way", now, way=choice.hop.way)
            if _advance(tx, vault, sending, State.SENT, now) and more:
                _queue_more(tx, sending, now)
        case Unknown("unreachable") if choice.others and sending.state is State.SENDING:
            attempts.avoid_way(tx, sending)
            attempts.write(tx, sending, State.QUEUED, now)
        case Unknown():
            if rules.RANK[sending.state] < rules.RANK[State.UNKNOWN]:
                attempts.write(tx, sending, State.UNKNOWN, now + rules.RECONCILE_AFTER)
                _entry(tx, vault, sending, "unknown", now)
        case Refused() if attempts.is_last_hope(tx, sending, attempt_id):
            _refuse(tx, vault, sending, outcome, now)


def receive(
    tx: Transaction,
    vault: Vault,
    attempt_id: str,
    status: str,
    code: int | None,
    now: datetime,
    provider_id: str | None = None,
) -> bool:
    """Appends a receipt and moves the delivery forward where it is news; False where unknown."""
    sending = attempts.find(tx, attempt_id)
    news = rules.reported(Kind(sending.kind), status) if sending else None
    if sending is None or news is None:
        return False
    tx.run(rows.INSERT_RECEIPT, attempt_id=attempt_id, status=status, code=code, received_at=now)
    if attempts.is_over(sending, news):
        return True  # the delivery has gone on to another attempt since
    attempts.report(tx, sending, attempt_id, news, code, now, provider_id)
    if news in attempts.BAD and sending.provider_id is None and provider_id is not None:
        # Its answer was lost, and this is the first sign that the carrier took it.
        _count(tx, sending, "notified", _entry(tx, vault, sending, "sent", now))
        _queue_more(tx, sending, now)
    if news in attempts.BAD and not attempts.is_final(sending.state):
        if attempts.is_last_hope(tx, sending, attempt_id):
            _fail(tx, vault, sending, news, code, now)
    elif _advance(tx, vault, sending, news, now):
        _queue_more(tx, sending, now)  # whether there is more to say shows when it is composed
    return True


def drop(tx: Transaction, attempt_id: str) -> None:
    """The incident ended between the claim and the request: there is nothing left to say."""
    sending = attempts.find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id:
        attempts.write(tx, sending, State.DROPPED, sending.expires_at)


def give_up(tx: Transaction, attempt_id: str, code: int, now: datetime) -> None:
    """There is no other way to say it than the one that the carrier does not let through."""
    sending = attempts.find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id and sending.state is State.SENDING:
        attempts.keep(tx, attempt_id, code, now)
        attempts.write(tx, sending, State.UNDELIVERED, now, error=code)
        _call(tx, sending, now)


def put_back(tx: Transaction, attempt_id: str, due: datetime) -> None:
    """Its way takes no more texts for now: it keeps its lane, and nothing is counted."""
    sending = attempts.find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id and sending.state is State.SENDING:
        attempts.put_back(tx, sending, due)


def requeue(tx: Transaction, attempt_id: str, now: datetime) -> None:
    """Nothing proves that it went out: send again, with the same code in the text."""
    sending = attempts.find(tx, attempt_id)
    if sending and sending.attempt_id == attempt_id and sending.state in _UNPROVEN:
        attempts.close(tx, attempt_id, Unknown("unproven"), now)
        attempts.avoid_way(tx, sending)
        gone = now >= sending.expires_at
        state = State.FAILED if gone else State.QUEUED
        attempts.write(tx, sending, state, now, lane=rules.retry_lane(sending.lane))


def _advance(tx: Transaction, vault: Vault, sending: Sending, news: State, now: datetime) -> bool:
    """Whether this is the first news that the text went out."""
    state = rules.settled(sending.state, news)
    if state is sending.state:
        return False
    attempts.write(tx, sending, state, now + rules.POLL_AFTER if state is State.SENT else now)
    went_out = not attempts.is_out(sending.state) and state is not State.FAILED
    is_first = went_out and sending.provider_id is None
    if went_out:
        seq = _entry(tx, vault, sending, "sent", now)
        if is_first:
            _count(tx, sending, "notified", seq)
    if state is State.DELIVERED:
        _count(tx, sending, "delivered", _entry(tx, vault, sending, "delivered", now))
        reachability.note_arrival(tx, sending)
    return is_first


def _count(tx: Transaction, sending: Sending, what: str, seq: int) -> None:
    """The phone counts contacts by their first texts."""
    if sending.incident_id and sending.kind == Kind.ALERT:
        phone_views.count(tx, sending.incident_id, what, seq)


def _refuse(
    tx: Transaction, vault: Vault, sending: Sending, refused: Refused, now: datetime
) -> None:
    asked = rules.remedy(refused.code, refused.status)
    if asked.kind is ErrorClass.THROTTLED:
        # The relay keeps still for a while; the text keeps its place, and nothing is counted.
        tries = sending.attempts - 1
        attempts.write(tx, sending, State.QUEUED, now, attempts=tries, error=refused.code)
        return
    then = _mend(tx, sending, asked, State.FAILED, refused.code, now)
    _entry(tx, vault, sending, "refused", now, code=refused.code, then=then)
    if "other_way" not in then:  # what one account may not do, another one will
        reachability.note_failure(tx, sending, refused.code, now)
    _pass_over(tx, vault, sending, asked, now)


def _fail(
    tx: Transaction,
    vault: Vault,
    sending: Sending,
    news: State,
    code: int | None,
    now: datetime,
) -> None:
    """It was taken and will not arrive. What is sealed is gone by now and cannot be said again."""
    asked = rules.remedy(code, None)
    if Kind(sending.kind) not in rules.REPEATABLE:
        asked = Remedy(ErrorClass.PERMANENT)
    then = _mend(tx, sending, asked, news, code, now)
    _entry(tx, vault, sending, "undelivered", now, code=code, then=then)
    reachability.note_failure(tx, sending, code, now)
    _pass_over(tx, vault, sending, asked, now)


def _mend(
    tx: Transaction,
    sending: Sending,
    asked: Remedy,
    end: State,
    code: int | None,
    now: datetime,
) -> list[str]:
    """Once more, in other words, by another way, by voice, or not at all: what the timeline says
    comes then.
    """
    plain = asked.plain and not sending.plain and sending.kind in rules.WITH_LINK
    others = sending.others or 0
    elsewhere = not plain and rules.goes_elsewhere(asked, sending.attempts, others)
    jitter = random.random()  # noqa: S311 - jitter
    again = now if plain or elsewhere else rules.next_try(asked, sending.attempts, jitter, now)
    if again is not None and again >= sending.expires_at:
        again = None
    if elsewhere or (again is not None and not plain and asked.elsewhere and sending.avoided):
        attempts.avoid_way(tx, sending)
    attempts.write(
        tx,
        sending,
        end if again is None else State.QUEUED,
        again or now,
        lane=sending.lane if again is None else rules.retry_lane(sending.lane),
        error=code,
        plain=plain or sending.plain,
    )
    how = "plain" if plain else "other_way" if elsewhere else "again"
    then = [how] if again is not None else []
    if asked.voice and not (then and others) and _call(tx, sending, now):
        then.append("call")
    return then


def _pass_over(
    tx: Transaction, vault: Vault, sending: Sending, asked: Remedy, now: datetime
) -> None:
    """Whoever comes next does not wait for one who cannot see the first text now."""
    if asked.next_ring and sending.kind == Kind.ALERT and sending.incident_id is not None:
        ladders.pass_over(tx, vault, sending.incident_id, sending.recipient_id, now)


def _call(tx: Transaction, sending: Sending, now: datetime) -> bool:
    """Rings the contact whom a first text does not reach: once in an incident."""
    if sending.kind != Kind.ALERT or sending.incident_id is None:
        return False
    whom = {"incident": sending.incident_id, "recipient": sending.recipient_id}
    found = tx.row(_BRIEFED, incident=sending.incident_id)
    if found is None or not ladders.ladder_of(tx, found[1], found[2]).calls:
        return False
    if tx.row(_CALLED, **whom) is not None:
        return False
    lane = rules.lane(Kind.CALL, sending.place or 0, found[0] == "drill")
    call = deliveries.row(Kind.CALL, sending.incident_id, sending.recipient_id, lane, now, now)
    deliveries.enqueue(tx, [call])
    return True


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


def _entry(
    tx: Transaction, vault: Vault, sending: Sending, kind: str, now: datetime, **more: Any
) -> int:
    if sending.incident_id is None:
        return 0
    detail: dict[str, Any] = {"text": sending.kind, "recipient": sending.recipient_id}
    detail |= {name: value for name, value in more.items() if value}
    return timeline.append(tx, vault, sending.incident_id, kind, SYSTEM, now, now, **detail)
