"""The staff's doors: incidents, and what the office does with them."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.errors import NotKnown, Unfit
from server.domain.incident import State
from server.services import board, incidents, staff, timeline
from server.services import devices as device_service
from server.services.reading import Reader
from server.services.staff import Session
from server.web import phone
from server.web.board_feeds import reader_of
from server.web.deps import (
    Parts,
    RawBody,
    SignedIn,
    answer,
    documented,
    parts_of,
    signed_in,
)
from server.web.sign_in import Nothing
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

LARGEST_PAGE = 500

Text = Annotated[str, Meta(min_length=1, max_length=incidents.MAX_TEXT)]


def read_id(incident_id: str) -> str:
    """What is no id at all is an incident nobody knows; the databases disagree about odd text."""
    try:
        return str(UUID(incident_id))
    except ValueError:
        raise NotKnown("There is no such incident in your office.") from None


IncidentId = Annotated[str, Depends(read_id)]


class Note(wire.Message, frozen=True):
    text: Text


class Assignment(wire.Message, frozen=True):
    """To whom the alert is handed over; null gives it back, to nobody."""

    staff_id: wire.Opaque | None


@router.get("/staff", **documented(secured="session"))
def colleagues(request: Request, who: SignedIn, incident: str | None = None) -> Response:
    """Active staff, or those of them to whom an alert can be handed over."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        whose = who.sees
        if incident is not None:
            whose = incidents.whose_staff_see(tx, whose, read_id(incident))
        return answer({"staff": staff.colleagues(tx, parts.vault, whose)})


@router.get("/incidents", **documented(secured="session"))
def list_incidents(
    request: Request,
    who: SignedIn,
    state: str | None = None,
    office: str | None = None,
    after: str | None = None,
    limit: str = str(board.PAGE),
) -> Response:
    """A page of incidents, the oldest alert that staff have not taken first."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        seq = timeline.last_seq(tx)
        reader = reader_of(request, who)
        found, cursor = board.page(
            tx, parts.vault, reader, _states(state), office, after, _limit(limit)
        )
    return answer({"incidents": found, "next": cursor, "seq": seq})


@router.get("/incidents/{incident_id}", **documented(None, wire.Progress))
async def get_incident(request: Request, incident_id: str) -> Response:
    """A phone's token gets the progress; a staff session gets everything. A token decides."""
    parts, header = parts_of(request), request.headers.get("authorization")
    if header is not None:
        token = device_service.read_token(header)
        return answer(await phone.progress(parts, token, phone.read_id(incident_id)))

    def look() -> dict[str, Any]:
        who = signed_in(request)
        with parts.database.read() as tx:
            return board.whole(tx, parts.vault, reader_of(request, who), read_id(incident_id))

    return answer(await asyncio.to_thread(look))


@router.post("/incidents/{incident_id}/acknowledge", **documented(Nothing, secured="session"))
def acknowledge(
    request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody
) -> Response:
    """Takes the alert: from now on somebody of the office is responsible."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    parts.database.write(
        lambda tx: incidents.take(tx, parts.vault, sees, who.staff_id, incident_id, now)
    )
    return _summary(parts, who, incident_id)


@router.post("/incidents/{incident_id}/notes", **documented(Note, status=201, secured="session"))
def add_note(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Adds a note to the timeline."""
    text, parts = wire.decode(Note, body).text, parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    seq = parts.database.write(
        lambda tx: incidents.note(tx, parts.vault, sees, who.staff_id, incident_id, text, now)
    )
    with parts.database.read() as tx:
        whole = board.whole(tx, parts.vault, Reader(parts.vault, who), incident_id)
    return answer(next(entry for entry in whole["timeline"] if entry["seq"] == seq), 201)


@router.post("/incidents/{incident_id}/assign", **documented(Assignment, secured="session"))
def assign(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Hands the alert over to a colleague, or gives it back."""
    to, parts = wire.decode(Assignment, body).staff_id, parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    whose = (sees, who.staff_id, incident_id)
    if to is None:
        parts.database.write(lambda tx: incidents.give_back(tx, parts.vault, *whose, now))
    else:
        parts.database.write(lambda tx: incidents.assign(tx, parts.vault, *whose, to, now))
    return _summary(parts, who, incident_id)


@router.post("/incidents/{incident_id}/release", **documented(Nothing, secured="session"))
def release(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Texts the contacts now, where a duress code in the countdown held the texts back."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    parts.database.write(
        lambda tx: incidents.release(tx, parts.vault, sees, who.staff_id, incident_id, now)
    )
    return _summary(parts, who, incident_id)


@router.delete("/incidents/{incident_id}/contacts/{place}/link", **documented(secured="session"))
def revoke_link(request: Request, who: SignedIn, incident_id: IncidentId, place: str) -> Response:
    """Ends one contact's page at once."""
    parts = parts_of(request)
    now, sees = parts.clock.now(), set(who.sees)
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 0
    parts.database.write(
        lambda tx: incidents.revoke_link(
            tx, parts.vault, sees, who.staff_id, incident_id, number, now
        )
    )
    return _summary(parts, who, incident_id)


def _summary(parts: Parts, who: Session, incident_id: str) -> Response:
    with parts.database.read() as tx:
        return answer(board.one(tx, parts.vault, Reader(parts.vault, who), incident_id))


def _states(text: str | None) -> list[State] | None:
    if text is None:
        return None
    try:
        return [State(one) for one in text.split(",")]
    except ValueError:
        raise Unfit(
            "This is not a list of states.",
            pointer="/state",
            mend="Use " + ", ".join(State) + ", with commas between.",
        ) from None


def _limit(text: str) -> int:
    size = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= size <= LARGEST_PAGE:
        raise Unfit("This is not a page's size.", pointer="/limit", mend="Use 1 to 500.")
    return size
