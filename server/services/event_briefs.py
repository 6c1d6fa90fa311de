"""The brief of a mass event: written by anybody who works on it, kept in all its versions."""

from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta
from sqlalchemy import func, insert, select

from server.db import Transaction
from server.domain.errors import Forbidden, NotAllowed
from server.services import event_keys, events, rows, timeline
from server.services.events import Hand
from server.tables import Incident
from server.tables.events import MassEvent, MassEventBrief, MassEventMember
from server.vault import Vault, about
from shared import wire
from shared.crypto import KeyPair

_event = rows.table(MassEvent)
_brief = rows.table(MassEventBrief)
_member = rows.table(MassEventMember)
_incident = rows.table(Incident)


class Brief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What everybody who works on an event should know, and what they call it."""

    name: Annotated[str, Meta(max_length=80)]
    text: Annotated[str, Meta(max_length=4000)]


class Version(NamedTuple):
    brief: Brief
    number: int
    staff_id: str
    at: datetime


def latest(tx: Transaction, vault: Vault, event_id: str, pair: KeyPair) -> Version | None:
    row = tx.execute(
        select(*_brief.c)
        .where(_brief.c.event_id == event_id)
        .order_by(_brief.c.version.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    content = vault.open_row(pair, bytes(row.sealed), _place(event_id, row.version))
    return Version(wire.decode(Brief, content), row.version, row.staff_id, row.at)


def rewrite(
    tx: Transaction,
    vault: Vault,
    hand: Hand,
    event_id: str,
    brief: Brief,
    read: int,
    now: datetime,
) -> None:
    """A new version, by somebody who has read version `read`: nothing unread is written over.

    Each office concerned hears of it by an entry on the oldest of its alerts.
    """
    events.visible(tx, hand.reader, event_id)
    event_keys.hand_on(tx, vault, hand.reader, event_id)
    last = _last(tx, event_id)
    if last and event_keys.key_of(tx, hand.reader, event_id) is None:
        raise Forbidden(
            "You cannot read this brief yet.",
            mend="Once a colleague who can read it has opened the event, you can too.",
        )
    if read != last:
        raise NotAllowed(
            "Somebody has changed the brief meanwhile.",
            pointer="/version",
            mend="Read it again, and add yours to it.",
        )
    found = tx.execute(select(_event.c.public_key).where(_event.c.id == event_id))
    place = _place(event_id, last + 1)
    tx.execute(
        insert(_brief).values(
            event_id=event_id,
            version=last + 1,
            staff_id=hand.staff_id,
            at=now,
            sealed=vault.seal_row_blind(bytes(found.scalar_one()), wire.encode(brief), place),
        )
    )
    for incident_id in _oldest(tx, event_id):
        timeline.append(tx, vault, incident_id, "event_brief", hand.actor, now, now, event=event_id)


def _last(tx: Transaction, event_id: str) -> int:
    found = tx.execute(select(func.max(_brief.c.version)).where(_brief.c.event_id == event_id))
    return int(found.scalar() or 0)


def _oldest(tx: Transaction, event_id: str) -> list[str]:
    """Of each office the first alert: ids begin with the time."""
    found = tx.execute(
        select(func.min(_incident.c.id))
        .join(_member, _member.c.incident_id == _incident.c.id)
        .where(_member.c.event_id == event_id)
        .group_by(_incident.c.office_id)
    )
    return [row[0] for row in found]


def _place(event_id: str, version: int) -> bytes:
    return about("mass_event_brief", event_id, sequence=version)
