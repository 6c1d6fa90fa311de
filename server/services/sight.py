"""Which incidents somebody sees: those whose office, or second office, is among theirs."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_

from server.services import rows
from server.tables import Entry, Incident

_incident = rows.table(Incident)
_entry = rows.table(Entry)


def of_incidents(sees: Collection[str]) -> ColumnElement[bool]:
    """A condition on incidents."""
    return _of(_incident, sees)


def of_entries(sees: Collection[str]) -> ColumnElement[bool]:
    """A condition on entries of the timeline."""
    return _of(_entry, sees)


def shows(sees: Collection[str], office_id: str, second_id: str | None) -> bool:
    """The same of a row that is at hand."""
    return office_id in sees or second_id in sees


def second(row: Any, names: Mapping[str, str]) -> dict[str, str | None] | None:
    """The other office that sees an incident, as a summary says it."""
    if row.second_office_id is None:
        return None
    return {"id": row.second_office_id, "name": names.get(row.second_office_id)}


def _of(table: Any, sees: Collection[str]) -> ColumnElement[bool]:
    offices = sorted(sees)
    return or_(table.c.office_id.in_(offices), table.c.second_office_id.in_(offices))
