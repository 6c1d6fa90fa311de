"""What staff see of mass events: the counts of all, and the incidents of their own offices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select

from server.db import Transaction
from server.domain.errors import NotKnown
from server.domain.incident import State
from server.services import board, event_names, events, offices, places, rows, sight, staff
from server.services.event_names import Shared
from server.services.reading import Reader
from server.tables import Incident
from server.tables.events import MassEvent, MassEventMember
from server.vault import Vault

OVER = 50  # events that are over, in a list
PAGE = 200  # incidents of an event at a time

_event = rows.table(MassEvent)
_member = rows.table(MassEventMember)
_incident = rows.table(Incident)

# As the board counts: cancelled in the countdown is nobody's to take; duress is not that.
_over = _incident.c.state == State.CLOSED
_cancelled = and_(_incident.c.state == State.CANCELLED, _incident.c.duress.is_(False))
_counting_down = and_(_incident.c.state == State.PENDING, _incident.c.duress.is_(False))
_taken = _incident.c.taken_by.is_not(None)
_untaken = ~or_(_over, _cancelled, _counting_down, _taken)


def _counted(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


class Office(NamedTuple):
    """How many alerts of an event one office has, by how far they are."""

    office_id: str
    alerts: int
    untaken: int
    taken: int
    closed: int


def listed(tx: Transaction, vault: Vault, reader: Reader) -> list[dict[str, Any]]:
    """The events of this reader's offices: open ones first, the newest first."""
    mine = (
        select(_member.c.event_id)
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(sight.of_incidents(reader.sees), _member.c.event_id.is_not(None))
    )
    is_open = _counted(~_over) > 0
    found = tx.execute(
        select(_event.c.id, is_open.label("is_open"))
        .join(_member, _member.c.event_id == _event.c.id)
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(_event.c.id.in_(mine))
        .group_by(_event.c.id, _event.c.at)
        .order_by(is_open.desc(), _event.c.at.desc())
    ).all()
    shown = [row.id for row in found if row.is_open]
    shown += [row.id for row in found if not row.is_open][:OVER]
    return _summaries(tx, vault, reader, shown)


def whole(
    tx: Transaction, vault: Vault, reader: Reader, event_id: str, after: str | None
) -> dict[str, Any]:
    """An event with its brief and a page of the incidents that this reader may see."""
    events.visible(tx, reader, event_id)
    summary = _summaries(tx, vault, reader, [event_id])[0]
    shared = event_names.opened(tx, vault, reader, event_id)
    ids = _page(tx, reader, event_id, after)
    return summary | {
        "brief": _brief(shared, staff.names(tx, vault)),
        "incidents": board.some(tx, vault, reader, ids[:PAGE]),
        "next": ids[PAGE - 1] if len(ids) > PAGE else None,
    }


def in_hand(
    tx: Transaction, reader: Reader, event_id: str, chosen: Sequence[str] | None, *, untaken: bool
) -> list[str]:
    """The incidents of an event that this reader may work on, oldest first: those that were
    chosen, or all that are open. NotKnown where one that was chosen is not in it.
    """
    events.visible(tx, reader, event_id)
    query = _mine(reader, event_id)
    query = query.where(~_over) if chosen is None else query.where(_incident.c.id.in_(chosen))
    found = [row.id for row in tx.execute(query.order_by(_incident.c.id))]
    if chosen is not None and len(found) < len(set(chosen)):
        raise NotKnown("One of these is not in the event.", pointer="/incidents")
    if not untaken:
        return found
    free = select(_incident.c.id).where(_incident.c.id.in_(found), _untaken)
    return [row.id for row in tx.execute(free.order_by(_incident.c.id))]


def _page(tx: Transaction, reader: Reader, event_id: str, after: str | None) -> list[str]:
    """Ids, and one more where there are more: they begin with the time."""
    query = _mine(reader, event_id)
    if after is not None:
        query = query.where(_incident.c.id > after)
    return [row.id for row in tx.execute(query.order_by(_incident.c.id).limit(PAGE + 1))]


