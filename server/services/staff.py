"""Staff: invited, accepted, granted the office's key by a colleague; signing in and out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, delete, insert, select, update

from server.db import Transaction
from server.domain.access import Role, descendants
from server.domain.errors import Forbidden, NotAllowed, NotKnown, SignInNeeded, Unfit
from server.services import audit, offices, rows
from server.statements import Statement
from server.tables import Office, OfficeGrant, OfficeKey, Staff
from server.tables.sign_in import StaffSession
from server.vault import Vault, about, new_cookie
from shared import crypto
from shared.crypto import CryptoError, KeyPair

SESSION_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD = 12
WRONG = "Address, password and second factor do not belong together."
WRONG_MEND = "Check all three, or ask your administrator. Without a second factor, leave it out."

_staff = rows.table(Staff)
_session = rows.table(StaffSession)
_grant = rows.table(OfficeGrant)
_key = rows.table(OfficeKey)
_office = rows.table(Office)

_SESSION = Statement(
    select(
        _staff.c.id,
        _staff.c.office_id,
        _staff.c.role,
        _staff.c.state,
        _staff.c.sealed,
        _staff.c.public_key,
        _session.c.private_wrap,
        _session.c.expires_at,
        _office.c.name,
        _session.c.id,
        _session.c.factor,
        _session.c.seen_at,
    )
    .join(_staff, _staff.c.id == _session.c.staff_id)
    .join(_office, _office.c.id == _staff.c.office_id)
    .where(_session.c.cookie_hash == bindparam("cookie_hash"))
)
_GRANTS = Statement(
    select(_grant.c.office_id, _grant.c.version, _grant.c.wrap, _key.c.public_key)
    .join(_key, (_key.c.office_id == _grant.c.office_id) & (_key.c.version == _grant.c.version))
    .where(_grant.c.staff_id == bindparam("staff"))
)

_NAMES = Statement(select(_staff.c.id, _staff.c.sealed))


class Credentials(NamedTuple):
    """What a password is tried on, outside any transaction: it takes 0.15 s and 64 MiB."""

    staff_id: str | None
    salt: bytes
    private_wrap: bytes
    public_key: bytes


class NewKeys(NamedTuple):
    """What the server keeps of somebody's new pair."""

    salt: bytes
    public_key: bytes
    private_wrap: bytes


@dataclass(frozen=True)
class Session:
    """A signed-in staff member; `keys` are the office keys their password opened.

    `factor`: what they showed beside the password, or None.
    """

    id: str
    factor: str | None
    seen_at: datetime
    staff_id: str
    office_id: str
    office_name: str
    role: Role
    name: str
    expires_at: datetime
    sees: frozenset[str]
    keys: Mapping[tuple[str, int], KeyPair] = field(repr=False)
    pair: KeyPair = field(repr=False)

    @property
    def readable(self) -> bool:
        """Whether a colleague has granted them the office's key."""
        return any(office == self.office_id for office, _ in self.keys)


def address_mac(vault: Vault, email: str) -> bytes:
    return vault.mac("email|" + email.strip().lower())


def invite(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    email: str,
    name: str,
    role: Role,
    by: str,
    now: datetime,
) -> tuple[str, str]:
    """A staff member to be: their id, and the code with which they set a password."""
    mac = address_mac(vault, email)
    if tx.execute(select(_staff.c.id).where(_staff.c.email_mac == mac)).first():
        raise NotAllowed("This address is in use.", pointer="/email", mend="Use another one.")
    staff_id, code = str(uuid4()), crypto.random_text(22)
    tx.execute(
        insert(_staff).values(
            id=staff_id,
            office_id=office_id,
            email_mac=mac,
            sealed=vault.keep(name.encode(), about("staff", staff_id)),
            role=role,
            state="invited",
            invitation_hash=_hash(code),
            created_at=now,
        )
    )
    audit.note(tx, by, "staff invited", staff_id, now)
    return staff_id, code


