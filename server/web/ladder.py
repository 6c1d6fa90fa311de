"""An office's ladder and rota of duty phones, as its administrators set them."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.access import Role
from server.domain.errors import Forbidden, NotKnown
from server.domain.ladder import DEFAULT, LONGEST_CALL_AGAIN, Ladder
from server.services import duty, ladders
from server.services.staff import Session
from server.web.deps import RawBody, SignedIn, answer, documented, parts_of
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

Seconds = Annotated[int, Meta(ge=10, le=3600)]


class Waits(wire.Message, frozen=True):
    """A ladder's waits in seconds, and whether phones ring."""

    delivered_s: Seconds
    answer_s: Seconds
    call_again_s: Annotated[int, Meta(ge=20, le=LONGEST_CALL_AGAIN)]
    office_s: Seconds
    calls: bool
    lead_s: Annotated[int, Meta(ge=60, le=14_400)] = DEFAULT.lead_s
    lead_answer_s: Seconds = DEFAULT.lead_answer_s


class DutyNumber(wire.Message, frozen=True):
    phone: wire.Phone
    language: wire.Locale = "en"


class Rota(wire.Message, frozen=True):
    """Duty phones in the order in which they ring."""

    phones: Annotated[list[DutyNumber], Meta(max_length=20)]


def administrator(who: SignedIn) -> Session:
    if who.role is not Role.ADMINISTRATOR:
        raise Forbidden("Only an administrator may do this.", mend="Ask one of your office.")
    return who


Administrator = Annotated[Session, Depends(administrator)]


@router.get("/offices/{office_id}/ladder", **documented(None, Waits, secured="session"))
def get_ladder(request: Request, who: Administrator, office_id: str) -> Response:
    """The waits that incidents of this office begin with."""
    parts, office = parts_of(request), visible_office(who, office_id)
    with parts.database.read() as tx:
        return answer(_waits(ladders.ladder_of(tx, office)))


@router.put("/offices/{office_id}/ladder", **documented(Waits, Waits, secured="session"))
def put_ladder(request: Request, who: Administrator, office_id: str, body: RawBody) -> Response:
    """Sets them; timers that run keep the time they have."""
    return _set(request, who, visible_office(who, office_id), body)


@router.get("/activists/{activist_id}/ladder", **documented(None, Waits, secured="session"))
def get_own_ladder(request: Request, who: Administrator, activist_id: str) -> Response:
    """The waits that incidents of this activist begin with: their own, or their office's."""
    parts, office = parts_of(request), _office_of(request, who, activist_id)
    with parts.database.read() as tx:
        return answer(_waits(ladders.ladder_of(tx, office, activist_id)))


@router.put("/activists/{activist_id}/ladder", **documented(Waits, Waits, secured="session"))
def put_own_ladder(
    request: Request, who: Administrator, activist_id: str, body: RawBody
) -> Response:
    """Sets the waits of one activist, in place of their office's."""
    _office_of(request, who, activist_id)
    return _set(request, who, activist_id, body)


@router.delete("/activists/{activist_id}/ladder", **documented(None, Waits, secured="session"))
def delete_own_ladder(request: Request, who: Administrator, activist_id: str) -> Response:
    """From now on the office's waits hold for this activist too."""
    parts, office = parts_of(request), _office_of(request, who, activist_id)
    now = parts.clock.now()
    parts.database.write(lambda tx: ladders.remove_ladder(tx, activist_id, who.staff_id, now))
    with parts.database.read() as tx:
        return answer(_waits(ladders.ladder_of(tx, office)))


@router.get("/offices/{office_id}/duty", **documented(None, Rota, secured="session"))
def get_rota(request: Request, who: Administrator, office_id: str) -> Response:
    """The office's duty phones; its hub's ring after them."""
    parts, office = parts_of(request), visible_office(who, office_id)
    with parts.database.read() as tx:
        return answer(_rota(duty.numbers(tx, parts.vault, office)))


@router.put("/offices/{office_id}/duty", **documented(Rota, Rota, secured="session"))
def put_rota(request: Request, who: Administrator, office_id: str, body: RawBody) -> Response:
    """Sets the whole rota."""
    parts, office, wish = parts_of(request), visible_office(who, office_id), wire.decode(Rota, body)
    numbers = [duty.Number(one.phone, one.language) for one in wish.phones]
    now = parts.clock.now()
    parts.database.write(
        lambda tx: duty.set_numbers(tx, parts.vault, office, numbers, who.staff_id, now)
    )
    return answer(wish)


def _set(request: Request, who: Session, subject: str, body: bytes) -> Response:
    parts, wish = parts_of(request), wire.decode(Waits, body)
    ladder, now = Ladder(**msgspec.structs.asdict(wish)), parts.clock.now()
    parts.database.write(lambda tx: ladders.set_ladder(tx, subject, ladder, who.staff_id, now))
    return answer(wish)


def _office_of(request: Request, who: Session, activist_id: str) -> str:
    with parts_of(request).database.read() as tx:
        office = ladders.office_of_activist(tx, activist_id)
    if office is None or office not in who.sees:
        raise NotKnown("There is no such activist in your office.")
    return office


def visible_office(who: Session, office_id: str) -> str:
    """An office that this person sees. What is no id at all is an office nobody knows."""
    try:
        office = str(UUID(office_id))
    except ValueError:
        office = ""
    if office not in who.sees:
        raise NotKnown("There is no such office below yours.")
    return office


def _waits(ladder: Ladder) -> Waits:
    return Waits(**asdict(ladder))


def _rota(numbers: list[duty.Number]) -> Rota:
    return Rota(phones=[DutyNumber(phone=one.phone, language=one.language) for one in numbers])
