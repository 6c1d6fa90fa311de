"""What staff see: incidents as summaries and in full, and the timeline as a tail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, case, false, func, or_, select

from server.columns import EPOCH, MICROSECOND
from server.db import Transaction
from server.domain.answers import Meaning
from server.domain.delivery import Kind
from server.domain.delivery import State as DeliveryState
from server.domain.errors import NotKnown, Unfit
from server.domain.incident import State, needs_staff
from server.services import (
    closings,
    event_names,
    incident_people,
    offices,
    places,
    reading,
    rows,
    sight,
)
from server.services.reading import EntryRow, Opened, Reader
from server.services.records import Place
from server.tables import (
    Delivery,
    Entry,
    Incident,
    Recipient,
)
from server.vault import Vault

PAGE = 100
UNCLOSED = [state for state in State if state is not State.CLOSED]

_incident = rows.table(Incident)
_SHOWN = [column for column in _incident.c if column.name != "brief"]  # large, and not ours to read
_entry = rows.table(Entry)
_recipient = rows.table(Recipient)
_delivery = rows.table(Delivery)

# Made once: a board asks these with every entry, and making them costs more than running them.
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_SOME = select(*_SHOWN).where(_incident.c.id.in_(_IDS))
_LAST = (
    select(_entry.c.incident_id, func.max(_entry.c.seq).label("seq"))
    .where(_entry.c.incident_id.in_(_IDS))
    .group_by(_entry.c.incident_id)
)
_ANSWERS = (
    select(_recipient.c.incident_id, _recipient.c.answer, func.count().label("number"))
    .where(_recipient.c.incident_id.in_(_IDS))
    .group_by(_recipient.c.incident_id, _recipient.c.answer)
)
_WENT_OUT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED)
_TEXTS = (
    select(_delivery.c.incident_id, _delivery.c.state, func.count().label("number"))
    .where(
        _delivery.c.incident_id.in_(_IDS),
        _delivery.c.kind == Kind.ALERT,
        _delivery.c.state.in_(_WENT_OUT),
    )
    .group_by(_delivery.c.incident_id, _delivery.c.state)
)


def page(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    states: list[State] | None,
    office: str | None,
    cursor: str | None,
    limit: int,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of summaries, the oldest alert that staff have not taken first."""
    wanted = reader.sees if office is None else reader.sees & {office}
    cancelled = (_incident.c.state == State.CANCELLED) & _incident.c.duress.is_(False)
    over = cancelled | (_incident.c.state == State.CLOSED)
    again = func.coalesce(_incident.c.again_at > _incident.c.taken_at, false())
    taken = _incident.c.taken_by.is_not(None) & ~again
    group = case((over | taken, 1), else_=0)
    order = (group, _incident.c.opened_at, _incident.c.id)
    query = select(_incident.c.id, _incident.c.opened_at, group.label("group")).where(
        sight.of_incidents(wanted), _incident.c.state.in_(states or UNCLOSED)
    )
    if cursor is not None:
        last_group, opened_at, last_id = _read_cursor(cursor)
        query = query.where(
            or_(
                group > last_group,
                and_(group == last_group, _incident.c.opened_at > opened_at),
                and_(
                    group == last_group,
                    _incident.c.opened_at == opened_at,
                    _incident.c.id > last_id,
                ),
            )
        )
    found = list(tx.execute(query.order_by(*order).limit(limit + 1)))
    rest = found[limit:]
    found = found[:limit]
    next_cursor = None
    if rest:
        last = found[-1]
        next_cursor = f"{last.group}.{(last.opened_at - EPOCH) // MICROSECOND}.{last.id}"
    return some(tx, vault, reader, [row.id for row in found]), next_cursor


def one(tx: Transaction, vault: Vault, reader: Reader, incident_id: str) -> dict[str, Any]:
    """A summary; NotKnown where the incident is not of this reader's offices."""
    row = tx.execute(select(*_SHOWN).where(_incident.c.id == incident_id)).one_or_none()
    if row is None or not sight.shows(reader.sees, row.office_id, row.second_office_id):
        raise NotKnown("There is no such incident in your office.")
    return _summaries(tx, vault, reader, [row])[0]


def some(
    tx: Transaction, vault: Vault, reader: Reader, incident_ids: list[str]
) -> list[dict[str, Any]]:
    """Summaries of those that this reader may see, in the order of their ids."""
    place = {incident_id: number for number, incident_id in enumerate(incident_ids)}
    found = [
        row
        for row in tx.execute(_SOME, {"ids": incident_ids})
        if sight.shows(reader.sees, row.office_id, row.second_office_id)
    ]
    return _summaries(tx, vault, reader, sorted(found, key=lambda row: place[row.id]))


