"""The board's socket: every timeline entry this person may see, in order, none missed or twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from server.db import Transaction, Unavailable
from server.domain.errors import Forbidden, SignInNeeded
from server.services import duty, sessions, staff
from server.services.staff import Session
from server.web.deps import Parts, allowed, parts_of, require_same_origin
from server.web.feeds import BoardFeeds

router = APIRouter()

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
UNREADABLE = 4400
TOO_SLOW = 1013
STALLED = 30.0  # seconds a board may leave a frame unread; it comes back and catches up
LOOK_EVERY = 3.0  # seconds between looks whether the session still stands
BEAT_EVERY = 15.0  # seconds between notes that a board stands: duty phones ring where none does


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
    await socket.accept()
    feeds: BoardFeeds = socket.app.state.board_feeds
    with feeds.following(session) as feed:
        tasks = [
            asyncio.create_task(_send(socket, feed.follow(int(after)))),
            asyncio.create_task(_until_gone(socket)),
            asyncio.create_task(_until_signed_out(parts, cookie or "")),
            asyncio.create_task(_beat(parts, session)),
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    code = next((task.result() for task in done if not task.exception()), TOO_SLOW)
    if code:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code)


async def _refuse(socket: WebSocket, code: int) -> None:
    """A browser learns a close code only of a socket that was accepted."""
    await socket.accept()
    await socket.close(code)


async def _send(socket: WebSocket, pages: AsyncIterator[tuple[int, list[str]]]) -> int:
    async for _, frames in pages:
        for frame in frames:
            async with asyncio.timeout(STALLED):
                await socket.send_text(frame)
    return TOO_SLOW


async def _until_gone(socket: WebSocket) -> int:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # a board says nothing on this socket
    return 0


async def _until_signed_out(parts: Parts, cookie: str) -> int:
    def stands() -> bool:
        with parts.database.read() as tx:
            return staff.is_signed_in(tx, cookie, parts.clock.now())

    while await asyncio.to_thread(stands):  # noqa: ASYNC110 - a row is looked at, not an event
        await asyncio.sleep(LOOK_EVERY)
    return NOT_SIGNED_IN


async def _beat(parts: Parts, session: Session) -> int:
    while True:
        now = parts.clock.now()
        with contextlib.suppress(Unavailable):  # the database cannot store: the next beat may
            await parts.database.write_soon(partial(_note_board, session, now))
        await asyncio.sleep(BEAT_EVERY)


def _note_board(session: Session, now: datetime, tx: Transaction) -> None:
    duty.note_board(tx, session.office_id, now)
    sessions.note_seen(tx, session.id, now)


def _resume(parts: Parts, cookie: str | None) -> Session:
    with parts.database.read() as tx:
        return allowed(parts, staff.resume(tx, parts.vault, cookie, parts.clock.now()))
