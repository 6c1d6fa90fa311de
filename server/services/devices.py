"""Phones: which one speaks, and opening its bundle for the moment of its request."""

from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from server.db import Row, Transaction
from server.domain.errors import NotKnown, SignInNeeded
from server.services import audit, rows
from server.statements import Statement
from server.tables import Activist, Device
from server.vault import Vault, about, token_hash
from shared import crypto, wire

TOKEN_SIZE = 32
NOTED_EVERY = timedelta(hours=1)
_LOCKED = b"d"  # a bundle under the token itself; other ones are sealed boxes

TABLE = rows.table(Device)
_activist = rows.table(Activist)
BY_TOKEN = (
    select(TABLE.c.id, TABLE.c.activist_id, _activist.c.office_id, TABLE.c.bundle)
    .select_from(TABLE)
    .join(_activist, _activist.c.id == TABLE.c.activist_id)
    .where(TABLE.c.token_hash == bindparam("token_hash"), TABLE.c.revoked_at.is_(None))
)
_CALLER = Statement(BY_TOKEN)
_HEARD_AT = Statement(select(TABLE.c.heard_at).where(TABLE.c.id == bindparam("device")))
_HEARD = Statement(
    update(TABLE).where(TABLE.c.id == bindparam("device")).values(heard_at=bindparam("now"))
)

_STATED = Statement(
    update(TABLE)
    .where(TABLE.c.id == bindparam("device"))
    .values(
        armed=bindparam("is_armed"),
        obstacles=bindparam("in_the_way"),
        battery=bindparam("charge"),
        stated_at=bindparam("now"),
        heard_at=bindparam("now"),
    )
)
_REVOKED = Statement(
    select(TABLE.c.id, TABLE.c.revoked_at).where(TABLE.c.revoked_at >= bindparam("since"))
)


class Caller(NamedTuple):
    """A device that showed its token; the token stays in memory for this request only."""

    token: bytes
    device_id: str
    activist_id: str
    office_id: str
    bundle: bytes | None


def read_token(header: str | None) -> bytes:
    """The 32 bytes of `Authorization: Bearer TOKEN`."""
    scheme, _, text = (header or "").partition(" ")
    try:
        token = urlsafe_b64decode(text.strip() + "=")
    except ValueError:
        token = b""
    if scheme.lower() != "bearer" or len(token) != TOKEN_SIZE:
        raise SignInNeeded("A device's token is needed.", mend="Pair this phone again.")
    return token


def caller(tx: Transaction, token: bytes) -> Caller:
    return known(token, tx.row(_CALLER, token_hash=token_hash(token)))


def known(token: bytes, found: Row | None) -> Caller:
    """The caller that `BY_TOKEN` found, or the refusal."""
    if found is None:
        raise SignInNeeded("This token is not known.", mend="Pair this phone again.")
    return Caller(token, *found)


def open_bundle(vault: Vault, device: Caller) -> wire.Bundle | None:
    """The contacts, card and codes, or None where nothing was ever stored."""
    stored = device.bundle
    if stored is None:
        return None
    if stored[:1] == _LOCKED:
        place = about("bundle", device.activist_id)
        padded = vault.unlock(_bundle_key(device.token), stored[1:], place)
    else:
        padded = unseal_bundle(vault, device.token, stored)
    return wire.decode(wire.Bundle, wire.unpad(padded))


def unseal_bundle(vault: Vault, token: bytes, sealed: bytes) -> bytes:
    """A bundle, still padded, as it comes: sealed to the public key derived from the token."""
    return vault.unbox(crypto.dispatch_pair(token), sealed)


def lock_bundle(vault: Vault, token: bytes, activist_id: str, padded: bytes) -> bytes:
    """As it is kept once its token was shown: nobody else opens it, and a press does at once."""
    return _LOCKED + vault.lock(_bundle_key(token), padded, about("bundle", activist_id))


def _bundle_key(token: bytes) -> bytes:
    return crypto.derive(token, "candlewire/1/bundle")


def is_overdue(tx: Transaction, device_id: str, now: datetime) -> bool:
    """Whether it is worth a write that this phone is there."""
    found = tx.row(_HEARD_AT, device=device_id)
    heard_at = found[0] if found else None
    return heard_at is None or now - heard_at >= NOTED_EVERY


def note_heard(tx: Transaction, device_id: str, now: datetime) -> None:
    tx.run(_HEARD, device=device_id, now=now)


def note_state(tx: Transaction, token: bytes, state: wire.PhoneState, now: datetime) -> None:
    """What the phone says of itself, incident or none; whoever says it is heard of too."""
    tx.run(
        _STATED,
        device=caller(tx, token).device_id,
        is_armed=state.armed,
        in_the_way=",".join(sorted(set(state.obstacles))),
        charge=state.battery,
        now=now,
    )


def revoke(tx: Transaction, device_id: str, by: str, now: datetime) -> None:
    """Refuses a lost phone's token from now on, and destroys what only that phone could open."""
    device = TABLE.c.id == device_id
    if tx.execute(select(TABLE.c.id).where(device, TABLE.c.revoked_at.is_(None))).first() is None:
        raise NotKnown("There is no such phone, or it was revoked.")
    tx.execute(update(TABLE).where(device).values(revoked_at=now, bundle=None))
    audit.note(tx, by, "phone revoked", device_id, now)


def revoke_others(tx: Transaction, activist_id: str, kept: str, now: datetime) -> None:
    """A new phone takes the place of every earlier one, at the moment in which it is there."""
    others = select(TABLE.c.id).where(
        TABLE.c.activist_id == activist_id, TABLE.c.id != kept, TABLE.c.revoked_at.is_(None)
    )
    for row in tx.execute(others).all():
        revoke(tx, row.id, kept, now)


def revoked_since(tx: Transaction, since: datetime) -> list[tuple[str, datetime]]:
    """Phones that were revoked then or later: their sockets are closed."""
    return [tuple(row) for row in tx.rows(_REVOKED, since=since)]
