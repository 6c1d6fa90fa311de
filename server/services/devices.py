"""Phones: which one speaks, and opening its bundle for the moment of its request."""

from base64 import urlsafe_b64decode
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from server.db import Transaction
from server.domain.errors import NotKnown, SignInNeeded
from server.services import audit, rows
from server.statements import Statement
from server.tables import Activist, Device
from server.vault import Vault, token_hash
from shared import crypto, wire

TOKEN_SIZE = 32

_device = rows.table(Device)
_activist = rows.table(Activist)
_BY_TOKEN = Statement(
    select(
        _device.c.id,
        _device.c.activist_id,
        _activist.c.office_id,
        _device.c.bundle,
        _device.c.dispatch_key,
    )
    .join(_activist, _activist.c.id == _device.c.activist_id)
    .where(_device.c.token_hash == bindparam("token_hash"), _device.c.revoked_at.is_(None))
)


class Caller(NamedTuple):
    """A device that showed its token; the token stays in memory for this request only."""

    token: bytes
    device_id: str
    activist_id: str
    office_id: str
    sealed_bundle: bytes | None
    dispatch_key: bytes


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
    found = tx.row(_BY_TOKEN, token_hash=token_hash(token))
    if found is None:
        raise SignInNeeded("This token is not known.", mend="Pair this phone again.")
    return Caller(token, *found)


def open_bundle(vault: Vault, device: Caller) -> wire.Bundle | None:
    """The contacts, card and codes, or None where nothing was ever stored."""
    if device.sealed_bundle is None:
        return None
    pair = crypto.dispatch_opener(device.token, device.dispatch_key)
    return wire.decode(wire.Bundle, wire.unpad(vault.unbox(pair, device.sealed_bundle)))


def revoke(tx: Transaction, device_id: str, by: str, now: datetime) -> None:
    """Refuses a lost phone's token from now on, and destroys what only that phone could open."""
    device = _device.c.id == device_id
    if (
        tx.execute(select(_device.c.id).where(device, _device.c.revoked_at.is_(None))).first()
        is None
    ):
        raise NotKnown("There is no such phone, or it was revoked.")
    tx.execute(update(_device).where(device).values(revoked_at=now, bundle=None))
    audit.note(tx, by, "phone revoked", device_id, now)
