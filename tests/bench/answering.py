"""A carrier that costs little: notes when each request for a text came, and answers as Twilio does.

`python -m tests.bench.answering [--latency MS]`. `GET /taken` lists the times, in seconds since
1970. Every other request counts as one text.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import cast

import uvloop

from server import running
from server.sandbox import messages
from server.sandbox.dialect import message_resource
from shared.clock import SystemClock
from tests.bench import carrier, people
from tests.bench.client import HEAD_END, length_of

SID = "SM" + "0" * 32
WORDS = "Amina needs help. 14:02 at N14.6937 W17.4441 within 25m (GPS). Battery 50%. K7P"


class Answering(asyncio.Protocol):
    """One connection of the sender's, kept open: one request after the other."""

    def __init__(self, taken: list[float], latency: float) -> None:
        self._taken = taken
        self._latency = latency
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(HEAD_END)
        if not end or len(body) < length_of(head):
            return
        self._buffer = b""
        if head.startswith(b"GET /taken"):
            self._answer(json.dumps(self._taken).encode(), b"200 OK")
            return
        self._taken.append(time.time())
        made = MADE.replace(SID.encode(), b"SM%032x" % len(self._taken))
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._answer, made)
        else:
            self._answer(made)

    def _answer(self, body: bytes, status: bytes = b"201 Created") -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )


def _made() -> bytes:
    now = SystemClock().now()
    row = messages.new("text", "+33639980001", carrier.LINE, WORDS, "queued", now)
    return json.dumps(message_resource({**row, "sid": SID}, carrier.ACCOUNT)).encode()


MADE = _made()


async def _serve(latency: float) -> None:
    bound = running.listen(running.HOST, 0)
    taken: list[float] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(taken, latency), sock=bound)
    url = f"http://{running.HOST}:{bound.getsockname()[1]}"
    sys.stdout.write(people.ready(url) + "\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0, metavar="MS")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(options.latency / 1000))
    return 0


if __name__ == "__main__":
    sys.exit(main())
