"""Which boards stand, asked and noted once for all of a process, not by each of them."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from server.db import Transaction, Unavailable
from server.services import duty, sessions, shifts
from server.services.staff import Session
from server.web.deps import Parts

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0  # seconds between looks whether the sessions still stand, and read the same
BEAT_EVERY = 15.0  # seconds between notes that boards stand: duty phones ring where none does
A_FEW = 20  # boards noted in one transaction: a press waits for no more


class Standing:
    """A board's session; `ended` is set once it does not stand, or reads something else than it
    was opened with (another office, another key), or nobody can say any more."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ended = asyncio.Event()
        self.is_over = False
        self.is_outdated = False


class Attendance:
    """The boards of this process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._boards: set[Standing] = set()
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def standing(self, session: Session) -> Iterator[Standing]:
        board = Standing(session)
        self._boards.add(board)
        if not self._tasks:
            self._tasks = [self._start(self._look()), self._start(self._beat())]
        try:
            yield board
        finally:
            self._boards.discard(board)
            if not self._boards:
                self._stop()

    async def note(self, who: Sequence[Session]) -> None:
        """Their boards stand now."""
        now = self._parts.clock.now()
        with contextlib.suppress(Unavailable):  # the database cannot store: the next beat may
            await self._parts.database.write_soon(partial(_note, who, now))

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Where a look failed, no board stays that nobody looks after: each comes back."""
        if task in self._tasks:
            for board in self._boards:
                board.ended.set()
            self._stop()
            if not task.cancelled() and (error := task.exception()):
                log.error("nobody looks after the boards any more", exc_info=error)

    def _stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            asked = list(self._boards)
            standing, same = await asyncio.to_thread(self._how_they_stand, asked)
            for board, reads_the_same in zip(asked, same, strict=True):
                board.is_over = board.session.id not in standing
                board.is_outdated = not reads_the_same
                if board.is_over or board.is_outdated:
                    board.ended.set()

    def _how_they_stand(self, asked: list[Standing]) -> tuple[set[str], list[bool]]:
        """Which sessions stand, and of each board whether it would read the same if opened now."""
        who = [board.session for board in asked]
        with self._parts.database.read() as tx:
            standing = sessions.which_stand(tx, {one.id for one in who}, self._parts.clock.now())
            return standing, sessions.read_the_same(tx, who)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY)
            who = [board.session for board in self._boards]
            for begin in range(0, len(who), A_FEW):
                await self.note(who[begin : begin + A_FEW])


def _note(who: Sequence[Session], now: datetime, tx: Transaction) -> None:
    for office_id in sorted({session.office_id for session in who}):
        duty.note_board(tx, office_id, now)
    for staff_id in sorted({session.staff_id for session in who}):
        shifts.note_desk(tx, staff_id, now)
    for session_id in sorted({session.id for session in who}):
        sessions.note_seen(tx, session_id, now)
