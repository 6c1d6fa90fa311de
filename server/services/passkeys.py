"""Passkeys (WebAuthn): asked for, kept, and tried; the signatures are py_webauthn's to check."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import webauthn
from sqlalchemy import delete, insert, select, update
from webauthn.helpers import structs
from webauthn.helpers.exceptions import WebAuthnException

from server.columns import micros, moment_of
from server.db import Transaction
from server.domain.errors import NotAllowed, Unfit
from server.services import rows
from server.tables.sign_in import Passkey, SpentChallenge
from server.vault import MAC_SIZE, Vault
from shared import crypto
from shared.crypto import KeyPair

CHALLENGE_LASTS = timedelta(minutes=5)
NONCE, TIME = 16, 8  # bytes
UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError)  # what junk ends in
MOST = 10  # passkeys of one person

_passkey = rows.table(Passkey)
_spent = rows.table(SpentChallenge)


@dataclass(frozen=True)
class Site:
    """Who asks: a passkey answers to this host, and only pages of this origin may ask it."""

    host: str
    origin: str


class Shown(NamedTuple):
    """What a passkey answered, as the browser hands it on: base64url."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str


class Made(NamedTuple):
    """A new passkey, as the browser hands it on: base64url, but for its name."""

    id: str
    client_data: str
    attestation: str
    name: str


class Proof(NamedTuple):
    """A passkey that has answered rightly."""

    id: bytes
    signed: int
    challenge: bytes


class Listed(NamedTuple):
    id: bytes
    name: str
    created_at: datetime
    used_at: datetime | None


def challenge(vault: Vault, purpose: str, now: datetime) -> bytes:
    """Random, dated, and known again by its mac: asking for one stores nothing."""
    body = crypto.random_bytes(NONCE) + (micros(now) or 0).to_bytes(TIME, "big")
    return body + _mac(vault, purpose, body)


def asking(vault: Vault, site: Site, purpose: str, now: datetime) -> dict[str, Any]:
    """What the browser asks any passkey of this site: nobody learns whose there are."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge(vault, purpose, now)
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def making(
    tx: Transaction, vault: Vault, site: Site, staff_id: str, name: str, now: datetime
) -> dict[str, Any]:
    """What the browser makes a new passkey from."""
    known = tx.execute(select(_passkey.c.id).where(_passkey.c.staff_id == staff_id)).scalars()
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Candlewire",
        user_id=staff_id.encode(),
        user_name=name,
        challenge=challenge(vault, staff_id, now),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=bytes(one)) for one in known],
    )
    return dict(json.loads(webauthn.options_to_json(options)))


def add(
    tx: Transaction,
    vault: Vault,
    site: Site,
    staff_id: str,
    public_key: bytes,
    made: Made,
    now: datetime,
) -> None:
    """Keeps a new passkey; Unfit where it does not answer the challenge of this person."""
    asked = _asked(vault, staff_id, made.client_data, now)
    if asked is None:
        raise _unfit()
    try:
        verified = webauthn.verify_registration_response(
            credential=_credential(
                made.id, clientDataJSON=made.client_data, attestationObject=made.attestation
            ),
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except UNREADABLE:
        raise _unfit() from None
    if encoded(verified.credential_id) != made.id:
        raise _unfit()
    known = tx.execute(select(_passkey.c.id).where(_passkey.c.staff_id == staff_id)).all()
    taken = select(_passkey.c.id).where(_passkey.c.id == verified.credential_id)
    if len(known) >= MOST or tx.execute(taken).first():
        raise NotAllowed("This passkey is here already, or too many are.", mend="Remove one first.")
    tx.execute(
        insert(_passkey).values(
            id=verified.credential_id,
            staff_id=staff_id,
            public_key=verified.credential_public_key,
            signed=verified.sign_count,
            sealed=vault.box(public_key, made.name.encode()),
            created_at=now,
        )
    )


def try_answer(
    tx: Transaction, vault: Vault, site: Site, staff_id: str, shown: Shown, now: datetime
) -> Proof | None:
    """The proof in an answer to a challenge of ours that nobody has used; None for a wrong one."""
    asked, found = _asked(vault, "sign-in", shown.client_data, now), _known(tx, staff_id, shown.id)
    if asked is None or found is None or _is_spent(tx, asked):
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=_credential(
                shown.id,
                clientDataJSON=shown.client_data,
                authenticatorData=shown.authenticator_data,
                signature=shown.signature,
            ),
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(found.public_key),
            credential_current_sign_count=found.signed,
        )
    except UNREADABLE:
        return None
    return Proof(bytes(found.id), verified.new_sign_count, asked)


def spend(tx: Transaction, staff_id: str, proof: Proof, now: datetime) -> bool:
    """Whether the passkey still stands and its answer was not used meanwhile."""
    tx.execute(delete(_spent).where(_spent.c.expires_at <= now))
    used = tx.execute(
        update(_passkey)
        .where(_passkey.c.id == proof.id, _passkey.c.staff_id == staff_id)
        .values(signed=proof.signed, used_at=now)
    )
    if not used.rowcount or _is_spent(tx, proof.challenge):
        return False
    tx.execute(insert(_spent).values(challenge=proof.challenge, expires_at=now + CHALLENGE_LASTS))
    return True


def of(tx: Transaction, vault: Vault, staff_id: str, pair: KeyPair) -> list[Listed]:
    """Somebody's own passkeys, oldest first."""
    found = tx.execute(
        select(_passkey)
        .where(_passkey.c.staff_id == staff_id)
        .order_by(_passkey.c.created_at, _passkey.c.id)
    )
    return [
        Listed(
            bytes(row.id),
            vault.unbox(pair, bytes(row.sealed)).decode(),
            row.created_at,
            row.used_at,
        )
        for row in found
    ]


