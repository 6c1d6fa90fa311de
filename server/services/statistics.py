"""What an office's incidents of a period come to: counts and times, and no person in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from server.db import Transaction
from server.domain import statistics as rules
from server.domain.delivery import Kind
from server.domain.delivery import State as DeliveryState
from server.domain.errors import NotKnown
from server.domain.incident import Outcome
from server.domain.incident import State as IncidentState
from server.services import csv_tables, exports, offices, rows
from server.tables import Delivery, Entry, Incident, Recipient

_incident = rows.table(Incident)
_entry = rows.table(Entry)
_recipient = rows.table(Recipient)
_delivery = rows.table(Delivery)

KINDS = ("alert", "drill")
STEPS = ("stored", "delivered", "answered", "taken")
# Which entries end which wait. They outlive the incident's keys: their kinds lie in clear.
_STEP_OF = {"delivered": "delivered", "answered": "answered", "taken": "taken", "assigned": "taken"}
_FIRST_TEXT = '%"text":"alert"%'
_CALL = '%"text":"call"%'


def of_period(
    tx: Transaction, sees: frozenset[str], office_id: str, since: datetime, until: datetime
) -> dict[str, Any]:
    """Of one office, or with an empty id of all that this person sees; by the opening's time."""
    if office_id and office_id not in sees:
        raise NotKnown("There is no such office below yours.")
    where = exports.of_period(sees, office_id, since, until)
    found = list(
        tx.execute(
            select(
                _incident.c.id,
                _incident.c.kind,
                _incident.c.state,
                _incident.c.outcome,
                _incident.c.opened_at,
            ).where(*where)
        )
    )
    steps, reached = _steps(tx, where), _reach(tx, where)
    alerts = [row for row in found if row.kind == "alert"]
    return {
        "office": office_id or None,
        "offices": _offices(tx, sees),
        "since": since,
        "until": until,
        "kinds": _counted((row.kind for row in found), KINDS),
        "states": _counted((row.state for row in alerts), IncidentState),
        "outcomes": _counted((row.outcome for row in alerts if row.outcome), Outcome),
        "false_alarms": sum(row.outcome == Outcome.FALSE_ALARM for row in alerts),
        "cancelled": sum(row.state == IncidentState.CANCELLED for row in alerts),
        "reach": {kind: _reach_of(kind, found, reached, steps) for kind in KINDS},
        "times": {kind: _times(kind, found, steps) for kind in KINDS},
        "days": _days(found),
    }


def csv(whole: dict[str, Any]) -> bytes:
    """The same as a table: a row a number."""
    lines: list[tuple[str, str, Any]] = []
    for group in ("kinds", "states", "outcomes"):
        lines += [(group, name, count) for name, count in whole[group].items()]
    lines += [("all", name, whole[name]) for name in ("false_alarms", "cancelled")]
    for kind in KINDS:
        lines += [(f"reach of {kind}s", name, n) for name, n in whole["reach"][kind].items()]
        for step, times in whole["times"][kind].items():
            lines += [(f"{kind}: press to {step}", name, n) for name, n in times.items()]
    lines += [(f"{one['day']}", kind, one[kind]) for one in whole["days"] for kind in KINDS]
    return csv_tables.table(("group", "name", "value"), lines)


def _offices(tx: Transaction, sees: frozenset[str]) -> list[dict[str, str]]:
    """Those one may choose, by name."""
    found = [{"id": office, "name": name} for office, name in offices.names(tx).items()]
    return sorted((one for one in found if one["id"] in sees), key=lambda one: one["name"])


def _counted(values: Iterable[str], order: Iterable[str]) -> dict[str, int]:
    counts = Counter(values)
    return {str(name): counts[str(name)] for name in order}


