"""Consent first: a contact is asked, and is not used until they agree."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from server.db import Transaction
from server.domain import delivery as delivery_rules
from server.domain.delivery import Kind
from server.services import deliveries, records, rows
from server.services.records import Invitation
from server.statements import Statement
from server.tables import Consent, Suppression
from server.vault import Vault, about
from shared import wire

_consent = rows.table(Consent)
_suppression = rows.table(Suppression)

_OF = Statement(
    select(_consent.c.contact_id, _consent.c.state).where(
        _consent.c.activist_id == bindparam("activist")
    )
)
_ASKED = Statement(
    select(_consent.c.activist_id, _consent.c.contact_id, _consent.c.sealed).where(
        _consent.c.number_mac == bindparam("mac"), _consent.c.state == "asked"
    )
)
_DECIDE = Statement(
    update(_consent)
    .where(
        _consent.c.activist_id == bindparam("activist"),
        _consent.c.contact_id == bindparam("contact"),
    )
    .values(state=bindparam("new_state"), changed_at=bindparam("now"), number_mac=None, sealed=None)
)
_FORGET = Statement(
    delete(_consent).where(
        _consent.c.activist_id == bindparam("activist"),
        _consent.c.contact_id == bindparam("contact"),
    )
)
_SILENT = Statement(
    select(_suppression.c.number_mac).where(_suppression.c.number_mac == bindparam("mac"))
)
INSERT_CONSENT = rows.inserting(Consent)


def states(tx: Transaction, activist_id: str) -> dict[str, str]:
    """Contact id → asked, agreed or declined."""
    return dict(tx.rows(_OF, activist=activist_id))


def opted_out(tx: Transaction, vault: Vault, phone: str) -> bool:
    return tx.row(_SILENT, mac=vault.mac(phone)) is not None


def invite(
    tx: Transaction,
    vault: Vault,
    activist_id: str,
    office: str,
    contacts: list[wire.Contact],
    now: datetime,
) -> None:
    """Asks every contact who has not been asked before; one who said STOP is not texted."""
    known = states(tx, activist_id)
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
        )
        sealed = vault.keep(records.encode(invitation), place)
        tx.run(
            INSERT_CONSENT,
            activist_id=activist_id,
            contact_id=contact.id,
            state="asked",
            changed_at=now,
            number_mac=mac,
            sealed=sealed,
        )
        if tx.row(_SILENT, mac=mac) is None:
            _text(tx, vault, Kind.INVITATION, invitation, now)


def ask_anew(tx: Transaction, activist_id: str, contact_ids: list[str]) -> None:
    """Forgets how these contacts stand, so that they are invited again."""
    tx.run_many(_FORGET, [{"activist": activist_id, "contact": contact} for contact in contact_ids])


def record(tx: Transaction, activist_id: str, contact_id: str, state: str, now: datetime) -> None:
    """An answer that was given otherwise, as in the demo."""
    tx.run(
        INSERT_CONSENT,
        activist_id=activist_id,
        contact_id=contact_id,
        state=state,
        changed_at=now,
        number_mac=None,
        sealed=None,
    )


def answer(tx: Transaction, vault: Vault, mac: bytes, agreed: bool, now: datetime) -> bool:
    """A digit from somebody who was asked: settles all open invitations to that number."""
    asked = tx.rows(_ASKED, mac=mac)
    for activist_id, contact_id, sealed in asked:
        content = vault.read(sealed, about("consent", contact_id, activist_id))
        invitation = wire.decode(Invitation, content)
        state = "agreed" if agreed else "declined"
        tx.run(_DECIDE, activist=activist_id, contact=contact_id, new_state=state, now=now)
        _text(tx, vault, Kind.CONSENT_NOTED, invitation, now, agreed=agreed)
    return bool(asked)


def _text(
    tx: Transaction,
    vault: Vault,
    kind: Kind,
    invitation: Invitation,
    now: datetime,
    *,
    agreed: bool = False,
) -> None:
    content = records.encode(records.Asking(invitation=invitation, agreed=agreed))
    sealed = vault.keep(content, about("delivery", kind))
    lane = delivery_rules.lane(kind, 0, False)
    deliveries.enqueue(tx, [deliveries.row(kind, None, None, lane, now, now, sealed)])
