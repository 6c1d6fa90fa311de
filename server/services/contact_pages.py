"""What a contact's page shows: opened with the key of their link, answered, forgotten."""

from typing import Any

from sqlalchemy import bindparam, select

from server.db import Transaction
from server.domain.errors import NotKnown
from server.domain.incident import is_stop_known_to_contacts
from server.services import readings, records, rows
from server.services.links import Page
from server.services.records import Place, Record
from server.statements import Statement
from server.tables import Incident, Position, Recipient
from server.vault import Vault, about
from shared import wire
from shared.crypto import KeyPair

_incident = rows.table(Incident)
_position = rows.table(Position)
_recipient = rows.table(Recipient)

_INCIDENT = Statement(
    select(
        _incident.c.code,
        _incident.c.kind,
        _incident.c.opened_at,
        _incident.c.taken_by,
        _incident.c.stopped_at,
        _incident.c.release_at,
        _incident.c.again_at,
        _incident.c.public_key,
        _incident.c.sealed,
        _incident.c.lead_id,
        _incident.c.office_id,
    ).where(_incident.c.id == bindparam("incident"))
)
_NEWEST = Statement(
    select(_position.c.taken_at, _position.c.sealed)
    .where(_position.c.incident_id == bindparam("incident"))
    .order_by(_position.c.taken_at.desc())
    .limit(1)
)
_ANSWERS = Statement(
    select(_recipient.c.id, _recipient.c.answer)
    .where(_recipient.c.incident_id == bindparam("incident"))
    .order_by(_recipient.c.answered_at)
)


def view(tx: Transaction, vault: Vault, page: Page) -> dict[str, Any]:
    """Who, where, how sure, who acts, what to do: in one answer."""
    found = tx.row(_INCIDENT, incident=page.incident_id)
    if found is None:
        raise NotKnown("This link is not known any more.")
    code, kind, opened_at, taken_by, stopped_at, release_at = found[:6]
    again_at, public, sealed, lead_id, office_id = found[6:]
    told_of_stop = is_stop_known_to_contacts(stopped_at, release_at)
    pair = KeyPair(public, page.private)
    content = vault.open_row(pair, sealed, about("incident", page.incident_id))
    record = wire.decode(Record, content)
    people = {person.recipient_id: person for person in record.people}
    you = people[page.recipient_id]
    answers: list[tuple[str, str | None]] = [
        (recipient, said) for recipient, said in tx.rows(_ANSWERS, incident=page.incident_id)
    ]
    newest = _newest(tx, vault, pair, page.incident_id)
    return {
        "name": you.known_as,
        "language": readings.spoken(you.language, readings.allowed(tx, office_id)),
        "code": code,
        "kind": kind,
        "state": "stop_claimed" if told_of_stop else "open",
        "opened_at": opened_at,
        "timezone": record.timezone,
        "position": newest.position if newest else None,
        "battery": newest.battery if newest else None,
        "lead": people[lead_id].name if lead_id in people else None,
        "acting": [people[recipient].name for recipient, said in answers if said == "acting"],
        "office": taken_by is not None,
        "you": {"label": you.label, "answer": dict(answers).get(page.recipient_id)},
        "card": record.card,
        "pressed_again_at": again_at,
    }


def _newest(tx: Transaction, vault: Vault, pair: KeyPair, incident_id: str) -> Place | None:
    found = tx.row(_NEWEST, incident=incident_id)
    if found is None:
        return None
    place = records.position_place(incident_id, found[0])
    return wire.decode(Place, vault.open_row(pair, found[1], place))
