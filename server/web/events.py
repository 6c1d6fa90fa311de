"""The staff's doors to mass events: what offices share of them, and what is done to all at once."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Transaction, Unavailable
from server.domain.closing import How
from server.domain.delivery import Kind
from server.domain.errors import NotKnown, Refusal, Unfit
from server.domain.incident import Outcome
from server.services import (
    event_briefs,
    event_keys,
    event_views,
    events,
    incidents,
    office_texts,
    timeline,
)
from server.services.event_briefs import Brief
from server.services.events import Hand
from server.services.office_texts import Wish
from server.services.reading import Reader
from server.services.staff import Session
from server.web.board_feeds import reader_of
from server.web.closing import HowWord, OutcomeWord, Reason, Seq
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.errors import problem_of
from server.web.office_texts import Words
from server.web.staff import Text
from shared import wire

router = APIRouter(prefix="/v1/events", tags=["staff"])

MOST = 200  # incidents that one call names: a press may wait for the writer behind them
AT_ONCE = 25  # units on the writer at once

Incidents = Annotated[list[wire.Opaque], Meta(min_length=1, max_length=MOST)]


def read_event_id(event_id: str) -> str:
    try:
        return str(UUID(event_id))
    except ValueError:
        raise NotKnown(events.UNKNOWN) from None


EventId = Annotated[str, Depends(read_event_id)]


class EventMembers(wire.Message, frozen=True):
    """Alerts that staff put together, or take out."""

    incidents: Incidents


class EventBrief(wire.Message, frozen=True):
    """`version`: the one that was read before this was written; 0 where there was none."""

    name: Annotated[str, Meta(max_length=80)]
    text: Annotated[str, Meta(max_length=4000)]
    version: Annotated[int, Meta(ge=0, le=2**31)]


class SharedTaking(wire.Message, frozen=True):
    """Of these alerts, or of all, those that nobody from the office has."""

    incidents: Incidents | None = None


class SharedNote(wire.Message, frozen=True):
    text: Text
    incidents: Incidents | None = None


class SharedAssignment(wire.Message, frozen=True):
    staff_id: wire.Opaque
    incidents: Incidents | None = None


class SharedText(wire.Message, frozen=True):
    """An officer's words to all contacts of these alerts; the page makes the `id`."""

    id: UUID
    text: Words
    incidents: Incidents | None = None


class SharedClosing(wire.Message, frozen=True):
    """`incidents`: each by its id, so that nobody closes one that joined unseen."""

    outcome: OutcomeWord
    incidents: Incidents
    reason: Reason = ""
    how: HowWord | None = None


class SharedConfirmation(wire.Message, frozen=True):
    """By incident, the `seq` of the proposal that was looked at."""

    proposals: Annotated[dict[wire.Opaque, Seq], Meta(min_length=1, max_length=MOST)]


@router.get("", **documented(secured="session"))
def list_events(request: Request, who: SignedIn) -> Response:
    """Mass events with alerts of one's offices, open ones first."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        seq = timeline.last_seq(tx)
        found = event_views.listed(tx, parts.vault, reader_of(request, who))
    return answer({"events": found, "seq": seq})


@router.get("/{event_id}", **documented(secured="session"))
def get_event(
    request: Request, who: SignedIn, event_id: EventId, after: str | None = None
) -> Response:
    """One event: counts, brief, and a page of its alerts, the oldest first."""
    parts, cursor = parts_of(request), _read_after(after)
    with parts.database.read() as tx:
        found = event_views.whole(tx, parts.vault, reader_of(request, who), event_id, cursor)
        lacking = found["readable"] and event_keys.is_lacking(tx, event_id)
    if lacking:  # whoever can read it lets the others read it too, just by coming by
        reader = Reader(parts.vault, who)
        with contextlib.suppress(Unavailable):  # the next one to come by does it
            parts.database.write(lambda tx: event_keys.hand_on(tx, parts.vault, reader, event_id))
    return answer(found)


@router.post("", **documented(EventMembers, status=201, secured="session"))
def begin(request: Request, who: SignedIn, body: RawBody) -> Response:
    """Makes an event of alerts that belong together, whatever event held them before."""
    parts, ids = parts_of(request), wire.decode(EventMembers, body).incidents
    now, hand = parts.clock.now(), _hand(parts, who)
    event_id = parts.database.write(lambda tx: events.begin(tx, parts.vault, hand, ids, now))
    return _whole(request, who, event_id, 201)


@router.post("/{event_id}/join", **documented(EventMembers, secured="session"))
def join(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Puts alerts into the event, out of any other."""
    parts, ids = parts_of(request), wire.decode(EventMembers, body).incidents
    now, hand = parts.clock.now(), _hand(parts, who)
    parts.database.write(lambda tx: events.join(tx, parts.vault, hand, event_id, ids, now))
    return _whole(request, who, event_id)


