"""Phones join by a one-time code; what they hold of contacts, card and codes comes sealed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import msgspec
from sqlalchemy import delete, insert, select, update

from server.db import Transaction
from server.domain.errors import NotKnown, Unfit
from server.domain.reach import Reach, can_be_alerted
from server.services import audit, consents, devices, rows, setup
from server.services.consents import Stand
from server.tables import Activist, Device, Office, PairingOffer, Profile
from server.vault import Vault, about
from shared import crypto, wire
from shared.crypto import CryptoError, KeyPair

_pairing = rows.table(PairingOffer)
_activist = rows.table(Activist)
_device = rows.table(Device)
_office = rows.table(Office)
_profile = rows.table(Profile)

NOT_ASKED = Stand("not_asked", Reach.UNKNOWN)


def pair(tx: Transaction, vault: Vault, pairing: wire.Pairing, now: datetime) -> wire.Paired:
    """Trades a code for a place in the office; what staff typed is sealed to the phone's key."""
    secret = setup.pairing_secret(pairing.code)
    offer = tx.execute(select(_pairing).where(_pairing.c.lookup == secret.lookup)).one_or_none()
    if offer is None or offer.expires_at <= now:
        raise NotKnown(
            "This code is not known, was used, or is too old.",
            pointer="/code",
            mend="Ask your office for a new code.",
        )
    tx.execute(delete(_pairing).where(_pairing.c.lookup == secret.lookup))
    padded = vault.unlock(secret.key, offer.bundle, about("pairing", offer.activist_id))
    bundle = wire.decode(wire.Bundle, wire.unpad(padded))
    dispatch_key = urlsafe_b64decode(pairing.dispatch_key + "=")
    try:
        sealed = vault.box(dispatch_key, padded)
    except CryptoError:
        raise Unfit(
            "Nothing can be sealed to this key.",
            pointer="/dispatch_key",
            mend="Derive the pair from the token.",
        ) from None
    token_hash = bytes.fromhex(pairing.token_hash)
    device_id = add_device(tx, offer.activist_id, token_hash, dispatch_key, sealed, now)
    if offer.replaces:
        devices.revoke_others(tx, offer.activist_id, device_id, now)
    office_key = setup.office_key(tx, _office_of(tx, offer.activist_id))
    keep_office_copy(tx, vault, offer.activist_id, office_key, bundle, now)
    _forget_unlisted(tx, offer.activist_id, bundle)
    _invite(tx, vault, offer.activist_id, bundle, now)
    return wire.Paired(
        activist_id=offer.activist_id,
        device_id=device_id,
        office_key=_text(office_key),
        contacts=len(bundle.contacts),
    )


def add_device(
    tx: Transaction,
    activist_id: str,
    token_hash: bytes,
    dispatch_key: bytes,
    bundle: bytes | None,
    now: datetime,
) -> str:
    """A phone, by what it showed of itself; another phone with the same token is refused."""
    if tx.execute(select(_device.c.id).where(_device.c.token_hash == token_hash)).first():
        raise Unfit("This token is in use.", pointer="/token_hash", mend="Make a new token.")
    device_id = str(uuid4())
    tx.execute(
        insert(_device).values(
            id=device_id,
            activist_id=activist_id,
            token_hash=token_hash,
            dispatch_key=dispatch_key,
            bundle=bundle,
            paired_at=now,
            wrong_codes=0,
        )
    )
    audit.note(tx, device_id, "phone paired", activist_id, now)
    return device_id


def update_profile(
    tx: Transaction, vault: Vault, token: bytes, update_: wire.ProfileUpdate, now: datetime
) -> wire.Standing:
    """Takes the phone's sealed copies; contacts who are new in it are asked for consent."""
    device = devices.caller(tx, token)
    sealed = _blob(update_.bundle, "/bundle")
    try:
        padded = devices.unseal_bundle(vault, token, sealed)
        bundle = wire.decode(wire.Bundle, wire.unpad(padded))
    except (CryptoError, wire.Malformed, ValueError):
        raise Unfit(
            "The bundle does not open with this phone's key.",
            pointer="/bundle",
            mend="Seal it to the public key derived from the token.",
        ) from None
    if any(len(code) != crypto.VERIFIER_SIZE for code in (bundle.stop, bundle.duress)):
        raise Unfit(
            "The bundle holds no verifiers of the two codes.",
            pointer="/bundle",
            mend="Put both verifiers into it: salt and hash.",
        )
    office_copy = _blob(update_.office_copy, "/office_copy")
    before = devices.open_bundle(vault, device)
    consents.forget(tx, device.activist_id, _renumbered(before, bundle))
    locked = devices.lock_bundle(vault, token, device.activist_id, padded)
    tx.execute(update(_device).where(_device.c.id == device.device_id).values(bundle=locked))
    _keep_office_copy(tx, device.activist_id, office_copy, now)
    _forget_unlisted(tx, device.activist_id, bundle)
    _invite(tx, vault, device.activist_id, bundle, now)
    return _standing(tx, vault, device.activist_id, bundle)