def count(tx: Transaction, staff_id: str) -> int:
    return len(tx.execute(select(_passkey.c.id).where(_passkey.c.staff_id == staff_id)).all())


def remove(tx: Transaction, staff_id: str, passkey: bytes | None = None) -> bool:
    """One of them, or all; whether there was any."""
    mine = _passkey.c.staff_id == staff_id
    which = mine if passkey is None else mine & (_passkey.c.id == passkey)
    return bool(tx.execute(delete(_passkey).where(which)).rowcount)


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Base64url without padding; ValueError where it is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _asked(vault: Vault, purpose: str, client_data: str, now: datetime) -> bytes | None:
    """The challenge that was answered, where it is ours, for this, and not too old."""
    try:
        asked = decoded(json.loads(decoded(client_data))["challenge"])
    except (ValueError, TypeError, KeyError):
        return None
    body, mac = asked[:-MAC_SIZE], asked[-MAC_SIZE:]
    if not hmac.compare_digest(mac, _mac(vault, purpose, body)) or len(body) != NONCE + TIME:
        return None
    made_at = moment_of(int.from_bytes(body[NONCE:], "big"))
    return asked if made_at and made_at <= now < made_at + CHALLENGE_LASTS else None


def _unfit() -> Unfit:
    return Unfit(
        "This passkey does not answer what was asked.",
        pointer="/attestation",
        mend="Ask for a new challenge, and answer it within five minutes.",
    )


def _mac(vault: Vault, purpose: str, body: bytes) -> bytes:
    return vault.mac(f"passkey|{purpose}|{body.hex()}")


def _known(tx: Transaction, staff_id: str, passkey: str) -> Any:
    try:
        sought = decoded(passkey)
    except ValueError:
        return None
    return tx.execute(
        select(_passkey).where(_passkey.c.id == sought, _passkey.c.staff_id == staff_id)
    ).one_or_none()


def _is_spent(tx: Transaction, asked: bytes) -> bool:
    return tx.execute(select(_spent).where(_spent.c.challenge == asked)).first() is not None


def _credential(passkey: str, **response: str) -> dict[str, Any]:
    return {"id": passkey, "rawId": passkey, "type": "public-key", "response": response}
