"""Offices and staff as their administrators keep them: invited, granted, sent away.

Whoever acts here sees the office in question, is its administrator or one above, and is never
the person in question.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from server.db import Transaction
from server.domain.access import Role
from server.domain.errors import Forbidden, NotAllowed, NotKnown
from server.services import audit, grants, rows, setup, staff
from server.services.staff import Session
from server.tables import Activist, Office, OfficeGrant, Staff
from server.tables.sign_in import StaffSession
from server.vault import Vault, about
from shared.crypto import KeyPair

_staff = rows.table(Staff)
_office = rows.table(Office)
_grant = rows.table(OfficeGrant)
_activist = rows.table(Activist)
_session = rows.table(StaffSession)


class ListedOffice(NamedTuple):
    """`readable`: whoever asks holds its key, and so may grant it."""

    id: str
    name: str
    parent_id: str | None
    activists: int
    readable: bool


class Member(NamedTuple):
    """`sessions`: how many are open; `you`: whoever asks."""

    id: str
    office: str
    name: str
    role: str
    state: str
    sessions: int
    you: bool


class Invited(NamedTuple):
    """The code is shown once and kept nowhere."""

    id: str
    code: str


def offices_of(tx: Transaction, who: Session) -> list[ListedOffice]:
    """The own office and those below it, by name."""
    counted = dict(
        tuple(row)
        for row in tx.execute(
            select(_activist.c.office_id, func.count()).group_by(_activist.c.office_id)
        )
    )
    found = tx.execute(
        select(_office.c.id, _office.c.name, _office.c.parent_id, _office.c.key_version)
        .where(_office.c.id.in_(who.sees))
        .order_by(_office.c.name)
    )
    return [
        ListedOffice(
            row.id,
            row.name,
            row.parent_id if row.parent_id in who.sees else None,
            counted.get(row.id, 0),
            (row.id, row.key_version) in who.keys,
        )
        for row in found
    ]


def members_of(tx: Transaction, vault: Vault, who: Session, now: datetime) -> list[Member]:
    """Staff of the own office and of those below it, by name."""
    opened = dict(
        tuple(row)
        for row in tx.execute(
            select(_session.c.staff_id, func.count())
            .where(_session.c.expires_at > now)
            .group_by(_session.c.staff_id)
        )
    )
    found = tx.execute(select(_staff).where(_staff.c.office_id.in_(who.sees)))
    members = [
        Member(
            row.id,
            row.office_id,
            vault.read(row.sealed, about("staff", row.id)).decode(),
            row.role,
            row.state,
            opened.get(row.id, 0),
            row.id == who.staff_id,
        )
        for row in found
    ]
    return sorted(members, key=lambda member: (member.state == "disabled", member.name))


def add_section(
    tx: Transaction, vault: Vault, who: Session, name: str, parent_id: str, now: datetime
) -> str:
    """A section below an office. It has nothing to read yet, so its founder holds its key until
    they grant it to the section's first administrator, and no longer."""
    _require_office(who, parent_id)
    if tx.execute(select(_office.c.id).where(_office.c.name == name)).first():
        raise NotAllowed(
            "There is an office of that name.", pointer="/name", mend="Choose another one."
        )
    office_id, pair = setup.new_office(tx, vault, name, parent_id, who.staff_id, now)
    tx.execute(
        insert(_grant).values(
            staff_id=who.staff_id,
            office_id=office_id,
            version=1,
            wrap=vault.box(who.pair.public, pair.private),
            granted_by=None,
        )
    )
    return office_id


def invite(
    tx: Transaction,
    vault: Vault,
    who: Session,
    office_id: str,
    email: str,
    name: str,
    role: Role,
    now: datetime,
) -> Invited:
    _require_office(who, office_id)
    return Invited(*staff.invite(tx, vault, office_id, email, name, role, who.staff_id, now))


def invite_again(tx: Transaction, who: Session, staff_id: str, now: datetime) -> Invited:
    """For who lost their password or comes back; what they had is taken from them first."""
    _other(tx, who, staff_id)
    return Invited(staff_id, grants.reinvite(tx, staff_id, who.staff_id, now))


def change_role(tx: Transaction, who: Session, staff_id: str, role: Role, now: datetime) -> None:
    _other(tx, who, staff_id)
    tx.execute(update(_staff).where(_staff.c.id == staff_id).values(role=role))
    audit.note(tx, who.staff_id, f"role set to {role}", staff_id, now)


def grant(tx: Transaction, vault: Vault, who: Session, staff_id: str, now: datetime) -> None:
    """Hands on the key of their office. A section's founder hands it over to its first
    administrator, and keeps none."""
    office_id, role = _other(tx, who, staff_id)
    pair = _pair_of(tx, who, office_id)
    staff.grant(tx, vault, office_id, pair, staff_id, who.staff_id, now)
    if office_id != who.office_id and role == Role.ADMINISTRATOR:
        mine = (_grant.c.staff_id == who.staff_id, _grant.c.office_id == office_id)
        tx.execute(delete(_grant).where(*mine))
        audit.note(tx, who.staff_id, "office key handed over", office_id, now)


def disable(tx: Transaction, who: Session, staff_id: str, now: datetime) -> int:
    """Sent away: how many of their office can still read."""
    _other(tx, who, staff_id)
    return grants.disable(tx, staff_id, who.staff_id, now)


def end_sessions(tx: Transaction, who: Session, staff_id: str, now: datetime) -> None:
    """Signed out everywhere; their boards close within seconds."""
    _other(tx, who, staff_id)
    tx.execute(delete(_session).where(_session.c.staff_id == staff_id))
    audit.note(tx, who.staff_id, "sessions ended", staff_id, now)


def _pair_of(tx: Transaction, who: Session, office_id: str) -> KeyPair:
    version = tx.execute(select(_office.c.key_version).where(_office.c.id == office_id)).scalar()
    pair = who.keys.get((office_id, int(version or 0)))
    if pair is None:
        raise Forbidden(
            "You do not hold that office's key.",
            mend="An administrator of that office grants it, or the operator with --recovery.",
        )
    return pair


def _require_office(who: Session, office_id: str) -> None:
    if office_id not in who.sees:
        raise NotKnown("There is no such office below yours.", pointer="/office_id")


def _other(tx: Transaction, who: Session, staff_id: str) -> tuple[str, str]:
    """Their office and role; nobody does these things to themselves."""
    found = tx.execute(
        select(_staff.c.office_id, _staff.c.role).where(_staff.c.id == staff_id)
    ).one_or_none()
    if found is None or found.office_id not in who.sees:
        raise NotKnown("There is nobody of this id in your offices.")
    if staff_id == who.staff_id:
        raise NotAllowed("Nobody does this to themselves.", mend="Ask a colleague.")
    return found.office_id, found.role