def standing(tx: Transaction, vault: Vault, token: bytes) -> wire.Standing:
    """How each contact stands, by neutral label."""
    device = devices.caller(tx, token)
    bundle = devices.open_bundle(vault, device)
    if bundle is None:
        return wire.Standing(contacts=[])
    return _standing(tx, vault, device.activist_id, bundle)


def open_office_copy(
    vault: Vault, pairs: Iterable[KeyPair], sealed: bytes | None
) -> wire.Bundle | None:
    """The contact list as the office has it, or None for who does not hold the key."""
    for pair in pairs if sealed else ():
        with suppress(CryptoError, wire.Malformed, ValueError):  # an older key, or no bundle
            return wire.decode(wire.Bundle, wire.unpad(vault.unbox(pair, bytes(sealed or b""))))
    return None


def keep_office_copy(
    tx: Transaction,
    vault: Vault,
    activist_id: str,
    office_key: bytes,
    bundle: wire.Bundle,
    now: datetime,
) -> None:
    """Without what codes and PINs could be tried on: those are between the phone and the server."""
    contacts = [msgspec.structs.replace(contact, pin=b"") for contact in bundle.contacts]
    copy = msgspec.structs.replace(bundle, contacts=contacts, stop=b"", duress=b"")
    sealed = vault.box(office_key, wire.pad(wire.encode(copy), wire.BUNDLE_SIZE))
    _keep_office_copy(tx, activist_id, sealed, now)


def ask_anew(
    tx: Transaction, vault: Vault, activist_id: str, pair: KeyPair, by: str, now: datetime
) -> int:
    """Invites those again who never answered, from the office's copy; how many they are."""
    found = tx.execute(select(_profile.c.office_copy).where(_profile.c.activist_id == activist_id))
    bundle = open_office_copy(vault, [pair], found.scalar())
    if bundle is None:
        raise NotKnown("The office has no copy of this contact list.", mend="Pair the phone anew.")
    known = consents.stands(tx, activist_id)
    silent = [
        contact.id
        for contact in bundle.contacts
        if known.get(contact.id, NOT_ASKED).state == "no_answer"
    ]
    consents.forget(tx, activist_id, silent)
    _invite(tx, vault, activist_id, bundle, now)
    audit.note(tx, by, "contacts asked anew", activist_id, now)
    return len(silent)


def _keep_office_copy(tx: Transaction, activist_id: str, copy: bytes, now: datetime) -> None:
    tx.execute(delete(_profile).where(_profile.c.activist_id == activist_id))
    tx.execute(insert(_profile).values(activist_id=activist_id, office_copy=copy, updated_at=now))


def _forget_unlisted(tx: Transaction, activist_id: str, bundle: wire.Bundle) -> None:
    """Contacts of earlier lists, unless another phone may still have one of those."""
    phones = select(_device.c.id).where(
        _device.c.activist_id == activist_id, _device.c.revoked_at.is_(None)
    )
    if len(tx.execute(phones).all()) == 1:
        listed = {contact.id for contact in bundle.contacts}
        consents.forget(tx, activist_id, consents.stands(tx, activist_id).keys() - listed)


def _renumbered(before: wire.Bundle | None, after: wire.Bundle) -> list[str]:
    """Contacts who agreed under another number: somebody else may answer there."""
    numbers = {contact.id: contact.phone for contact in before.contacts} if before else {}
    return [
        contact.id
        for contact in after.contacts
        if numbers.get(contact.id, contact.phone) != contact.phone
    ]


def _standing(
    tx: Transaction, vault: Vault, activist_id: str, bundle: wire.Bundle
) -> wire.Standing:
    known = consents.stands(tx, activist_id)
    contacts = []
    for place, contact in enumerate(bundle.contacts, 1):
        opted_out = consents.opted_out(tx, vault, contact.phone)
        consent, reach = known.get(contact.id, NOT_ASKED)
        contacts.append(
            wire.ContactStanding(
                label=f"contact {place}",
                consent=consent,  # type: ignore[arg-type]
                reach=reach.value,
                reachable=consent == "agreed" and not opted_out and can_be_alerted(reach),
                opted_out=opted_out,
            )
        )
    return wire.Standing(contacts=contacts)


def _invite(
    tx: Transaction, vault: Vault, activist_id: str, bundle: wire.Bundle, now: datetime
) -> None:
    office = tx.execute(
        select(_office.c.id, _office.c.name)
        .join(_activist, _activist.c.office_id == _office.c.id)
        .where(_activist.c.id == activist_id)
    ).one()
    consents.invite(tx, vault, activist_id, office.id, office.name, bundle.contacts, now)


def _office_of(tx: Transaction, activist_id: str) -> str:
    found = tx.execute(select(_activist.c.office_id).where(_activist.c.id == activist_id))
    return str(found.scalar_one())


def _blob(text: str, pointer: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Unfit(
            "This is not base64url.", pointer=pointer, mend="Encode it without padding."
        ) from None


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).rstrip(b"=").decode()
