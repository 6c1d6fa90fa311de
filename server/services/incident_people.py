"""An incident's contacts as staff see them: what each said, and every text and call to them."""

from typing import Any

from sqlalchemy import bindparam, exists, select

from server.db import Transaction
from server.domain.delivery import CALLS, Kind
from server.services import rows
from server.services.reading import Opened
from server.statements import Statement
from server.tables import Delivery, Device, Incident, Recipient, Suppression
from server.vault import Vault

_incident = rows.table(Incident)
_delivery = rows.table(Delivery)
_device = rows.table(Device)
_recipient = rows.table(Recipient)
_suppression = rows.table(Suppression)

_PEOPLE = Statement(
    select(
        _recipient.c.id,
        _recipient.c.place,
        _recipient.c.ring,
        _recipient.c.answer,
        _recipient.c.answered_at,
        _recipient.c.opened_at,
        _recipient.c.number_mac,
        _recipient.c.link_wrap.is_not(None),
        exists().where(_suppression.c.number_mac == _recipient.c.number_mac),
    )
    .where(_recipient.c.incident_id == bindparam("incident"))
    .order_by(_recipient.c.place)
)
_SENT = Statement(
    select(
        _delivery.c.recipient_id,
        _delivery.c.kind,
        _delivery.c.state,
        _delivery.c.error,
        _delivery.c.about_at,
        _delivery.c.attempts,
    )
    .where(_delivery.c.incident_id == bindparam("incident"), _delivery.c.recipient_id.is_not(None))
    .order_by(_delivery.c.id)
)
_OPTED_OUT = Statement(
    select(_suppression.c.number_mac).where(_suppression.c.number_mac == bindparam("mac"))
)
_PHONE = select(
    _incident.c.activist_id,
    _incident.c.heard_at,
    _incident.c.silent_since,
    _device.c.armed,
    _device.c.obstacles,
    _device.c.battery,
    _device.c.stated_at,
    _device.c.revoked_at,
).outerjoin(_device, _device.c.id == _incident.c.device_id)


def people(
    tx: Transaction, vault: Vault, opened: Opened | None, incident_id: str
) -> list[dict[str, Any]]:
    """Each contact with the state of the first text, and all that was sent and spoken to them."""
    sent: dict[str, list[dict[str, Any]]] = {}
    for recipient, kind, state, error, at, attempts in tx.rows(_SENT, incident=incident_id):
        one = {"text": kind, "state": state, "error": error, "at": at, "attempts": attempts}
        sent.setdefault(recipient, []).append(one)
    found = []
    for row in tx.rows(_PEOPLE, incident=incident_id):
        recipient, place, ring, answer, answered_at, opened_at, mac, linked, stopped = row
        person = opened.people.get(recipient) if opened else None
        if person is not None and mac is None:  # let go: the office's copy still has the number
            stopped = tx.row(_OPTED_OUT, mac=vault.mac(person.phone)) is not None
        theirs = sent.get(recipient, [])
        first = next((one for one in reversed(theirs) if one["text"] == Kind.ALERT), None)
        found.append(
            {
                "label": f"contact {place}",
                "name": person.name if person else None,
                "phone": person.phone if person else None,
                "language": person.language if person else None,
                "ring": ring,
                "answer": answer,
                "answered_at": answered_at,
                "opened_at": opened_at,
                "place": place,
                "linked": bool(linked),
                "opted_out": bool(stopped),
                "delivery": first["state"] if first else None,
                "error": first["error"] if first else None,
                "texts": [one for one in theirs if one["text"] not in CALLS],
                "calls": [one for one in theirs if one["text"] in CALLS],
            }
        )
    return found


def phone(tx: Transaction, incident_id: str) -> dict[str, Any]:
    """Whose phone it is, and what it last said of itself."""
    found = tx.execute(_PHONE.where(_incident.c.id == incident_id)).one()
    return {
        "activist_id": found.activist_id,
        "phone": {
            "heard_at": found.heard_at,
            "silent_since": found.silent_since,
            "armed": found.armed,
            "obstacles": found.obstacles.split(",") if found.obstacles else [],
            "battery": found.battery,
            "stated_at": found.stated_at,
            "revoked": found.revoked_at is not None,
        },
    }
