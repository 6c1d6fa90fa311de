"""The record's doors: exports that two agree to, and statistics in which nobody is named."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec import Meta
from starlette.responses import Response

from server.db import Unavailable
from server.documents import NotPrinted
from server.domain.errors import NotKnown, Unfit
from server.domain.export import LONGEST_PERIOD, Form, What
from server.services import export_files, exports, statistics
from server.services.export_files import File
from server.services.exports import Wish
from server.services.staff import Session
from server.web.deps import Parts, RawBody, SignedIn, answer, documented, parts_of
from server.web.sign_in import Nothing
from shared import wire

router = APIRouter(prefix="/v1", tags=["staff"])

SAFE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
MIDNIGHT = clock_time(tzinfo=UTC)


class ExportWish(wire.Message, frozen=True):
    """What somebody wants to take out. Days are in UTC, the last one included."""

    what: What
    form: Form
    subject_id: Annotated[str, Meta(max_length=36)] = ""
    locale: wire.Locale = "en"
    names: bool = False
    numbers: bool = False
    since: date | None = None
    until: date | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


def read_export(export_id: str) -> str:
    return _id(export_id)


ExportId = Annotated[str, Depends(read_export)]


@router.get("/exports", **documented(secured="session"))
def list_exports(request: Request, who: SignedIn) -> Response:
    """What was asked for in the offices one sees, newest first."""
    return _listed(parts_of(request), who)


@router.post("/exports", **documented(ExportWish, status=201, secured="session"))
def ask_for_export(request: Request, who: SignedIn, body: RawBody) -> Response:
    """Asks for a file; what one may have alone is approved at once."""
    parts, wish = parts_of(request), _wish(wire.decode(ExportWish, body))
    now = parts.clock.now()
    asked = parts.database.write(lambda tx: exports.ask(tx, parts.vault, who, wish, now))
    return _listed(parts, who, 201, asked)


@router.post("/exports/{export_id}/approve", **documented(Nothing, secured="session"))
def approve_export(request: Request, who: SignedIn, export_id: ExportId, body: RawBody) -> Response:
    """A second officer agrees; whoever asked has an hour to fetch it."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now = parts.clock.now()
    parts.database.write(lambda tx: exports.approve(tx, who, export_id, now))
    return _listed(parts, who)


@router.post("/exports/{export_id}/refuse", **documented(Nothing, secured="session"))
def refuse_export(request: Request, who: SignedIn, export_id: ExportId, body: RawBody) -> Response:
    """Refuses it, or takes one's own request back."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now = parts.clock.now()
    parts.database.write(lambda tx: exports.refuse(tx, who, export_id, now))
    return _listed(parts, who)


@router.post("/exports/{export_id}/file", **documented(Nothing, secured="session"))
async def fetch_export(
    request: Request, who: SignedIn, export_id: ExportId, body: RawBody
) -> Response:
    """The file, once: that it was fetched is stored before a byte of it has left."""
    wire.decode(Nothing, body or b"{}")
    parts = parts_of(request)
    now = parts.clock.now()
    async with parts.exports_at_once:
        file = await asyncio.to_thread(_made, parts, who, export_id, now)
    await parts.database.write_soon(lambda tx: exports.fetched(tx, who, export_id, now))
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, 200, headers, media_type=file.media)


@router.get("/statistics", **documented(secured="session"))
def get_statistics(
    request: Request,
    who: SignedIn,
    since: str | None = None,
    until: str | None = None,
    office: str = "",
) -> Response:
    """Counts and answer times of a period; without days, the last thirty."""
    parts = parts_of(request)
    first, end = _period(since, until, parts.clock.now())
    with parts.database.read() as tx:
        return answer(statistics.of_period(tx, who.sees, office, first, end))


@router.get("/statistics.csv", **documented(secured="session"))
def get_statistics_csv(
    request: Request,
    who: SignedIn,
    since: str | None = None,
    until: str | None = None,
    office: str = "",
) -> Response:
    """The same as a table."""
    parts = parts_of(request)
    first, end = _period(since, until, parts.clock.now())
    with parts.database.read() as tx:
        content = statistics.csv(statistics.of_period(tx, who.sees, office, first, end))
    name = f"candlewire-statistics-{first.date()}-{end.date()}.csv"
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, media_type="text/csv; charset=utf-8")


def _made(parts: Parts, who: Session, export_id: str, now: datetime) -> File:
    with parts.database.read() as tx:
        row = exports.fetchable(tx, who, export_id, now)
        make = export_files.gathered(tx, parts.vault, who, row, now)
    try:
        return make()
    except NotPrinted as fault:
        raise Unavailable("the document could not be made") from fault


def _listed(parts: Parts, who: Session, status: int = 200, asked: str = "") -> Response:
    now = parts.clock.now()
    with parts.database.read() as tx:
        found = exports.listed(tx, parts.vault, who, now)
    return answer({"exports": found, **({"asked": asked} if asked else {})}, status)


def _wish(sent: ExportWish) -> Wish:
    since, until = None, None
    if sent.what is What.PERIOD:
        since, until = _start(sent.since), _end(sent.until)
    subject = sent.subject_id
    if subject or sent.what is not What.PERIOD:
        subject = _id(subject)
    return Wish(
        what=sent.what,
        subject_id=subject,
        form=sent.form,
        locale=sent.locale,
        names=sent.names,
        numbers=sent.numbers,
        since=since,
        until=until,
        reason=sent.reason.strip(),
    )


def _period(since: str | None, until: str | None, now: datetime) -> tuple[datetime, datetime]:
    end = _end(_day(until, "/until")) or _end(now.date())
    start = _start(_day(since, "/since"))
    if end is None:
        raise Unfit("This is no day.", pointer="/until", mend="Write it as 2026-11-23.")
    if start is None:
        start = end - timedelta(days=30)
    if not timedelta(0) < end - start <= LONGEST_PERIOD:
        raise Unfit("This is no period.", pointer="/since", mend="Take a year at most.")
    return start, end


def _day(text: str | None, pointer: str) -> date | None:
    if not text:
        return None
    try:
        return msgspec.convert(text, date, strict=False)
    except msgspec.ValidationError:
        raise Unfit("This is no day.", pointer=pointer, mend="Write it as 2026-11-23.") from None


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, MIDNIGHT) if day else None


def _end(day: date | None) -> datetime | None:
    """The moment after the last of that day."""
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=1), MIDNIGHT)


def _id(text: str) -> str:
    """What is no id at all is a thing nobody knows; the databases disagree about odd text."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NotKnown("There is no such export in your office.") from None
