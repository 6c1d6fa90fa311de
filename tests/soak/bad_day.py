"""A bad day: 300 boards look on, one of them never reads, and 20 places a second come in.

The server is `candlewire serve` with its relay, on real tokens and sessions. People press at random
moments before a board is open, and at the same pace while all are; both times count from the
request to the answer. A board's wait counts from the moment an entry was recorded to the frame's
arrival. Memory counts from when somebody has looked at the list once: names of places are read with
the first look.
"""

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import msgspec

from shared import wire
from tests.bench import people
from tests.bench.client import Answer, Load, fix_request, look_request, press_request
from tests.bench.figures import percentile, tidy
from tests.bench.people import Someone
from tests.bench.processes import Child, start
from tests.soak.options import Options
from tests.soak.serving import Served, served

OFFICERS = 12
MOVING = 40  # people whose phones say where they are, in turns
PLACES = 20.0  # a second, of all of them
PRESSES = 2.0  # a second
QUIET_SHARE = 1 / 3  # of the time, before the boards come
SETTLE = 3.0  # seconds in which what was stored last reaches everybody
ENTRIES = "SELECT seq FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq"
MIB = 1024


def run(folder: Path, options: Options) -> dict[str, Any]:
    quiet, busy = options.seconds * QUIET_SHARE, options.seconds
    everyone = [
        Someone(one.token, one.phones[:1])
        for one in people.make(MOVING + int((quiet + busy) * PRESSES) + 2)
    ]
    with served(folder, everyone, OFFICERS) as running:
        return asyncio.run(Day(folder, running, everyone, options).run(quiet, busy))


class Day:
    def __init__(
        self, folder: Path, running: Served, everyone: list[Someone], options: Options
    ) -> None:
        self._folder = folder
        self._running = running
        self._options = options
        self._random = Random(options.seed)
        self._moving, self._calm = everyone[:MOVING], iter(everyone[MOVING:])
        self._incidents: list[str] = []

    async def run(self, quiet: float, busy: float) -> dict[str, Any]:
        opened = await self._all([self._press(one) for one in self._moving])
        for answer in sorted(opened):  # in the order of asking
            accepted = msgspec.json.decode(answer.body, type=wire.Accepted)
            self._incidents.append(str(accepted.incident_id))
        before = await self._paced(quiet, PRESSES, self._next_press)
        await self._all([look_request(self._running.url, self._running.cookies[0])])
        await asyncio.sleep(SETTLE)
        start_seq, resident = self._last_seq(), self._running.resident_kib()
        with self._watching(start_seq) as watching:
            with_boards = self._running.resident_kib()
            began = time.monotonic()
            during, places = await asyncio.gather(
                self._paced(busy, PRESSES, self._next_press), self._paced(busy, PLACES, self._fix)
            )
            took = time.monotonic() - began
            end_seq = self._last_seq()
            await asyncio.sleep(SETTLE)
            grown = self._running.resident_kib()
        shown = json.loads(watching.read_text())
        end_seq = max(end_seq, *shown["first_board"][-1:])
        return self._found(
            shown,
            [row[0] for row in self._running.rows(ENTRIES, start_seq, end_seq)],
            {"before": before, "during": during, "places": places},
            {
                "growth_mib": (grown - resident) / MIB,
                "of_boards_mib": (with_boards - resident) / MIB,
            },
            took,
        )

    def _found(
        self,
        shown: dict[str, Any],
        stored: list[int],
        answers: dict[str, list[Answer]],
        memory: dict[str, float],
        took: float,
    ) -> dict[str, Any]:
        first = shown.pop("first_board")
        wrong = shown.pop("boards_unlike_the_first") + (first != stored) * self._options.boards
        before, during = (_waits(answers[name]) for name in ("before", "during"))
        ratio = during["p99_ms"] / before["p99_ms"]
        statuses = Counter(one.status for some in answers.values() for one in some)
        full = not self._options.hasty  # a few seconds beside other tests say nothing of time
        return {
            "boards": self._options.boards,
            "day_s": round(took, 1),
            "entries": len(stored),
            "entries_a_second": tidy(len(stored) / took),
            "board": shown,
            "press_before": before,
            "press_during": during,
            "press_ratio": tidy(ratio),
            **{name: tidy(value) for name, value in memory.items()},
            "statuses": dict(statuses),
            "refused": sum(statuses.values()) - statuses[200] - statuses[201],
            "boards_that_missed_or_repeated": wrong,
            "boards_cut_off": shown.pop("boards_cut_off"),
            "late_by_more_than_a_second": full and shown["p99_ms"] > 1000,
            "grew_by_more_than_50_mib": memory["growth_mib"] > 50,
            "presses_waited_twice_as_long": full and ratio > 2,
            "who_never_reads_stays": full and shown["who_never_reads"] != "dropped",
            "good": {
                "refused": 0,
                "boards_that_missed_or_repeated": 0,
                "boards_cut_off": 0,
                "late_by_more_than_a_second": False,
                "grew_by_more_than_50_mib": False,
                "presses_waited_twice_as_long": False,
                "who_never_reads_stays": False,
            },
        }

    @contextmanager
    def _watching(self, after: int) -> Iterator[Path]:
        """The boards' process, while the block runs; then what they were shown."""
        cookies, results = self._folder / "cookies.json", self._folder / "shown.json"
        cookies.write_text(json.dumps(self._running.cookies))
        command = [sys.executable, "-m", "tests.soak.watching", "--url", self._running.url]
        command += ["--cookies", str(cookies), "--boards", str(self._options.boards)]
        command += ["--after", str(after), "--results", str(results)]
        boards: Child = start(command, log=self._folder / "boards.log")
        try:
            yield results
            boards.process.send_signal(signal.SIGTERM)
            boards.ended(60)
        finally:
            boards.stop()

    async def _paced(
        self, seconds: float, a_second: float, make: Callable[[], bytes]
    ) -> list[Answer]:
        """Requests at moments of their own, whether or not those before were answered."""
        moments = sorted(self._random.uniform(0, seconds) for _ in range(int(seconds * a_second)))
        began, asked = time.monotonic(), []
        for moment in moments:
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            asked.append(asyncio.create_task(self._all([make()])))
        return [answer for task in asked for answer in await task]

    async def _all(self, requests: list[bytes]) -> list[Answer]:
        return await Load(self._running.url, requests, 8).run()

    def _next_press(self) -> bytes:
        return self._press(next(self._calm))

    def _press(self, someone: Someone) -> bytes:
        return press_request(self._running.url, someone.token, uuid4())

    def _fix(self) -> bytes:
        """The next of those who move is somewhere now."""
        someone, incident = self._moving[0], self._incidents[0]
        self._moving = [*self._moving[1:], someone]
        self._incidents = [*self._incidents[1:], incident]
        return fix_request(self._running.url, someone.token, incident)

    def _last_seq(self) -> int:
        return int(self._running.rows("SELECT coalesce(max(seq), 0) FROM entry")[0][0])


def _waits(answers: list[Answer]) -> dict[str, float]:
    waits = [answer.seconds * 1000 for answer in answers]
    return {
        "presses": len(waits),
        "p50_ms": tidy(percentile(waits, 50)),
        "p99_ms": tidy(percentile(waits, 99)),
        "longest_ms": tidy(max(waits)),
    }
