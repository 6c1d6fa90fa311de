"""What an office knows of an activist: phones, contacts and how they stand. Who looked is noted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from server.db import Transaction
from server.domain.errors import Forbidden, NotKnown
from server.domain.readiness import is_reachable
from server.services import activists, audit, consents, devices, rows, setup
from server.services.readiness import name_of
from server.services.staff import Session
from server.tables import Activist, Device, Office, PairingOffer, Profile
from server.vault import Vault
from shared import wire
from shared.crypto import KeyPair

_activist = rows.table(Activist)
_device = rows.table(Device)
_office = rows.table(Office)
_offer = rows.table(PairingOffer)
_profile = rows.table(Profile)


class Known(NamedTuple):
    """An activist of an office that whoever asks may see; `pairs`: the keys they hold to it."""

    id: str
    office: str
    sealed: bytes
    pairs: list[KeyPair]


class Phone(NamedTuple):
    id: str
    paired_at: datetime
    revoked_at: datetime | None
    heard_at: datetime | None
    armed: bool | None
    obstacles: list[str]
    battery: float | None


class Offer(NamedTuple):
    """A pairing code that no phone has brought yet."""

    expires_at: datetime
    replaces: bool


class ProfileView(NamedTuple):
    """`name` and `contacts` are None for who does not hold the office's key."""

    id: str
    office: str
    office_name: str
    name: str | None
    timezone: str
    card: wire.Card
    contacts: list[dict[str, Any]] | None
    phones: list[Phone]
    offers: list[Offer]


def known(tx: Transaction, who: Session, activist_id: str) -> Known:
    found = tx.execute(
        select(_activist.c.office_id, _activist.c.sealed).where(_activist.c.id == activist_id)
    ).one_or_none()
    if found is None or found.office_id not in who.sees:
        raise NotKnown("There is no such activist in your office.")
    pairs = [pair for (office, _), pair in who.keys.items() if office == found.office_id]
    return Known(activist_id, found.office_id, bytes(found.sealed), pairs)


def view(
    tx: Transaction, vault: Vault, who: Session, activist_id: str, now: datetime
) -> ProfileView:
    """For somebody who looks at it: that they did is written down first."""
    one = known(tx, who, activist_id)
    audit.note(tx, who.staff_id, "profile viewed", activist_id, now)
    bundle = office_copy(tx, vault, one)
    office = tx.execute(select(_office.c.name).where(_office.c.id == one.office)).scalar_one()
    return ProfileView(
        id=activist_id,
        office=one.office,
        office_name=str(office),
        name=name_of(vault, one.pairs, one.sealed),
        timezone=bundle.timezone if bundle else "UTC",
        card=bundle.card if bundle else wire.Card(),
        contacts=_contacts(tx, vault, activist_id, bundle) if bundle else None,
        phones=_phones(tx, activist_id),
        offers=_offers(tx, activist_id, now),
    )


def add(
    tx: Transaction, vault: Vault, who: Session, office_id: str, name: str, now: datetime
) -> str:
    if office_id not in who.sees:
        raise NotKnown("There is no such office below yours.", pointer="/office_id")
    return setup.new_activist(tx, vault, office_id, name, who.staff_id, now)


def typed_bundle(
    tx: Transaction,
    vault: Vault,
    who: Session,
    activist_id: str,
    contacts: Sequence[wire.Contact] | None,
    bundle: wire.Bundle,
) -> wire.Bundle:
    """The bundle under the name that the office knows them by. A contact whose number it has
    already is the same one, and keeps their consent; without a list it is the one it has."""
    one = known(tx, who, activist_id)
    name = name_of(vault, one.pairs, one.sealed)
    if name is None:
        raise Forbidden("You do not hold that office's key.", mend="A colleague grants it.")
    copy = office_copy(tx, vault, one)
    if contacts is None:
        if copy is None:
            raise NotKnown(
                "The office has no copy of a contact list.",
                pointer="/contacts",
                mend="Type the contacts, or none.",
            )
        return msgspec.structs.replace(
            bundle, name=name, contacts=copy.contacts, card=copy.card, timezone=copy.timezone
        )
    ids = {contact.phone: contact.id for contact in copy.contacts} if copy else {}
    kept = [
        msgspec.structs.replace(contact, id=ids.get(contact.phone, contact.id))
        for contact in contacts
    ]
    return msgspec.structs.replace(bundle, name=name, contacts=kept)


def revoke_phone(
    tx: Transaction, who: Session, activist_id: str, device_id: str, now: datetime
) -> None:
    """A lost phone of theirs is refused from now on, its socket included."""
    known(tx, who, activist_id)
    found = tx.execute(select(_device.c.activist_id).where(_device.c.id == device_id)).scalar()
    if found != activist_id:
        raise NotKnown("There is no such phone, or it was revoked.")
    devices.revoke(tx, device_id, who.staff_id, now)


def ask_anew(tx: Transaction, vault: Vault, who: Session, activist_id: str, now: datetime) -> int:
    """Invites those again who never answered; how many they are."""
    one = known(tx, who, activist_id)
    if not one.pairs:
        raise Forbidden("You do not hold that office's key.", mend="A colleague grants it.")
    # The newest of the office's keys opens the newest copy.
    return activists.ask_anew(tx, vault, activist_id, one.pairs[-1], who.staff_id, now)


def office_copy(tx: Transaction, vault: Vault, one: Known) -> wire.Bundle | None:
    sealed = tx.execute(
        select(_profile.c.office_copy).where(_profile.c.activist_id == one.id)
    ).scalar()
    return activists.open_office_copy(vault, one.pairs, sealed)


def _contacts(
    tx: Transaction, vault: Vault, activist_id: str, bundle: wire.Bundle
) -> list[dict[str, Any]]:
    stands = consents.stands(tx, activist_id)
    listed = []
    for contact in bundle.contacts:
        consent, reach = stands.get(contact.id, activists.NOT_ASKED)
        opted_out = consents.opted_out(tx, vault, contact.phone)
        listed.append(
            {
                "name": contact.name,
                "phone": contact.phone,
                "known_as": contact.known_as,
                "language": contact.language,
                "ring": contact.ring,
                "code_word": contact.code_word,
                "consent": consent,
                "reach": reach,
                "opted_out": opted_out,
                "reachable": is_reachable(consent, reach, opted_out),
            }
        )
    return listed


def _phones(tx: Transaction, activist_id: str) -> list[Phone]:
    """Those that may press first, then the newest."""
    found = tx.execute(
        select(_device)
        .where(_device.c.activist_id == activist_id)
        .order_by(_device.c.revoked_at.is_not(None), _device.c.paired_at.desc())
    )
    return [
        Phone(
            row.id,
            row.paired_at,
            row.revoked_at,
            row.heard_at,
            row.armed,
            row.obstacles.split(",") if row.obstacles else [],
            row.battery,
        )
        for row in found
    ]


def _offers(tx: Transaction, activist_id: str, now: datetime) -> list[Offer]:
    found = select(_offer.c.expires_at, _offer.c.replaces).where(
        _offer.c.activist_id == activist_id, _offer.c.expires_at > now
    )
    return [Offer(*tuple(row)) for row in tx.execute(found.order_by(_offer.c.expires_at))]
