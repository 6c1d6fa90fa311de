"""How ready each activist is: counts and codes, put together from what is known of their contacts.

Who said STOP is known by number alone. It is compared while an office's copy of a contact list is
open, for whoever holds that office's key; the list itself goes no further.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from server.db import Transaction
from server.domain.reach import Reach
from server.domain.readiness import Contact, Mend, readiness
from server.services import activists, consents, plans, rows
from server.services.staff import Session
from server.tables import Activist, Consent, Device, Incident, Office, Profile
from server.vault import Vault
from shared.crypto import CryptoError, KeyPair

_activist = rows.table(Activist)
_consent = rows.table(Consent)
_device = rows.table(Device)
_incident = rows.table(Incident)
_office = rows.table(Office)
_profile = rows.table(Profile)

Keys = Mapping[str, list[KeyPair]]  # by office
Standing = dict[str, tuple[str, Reach, datetime]]  # by contact: consent, reach, since when


class Phone(NamedTuple):
    """One that may press, and what it said of itself last; `armed` is None where it never did."""

    heard_at: datetime
    armed: bool | None
    obstacles: str
    battery: float | None
    stated_at: datetime | None


class Ready(NamedTuple):
    """`name` and `opted_out` are None for who does not hold the office's key."""

    id: str
    office: str
    office_name: str
    name: str | None
    protected: bool
    contacts: dict[str, int]
    reachable: int
    opted_out: int | None
    phones: int
    heard_at: datetime | None
    armed: bool | None
    obstacles: list[str]
    battery: float | None
    stated_at: datetime | None
    drilled_at: datetime | None
    reviewed_at: datetime | None
    mends: list[Mend]


def keys_of(session: Session) -> Keys:
    keys: dict[str, list[KeyPair]] = {}
    for (office, _), pair in session.keys.items():
        keys.setdefault(office, []).append(pair)
    return keys


def all_of(
    tx: Transaction, vault: Vault, offices: Iterable[str], keys: Keys, now: datetime
) -> list[Ready]:
    """Everyone of these offices, those whom a press would not help first."""
    here = _activist.c.office_id.in_(sorted(offices))
    phones, drilled, reviewed = _phones(tx), _drilled(tx), plans.reviewed(tx)
    standing = _contacts(tx)
    found = tx.execute(
        select(_activist, _office.c.name.label("office_name"), _profile.c.office_copy)
        .join(_office, _office.c.id == _activist.c.office_id)
        .outerjoin(_profile, _profile.c.activist_id == _activist.c.id)
        .where(here)
        .order_by(_activist.c.created_at, _activist.c.id)
    ).all()
    ready = [
        _ready(
            tx,
            vault,
            row,
            keys.get(row.office_id, []),
            standing.get(row.id, {}),
            phones.get(row.id, []),
            drilled.get(row.id),
            reviewed.get(row.id),
            now,
        )
        for row in found
    ]
    return sorted(ready, key=_worst_first)


def _worst_first(one: Ready) -> tuple[bool, int, int]:
    """Who is not protected, then whose first mend is the most urgent, then who has most."""
    urgency = list(Mend)
    first = urgency.index(one.mends[0]) if one.mends else len(urgency)
    return (one.protected, first, -len(one.mends))


def _ready(
    tx: Transaction,
    vault: Vault,
    row: Any,
    pairs: list[KeyPair],
    standing: Standing,
    phones: list[Phone],
    drilled_at: datetime | None,
    reviewed_at: datetime | None,
    now: datetime,
) -> Ready:
    opted_out = _opted_out(tx, vault, pairs, row.office_copy)
    contacts = [
        Contact(consent, reach, bool(opted_out and opted_out.get(contact_id)), since)
        for contact_id, (consent, reach, since) in standing.items()
        if opted_out is None or contact_id in opted_out
    ]
    heard_at = max((phone.heard_at for phone in phones), default=None)
    # Whoever has two phones and one that is armed is armed.
    best = max(phones, key=lambda phone: (phone.armed is not None, phone.armed), default=None)
    armed = best.armed if best else None
    rated = readiness(contacts, heard_at, drilled_at, reviewed_at, now, armed=armed)
    return Ready(
        id=row.id,
        office=row.office_id,
        office_name=row.office_name,
        name=name_of(vault, pairs, row.sealed),
        protected=rated.protected,
        contacts=dict(Counter(one.consent for one in contacts)),
        reachable=rated.reachable,
        opted_out=None if opted_out is None else sum(one.opted_out for one in contacts),
        phones=len(phones),
        heard_at=heard_at,
        armed=armed,
        obstacles=best.obstacles.split(",") if best and best.obstacles else [],
        battery=best.battery if best else None,
        stated_at=best.stated_at if best else None,
        drilled_at=drilled_at,
        reviewed_at=reviewed_at,
        mends=rated.mends,
    )


def _contacts(tx: Transaction) -> dict[str, Standing]:
    """By activist."""
    found: dict[str, Standing] = {}
    asked = select(
        _consent.c.activist_id,
        _consent.c.contact_id,
        _consent.c.state,
        _consent.c.reach,
        _consent.c.changed_at,
    )
    for row in tx.execute(asked):
        reach = Reach(row.reach or Reach.UNKNOWN)
        found.setdefault(row.activist_id, {})[row.contact_id] = (row.state, reach, row.changed_at)
    return found


def _phones(tx: Transaction) -> dict[str, list[Phone]]:
    """By activist."""
    pressed = (
        select(_incident.c.device_id, func.max(_incident.c.heard_at).label("at"))
        .group_by(_incident.c.device_id)
        .subquery()
    )
    found: dict[str, list[Phone]] = {}
    phones = (
        select(_device, pressed.c.at)
        .outerjoin(pressed, pressed.c.device_id == _device.c.id)
        .where(_device.c.revoked_at.is_(None))
    )
    for row in tx.execute(phones):
        times = (row.paired_at, row.heard_at, row.at)
        latest = max(time for time in times if time is not None)
        phone = Phone(latest, row.armed, row.obstacles, row.battery, row.stated_at)
        found.setdefault(row.activist_id, []).append(phone)
    return found


def _drilled(tx: Transaction) -> dict[str, datetime]:
    """By activist, when their last drill began."""
    drills = (
        select(_incident.c.activist_id, func.max(_incident.c.opened_at).label("at"))
        .where(_incident.c.kind == "drill")
        .group_by(_incident.c.activist_id)
    )
    return {row.activist_id: row.at for row in tx.execute(drills)}


def _opted_out(
    tx: Transaction, vault: Vault, pairs: list[KeyPair], office_copy: bytes | None
) -> dict[str, bool] | None:
    """Of each contact, whether their number said STOP; None where the list cannot be opened."""
    bundle = activists.open_office_copy(vault, pairs, office_copy)
    if bundle is None:
        return None
    return {one.id: consents.opted_out(tx, vault, one.phone) for one in bundle.contacts}


def name_of(vault: Vault, pairs: list[KeyPair], sealed: bytes) -> str | None:
    for pair in pairs:
        with suppress(CryptoError):  # sealed to an earlier or a later key of this office
            return vault.unbox(pair, bytes(sealed)).decode()
    return None
