"""Many boards on one tail: each entry once and in order, whoever keeps up and whoever does not."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from server.live import Live
from server.services import staff
from server.services.staff import Session
from server.web import board_feeds
from server.web.board_feeds import AT_ONCE, BoardFeeds, Follower
from server.web.deps import Parts
from server.web.lines import text_frame
from tests.support.office import Officer
from tests.support.world import World


class Wire:
    """A board's line: what was written to it; it takes nothing while it is `full`."""

    def __init__(self, *, full: bool = False) -> None:
        self.frames: list[dict[str, Any]] = []
        self.longest = 0
        self._takes = asyncio.Event()
        if not full:
            self._takes.set()

    def write(self, frames: bytes) -> bool:
        if not self._takes.is_set():
            return False
        found = list(contents(frames))
        self.longest = max(self.longest, len(found))
        self.frames += found
        return True

    async def drained(self) -> None:
        await self._takes.wait()

    def take_again(self) -> None:
        self._takes.set()

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames]


def contents(frames: bytes) -> Iterator[dict[str, Any]]:
    while frames:
        size, head = frames[1], 2
        if size == 126:
            size, head = int.from_bytes(frames[2:4], "big"), 4
        yield json.loads(frames[head : head + size])
        frames = frames[head + size :]


@pytest.fixture
def parts(world: World) -> Parts:
    return Parts(
        settings=world.settings,
        database=world.database,
        vault=world.vault,
        clock=world.clock,
        live=Live(world.database, alone=True),
    )


def session_of(world: World, officer: Officer) -> Session:
    cookie = officer.caller.headers["Cookie"].partition("=")[2]
    with world.database.read() as tx:
        return staff.resume(tx, world.vault, cookie, world.clock.now())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what other tasks do is looked at, not told
            await asyncio.sleep(0.01)


async def running(*followers: Follower) -> "list[asyncio.Task[None]]":
    return [asyncio.create_task(follower.run()) for follower in followers]


def test_who_takes_nothing_is_left_out_and_reads_on_later(world: World, parts: Parts) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    session = session_of(world, noor)

    async def story() -> None:
        feeds, quick, slow = BoardFeeds(parts), Wire(), Wire(full=True)
        with (
            feeds.following(session, quick, 0, incidents=False) as one,
            feeds.following(session, slow, 0, incidents=False) as other,
        ):
            tasks = await running(one, other)
            for turn in range(5):
                await asyncio.to_thread(noor.note, ana.phone.last, f"note {turn}")
            whole = [entry["seq"] for entry in noor.timeline(ana.phone.last)]
            await until(lambda: quick.seqs == whole)
            assert slow.seqs == []
            slow.take_again()
            await until(lambda: slow.seqs == whole)
            for task in tasks:
                task.cancel()

    asyncio.run(story())


def test_who_reads_nothing_for_long_is_given_up(
    world: World, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_feeds, "STALLED", 0.05)
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    session = session_of(world, noor)

    async def story() -> None:
        feeds = BoardFeeds(parts)
        following = feeds.following(session, Wire(full=True), 0, incidents=False)
        with following as stuck, pytest.raises(TimeoutError):
            await stuck.run()

    asyncio.run(story())


def test_boards_that_come_back_together_read_the_timeline_once(world: World, parts: Parts) -> None:
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    for turn in range(AT_ONCE + 20):
        ana.phone.moves({"lat": turn / 100})
    session = session_of(world, noor)
    looks: list[Any] = []

    async def story() -> None:
        feeds, wires = BoardFeeds(parts), [Wire() for _ in range(60)]
        followers = [feeds.following(session, wire, 0, incidents=True) for wire in wires]
        event.listen(world.database.engine, "checkout", lambda *look: looks.append(look))
        tasks = await running(*(follower.__enter__() for follower in followers))
        whole = [entry["seq"] for entry in noor.timeline(ana.phone.last)]
        await until(lambda: all(wire.seqs == whole for wire in wires))
        assert max(wire.longest for wire in wires) == AT_ONCE
        for task in tasks:
            task.cancel()
        for follower in followers:
            follower.__exit__(None, None, None)

    asyncio.run(story())
    assert len(looks) < 12, "sixty boards, and the timeline was read for each"


def test_a_board_far_behind_catches_up_while_more_comes(world: World, parts: Parts) -> None:
    """What is kept in memory ends somewhere before what it lacks."""
    noor, ana = world.staff(), world.activist(contacts=[])
    ana.phone.press()
    session = session_of(world, noor)

    async def story() -> None:
        feeds, early, late = BoardFeeds(parts), Wire(), Wire()
        with feeds.following(session, early, 0, incidents=False) as one:
            tasks = await running(one)
            for turn in range(30):
                await asyncio.to_thread(noor.note, ana.phone.last, f"note {turn}")
            with feeds.following(session, late, 7, incidents=False) as other:
                tasks += await running(other)
                await asyncio.to_thread(noor.note, ana.phone.last, "the last one")
                whole = [entry["seq"] for entry in noor.timeline(ana.phone.last)]
                await until(lambda: early.seqs == whole and late.seqs == whole[7:])
            for task in tasks:
                task.cancel()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_feeds, "PAGE", 5)
        patch.setattr(board_feeds, "KEPT", 5)
        asyncio.run(story())


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_its_length_as_the_protocol_has_it(size: int) -> None:
    frame = text_frame(b"x" * size)
    head = {0: 2, 125: 2, 126: 4, 65_535: 4, 65_536: 10}[size]
    assert frame[0] == 0x81
    assert len(frame) == head + size
    assert int.from_bytes(frame[2:head], "big") == (size if head > 2 else 0)
