"""From nothing to an office that can work: the organisation, offices, activists, pairing codes."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import insert, select

from server.db import Transaction
from server.domain.errors import NotAllowed, NotKnown
from server.services import audit, rows
from server.tables import Activist, Office, OfficeKey, Organisation, PairingOffer
from server.vault import Vault, about
from shared import crypto, wire
from shared.crypto import KeyPair

PAIRING_LASTS = timedelta(days=7)

_organisation = rows.table(Organisation)
_office = rows.table(Office)
_key = rows.table(OfficeKey)
_activist = rows.table(Activist)
_pairing = rows.table(PairingOffer)


class PairingSecret(NamedTuple):
    """What a pairing code gives: how its offer is found, and the key to what staff typed."""

    lookup: bytes
    key: bytes


def exists(tx: Transaction) -> bool:
    """Whether this server was set up."""
    return tx.execute(select(_organisation.c.id)).first() is not None


def new_organisation(tx: Transaction, recovery_key: bytes) -> None:
    """The recovery pair's public half: every office's key is sealed to it too."""
    if exists(tx):
        raise NotAllowed("This server has an organisation already.")
    tx.execute(insert(_organisation).values(id=1, recovery_key=recovery_key, root_key=None))


def new_office(
    tx: Transaction, vault: Vault, name: str, parent_id: str | None, by: str, now: datetime
) -> tuple[str, KeyPair]:
    """An office and its pair; the private half is kept only in the recovery wrap and in grants."""
    recovery = tx.execute(select(_organisation.c.recovery_key)).scalar()
    if recovery is None:
        raise NotKnown("This server has not been set up.", mend="Run `candlewire init`.")
    office_id, pair = str(uuid4()), crypto.box_pair()
    tx.execute(
        insert(_office).values(
            id=office_id, parent_id=parent_id, name=name, key_version=1, created_at=now
        )
    )
    tx.execute(
        insert(_key).values(
            office_id=office_id,
            version=1,
            public_key=pair.public,
            recovery_wrap=vault.box(recovery, pair.private),
        )
    )
    audit.note(tx, by, "office added", office_id, now)
    return office_id, pair


def office_named(tx: Transaction, name: str) -> str:
    found = tx.execute(select(_office.c.id).where(_office.c.name == name)).scalar()
    if found is None:
        raise NotKnown("There is no office of that name.", mend="`candlewire people list` has all.")
    return str(found)


def office_key(tx: Transaction, office_id: str) -> bytes:
    """The public half that phones and staff seal to."""
    found = tx.execute(
        select(_key.c.public_key)
        .join(_office, _office.c.id == _key.c.office_id)
        .where(_key.c.office_id == office_id, _key.c.version == _office.c.key_version)
    ).scalar()
    if found is None:
        raise NotKnown("There is no such office.")
    return bytes(found)


def new_activist(
    tx: Transaction, vault: Vault, office_id: str, name: str, by: str, now: datetime
) -> str:
    """An activist; the name is readable by the office alone."""
    activist_id = str(uuid4())
    sealed = vault.box(office_key(tx, office_id), name.encode())
    tx.execute(
        insert(_activist).values(id=activist_id, office_id=office_id, sealed=sealed, created_at=now)
    )
    audit.note(tx, by, "activist added", activist_id, now)
    return activist_id


def offer_pairing(
    tx: Transaction,
    vault: Vault,
    activist_id: str,
    bundle: wire.Bundle,
    by: str,
    now: datetime,
    *,
    replaces: bool = False,
) -> str:
    """A one-time code; what staff typed waits sealed under it until a phone brings it back.

    `replaces`: every earlier phone of theirs is revoked at that moment.
    """
    code = crypto.random_text(22)
    secret = pairing_secret(code)
    padded = wire.pad(wire.encode(bundle), wire.BUNDLE_SIZE)
    tx.execute(
        insert(_pairing).values(
            lookup=secret.lookup,
            activist_id=activist_id,
            bundle=vault.lock(secret.key, padded, about("pairing", activist_id)),
            expires_at=now + PAIRING_LASTS,
            replaces=replaces,
        )
    )
    audit.note(tx, by, "pairing code issued", activist_id, now)
    return code


def pairing_secret(code: str) -> PairingSecret:
    raw = code.strip().encode()
    return PairingSecret(
        crypto.derive(raw, "candlewire/1/pairing/id", 16),
        crypto.derive(raw, "candlewire/1/pairing/bundle"),
    )
