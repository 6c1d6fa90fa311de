"""Which office answers for which ground, and an incident that goes from one office to another."""

from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.errors import Forbidden, Unfit
from server.domain.territory import Area, Circle
from server.services import board, incidents, offices, territories, transfers
from server.services.reading import Reader
from server.web.deps import RawBody, SignedIn, answer, documented, parts_of
from server.web.ladder import Administrator, visible_office
from server.web.staff import IncidentId, Text
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

MOST_AREAS = 300

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Radius = Annotated[float, Meta(ge=1_000, le=500_000)]


class Ground(wire.Message, frozen=True):
    """A code of ISO 3166 or UN M49; or, with `code` null, a circle, which stands above codes."""

    code: Annotated[str, Meta(pattern=r"^[A-Z0-9-]{2,12}$(?!\n)")] | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    radius_m: Radius | None = None


class Grounds(wire.Message, frozen=True):
    """All that an office answers for."""

    areas: Annotated[list[Ground], Meta(max_length=MOST_AREAS)]


class NewOffice(wire.Message, frozen=True):
    """To which office the incident goes, and why."""

    office_id: wire.Opaque
    reason: Text


@router.get("/offices/{office_id}/territory", **documented(None, Grounds, secured="session"))
def get_territory(request: Request, who: Administrator, office_id: str) -> Response:
    """What an office answers for."""
    parts, office = parts_of(request), visible_office(who, office_id)
    with parts.database.read() as tx:
        found = [area for area in territories.areas(tx) if area.office_id == office]
    return answer(Grounds(areas=[_ground(area) for area in found]))


@router.put("/offices/{office_id}/territory", **documented(Grounds, Grounds, secured="session"))
def put_territory(request: Request, who: Administrator, office_id: str, body: RawBody) -> Response:
    """Sets all of it; only an administrator of the one office with none above it may."""
    parts, office, wish = (
        parts_of(request),
        visible_office(who, office_id),
        wire.decode(Grounds, body),
    )
    areas = [_area(office, ground, place) for place, ground in enumerate(wish.areas)]
    now = parts.clock.now()

    def unit(tx: Transaction) -> None:
        _require_top(tx, who.office_id)
        territories.set_areas(tx, office, areas, who.staff_id, now)

    parts.database.write(unit)
    return answer(wish)


@router.get("/incidents/{incident_id}/office", **documented(secured="session"))
def get_offices(request: Request, who: SignedIn, incident_id: IncidentId) -> Response:
    """The offices that it may be handed to."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        incidents.visible(tx, set(who.sees), incident_id)
        return answer({"offices": transfers.choices(tx, incident_id)})


@router.post("/incidents/{incident_id}/office", **documented(NewOffice, secured="session"))
def change_office(
    request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody
) -> Response:
    """Hands it to another office; `incident` is null where this person sees it no more."""
    wish, parts = wire.decode(NewOffice, body), parts_of(request)
    now, reader = parts.clock.now(), Reader(parts.vault, who)
    parts.database.write(
        lambda tx: transfers.transfer(
            tx, parts.vault, reader, who.staff_id, incident_id, wish.office_id, wish.reason, now
        )
    )
    with parts.database.read() as tx:
        found = board.some(tx, parts.vault, Reader(parts.vault, who), [incident_id])
    return answer({"incident": next(iter(found), None)})


def _require_top(tx: Transaction, office_id: str) -> None:
    """Where several offices have none above them, a circle of one would take another's alerts."""
    tops = [office for office, parent in offices.parents(tx).items() if parent is None]
    if office_id not in tops:
        raise Forbidden(
            "Only an office with none above it decides who answers for which ground.",
            mend="Ask its administrator.",
        )
    if len(tops) > 1:
        raise Forbidden(
            "Several offices have none above them: none decides for the others.",
            mend="Whoever runs the server does, with `candlewire people office territory`.",
        )


def _area(office_id: str, ground: Ground, place: int) -> Area:
    circle = ground.lat, ground.lon, ground.radius_m
    match ground.code, circle:
        case str(code), (None, None, None):
            return Area(office_id, code=code)
        case None, (float(lat), float(lon), float(radius)):
            return Area(office_id, circle=Circle(lat, lon, radius))
    raise Unfit(
        "This is neither a code nor a circle.",
        pointer=f"/areas/{place}",
        mend="Give `code`, or `lat`, `lon` and `radius_m`.",
    )


def _ground(area: Area) -> Ground:
    if area.circle is None:
        return Ground(code=area.code)
    return Ground(lat=area.circle.lat, lon=area.circle.lon, radius_m=area.circle.radius_m)
