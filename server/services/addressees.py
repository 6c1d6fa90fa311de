"""Whom staff reach by hand: the contacts of an incident, and which of them may be reached now."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import insert  # SQLite says it alike

from server.db import Transaction
from server.domain import office_texts as rules
from server.domain.delivery import BY_HAND
from server.domain.errors import Forbidden, NotAllowed, NotKnown
from server.domain.incident import State, is_told_on
from server.domain.office_texts import Left
from server.services import deliveries, openings, records, rows, suppressions, timeline
from server.services.reading import Reader
from server.services.records import Person
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Delivery, Incident, Recipient
from server.tables.closings import OfficeMessage
from server.vault import Vault
from shared import wire

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_delivery = rows.table(Delivery)
_message = rows.table(OfficeMessage)

_FACTS = Statement(
    select(
        _incident.c.code,
        _incident.c.kind,
        _incident.c.state,
        _incident.c.office_id,
        _incident.c.opened_at,
        _incident.c.release_at,
        _incident.c.stopped_at,
        _incident.c.brief,
    ).where(_incident.c.id == bindparam("incident"))
)
_PEOPLE = Statement(
    select(_recipient.c.id, _recipient.c.place)
    .where(_recipient.c.incident_id == bindparam("incident"))
    .order_by(_recipient.c.place)
)
_SENT_LATELY = Statement(
    select(_delivery.c.recipient_id, func.count())
    .where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.kind.in_([literal(kind) for kind in sorted(BY_HAND)]),
        _delivery.c.about_at > bindparam("since"),
    )
    .group_by(_delivery.c.recipient_id)
)
_NOTE_ID = Statement(
    insert(_message)
    .values(
        incident_id=bindparam("incident_id"),
        id=bindparam("id"),
        staff_id=bindparam("staff_id"),
        at=bindparam("at"),
    )
    .on_conflict_do_nothing()
    .returning(_message.c.id)
)


class Facts(NamedTuple):
    """What is looked at in an incident's row."""

    id: str
    code: str
    kind: wire.Kind
    state: State
    office_id: str
    opened_at: datetime
    release_at: datetime
    stopped_at: datetime | None
    brief: bytes | None

    @property
    def may_be_told(self) -> bool:
        """Whether somebody who was not told of the alert may be told of it now."""
        return self.brief is not None and is_told_on(self.state, self.stopped_at, self.release_at)


class Addressee(NamedTuple):
    """A contact, and why they are left out, if they are."""

    place: int
    person: Person
    mac: bytes
    told: bool
    left: Left | None


def facts_of(tx: Transaction, incident_id: str) -> Facts:
    found = tx.row(_FACTS, incident=incident_id)
    if found is None:
        raise LookupError("no such incident")
    facts = Facts(incident_id, *found)
    return facts._replace(state=State(facts.state))


def reachable(tx: Transaction, incident_id: str) -> Facts:
    facts = facts_of(tx, incident_id)
    if not rules.may_reach(facts.state):
        raise NotAllowed(
            f"Contacts of an alert that is {facts.state} are not texted.",
            mend="Reopen it, or wait until contacts are told.",
        )
    return facts


def recipient_at(tx: Transaction, incident_id: str, place: int) -> str:
    for recipient, number in tx.rows(_PEOPLE, incident=incident_id):
        if number == place:
            return str(recipient)
    raise NotKnown("There is no such contact.")


def addressees_of(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    facts: Facts,
    places: Sequence[int] | None,
    now: datetime,
) -> list[Addressee]:
    """The contacts at these places, or all; only somebody who can read them can write to them."""
    opened = reader.incident(tx, facts.id)
    if opened is None:
        raise Forbidden(
            "You cannot read who the contacts are.",
            mend="A colleague grants you the office's key.",
        )
    known = {place: recipient for recipient, place in tx.rows(_PEOPLE, incident=facts.id)}
    if places is not None and not set(places) <= known.keys():
        raise NotKnown("There is no such contact.", pointer="/to")
    told = set(deliveries.told(tx, facts.id))
    lately: dict[str, int] = dict(tx.rows(_SENT_LATELY, incident=facts.id, since=now - rules.HOUR))
    found = []
    for place in sorted(known if places is None else set(places)):
        recipient = known[place]
        person = opened.people[recipient]
        mac = vault.mac(person.phone)
        left = rules.left_out(
            opted_out=suppressions.holds(tx, mac),
            told=recipient in told,
            may_be_told=facts.may_be_told,
            texts_this_hour=lately.get(recipient, 0),
        )
        found.append(Addressee(place, person, mac, recipient in told, left))
    return found


def tell_first(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    facts: Facts,
    chosen: list[Addressee],
    now: datetime,
) -> None:
    """Nobody reads an officer's words about an alert that they never heard of. A ring is told as a
    whole, after those before it: the ladder goes on from there.
    """
    farthest = max((one.person.ring for one in chosen if not one.told), default=None)
    if farthest is None:
        return
    brief = records.open_brief(vault, facts.id, facts.brief)
    told = set(deliveries.told(tx, facts.id))
    done = {person.ring for person in brief.people if person.recipient_id in told}
    for ring in sorted({person.ring for person in brief.people if person.ring <= farthest} - done):
        openings.queue_ring(tx, facts.id, brief, ring, now)
        actor = Actor("staff", staff_id)
        timeline.append(tx, vault, facts.id, "next_ring", actor, now, now, ring=ring)


def is_new(
    tx: Transaction, staff_id: str, incident_id: str, message_id: str, now: datetime
) -> bool:
    noted = tx.row(_NOTE_ID, incident_id=incident_id, id=message_id, staff_id=staff_id, at=now)
    return noted is not None


def nobody(everyone: list[Addressee]) -> NotAllowed:
    lefts = {one.left for one in everyone}
    if lefts == {Left.STOPPED}:
        return NotAllowed("Whoever sent STOP is not texted or called.", mend="Call them yourself.")
    if lefts == {Left.ENOUGH}:
        return NotAllowed("They got many texts in this hour.", mend="Wait, or call them.")
    return NotAllowed("None of these contacts can be told of this alert.", mend="Call them.")
