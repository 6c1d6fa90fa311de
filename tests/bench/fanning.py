"""Boards as a process of their own: twenty entries a second, or fewer: each is caused once every
board has the one before.

Prints what the server's event loop spent, how long the last board waited, how large a frame was.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import uvloop

from tests.bench.client import HEAD_END, Load, fix_request, length_of, press_request
from tests.bench.figures import percentile
from tests.bench.processes import loop_seconds
from tests.bench.sockets import Board

EVERY = 0.05  # seconds: a core that rests between entries writes dearer than one at full speed
SETTLE = 1.0  # seconds in which what a board does on coming is done
WITHIN = 30.0  # seconds; an entry that some board does not get is a failed run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--cookie", default="", help="of the boards")
    parser.add_argument("--token", default="", help="of the phone that moves")
    parser.add_argument("--boards", type=int, required=True)
    parser.add_argument("--entries", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True, help="whose time on a core to take")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(Fan(options).run())
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


class Fan:
    """So many boards, and one phone that is somewhere else at each turn."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._outstanding = 0
        self._all = asyncio.Event()
        self._sizes: list[int] = []
        self._incident = str(uuid4())

    async def run(self) -> dict[str, Any]:
        options = self._options
        seq = await self._press() if options.token else 0
        boards = [
            await Board(options.url, options.cookie, seq, self._heard).connect()
            for _ in range(options.boards)
        ]
        address = urlsplit(options.url)
        self._phone = await asyncio.open_connection(address.hostname, address.port)
        await asyncio.sleep(SETTLE)
        await self._turn()  # the first of them reads the incident
        spent = loop_seconds(options.pid)
        waits = [await self._turn() for _ in range(options.entries)]
        found = {
            "loop_us_an_entry": (loop_seconds(options.pid) - spent) * 1e6 / options.entries,
            "last_p50_ms": percentile(waits, 50) * 1000,
            "last_p99_ms": percentile(waits, 99) * 1000,
            "frame_bytes": max(self._sizes),
        }
        self._phone[1].close()
        for board in boards:
            board.close()
        return found

    async def _press(self) -> int:
        """An open incident to move in; boards that come after begin behind it."""
        request = press_request(self._options.url, self._options.token, uuid4())
        (answer,) = await Load(self._options.url, [request], 1).run()
        self._incident = json.loads(answer.body)["incident_id"]
        return await self._settled()

    async def _settled(self) -> int:
        """The number of the newest entry, once nothing more comes."""
        newest = 0

        def heard(board: Board, content: bytes) -> None:
            nonlocal newest
            newest = json.loads(content)["seq"]

        board = await Board(self._options.url, self._options.cookie, 0, heard).connect()
        before = -1
        while newest != before:
            before = newest
            await asyncio.sleep(0.5)
        board.close()
        return newest

    def _heard(self, board: Board, content: bytes) -> None:
        self._sizes.append(len(content))
        self._outstanding -= 1
        if self._outstanding == 0:
            self._all.set()

    async def _turn(self) -> float:
        """One entry; the seconds until the last board has it."""
        self._outstanding = self._options.boards
        self._all.clear()
        reader, writer = self._phone
        began = time.perf_counter()
        writer.write(fix_request(self._options.url, self._options.token, self._incident))
        head = await reader.readuntil(HEAD_END)
        await reader.readexactly(length_of(head))
        async with asyncio.timeout(WITHIN):
            await self._all.wait()
        took = time.perf_counter() - began
        await asyncio.sleep(EVERY - took)
        return took


if __name__ == "__main__":
    sys.exit(main())
