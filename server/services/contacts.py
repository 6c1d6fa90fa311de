"""What contacts answer: by text, or on their own page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, delete, exists, select, update

from server.db import Transaction
from server.domain.answers import Meaning, Reply, all_declined, read
from server.domain.delivery import Kind
from server.domain.errors import NotKnown
from server.domain.incident import State, Step, after, is_stop_known_to_contacts
from server.services import (
    consents,
    courtesies,
    deliveries,
    offices,
    openings,
    phone_views,
    records,
    rows,
    timeline,
)
from server.services.courtesies import Whom
from server.services.records import Heard, Secret
from server.services.timeline import SYSTEM, Actor
from server.statements import Statement
from server.tables import Delivery, Inbound, Incident, Recipient, Suppression
from server.vault import Vault, about
from shared import wire
from shared.crypto import CryptoError

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)
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
_BY_LOOKUP = Statement(
    select(_recipient.c.link_wrap, _recipient.c.incident_id, _recipient.c.opened_at).where(
        _recipient.c.id == bindparam("lookup")
    )
)
_ANSWER = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(answer=bindparam("new_answer"), answered_at=bindparam("now"))
)
_OPENED = Statement(
    update(_recipient)
    .where(_recipient.c.id == bindparam("recipient"))
    .values(opened_at=bindparam("now"))
)
_ANSWERS = Statement(
    select(_recipient.c.id, _recipient.c.ring, _recipient.c.answer).where(
        _recipient.c.incident_id == bindparam("incident")
    )
)
_STATE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(state=bindparam("new_state"), lead_id=bindparam("new_lead"))
)
_SEEN = Statement(select(_inbound.c.matched).where(_inbound.c.provider_id == bindparam("provider")))
_INSERT_INBOUND = rows.inserting(Inbound)
_INSERT_SUPPRESSION = rows.inserting(Suppression)


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


class Page(NamedTuple):
    """A contact's page, opened with the secret of their text."""

    recipient_id: str
    private: bytes
    incident_id: str
    first_time: bool


def receive_text(
    tx: Transaction, vault: Vault, provider_id: str, sender: str, body: str, now: datetime
) -> None:
    """A text from a contact. The same message again changes nothing."""
    if tx.row(_SEEN, provider=provider_id) is not None:
        return
    reply = read(body)
    mac = vault.mac(sender)
    matched = _follow(tx, vault, mac, reply, body, now)
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
    _answer(tx, vault, Told(*found), meaning, now, by_text=False)


def open_page(tx: Transaction, vault: Vault, lookup: str, key: bytes) -> Page:
    """What the link opens; unknown, expired and revoked ones are refused alike."""
    found = tx.row(_BY_LOOKUP, lookup=lookup)
    if found is None or found[0] is None:
        raise NotKnown("This link is not known any more.")
    wrap, incident_id, opened_at = found
    try:
        private = vault.unlock(key, wrap, about("link", lookup))
    except CryptoError:
        raise NotKnown("This link is not known any more.") from None
    return Page(lookup, private, incident_id, opened_at is None)


def note_opened(tx: Transaction, vault: Vault, page: Page, now: datetime) -> None:
    """The first time a contact's page is opened is on the timeline."""
    tx.run(_OPENED, recipient=page.recipient_id, now=now)
    actor = Actor("contact", page.recipient_id)
    timeline.append(
        tx,
        vault,
        page.incident_id,
        "page_opened",
        actor,
        now,
        now,
        recipient=page.recipient_id,
    )


def _follow(
    tx: Transaction, vault: Vault, mac: bytes, reply: Reply, body: str, now: datetime
) -> bool:
    """Whether the text meant something to somebody here.

    A bare answer is never weighed against an alert that this contact has not been told of: its
    countdown may yet be cancelled.
    """
    concerned = [Told(*found) for found in tx.rows(_OPEN_TO, mac=mac)]
    told = [one for one in concerned if one.texted]
    match reply.meaning:
        case Meaning.STOP:
            tx.execute(delete(_suppression).where(_suppression.c.number_mac == mac))
            tx.run(_INSERT_SUPPRESSION, number_mac=mac, since=now)
            for one in concerned:
                _note_opt_out(tx, vault, one, "opted_out", now)
            return True
        case Meaning.START:
            tx.execute(delete(_suppression).where(_suppression.c.number_mac == mac))
            for one in concerned:
                _note_opt_out(tx, vault, one, "opted_in", now)
            return True
        case Meaning.ACTING | Meaning.CANNOT | Meaning.PLACE:
            return _credit(tx, vault, mac, told, reply, now)
    for one in told:
        _note_text(tx, vault, one, body, now)
    if told:
        courtesies.tell(tx, vault, Kind.NOT_UNDERSTOOD, _whom(told[-1]), now)
    return bool(told)


