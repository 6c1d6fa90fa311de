"""A load client that costs little: prebuilt requests over keep-alive connections."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import UUID

HEAD_END = b"\r\n\r\n"
PLACE = (14.69371, -17.44412)


class Answer(NamedTuple):
    """One request and what came of it; status 0 where the connection was cut before an answer."""

    number: int
    status: int
    sent_at: float
    answered_at: float
    body: bytes

    @property
    def seconds(self) -> float:
        return self.answered_at - self.sent_at


class Load:
    """Requests in order, over so many connections, until they run out or `stop` is called."""

    def __init__(self, url: str, requests: list[bytes], connections: int) -> None:
        address = urlsplit(url)
        self.host, self.port = address.hostname or "", address.port or 80
        self.answers: list[Answer] = []
        self._requests: Iterator[tuple[int, bytes]] = enumerate(requests)
        self._connections = min(connections, len(requests))
        self._open: set[Connection] = set()
        self._done = asyncio.Event()

    async def run(self) -> list[Answer]:
        """Every answer; raises OSError where the server cannot be reached."""
        loop = asyncio.get_running_loop()
        made = await asyncio.gather(
            *(
                loop.create_connection(lambda: Connection(self), self.host, self.port)
                for _ in range(self._connections)
            ),
            return_exceptions=True,
        )
        if failed := [error for error in made if isinstance(error, BaseException)]:
            for connection in list(self._open):
                connection.close()
            raise failed[0]
        for connection in list(self._open):
            connection.send_next()
        await self._done.wait()
        return self.answers

    def stop(self) -> None:
        """No new request; what is under way is still answered."""
        self._requests = iter(())

    def next(self) -> tuple[int, bytes] | None:
        return next(self._requests, None)

    def opened(self, connection: "Connection") -> None:
        self._open.add(connection)

    def closed(self, connection: "Connection") -> None:
        self._open.discard(connection)
        if not self._open:
            self._done.set()


class Connection(asyncio.Protocol):
    """One connection: sends its next request when the last one was answered."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._buffer = b""
        self._number: int | None = None
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass
        self._load.opened(self)

    def send_next(self) -> None:
        assert self._transport is not None
        if (following := self._load.next()) is None:
            self._transport.close()
            return
        self._number, request = following
        self._sent_at = time.time()
        self._transport.write(request)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(HEAD_END)
        if end and len(body) >= length_of(head):
            self._buffer = b""
            self._answered(int(head[9:12]), body)
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._number is not None:
            self._answered(0, b"")
        self._load.closed(self)

    def _answered(self, status: int, body: bytes) -> None:
        if self._number is not None:
            self._load.answers.append(
                Answer(self._number, status, self._sent_at, time.time(), body)
            )
        self._number = None


def press_request(url: str, token: str, alert_id: UUID, **changes: Any) -> bytes:
    """`POST /v1/alerts` as bytes: a press with a fix, as a phone sends it."""
    now = datetime.now(UTC).isoformat()
    lat, lon = PLACE
    fix = {"lat": lat, "lon": lon, "accuracy_m": 25.0, "source": "gps", "at": now}
    press = {
        "id": str(alert_id),
        "kind": "alert",
        "pressed_at": now,
        "countdown_s": 0,
        "trigger": "button",
        "position": fix,
        "battery": 0.5,
        "note": None,
        **changes,
    }
    return post_request(url, "/v1/alerts", token, press)


def fix_request(url: str, token: str, incident_id: str) -> bytes:
    """`POST …/positions` as bytes: where a phone is now."""
    lat, lon = PLACE
    now = datetime.now(UTC).isoformat()
    fix = {"lat": lat, "lon": lon, "accuracy_m": 25.0, "source": "gps", "at": now}
    return post_request(url, f"/v1/incidents/{incident_id}/positions", token, fix)


def look_request(url: str, cookie: str) -> bytes:
    """`GET /v1/incidents` as bytes: the first page, as an officer's board reads it."""
    return (
        f"GET /v1/incidents HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


def post_request(url: str, path: str, token: str, content: Any) -> bytes:
    body = json.dumps(content).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
