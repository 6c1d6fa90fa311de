"""Drills that an office calls, and what came of them."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain import drills as rules
from server.domain.drills import Way
from server.domain.errors import NotAllowed, NotKnown
from server.services import drill_figures, drills, readiness
from server.services.drill_figures import Found
from server.services.drills import Called
from server.services.staff import Session
from server.services.timeline import Actor
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of, read
from server.web.ladder import Administrator
from server.web.people_access import DrillId
from server.web.sign_in import Nothing
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])


class DrillCall(wire.Message, frozen=True):
    """For these activists, or for everybody of an office."""

    way: Way
    activists: Annotated[list[wire.Opaque], Meta(max_length=rules.MOST)] = msgspec.field(
        default_factory=list
    )
    office_id: wire.Opaque | None = None


@router.get("/drills", **documented(secured="session"))
def list_drills(request: Request, who: SignedIn) -> Response:
    """Drills of the own office and of those below it, the newest first."""
    with parts_of(request).database.read() as tx:
        return answer({"drills": [one._asdict() for one in drill_figures.listed(tx, who.sees)]})


@router.post("/drills", **documented(DrillCall, status=201, secured="session"))
async def call_drill(request: Request, who: Administrator, body: RawBody) -> Response:
    """Calls one. By way of the office it is raised person by person, each in a transaction of its
    own, so that a press waits behind one of them at most."""
    parts, wish = parts_of(request), wire.decode(DrillCall, body)
    now = parts.clock.now()

    def unit(tx: Transaction) -> Called:
        chosen = wish.activists
        if wish.office_id is not None:
            chosen = [*chosen, *_everybody(tx, who, wish.office_id)]
        if not 0 < len(set(chosen)) <= rules.MOST:
            raise NotAllowed(
                f"A drill is for 1 to {rules.MOST} activists.",
                pointer="/activists",
                mend="Choose some, or fewer.",
            )
        return drills.call(tx, who, chosen, wish.way, now)

    called = await parts.database.write_soon(unit)
    if wish.way is Way.OFFICE:
        await _raise_all(parts, who, called)
    return answer(await _report(parts, who, called.id), 201)


@router.get("/drills/{drill_id}", **documented(secured="session"))
async def get_drill(request: Request, who: SignedIn, drill_id: DrillId) -> Response:
    """What came of it so far, person by person."""
    return answer(await _report(parts_of(request), who, drill_id))


@router.post("/drills/{drill_id}/end", **documented(Nothing, secured="session"))
async def end_drill(
    request: Request, who: Administrator, drill_id: DrillId, body: RawBody
) -> Response:
    """Closes what is open of it and keeps its figures; after a day it ends by itself."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now, actor = parts.clock.now(), Actor("staff", who.staff_id)

    def look(tx: Transaction) -> Found:
        drills.visible(tx, who.sees, drill_id)
        return drills.measured(tx, drill_id, now)

    found = await read(parts, look)
    await parts.database.write_soon(lambda tx: drills.end(tx, drill_id, found, actor, now))
    for incident_id in await read(parts, lambda tx: drills.still_open(tx, found)):
        closing = partial(drills.close, vault=parts.vault, incident_id=incident_id, now=now)
        await parts.database.write_soon(closing)
    return answer(await _report(parts, who, drill_id))


def _everybody(tx: Transaction, who: Session, office_id: str) -> list[str]:
    if office_id not in who.sees:
        raise NotKnown("There is no such office below yours.", pointer="/office_id")
    return drills.of_office(tx, office_id)


async def _raise_all(parts: Parts, who: Session, called: Called) -> None:
    wait = timedelta()
    for activist_id in called.people:
        contacts = await _raise(parts, who, called.id, activist_id, wait)
        wait += rules.spacing(contacts, parts.settings.messages_per_second)


async def _raise(
    parts: Parts, who: Session, drill_id: str, activist_id: str, wait: timedelta
) -> int:
    now: datetime = parts.clock.now()
    alert_id = uuid4()
    return await parts.database.write_soon(
        lambda tx: drills.begin(tx, parts.vault, who, drill_id, activist_id, alert_id, wait, now)
    )


async def _report(parts: Parts, who: Session, drill_id: str) -> dict[str, Any]:
    keys, now = readiness.keys_of(who), parts.clock.now()

    def look(tx: Transaction) -> dict[str, Any]:
        drills.visible(tx, who.sees, drill_id)
        found = drill_figures.report(tx, parts.vault, keys, drills.row_of(tx, drill_id), now)
        return {
            **found._asdict(),
            "drill": found.drill._asdict(),
            "totals": found.totals._asdict(),
            **{name: _figures(getattr(found, name)) for name in FIGURES},
            "people": [one._asdict() for one in found.people],
        }

    return await read(parts, look)


FIGURES = ("stored", "delivered", "answered")


def _figures(found: rules.Figures | None) -> dict[str, int] | None:
    return found._asdict() if found else None
