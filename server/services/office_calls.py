"""Calls to contacts by hand: the server makes one more, or an officer says that they made one."""

from datetime import datetime

from sqlalchemy import bindparam, literal, select

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain import office_texts as rules
from server.domain.delivery import Kind
from server.domain.delivery import State as Sent
from server.domain.errors import NotAllowed, Unfit
from server.domain.office_texts import Left, Result
from server.services import addressees, deliveries, rows, timeline
from server.services.reading import Reader
from server.services.records import Secret
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Delivery
from server.vault import Vault

_delivery = rows.table(Delivery)

_CALLS = Statement(
    select(_delivery.c.state, _delivery.c.about_at).where(
        _delivery.c.incident_id == bindparam("incident"),
        _delivery.c.recipient_id == bindparam("recipient"),
        _delivery.c.kind == literal(Kind.CALL),
        _delivery.c.about_at > bindparam("since"),
    )
)
_UNDER_WAY = (Sent.QUEUED, Sent.SENDING, Sent.UNKNOWN)


def call(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    staff_id: str,
    incident_id: str,
    place: int,
    now: datetime,
) -> bool:
    """Queues the spoken call to a contact once more. Asked for twice in a minute it rings once."""
    facts = addressees.reachable(tx, incident_id)
    (one,) = addressees.addressees_of(tx, vault, reader, facts, [place], now)
    if one.left in (Left.STOPPED, Left.NOT_TOLD):
        raise addressees.nobody([one])
    if facts.brief is None:
        raise NotAllowed(
            "The server has let this contact go and cannot call.", mend="Call them yourself."
        )
    recipient = one.person.recipient_id
    found = tx.rows(_CALLS, incident=incident_id, recipient=recipient, since=now - rules.HOUR)
    under_way = any(state in _UNDER_WAY for state, _ in found)
    if under_way or rules.is_echo(max((at for _, at in found), default=None), now):
        return False
    if len(found) >= rules.CALLS_AN_HOUR:
        raise NotAllowed("This contact was called often in this hour.", mend="Wait, or text them.")
    addressees.tell_first(tx, vault, staff_id, facts, [one], now)
    lane = delivery_rules.lane(Kind.CALL, place, facts.kind == "drill")
    deliveries.enqueue(tx, [deliveries.row(Kind.CALL, facts.id, recipient, lane, now, now)])
    actor = Actor("staff", staff_id)
    timeline.append(
        tx, vault, facts.id, "calling", actor, now, now, recipient=recipient, reason="office"
    )
    return True


def note_call(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    incident_id: str,
    message_id: str,
    place: int,
    result: Result,
    note: str,
    at: datetime | None,
    now: datetime,
) -> bool:
    """An officer has called a contact and says what came of it, and when. Again: nothing."""
    facts = addressees.facts_of(tx, incident_id)
    if at is not None and not rules.is_past(at, facts.opened_at, now):
        raise Unfit(
            "Nobody can have called about this alert then.",
            pointer="/at",
            mend="Give the time of the call, or leave it out.",
        )
    recipient = addressees.recipient_at(tx, incident_id, place)
    if not addressees.is_new(tx, staff_id, incident_id, message_id, now):
        return False
    timeline.append(
        tx,
        vault,
        incident_id,
        "phoned",
        Actor("staff", staff_id),
        at or now,
        now,
        secret=Secret(text=note) if note else None,
        recipient=recipient,
        result=result,
    )
    return True
