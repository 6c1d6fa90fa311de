"""How an incident ends, and what is destroyed with it: brief, link wraps, numbers, queued texts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, literal, or_, select, update

from server.db import Transaction
from server.domain.closing import Ending
from server.domain.delivery import State as Sent
from server.domain.incident import DRILL_LASTS, Outcome, State, Step, after
from server.services import courtesies, deliveries, phone_views, rows, timeline
from server.services.records import Secret
from server.services.timeline import SYSTEM, Actor
from server.statements import Statement
from server.tables import Attempt, Delivery, Incident, Recipient
from server.tables.links import LinkPin
from server.vault import Vault

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)
_delivery = rows.table(Delivery)
_attempt = rows.table(Attempt)
_pin = rows.table(LinkPin)

# So long after the last text or answer, an incident that is still open is the office's alone.
BRIEF_LASTS = timedelta(hours=72)
# Not sent yet, or nobody knows whether it was: its number is still needed.
_UNDER_WAY = (Sent.QUEUED, Sent.SENDING, Sent.UNKNOWN)

_STATE = Statement(select(_incident.c.state).where(_incident.c.id == bindparam("incident")))
_FORGET_BRIEF = Statement(
    update(_incident).where(_incident.c.id == bindparam("incident")).values(brief=None)
)
_FORGET_PEOPLE = Statement(
    update(_recipient)
    .where(_recipient.c.incident_id == bindparam("incident"))
    .values(number_mac=None, link_wrap=None, seen_at=None)
)
_FORGET_PINS = Statement(
    delete(_pin).where(
        _pin.c.recipient_id.in_(
            select(_recipient.c.id).where(_recipient.c.incident_id == bindparam("incident"))
        )
    )
)
_CLOSE = Statement(
    update(_incident)
    .where(_incident.c.id == bindparam("incident"))
    .values(state=State.CLOSED, closed_at=bindparam("now"), outcome=bindparam("new_outcome"))
)
_OLD_DRILLS = Statement(
    select(_incident.c.id).where(
        _incident.c.kind == "drill",
        _incident.c.state != State.CLOSED,
        _incident.c.opened_at <= bindparam("before"),
    )
)


# Staff may text contacts again from the office's copy: their numbers are matched until these go.
_REACHABLE = exists().where(
    _recipient.c.incident_id == _incident.c.id, _recipient.c.number_mac.is_not(None)
)
_is_stale = and_(
    _incident.c.state != State.CLOSED,
    or_(_incident.c.brief.is_not(None), _REACHABLE),
    _incident.c.opened_at <= bindparam("before"),
    ~exists().where(
        _delivery.c.incident_id == _incident.c.id,
        _delivery.c.state.in_([literal(state) for state in _UNDER_WAY]),
    ),
    ~exists().where(
        _delivery.c.incident_id == _incident.c.id,
        _delivery.c.recipient_id.is_not(None),  # a duty phone rings on until somebody takes it
        _attempt.c.delivery_id == _delivery.c.id,
        _attempt.c.started_at > bindparam("before"),
    ),
    ~exists().where(
        _recipient.c.incident_id == _incident.c.id,
        _recipient.c.answered_at > bindparam("before"),
    ),
)
_STALE = Statement(select(_incident.c.id).where(_is_stale))
_STILL_STALE = Statement(
    select(_incident.c.id).where(_incident.c.id == bindparam("incident"), _is_stale)
)


def close(
    tx: Transaction,
    vault: Vault,
    incident_id: str,
    outcome: Outcome,
    actor: Actor,
    reason: str,
    now: datetime,
    *,
    reference: str = "",
    **detail: Any,
) -> int:
    """Ends an incident for the office, the phone and the contacts; its timeline entry."""
    found = tx.row(_STATE, incident=incident_id)
    after(State(found[0]) if found else State.CLOSED, Step.CLOSE)
    tx.run(_CLOSE, incident=incident_id, now=now, new_outcome=outcome)
    words = secret(reason, reference)
    seq = timeline.append(
        tx, vault, incident_id, "closed", actor, now, now, secret=words, outcome=outcome, **detail
    )
    phone_views.end(tx, incident_id, seq)
    deliveries.drop_queued(tx, incident_id)
    if actor is not SYSTEM:
        courtesies.farewell(tx, vault, incident_id, outcome, now)
    _forget(tx, incident_id)
    return seq


def secret(reason: str, reference: str = "") -> Secret | None:
    """What whoever ends an incident says of it, sealed."""
    if not reason and not reference:
        return None
    return Secret(reason=reason or None, reference=reference or None)


def told(ending: Ending) -> dict[str, Any]:
    """What an entry says of an end beside its outcome, in clear."""
    said: dict[str, Any] = {"how": ending.how} if ending.how else {}
    return said | ({"casework": True} if ending.casework else {})


def forget(tx: Transaction, incident_id: str) -> None:
    """Destroys what only an open incident needs; what is claimed for sending still goes out."""
    deliveries.drop_queued(tx, incident_id)
    _forget(tx, incident_id)


def _forget(tx: Transaction, incident_id: str) -> None:
    tx.run(_FORGET_BRIEF, incident=incident_id)
    tx.run(_FORGET_PEOPLE, incident=incident_id)
    tx.run(_FORGET_PINS, incident=incident_id)


def end_drill(tx: Transaction, vault: Vault, incident_id: str, now: datetime) -> None:
    close(tx, vault, incident_id, Outcome.DRILL, SYSTEM, "", now)


def old_drills(tx: Transaction, now: datetime) -> list[str]:
    """Drills close themselves after a day."""
    return [found[0] for found in tx.rows(_OLD_DRILLS, before=now - DRILL_LASTS)]


def stale_briefs(tx: Transaction, now: datetime) -> list[str]:
    """Open incidents about which no contact was texted or answered for three days."""
    return [found[0] for found in tx.rows(_STALE, before=now - BRIEF_LASTS)]


def let_contacts_go(tx: Transaction, vault: Vault, incident_id: str, now: datetime) -> bool:
    """The incident stays open; only a signed-in office can reach its contacts from now on. False
    where somebody was texted or answered after the look that found it stale.
    """
    if tx.row(_STILL_STALE, incident=incident_id, before=now - BRIEF_LASTS) is None:
        return False
    forget(tx, incident_id)
    timeline.append(tx, vault, incident_id, "contacts_let_go", SYSTEM, now, now)
    return True
