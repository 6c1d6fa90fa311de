"""Codes of six digits from an authenticator app (RFC 6238): offered, kept, and used once each."""

from datetime import datetime
from typing import NamedTuple

import pyotp
from sqlalchemy import delete, insert, select, update

from server.db import Transaction
from server.domain.errors import NotAllowed, Unfit
from server.services import rows
from server.tables.sign_in import TotpSecret
from server.vault import Vault
from shared.crypto import KeyPair

PERIOD = 30  # seconds; apps assume it
DRIFT = 1  # steps that a phone's clock may be off, either way
ISSUER = "Candlewire"

_totp = rows.table(TotpSecret)


class Kept(NamedTuple):
    """A secret in use, still sealed, and the last step whose code was taken."""

    sealed: bytes
    step: int


class Offer(NamedTuple):
    """A new secret, to be typed, and as the address that a QR code holds."""

    secret: str
    address: str


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, within the drift; None for a wrong one."""
    current, codes = int(now.timestamp()) // PERIOD, pyotp.HOTP(secret)
    near = range(current - DRIFT, current + DRIFT + 1)
    return next((step for step in near if codes.verify(code, step)), None)


def offer(tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair, name: str) -> Offer:
    """A secret that counts once its first code comes; the one in use stays until then."""
    secret = pyotp.random_base32()
    sealed = vault.box(pair.public, secret.encode())
    if tx.execute(select(_totp.c.staff_id).where(_totp.c.staff_id == staff_id)).first():
        tx.execute(update(_totp).where(_totp.c.staff_id == staff_id).values(offered=sealed))
    else:
        tx.execute(insert(_totp).values(staff_id=staff_id, offered=sealed, step=0))
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def confirm(
    tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair, code: str, now: datetime
) -> None:
    """The first code of the offered secret: from now on it is the one in use."""
    sealed = tx.execute(select(_totp.c.offered).where(_totp.c.staff_id == staff_id)).scalar()
    if sealed is None:
        raise NotAllowed("No secret was offered.", mend="POST /v1/account/totp makes one.")
    step = step_of(vault.unbox(pair, bytes(sealed)).decode(), code, now)
    if step is None:
        raise Unfit(
            "This is not the app's code.",
            pointer="/code",
            mend="Type the one it shows now, and let the phone set its clock by the network.",
        )
    tx.execute(
        update(_totp)
        .where(_totp.c.staff_id == staff_id)
        .values(sealed=sealed, offered=None, step=step)
    )


def kept(tx: Transaction, staff_id: str) -> Kept | None:
    """What a code is tried on, where there is one in use."""
    found = tx.execute(
        select(_totp.c.sealed, _totp.c.step).where(
            _totp.c.staff_id == staff_id, _totp.c.sealed.is_not(None)
        )
    ).one_or_none()
    return found and Kept(bytes(found.sealed), found.step)


def try_code(vault: Vault, known: Kept, pair: KeyPair, code: str, now: datetime) -> int | None:
    """The step that a code not used before belongs to."""
    step = step_of(vault.unbox(pair, known.sealed).decode(), code, now)
    return step if step is not None and step > known.step else None


def spend(tx: Transaction, staff_id: str, step: int) -> bool:
    """Whether nobody else has used this step, or a later one, meanwhile."""
    spent = tx.execute(
        update(_totp)
        .where(_totp.c.staff_id == staff_id, _totp.c.sealed.is_not(None), _totp.c.step < step)
        .values(step=step)
    )
    return bool(spent.rowcount)


def remove(tx: Transaction, staff_id: str) -> None:
    tx.execute(delete(_totp).where(_totp.c.staff_id == staff_id))
