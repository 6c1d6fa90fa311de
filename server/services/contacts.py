"""What contacts answer: by text, or on their own page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, exists, literal, select, update

from server.db import Transaction
from server.domain.answers import Meaning, Reply, all_declined, read
from server.domain.delivery import Kind
from server.domain.errors import NotKnown
from server.domain.incident import is_stop_known_to_contacts
from server.services import (
    consents,
    courtesies,
    deliveries,
    late_answers,
    leads,
    offices,
    openings,
    phone_views,
    records,
    rows,
    suppressions,
    timeline,
)
from server.services.courtesies import Whom
from server.services.records import Heard, Secret
from server.services.timeline import SYSTEM, Actor
from server.statements import Statement
from server.tables import Delivery, Inbound, Incident, Recipient
from server.vault import Vault
from shared import wire

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_inbound = rows.table(Inbound)
_delivery = rows.table(Delivery)

_concerned = select(
    _recipient.c.id,
    _recipient.c.incident_id,
    _recipient.c.answer,
    _incident.c.code,
    _incident.c.state,
    _incident.c.lead_id,
    _incident.c.brief,
    _incident.c.stopped_at,
    _incident.c.release_at,
    exists()
    .where(
        _delivery.c.recipient_id == _recipient.c.id,
        _delivery.c.kind == Kind.ALERT,
        _delivery.c.attempts > 0,
    )
    .label("texted"),
    _incident.c.kind,
).join(_incident, _incident.c.id == _recipient.c.incident_id)
_OPEN_TO = Statement(
    _concerned.where(_recipient.c.number_mac == bindparam("mac")).order_by(_incident.c.opened_at)
)
_BY_ID = Statement(_concerned.where(_recipient.c.id == bindparam("recipient")))
_ANSWER = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(answer=bindparam("new_answer"), answered_at=bindparam("now"))
)
_ANSWERS = Statement(
    select(_recipient.c.id, _recipient.c.ring, _recipient.c.answer).where(
        _recipient.c.incident_id == bindparam("incident")
    )
)
_ASKED_SINCE = Statement(
    select(_delivery.c.id)
    .join(_recipient, _recipient.c.id == _delivery.c.recipient_id)
    .where(
        _recipient.c.id == bindparam("recipient"),
        _delivery.c.incident_id == _recipient.c.incident_id,
        _delivery.c.kind == literal(Kind.WELFARE),
        _delivery.c.attempts > 0,
        _delivery.c.about_at > _recipient.c.answered_at,
    )
    .limit(1)
)
_SEEN = Statement(select(_inbound.c.matched).where(_inbound.c.provider_id == bindparam("provider")))
_INSERT_INBOUND = rows.inserting(Inbound)


class Told(NamedTuple):
    """A contact in an incident that has not ended; `texted`: they have been told of it."""

    recipient_id: str
    incident_id: str
    answer: str | None
    code: str
    state: str
    lead_id: str | None
    brief: bytes | None
    stopped_at: datetime | None
    release_at: datetime
    texted: bool
    kind: str


def receive_text(
    tx: Transaction, vault: Vault, provider_id: str, sender: str, body: str, now: datetime
) -> None:
    """A text from a contact. The same message again changes nothing."""
    if tx.row(_SEEN, provider=provider_id) is not None:
        return
    reply = read(body)
    matched = _follow(tx, vault, sender, reply, body, now)
    sealed = None
    if not matched:
        root = offices.roots(tx)
        message = wire.encode({"from": sender, "body": body})
        sealed = vault.box(root[0].public_key, message) if root else None
    tx.run(
        _INSERT_INBOUND, provider_id=provider_id, received_at=now, matched=matched, sealed=sealed
    )


def answer_page(
    tx: Transaction, vault: Vault, recipient_id: str, meaning: Meaning, now: datetime
) -> None:
    """An answer by the buttons of a contact's page."""
    found = tx.row(_BY_ID, recipient=recipient_id)
    if found is None:
        raise NotKnown("This link is not known any more.")
    leads.note_sign(tx, recipient_id, now)
    _answer(tx, vault, Told(*found), meaning, now, by_text=False)


def _follow(
    tx: Transaction, vault: Vault, sender: str, reply: Reply, body: str, now: datetime
) -> bool:
    """Whether the text meant something to somebody here.

    A bare answer is never weighed against an alert that this contact has not been told of: its
    countdown may yet be cancelled.
    """
    mac = vault.mac(sender)
    concerned = [Told(*found) for found in tx.rows(_OPEN_TO, mac=mac)]
    told = [one for one in concerned if one.texted]
    for one in told:
        leads.note_sign(tx, one.recipient_id, now)
    match reply.meaning:
        case Meaning.STOP:
            suppressions.add(tx, mac, now)
            for one in concerned:
                _note_opt_out(tx, vault, one, "opted_out", now)
                if one.lead_id == one.recipient_id:
                    leads.lose(tx, vault, one.incident_id, one.recipient_id, now)
            return True
        case Meaning.START if suppressions.holds(tx, mac):
            suppressions.remove(tx, mac)
            for one in concerned:
                _note_opt_out(tx, vault, one, "opted_in", now)
            for one in told:
                courtesies.tell(tx, vault, Kind.PLACE, _whom(one), now)
            return True
        case Meaning.ACTING | Meaning.CANNOT | Meaning.PLACE:
            credited = _credit(tx, vault, mac, told, reply, now)
            if not credited and not concerned:  # an alert that waits is not denied
                late_answers.reply(tx, vault, sender, mac, now)
            return credited
    for one in told:
        _note_text(tx, vault, one, body, now)
    if told:
        courtesies.tell(tx, vault, Kind.NOT_UNDERSTOOD, _whom(told[-1]), now)
    return bool(told)