def _credit(
    tx: Transaction, vault: Vault, mac: bytes, told: list[Told], reply: Reply, now: datetime
) -> bool:
    if reply.code is not None:
        told = [one for one in told if one.code == reply.code]
    if len(told) > 1:
        _ask_which(tx, vault, told, reply.meaning, now)
        return True
    if told and reply.meaning is Meaning.PLACE:
        courtesies.tell(tx, vault, Kind.PLACE, _whom(told[0]), now)
        return True
    if told:
        _answer(tx, vault, told[0], reply.meaning, now, by_text=True)
        return True
    if reply.meaning is Meaning.PLACE:
        return False
    return consents.answer(tx, vault, mac, reply.meaning is Meaning.ACTING, now)


def _answer(
    tx: Transaction, vault: Vault, told: Told, meaning: Meaning, now: datetime, *, by_text: bool
) -> None:
    """The same answer again changes nothing; who answers by text is thanked by text."""
    if told.answer != meaning:
        _record(tx, vault, told, meaning, now)
    if by_text:
        lead = told.lead_id if told.lead_id != told.recipient_id else None
        who = _name_of(tx, vault, told, lead) if lead else ""
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
        _acknowledge(tx, told, seq)
        if told.lead_id is None:
            who = _name_of(tx, vault, told, told.recipient_id)
            courtesies.tell_who_leads(tx, vault, told.incident_id, told.recipient_id, who, now)
        return
    if told.answer == Meaning.ACTING:
        phone_views.count(tx, told.incident_id, "acknowledged", seq, more=-1)
        _give_up(tx, vault, told, seq, now)
    _move_on(tx, vault, told, now)


def _acknowledge(tx: Transaction, told: Told, seq: int) -> None:
    """Exactly one lead: the first who says so."""
    state = State(told.state)
    moved = state in (State.OPEN, State.ACKNOWLEDGED)
    state = after(state, Step.ACKNOWLEDGE) if moved else state
    tx.run(
        _STATE,
        incident=told.incident_id,
        new_state=state,
        new_lead=told.lead_id or told.recipient_id,
    )
    phone_views.count(tx, told.incident_id, "acknowledged", seq)
    if moved:
        phone_views.set_state(tx, told.incident_id, state, seq)


_STILL = Statement(
    select(_recipient.c.id)
    .where(
        _recipient.c.incident_id == bindparam("incident"),
        _recipient.c.answer == Meaning.ACTING,
    )
    .order_by(_recipient.c.answered_at)
)
_TAKEN = Statement(select(_incident.c.taken_by).where(_incident.c.id == bindparam("incident")))


def _give_up(tx: Transaction, vault: Vault, told: Told, seq: int, now: datetime) -> None:
    """The lead passes to whoever else acts; with nobody, and no officer, the alert opens again."""
    others = tx.rows(_STILL, incident=told.incident_id)
    taken = tx.row(_TAKEN, incident=told.incident_id)
    state = State(told.state)
    if not others and state is State.ACKNOWLEDGED and not (taken and taken[0]):
        state = after(state, Step.GIVE_UP)
        phone_views.set_state(tx, told.incident_id, state, seq)
    lead = told.lead_id
    if lead == told.recipient_id:
        lead = str(others[0][0]) if others else None
        if lead is None and taken and taken[0]:
            lead = str(taken[0])
            who = offices.name_of_incident(tx, told.incident_id)
            courtesies.tell_who_leads(tx, vault, told.incident_id, told.recipient_id, who, now)
        elif lead is not None:
            heard = Heard(you_lead=True, who=_name_of(tx, vault, told, told.recipient_id))
            courtesies.tell(tx, vault, Kind.LEADS, _whom(told, lead), now, heard)
    tx.run(_STATE, incident=told.incident_id, new_state=state, new_lead=lead)


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


def _whom(told: Told, recipient_id: str | None = None) -> Whom:
    return Whom(told.incident_id, recipient_id or told.recipient_id, told.kind == "drill")


def _name_of(tx: Transaction, vault: Vault, told: Told, lead: str) -> str:
    """Who leads, as the others are told: a contact's name, or the office's."""
    names = {person.recipient_id: person.name for person in _people(vault, told)}
    return names[lead] if lead in names else offices.name_of_incident(tx, told.incident_id)


def _known_as(vault: Vault, told: Told) -> str:
    people = _people(vault, told)
    return next((p.known_as for p in people if p.recipient_id == told.recipient_id), "")


def _people(vault: Vault, told: Told) -> list[records.Person]:
    if told.brief is None:
        return []
    return records.open_brief(vault, told.incident_id, told.brief).people


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
