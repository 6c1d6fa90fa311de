"""Drills that an office calls: raised through the same services as a press, measured, reported.

A drill by way of the office opens the office's own copy of a contact list with the key of whoever
called it, in memory, for the one transaction that raises that person's drill.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select, update

from server.db import Transaction
from server.domain import drills as rules
from server.domain.drills import LeftOut, Measured, Way
from server.domain.errors import Forbidden, NotKnown
from server.domain.incident import State
from server.services import activists, alerts, audit, drill_figures, endings, rows, timeline
from server.services.devices import Caller
from server.services.drill_figures import Found
from server.services.staff import Session
from server.services.timeline import Actor
from server.statements import Statement
from server.tables import Activist, Device, Incident, Profile
from server.tables.drills import Drill, DrillPerson
from server.vault import Vault
from shared import wire

_drill = rows.table(Drill)
_person = rows.table(DrillPerson)
_activist = rows.table(Activist)
_device = rows.table(Device)
_incident = rows.table(Incident)
_profile = rows.table(Profile)

_INSERT_PERSON = rows.inserting(DrillPerson)
_KEEP = Statement(
    update(_person)
    .where(_person.c.drill_id == bindparam("drill"), _person.c.activist_id == bindparam("activist"))
    .values(
        incident_id=bindparam("incident"),
        **{name: bindparam(f"its_{name}") for name in Measured._fields},
    )
)


class Called(NamedTuple):
    id: str
    people: list[str]


def call(
    tx: Transaction, who: Session, activist_ids: Sequence[str], way: Way, now: datetime
) -> Called:
    """Writes down whom a drill is for; nothing is raised yet. Of offices whose key they hold."""
    chosen = sorted(set(activist_ids))
    found = tx.execute(
        select(_activist.c.id, _activist.c.office_id).where(_activist.c.id.in_(chosen))
    ).all()
    seen = [row for row in found if row.office_id in who.sees]
    if len(seen) < len(chosen):
        raise NotKnown("There is no such activist in your office.", pointer="/activists")
    held = {office for office, _ in who.keys}
    if way is Way.OFFICE and any(row.office_id not in held for row in seen):
        raise Forbidden(
            "You do not hold the key of everybody's office.",
            pointer="/activists",
            mend="Choose people of your own office, or let them press on their phones.",
        )
    drill_id = str(uuid4())
    tx.execute(
        insert(_drill).values(
            id=drill_id,
            office_id=who.office_id,
            called_by=who.staff_id,
            way=way,
            started_at=now,
            until=now + rules.LASTS,
        )
    )
    nothing = {"incident_id": None, "left_out": None, **Measured()._asdict()}
    tx.run_many(
        _INSERT_PERSON,
        [{"drill_id": drill_id, "activist_id": activist_id, **nothing} for activist_id in chosen],
    )
    audit.note(tx, who.staff_id, "drill called", drill_id, now)
    return Called(drill_id, chosen)


def of_office(tx: Transaction, office_id: str) -> list[str]:
    """Everybody of an office."""
    found = select(_activist.c.id).where(_activist.c.office_id == office_id)
    return [str(row.id) for row in tx.execute(found.order_by(_activist.c.created_at))]


def begin(
    tx: Transaction,
    vault: Vault,
    who: Session,
    drill_id: str,
    activist_id: str,
    alert_id: UUID,
    wait: timedelta,
    now: datetime,
) -> int:
    """Raises one person's drill, whose texts go out after `wait`; how many contacts it has."""
    known = _known(tx, activist_id)
    pairs = [pair for (office, _), pair in who.keys.items() if office == known.office_id]
    bundle = activists.open_office_copy(vault, pairs, known.office_copy)
    left_out = _left_out(tx, known, bundle)
    if left_out is not None or known.device_id is None:
        _note(tx, drill_id, activist_id, left_out=left_out)
        return 0
    caller = Caller(b"", known.device_id, activist_id, known.office_id, None)
    press = wire.Press(
        alert=wire.Alert(
            id=alert_id, kind="drill", pressed_at=now, countdown_s=wait.total_seconds()
        ),
        left_out=(),
    )
    raised = alerts.raise_for(tx, vault, caller, bundle, press, now)
    incident_id = str(raised.accepted.incident_id)
    actor = Actor("staff", who.staff_id)
    timeline.append(tx, vault, incident_id, "drill_called", actor, now, now)
    _note(tx, drill_id, activist_id, incident_id=incident_id)
    return raised.accepted.contacts


