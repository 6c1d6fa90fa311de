"""What somebody shows beside their password: a code of an app, a passkey, or a recovery code.

The password alone opens a staff member's keys. None of these does, and each works once.
"""

from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from server.db import Transaction
from server.domain.errors import NotAllowed, NotKnown
from server.services import audit, passkeys, rows, totp
from server.services.passkeys import Listed, Made, Site
from server.tables.sign_in import RecoveryCode
from server.vault import Vault
from shared import crypto
from shared.crypto import KeyPair

RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 16 characters of base32, in groups of four on paper

_recovery = rows.table(RecoveryCode)


@dataclass(frozen=True)
class Shown:
    """What a sign-in brought beside the password, if anything."""

    totp: str | None = None
    recovery_code: str | None = None
    passkey: passkeys.Shown | None = None


@dataclass(frozen=True)
class Proof:
    """What was right about it; `spend` uses it up. `factor` is None where none is set up."""

    factor: str | None
    spend: Callable[[Transaction], bool]


@dataclass(frozen=True)
class Factors:
    """What somebody has set up."""

    totp: bool
    passkeys: list[Listed]
    recovery_codes: int


def try_out(
    tx: Transaction,
    vault: Vault,
    site: Site,
    staff_id: str,
    pair: KeyPair,
    shown: Shown,
    now: datetime,
) -> Proof | None:
    """Tries what was shown, and writes nothing; None where it is wrong, or missing."""
    if not _has_any(tx, staff_id):
        return Proof(None, lambda tx: not _has_any(tx, staff_id))
    app = totp.kept(tx, staff_id)
    if shown.totp is not None and app is not None:
        step = totp.try_code(vault, app, pair, shown.totp, now)
        if step is not None:
            return Proof("totp", lambda tx: totp.spend(tx, staff_id, step))
    if shown.passkey is not None:
        answer = passkeys.try_answer(tx, vault, site, staff_id, shown.passkey, now)
        if answer is not None:
            return Proof("passkey", lambda tx: passkeys.spend(tx, staff_id, answer, now))
    if shown.recovery_code is not None:
        mac = _code_mac(vault, staff_id, shown.recovery_code)
        if tx.execute(select(_recovery).where(_is(staff_id, mac))).first():
            return Proof("recovery_code", lambda tx: _spend_code(tx, staff_id, mac, now))
    return None


def of(tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair) -> Factors:
    codes = select(func.count()).where(_recovery.c.staff_id == staff_id)
    return Factors(
        totp.kept(tx, staff_id) is not None,
        passkeys.of(tx, vault, staff_id, pair),
        tx.execute(codes).scalar_one(),
    )


def confirm_totp(
    tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair, code: str, now: datetime
) -> list[str]:
    """The app is set up; the recovery codes, where these are the first."""
    totp.confirm(tx, vault, staff_id, pair, code, now)
    audit.note(tx, staff_id, "authenticator app set up", staff_id, now)
    return _first_codes(tx, vault, staff_id)


def add_passkey(
    tx: Transaction,
    vault: Vault,
    site: Site,
    staff_id: str,
    pair: KeyPair,
    made: Made,
    now: datetime,
) -> list[str]:
    """A passkey is set up; the recovery codes, where these are the first."""
    passkeys.add(tx, vault, site, staff_id, pair.public, made, now)
    audit.note(tx, staff_id, "passkey added", staff_id, now)
    return _first_codes(tx, vault, staff_id)


def remove_totp(tx: Transaction, staff_id: str, *, needed: bool, now: datetime) -> None:
    if totp.kept(tx, staff_id) is None:
        raise NotKnown("No authenticator app is set up.")
    totp.remove(tx, staff_id)
    _after_removing(tx, staff_id, needed=needed)
    audit.note(tx, staff_id, "authenticator app removed", staff_id, now)


def remove_passkey(
    tx: Transaction, staff_id: str, passkey: bytes, *, needed: bool, now: datetime
) -> None:
    if not passkeys.remove(tx, staff_id, passkey):
        raise NotKnown("There is no such passkey.")
    _after_removing(tx, staff_id, needed=needed)
    audit.note(tx, staff_id, "passkey removed", staff_id, now)


def new_recovery_codes(tx: Transaction, vault: Vault, staff_id: str, now: datetime) -> list[str]:
    """In place of all that are left; they are shown this once."""
    if not _has_any(tx, staff_id):
        raise NotAllowed("There is nothing to recover.", mend="Set up an app or a passkey first.")
    tx.execute(delete(_recovery).where(_recovery.c.staff_id == staff_id))
    audit.note(tx, staff_id, "recovery codes made anew", staff_id, now)
    return _first_codes(tx, vault, staff_id)


def forget(tx: Transaction, staff_id: str) -> None:
    """All of them: for who gets a new pair, or leaves."""
    totp.remove(tx, staff_id)
    passkeys.remove(tx, staff_id)
    tx.execute(delete(_recovery).where(_recovery.c.staff_id == staff_id))


def _has_any(tx: Transaction, staff_id: str) -> bool:
    return totp.kept(tx, staff_id) is not None or passkeys.count(tx, staff_id) > 0


def _after_removing(tx: Transaction, staff_id: str, *, needed: bool) -> None:
    """The last one stays where one is needed; without any, recovery codes open nothing."""
    if _has_any(tx, staff_id):
        return
    if needed:
        raise NotAllowed("This is your only second factor.", mend="Set up another one first.")
    forget(tx, staff_id)


def _first_codes(tx: Transaction, vault: Vault, staff_id: str) -> list[str]:
    if tx.execute(select(_recovery).where(_recovery.c.staff_id == staff_id)).first():
        return []
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        mac = _code_mac(vault, staff_id, code)
        tx.execute(insert(_recovery).values(staff_id=staff_id, code_mac=mac))
    return codes


def _new_code() -> str:
    signs = b32encode(crypto.random_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(signs[n : n + 4] for n in range(0, len(signs), 4))


def _code_mac(vault: Vault, staff_id: str, code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").lower()
    return vault.mac(f"recovery|{staff_id}|{plain}")


def _spend_code(tx: Transaction, staff_id: str, mac: bytes, now: datetime) -> bool:
    if not tx.execute(delete(_recovery).where(_is(staff_id, mac))).rowcount:
        return False
    audit.note(tx, staff_id, "recovery code used", staff_id, now)
    return True


def _is(staff_id: str, mac: bytes) -> Any:
    return (_recovery.c.staff_id == staff_id) & (_recovery.c.code_mac == mac)
