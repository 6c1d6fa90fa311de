"""The phone's socket: the same messages as frames, each answered by its `ref`; progress pushed."""

import asyncio
import contextlib
import logging
from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from server.db import Unavailable
from server.domain.errors import SignInNeeded
from server.services import devices
from server.web import check_ins, phone
from server.web.deps import Parts, parts_of
from server.web.errors import problem_of
from server.web.feeds import ProgressFeed
from server.web.phone_lines import PhoneLines
from shared import wire

log = logging.getLogger(__name__)
router = APIRouter()

NOT_KNOWN = 4401
STALLED = 30.0  # seconds a frame may wait for a phone that does not read


@router.websocket("/v1/phone")
async def converse(socket: WebSocket) -> None:
    """The token stays in memory while the socket is open."""
    parts = parts_of(socket)
    try:
        token = devices.read_token(socket.headers.get("authorization"))
        caller = await asyncio.to_thread(_caller, parts, token)
    except SignInNeeded:
        await socket.close(NOT_KNOWN)
        return
    await socket.accept()
    feed: ProgressFeed = socket.app.state.progress_feed
    lines: PhoneLines = socket.app.state.phone_lines
    with feed.following(caller.activist_id) as news, lines.following(caller.device_id) as revoked:
        pushing = asyncio.create_task(_push(socket, parts, caller.device_id, news))
        ending = asyncio.create_task(_end(socket, revoked))
        try:
            await _answer_all(socket, parts, token)
        except WebSocketDisconnect:
            pass
        finally:
            for task in (pushing, ending):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, RuntimeError, WebSocketDisconnect):
                    await task


async def _end(socket: WebSocket, revoked: asyncio.Event) -> None:
    """A phone that was revoked is told so at once, and hears nothing more."""
    await revoked.wait()
    await socket.close(NOT_KNOWN)


async def _answer_all(socket: WebSocket, parts: Parts, token: bytes) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("text")
        if data is None:
            data = message.get("bytes") or b""
        reply = await _reply(parts, token, data)
        async with asyncio.timeout(STALLED):
            await socket.send_text(wire.encode(reply).decode())


async def _reply(parts: Parts, token: bytes, data: str | bytes) -> wire.AnswerFrame:
    ref: str | int | None = None
    try:
        frame = wire.decode(wire.PhoneFrame, data)
        ref = frame.ref
        status, body = await _do(parts, token, frame)
    except Exception as error:
        problem = problem_of(error)
        if problem.status == 500:
            log.exception("a frame failed")
        return wire.AnswerFrame(ref=ref, status=problem.status, body=_raw(problem))
    return wire.AnswerFrame(ref=ref, status=status, body=_raw(body))


async def _do(parts: Parts, token: bytes, frame: wire.PhoneFrame) -> tuple[int, msgspec.Struct]:
    body = bytes(frame.body)
    match frame.type:
        case "alert":
            return await phone.raise_alert(parts, token, body)
        case "positions":
            sent = wire.decode(wire.Positions, body)
            return 200, await phone.add_positions(
                parts, token, sent.incident_id, sent.positions, sent.battery
            )
        case "stop":
            asked = wire.decode(wire.StopRequest, body)
            return 200, await phone.stop_incident(parts, token, asked.incident_id, asked.code)
        case "state":
            return 200, await phone.note_state(parts, token, wire.decode(wire.PhoneState, body))
    if door := check_ins.FRAMES.get(frame.type):
        return await door(parts, token, body)
    wanted: UUID = wire.decode(wire.ProgressRequest, body).incident_id
    return 200, await phone.progress(parts, token, wanted)


async def _push(
    socket: WebSocket, parts: Parts, device_id: str, news: "asyncio.Queue[wire.Progress]"
) -> None:
    await _note_heard(parts, device_id)
    while True:
        frame = wire.PushFrame(body=await news.get())
        async with asyncio.timeout(STALLED):
            await socket.send_text(wire.encode(frame).decode())


async def _note_heard(parts: Parts, device_id: str) -> None:
    """Beside whatever the phone has to say, which does not wait for it."""
    now = parts.clock.now()
    if await asyncio.to_thread(_is_overdue, parts, device_id, now):
        with contextlib.suppress(Unavailable):  # the next socket notes it
            await parts.database.write_soon(lambda tx: devices.note_heard(tx, device_id, now))


def _is_overdue(parts: Parts, device_id: str, now: datetime) -> bool:
    with parts.database.read() as tx:
        return devices.is_overdue(tx, device_id, now)


def _caller(parts: Parts, token: bytes) -> devices.Caller:
    with parts.database.read() as tx:
        return devices.caller(tx, token)


def _raw(body: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(wire.encode(body))
