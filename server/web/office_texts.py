"""Staff reach contacts by hand: texts, welfare checks, calls that the server makes, or they do."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction
from server.domain.delivery import Kind
from server.domain.errors import NotKnown
from server.domain.office_texts import Result
from server.services import board, incidents, office_calls, office_texts
from server.services.office_texts import Counted, Wish
from server.services.reading import Reader
from server.services.staff import Session
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.sign_in import Nothing
from server.web.staff import IncidentId
from shared import wire

router = APIRouter(prefix="/v1/incidents/{incident_id}", tags=["staff"])

LONGEST = 320  # what is longer is no single text in any alphabet
Places = Annotated[list[Annotated[int, Meta(ge=1, le=999)]], Meta(min_length=1, max_length=40)]
Words = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class ContactText(wire.Message, frozen=True):
    """An officer's own words, to contacts by their `place`, or to all; the page makes the `id`."""

    id: UUID
    text: Words
    to: Places | None = None


class WelfareCheck(wire.Message, frozen=True):
    """Asks contacts to see how the person is, in the usual words or in the office's own."""

    id: UUID
    text: Words | None = None
    to: Places | None = None


class Draft(wire.Message, frozen=True):
    """What would be sent: a text, or with `welfare` a welfare check."""

    text: Annotated[str, Meta(max_length=LONGEST)] | None = None
    to: Places | None = None
    welfare: bool = False


class PhoneCall(wire.Message, frozen=True):
    """A call that an officer made: what came of it, and when, where that is not now."""

    id: UUID
    result: Literal["reached", "no_answer", "busy", "voicemail", "wrong_number"]
    note: Annotated[str, Meta(max_length=incidents.MAX_TEXT)] = ""
    at: Annotated[datetime, Meta(tz=True)] | None = None


@router.post("/texts", **documented(ContactText, status=201, secured="session"))
def text(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Texts contacts in an officer's own words. The same id again changes nothing: 200."""
    wish = wire.decode(ContactText, body)
    return _send(request, who, incident_id, wish.id, Wish(Kind.OFFICE, wish.to, wish.text))


@router.post("/texts/count", **documented(Draft, secured="session"))
def count(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """What each contact would read, and how many parts it takes. Sends nothing."""
    draft, parts = wire.decode(Draft, body), parts_of(request)
    own = draft.text or (None if draft.welfare else "")
    wish = Wish(Kind.WELFARE if draft.welfare else Kind.OFFICE, draft.to, own)
    now = parts.clock.now()
    with parts.database.read() as tx:
        incidents.visible(tx, set(who.sees), incident_id)
        reader = Reader(parts.vault, who)
        counted = office_texts.count(tx, parts.vault, reader, incident_id, wish, now)
    return answer({"texts": [_counted(one) for one in counted]})


@router.post("/welfare", **documented(WelfareCheck, status=201, secured="session"))
def welfare(request: Request, who: SignedIn, incident_id: IncidentId, body: RawBody) -> Response:
    """Asks contacts to check on the person and to answer 1 or 2. The same id again: 200."""
    wish = wire.decode(WelfareCheck, body)
    return _send(request, who, incident_id, wish.id, Wish(Kind.WELFARE, wish.to, wish.text))


@router.post("/contacts/{place}/call", **documented(Nothing, secured="session"))
def call(
    request: Request, who: SignedIn, incident_id: IncidentId, place: str, body: RawBody
) -> Response:
    """The server calls this contact once more, with the words and keys of every call."""
    wire.decode(Nothing, body or b"{}")
    parts, number = parts_of(request), _place(place)
    now, sees, reader = parts.clock.now(), set(who.sees), Reader(parts.vault, who)

    def unit(tx: Transaction) -> bool:
        incidents.visible(tx, sees, incident_id)
        return office_calls.call(tx, parts.vault, reader, who.staff_id, incident_id, number, now)

    parts.database.write(unit)
    return _summary(parts, who, incident_id)


@router.post("/contacts/{place}/called", **documented(PhoneCall, status=201, secured="session"))
def called(
    request: Request, who: SignedIn, incident_id: IncidentId, place: str, body: RawBody
) -> Response:
    """An officer called this contact themselves. The same id again changes nothing: 200."""
    wish, parts, number = wire.decode(PhoneCall, body), parts_of(request), _place(place)
    now, sees, result = parts.clock.now(), set(who.sees), Result(wish.result)

    def unit(tx: Transaction) -> bool:
        incidents.visible(tx, sees, incident_id)
        return office_calls.note_call(
            tx,
            parts.vault,
            who.staff_id,
            incident_id,
            str(wish.id),
            number,
            result,
            wish.note,
            wish.at,
            now,
        )

    first = parts.database.write(unit)
    return _summary(parts, who, incident_id, 201 if first else 200)


def _send(
    request: Request, who: Session, incident_id: str, message_id: UUID, wish: Wish
) -> Response:
    parts = parts_of(request)
    now, sees, reader = parts.clock.now(), set(who.sees), Reader(parts.vault, who)

    def unit(tx: Transaction) -> bool:
        incidents.visible(tx, sees, incident_id)
        return office_texts.send(
            tx, parts.vault, reader, who.staff_id, incident_id, str(message_id), wish, now
        )

    first = parts.database.write(unit)
    return _summary(parts, who, incident_id, 201 if first else 200)


def _counted(one: Counted) -> dict[str, object]:
    return {
        "place": one.place,
        "body": one.body,
        "encoding": one.size.encoding,
        "units": one.size.units,
        "most": 160 if one.size.encoding == "GSM-7" else 70,
        "parts": one.size.parts,
        "left_out": one.left,
    }


def _place(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise NotKnown("There is no such contact.")
    return int(text)


def _summary(parts: Parts, who: Session, incident_id: str, status: int = 200) -> Response:
    with parts.database.read() as tx:
        reader = Reader(parts.vault, who)
        return answer(board.one(tx, parts.vault, reader, incident_id), status)
