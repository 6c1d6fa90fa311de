"""A board that keeps the numbers of the entries it saw, and comes back where it was cut off."""

import asyncio
import json
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

SILENCE = 0.6  # seconds without an entry: a server at rest has shown everything


class Board:
    """One board; `entries` are the `seq` of all it was shown, in the order of arrival."""

    def __init__(self) -> None:
        self.entries: list[int] = []

    async def watch(self, url: str, cookie: str) -> None:
        """Until the server is gone."""
        with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
            async with self._socket(url, cookie) as socket:
                async for frame in socket:
                    self.entries.append(json.loads(frame)["seq"])

    async def catch_up(self, url: str, cookie: str, until: int | None) -> None:
        """Until entry `until` was shown; without one, until nothing more comes."""
        async with self._socket(url, cookie) as socket:
            with suppress(TimeoutError):
                while until is None or not self.entries or self.entries[-1] < until:
                    frame = await asyncio.wait_for(socket.recv(), SILENCE if until is None else 10)
                    self.entries.append(json.loads(frame)["seq"])

    def _socket(self, url: str, cookie: str) -> connect:
        after = f"?after={self.entries[-1]}" if self.entries else ""
        address = f"{url.replace('http', 'ws', 1)}/v1/dashboard{after}"
        return connect(address, additional_headers={"Cookie": cookie}, max_size=None)


async def whole_timeline(url: str, cookie: str) -> list[int]:
    """What a board sees that was never cut off, up to now."""
    board = Board()
    await board.catch_up(url, cookie, None)
    if board.entries != sorted(set(board.entries)):
        raise AssertionError("a board that was never cut off saw entries twice or out of order")
    return board.entries
