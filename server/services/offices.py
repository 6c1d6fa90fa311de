"""Offices form a tree: an incident is readable by its office and by those above it."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import and_, bindparam, literal, select

from server.db import Transaction
from server.services import rows
from server.statements import Statement
from server.tables import Incident, Office, OfficeKey, Organisation

_office = rows.table(Office)
_incident = rows.table(Incident)
_key = rows.table(OfficeKey)
_organisation = rows.table(Organisation)

# The office itself and every one above it, of `office`.
CHAIN = (
    select(_office.c.id, _office.c.parent_id, _office.c.key_version, literal(0).label("height"))
    .where(_office.c.id == bindparam("office"))
    .cte("chain", recursive=True)
)
CHAIN = CHAIN.union_all(
    select(_office.c.id, _office.c.parent_id, _office.c.key_version, CHAIN.c.height + 1).where(
        _office.c.id == CHAIN.c.parent_id, CHAIN.c.height < 20
    )
)
# The stamp of the operator's table comes along: a press asks for nothing more.
_READERS = Statement(
    select(
        CHAIN.c.id,
        _key.c.version,
        _key.c.public_key,
        select(_organisation.c.territory).scalar_subquery().label("stamp"),
    ).join(_key, and_(_key.c.office_id == CHAIN.c.id, _key.c.version == CHAIN.c.key_version))
)
_OF_INCIDENT = Statement(
    select(_office.c.name)
    .join(_incident, _incident.c.office_id == _office.c.id)
    .where(_incident.c.id == bindparam("incident"))
)
_TREE = Statement(select(_office.c.id, _office.c.parent_id))
_NAMES = Statement(select(_office.c.id, _office.c.name))
_ROOTS = Statement(
    select(_office.c.id, _key.c.version, _key.c.public_key)
    .join(_key, and_(_key.c.office_id == _office.c.id, _key.c.version == _office.c.key_version))
    .where(_office.c.parent_id.is_(None))
    .order_by(_office.c.created_at)
)


class Reader(NamedTuple):
    """An office that may read, and the key to seal to."""

    office_id: str
    version: int
    public_key: bytes


def readers(tx: Transaction, office_id: str) -> list[Reader]:
    """The office itself and every one above it."""
    return readers_and_stamp(tx, office_id)[1]


def readers_and_stamp(tx: Transaction, office_id: str) -> tuple[str | None, list[Reader]]:
    """The same, and the stamp of the operator's table as it is now."""
    found = tx.rows(_READERS, office=office_id)
    return (found[0][3] if found else None), [Reader(*row[:3]) for row in found]


def roots(tx: Transaction) -> list[Reader]:
    """The offices above which there is none, oldest first: there goes what belongs to nobody."""
    return [Reader(*row) for row in tx.rows(_ROOTS)]


def name_of_incident(tx: Transaction, incident_id: str) -> str:
    """The office that an incident belongs to, as its contacts are told of it."""
    found = tx.row(_OF_INCIDENT, incident=incident_id)
    return str(found[0]) if found else ""


def parents(tx: Transaction) -> Mapping[str, str | None]:
    return {office: parent for office, parent in tx.rows(_TREE)}


def names(tx: Transaction) -> Mapping[str, str]:
    return dict(tx.rows(_NAMES))
