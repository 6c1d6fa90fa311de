"""Boards that cost little: a socket each, frames cut out of the stream by hand."""

import asyncio
import base64
import os
import socket
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
TEXT, CLOSE, PING = 0x81, 0x88, 0x89
SMALL = 4096  # bytes that the system takes for somebody who never reads

Heard = Callable[["Board", bytes], None]


class Board(asyncio.Protocol):
    """A socket at `/v1/dashboard`; calls `heard(board, frame)` with each frame of text."""

    def __init__(self, url: str, cookie: str, after: int, heard: Heard) -> None:
        self.url = url
        self.closed_with: int | None = None  # the code, 1006 where none was said
        self.is_open = asyncio.get_running_loop().create_future()
        self.gone = asyncio.get_running_loop().create_future()
        self._heard = heard
        self._buffer = b""
        self._request = _request(url, cookie, after)
        self._transport: asyncio.Transport | None = None

    async def connect(self, *, reads: bool = True) -> "Board":
        """Until the server has agreed. Who does not read says nothing more either."""
        address = urlsplit(self.url)
        end = socket.socket()
        end.setblocking(False)
        if not reads:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(end, (address.hostname, address.port))
        await loop.create_connection(lambda: self, sock=end)
        await self.is_open
        if not reads:
            self._line.pause_reading()
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._line.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open.done():
            head, end, self._buffer = self._buffer.partition(HEAD_END)
            if not end:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self.is_open.set_exception(ConnectionRefusedError(head.decode("latin-1")))
                return
            self.is_open.set_result(None)
        self._cut_frames()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.closed_with is None:
            self.closed_with = 1006
        if not self.is_open.done():
            self.is_open.set_exception(ConnectionResetError("cut off before the answer"))
        self.gone.set_result(None)

    def read_on(self) -> None:
        self._line.resume_reading()

    def close(self) -> None:
        self._line.abort()

    @property
    def _line(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    def _cut_frames(self) -> None:
        start, buffer = 0, self._buffer
        while (begin := _content(buffer, start)) is not None:
            length, where = begin
            if len(buffer) < where + length:
                break
            self._frame(buffer[start], buffer[where : where + length])
            start = where + length
        self._buffer = buffer[start:]

    def _frame(self, kind: int, content: bytes) -> None:
        if kind == TEXT:
            self._heard(self, content)
        elif kind == PING:
            mask = b"\x00" * 4
            self._line.write(bytes([0x8A, 0x80 | len(content)]) + mask + content)
        elif kind == CLOSE:
            self.closed_with = int.from_bytes(content[:2], "big")
            self._line.close()


def _content(buffer: bytes, start: int) -> tuple[int, int] | None:
    """How long a frame's content is and where it begins, once its head has come."""
    if len(buffer) < start + 2:
        return None
    length = buffer[start + 1]
    if length < 126:
        return length, start + 2
    size = 2 if length == 126 else 8
    if len(buffer) < start + 2 + size:
        return None
    return int.from_bytes(buffer[start + 2 : start + 2 + size], "big"), start + 2 + size


def _request(url: str, cookie: str, after: int) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /v1/dashboard?after={after}&incidents=true HTTP/1.1\r\n"
        f"Host: {urlsplit(url).netloc}\r\nCookie: {cookie}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()
