"""The check-in timer's doors: the same messages over HTTPS and over the phone's socket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.services import check_ins, devices
from server.web.deps import Parts, RawBody, Token, answer, documented, parts_of
from server.web.phone import try_code
from shared import wire

router = APIRouter(prefix="/v1/check-in", tags=["phone"])

Answered = tuple[int, wire.CheckInStanding]


async def arm(parts: Parts, token: bytes, body: bytes) -> Answered:
    asked, now = wire.decode(wire.CheckIn, body), parts.clock.now()
    return 201, await parts.database.write_soon(
        lambda tx: check_ins.arm(tx, parts.vault, token, asked, now)
    )


async def extend(parts: Parts, token: bytes, body: bytes) -> Answered:
    asked, now = wire.decode(wire.CheckInChange, body), parts.clock.now()
    if asked.code is None:
        device, code = await asyncio.to_thread(_caller, parts, token), None
    else:
        device, code = await try_code(parts, token, asked.code, now)
    return 200, await parts.database.write_soon(
        lambda tx: check_ins.extend(tx, parts.vault, device, asked, code, now)
    )


async def end(parts: Parts, token: bytes, body: bytes) -> Answered:
    asked, now = wire.decode(wire.CheckInEnd, body), parts.clock.now()
    device, code = await try_code(parts, token, asked.code, now)
    return 200, await parts.database.write_soon(
        lambda tx: check_ins.end_with(tx, parts.vault, device, asked, code, now)
    )


async def look(parts: Parts, token: bytes, _body: bytes = b"") -> Answered:
    now = parts.clock.now()

    def looking() -> wire.CheckInStanding:
        with parts.database.read() as tx:
            return check_ins.standing(tx, devices.caller(tx, token), now)

    return 200, await asyncio.to_thread(looking)


# What a frame of the phone's socket asks for, by its type.
FRAMES: Final[Mapping[str, Callable[[Parts, bytes, bytes], Awaitable[Answered]]]] = {
    "check_in": arm,
    "check_in_later": extend,
    "check_in_end": end,
    "check_in_look": look,
}


@router.get("", **documented(None, wire.CheckInStanding, secured="device"))
async def see(request: Request, token: Token) -> Response:
    """How the timer stands, for a phone that was restarted or set up anew."""
    status, standing = await look(parts_of(request), token)
    return answer(standing, status)


@router.post("", **documented(wire.CheckIn, wire.CheckInStanding, 201, secured="device"))
async def set_timer(request: Request, token: Token, body: RawBody) -> Response:
    """Arms the check-in timer: missed, it raises an alert."""
    status, standing = await arm(parts_of(request), token, body)
    return answer(standing, status)


@router.patch("", **documented(wire.CheckInChange, wire.CheckInStanding, secured="device"))
async def move_timer(request: Request, token: Token, body: RawBody) -> Response:
    """Moves the check-in timer; with a code, what the office learns depends on the code."""
    status, standing = await extend(parts_of(request), token, body)
    return answer(standing, status)


@router.post("/end", **documented(wire.CheckInEnd, wire.CheckInStanding, secured="device"))
async def end_timer(request: Request, token: Token, body: RawBody) -> Response:
    """Ends the check-in timer with a code; what the office learns depends on the code."""
    status, standing = await end(parts_of(request), token, body)
    return answer(standing, status)


@router.delete("", **documented(status=204, secured="device"))
async def drop_timer(request: Request, token: Token) -> Response:
    """Ends the check-in timer without a code."""
    await parts_of(request).database.write_soon(lambda tx: check_ins.end(tx, token))
    return Response(status_code=204)


def _caller(parts: Parts, token: bytes) -> devices.Caller:
    with parts.database.read() as tx:
        return devices.caller(tx, token)
