"""What texts to contacts have shown of their numbers: kept for the bad day, without the number."""

from datetime import datetime

from sqlalchemy import bindparam, literal, select, update

from server.db import Transaction
from server.domain.delivery import CALLS, DRILL_LANE, ErrorClass, Kind, error_class
from server.domain.reach import Reach, by_code
from server.services import rows, suppressions
from server.services.attempts import Sending
from server.statements import Statement
from server.tables import Consent, Incident, Recipient

_consent = rows.table(Consent)
_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_asked = _consent.c.delivery_id == bindparam("delivery")
_MAC_OF_RECIPIENT = Statement(
    select(_recipient.c.number_mac).where(_recipient.c.id == bindparam("recipient"))
)
_MAC_OF_INVITATION = Statement(select(_consent.c.number_mac).where(_asked))
_OF_INVITATION = Statement(update(_consent).where(_asked).values(reach=bindparam("new_reach")))
_CONTACT = Statement(
    select(_incident.c.activist_id, _recipient.c.contact_id)
    .join(_incident, _incident.c.id == _recipient.c.incident_id)
    .where(_recipient.c.id == bindparam("recipient"))
)
_OF_CONTACT = Statement(
    update(_consent)
    .where(
        _consent.c.activist_id == bindparam("activist"),
        _consent.c.contact_id == bindparam("contact"),
        _consent.c.state == literal("agreed"),
    )
    .values(reach=bindparam("new_reach"))
)

_INVITATIONS = (Kind.INVITATION, Kind.REMINDER)


def note_failure(tx: Transaction, sending: Sending, code: int | None, now: datetime) -> None:
    """A STOP that only the carrier has heard is followed too; other codes may tell of the line."""
    if sending.kind in CALLS or code is None:
        return
    if error_class(code, None) is ErrorClass.OPTED_OUT:
        mac = _number_mac(tx, sending)
        if mac is not None:
            suppressions.add(tx, mac, now)
    elif (reach := by_code(code)) is not None:
        _note(tx, sending, reach)


def note_arrival(tx: Transaction, sending: Sending) -> None:
    """A text that arrived mends what others have shown. A first text that went through at once
    costs nothing here, unless it is a drill's."""
    mends = sending.lane >= DRILL_LANE or sending.attempts > 1
    if sending.kind in _INVITATIONS or (sending.kind == Kind.ALERT and mends):
        _note(tx, sending, Reach.MOBILE)


def _number_mac(tx: Transaction, sending: Sending) -> bytes | None:
    if sending.kind in _INVITATIONS:
        found = tx.row(_MAC_OF_INVITATION, delivery=sending.id)
    else:
        found = tx.row(_MAC_OF_RECIPIENT, recipient=sending.recipient_id)
    return found[0] if found else None


def _note(tx: Transaction, sending: Sending, reach: Reach) -> None:
    if sending.kind in _INVITATIONS:
        tx.run(_OF_INVITATION, delivery=sending.id, new_reach=reach)
        return
    found = tx.row(_CONTACT, recipient=sending.recipient_id)
    if found is not None:
        tx.run(_OF_CONTACT, activist=found[0], contact=found[1], new_reach=reach)
