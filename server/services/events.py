"""Mass events: begun and filled by the rule or by staff, and taken apart by staff alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import delete, insert, select

from server.db import Transaction
from server.domain import mass_events
from server.domain.errors import NotAllowed, NotKnown, Unfit
from server.domain.incident import State
from server.services import event_keys, rows, sight, sightings, timeline
from server.services.reading import Reader
from server.services.timeline import SYSTEM, Actor
from server.tables import Incident
from server.tables.events import MassEvent, MassEventMember
from server.vault import Vault, about
from shared import crypto, wire
from shared.crypto import KeyPair

FEWEST = 2
UNKNOWN = "There is no such event in your office."

_event = rows.table(MassEvent)
_member = rows.table(MassEventMember)
_incident = rows.table(Incident)

_INSERT = rows.inserting(MassEventMember)


class Hand(NamedTuple):
    """An officer who puts alerts together by hand, and what they may read."""

    staff_id: str
    reader: Reader

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.staff_id)


def gather(
    tx: Transaction, vault: Vault, event_id: str | None, ids: Sequence[str], now: datetime
) -> str | None:
    """What the rule found; None where one of them has been placed or closed meanwhile."""
    free = (
        select(_incident.c.id)
        .outerjoin(_member, _member.c.incident_id == _incident.c.id)
        .where(
            _incident.c.id.in_(ids),
            _incident.c.state != State.CLOSED,
            _member.c.incident_id.is_(None),
        )
    )
    if len(tx.execute(free).all()) < len(ids):
        return None
    if event_id is None:
        return _begin(tx, vault, ids, SYSTEM, now)
    _put(tx, vault, event_id, ids, SYSTEM, now)
    return event_id


def begin(tx: Transaction, vault: Vault, hand: Hand, ids: Sequence[str], now: datetime) -> str:
    """Staff see that these belong together: a new event of them, out of any other."""
    ids = list(dict.fromkeys(ids))
    if len(ids) < FEWEST:
        raise Unfit("An event takes two alerts.", pointer="/incidents", mend="Choose more of them.")
    _require_alike(_kinds(tx, hand.reader, ids))
    return _begin(tx, vault, ids, hand.actor, now)


def join(
    tx: Transaction, vault: Vault, hand: Hand, event_id: str, ids: Sequence[str], now: datetime
) -> None:
    """Puts these into the event, out of any other."""
    kind = visible(tx, hand.reader, event_id)
    _require_alike({**_kinds(tx, hand.reader, ids), event_id: kind})
    inside = set(members(tx, event_id))
    fresh = [incident_id for incident_id in dict.fromkeys(ids) if incident_id not in inside]
    _put(tx, vault, event_id, fresh, hand.actor, now)
    event_keys.hand_on(tx, vault, hand.reader, event_id)


def split(
    tx: Transaction, vault: Vault, hand: Hand, event_id: str, ids: Sequence[str], now: datetime
) -> None:
    """Takes these out of the event; the rule never puts them anywhere again."""
    visible(tx, hand.reader, event_id)
    _kinds(tx, hand.reader, ids)
    inside = set(members(tx, event_id))
    for incident_id in dict.fromkeys(ids):
        if incident_id in inside:
            _place(tx, incident_id, None, hand.actor, now)
            timeline.append(tx, vault, incident_id, "split", hand.actor, now, now, event=event_id)


def visible(tx: Transaction, reader: Reader, event_id: str) -> str:
    """The event's kind, where it holds an alert that this reader sees."""
    found = tx.execute(
        select(_event.c.kind)
        .join(_member, _member.c.event_id == _event.c.id)
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(_event.c.id == event_id, sight.of_incidents(reader.sees))
    ).first()
    if found is None:
        raise NotKnown(UNKNOWN)
    return str(found.kind)


def members(tx: Transaction, event_id: str) -> list[str]:
    found = tx.execute(select(_member.c.incident_id).where(_member.c.event_id == event_id))
    return [row.incident_id for row in found]


def middle(tx: Transaction, vault: Vault, event_id: str, pair: KeyPair) -> wire.Position | None:
    """Where it began, where that is known."""
    found = tx.execute(select(_event.c.sealed).where(_event.c.id == event_id)).scalar()
    if found is None:
        return None
    return wire.decode(
        wire.Position, vault.open_row(pair, bytes(found), about("mass_event", event_id))
    )


def _begin(tx: Transaction, vault: Vault, ids: Sequence[str], actor: Actor, now: datetime) -> str:
    event_id, pair = str(uuid4()), crypto.box_pair()
    kind = tx.execute(select(_incident.c.kind).where(_incident.c.id == ids[0])).scalar_one()
    tx.execute(
        insert(_event).values(
            id=event_id,
            kind=kind,
            made_by=actor.id,
            at=now,
            public_key=pair.public,
            sealed=_sealed_middle(tx, vault, event_id, pair.public, ids),
        )
    )
    _put(tx, vault, event_id, ids, actor, now)
    event_keys.give(tx, vault, event_id, pair.private)
    return event_id


def _sealed_middle(
    tx: Transaction, vault: Vault, event_id: str, public_key: bytes, ids: Sequence[str]
) -> bytes | None:
    """Where it began, for those who may read it."""
    seen = [one.sighting for one in sightings.of(tx, vault, ids) if one.sighting is not None]
    if not seen:
        return None
    found = mass_events.event_of(event_id, seen).middle
    return vault.seal_row_blind(public_key, wire.encode(found), about("mass_event", event_id))


def _put(
    tx: Transaction,
    vault: Vault,
    event_id: str,
    ids: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    for incident_id in ids:
        _place(tx, incident_id, event_id, actor, now)
        if actor is SYSTEM:
            timeline.append(tx, vault, incident_id, "gathered", actor, now, now, event=event_id)
        else:
            timeline.append(tx, vault, incident_id, "joined", actor, now, now, event=event_id)


def _place(
    tx: Transaction, incident_id: str, event_id: str | None, actor: Actor, now: datetime
) -> None:
    if actor is not SYSTEM:  # the rule has looked, and nobody had placed it
        tx.execute(delete(_member).where(_member.c.incident_id == incident_id))
    tx.run(_INSERT, incident_id=incident_id, event_id=event_id, put_by=actor.id, at=now)


def _kinds(tx: Transaction, reader: Reader, ids: Sequence[str]) -> dict[str, str]:
    """The kinds of these incidents, all of which this reader sees and none of which is closed."""
    found = tx.execute(
        select(_incident.c.id, _incident.c.kind, _incident.c.state).where(
            _incident.c.id.in_(ids), sight.of_incidents(reader.sees)
        )
    ).all()
    if len(found) < len(set(ids)):
        raise NotKnown("One of these is no incident of your office.", pointer="/incidents")
    if any(row.state == State.CLOSED for row in found):
        raise NotAllowed(
            "One of these alerts is closed.", pointer="/incidents", mend="Choose open ones."
        )
    return {row.id: row.kind for row in found}


def _require_alike(kinds: Mapping[str, str]) -> None:
    if len(set(kinds.values())) > 1:
        raise NotAllowed(
            "A drill and an alert do not go together.",
            pointer="/incidents",
            mend="Choose drills alone, or alerts alone.",
        )
