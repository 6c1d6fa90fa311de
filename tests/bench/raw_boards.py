"""The floor under a fan-out: one prebuilt frame written to every socket at each POST, nothing else.

`python -m tests.bench.raw_boards --size BYTES`. It agrees to any upgrade, and seals, stores, reads
and checks nothing.
"""

import argparse
import asyncio
import sys
from typing import cast

import uvloop

from tests.bench import people
from tests.bench.client import HEAD_END

AGREED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: unchecked\r\n\r\n"
)
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Raw(asyncio.Protocol):
    """A connection: a board once it has asked to be one."""

    boards: "set[asyncio.Transport]"
    frame: bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET"):
            self.boards.add(self._transport)
            self._transport.write(AGREED)
        elif HEAD_END in data:
            self._transport.write(DONE)
            for board in self.boards:
                board.write(self.frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self.boards.discard(self._transport)


def frame_of(size: int) -> bytes:
    """A frame of text whose content begins as an entry does."""
    content = b'{"seq":0,'.ljust(size, b" ")
    return b"\x81\x7e" + len(content).to_bytes(2, "big") + content


async def serve(size: int) -> None:
    Raw.boards, Raw.frame = set(), frame_of(size)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Raw, "127.0.0.1", 0, backlog=2048)
    host, port = server.sockets[0].getsockname()
    sys.stdout.write(people.ready(f"http://{host}:{port}") + "\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True, help="of an entry; 126 to 65535 bytes")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(options.size))


if __name__ == "__main__":
    main()
