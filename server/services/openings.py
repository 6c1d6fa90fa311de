"""Opening an incident: its rows, its keys, its brief, its first ring of texts."""

import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, column, literal_column, select, values

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.delivery import Kind
from server.domain.incident import State, Step, after, new_code
from server.services import deliveries, ladder_timers, links, records, responsible, rows, timeline
from server.services.devices import Caller
from server.services.records import Brief, Person, Place, Record, Secret
from server.services.responsible import Responsible
from server.services.timeline import PHONE
from server.statements import Statement
from server.tables import Consent, Incident, Recipient, Suppression
from server.vault import IncidentKeys, Vault, about, incident_keys, link, new_link_secrets
from shared import crypto, wire

_incident = rows.table(Incident)
_consent = rows.table(Consent)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)

_AGREED = Statement(
    select(_consent.c.contact_id).where(
        _consent.c.activist_id == bindparam("activist"), _consent.c.state == "agreed"
    )
)


def open_incident(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    bundle: wire.Bundle | None,
    previous_id: str | None,
    press: wire.Press,
    now: datetime,
) -> wire.Accepted:
    alert, new_id = press.alert, _new_id(now)
    incident_id = str(new_id)
    keys = incident_keys(crypto.box_pair())
    reachable, codes = _reachable(tx, vault, device.activist_id, bundle)
    told = _told(reachable)
    people = [one.person for one in told]
    brief = Brief(
        code=new_code(secrets.choice, codes),
        kind=alert.kind,
        pressed_at=alert.pressed_at,
        timezone=bundle.timezone if bundle else "UTC",
        people=people,
        position=alert.position,
        battery=alert.battery,
    )
    release_at = now + timedelta(seconds=alert.countdown_s)
    state = State.PENDING if alert.countdown_s > 0 else after(State.PENDING, Step.RELEASE)
    whose = responsible.decide(tx, vault, device.office_id, alert)
    _insert_incident(
        tx,
        vault,
        device,
        whose,
        bundle,
        keys,
        incident_id,
        brief,
        state,
        release_at,
        previous_id,
        now,
    )
    _insert_readers(tx, vault, whose, keys, incident_id)
    _insert_people(tx, vault, keys, incident_id, brief, told, release_at)
    seq = _insert_first_entry(tx, vault, whose, keys, incident_id, press, now)
    _insert_position(tx, vault, keys, incident_id, alert, now)
    tx.run(
        rows.INSERT_VIEW,
        incident_id=incident_id,
        activist_id=device.activist_id,
        state=state,
        contacts=len(people),
        version=seq,
    )
    if not people:
        timeline.append(tx, vault, incident_id, "office_only", timeline.SYSTEM, now, now)
    return accepted(new_id, alert.id, now, release_at, len(people))


def _new_id(now: datetime) -> UUID:
    """A UUID of version 7: ids that begin with the time fill the database's pages in order."""
    milliseconds = int(now.timestamp() * 1000)
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def _reachable(
    tx: Transaction, vault: Vault, activist_id: str, bundle: wire.Bundle | None
) -> tuple[list[tuple[wire.Contact, bytes]], set[str]]:
    """Contacts who agreed and did not say STOP, first ring first; codes already open to them."""
    if bundle is None or not bundle.contacts:
        return [], set()
    agreed = {found[0] for found in tx.rows(_AGREED, activist=activist_id)}
    contacts = [contact for contact in bundle.contacts if contact.id in agreed]
    if not contacts:
        return [], set()
    macs = [vault.mac(contact.phone) for contact in contacts]
    known = tx.rows(_known_numbers(len(contacts)), **{f"mac{n}": mac for n, mac in enumerate(macs)})
    silent = {mac for mac, code in known if code == ""}
    codes = {code for _, code in known if code}
    willing = [
        (contact, mac) for contact, mac in zip(contacts, macs, strict=True) if mac not in silent
    ]
    return sorted(willing, key=lambda told: told[0].ring), codes


@lru_cache(maxsize=32)
def _known_numbers(count: int) -> Statement:
    """Numbers that said STOP (with an empty code), and codes of open incidents they are told of.

    Joined to a list of values, which SQLite walks in a third of the time that IN takes.
    """
    macs = [(bindparam(f"mac{n}", type_=LargeBinary()),) for n in range(count)]
    asked = values(column("mac", LargeBinary())).data(macs).cte("asked")
    return Statement(
        select(asked.c.mac, literal_column("''").label("code"))
        .join(_suppression, _suppression.c.number_mac == asked.c.mac)
        .union_all(
            select(asked.c.mac, _incident.c.code)
            .join(_recipient, _recipient.c.number_mac == asked.c.mac)
            .join(_incident, _incident.c.id == _recipient.c.incident_id)
        )
    )


class Told(NamedTuple):
    """A contact who is told of an incident, their link's key, and the verifier of their PIN."""

    person: Person
    number_mac: bytes
    key: bytes
    pin: bytes


def _told(reachable: list[tuple[wire.Contact, bytes]]) -> list[Told]:
    minted = new_link_secrets(len(reachable))
    return [
        _person(place, contact, mac, secret)
        for place, ((contact, mac), secret) in enumerate(zip(reachable, minted, strict=True), 1)
    ]


