"""An office's planned shifts: kept, and read as of now: who is on, who is next, where is a gap."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from server.db import Transaction
from server.domain import rota as rules
from server.domain.rota import Gap, Shift, Turn
from server.services import audit, rows
from server.statements import Statement
from server.tables.rota import PlannedShift, RotaZone
from server.vault import Vault, about
from shared import wire

UTC = "UTC"

_zone = rows.table(RotaZone)
_shift = rows.table(PlannedShift)

_PLANNED = Statement(
    select(
        _shift.c.position,
        _shift.c.weekday,
        _shift.c.day,
        _shift.c.starts,
        _shift.c.ends,
        _shift.c.sealed,
        _zone.c.zone,
    )
    .join(_zone, _zone.c.office_id == _shift.c.office_id)
    .where(_shift.c.office_id == bindparam("office"))
    .order_by(_shift.c.position)
)


class Person(msgspec.Struct, frozen=True):
    """Who is on: a member of the staff, a phone that rings, or both."""

    staff_id: str | None = None
    phone: wire.Phone | None = None
    language: wire.Locale = "en"


class Planned(NamedTuple):
    """A shift and who has it."""

    shift: Shift
    person: Person


class Plan(NamedTuple):
    zone: str
    shifts: list[Planned]


class Standing(NamedTuple):
    """The plan as of now; `next` is the next turn to begin, `gaps` those of the coming week."""

    now: list[Turn]
    next: Turn | None
    week: list[Turn]
    gaps: list[Gap]


class OnNow(NamedTuple):
    """A phone whose turn it is."""

    phone: wire.Phone
    language: wire.Locale


def of_office(tx: Transaction, vault: Vault, office_id: str) -> Plan:
    zone = tx.execute(select(_zone.c.zone).where(_zone.c.office_id == office_id)).scalar()
    found = tx.rows(_PLANNED, office=office_id)
    return Plan(zone or UTC, [_planned(vault, office_id, row) for row in found])


def set_plan(
    tx: Transaction,
    vault: Vault,
    office_id: str,
    zone: str,
    shifts: Sequence[Planned],
    by: str,
    now: datetime,
) -> None:
    """The office's plan, in place of the one before."""
    tx.execute(delete(_shift).where(_shift.c.office_id == office_id))
    tx.execute(delete(_zone).where(_zone.c.office_id == office_id))
    tx.execute(insert(_zone).values(office_id=office_id, zone=zone))
    for position, (shift, person) in enumerate(shifts):
        tx.execute(
            insert(_shift).values(
                office_id=office_id,
                position=position,
                weekday=shift.weekday,
                day=shift.day.isoformat() if shift.day else None,
                starts=shift.starts.isoformat("minutes"),
                ends=shift.ends.isoformat("minutes"),
                sealed=vault.keep(wire.encode(person), _place(office_id, position)),
            )
        )
    audit.note(tx, by, "duty rota changed", office_id, now)


def standing(plan: Plan, now: datetime) -> Standing:
    """Who is on, who is next, the week from now, and when nobody is."""
    zone, shifts = ZoneInfo(plan.zone), [one.shift for one in plan.shifts]
    until = now + rules.AHEAD
    return Standing(
        rules.on_duty(shifts, zone, now),
        rules.following(shifts, zone, now),
        rules.turns(shifts, zone, now, until),
        rules.gaps(shifts, zone, now, until),
    )


def on_now(tx: Transaction, vault: Vault, office_id: str, now: datetime) -> list[OnNow]:
    """The phones of whoever is on, whoever began first, first."""
    found = tx.rows(_PLANNED, office=office_id)
    if not found:
        return []
    people = {row[0]: _planned(vault, office_id, row) for row in found}
    turns = rules.on_duty([one.shift for one in people.values()], ZoneInfo(found[0][-1]), now)
    on = [people[turn.place].person for turn in turns]
    return [OnNow(one.phone, one.language) for one in on if one.phone is not None]


def _planned(vault: Vault, office_id: str, row: tuple[Any, ...]) -> Planned:
    position, weekday, day, starts, ends, sealed, _ = row
    shift = Shift(
        position,
        time.fromisoformat(starts),
        time.fromisoformat(ends),
        weekday,
        date.fromisoformat(day) if day else None,
    )
    person = vault.read(sealed, _place(office_id, position))
    return Planned(shift, wire.decode(Person, person))


def _place(office_id: str, position: int) -> bytes:
    return about("planned_shift", office_id, sequence=position)
