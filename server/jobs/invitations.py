"""Reminds who was asked and has not answered, ends what nobody answers, and checks numbers."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from server.carriers.numbers import AT_ONCE, Numbers
from server.db import Database, Transaction
from server.domain.numbers import is_plausible
from server.domain.reach import Reach
from server.services import consents
from server.services.consents import Unchecked
from server.vault import Vault
from shared.clock import Clock

BATCH = 25  # invitations in a transaction: a press may wait for the writer behind them
ASK_AGAIN = timedelta(minutes=1)  # after the carrier could not be asked; nothing waits for it


class Invitations:
    """`numbers` is None where no carrier can be asked about a number."""

    def __init__(
        self, database: Database, vault: Vault, numbers: Numbers | None, clock: Clock
    ) -> None:
        self._database = database
        self._vault = vault
        self._numbers = numbers
        self._clock = clock
        self._not_before: datetime | None = None

    async def turn(self) -> int:
        """How many invitations were reminded of, ended or checked."""
        now = self._clock.now()
        done = 0
        due = await asyncio.to_thread(self._next_due)
        if due is not None and due <= now:
            done = await self._database.write_soon(
                lambda tx: consents.turn(tx, self._vault, BATCH, now)
            )
        return done + await self._check(now)

    async def _check(self, now: datetime) -> int:
        """Asks the carrier once about each number, with no transaction open."""
        if self._numbers is None or (self._not_before is not None and now < self._not_before):
            return 0
        unchecked = await asyncio.to_thread(self._unchecked)
        asked = await asyncio.gather(*[self._reach_of(self._numbers, one) for one in unchecked])
        known = [(one, reach) for one, reach in zip(unchecked, asked, strict=True) if reach]
        self._not_before = now + ASK_AGAIN if len(known) < len(unchecked) else None
        if known:
            await self._database.write_soon(partial(_note, known))
        return len(known)

    async def _reach_of(self, numbers: Numbers, checked: Unchecked) -> Reach | None:
        if not is_plausible(checked.phone):
            return Reach.UNREACHABLE
        return await numbers.reach_of(checked.phone)

    def _next_due(self) -> datetime | None:
        with self._database.read() as tx:
            return consents.next_due(tx)

    def _unchecked(self) -> list[Unchecked]:
        with self._database.read() as tx:
            return consents.unchecked(tx, self._vault, AT_ONCE)


def _note(known: list[tuple[Unchecked, Reach]], tx: Transaction) -> None:
    for checked, reach in known:
        consents.note_check(tx, checked, reach)