def whole(tx: Transaction, vault: Vault, reader: Reader, incident_id: str) -> dict[str, Any]:
    """Everything about an incident: summary, timeline, people, track."""
    summary = one(tx, vault, reader, incident_id)
    opened = reader.incident(tx, incident_id)
    names = reader.names(tx)
    entries = [
        reading.entry(tx, reader, names, EntryRow(row))
        for row in tx.execute(
            select(*reading.ENTRY).where(_entry.c.incident_id == incident_id).order_by(_entry.c.seq)
        )
    ]
    places = reader.track(tx, opened, incident_id, 500) if opened else []
    return summary | {
        "timeline": entries,
        **incident_people.phone(tx, incident_id),
        "people": incident_people.people(tx, vault, opened, incident_id),
        "track": [place.position for place in reversed(places)],
        "last_battery": _last_battery(places),
        "note": next((e["detail"].get("note") for e in entries if e["kind"] == "raised"), None),
    }


def _last_battery(newest_first: list[Place]) -> dict[str, Any] | None:
    """What came with the newest fix that said it: not every fix does."""
    for place in newest_first:
        if place.battery is not None:
            return {"share": place.battery, "at": place.position.at}
    return None


def _summaries(
    tx: Transaction, vault: Vault, reader: Reader, found: list[Any]
) -> list[dict[str, Any]]:
    ids = [row.id for row in found]
    counts = _counts(tx, ids)
    office_names, staff_names = offices.names(tx), reader.names(tx)
    opened = reader.incidents(tx, ids)
    newest = reader.newest_places(tx, opened)
    seqs = {row.incident_id: row.seq for row in tx.execute(_LAST, {"ids": ids})}
    ends = closings.shown(tx, found, staff_names)
    gathered = event_names.of_incidents(tx, vault, reader, ids)
    return [
        _summary(
            row,
            opened.get(row.id),
            newest.get(row.id),
            counts[row.id],
            office_names,
            staff_names,
        )
        | ends[row.id]
        | {"event": gathered.get(row.id), "seq": seqs.get(row.id, 0)}
        for row in found
    ]


def _summary(
    row: Any,
    opened: Opened | None,
    newest: Place | None,
    counts: dict[str, int],
    office_names: Mapping[str, str],
    staff_names: Mapping[str, str],
) -> dict[str, Any]:
    taken = row.taken_by is not None
    return {
        "id": row.id,
        "code": row.code,
        "state": row.state,
        "kind": row.kind,
        "office": row.office_id,
        "office_name": office_names.get(row.office_id),
        "second_office": sight.second(row, office_names),
        "unsure": bool(row.unsure),
        "activist": opened.record.name if opened else None,
        "opened_at": row.opened_at,
        "release_at": row.release_at,
        "taken_by": {"id": row.taken_by, "name": staff_names.get(row.taken_by)} if taken else None,
        "taken_at": row.taken_at,
        "lead": _lead(row.lead_id, opened, staff_names),
        "duress": bool(row.duress),
        "stopped_at": row.stopped_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
        "position": newest.position if newest else None,
        **places.told(newest.position if newest else None),
        "battery": newest.battery if newest else None,
        "pressed_again_at": row.again_at,
        "last_heard_at": row.heard_at,
        "previous_id": row.previous_id,
        "all_declined": counts["contacts"] > 0 and counts["declined"] == counts["contacts"],
        "unanswered": needs_staff(State(row.state), taken, bool(row.duress)),
        "readable": opened is not None,
        **counts,
    }


def _lead(
    lead_id: str | None, opened: Opened | None, staff_names: Mapping[str, str]
) -> dict[str, str | None] | None:
    """Who leads: an officer, or a contact, whose name not everybody may read."""
    if lead_id is None:
        return None
    if lead_id in staff_names:
        return {"kind": "staff", "name": staff_names[lead_id]}
    person = opened.people.get(lead_id) if opened else None
    return {"kind": "contact", "name": person.name if person else None}


def _counts(tx: Transaction, ids: list[str]) -> dict[str, dict[str, int]]:
    """Per incident: contacts, how many were notified and reached, how many act or cannot."""
    names = ("contacts", "notified", "delivered", "acting", "declined")
    counts = {incident_id: dict.fromkeys(names, 0) for incident_id in ids}
    for row in tx.execute(_ANSWERS, {"ids": ids}):
        counts[row.incident_id]["contacts"] += row.number
        if row.answer is not None:
            said = "acting" if row.answer == Meaning.ACTING else "declined"
            counts[row.incident_id][said] += row.number
    for row in tx.execute(_TEXTS, {"ids": ids}):
        counts[row.incident_id]["notified"] += row.number
        if row.state == DeliveryState.DELIVERED:
            counts[row.incident_id]["delivered"] += row.number
    return counts


def _read_cursor(cursor: str) -> tuple[int, datetime, str]:
    try:
        group, micros, last_id = cursor.split(".")
        place = {"0": 0, "1": 1}[group]
        return place, EPOCH + int(micros) * MICROSECOND, str(UUID(last_id))
    except (KeyError, ValueError, OverflowError):
        raise Unfit(
            "This is not a page's cursor.", pointer="/after", mend="Use the `next` of a page."
        ) from None
