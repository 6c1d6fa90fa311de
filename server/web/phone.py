"""The phone's doors over HTTPS."""

import asyncio
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.services import activists, alerts, devices, phone_views, stops, tracking
from server.web.deps import Parts, RawBody, Token, answer, documented, parts_of
from server.web.errors import TooLarge, refused
from shared import wire

ALERTS = "/v1/alerts"

router = APIRouter(prefix="/v1", tags=["phone"])


class AlertDoor:
    """`POST /v1/alerts` before all other doors: nothing stands between a press and the disk."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await refused(HTTPException(405))(scope, receive, send)
            return
        try:
            token = devices.read_token(_authorization(scope))
            status, accepted = await raise_alert(self._parts, token, await _read(receive))
        except Exception as error:  # noqa: BLE001 - the phone gets a problem document of any fault
            await refused(error)(scope, receive, send)
            return
        body = wire.encode(accepted)
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def raise_alert(parts: Parts, token: bytes, data: bytes | str) -> tuple[int, wire.Accepted]:
    """Stores a press, whichever way it came: 201 the first time, 200 for the same id again."""
    now = parts.clock.now()
    press = wire.decode_alert(data, now)
    raised = await parts.database.write_soon(
        lambda tx: alerts.raise_alert(tx, parts.vault, token, press, now)
    )
    return (201 if raised.first else 200), raised.accepted


async def stop_incident(parts: Parts, token: bytes, incident_id: UUID, code: str) -> wire.Progress:
    """Tries a stop code, and does what it says."""
    now = parts.clock.now()
    device, kind = await try_code(parts, token, code, now)
    return await parts.database.write_soon(
        lambda tx: stops.stop(tx, parts.vault, device, incident_id, kind, now)
    )


async def try_code(
    parts: Parts, token: bytes, code: str, now: datetime
) -> tuple[devices.Caller, stops.CodeKind]:
    """Who speaks, and which code it is. A wrong one is counted, and refused."""
    vault, database = parts.vault, parts.database

    def begin() -> stops.Attempted:
        with database.read() as tx:
            return stops.begin(tx, vault, token, now)

    async with parts.codes_at_once:  # a wrong code is counted before the next one is looked at
        attempted = await asyncio.to_thread(begin)
        kind = await asyncio.to_thread(stops.recognised, code, attempted)
        device = attempted.device
        if kind is None:
            raise await database.write_soon(lambda tx: stops.refuse(tx, device.device_id, now))
    return device, kind


async def add_positions(
    parts: Parts,
    token: bytes,
    incident_id: UUID,
    positions: list[wire.Position],
    battery: float | None,
) -> wire.PositionsTaken:
    now = parts.clock.now()
    return await parts.database.write_soon(
        lambda tx: tracking.add_positions(
            tx, parts.vault, token, incident_id, positions, battery, now
        )
    )


async def note_state(parts: Parts, token: bytes, state: wire.PhoneState) -> wire.PhoneState:
    now = parts.clock.now()
    await parts.database.write_soon(lambda tx: devices.note_state(tx, token, state, now))
    return state


async def progress(parts: Parts, token: bytes, incident_id: UUID) -> wire.Progress:
    def look() -> wire.Progress:
        with parts.database.read() as tx:
            return phone_views.progress(tx, devices.caller(tx, token), incident_id)

    return await asyncio.to_thread(look)


@router.post("/pairings", **documented(wire.Pairing, wire.Paired, 201))
async def pair(request: Request, body: RawBody) -> Response:
    """Trades a one-time pairing code for a place in the office."""
    parts, pairing = parts_of(request), wire.decode(wire.Pairing, body)
    now = parts.clock.now()
    paired = await parts.database.write_soon(
        lambda tx: activists.pair(tx, parts.vault, pairing, now)
    )
    return answer(paired, 201)


@router.put("/profile", **documented(wire.ProfileUpdate, wire.Standing, secured="device"))
async def update_profile(request: Request, token: Token, body: RawBody) -> Response:
    """Stores contacts, card and codes, sealed by the phone."""
    parts, update = parts_of(request), wire.decode(wire.ProfileUpdate, body)
    now = parts.clock.now()
    standing = await parts.database.write_soon(
        lambda tx: activists.update_profile(tx, parts.vault, token, update, now)
    )
    return answer(standing)


@router.get("/profile/standing", **documented(None, wire.Standing, secured="device"))
def standing(request: Request, token: Token) -> Response:
    """How each contact stands, by neutral label."""
    parts = parts_of(request)
    with parts.database.read() as tx:
        return answer(activists.standing(tx, parts.vault, token))


@router.put("/phone", **documented(wire.PhoneState, wire.PhoneState, secured="device"))
async def take_state(request: Request, token: Token, body: RawBody) -> Response:
    """Notes whether the phone is armed, and what keeps it from it."""
    state = wire.decode(wire.PhoneState, body)
    return answer(await note_state(parts_of(request), token, state))


@router.post(
    "/incidents/{incident_id}/positions",
    **documented(wire.Fixes | list[wire.Position], wire.PositionsTaken, secured="device"),
)
async def take_positions(
    request: Request, token: Token, incident_id: str, body: RawBody
) -> Response:
    """Adds one position, a list of them, or a list with the battery's charge."""
    fixes, incident = read_fixes(body), read_id(incident_id)
    return answer(
        await add_positions(parts_of(request), token, incident, fixes.positions, fixes.battery)
    )


@router.post(
    "/incidents/{incident_id}/stop", **documented(wire.Stop, wire.Progress, secured="device")
)
async def stop(request: Request, token: Token, incident_id: str, body: RawBody) -> Response:
    """Stops an incident with a code; what the office learns depends on the code."""
    code = wire.decode(wire.Stop, body).code
    return answer(await stop_incident(parts_of(request), token, read_id(incident_id), code))


def read_fixes(body: bytes) -> wire.Fixes:
    if body.lstrip()[:1] == b"[":
        return wire.Fixes(positions=wire.decode(wire.PositionList, body))
    if b'"positions"' in body:
        return wire.decode(wire.Fixes, body)
    return wire.Fixes(positions=[wire.decode(wire.Position, body)])


def read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise wire.Malformed("/incident_id", "a UUID") from None


def _authorization(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return str(value, "latin-1")
    return None


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body") and len(body) <= wire.MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > wire.MAX_BODY:
        raise TooLarge
    return bytes(body)
