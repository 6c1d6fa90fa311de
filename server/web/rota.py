"""An office's planned shifts: who is on duty when, in the office's own time."""

from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.errors import Unfit
from server.domain.rota import Shift, Turn
from server.services import offices, rota, staff
from server.services.rota import Person, Plan, Planned
from server.services.staff import Session
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.ladder import Administrator, visible_office
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

MOST_SHIFTS = 200

WallClock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]


class PlannedShift(wire.Message, frozen=True):
    """Every week on a weekday (Monday is 0), or on one day; a person, a phone that rings, or both.

    One that ends when it begins, or before, ends on the following day.
    """

    starts: WallClock
    ends: WallClock
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    day: date | None = None
    staff_id: wire.Opaque | None = None
    phone: wire.Phone | None = None
    language: wire.Locale = "en"


class DutyPlan(wire.Message, frozen=True):
    """An office's rota, in a zone by its IANA name."""

    zone: Annotated[str, Meta(max_length=60)]
    shifts: Annotated[list[PlannedShift], Meta(max_length=MOST_SHIFTS)]


@router.get("/offices/{office_id}/rota", **documented(secured="session"))
def get_plan(request: Request, who: SignedIn, office_id: str) -> Response:
    """The plan, who is on now, who is next, the coming week, and when nobody is."""
    return _standing(parts_of(request), who, visible_office(who, office_id))


@router.put("/offices/{office_id}/rota", **documented(DutyPlan, secured="session"))
def put_plan(request: Request, who: Administrator, office_id: str, body: RawBody) -> Response:
    """Sets the whole plan; from now on whoever is on rings first."""
    parts, office, wish = (
        parts_of(request),
        visible_office(who, office_id),
        wire.decode(DutyPlan, body),
    )
    if wish.zone not in available_timezones():
        raise Unfit(
            "This zone is not known.", pointer="/zone", mend="Use an IANA name, as Africa/Dakar."
        )
    shifts, now = [_read(place, one) for place, one in enumerate(wish.shifts)], parts.clock.now()

    def unit(tx: Transaction) -> None:
        known = {one["id"] for one in staff.colleagues(tx, parts.vault, who.sees)}
        _require_known(shifts, known)
        rota.set_plan(tx, parts.vault, office, wish.zone, shifts, who.staff_id, now)

    parts.database.write(unit)
    return _standing(parts, who, office)


def _read(place: int, one: PlannedShift) -> Planned:
    pointer = f"/shifts/{place}"
    if (one.weekday is None) == (one.day is None):
        raise Unfit(
            "A shift is on a weekday or on one day.",
            pointer=pointer,
            mend="Give `weekday` or `day`, and not both.",
        )
    if one.staff_id is None and one.phone is None:
        raise Unfit(
            "Nobody has this shift.", pointer=pointer, mend="Give `staff_id`, `phone` or both."
        )
    starts, ends = time.fromisoformat(one.starts), time.fromisoformat(one.ends)
    shift = Shift(place, starts, ends, one.weekday, one.day)
    return Planned(shift, Person(one.staff_id, one.phone, one.language))


def _require_known(shifts: list[Planned], known: set[str]) -> None:
    for shift, person in shifts:
        if person.staff_id is not None and person.staff_id not in known:
            raise Unfit(
                "There is no such active colleague.",
                pointer=f"/shifts/{shift.place}/staff_id",
                mend="Choose from the list.",
            )


def _standing(parts: Parts, who: Session, office: str) -> Response:
    now = parts.clock.now()
    with parts.database.read() as tx:
        plan = rota.of_office(tx, parts.vault, office)
        names, places = staff.names(tx, parts.vault), offices.names(tx)
    standing = rota.standing(plan, now)
    seen = sorted(
        ({"id": one, "name": places[one]} for one in who.sees), key=lambda one: one["name"]
    )
    return answer(
        {
            "zone": plan.zone,
            "shifts": [_shift(one, names) for one in plan.shifts],
            "now": [_turn(turn, plan, names) for turn in standing.now],
            "next": _turn(standing.next, plan, names) if standing.next else None,
            "week": [_turn(turn, plan, names) for turn in standing.week],
            "gaps": [gap._asdict() for gap in standing.gaps],
            "offices": seen,
        }
    )


def _shift(one: Planned, names: dict[str, str]) -> dict[str, Any]:
    shift, person = one
    return {
        "starts": shift.starts.isoformat("minutes"),
        "ends": shift.ends.isoformat("minutes"),
        "weekday": shift.weekday,
        "day": shift.day,
        **_person(person, names),
    }


def _turn(turn: Turn, plan: Plan, names: dict[str, str]) -> dict[str, Any]:
    times: dict[str, datetime] = {"starts_at": turn.starts_at, "ends_at": turn.ends_at}
    return {**times, **_person(plan.shifts[turn.place].person, names)}


def _person(person: Person, names: dict[str, str]) -> dict[str, Any]:
    return {
        "staff_id": person.staff_id,
        "name": names.get(person.staff_id or ""),
        "phone": person.phone,
        "language": person.language,
    }
