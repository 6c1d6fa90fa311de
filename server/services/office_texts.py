"""Staff text an incident's contacts by hand: in their own words, or to ask how somebody is.

A text is worded when it is asked for, from the office's own copy of the contacts. So it needs no
brief, and goes out also where the relay has let the contacts go.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.delivery import Kind
from server.domain.errors import Unfit
from server.domain.office_texts import Left
from server.services import addressees, deliveries, readings, rows, timeline
from server.services.addressees import Addressee, Facts
from server.services.reading import Reader
from server.services.records import ByHand, Person, Secret
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Recipient
from server.vault import Vault, about
from shared import texts, wire
from shared.texts import Segments, composer, segments
from shared.texts.spelling import clean

_recipient = rows.table(Recipient)

_MATCH_AGAIN = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"), _recipient.c.number_mac.is_(None))
    .values(number_mac=bindparam("mac"))
)


class Wish(NamedTuple):
    """What staff want to send: to all where `places` is None; their own words, or none."""

    kind: Kind
    places: Sequence[int] | None
    text: str | None


class Counted(NamedTuple):
    """One contact's text as it would go out."""

    place: int
    body: str
    size: Segments
    left: Left | None


def count(
    tx: Transaction, vault: Vault, reader: Reader, incident_id: str, wish: Wish, now: datetime
) -> list[Counted]:
    """What each contact would read, and what it takes."""
    facts = addressees.facts_of(tx, incident_id)
    languages = readings.allowed(tx, facts.office_id)
    counted = []
    for one in addressees.addressees_of(tx, vault, reader, facts, wish.places, now):
        body = _worded(facts, one.person, wish, languages)
        counted.append(Counted(one.place, body, segments(body), one.left))
    return counted


def send(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    staff_id: str,
    incident_id: str,
    message_id: str,
    wish: Wish,
    now: datetime,
) -> bool:
    """Queues a text to each contact who may get it; whoever was not told of the alert is told of
    it before, with their ring. The same id again changes nothing: False.
    """
    facts = addressees.reachable(tx, incident_id)
    if wish.text is not None and not clean(wish.text):
        raise Unfit("There is nothing in it.", pointer="/text", mend="Write a word or two.")
    if not addressees.is_new(tx, staff_id, incident_id, message_id, now):
        return False
    everyone = addressees.addressees_of(tx, vault, reader, facts, wish.places, now)
    chosen = [one for one in everyone if one.left is None]
    if not chosen:
        raise addressees.nobody(everyone)
    languages = readings.allowed(tx, facts.office_id)
    bodies = [(one, _worded(facts, one.person, wish, languages)) for one in chosen]
    if any(segments(body).parts > 1 for _, body in bodies):
        raise Unfit("This is longer than one text.", pointer="/text", mend="Say it shorter.")
    addressees.tell_first(tx, vault, staff_id, facts, chosen, now)
    drill = facts.kind == "drill"
    deliveries.enqueue(
        tx,
        [
            deliveries.row(
                wish.kind,
                facts.id,
                one.person.recipient_id,
                delivery_rules.lane(wish.kind, 0, drill),
                now,
                now,
                _sealed(vault, facts, one.person, body),
            )
            for one, body in bodies
        ],
    )
    for one in chosen:
        tx.run(_MATCH_AGAIN, recipient=one.person.recipient_id, mac=one.mac)
    _note_texts(tx, vault, staff_id, facts, wish, everyone, now)
    return True


def _worded(facts: Facts, person: Person, wish: Wish, languages: frozenset[str]) -> str:
    language = readings.spoken(person.language, languages)
    if wish.text is None:
        return composer.compose_welfare(person.known_as, facts.code, language, facts.kind)
    body = composer.compose_office(facts.code, wish.text, language, facts.kind)
    return f"{body}\n{texts.say('sms.reply', language)}" if wish.kind is Kind.WELFARE else body


def _sealed(vault: Vault, facts: Facts, person: Person, body: str) -> bytes:
    by_hand = ByHand(phone=person.phone, body=body, code=facts.code)
    return vault.keep(wire.encode(by_hand), about("delivery", person.recipient_id))


def _note_texts(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    facts: Facts,
    wish: Wish,
    everyone: list[Addressee],
    now: datetime,
) -> None:
    detail: dict[str, Any] = {"contacts": [one.person.label for one in everyone if not one.left]}
    if left := {one.person.label: one.left for one in everyone if one.left}:
        detail["left_out"] = left
    actor, secret = Actor("staff", staff_id), Secret(text=wish.text) if wish.text else None
    if wish.kind is Kind.WELFARE:
        timeline.append(
            tx, vault, facts.id, "welfare_asked", actor, now, now, secret=secret, **detail
        )
    else:
        timeline.append(
            tx, vault, facts.id, "office_texted", actor, now, now, secret=secret, **detail
        )