def _person(place: int, contact: wire.Contact, number_mac: bytes, secret: str) -> Told:
    found, key = link(secret)
    person = Person(
        recipient_id=found,
        contact_id=contact.id,
        label=f"contact {place}",
        name=contact.name,
        phone=contact.phone,
        known_as=contact.known_as,
        language=contact.language,
        ring=contact.ring,
        code_word=contact.code_word,
        link=secret,
    )
    return Told(person, number_mac, key, contact.pin)


def _insert_incident(
    tx: Transaction,
    vault: Vault,
    device: Caller,
    whose: Responsible,
    bundle: wire.Bundle | None,
    keys: IncidentKeys,
    incident_id: str,
    brief: Brief,
    state: State,
    release_at: datetime,
    previous_id: str | None,
    now: datetime,
) -> None:
    record = Record(
        name=bundle.name if bundle else "",
        timezone=brief.timezone,
        card=bundle.card if bundle else wire.Card(),
        people=brief.people,
    )
    tx.run(
        rows.INSERT_INCIDENT,
        id=incident_id,
        code=brief.code,
        activist_id=device.activist_id,
        device_id=device.device_id,
        office_id=whose.office_id,
        second_office_id=whose.second_id,
        unsure=whose.unsure,
        previous_id=previous_id,
        kind=brief.kind,
        state=state,
        opened_at=now,
        release_at=release_at,
        heard_at=now,
        public_key=keys.public,
        sealed=vault.seal_row(keys, records.without_links(record), about("incident", incident_id)),
        brief=records.seal_brief(vault, incident_id, brief),
    )


def _insert_readers(
    tx: Transaction, vault: Vault, whose: Responsible, keys: IncidentKeys, incident_id: str
) -> None:
    for office, sealed in whose.readers:
        tx.run(
            rows.INSERT_WRAP,
            incident_id=incident_id,
            office_id=office.office_id,
            version=office.version,
            wrap=vault.seal_with(sealed, keys.private, about("incident_wrap", incident_id)),
        )


def _insert_people(
    tx: Transaction,
    vault: Vault,
    keys: IncidentKeys,
    incident_id: str,
    brief: Brief,
    told: list[Told],
    release_at: datetime,
) -> None:
    if not told:
        return
    recipients = []
    for place, (person, number_mac, key, pin) in enumerate(told, 1):
        if pin:
            key = links.put_behind_pin(tx, vault, person.recipient_id, key, pin)
        recipients.append(
            {
                "id": person.recipient_id,
                "incident_id": incident_id,
                "contact_id": person.contact_id,
                "place": place,
                "ring": person.ring,
                "number_mac": number_mac,
                "link_wrap": vault.lock(key, keys.private, about("link", person.recipient_id)),
            }
        )
    tx.run_many(rows.INSERT_RECIPIENT, recipients)
    first_ring = brief.people[0].ring
    queue_ring(tx, incident_id, brief, first_ring, release_at)


def queue_ring(
    tx: Transaction, incident_id: str, brief: Brief, ring: int, due_at: datetime
) -> None:
    """First texts to everyone of a ring, and the timer of its ladder."""
    drill = brief.kind == "drill"
    told = [
        (person.recipient_id, delivery_rules.lane(Kind.ALERT, place, drill))
        for place, person in enumerate(brief.people)
        if person.ring == ring
    ]
    deliveries.enqueue_first(tx, incident_id, told, due_at, brief.pressed_at)
    ladder_timers.begin_ring(tx, incident_id, ring, due_at)


def _insert_position(
    tx: Transaction,
    vault: Vault,
    keys: IncidentKeys,
    incident_id: str,
    alert: wire.Alert,
    now: datetime,
) -> None:
    if alert.position is None:
        return
    sealed = vault.seal_row(
        keys,
        records.encode(Place(position=alert.position, battery=alert.battery)),
        records.position_place(incident_id, alert.position.at),
    )
    tx.run(
        rows.INSERT_POSITION,
        incident_id=incident_id,
        taken_at=alert.position.at,
        received_at=now,
        sealed=sealed,
    )


def _insert_first_entry(
    tx: Transaction,
    vault: Vault,
    whose: Responsible,
    keys: IncidentKeys,
    incident_id: str,
    press: wire.Press,
    now: datetime,
) -> int:
    alert = press.alert
    secret = Secret(position=alert.position, battery=alert.battery, note=alert.note)
    detail = {"trigger": alert.trigger, "kind": alert.kind, "left_out": list(press.left_out)}
    sealed = vault.seal_row(keys, records.encode(secret), timeline.place(incident_id, 1))
    offices = (whose.office_id, whose.second_id)
    return timeline.write(
        tx, incident_id, offices, 1, "raised", PHONE, alert.pressed_at, now, sealed, detail
    )


def accepted(
    incident_id: UUID, alert_id: UUID, received_at: datetime, release_at: datetime, contacts: int
) -> wire.Accepted:
    return wire.Accepted(
        incident_id=incident_id,
        alert_id=alert_id,
        received_at=received_at,
        release_at=release_at,
        contacts=contacts,
    )