def _steps(tx: Transaction, where: tuple[Any, ...]) -> dict[str, dict[str, float]]:
    """By incident: seconds from the press to its first of each step."""
    wanted = or_(
        _entry.c.kind.in_(["raised", "answered", "taken", "assigned"]),
        and_(
            _entry.c.kind == "delivered",
            or_(_entry.c.detail.like(_FIRST_TEXT), _entry.c.detail.like(_CALL)),
        ),
    )
    found = tx.execute(
        select(
            _entry.c.incident_id,
            _entry.c.kind,
            func.min(_entry.c.at).label("at"),
            func.min(_entry.c.recorded_at).label("recorded_at"),
        )
        .join(_incident, _incident.c.id == _entry.c.incident_id)
        .where(*where, wanted)
        .group_by(_entry.c.incident_id, _entry.c.kind)
    )
    firsts: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in found:
        firsts[row.incident_id][row.kind] = row
    return {incident: _spans(kinds) for incident, kinds in firsts.items() if "raised" in kinds}


def _spans(firsts: dict[str, Any]) -> dict[str, float]:
    raised = firsts["raised"]
    pressed, stored = raised.at, raised.recorded_at
    spans = {"stored": rules.since_press(pressed, stored, stored)}
    for kind, step in _STEP_OF.items():
        if kind in firsts:
            span = rules.since_press(pressed, stored, firsts[kind].recorded_at)
            spans[step] = min(span, spans.get(step, span))
    return spans


def _reach(tx: Transaction, where: tuple[Any, ...]) -> dict[str, Counter[str]]:
    """By incident: contacts, and of these the ones texted, reached, and heard from."""
    reached: dict[str, Counter[str]] = defaultdict(Counter)
    people = tx.execute(
        select(
            _recipient.c.incident_id,
            func.count().label("contacts"),
            func.count(_recipient.c.answer).label("answered"),
        )
        .join(_incident, _incident.c.id == _recipient.c.incident_id)
        .where(*where)
        .group_by(_recipient.c.incident_id)
    )
    for row in people:
        reached[row.incident_id].update(contacts=row.contacts, answered=row.answered)
    texts = tx.execute(
        select(
            _delivery.c.incident_id,
            _delivery.c.state,
            func.count(_delivery.c.recipient_id.distinct()).label("people"),
        )
        .join(_incident, _incident.c.id == _delivery.c.incident_id)
        .where(*where, _delivery.c.kind == Kind.ALERT)
        .group_by(_delivery.c.incident_id, _delivery.c.state)
    )
    for row in texts:
        if row.state != DeliveryState.DROPPED:
            reached[row.incident_id]["texted"] += row.people
        if row.state == DeliveryState.DELIVERED:
            reached[row.incident_id]["reached"] += row.people
    return reached


def _reach_of(
    kind: str,
    found: list[Any],
    reached: dict[str, Counter[str]],
    steps: dict[str, dict[str, float]],
) -> dict[str, int]:
    ids = [row.id for row in found if row.kind == kind]
    total: Counter[str] = Counter()
    for incident in ids:
        total.update(reached.get(incident, Counter()))
    return {
        "incidents": len(ids),
        "incidents_reached": sum("delivered" in steps.get(one, {}) for one in ids),
        "incidents_answered": sum("answered" in steps.get(one, {}) for one in ids),
        **{name: total[name] for name in ("contacts", "texted", "reached", "answered")},
    }


def _times(
    kind: str, found: list[Any], steps: dict[str, dict[str, float]]
) -> dict[str, dict[str, Any]]:
    ids = [row.id for row in found if row.kind == kind]
    return {
        step: asdict(rules.times([steps[one][step] for one in ids if step in steps.get(one, {})]))
        for step in STEPS
    }


def _days(found: list[Any]) -> list[dict[str, Any]]:
    """Days in UTC on which something was, oldest first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in found:
        counts[row.opened_at.date().isoformat()][row.kind] += 1
    return [{"day": day, **{kind: counts[day][kind] for kind in KINDS}} for day in sorted(counts)]
