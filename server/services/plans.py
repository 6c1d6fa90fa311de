"""An activist's plan: who they are, how to call them back, what to do first, what may be published.

Sealed for the activist's office and those above it, which read their incidents too.
"""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import delete, insert, select

from server.db import Transaction
from server.domain.errors import Forbidden, NotKnown, Unfit
from server.services import audit, offices, rows
from server.services.staff import Session
from server.tables import Activist
from server.tables.plans import PlanCopy
from server.vault import Vault, about
from shared import wire
from shared.crypto import CryptoError

SIZE = 16_384  # bytes; every plan is padded to this, so that its size tells nothing

_plan = rows.table(PlanCopy)
_activist = rows.table(Activist)

Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=1500)]


class Publicity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be said in public once they are gone, and who decides; agreed beforehand."""

    name: bool = False
    photo: bool = False
    decides: Short = ""
    agreed_on: date | None = None


class PlanText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty where nobody has said; `police`: whether calling them would help or harm.

    `call_back` is what to say on the phone so that nobody who listens understands it.
    """

    full_name: Short = ""
    call_back: Long = ""
    code_word: Short = ""
    police: Literal["help", "danger", ""] = ""
    lawyer: Short = ""
    medical: Long = ""
    first_hours: Long = ""
    notes: Long = ""
    publicity: Publicity = msgspec.field(default_factory=Publicity)


class Plan(PlanText, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reviewed_at`: when somebody last went through it; None where there is no plan yet."""

    reviewed_at: datetime | None = None


def of(tx: Transaction, vault: Vault, session: Session, activist_id: str) -> Plan | None:
    """None where there is no plan, or this person holds no key to it. It writes nothing."""
    offices_of_keys = {office for office, _ in session.keys}
    found = tx.execute(
        select(_plan.c.office_id, _plan.c.sealed, _plan.c.reviewed_at).where(
            _plan.c.activist_id == activist_id, _plan.c.office_id.in_(offices_of_keys)
        )
    ).all()
    for row in found:
        for (office, _), pair in session.keys.items():
            if office != row.office_id:
                continue
            with suppress(CryptoError):  # sealed to an earlier or a later key of this office
                content = vault.open_row(pair, bytes(row.sealed), _place(activist_id, office))
                return _dated(wire.decode(PlanText, wire.unpad(content)), row.reviewed_at)
    return None


def view(tx: Transaction, vault: Vault, session: Session, activist_id: str, now: datetime) -> Plan:
    """The plan, or an empty one, for somebody who looks at it: that they did is noted."""
    _require_key(tx, session, activist_id)
    audit.note(tx, session.staff_id, "plan viewed", activist_id, now)
    return of(tx, vault, session, activist_id) or Plan()


def save(
    tx: Transaction, vault: Vault, session: Session, activist_id: str, text: PlanText, now: datetime
) -> Plan:
    """Keeps the plan, which is thereby gone through; saving the same again is a review."""
    office_id = _require_key(tx, session, activist_id)
    try:
        padded = wire.pad(wire.encode(text), SIZE)
    except wire.Malformed:
        raise Unfit(
            "The plan is too long.", pointer="", mend="Shorten the longest texts."
        ) from None
    tx.execute(delete(_plan).where(_plan.c.activist_id == activist_id))
    for reader in offices.readers(tx, office_id):
        place = _place(activist_id, reader.office_id)
        tx.execute(
            insert(_plan).values(
                activist_id=activist_id,
                office_id=reader.office_id,
                sealed=vault.seal_row_blind(reader.public_key, padded, place),
                reviewed_at=now,
            )
        )
    audit.note(tx, session.staff_id, "plan saved", activist_id, now)
    return _dated(text, now)


def reviewed(tx: Transaction) -> dict[str, datetime]:
    """By activist, when their plan was last gone through."""
    found = tx.execute(select(_plan.c.activist_id, _plan.c.reviewed_at))
    return {row.activist_id: row.reviewed_at for row in found}


def _require_key(tx: Transaction, session: Session, activist_id: str) -> str:
    """The activist's office, where this person sees it and holds a key that reads its plans."""
    found = tx.execute(select(_activist.c.office_id).where(_activist.c.id == activist_id)).scalar()
    if found is None or found not in session.sees:
        raise NotKnown("There is no such activist in your office.")
    readers = {reader.office_id for reader in offices.readers(tx, str(found))}
    if not any(office in readers for office, _ in session.keys):
        raise Forbidden(
            "You do not hold the office's key.", mend="A colleague grants it at /people."
        )
    return str(found)


def _dated(text: PlanText, reviewed_at: datetime) -> Plan:
    return Plan(**msgspec.structs.asdict(text), reviewed_at=reviewed_at)


def _place(activist_id: str, office_id: str) -> bytes:
    return about("plan", office_id, activist_id)