def accept(tx: Transaction, vault: Vault, code: str, password: str, now: datetime) -> str:
    """The invited person sets a password and so makes their own pair; the staff id."""
    check_new_password(password, "/password")
    staff_id = invited(tx, code)
    keep_keys(tx, staff_id, code, new_keys(vault, staff_id, password), now)
    return staff_id


def invited(tx: Transaction, code: str) -> str:
    """Whom an invitation's code belongs to."""
    found = tx.execute(
        select(_staff.c.id).where(
            _staff.c.invitation_hash == _hash(code), _staff.c.state == "invited"
        )
    ).scalar()
    if found is None:
        raise NotKnown(
            "This invitation is not known or was used.", pointer="/code", mend="Ask for a new one."
        )
    return str(found)


def new_keys(vault: Vault, staff_id: str, password: str) -> NewKeys:
    """A pair under a password; it takes 0.15 s and 64 MiB, and so no transaction is open."""
    pair, salt = crypto.box_pair(), crypto.random_bytes(crypto.SALT_SIZE)
    wrap = vault.lock(crypto.stretch(password, salt), pair.private, about("staff_key", staff_id))
    return NewKeys(salt, pair.public, wrap)


def keep_keys(tx: Transaction, staff_id: str, code: str, made: NewKeys, now: datetime) -> None:
    """The invitation is used up, once."""
    if invited(tx, code) != staff_id:
        raise NotKnown("This invitation is not known or was used.", mend="Ask for a new one.")
    tx.execute(
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(state="accepted", invitation_hash=None, **made._asdict())
    )
    audit.note(tx, staff_id, "invitation accepted", staff_id, now)


