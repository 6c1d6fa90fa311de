"""A commit wakes whoever follows, in this process and in others."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from server.db import Database
from server.live import Live
from server.services import rows
from server.tables import Suppression

INSERT = rows.inserting(Suppression)
SOON = 4.5  # seconds; the next look without a wake-up comes after five


def commit(database: Database, number: int) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    database.write(lambda tx: tx.run(INSERT, number_mac=bytes([number]), since=now))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


async def turns_after(live: Live, database: Database, number: int, most: int = 2) -> int:
    """How often a follower turns: once at the start, and once for a commit."""
    turns = 0
    async with asyncio.timeout(SOON):
        async for _ in live.turns():
            turns += 1
            if turns == most:
                return turns
            await asyncio.to_thread(commit, database, number + turns)
    return turns


def test_a_commit_here_wakes(database: Database) -> None:
    live = Live(database, alone=True)
    assert asyncio.run(turns_after(live, database, 1)) == 2
    live.stop()


@pytest.mark.everywhere
def test_a_commit_of_another_process_wakes(database: Database, database_url: str) -> None:
    other = Database(database_url)
    live = Live(database, alone=False)
    try:
        # One more than the commits: it is woken once when the watch begins, too.
        assert asyncio.run(turns_after(live, other, 2, most=3)) == 3
    finally:
        live.stop()
        other.close()


def test_a_follower_whose_loop_has_ended_disturbs_nobody(database: Database) -> None:
    live = Live(database, alone=True)

    async def leave_in_the_middle() -> None:
        with live.listening():
            live._sleepers.add((asyncio.get_running_loop(), asyncio.Event()))

    asyncio.run(leave_in_the_middle())
    commit(database, 3)
    assert asyncio.run(turns_after(live, database, 4)) == 2
    live.stop()
