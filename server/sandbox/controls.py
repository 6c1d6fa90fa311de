"""The doors of `/_sandbox`: what people received, what they answer, what goes wrong."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.db import Database, Transaction
from server.sandbox import messages
from server.sandbox.courier import Courier
from server.sandbox.faults import Faults, Weather
from shared import wire
from shared.clock import Clock

M = TypeVar("M", bound=wire.Message)

Line = Annotated[str, Meta(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$")]


class Reply(wire.Message, frozen=True):
    """A contact answers from a handset to the number that texted it."""

    sender: wire.Phone = msgspec.field(name="from")
    to: Line
    body: Annotated[str, Meta(min_length=1, max_length=1600)]


class Controls:
    """What a test or a trainer does to the sandbox."""

    def __init__(self, db: Database, clock: Clock, weather: Weather, courier: Courier) -> None:
        self._db = db
        self._clock = clock
        self._weather = weather
        self._courier = courier

    def show_messages(self, request: Request) -> Response:
        with self._db.read() as tx:
            rows = messages.received(tx, request.query_params.get("to"))
        return answer(
            [
                {
                    "sid": row["sid"],
                    "to": row["phone"],
                    "from": row["line"],
                    "body": row["body"],
                    "encoding": row["encoding"],
                    "segments": row["segments"],
                    "status": row["status"],
                    "created_at": row["created_at"],
                }
                for row in rows
            ]
        )

    async def empty(self, request: Request) -> Response:
        await self._db.write_soon(messages.empty)
        return Response(status_code=204)

    async def reply(self, request: Request) -> Response:
        said = read(Reply, await request.body())
        now = self._clock.now()
        row = messages.new("reply", said.sender, said.to, said.body, "received", now)

        def unit(tx: Transaction) -> None:
            messages.keep_reply(tx, row)
            self._courier.keep_inbound(tx, row, now)

        await self._db.write_soon(unit)
        self._courier.wake()
        return answer({"sid": row["sid"]}, 201)

    async def change_faults(self, request: Request) -> Response:
        faults = read(Faults, await request.body())
        self._weather.change(faults, asyncio.get_running_loop().time())
        return answer(faults)


class OwnOrigin:
    """Refuses what another site's page asks a browser to do here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        own = headers.get(b"host", b"").decode("latin-1")
        if origin is not None and urlsplit(origin.decode("latin-1")).netloc != own:
            await problem(403, "Forbidden", "the request comes from another site's page")(
                scope, receive, send
            )
            return
        await self._app(scope, receive, send)


def read(kind: type[M], body: bytes) -> M:
    """As `wire.decode`, but an unknown field is named: these doors are for trainers and tests."""
    sent: dict[str, msgspec.Raw] = {}
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        sent = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    for name in sent:
        if name not in known:
            pointer = "/" + name[:60].replace("~", "~0").replace("/", "~1")
            raise wire.Malformed(pointer, f"only {', '.join(known)}")
    return wire.decode(kind, body)


def answer(content: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def problem(status: int, title: str, detail: str, pointer: str | None = None) -> Response:
    body = wire.Problem(title=title, status=status, detail=detail, pointer=pointer)
    return Response(msgspec.json.encode(body), status, media_type="application/problem+json")


async def malformed(request: Request, error: Exception) -> Response:
    """A body that is not what it should be; a field is named only where it is ours."""
    if not isinstance(error, wire.Malformed):
        raise error
    return problem(422, "Unreadable body", f"Expected {error.expected}.", error.pointer or "/")


async def unavailable(request: Request, error: Exception) -> Response:
    return problem(503, "Unavailable", "The sandbox cannot store now.")


async def not_found(request: Request, error: Exception) -> Response:
    return problem(404, "Not found", "There is nothing at this address.")
