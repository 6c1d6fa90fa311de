"""How often a sign-in was wrong of late: who guesses waits, and nobody else does.

Held in memory: a restart forgets it, and each process counts for itself. What guessing costs
besides is 0.15 s and 64 MiB a try, two at once in a process.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from server.domain.access import (
    LONGEST_WAIT,
    SHARED_TRIES,
    SHARED_WAIT,
    TRIES,
    TRIES_FORGOTTEN,
    next_code_at,
)
from server.domain.errors import TooManyTries

MOST = 20_000  # kept at once: an attacker who names many accounts pushes out the oldest


class Counted(NamedTuple):
    """Whose tries are counted together, how many wrong ones are free, and the longest wait."""

    name: str
    free: int = TRIES
    longest: timedelta = LONGEST_WAIT


def shared(name: str) -> Counted:
    """What an attacker may share with an officer: it is slowed, never shut."""
    return Counted(name, SHARED_TRIES, SHARED_WAIT)


def counted(account: bytes, network: str, browser: str | None) -> list[Counted]:
    """The first is whoever tries. A browser that has signed in to the account before is counted
    by itself: nobody locks an officer out of it, from wherever they guess."""
    if browser is not None:
        return [Counted(f"browser|{browser}")]
    mine = Counted(f"try|{account.hex()}|{network}")
    return [mine, shared(f"account|{account.hex()}"), shared(f"network|{network}")]


class Tries:
    """For one event loop: nothing here waits."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def begin(self, whose: Sequence[Counted], now: datetime) -> None:
        """Counts a try as wrong until it is told to be right; TooManyTries while one waits."""
        waits = []
        for one in whose:
            wrong, last = self._of(one, now)
            allowed = next_code_at(wrong, last, one.free, one.longest)
            waits.append((allowed - now).total_seconds())
        if max(waits) > 0:
            raise TooManyTries("Too many wrong sign-ins.", max(waits))
        for one in whose:
            self._keep(one, self._of(one, now)[0] + 1, now)
        while len(self._wrong) > MOST:
            self._wrong.popitem(last=False)

    def right(self, whose: Sequence[Counted], now: datetime) -> None:
        """Forgets the wrong ones of whoever was right in the end, in what they share too."""
        forgiven = self._of(whose[0], now)[0]
        for one in whose:
            wrong, last = self._of(one, now)
            if wrong > forgiven:
                self._keep(one, wrong - forgiven, last)
            else:
                self._wrong.pop(one.name, None)

    def _keep(self, one: Counted, wrong: int, last: datetime) -> None:
        self._wrong[one.name] = (wrong, last)
        self._wrong.move_to_end(one.name)

    def _of(self, one: Counted, now: datetime) -> tuple[int, datetime]:
        wrong, last = self._wrong.get(one.name, (0, now))
        return (0, now) if now - last >= TRIES_FORGOTTEN else (wrong, last)
