"""Which way a text goes: a table by country, and ways that are left while they fail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

TWILIO = "twilio"  # the way that the settings describe

# A way that took nothing for so long, so many times in a row, is left at the next text.
LEAST_FAILURES = 3
FAILING_FOR = timedelta(seconds=5)
# One text tries it again this long after the last one did.
TRY_AGAIN_AFTER = timedelta(seconds=30)
# Codes against the sender itself, whoever the text was for.
AGAINST_SENDER = frozenset({20003, 20005, 21606, 21611, 30001, 30034})


@dataclass(frozen=True, slots=True)
class Hop:
    """A way in a row of the table, and what may be said by it to these numbers."""

    way: str
    two_way: bool = True
    links: bool = True


@dataclass(frozen=True, slots=True)
class Routes:
    """Ways by country prefix, the first of a row first; the row of `""` is everybody else's."""

    table: Mapping[str, tuple[Hop, ...]]

    def of(self, phone: str) -> tuple[Hop, ...]:
        """The row of the longest prefix that the number begins with."""
        return self.table[max((one for one in self.table if phone.startswith(one)), key=len)]


@dataclass(frozen=True, slots=True)
class Health:
    """How a way took the latest requests; `since` is when the first that failed was made."""

    failures: int = 0
    since: datetime | None = None
    tried_at: datetime | None = None


class Choice(NamedTuple):
    """A way for one text. `others`: how many more it can still be tried by; `detour`: whether
    an earlier one of its row was passed over.
    """

    hop: Hop
    others: int = 0
    detour: bool = False


def choose(row: tuple[Hop, ...], avoided: Collection[str], down: Collection[str]) -> Choice:
    """The first way that works and that the text was not tried by; where there is none, the
    best of what is left.
    """
    open_ways = [hop for hop in row if hop.way not in down]
    untried = [hop for hop in row if hop.way not in avoided]
    both = [hop for hop in open_ways if hop in untried]
    hop = (both or open_ways or untried or list(row))[0]
    return Choice(hop, sum(one is not hop for one in both), hop is not row[0])


def passed(avoided: str, way: str, others: int) -> str:
    """The ways that a text avoids after this one failed it, as one string; when it was tried by
    all of them, they begin anew.
    """
    return f"{avoided} {way}".strip() if others else way


def is_against_sender(code: int | None, status: int) -> bool:
    """Whether a refusal says that nobody's text would be taken."""
    return status in (401, 403) or code in AGAINST_SENDER


def after(health: Health, *, worked: bool, started: datetime, now: datetime) -> Health:
    """After one more request to the way."""
    if worked:
        return Health()
    return Health(health.failures + 1, health.since or started, now)


def has_failed(health: Health, now: datetime) -> bool:
    """Whether there is evidence enough to leave it."""
    return (
        health.failures >= LEAST_FAILURES
        and health.since is not None
        and now >= health.since + FAILING_FOR
    )


def is_down(health: Health, now: datetime) -> bool:
    """Whether texts go another way now: not at the moment when one is to try it again."""
    tried = health.tried_at is not None and now < health.tried_at + TRY_AGAIN_AFTER
    return has_failed(health, now) and tried


def tried(health: Health, now: datetime) -> Health:
    """A text tries the way: the next ones wait for what becomes of it."""
    return replace(health, tried_at=now) if has_failed(health, now) else health
