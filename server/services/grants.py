"""Who can read an office's records: its key handed on, and taken back from who leaves."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select, update

from server.db import Transaction
from server.domain.access import Role
from server.domain.errors import Forbidden, NotKnown
from server.services import audit, rows, second_factors, setup, staff
from server.tables import Office, OfficeGrant, OfficeKey, Organisation, Staff
from server.tables.sign_in import StaffSession
from server.vault import Vault
from shared import crypto
from shared.crypto import KeyPair

_staff = rows.table(Staff)
_session = rows.table(StaffSession)
_grant = rows.table(OfficeGrant)
_key = rows.table(OfficeKey)
_office = rows.table(Office)
_organisation = rows.table(Organisation)


def staff_id_of(tx: Transaction, vault: Vault, email: str) -> str:
    mac = staff.address_mac(vault, email)
    found = tx.execute(select(_staff.c.id).where(_staff.c.email_mac == mac)).scalar()
    if found is None:
        raise NotKnown("Nobody has this address.", mend="`people list` shows who there is.")
    return str(found)


def office_of(tx: Transaction, staff_id: str) -> str:
    found = tx.execute(select(_staff.c.office_id).where(_staff.c.id == staff_id))
    return str(found.scalar_one())


def pair_by_recovery(tx: Transaction, vault: Vault, recovery: KeyPair, office_id: str) -> KeyPair:
    """An office's pair, opened with the organisation's recovery key."""
    known = tx.execute(select(_organisation.c.recovery_key)).scalar_one()
    if bytes(known) != recovery.public:
        raise Forbidden("This recovery key is another organisation's.")
    wrap = tx.execute(
        select(_key.c.recovery_wrap)
        .join(_office, _office.c.id == _key.c.office_id)
        .where(_key.c.office_id == office_id, _key.c.version == _office.c.key_version)
    ).scalar_one()
    return KeyPair(setup.office_key(tx, office_id), vault.unbox(recovery, bytes(wrap)))


def pair_by_colleague(
    tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair, office_id: str
) -> KeyPair:
    """An office's pair, opened by one of its administrators."""
    found = tx.execute(
        select(_grant.c.wrap, _staff.c.role)
        .join(_staff, _staff.c.id == _grant.c.staff_id)
        .join(_office, _office.c.id == _grant.c.office_id)
        .where(
            _grant.c.staff_id == staff_id,
            _grant.c.office_id == office_id,
            _grant.c.version == _office.c.key_version,
            _staff.c.state == "active",
        )
    ).one_or_none()
    if found is None or found.role != Role.ADMINISTRATOR:
        raise Forbidden(
            "Only an administrator of that office who has its key may do this.",
            mend="Where there is none, grant it with --recovery.",
        )
    return KeyPair(setup.office_key(tx, office_id), vault.unbox(pair, bytes(found.wrap)))


def disable(tx: Transaction, staff_id: str, by: str, now: datetime) -> int:
    """Ends their sessions and takes their key; how many in their office can read after that."""
    _take_back(tx, staff_id)
    tx.execute(update(_staff).where(_staff.c.id == staff_id).values(state="disabled"))
    audit.note(tx, by, "staff disabled", staff_id, now)
    return len(
        tx.execute(
            select(_staff.c.id).where(
                _staff.c.office_id == office_of(tx, staff_id), _staff.c.state == "active"
            )
        ).all()
    )


def reinvite(tx: Transaction, staff_id: str, by: str, now: datetime) -> str:
    """A new invitation for who lost their password or came back: new pair, new grant."""
    code = crypto.random_text(22)
    _take_back(tx, staff_id)
    tx.execute(
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(state="invited", invitation_hash=hashlib.sha256(code.encode()).digest())
    )
    audit.note(tx, by, "staff invited again", staff_id, now)
    return code


def _take_back(tx: Transaction, staff_id: str) -> None:
    tx.execute(delete(_session).where(_session.c.staff_id == staff_id))
    tx.execute(delete(_grant).where(_grant.c.staff_id == staff_id))
    second_factors.forget(tx, staff_id)
    tx.execute(
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(invitation_hash=None, salt=None, public_key=None, private_wrap=None)
    )