def _mine(reader: Reader, event_id: str) -> Any:
    return (
        select(_incident.c.id)
        .join(_member, _member.c.incident_id == _incident.c.id)
        .where(_member.c.event_id == event_id, sight.of_incidents(reader.sees))
    )


def _summaries(
    tx: Transaction, vault: Vault, reader: Reader, event_ids: Sequence[str]
) -> list[dict[str, Any]]:
    found = {row.id: row for row in tx.execute(select(*_event.c).where(_event.c.id.in_(event_ids)))}
    counts = _counts(tx, event_ids)
    mine = _mine_of(tx, reader, event_ids)
    spans = _spans(tx, event_ids)
    names = offices.names(tx)
    return [
        _summary(
            found[event_id],
            event_names.opened(tx, vault, reader, event_id),
            counts[event_id],
            mine.get(event_id, 0),
            spans[event_id],
            names,
        )
        for event_id in event_ids
    ]


def _summary(
    row: Any,
    shared: Shared | None,
    counts: list[Office],
    mine: int,
    span: tuple[datetime, datetime],
    names: Mapping[str, str],
) -> dict[str, Any]:
    middle = shared.middle if shared else None
    town = places.named(middle.lat, middle.lon).place if middle else None
    closed = sum(office.closed for office in counts)
    count = sum(office.alerts for office in counts)
    return {
        "id": row.id,
        "kind": row.kind,
        "by_hand": row.made_by is not None,
        "name": event_names.name_of(shared),
        "position": {"lat": middle.lat, "lon": middle.lon} if middle else None,
        "place": town._asdict() if town else None,
        "readable": shared is not None,
        "first_at": span[0],
        "last_at": span[1],
        "open": closed < count,
        "count": count,
        "mine": mine,
        "untaken": sum(office.untaken for office in counts),
        "taken": sum(office.taken for office in counts),
        "closed": closed,
        "offices": [
            {"name": names.get(one.office_id), "count": one.alerts, "untaken": one.untaken}
            for one in counts
        ],
    }


def _counts(tx: Transaction, event_ids: Sequence[str]) -> dict[str, list[Office]]:
    found: dict[str, list[Office]] = {event_id: [] for event_id in event_ids}
    columns = (
        func.count().label("number"),
        _counted(_untaken).label("untaken"),
        _counted(and_(_taken, ~_over)).label("taken"),
        _counted(_over).label("closed"),
    )
    for row in tx.execute(
        select(_member.c.event_id, _incident.c.office_id, *columns)
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(_member.c.event_id.in_(event_ids))
        .group_by(_member.c.event_id, _incident.c.office_id)
        .order_by(func.count().desc(), _incident.c.office_id)
    ):
        one = Office(
            row.office_id, int(row.number), int(row.untaken), int(row.taken), int(row.closed)
        )
        found[row.event_id].append(one)
    return found


def _mine_of(tx: Transaction, reader: Reader, event_ids: Sequence[str]) -> dict[str, int]:
    found = tx.execute(
        select(_member.c.event_id, func.count().label("number"))
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(_member.c.event_id.in_(event_ids), sight.of_incidents(reader.sees))
        .group_by(_member.c.event_id)
    )
    return {row.event_id: row.number for row in found}


def _spans(tx: Transaction, event_ids: Sequence[str]) -> dict[str, tuple[datetime, datetime]]:
    """When the first and the last alert of each came."""
    found = tx.execute(
        select(
            _member.c.event_id,
            func.min(_incident.c.opened_at).label("first"),
            func.max(_incident.c.opened_at).label("last"),
        )
        .join(_incident, _incident.c.id == _member.c.incident_id)
        .where(_member.c.event_id.in_(event_ids))
        .group_by(_member.c.event_id)
    )
    return {row.event_id: (row.first, row.last) for row in found}


def _brief(shared: Shared | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """None for who cannot read it; version 0 where nobody has written any."""
    if shared is None:
        return None
    if shared.brief is None:
        return {"name": "", "text": "", "version": 0, "by": None, "at": None}
    brief, number, staff_id, at = shared.brief
    return {
        "name": brief.name,
        "text": brief.text,
        "version": number,
        "by": names.get(staff_id),
        "at": at,
    }