def _credit(
    tx: Transaction, vault: Vault, mac: bytes, told: list[Told], reply: Reply, now: datetime
) -> bool:
    meant = [one for one in told if reply.code in (None, one.code)]
    if len(told) > 1 and len(meant) != 1:
        _ask_which(tx, vault, told, reply.meaning, now)
        return True
    if told and not meant:
        courtesies.tell(tx, vault, Kind.NOT_UNDERSTOOD, _whom(told[0]), now)
        return True
    if meant and reply.meaning is Meaning.PLACE:
        courtesies.tell(tx, vault, Kind.PLACE, _whom(meant[0]), now)
        return True
    if meant:
        _answer(tx, vault, meant[0], reply.meaning, now, by_text=True)
        return True
    if reply.meaning is Meaning.PLACE or reply.code:
        return False  # neither is an answer to an invitation
    return consents.answer(tx, vault, mac, reply.meaning is Meaning.ACTING, now)


def _answer(
    tx: Transaction, vault: Vault, told: Told, meaning: Meaning, now: datetime, *, by_text: bool
) -> None:
    """The same answer again changes nothing, unless the office has asked for one since; who
    answers by text is thanked by text.
    """
    if told.answer != meaning:
        _record(tx, vault, told, meaning, now)
    elif tx.row(_ASKED_SINCE, recipient=told.recipient_id) is not None:
        _record_again(tx, vault, told, meaning, now)
    if by_text:
        another = told.lead_id if told.lead_id != told.recipient_id else None
        who = leads.name_of(tx, vault, told.incident_id, another) if another else ""
        heard = Heard(answer=_DIGIT[meaning], who=who)
        courtesies.tell(tx, vault, Kind.THANKS, _whom(told), now, heard)


def _record(tx: Transaction, vault: Vault, told: Told, meaning: Meaning, now: datetime) -> None:
    tx.run(_ANSWER, recipient=told.recipient_id, new_answer=meaning, now=now)
    actor = Actor("contact", told.recipient_id)
    seq = timeline.append(
        tx,
        vault,
        told.incident_id,
        "answered",
        actor,
        now,
        now,
        answer=meaning,
        recipient=told.recipient_id,
    )
    if meaning is Meaning.ACTING:
        phone_views.count(tx, told.incident_id, "acknowledged", seq)
        leads.claim(tx, vault, told.incident_id, told.recipient_id, seq, now)
        return
    if told.answer == Meaning.ACTING:
        phone_views.count(tx, told.incident_id, "acknowledged", seq, more=-1)
        leads.give_up(tx, vault, told.incident_id, told.recipient_id, seq, now)
    _move_on(tx, vault, told, now)


def _record_again(
    tx: Transaction, vault: Vault, told: Told, meaning: Meaning, now: datetime
) -> None:
    """An answer to a welfare check: what the contact said before still holds, and is new."""
    tx.run(_ANSWER, recipient=told.recipient_id, new_answer=meaning, now=now)
    timeline.append(
        tx,
        vault,
        told.incident_id,
        "answered",
        Actor("contact", told.recipient_id),
        now,
        now,
        answer=meaning,
        recipient=told.recipient_id,
    )


def _move_on(tx: Transaction, vault: Vault, told: Told, now: datetime) -> None:
    """Everyone who was told cannot: the next ring is texted. Everyone of all rings: alarm."""
    people = tx.rows(_ANSWERS, incident=told.incident_id)
    asked = set(deliveries.told(tx, told.incident_id))
    if not all_declined([answer for recipient, _, answer in people if recipient in asked]):
        return
    later = sorted({ring for recipient, ring, _ in people if recipient not in asked})
    if not later:
        timeline.append(tx, vault, told.incident_id, "all_declined", SYSTEM, now, now)
    elif told.brief is not None and not is_stop_known_to_contacts(told.stopped_at, told.release_at):
        brief = records.open_brief(vault, told.incident_id, told.brief)
        openings.queue_ring(tx, told.incident_id, brief, later[0], now)


def _ask_which(
    tx: Transaction, vault: Vault, told: list[Told], meaning: Meaning, now: datetime
) -> None:
    """A bare digit while several alerts are open is credited to none: the codes are listed."""
    names = [(one.code, _known_as(vault, one)) for one in told]
    heard = Heard(answer=_DIGIT[meaning], codes=names)
    courtesies.tell(tx, vault, Kind.WHICH, _whom(told[0]), now, heard)


_DIGIT: Mapping[Meaning, Literal[1, 2, 3]] = {
    Meaning.ACTING: 1,
    Meaning.CANNOT: 2,
    Meaning.PLACE: 3,
}


def _whom(told: Told) -> Whom:
    return Whom(told.incident_id, told.recipient_id, told.kind == "drill")


def _known_as(vault: Vault, told: Told) -> str:
    if told.brief is None:
        return ""
    people = records.open_brief(vault, told.incident_id, told.brief).people
    return next((p.known_as for p in people if p.recipient_id == told.recipient_id), "")


def _note_opt_out(tx: Transaction, vault: Vault, told: Told, kind: str, now: datetime) -> None:
    actor = Actor("contact", told.recipient_id)
    timeline.append(tx, vault, told.incident_id, kind, actor, now, now, recipient=told.recipient_id)


def _note_text(tx: Transaction, vault: Vault, told: Told, body: str, now: datetime) -> None:
    """Words that are no answer: the office reads them on the timeline."""
    timeline.append(
        tx,
        vault,
        told.incident_id,
        "wrote",
        Actor("contact", told.recipient_id),
        now,
        now,
        secret=Secret(text=body),
        recipient=told.recipient_id,
    )
