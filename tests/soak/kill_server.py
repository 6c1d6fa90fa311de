"""`kill -9` of the demo at random points of a burst, and a new start on its folder.

Checked at each point, after the new start: every acknowledged id is answered again, and with the
same words; every contact of an acknowledged press has a text within ten seconds; texts that went
out twice are no more than the sends in flight at the kill; board sockets that come back with
`after=` have seen every entry once and in order.
"""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from shared import wire
from tests.bench import carrier
from tests.bench.client import Load, press_request
from tests.bench.processes import Child
from tests.soak.boards import Board, whole_timeline
from tests.soak.bursts import CONNECTIONS, Burst, Press, accepted
from tests.soak.demo import Office, copied, launch, prepared, quiet, rows, settled
from tests.soak.options import Options

WITHIN, A_FEW_WITHIN = 10.0, 30.0  # seconds after the new start; a few run beside other tests
BOARDS = 2
GIVE_UP = 60.0

Stored = dict[Press, wire.Accepted]


def run(folder: Path, options: Options) -> dict[str, Any]:
    chance = random.Random(options.seed)
    base = prepared(folder / "prepared", options.activists, options.contacts)
    length = _length(copied(base, folder / "measured"), options)
    points = [
        _point(copied(base, folder / f"point-{n}"), options, chance.uniform(0, length))
        for n in range(options.points)
    ]
    worst = Counter[str]()
    for point in points:
        for key, value in point.items():
            worst[key] = max(worst[key], value)
    return {
        "points": len(points),
        "burst_s": round(length, 2),
        "acknowledged": sum(point["acknowledged"] for point in points),
        "lost": sum(point["lost"] for point in points),
        "late_contacts": sum(point["late"] for point in points),
        "in_flight": sum(point["in_flight"] for point in points),
        "extra_texts": sum(point["extra"] for point in points),
        "points_with_too_many_extra": sum(
            1 for point in points if point["extra"] > point["in_flight"]
        ),
        "board_entries": sum(point["entries"] for point in points),
        "boards_that_missed_or_repeated": sum(point["boards_wrong"] for point in points),
        "slowest_contact_s": round(worst["slowest"], 2),
        "good": {
            "lost": 0,
            "late_contacts": 0,
            "points_with_too_many_extra": 0,
            "boards_that_missed_or_repeated": 0,
        },
    }


def _length(data: Path, options: Options) -> float:
    """How long it takes, when nobody kills anything, until every contact has a text."""
    running = launch(data)
    try:
        began = time.monotonic()
        Burst.over(running.ready["devices"], options.presses).run(running)
        everyone = options.activists * options.contacts
        if not settled(running, lambda found: len(found) >= everyone, GIVE_UP):
            raise RuntimeError("not every contact was texted")
        return time.monotonic() - began
    finally:
        running.kill()


def _point(data: Path, options: Options, kill_at: float) -> dict[str, Any]:
    running = launch(data)
    try:
        burst = Burst.over(running.ready["devices"], options.presses)
        stored, boards = asyncio.run(_until_killed(running, burst, kill_at))
    finally:
        running.kill()
    in_flight = rows(data, "SELECT count(*) FROM delivery WHERE state = 'sending'")[0][0]
    running = launch(data)
    began = time.time()
    try:
        return {
            "acknowledged": len(stored),
            "in_flight": in_flight,
            **_texted(running, stored, began, A_FEW_WITHIN if options.hasty else WITHIN),
            "lost": asyncio.run(_lost(running, stored)),
            **_seen(running, boards),
        }
    finally:
        running.kill()


async def _until_killed(running: Child, burst: Burst, kill_at: float) -> tuple[Stored, list[Board]]:
    """What the server had said yes to when it died, and what two boards had seen."""
    cookie = await asyncio.to_thread(lambda: Office(running).cookie)
    boards = [Board() for _ in range(BOARDS)]
    watching = [asyncio.create_task(board.watch(running.url, cookie)) for board in boards]
    load = burst.load(running)
    pressing = asyncio.create_task(load.run())
    await asyncio.sleep(kill_at)
    running.process.kill()
    load.stop()
    answers = await asyncio.wait_for(pressing, 30)
    await asyncio.gather(*watching)
    stored: Stored = {}
    for answer in answers:
        if said := accepted(answer):
            stored[burst.presses[answer.number]] = said
    return stored, boards


async def _lost(running: Child, stored: Stored) -> int:
    """Acknowledged ids that a new request does not find as they were."""
    presses = list(stored)
    requests = [press_request(running.url, press.device["token"], press.id) for press in presses]
    answers = await Load(running.url, requests, CONNECTIONS).run() if requests else []
    kept = sum(
        1
        for answer in answers
        if answer.status == 200 and accepted(answer) == stored[presses[answer.number]]
    )
    return len(presses) - kept


def _texted(running: Child, stored: Stored, began: float, within: float) -> dict[str, Any]:
    found = quiet(running)
    first: dict[str, float] = {}
    for text in found:
        first.setdefault(text["to"], carrier.moment(text) - began)
    due = {phone for press in stored for phone in press.phones}
    waits = [first.get(phone, float("inf")) for phone in due]
    words = Counter((text["to"], text["body"]) for text in found)
    return {
        "late": sum(1 for wait in waits if wait > within),
        "slowest": max(waits, default=0),
        "extra": sum(count - 1 for count in words.values()),
    }


def _seen(running: Child, boards: list[Board]) -> dict[str, int]:
    """The boards come back where they were; each must then have the whole timeline."""
    cookie = Office(running).cookie
    whole = asyncio.run(whole_timeline(running.url, cookie))
    wrong = 0
    for board in boards:
        asyncio.run(board.catch_up(running.url, cookie, whole[-1] if whole else None))
        wrong += board.entries != whole
    return {"entries": len(whole), "boards_wrong": wrong}