@router.post("/{event_id}/split", **documented(EventMembers, secured="session"))
def split(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Takes alerts out of the event, for good. 204 where nothing of one's own is left in it."""
    parts, ids = parts_of(request), wire.decode(EventMembers, body).incidents
    now, hand = parts.clock.now(), _hand(parts, who)
    parts.database.write(lambda tx: events.split(tx, parts.vault, hand, event_id, ids, now))
    try:
        return _whole(request, who, event_id)
    except NotKnown:
        return Response(status_code=204)


@router.put("/{event_id}/brief", **documented(EventBrief, secured="session"))
def put_brief(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """A new version of the brief that everybody who works on the event reads."""
    parts, wish = parts_of(request), wire.decode(EventBrief, body)
    now, hand, brief = parts.clock.now(), _hand(parts, who), Brief(name=wish.name, text=wish.text)
    parts.database.write(
        lambda tx: event_briefs.rewrite(tx, parts.vault, hand, event_id, brief, wish.version, now)
    )
    return _whole(request, who, event_id)


@router.post("/{event_id}/take", **documented(SharedTaking, secured="session"))
async def take(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Takes every alert of one's offices that nobody has."""
    parts, wish = parts_of(request), wire.decode(SharedTaking, body or b"{}")
    now, sees = parts.clock.now(), set(who.sees)

    def step(tx: Transaction, one: str) -> None:
        incidents.take(tx, parts.vault, sees, who.staff_id, one, now)

    ids = await _in_hand(parts, who, event_id, wish.incidents, untaken=True)
    return await _each(parts, ids, step)


@router.post("/{event_id}/notes", **documented(SharedNote, secured="session"))
async def note(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """The same note on each alert."""
    parts, wish = parts_of(request), wire.decode(SharedNote, body)
    now, sees = parts.clock.now(), set(who.sees)

    def step(tx: Transaction, one: str) -> None:
        incidents.note(tx, parts.vault, sees, who.staff_id, one, wish.text, now)

    return await _each(parts, await _in_hand(parts, who, event_id, wish.incidents), step)


@router.post("/{event_id}/assign", **documented(SharedAssignment, secured="session"))
async def assign(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Hands each alert over to a colleague."""
    parts, wish = parts_of(request), wire.decode(SharedAssignment, body)
    now, sees = parts.clock.now(), set(who.sees)

    def step(tx: Transaction, one: str) -> None:
        incidents.assign(tx, parts.vault, sees, who.staff_id, one, wish.staff_id, now)

    return await _each(parts, await _in_hand(parts, who, event_id, wish.incidents), step)


@router.post("/{event_id}/texts", **documented(SharedText, secured="session"))
async def text(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Texts the contacts of each alert in an officer's own words. The same id again: nothing."""
    parts, wish = parts_of(request), wire.decode(SharedText, body)
    now, reader = parts.clock.now(), Reader(parts.vault, who)
    words, message = Wish(Kind.OFFICE, None, wish.text), str(wish.id)

    def step(tx: Transaction, one: str) -> None:
        office_texts.send(tx, parts.vault, reader, who.staff_id, one, message, words, now)

    return await _each(parts, await _in_hand(parts, who, event_id, wish.incidents), step)


@router.post("/{event_id}/close", **documented(SharedClosing, secured="session"))
async def close(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """Closes each alert with this outcome, or proposes it where that takes two people."""
    parts, wish = parts_of(request), wire.decode(SharedClosing, body)
    now, sees = parts.clock.now(), set(who.sees)
    outcome, how = Outcome(wish.outcome), How(wish.how) if wish.how else None

    def step(tx: Transaction, one: str) -> None:
        staff_id = who.staff_id
        incidents.close(tx, parts.vault, sees, staff_id, one, outcome, wish.reason, now, how=how)

    return await _each(parts, await _in_hand(parts, who, event_id, wish.incidents), step)


@router.post("/{event_id}/confirm", **documented(SharedConfirmation, secured="session"))
async def confirm(request: Request, who: SignedIn, event_id: EventId, body: RawBody) -> Response:
    """The second person's yes to each of these proposals."""
    parts, proposals = parts_of(request), wire.decode(SharedConfirmation, body).proposals
    now, sees, reader = parts.clock.now(), set(who.sees), Reader(parts.vault, who)

    def step(tx: Transaction, one: str) -> None:
        seq = proposals[one]
        incidents.confirm_close(tx, parts.vault, sees, reader, who.staff_id, one, seq, now)

    return await _each(parts, await _in_hand(parts, who, event_id, list(proposals)), step)


async def _in_hand(
    parts: Parts,
    who: Session,
    event_id: str,
    chosen: Sequence[str] | None,
    *,
    untaken: bool = False,
) -> list[str]:
    """The alerts that an action is about, oldest first."""

    def look() -> list[str]:
        with parts.database.read() as tx:
            reader = Reader(parts.vault, who)
            return event_views.in_hand(tx, reader, event_id, chosen, untaken=untaken)

    return await asyncio.to_thread(look)


async def _each(
    parts: Parts, ids: Sequence[str], step: Callable[[Transaction, str], object]
) -> Response:
    """One unit each: one that fails spoils no other, and is named."""
    done, failed = list[str](), list[dict[str, Any]]()
    for some in _parts(ids):
        units = [parts.database.write_soon(partial(_step, step, one)) for one in some]
        for one, came in zip(
            some, await asyncio.gather(*units, return_exceptions=True), strict=True
        ):
            if isinstance(came, Refusal | Unavailable):
                problem = problem_of(came)
                failed.append({"id": one, "detail": problem.detail, "mend": problem.mend})
            elif isinstance(came, BaseException):
                raise came
            else:
                done.append(one)
    return answer({"done": done, "failed": failed})


def _step(step: Callable[[Transaction, str], object], one: str, tx: Transaction) -> None:
    step(tx, one)


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _hand(parts: Parts, who: Session) -> Hand:
    return Hand(who.staff_id, Reader(parts.vault, who))


def _whole(request: Request, who: Session, event_id: str, status: int = 200) -> Response:
    parts = parts_of(request)
    with parts.database.read() as tx:
        reader = reader_of(request, who)
        return answer(event_views.whole(tx, parts.vault, reader, event_id, None), status)


def _read_after(text: str | None) -> str | None:
    try:
        return None if text is None else str(UUID(text))
    except ValueError:
        raise Unfit(
            "This is not a page's cursor.", pointer="/after", mend="Use the `next` of a page."
        ) from None
