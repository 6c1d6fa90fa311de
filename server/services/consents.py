"""Consent first: a contact is asked, reminded once, and is not used until they agree."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import bindparam, delete, literal, select, update

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain import invitation as rules
from server.domain.delivery import Kind
from server.domain.invitation import Step
from server.domain.reach import Reach
from server.services import deliveries, readings, records, rows, suppressions
from server.services.records import Invitation
from server.statements import Statement
from server.tables import Consent
from server.vault import Vault, about
from shared import wire

_consent = rows.table(Consent)

_OF = Statement(
    select(_consent.c.contact_id, _consent.c.state, _consent.c.reach).where(
        _consent.c.activist_id == bindparam("activist")
    )
)
_ASKED = Statement(
    select(_consent.c.activist_id, _consent.c.contact_id, _consent.c.sealed).where(
        _consent.c.number_mac == bindparam("mac"), _consent.c.state == "asked"
    )
)
_this = (
    _consent.c.activist_id == bindparam("activist"),
    _consent.c.contact_id == bindparam("contact"),
)
_DECIDE = Statement(
    update(_consent)
    .where(*_this)
    .values(
        state=bindparam("new_state"),
        reach=bindparam("new_reach"),
        changed_at=bindparam("now"),
        number_mac=None,
        sealed=None,
        due_at=None,
        delivery_id=None,
    )
)
_FORGET = Statement(delete(_consent).where(*_this))
_NEXT = Statement(
    select(_consent.c.due_at)
    .where(_consent.c.due_at.is_not(None))
    .order_by(_consent.c.due_at)
    .limit(1)
)
_DUE = Statement(
    select(
        _consent.c.activist_id,
        _consent.c.contact_id,
        _consent.c.changed_at,
        _consent.c.reach,
        _consent.c.number_mac,
        _consent.c.sealed,
    )
    .where(_consent.c.due_at <= bindparam("now"))
    .order_by(_consent.c.due_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_REMINDED = Statement(
    update(_consent)
    .where(*_this)
    .values(due_at=bindparam("due"), delivery_id=bindparam("delivery"))
)
_UNCHECKED = Statement(
    select(_consent.c.activist_id, _consent.c.contact_id, _consent.c.sealed)
    .where(_consent.c.sealed.is_not(None), _consent.c.reach.is_(None))
    .limit(bindparam("limit"))
)
_CHECKED = Statement(
    update(_consent)
    .where(*_this, _consent.c.reach.is_(None), _consent.c.state == literal("asked"))
    .values(reach=bindparam("new_reach"))
)
_INSERT_CONSENT = rows.inserting(Consent)


class Stand(NamedTuple):
    """How a contact stands: asked, agreed, declined or no_answer; and what their number takes."""

    state: str
    reach: Reach


class Unchecked(NamedTuple):
    """A number that the carrier has not been asked about; it is known while they are asked."""

    activist_id: str
    contact_id: str
    phone: str


def stands(tx: Transaction, activist_id: str) -> dict[str, Stand]:
    """By contact id; those who were never asked are not in it."""
    found = tx.rows(_OF, activist=activist_id)
    return {contact: Stand(state, Reach(reach or Reach.UNKNOWN)) for contact, state, reach in found}


def opted_out(tx: Transaction, vault: Vault, phone: str) -> bool:
    return suppressions.holds(tx, vault.mac(phone))


def invite(
    tx: Transaction,
    vault: Vault,
    activist_id: str,
    office_id: str,
    office: str,
    contacts: list[wire.Contact],
    now: datetime,
) -> None:
    """Asks every contact who has not been asked before; one who said STOP is not texted."""
    known = stands(tx, activist_id)
    for contact in contacts:
        if contact.id in known:
            continue
        mac = vault.mac(contact.phone)
        place = about("consent", contact.id, activist_id)
        invitation = Invitation(
            phone=contact.phone,
            language=contact.language,
            known_as=contact.known_as,
            office=office,
            office_id=office_id,
        )
        silent = suppressions.holds(tx, mac)
        tx.run(
            _INSERT_CONSENT,
            activist_id=activist_id,
            contact_id=contact.id,
            state="asked",
            changed_at=now,
            reach=None,
            number_mac=mac,
            sealed=vault.keep(records.encode(invitation), place),
            due_at=rules.first_due(now),
            delivery_id=None if silent else _text(tx, vault, Kind.INVITATION, invitation, now),
        )


def forget(tx: Transaction, activist_id: str, contact_ids: Iterable[str]) -> None:
    """How these contacts stand, open invitations included; who is listed again is asked again."""
    tx.run_many(_FORGET, [{"activist": activist_id, "contact": contact} for contact in contact_ids])


def record(tx: Transaction, activist_id: str, contact_id: str, state: str, now: datetime) -> None:
    """An answer that was given otherwise, as in the demo."""
    tx.run(
        _INSERT_CONSENT,
        activist_id=activist_id,
        contact_id=contact_id,
        state=state,
        changed_at=now,
        reach=None,
        number_mac=None,
        sealed=None,
        due_at=None,
        delivery_id=None,
    )


def answer(tx: Transaction, vault: Vault, mac: bytes, agreed: bool, now: datetime) -> bool:
    """A digit from somebody who was asked: settles all open invitations to that number."""
    asked = tx.rows(_ASKED, mac=mac)
    for activist_id, contact_id, sealed in asked:
        invitation = _open(vault, activist_id, contact_id, sealed)
        state = "agreed" if agreed else "declined"
        # Whatever the carrier takes their line for: texts come and go there.
        _decide(tx, activist_id, contact_id, state, Reach.MOBILE, now)
        _text(tx, vault, Kind.CONSENT_NOTED, invitation, now, agreed=agreed)
    return bool(asked)


def next_due(tx: Transaction) -> datetime | None:
    """When somebody is to be reminded, or their invitation ends."""
    found = tx.row(_NEXT)
    return found[0] if found else None


def turn(tx: Transaction, vault: Vault, limit: int, now: datetime) -> int:
    """Reminds, once, and ends what was never answered; how many invitations were due."""
    due = tx.rows(_DUE, now=now, limit=limit)
    for activist_id, contact_id, asked_at, reach, mac, sealed in due:
        if rules.step(asked_at, now) is Step.END:
            _decide(tx, activist_id, contact_id, "no_answer", reach, now)
            continue
        delivery = None
        if not suppressions.holds(tx, mac):
            invitation = _open(vault, activist_id, contact_id, sealed)
            delivery = _text(tx, vault, Kind.REMINDER, invitation, now)
        tx.run(
            _REMINDED,
            activist=activist_id,
            contact=contact_id,
            due=rules.end_of(asked_at),
            delivery=delivery,
        )
    return len(due)


def unchecked(tx: Transaction, vault: Vault, limit: int) -> list[Unchecked]:
    return [
        Unchecked(activist, contact, _open(vault, activist, contact, sealed).phone)
        for activist, contact, sealed in tx.rows(_UNCHECKED, limit=limit)
    ]


def note_check(tx: Transaction, checked: Unchecked, reach: Reach) -> None:
    """What the carrier said of a number; what a text has shown since then stays."""
    tx.run(
        _CHECKED,
        activist=checked.activist_id,
        contact=checked.contact_id,
        new_reach=reach,
    )


def _decide(
    tx: Transaction,
    activist_id: str,
    contact_id: str,
    state: str,
    reach: str | None,
    now: datetime,
) -> None:
    """Settles an invitation: their number and its words are destroyed."""
    tx.run(
        _DECIDE,
        activist=activist_id,
        contact=contact_id,
        new_state=state,
        new_reach=reach,
        now=now,
    )


def _open(vault: Vault, activist_id: str, contact_id: str, sealed: bytes) -> Invitation:
    content = vault.read(sealed, about("consent", contact_id, activist_id))
    return wire.decode(Invitation, content)


def _text(
    tx: Transaction,
    vault: Vault,
    kind: Kind,
    invitation: Invitation,
    now: datetime,
    *,
    agreed: bool = False,
) -> int:
    """Queues a text; its delivery's id."""
    read = readings.allowed(tx, invitation.office_id)
    worded = replace(invitation, language=readings.spoken(invitation.language, read))
    content = records.encode(records.Asking(invitation=worded, agreed=agreed))
    sealed = vault.keep(content, about("delivery", kind))
    lane = delivery_rules.lane(kind, 0, False)
    row = deliveries.row(kind, None, None, lane, now, now, sealed)
    return deliveries.enqueue_one(tx, row)
