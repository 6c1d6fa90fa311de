"""Texts and calls that must go out: queued with their cause, claimed in the order of lanes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, exists, literal, select, update

from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import CALL_LANES, Kind, State
from server.services import readings, rows
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Recipient, Suppression
from shared import wire

_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)

_is_call = _delivery.c.lane.in_([literal(lane) for lane in sorted(CALL_LANES)])
# What a claim knows of its text, in the order of `Claimed`; its incident is joined beside it.
CLAIMED = (
    _delivery.c.id,
    _delivery.c.incident_id,
    _delivery.c.recipient_id,
    _delivery.c.kind,
    _delivery.c.attempts,
    _delivery.c.due_at,
    _delivery.c.about_at,
    _delivery.c.expires_at,
    _delivery.c.plain,
    _delivery.c.avoided,
    _delivery.c.sealed,
    _incident.c.brief,
)
_DUE = (
    select(*CLAIMED, _incident.c.office_id)
    .outerjoin(_incident, _incident.c.id == _delivery.c.incident_id)
    .where(_delivery.c.state == State.QUEUED, _delivery.c.due_at <= bindparam("now"))
    .order_by(_delivery.c.lane, _delivery.c.due_at, _delivery.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_delivery)
)
_CLAIMABLE = Statement(_DUE.where(~_is_call))
_CLAIMABLE_CALLS = Statement(_DUE.where(_is_call))
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
_next = (
    select(_delivery.c.due_at)
    .where(_delivery.c.state == State.QUEUED)
    .order_by(_delivery.c.due_at)
    .limit(1)
)
_NEXT_TEXT = Statement(_next.where(~_is_call))
_NEXT_CALL = Statement(_next.where(_is_call))
_DROP = Statement(
    update(_delivery)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.state.in_([literal(State.QUEUED), literal(State.UNKNOWN)]),
    )
    .values(state=State.DROPPED, sealed=None)
)
_DROP_KIND = Statement(
    update(_delivery)
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.state == State.QUEUED,
        _delivery.c.kind == bindparam("what"),
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
_told = (
    select(_delivery.c.recipient_id)
    .distinct()
    .where(_delivery.c.incident_id == bindparam("incident"), _delivery.c.kind == Kind.ALERT)
)
_TOLD = Statement(_told)
_LISTENING = Statement(
    _told.join(_recipient, _recipient.c.id == _delivery.c.recipient_id).where(
        ~exists().where(_suppression.c.number_mac == _recipient.c.number_mac)
    )
)


NO_OFFICE = frozenset[str]()  # of texts whose words are in the language that they will have


class NextDue(NamedTuple):
    """When the next text and the next call are due."""

    text: datetime | None
    call: datetime | None


class Claimed(NamedTuple):
    """A text or a call to start now: the claim is durable, and `attempt_id` is its fence."""

    id: int
    incident_id: str | None
    recipient_id: str | None
    kind: str
    attempts: int
    due_at: datetime
    about_at: datetime
    expires_at: datetime
    plain: bool
    avoided: str | None
    sealed: bytes | None
    brief: bytes | None
    attempt_id: str
    languages: frozenset[str]

    def language(self, wish: wire.Locale) -> wire.Locale:
        """The wish, where its words have been read."""
        return readings.spoken(wish, self.languages)


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
        "due_at": due_at,
        "about_at": about_at,
        "expires_at": due_at + rules.VALID_FOR,
        "sealed": sealed,
    }


def enqueue(tx: Transaction, deliveries: list[dict[str, Any]]) -> None:
    tx.run_many(rows.INSERT_DELIVERY, deliveries)


def enqueue_one(tx: Transaction, delivery: dict[str, Any]) -> int:
    """Its id, for those who must know what becomes of it."""
    ((delivery_id,),) = tx.rows(rows.INSERT_ONE_DELIVERY, **delivery)
    return int(delivery_id)


def enqueue_first(
    tx: Transaction,
    incident_id: str,
    recipients: Iterable[tuple[str, int]],
    due_at: datetime,
    pressed_at: datetime,
) -> None:
    """First texts, to recipients in their lanes."""
    alike = {
        "incident_id": incident_id,
        "due_at": due_at,
        "about_at": pressed_at,
        "expires_at": due_at + rules.VALID_FOR,
    }
    tx.run_many(
        rows.INSERT_FIRST_TEXT,
        [{**alike, "recipient_id": recipient, "lane": lane} for recipient, lane in recipients],
    )


def retime_alert(tx: Transaction, incident_id: str, due_at: datetime) -> None:
    """Moves first texts that nobody has claimed yet."""
    tx.run(_RETIME, incident=incident_id, due=due_at)


def drop_queued(tx: Transaction, incident_id: str) -> None:
    """What nobody has claimed will not be sent; what is claimed counts as sent."""
    tx.run(_DROP, incident=incident_id)


def drop_kind(tx: Transaction, incident_id: str, kind: Kind) -> None:
    """What these texts say is not true any more; what is claimed still goes out."""
    tx.run(_DROP_KIND, incident=incident_id, what=kind)


def told(tx: Transaction, incident_id: str) -> list[str]:
    """Recipients to whom a first text went out or is on its way."""
    return [recipient for (recipient,) in tx.rows(_TOLD, incident=incident_id)]


def listening(tx: Transaction, incident_id: str) -> list[str]:
    """Of those who were told, whoever has not said STOP since."""
    return [recipient for (recipient,) in tx.rows(_LISTENING, incident=incident_id)]


def next_due(tx: Transaction) -> NextDue:
    text, call = tx.row(_NEXT_TEXT), tx.row(_NEXT_CALL)
    return NextDue(text[0] if text else None, call[0] if call else None)


def claim_due(tx: Transaction, boot: str, limit: int, now: datetime) -> list[Claimed]:
    """Takes the texts that are due, in the order of lanes, and writes down an attempt for each."""
    return _claim(tx, boot, tx.rows(_CLAIMABLE, now=now, limit=limit), now)


def claim_call(tx: Transaction, boot: str, now: datetime) -> list[Claimed]:
    """Takes the call whose turn it is, if any is due."""
    return _claim(tx, boot, tx.rows(_CLAIMABLE_CALLS, now=now, limit=1), now)


def _claim(tx: Transaction, boot: str, due: Sequence[Any], now: datetime) -> list[Claimed]:
    languages = {
        office: readings.allowed(tx, office) for office in {found[-1] for found in due} - {None}
    }
    claims = [
        Claimed._make([*found[:-1], str(uuid4()), languages.get(found[-1], NO_OFFICE)])
        for found in due
    ]
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
