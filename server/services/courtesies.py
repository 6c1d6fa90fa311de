"""What contacts hear back: thanks, who leads, the place again, the end; a few in an hour."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, exists, func, literal, or_, select

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.answers import Meaning
from server.domain.delivery import NEWS, Kind
from server.domain.incident import Outcome
from server.services import deliveries, readings, records, rows
from server.services.records import Farewell, Heard
from server.statements import Statement
from server.tables import Delivery, Incident, Recipient, Suppression
from server.vault import Vault, about
from shared import wire
from shared.texts import composer
from shared.texts.composer import Ending

_delivery = rows.table(Delivery)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)

# A farewell and a text that asks which alert is meant are never left out.
_COUNTED = [
    literal(kind)
    for kind in (
        Kind.THANKS,
        Kind.LEADS,
        Kind.NOBODY_ACTS,
        Kind.PLACE,
        Kind.NOT_UNDERSTOOD,
        *sorted(NEWS),
    )
]
_QUESTIONS = (Kind.WHICH, Kind.STILL_ACTING)
_LATELY = Statement(
    select(
        func.count(),
        func.coalesce(func.sum(case((_delivery.c.kind == bindparam("this_kind"), 1), else_=0)), 0),
    ).where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.recipient_id == bindparam("recipient"),
        _delivery.c.kind.in_(_COUNTED),
        _delivery.c.about_at > bindparam("since"),
    )
)
_HAVE_READ = (
    select(_recipient.c.id, _recipient.c.answer)
    .where(
        _recipient.c.incident_id == bindparam("incident"),
        exists().where(
            _delivery.c.incident_id == _recipient.c.incident_id,
            _delivery.c.recipient_id == _recipient.c.id,
            _delivery.c.kind == Kind.ALERT,
            _delivery.c.attempts > 0,
        ),
        ~exists().where(_suppression.c.number_mac == _recipient.c.number_mac),
    )
    .order_by(_recipient.c.place)
)
_TEXTED = Statement(_HAVE_READ)
_CONCERNED = Statement(
    _HAVE_READ.where(or_(_recipient.c.answer.is_(None), _recipient.c.answer != Meaning.CANNOT))
)
_KIND = Statement(
    select(_incident.c.kind, _incident.c.brief, _incident.c.office_id).where(
        _incident.c.id == bindparam("incident")
    )
)

_ENDINGS: dict[Outcome, Ending] = {Outcome.SAFE: "safe", Outcome.FALSE_ALARM: "false_alarm"}


class Whom(NamedTuple):
    """A contact in an incident."""

    incident_id: str
    recipient_id: str
    drill: bool


def tell(
    tx: Transaction,
    vault: Vault,
    kind: Kind,
    whom: Whom,
    now: datetime,
    heard: Heard | None = None,
    about_at: datetime | None = None,
) -> bool:
    """One text, unless this contact has had enough of them in this hour; whether it goes out.

    `about_at`: the time that it speaks of, where that is not now.
    """
    if kind not in _QUESTIONS and _had_enough(tx, kind, whom, now):
        return False
    place = about("delivery", whom.recipient_id)
    sealed = None if heard is None else vault.keep(records.encode(heard), place)
    lane = delivery_rules.lane(kind, 0, whom.drill)
    row = deliveries.row(
        kind, whom.incident_id, whom.recipient_id, lane, now, about_at or now, sealed
    )
    deliveries.enqueue(tx, [row])
    return True


def tell_who_leads(
    tx: Transaction, vault: Vault, incident_id: str, lead: str | None, who: str, now: datetime
) -> None:
    """Everyone who was told and has not declined, but the lead. `lead`: a contact, or nobody's."""
    found = tx.row(_KIND, incident=incident_id)
    drill = bool(found and found[0] == "drill")
    for recipient, _ in tx.rows(_CONCERNED, incident=incident_id):
        if recipient != lead:
            whom = Whom(incident_id, recipient, drill)
            tell(tx, vault, Kind.LEADS, whom, now, Heard(who=who))


def tell_nobody_acts(tx: Transaction, vault: Vault, incident_id: str, now: datetime) -> None:
    """Everyone who was told and has not declined: whoever led does so no more."""
    found = tx.row(_KIND, incident=incident_id)
    drill = bool(found and found[0] == "drill")
    for recipient, _ in tx.rows(_CONCERNED, incident=incident_id):
        tell(tx, vault, Kind.NOBODY_ACTS, Whom(incident_id, recipient, drill), now)


def farewell(
    tx: Transaction, vault: Vault, incident_id: str, outcome: Outcome, now: datetime
) -> None:
    """The last text, to everyone who was told; its words are made now, before the brief goes."""
    found = tx.row(_KIND, incident=incident_id)
    if found is None or found[1] is None or outcome is Outcome.DUPLICATE:
        return
    brief = records.open_brief(vault, incident_id, found[1])
    people = {person.recipient_id: person for person in brief.people}
    texts, read = [], readings.allowed(tx, found[2])
    ending = _ENDINGS.get(outcome, "closed")
    for recipient, _ in tx.rows(_TEXTED, incident=incident_id):
        person = people[recipient]
        language = readings.spoken(person.language, read)
        body = composer.compose_end(person.known_as, brief.code, ending, language, brief.kind)
        sealed = vault.keep(
            wire.encode(Farewell(phone=person.phone, body=body)), about("delivery", recipient)
        )
        lane = delivery_rules.lane(Kind.CLOSED, 0, brief.kind == "drill")
        texts.append(deliveries.row(Kind.CLOSED, incident_id, recipient, lane, now, now, sealed))
    deliveries.enqueue(tx, texts)


def _had_enough(tx: Transaction, kind: Kind, whom: Whom, now: datetime) -> bool:
    found = tx.row(
        _LATELY,
        incident=whom.incident_id,
        recipient=whom.recipient_id,
        this_kind=kind,
        since=now - delivery_rules.HOUR,
    )
    every, same = (int(count) for count in found or (0, 0))
    return not delivery_rules.has_room(kind, every, same)
