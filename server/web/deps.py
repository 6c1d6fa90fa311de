"""What every door needs: the parts of the server, the body, who asks."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

import msgspec
from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.carriers.route_file import ALONE, RouteFile
from server.db import Database, Transaction, Unavailable
from server.domain.errors import Forbidden
from server.domain.watch import Report
from server.live import Live
from server.services import devices, sessions, staff
from server.services.passkeys import Site
from server.services.staff import Session
from server.settings import LOOPBACK, Settings
from server.vault import Vault
from server.web.errors import TooLarge
from server.web.tries import Tries
from shared import wire
from shared.clock import Clock

R = TypeVar("R")


class WatchHealth(Protocol):
    """What the doors may ask of whoever watches over the server."""

    def report(self) -> Report:
        """What the last look found."""


class JobsHealth(Protocol):
    """What the doors may ask of the jobs, without knowing them."""

    def late(self) -> list[str]:
        """Names of jobs that have not turned for too long."""


CODES = 2  # stop codes tried at once: each try takes 40 ms and 38 MiB
GUESSES = 8  # links that open nothing, answered at once: each waits GUESS_WAIT first
GUESS_WAIT = 0.25  # seconds; a million guesses take nine hours, and a true link waits for none
EXPORTS = 2  # documents made at once: each takes a process for some seconds
SIGN_INS = 2  # passwords tried at once: each try takes 0.15 s and 64 MiB


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Chosen once, in `app.create_app`."""

    settings: Settings
    database: Database
    vault: Vault
    clock: Clock
    live: Live
    jobs: JobsHealth | None = None
    watch: WatchHealth | None = None
    route_file: RouteFile = ALONE
    needs_second_factor: bool = True
    tries: Tries = field(default_factory=Tries)
    leaving: threading.Event = field(default_factory=threading.Event)
    codes_at_once: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, CODES))
    guesses_at_once: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, GUESSES))
    exports_at_once: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, EXPORTS))
    sign_ins_at_once: asyncio.Semaphore = field(
        default_factory=partial(asyncio.Semaphore, SIGN_INS)
    )

    @property
    def cookie(self) -> str:
        """Over https the browser itself keeps the cookie to this host and path."""
        return "candlewire_session" if self.settings.is_loopback else "__Host-candlewire_session"

    @property
    def site(self) -> Site:
        """Whom a passkey answers: a host name, which 127.0.0.1 is not."""
        url = urlsplit(self.settings.public_url)
        if self.settings.is_loopback:
            return Site("localhost", f"http://localhost:{url.port}")
        return Site(url.hostname or "", f"{url.scheme}://{url.netloc}")


def parts_of(connection: HTTPConnection) -> Parts:
    return cast(Parts, connection.app.state.parts)


async def raw_body(request: Request) -> bytes:
    """The body, at most `wire.MAX_BODY` bytes of it."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > wire.MAX_BODY:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


async def read(parts: Parts, unit: Callable[[Transaction], R]) -> R:
    """A look at the database, off the event loop."""

    def look() -> R:
        with parts.database.read() as tx:
            return unit(tx)

    return await asyncio.to_thread(look)


def device_token(request: Request) -> bytes:
    return devices.read_token(request.headers.get("authorization"))


def any_session(request: Request) -> Session:
    """Whoever is signed in, also with a second factor still to be set up."""
    parts = parts_of(request)
    if request.method != "GET":
        require_same_origin(parts.settings, request)
    now, cookie = parts.clock.now(), request.cookies.get(parts.cookie)
    with parts.database.read() as tx:
        who = staff.resume(tx, parts.vault, cookie, now)
    if sessions.is_due(who, now):
        with contextlib.suppress(Unavailable):  # reading goes on where nothing can be stored
            parts.database.write(lambda tx: sessions.note_seen(tx, who.id, now))
    return who


def signed_in(request: Request) -> Session:
    """Whoever is signed in with all that it takes here."""
    return allowed(parts_of(request), any_session(request))


def allowed(parts: Parts, who: Session) -> Session:
    """Forbidden where a second factor is needed, and there was none."""
    if parts.needs_second_factor and who.factor is None:
        raise Forbidden(
            "Your account needs a second factor first.",
            mend="Set up an authenticator app or a passkey at /account.",
        )
    return who


def require_same_origin(settings: Settings, connection: HTTPConnection) -> None:
    """A page of another origin is refused; a program, which sends no Origin, is not."""
    origin = connection.headers.get("origin")
    if origin is None or _same_origin(settings, origin):
        return
    raise Forbidden("Requests from other sites are refused.", mend="Open the board itself.")


def _same_origin(settings: Settings, origin: str) -> bool:
    ours = urlsplit(settings.public_url)
    try:
        theirs = urlsplit(origin)
        if settings.is_loopback and theirs.hostname in LOOPBACK:
            return theirs.scheme == "http" and theirs.port == ours.port
    except ValueError:  # no address at all: a bracket left open, a port out of range
        return False
    return (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc)


def answer(body: Any, status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(body),
        status,
        {"Cache-Control": "no-store"},
        media_type="application/json",
    )


def documented(
    request: Any = None, response: Any = None, status: int = 200, *, secured: str | None = None
) -> dict[str, Any]:
    """What the OpenAPI document says of a door whose body is decoded by `shared.wire`."""
    extra: dict[str, Any] = {"responses": {}}
    described: dict[str, Any] = {"description": "Done"}
    if response is not None:
        described["content"] = {"application/json": {"schema": reference(response)}}
    extra["responses"][str(status)] = described
    extra["responses"]["4XX"] = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": reference(wire.Problem)}},
    }
    if request is not None:
        extra["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": reference(request)}},
        }
    if secured is not None:
        extra["security"] = [{secured: []}]
    return {"openapi_extra": extra, "status_code": status}


def reference(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components(
        [kind], ref_template="#/components/schemas/{name}"
    )
    return schema


RawBody = Annotated[bytes, Depends(raw_body)]
Token = Annotated[bytes, Depends(device_token)]
SignedIn = Annotated[Session, Depends(signed_in)]
AnySession = Annotated[Session, Depends(any_session)]
