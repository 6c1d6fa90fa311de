"""The doors of the people at the boards: on and off shift, since you left, who looks at what."""

import re
from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.domain.errors import NotKnown
from server.services import absences, presence, shifts
from server.services.reading import Reader
from server.services.staff import Session
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.sign_in import Nothing
from server.web.staff import read_id
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

BOARD = r"[A-Za-z0-9_-]{8,36}"  # made by the tab; it names nobody


class ShiftEnd(wire.Message, frozen=True):
    """What whoever comes on next should know."""

    note: Annotated[str, Meta(max_length=shifts.MAX_NOTE)] = ""


class Presence(wire.Message, frozen=True):
    """A board stands: what it has open, and the last `seq` that its socket has brought."""

    board: Annotated[str, Meta(pattern=f"^{BOARD}$(?!\\n)")]
    incident_id: Annotated[str, Meta(max_length=36)] | None = None
    seen: Annotated[int, Meta(ge=0, le=2**53)] = 0


@router.get("/shift", **documented(secured="session"))
def get_shift(request: Request, who: SignedIn) -> Response:
    """Whether one is on, and who else is."""
    return _standing(parts_of(request), who)


@router.post("/shift", **documented(Nothing, status=201, secured="session"))
def begin_shift(request: Request, who: SignedIn, body: RawBody) -> Response:
    """One is on from now; twice changes nothing."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now = parts.clock.now()
    parts.database.write(lambda tx: shifts.begin(tx, who, now))
    return _standing(parts, who, 201)


@router.post("/shift/end", **documented(ShiftEnd, secured="session"))
def end_shift(request: Request, who: SignedIn, body: RawBody) -> Response:
    """One's shift is over; the note is sealed to the office and to those above it."""
    note, parts = wire.decode(ShiftEnd, body or b"{}").note.strip(), parts_of(request)
    now = parts.clock.now()
    parts.database.write(lambda tx: shifts.end(tx, parts.vault, who, note, now))
    return _standing(parts, who)


@router.get("/shift/since", **documented(secured="session"))
def since_you_left(request: Request, who: SignedIn) -> Response:
    """What happened since one's last shift, or since one's board was last there."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        reader = Reader(parts.vault, who)
        return answer(absences.told(tx, parts.vault, who, reader, parts.clock.now()))


@router.put("/presence", **documented(Presence, secured="session"))
def put_presence(request: Request, who: SignedIn, body: RawBody) -> Response:
    """This board has that incident open; who else looks at what, and who is on."""
    said, parts = wire.decode(Presence, body), parts_of(request)
    now, shown = parts.clock.now(), said.incident_id
    incident_id = None if shown is None else read_id(shown)
    parts.database.write(lambda tx: presence.note(tx, who, said.board, incident_id, now))
    with parts.database.read() as tx:
        looking = [one._asdict() for one in presence.lookers(tx, parts.vault, who, now)]
        on_duty = [one._asdict() for one in shifts.on_duty(tx, parts.vault, who, now)]
        reach = presence.reach(tx, who, said.seen)
    return answer({"looking": looking, "on_duty": on_duty, **reach._asdict()})


@router.delete("/presence/{board}", **documented(status=204, secured="session"))
def delete_presence(request: Request, who: SignedIn, board: str) -> Response:
    """The tab is closed."""
    if not re.fullmatch(BOARD, board):
        raise NotKnown("There is no such board.")
    parts_of(request).database.write(lambda tx: presence.forget(tx, who, board))
    return Response(status_code=204)


def _standing(parts: Parts, who: Session, status: int = 200) -> Response:
    now = parts.clock.now()
    with parts.database.read() as tx:
        own = shifts.mine(tx, who, now)
        on_duty = [one._asdict() for one in shifts.on_duty(tx, parts.vault, who, now)]
    began_at = own.began_at if own is not None else None
    return answer({"began_at": began_at, "on_duty": on_duty}, status)
