"""How an incident ends, and what is destroyed with it: brief, link wraps, numbers, queued texts."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from server.db import Statement, Transaction
from server.domain.incident import DRILL_LASTS, Outcome, State, Step, after
from server.services import deliveries, phone_views, rows, timeline
from server.services.records import Secret
from server.services.timeline import SYSTEM, Actor
from server.tables import Incident, Recipient
from server.vault import Vault

_incident = rows.table(Incident)
_recipient = rows.table(Recipient)

_STATE = Statement(select(_incident.c.state).where(_incident.c.id == bindparam("incident")))
_FORGET_BRIEF = Statement(
    update(_incident).where(_incident.c.id == bindparam("incident")).values(brief=None)
)
_FORGET_PEOPLE = Statement(
    update(_recipient)
    .where(_recipient.c.incident_id == bindparam("incident"))
    .values(number_mac=None, link_lookup=None, link_wrap=None)
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


def close(
    tx: Transaction,
    vault: Vault,
    incident_id: str,
    outcome: Outcome,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Ends an incident for the office, the phone and the contacts."""
    found = tx.row(_STATE, incident=incident_id)
    after(State(found[0]) if found else State.CLOSED, Step.CLOSE)
    tx.run(_CLOSE, incident=incident_id, now=now, new_outcome=outcome)
    secret = Secret(reason=reason) if reason else None
    seq = timeline.append(
        tx, vault, incident_id, "closed", actor, now, now, secret=secret, outcome=outcome
    )
    phone_views.end(tx, incident_id, seq)
    forget(tx, incident_id)


def forget(tx: Transaction, incident_id: str) -> None:
    """Destroys what only an open incident needs; what is claimed for sending still goes out."""
    deliveries.drop_queued(tx, incident_id)
    tx.run(_FORGET_BRIEF, incident=incident_id)
    tx.run(_FORGET_PEOPLE, incident=incident_id)


def end_drill(tx: Transaction, vault: Vault, incident_id: str, now: datetime) -> None:
    close(tx, vault, incident_id, Outcome.DRILL, SYSTEM, "", now)


def old_drills(tx: Transaction, now: datetime) -> list[str]:
    """Drills close themselves after a day."""
    return [found[0] for found in tx.rows(_OLD_DRILLS, before=now - DRILL_LASTS)]