def check_new_password(password: str, pointer: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Unfit(
            f"A password needs {SHORTEST_PASSWORD} characters or more.",
            pointer=pointer,
            mend="Use several unrelated words.",
        )


def grant(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    office_pair: KeyPair,
    staff_id: str,
    by: str,
    now: datetime,
) -> None:
    """Seals the office's key to somebody who has accepted: from then on they can read."""
    found = tx.execute(
        select(_staff.c.public_key, _staff.c.state, _staff.c.office_id, _office.c.key_version)
        .join(_office, _office.c.id == _staff.c.office_id)
        .where(_staff.c.id == staff_id)
    ).one_or_none()
    if found is None or found.office_id != office_id:
        raise NotKnown("There is no such person in this office.")
    if found.state != "accepted":
        raise NotAllowed(
            "This person has not accepted yet, or has the key already.",
            mend="They accept with the code of their invitation first.",
        )
    tx.execute(
        insert(_grant).values(
            staff_id=staff_id,
            office_id=office_id,
            version=found.key_version,
            wrap=vault.box(found.public_key, office_pair.private),
            granted_by=by,
        )
    )
    tx.execute(update(_staff).where(_staff.c.id == staff_id).values(state="active"))
    audit.note(tx, by, "office key granted", staff_id, now)


def credentials(tx: Transaction, vault: Vault, email: str) -> Credentials:
    """What to try a password on; an unknown address gives something that never opens."""
    found = tx.execute(
        select(_staff.c.id, _staff.c.salt, _staff.c.private_wrap, _staff.c.public_key).where(
            _staff.c.email_mac == address_mac(vault, email),
            _staff.c.state.in_(["accepted", "active"]),
        )
    ).one_or_none()
    if found is None:
        return Credentials(None, bytes(crypto.SALT_SIZE), b"", b"")
    return Credentials._make(found)


def credentials_of(tx: Transaction, staff_id: str) -> Credentials:
    """The same, of somebody who is signed in."""
    found = tx.execute(
        select(_staff.c.id, _staff.c.salt, _staff.c.private_wrap, _staff.c.public_key).where(
            _staff.c.id == staff_id
        )
    ).one()
    return Credentials._make(found)


def unlock(vault: Vault, known: Credentials, password: str) -> KeyPair:
    """The staff member's pair; SignInNeeded where the password is not theirs."""
    key = crypto.stretch(password, known.salt)
    if known.staff_id is None:
        raise wrong()
    try:
        private = vault.unlock(key, known.private_wrap, about("staff_key", known.staff_id))
    except CryptoError:
        raise wrong() from None
    return KeyPair(known.public_key, private)


def wrong() -> SignInNeeded:
    """One answer for an unknown address, a wrong password, and a wrong or missing second factor."""
    return SignInNeeded(WRONG, mend=WRONG_MEND)


def open_session(
    tx: Transaction,
    vault: Vault,
    staff_id: str,
    pair: KeyPair,
    now: datetime,
    *,
    factor: str | None = None,
    opened_from: bytes = b"{}",
) -> str:
    """A new session's cookie: only with it can the session's key be opened."""
    cookie = new_cookie()
    tx.execute(
        insert(_session).values(
            cookie_hash=_hash(cookie),
            id=str(uuid4()),
            staff_id=staff_id,
            private_wrap=vault.lock(_cookie_key(cookie), pair.private, about("session", staff_id)),
            sealed=vault.box(pair.public, opened_from),
            factor=factor,
            created_at=now,
            seen_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    tx.execute(delete(_session).where(_session.c.expires_at <= now))
    audit.note(tx, staff_id, "signed in", None, now)
    return cookie


def end_session(tx: Transaction, cookie: str) -> None:
    tx.execute(delete(_session).where(_session.c.cookie_hash == _hash(cookie)))


def resume(tx: Transaction, vault: Vault, cookie: str | None, now: datetime) -> Session:
    """The session behind a cookie, its keys opened; SignInNeeded where there is none."""
    found = tx.row(_SESSION, cookie_hash=_hash(cookie or ""))
    if cookie is None or found is None or found[7] <= now or found[3] == "disabled":
        raise SignInNeeded("Nobody is signed in.", mend="Sign in.")
    staff_id, office_id, role, _, sealed, public, wrap, expires_at, office_name = found[:9]
    session_id, factor, seen_at = found[9:]
    private = vault.unlock(_cookie_key(cookie), wrap, about("session", staff_id))
    pair = KeyPair(public, private)
    keys = {
        (office, version): KeyPair(office_key, vault.unbox(pair, office_wrap))
        for office, version, office_wrap, office_key in tx.rows(_GRANTS, staff=staff_id)
    }
    return Session(
        id=session_id,
        factor=factor,
        seen_at=seen_at,
        staff_id=staff_id,
        office_id=office_id,
        office_name=office_name,
        role=Role(role),
        name=vault.read(sealed, about("staff", staff_id)).decode(),
        expires_at=expires_at,
        sees=frozenset(descendants(office_id, offices.parents(tx))),
        keys=keys,
        pair=pair,
    )


def names(tx: Transaction, vault: Vault) -> dict[str, str]:
    """Every staff member's name by id."""
    return {one: name_of(vault, one, sealed) for one, sealed in sealed_names(tx)}


def sealed_names(tx: Transaction) -> list[tuple[str, bytes]]:
    """Everybody's id and name as it is stored, for who has opened most of them before."""
    return [(one, sealed) for one, sealed in tx.rows(_NAMES)]


def name_of(vault: Vault, staff_id: str, sealed: bytes) -> str:
    return vault.read(sealed, about("staff", staff_id)).decode()


def colleagues(tx: Transaction, vault: Vault, office_ids: frozenset[str]) -> list[dict[str, str]]:
    """Active staff of these offices, by name."""
    found = tx.execute(
        select(_staff.c.id, _staff.c.sealed, _staff.c.role).where(
            _staff.c.office_id.in_(office_ids), _staff.c.state == "active"
        )
    )
    people = [
        {
            "id": row.id,
            "name": vault.read(row.sealed, about("staff", row.id)).decode(),
            "role": row.role,
        }
        for row in found
    ]
    return sorted(people, key=lambda person: person["name"])


def require_administrator(session: Session) -> None:
    if session.role is not Role.ADMINISTRATOR:
        raise Forbidden("Only an administrator may do this.")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _cookie_key(cookie: str) -> bytes:
    return crypto.derive(cookie.encode(), "candlewire/1/session")


def new_password() -> str:
    """For the demo: random, and typed from the panel."""
    return "-".join(crypto.random_text(4) for _ in range(4))
