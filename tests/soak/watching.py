"""Many boards as a process of their own: `python -m tests.soak.watching --results FILE …`.

One of them never reads. At SIGTERM it writes what each was shown, and how long after the fact.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from array import array
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.figures import percentile, tidy
from tests.bench.sockets import Board

LAST_LOOK = 2.0  # seconds in which whoever never read finds out that it was cut off


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--cookies", type=Path, required=True, help="of the officers, as JSON")
    parser.add_argument("--boards", type=int, required=True)
    parser.add_argument("--after", type=int, required=True)
    parser.add_argument("--results", type=Path, required=True)
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(Watching(options).run())
    options.results.write_text(json.dumps(found))
    return 0


class Watching:
    """What so many boards are shown."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._seqs = [array("q") for _ in range(options.boards)]
        self._times = [array("d") for _ in range(options.boards)]
        self._recorded: dict[int, float] = {}

    async def run(self) -> dict[str, Any]:
        options, told = self._options, asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        cookies = json.loads(options.cookies.read_text())
        boards = [
            Board(options.url, cookies[number % len(cookies)], options.after, self._hears(number))
            for number in range(options.boards)
        ]
        began = time.monotonic()
        await asyncio.gather(*(board.connect() for board in boards))
        connected = time.monotonic() - began
        idle = Board(options.url, cookies[0], options.after, lambda board, content: None)
        await idle.connect(reads=False)
        sys.stdout.write(json.dumps({"server": options.url}) + "\n")
        sys.stdout.flush()
        await told.wait()
        until = max((seqs[-1] for seqs in self._seqs if seqs), default=0)
        fate = await _fate(idle)  # meanwhile whoever is still to have that entry gets it
        return {
            "connected_s": round(connected, 2),
            "boards_cut_off": sum(board.gone.done() for board in boards),
            "who_never_reads": fate,
            **self._figures(until),
        }

    def _hears(self, number: int) -> Any:
        return partial(self._heard, self._seqs[number], self._times[number])

    def _heard(self, seqs: "array[int]", times: "array[float]", board: Board, frame: bytes) -> None:
        times.append(time.time())
        seq = int(frame[7 : frame.index(b",", 7)])  # {"seq":17,"incident_id":…
        seqs.append(seq)
        if seq not in self._recorded:
            moment = datetime.fromisoformat(json.loads(frame)["recorded_at"])
            self._recorded[seq] = moment.timestamp()

    def _figures(self, until: int) -> dict[str, Any]:
        shown = [[seq for seq in seqs if seq <= until] for seqs in self._seqs]
        waits = [
            (at - self._recorded[seq]) * 1000
            for seqs, times in zip(self._seqs, self._times, strict=True)
            for seq, at in zip(seqs, times, strict=True)
        ]
        return {
            "shown": len(waits),
            "p50_ms": tidy(percentile(waits, 50)),
            "p99_ms": tidy(percentile(waits, 99)),
            "longest_ms": tidy(max(waits, default=0)),
            "first_board": shown[0],
            "boards_unlike_the_first": sum(seqs != shown[0] for seqs in shown),
        }


async def _fate(idle: Board) -> str:
    """Whether the server has let go of the board that took nothing."""
    idle.read_on()
    await asyncio.sleep(LAST_LOOK)
    return "dropped" if idle.gone.done() else "open"


if __name__ == "__main__":
    sys.exit(main())
