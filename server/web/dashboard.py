"""The board's socket: every timeline entry this person may see, in order, none missed or twice."""

import asyncio
import contextlib

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from server.domain.errors import Forbidden, SignInNeeded
from server.services import staff
from server.services.staff import Session
from server.web.attendance import Attendance
from server.web.board_feeds import BoardFeeds, Follower
from server.web.deps import Parts, allowed, parts_of, require_same_origin
from server.web.lines import line_of

router = APIRouter()

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
UNREADABLE = 4400
OUTDATED = 4409
TOO_SLOW = 1013
LAST_WORDS = 5.0  # seconds for a close code to be taken; who reads nothing is cut off then


@router.websocket("/v1/dashboard")
async def watch(socket: WebSocket) -> None:
    parts = parts_of(socket)
    cookie = socket.cookies.get(parts.cookie)
    try:
        require_same_origin(parts.settings, socket)
        session = await asyncio.to_thread(_resume, parts, cookie)
    except SignInNeeded:
        await _refuse(socket, NOT_SIGNED_IN)
        return
    except Forbidden:
        await socket.close(NOT_ALLOWED)
        return
    after = socket.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        await _refuse(socket, UNREADABLE)
        return
    incidents = socket.query_params.get("incidents") == "true"
    await socket.accept()
    code = await _serve(socket, session, int(after), incidents=incidents)
    if code:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await socket.close(code)


async def _serve(socket: WebSocket, session: Session, after: int, *, incidents: bool) -> int:
    """Until the board is gone, or must be; the code to close with, 0 where it has left."""
    feeds: BoardFeeds = socket.app.state.board_feeds
    line = line_of(socket)
    with feeds.following(session, line, after, incidents=incidents) as follower:
        tasks = [
            asyncio.create_task(_until_gone(socket)),
            asyncio.create_task(_stand(socket.app.state.attendance, session)),
            asyncio.create_task(_follow(follower)),
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    return next((task.result() for task in tasks if task in done), TOO_SLOW)


async def _refuse(socket: WebSocket, code: int) -> None:
    """A browser learns a close code only of a socket that was accepted."""
    await socket.accept()
    await socket.close(code)


async def _follow(follower: Follower) -> int:
    with contextlib.suppress(TimeoutError):
        await follower.run()
    return TOO_SLOW


async def _until_gone(socket: WebSocket) -> int:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # a board says nothing on this socket
    return 0


async def _stand(attendance: Attendance, session: Session) -> int:
    with attendance.standing(session) as board:
        await attendance.note([session])
        await board.ended.wait()
    if board.is_over:
        return NOT_SIGNED_IN
    return OUTDATED if board.is_outdated else TOO_SLOW


def _resume(parts: Parts, cookie: str | None) -> Session:
    with parts.database.read() as tx:
        return allowed(parts, staff.resume(tx, parts.vault, cookie, parts.clock.now()))
