"""Texts that the carrier keeps the words of, until it is asked to forget them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, func, literal, or_, select, update

from server.carriers import NO_RETENTION_FLAGS
from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import CALLS, RANK, State
from server.services import rows
from server.statements import Statement
from server.tables import Attempt, Delivery
from server.tables.kept_texts import KeptText

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_kept = rows.table(KeptText)

AT_ONCE = 8  # questions of one turn: texts that go out need the carrier's connections more
NEWEST = 10  # texts that show how the carrier takes them now

_FINAL = [literal(state) for state in State if RANK[state] > RANK[State.SENT]]
_INSERT = rows.inserting(KeptText, "given_up_at")
_DUE = Statement(
    select(_kept.c.attempt_id, _attempt.c.provider_id, _attempt.c.way, _kept.c.since)
    .join(_attempt, _attempt.c.id == _kept.c.attempt_id)
    .join(_delivery, _delivery.c.id == _attempt.c.delivery_id)
    .where(
        _kept.c.ask_at <= bindparam("now"),
        or_(
            and_(
                _attempt.c.provider_id.is_not(None),
                or_(_attempt.c.outcome.in_(_FINAL), _delivery.c.state.in_(_FINAL)),
            ),
            _delivery.c.expires_at <= bindparam("now"),
        ),
    )
    .order_by(_kept.c.ask_at)
    .limit(AT_ONCE)
)
_REMOVE = Statement(delete(_kept).where(_kept.c.attempt_id == bindparam("attempt")))
_ASKED = Statement(
    update(_kept)
    .where(_kept.c.attempt_id == bindparam("attempt"))
    .values(ask_at=bindparam("next"), given_up_at=bindparam("given_up"))
)


class Kept(NamedTuple):
    """A text that is over. Without a `provider_id` nothing shows that the carrier took it."""

    attempt_id: str
    provider_id: str | None
    way: str | None
    since: datetime


def note(tx: Transaction, attempt_id: str, now: datetime) -> None:
    """The carrier took it, or may have taken it, and was not asked to discard it."""
    tx.run(_INSERT, attempt_id=attempt_id, since=now, ask_at=now)


def due(tx: Transaction, now: datetime) -> list[Kept]:
    """Texts that have come to their end, or are no longer valid."""
    return [Kept(*found) for found in tx.rows(_DUE, now=now)]


def forgotten(tx: Transaction, attempt_id: str) -> None:
    tx.run(_REMOVE, attempt=attempt_id)


def asked(tx: Transaction, kept: Kept, now: datetime) -> None:
    """It was asked in vain: when it is asked again, if ever."""
    again = rules.next_forget(kept.since, now)
    tx.run(_ASKED, attempt=kept.attempt_id, next=again, given_up=None if again else now)


def given_up_since(tx: Transaction, since: datetime) -> bool:
    query = select(_kept.c.attempt_id).where(_kept.c.given_up_at > since).limit(1)
    return tx.execute(query).first() is not None


def given_up(tx: Transaction) -> int:
    """How many texts the carrier keeps the words of for good."""
    query = select(func.count()).where(_kept.c.given_up_at.is_not(None))
    return int(tx.execute(query).scalar_one())


def is_discarding(tx: Transaction) -> bool | None:
    """Whether it takes texts with the flags by which it discards them; None before the first."""
    query = (
        select(_attempt.c.code)
        .join(_delivery, _delivery.c.id == _attempt.c.delivery_id)
        .where(_attempt.c.provider_id.is_not(None), _delivery.c.kind.not_in(CALLS))
        .order_by(_delivery.c.id.desc())
        .limit(NEWEST)
    )
    codes = {code for (code,) in tx.execute(query)}
    return codes.isdisjoint(NO_RETENTION_FLAGS) if codes else None
