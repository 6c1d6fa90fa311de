"""What came of a drill: counted from the timeline while it runs, from its own rows afterwards."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from server.db import Transaction
from server.domain import drills as rules
from server.domain.drills import Figures, Measured, Way
from server.services import rows
from server.services.readiness import Keys, name_of
from server.tables import Activist, Entry, Incident, PhoneView
from server.tables.drills import Drill, DrillPerson
from server.vault import Vault

_drill = rows.table(Drill)
_person = rows.table(DrillPerson)
_incident = rows.table(Incident)
_view = rows.table(PhoneView)
_entry = rows.table(Entry)
_activist = rows.table(Activist)

MILLISECOND = timedelta(milliseconds=1)

Found = dict[str, tuple[str | None, Measured]]  # by activist: their incident and what came of it


class Listed(NamedTuple):
    """`way`: by whom it is raised; `people`: how many it is for."""

    id: str
    office: str
    way: str
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    people: int


class Person(NamedTuple):
    """`name` is None for who does not hold the key of their office."""

    id: str
    name: str | None
    incident_id: str | None
    left_out: str | None
    contacts: int
    delivered: int
    answered: int
    stored_ms: int | None
    delivered_ms: int | None
    answered_ms: int | None


class Totals(NamedTuple):
    """`raised`: of how many people; `missed`: whose drill reached nobody; `unanswered`: whose was
    answered by nobody. The rest are contacts."""

    people: int
    raised: int
    missed: int
    unanswered: int
    contacts: int
    delivered: int
    answered: int


class Report(NamedTuple):
    drill: Listed
    totals: Totals
    stored: Figures | None
    delivered: Figures | None
    answered: Figures | None
    people: list[Person]


def listed(tx: Transaction, sees: Iterable[str]) -> list[Listed]:
    """The newest first."""
    found = tx.execute(
        select(_drill, _person.c.activist_id)
        .join(_person, _person.c.drill_id == _drill.c.id)
        .where(_drill.c.office_id.in_(sorted(sees)))
        .order_by(_drill.c.started_at.desc())
    )
    counted: dict[str, Listed] = {}
    for row in found:
        known = counted.get(row.id)
        counted[row.id] = _listed(row, known.people + 1 if known else 1)
    return list(counted.values())


def report(tx: Transaction, vault: Vault, keys: Keys, drill: Drill, now: datetime) -> Report:
    measured = measure(tx, drill, now) if drill.ended_at is None else {}
    found = tx.execute(
        select(_person, _activist.c.office_id, _activist.c.sealed)
        .join(_activist, _activist.c.id == _person.c.activist_id)
        .where(_person.c.drill_id == drill.id)
    )
    people = []
    for row in found:
        incident_id, result = measured.get(row.activist_id) or (row.incident_id, _kept(row))
        name = name_of(vault, keys.get(row.office_id, []), row.sealed)
        people.append(Person(row.activist_id, name, incident_id, row.left_out, *result))
    people.sort(key=_worst_first)
    return Report(
        _listed(drill, len(people)),
        _totals(people),
        rules.figures([one.stored_ms for one in people]),
        rules.figures([one.delivered_ms for one in people]),
        rules.figures([one.answered_ms for one in people]),
        people,
    )


def measure(tx: Transaction, drill: Drill, now: datetime) -> Found:
    """By activist, from the timelines of their incidents as they stand."""
    chosen = select(_person.c.activist_id, _person.c.incident_id).where(
        _person.c.drill_id == drill.id
    )
    incidents = {row.activist_id: row.incident_id for row in tx.execute(chosen)}
    if drill.way == Way.PHONE:
        incidents |= _pressed(tx, drill, set(incidents), now)
    ids = [incident for incident in incidents.values() if incident is not None]
    results = _results(tx, ids, by_phone=drill.way == Way.PHONE)
    return {
        activist: (incident, results.get(incident or "", Measured()))
        for activist, incident in incidents.items()
    }


def _pressed(tx: Transaction, drill: Drill, activists: set[str], now: datetime) -> dict[str, str]:
    """The first drill that each of them has pressed since it was called."""
    found = tx.execute(
        select(_incident.c.activist_id, _incident.c.id)
        .where(
            _incident.c.kind == "drill",
            _incident.c.activist_id.in_(activists),
            _incident.c.opened_at >= drill.started_at,
            _incident.c.opened_at <= min(now, drill.until),
        )
        .order_by(_incident.c.opened_at.desc())
    )
    return {row.activist_id: row.id for row in found}


def _results(tx: Transaction, incidents: list[str], *, by_phone: bool) -> dict[str, Measured]:
    told = tx.execute(
        select(_incident.c.id, _incident.c.release_at, _view.c.contacts)
        .join(_view, _view.c.incident_id == _incident.c.id)
        .where(_incident.c.id.in_(incidents))
    ).all()
    entries: dict[str, list[Any]] = defaultdict(list)
    kinds = ("raised", "delivered", "answered")
    for row in tx.execute(
        select(_entry)
        .where(_entry.c.incident_id.in_(incidents), _entry.c.kind.in_(kinds))
        .order_by(_entry.c.seq)
    ):
        entries[row.incident_id].append(row)
    return {
        row.id: _result(row.release_at, row.contacts, entries[row.id], by_phone=by_phone)
        for row in told
    }


def _result(due_at: datetime, contacts: int, entries: list[Any], *, by_phone: bool) -> Measured:
    """Second and later texts to somebody count for nothing: a contact has it, or has it not."""
    stored: int | None = None
    arrived: dict[str, datetime] = {}
    answers: dict[str, datetime] = {}
    for row in entries:
        if row.kind == "raised":
            stored = _milliseconds(row.at, row.recorded_at) if by_phone else None
            continue
        detail = json.loads(row.detail)
        if row.kind == "delivered" and detail.get("text") == "alert":
            arrived.setdefault(detail["recipient"], row.at)
        if row.kind == "answered":
            answers.setdefault(detail["recipient"], row.at)
    return Measured(
        contacts,
        len(arrived),
        len(answers),
        stored,
        _milliseconds(due_at, min(arrived.values())) if arrived else None,
        _milliseconds(due_at, min(answers.values())) if answers else None,
    )


def _milliseconds(since: datetime, until: datetime) -> int:
    """A phone's clock may be ahead of ours: nothing takes less than no time."""
    return max(0, (until - since) // MILLISECOND)


def _kept(row: Any) -> Measured:
    return Measured(*(getattr(row, name) for name in Measured._fields))


def _listed(row: Any, people: int) -> Listed:
    return Listed(row.id, row.office_id, row.way, row.started_at, row.until, row.ended_at, people)


def _totals(people: list[Person]) -> Totals:
    raised = [one for one in people if one.incident_id is not None]
    return Totals(
        people=len(people),
        raised=len(raised),
        missed=sum(1 for one in raised if not one.delivered),
        unanswered=sum(1 for one in raised if not one.answered),
        contacts=sum(one.contacts for one in raised),
        delivered=sum(one.delivered for one in raised),
        answered=sum(one.answered for one in raised),
    )


def _worst_first(one: Person) -> tuple[bool, int, int]:
    return (one.incident_id is not None, one.delivered, one.answered)
