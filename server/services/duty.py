"""Who of an office can be reached: boards that stand, and the rota of duty phones."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from server.db import Transaction
from server.domain import access
from server.domain import delivery as delivery_rules
from server.domain.delivery import Kind
from server.domain.ladder import Reason
from server.services import audit, deliveries, offices, rows
from server.services import rota as planned
from server.services.records import Duty
from server.statements import Statement
from server.tables import Delivery
from server.tables.ladders import BoardSeen, DutyPhone
from server.vault import Vault, about
from shared import wire

_phone = rows.table(DutyPhone)
_board = rows.table(BoardSeen)
_delivery = rows.table(Delivery)

_QUEUED = Statement(
    select(_delivery.c.sealed).where(
        _delivery.c.state == delivery_rules.State.QUEUED,
        _delivery.c.kind == bindparam("what"),
        _delivery.c.sealed.is_not(None),
    )
)
_ROTA = Statement(
    select(_phone.c.position, _phone.c.sealed)
    .where(_phone.c.office_id == bindparam("office"))
    .order_by(_phone.c.position)
)


class Number(msgspec.Struct, frozen=True):
    """Whom a duty text goes to, as the rota keeps it."""

    phone: wire.Phone
    language: wire.Locale


class About(NamedTuple):
    """What a duty phone is told of an incident: no person and no place."""

    incident_id: str
    office_id: str
    code: str
    since: datetime


def numbers(tx: Transaction, vault: Vault, office_id: str) -> list[Number]:
    """An office's own duty phones, in the order in which they ring."""
    return [
        wire.decode(Number, vault.read(sealed, _place(office_id, position)))
        for position, sealed in tx.rows(_ROTA, office=office_id)
    ]


def set_numbers(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    rota: Sequence[Number],
    by: str,
    now: datetime,
) -> None:
    """The office's rota, in place of the one before."""
    tx.execute(delete(_phone).where(_phone.c.office_id == office_id))
    for position, number in enumerate(rota):
        sealed = vault.keep(wire.encode(number), _place(office_id, position))
        tx.execute(insert(_phone).values(office_id=office_id, position=position, sealed=sealed))
    audit.note(tx, by, "duty phones changed", office_id, now)


def rota(tx: Transaction, vault: Vault, office_id: str, now: datetime) -> list[Number]:
    """The phones that ring for an office, one after another: its own, then its hub's.

    Of each office first whoever is on by its plan, then the rest; none rings twice in a round.
    """
    found: dict[str, Number] = {}
    for office in access.ancestors(office_id, offices.parents(tx)):
        on = [Number(one.phone, one.language) for one in planned.on_now(tx, vault, office, now)]
        for number in (*on, *numbers(tx, vault, office)):
            found.setdefault(number.phone, number)
    return list(found.values())


def page(
    tx: Transaction,
    vault: Vault,
    number: Number,
    alert: About,
    reason: Reason,
    now: datetime,
    *,
    calls: bool,
) -> None:
    """A text and a call to a duty phone; where one waits for it already, that one is enough."""
    told = Duty(
        phone=number.phone,
        language=number.language,
        office=offices.names(tx)[alert.office_id],
        code=alert.code,
        since=alert.since,
        reason=reason,
    )
    for kind in (Kind.DUTY, Kind.DUTY_CALL) if calls else (Kind.DUTY,):
        if number.phone in _waiting(tx, vault, kind):
            continue
        sealed = vault.keep(wire.encode(told), about("delivery", kind))
        lane = delivery_rules.lane(kind, 0, False)
        deliveries.enqueue(
            tx, [deliveries.row(kind, alert.incident_id, None, lane, now, alert.since, sealed)]
        )


def _waiting(tx: Transaction, vault: Vault, kind: Kind) -> set[str]:
    """Duty phones with a text or a call in line: in a mass arrest a thousand would bury calls."""
    place = about("delivery", kind)
    return {
        wire.decode(Duty, vault.read(sealed, place)).phone
        for (sealed,) in tx.rows(_QUEUED, what=kind)
    }


def note_board(tx: Transaction, office_id: str, now: datetime) -> None:
    """A board of this office stands."""
    known = tx.execute(update(_board).where(_board.c.office_id == office_id).values(seen_at=now))
    if not known.rowcount:
        tx.execute(insert(_board).values(office_id=office_id, seen_at=now))


def board_seen(tx: Transaction, office_id: str) -> datetime | None:
    """When a board that shows this office's alerts last stood: its own, or one above it."""
    chain = access.ancestors(office_id, offices.parents(tx))
    return tx.execute(
        select(func.max(_board.c.seen_at)).where(_board.c.office_id.in_(chain))
    ).scalar()


def _place(office_id: str, position: int) -> bytes:
    return about("duty_phone", office_id, sequence=position)