def measured(tx: Transaction, drill_id: str, now: datetime) -> Found:
    """What came of it so far: read before `end`, so that the writer does not wait for it."""
    return drill_figures.measure(tx, row_of(tx, drill_id), now)


def end(tx: Transaction, drill_id: str, found: Found, by: Actor, now: datetime) -> None:
    """Keeps the figures. Ending it twice changes nothing."""
    if row_of(tx, drill_id).ended_at is not None:
        return
    tx.run_many(
        _KEEP,
        [
            {
                "drill": drill_id,
                "activist": activist_id,
                "incident": incident_id,
                **{f"its_{name}": value for name, value in result._asdict().items()},
            }
            for activist_id, (incident_id, result) in found.items()
        ],
    )
    tx.execute(update(_drill).where(_drill.c.id == drill_id).values(ended_at=now))
    audit.note(tx, by.id or by.kind, "drill ended", drill_id, now)


def still_open(tx: Transaction, found: Found) -> list[str]:
    """Incidents of an ended drill: each is closed in a transaction of its own."""
    ids = [incident_id for incident_id, _ in found.values() if incident_id is not None]
    left = (_incident.c.id.in_(ids), _incident.c.kind == "drill", _incident.c.state != State.CLOSED)
    return [str(row.id) for row in tx.execute(select(_incident.c.id).where(*left))]


def close(tx: Transaction, vault: Vault, incident_id: str, now: datetime) -> None:
    """Somebody may have closed it meanwhile."""
    state = tx.execute(select(_incident.c.state).where(_incident.c.id == incident_id)).scalar()
    if state is not None and state != State.CLOSED:
        endings.end_drill(tx, vault, incident_id, now)


def over(tx: Transaction, now: datetime) -> list[str]:
    """Drills that nobody has ended in time."""
    late = select(_drill.c.id).where(_drill.c.ended_at.is_(None), _drill.c.until <= now)
    return [str(row.id) for row in tx.execute(late)]


def visible(tx: Transaction, sees: Iterable[str], drill_id: str) -> None:
    """NotKnown for a drill of an office that is not theirs to see."""
    found = tx.execute(select(_drill.c.office_id).where(_drill.c.id == drill_id)).scalar()
    if found is None or found not in set(sees):
        raise NotKnown("There is no such drill in your office.")


def row_of(tx: Transaction, drill_id: str) -> Drill:
    found = tx.execute(select(_drill).where(_drill.c.id == drill_id)).one_or_none()
    if found is None:
        raise NotKnown("There is no such drill in your office.")
    return Drill(**found._mapping)


class _Known(NamedTuple):
    office_id: str
    office_copy: bytes | None
    device_id: str | None
    latest_kind: str | None


def _known(tx: Transaction, activist_id: str) -> _Known:
    person = tx.execute(
        select(_activist.c.office_id, _profile.c.office_copy)
        .outerjoin(_profile, _profile.c.activist_id == _activist.c.id)
        .where(_activist.c.id == activist_id)
    ).one()
    device = tx.execute(
        select(_device.c.id)
        .where(_device.c.activist_id == activist_id, _device.c.revoked_at.is_(None))
        .order_by(_device.c.paired_at.desc())
        .limit(1)
    ).scalar()
    going_on = tx.execute(
        select(_incident.c.kind)
        .where(_incident.c.activist_id == activist_id, _incident.c.state != State.CLOSED)
        .order_by(_incident.c.kind)  # an alert before a drill
        .limit(1)
    ).scalar()
    return _Known(person.office_id, person.office_copy, device, going_on)


def _left_out(tx: Transaction, known: _Known, bundle: wire.Bundle | None) -> LeftOut | None:
    if known.latest_kind is not None:
        return LeftOut.ALERT_OPEN if known.latest_kind == "alert" else LeftOut.DRILL_OPEN
    if known.device_id is None:
        return LeftOut.NO_PHONE
    return LeftOut.NO_COPY if bundle is None else None


def _note(tx: Transaction, drill_id: str, activist_id: str, **values: object) -> None:
    mine = (_person.c.drill_id == drill_id, _person.c.activist_id == activist_id)
    tx.execute(update(_person).where(*mine).values(**values))
