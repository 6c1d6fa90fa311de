"""Everybody this server knows, by id and state."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import func, select

from server.db import Transaction
from server.services import rows
from server.tables import Activist, Consent, Device, Office, Staff

_office = rows.table(Office)
_staff = rows.table(Staff)
_activist = rows.table(Activist)
_device = rows.table(Device)
_consent = rows.table(Consent)


class ListedStaff(NamedTuple):
    id: str
    office_id: str
    role: str
    state: str
    sealed: bytes


class ListedActivist(NamedTuple):
    id: str
    office_id: str
    sealed: bytes
    devices: list[tuple[str, bool]]  # id, and whether it may still press
    consents: Mapping[str, int]  # state → how many contacts


def all_offices(tx: Transaction) -> list[tuple[str, str, str | None]]:
    """Id, name, and the office above."""
    found = select(_office.c.id, _office.c.name, _office.c.parent_id).order_by(_office.c.name)
    return [(row.id, row.name, row.parent_id) for row in tx.execute(found)]


def all_staff(tx: Transaction) -> list[ListedStaff]:
    found = select(_staff.c.id, _staff.c.office_id, _staff.c.role, _staff.c.state, _staff.c.sealed)
    return [ListedStaff(*tuple(row)) for row in tx.execute(found.order_by(_staff.c.created_at))]


def all_activists(tx: Transaction) -> list[ListedActivist]:
    devices: dict[str, list[tuple[str, bool]]] = {}
    phones = select(_device.c.id, _device.c.activist_id, _device.c.revoked_at)
    for row in tx.execute(phones.order_by(_device.c.paired_at)):
        devices.setdefault(row.activist_id, []).append((row.id, row.revoked_at is None))
    consents: dict[str, dict[str, int]] = {}
    counted = select(
        _consent.c.activist_id, _consent.c.state, func.count().label("number")
    ).group_by(_consent.c.activist_id, _consent.c.state)
    for row in tx.execute(counted):
        consents.setdefault(row.activist_id, {})[row.state] = row.number
    found = select(_activist.c.id, _activist.c.office_id, _activist.c.sealed)
    return [
        ListedActivist(
            row.id, row.office_id, row.sealed, devices.get(row.id, []), consents.get(row.id, {})
        )
        for row in tx.execute(found.order_by(_activist.c.created_at))
    ]
