"""News of an alert that goes on, to contacts who were told of it: a move, a low battery, a silence.

A move and a battery come with a position, and are weighed in its transaction; a silence is what the
job finds. What each contact read last stands in the brief.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, case, exists, func, literal, or_, select, update

from server.db import Transaction
from server.domain import follow_ups as rules
from server.domain.answers import Meaning
from server.domain.delivery import NEWS, Kind
from server.domain.follow_ups import LastTold
from server.domain.incident import State
from server.services import attempts, courtesies, deliveries, rows, timeline
from server.services.courtesies import Whom
from server.services.records import Brief
from server.services.timeline import PHONE, SYSTEM
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Position, Recipient, Suppression
from server.vault import Vault

_incident = rows.table(Incident)
_position = rows.table(Position)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)
_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)

_WITH_PLACE = [literal(kind) for kind in (Kind.ALERT, Kind.AGAIN, Kind.PLACE, *sorted(NEWS))]
# Not to a landline or a number that is wrong: who was called alone cannot read news.
_may_have_arrived = or_(
    _attempt.c.outcome.is_(None),
    _attempt.c.outcome.in_([literal(attempts.TAKEN), literal(attempts.UNKNOWN)]),
)
_TOLD = Statement(
    select(
        _recipient.c.id,
        _recipient.c.answer,
        exists().where(_suppression.c.number_mac == _recipient.c.number_mac),
        func.max(_attempt.c.started_at),
    )
    .join(
        _delivery,
        and_(
            _delivery.c.incident_id == _recipient.c.incident_id,
            _delivery.c.recipient_id == _recipient.c.id,
            _delivery.c.kind.in_(_WITH_PLACE),
        ),
    )
    .join(_attempt, and_(_attempt.c.delivery_id == _delivery.c.id, _may_have_arrived))
    .where(_recipient.c.incident_id == bindparam("incident"))
    .group_by(_recipient.c.id, _recipient.c.answer, _recipient.c.number_mac)
)
# Contacts hear nothing more after a stop that they know of, whichever code it was.
_goes_on = and_(
    _incident.c.state.in_([literal(State.OPEN), literal(State.ACKNOWLEDGED)]),
    _incident.c.brief.is_not(None),
    or_(_incident.c.stopped_at.is_(None), _incident.c.stopped_at < _incident.c.release_at),
)
# It has sent more than its press, and nothing since `heard_at`.
_may_fall_silent = and_(
    _goes_on,
    _incident.c.silent_since.is_(None),
    _incident.c.heard_at > _incident.c.opened_at,
    exists().where(
        _position.c.incident_id == _incident.c.id, _position.c.received_at > _incident.c.opened_at
    ),
)
# Unequal, not later: the clock may have been set back in between.
_came_back = and_(_goes_on, _incident.c.silent_since != _incident.c.heard_at)
_NEXT = Statement(
    select(
        func.min(case((_incident.c.silent_since.is_(None), _incident.c.heard_at))),
        func.min(case((_incident.c.silent_since.is_not(None), _incident.c.heard_at))),
    ).where(or_(_may_fall_silent, _came_back))
)
_DUE = (
    select(_incident.c.id, _incident.c.heard_at, _incident.c.kind)
    .order_by(_incident.c.heard_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_incident)
)
_SILENT = Statement(_DUE.where(_may_fall_silent, _incident.c.heard_at <= bindparam("before")))
_BACK = Statement(_DUE.where(_came_back))
_NOTE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(silent_since=bindparam("since", type_=_incident.c.silent_since.type))
)


class Told(NamedTuple):
    """A contact who was sent a text with a place, and when the latest went out."""

    recipient_id: str
    answer: str | None
    opted_out: bool
    texted_at: datetime

    @property
    def wants_news(self) -> bool:
        return self.answer != Meaning.CANNOT and not self.opted_out


def tell_news(
    tx: Transaction, vault: Vault, incident_id: str, known: Brief, newest: Brief, now: datetime
) -> Brief:
    """Queues what the new position is worth to each contact; the brief that remembers it.

    `known` is the brief as it stood, and as texts were made from it until now.
    """
    told = {}
    for one in _told(tx, incident_id):
        last = _last_told(known, one)
        kind = rules.news(last, newest.position, newest.battery, now)
        whom = Whom(incident_id, one.recipient_id, newest.kind == "drill")
        if kind and one.wants_news and courtesies.tell(tx, vault, kind, whom, now):
            low = last.low or rules.is_low(newest.battery)
            last = LastTold(now, newest.position, low)
        told[one.recipient_id] = last
    return msgspec.structs.replace(newest, told=told)


def next_due(tx: Transaction) -> datetime | None:
    """When the next phone counts as silent, or one that did was heard again."""
    silent, back = tx.row(_NEXT) or (None, None)
    times = [back, silent and silent + rules.SILENT_AFTER]
    return min((time for time in times if time is not None), default=None)


def turn(tx: Transaction, vault: Vault, limit: int, now: datetime) -> int:
    """Notes phones that fell silent, and those that came back; how many there were."""
    silent = tx.rows(_SILENT, before=now - rules.SILENT_AFTER, limit=limit)
    for incident_id, heard_at, kind in silent:
        tx.run(_NOTE, incident=incident_id, since=heard_at)
        minutes = int((now - heard_at).total_seconds() // 60)
        timeline.append(tx, vault, incident_id, "silent", SYSTEM, now, now, minutes=minutes)
        for one in _told(tx, incident_id):
            if one.wants_news:
                whom = Whom(incident_id, one.recipient_id, kind == "drill")
                courtesies.tell(tx, vault, Kind.SILENT, whom, now, about_at=heard_at)
    back = tx.rows(_BACK, limit=limit)
    for incident_id, heard_at, _ in back:
        tx.run(_NOTE, incident=incident_id, since=None)
        deliveries.drop_kind(tx, incident_id, Kind.SILENT)
        timeline.append(tx, vault, incident_id, "heard_again", PHONE, heard_at, now)
    return len(silent) + len(back)


def _told(tx: Transaction, incident_id: str) -> list[Told]:
    return [Told(*found) for found in tx.rows(_TOLD, incident=incident_id)]


def _last_told(known: Brief, one: Told) -> LastTold:
    """A text that went out since the last position said what the brief says."""
    before = known.told.get(one.recipient_id)
    if before is not None and one.texted_at <= before.at:
        return before
    low = rules.is_low(known.battery) or (before is not None and before.low)
    return LastTold(one.texted_at, known.position, low)
