"""The line to the server: a socket, and HTTPS beside it. Moves bytes and understands none."""

import asyncio
import http.client
import logging
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from mobile.core.uplink import Method
from shared import wire

TIMEOUT_S: Final = 5.0
# Each ping keeps the radio up for ten seconds, so a line at rest has few. While an alert goes on,
# places are sent all the time, and one that is not answered tells sooner that the line is dead.
PING_S: Final = 240.0  # proxies and carriers forget a line after five minutes
PONG_S: Final = 20.0

# At debug level websockets logs the handshake, and with it the token.
_silent = logging.getLogger("candlewire.link")
_silent.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Unreachable:
    """Nobody answered: no network, no such host, a certificate that is not the server's."""


class Socket(Protocol):
    async def send(self, frame: bytes) -> bool:
        """False once the line is dead."""

    async def receive(self) -> str | bytes | None:
        """The next frame, or None once the line is dead."""

    async def close(self) -> None: ...


class Link(Protocol):
    async def open(self, server: str, bearer: str) -> Socket | Unreachable: ...

    async def request(
        self,
        server: str,
        bearer: str | None,
        method: Method,
        path: str,
        body: bytes | None,
    ) -> Answer | Unreachable: ...


class InternetLink:
    """Straight to the server: no proxy from the environment, no redirect, no name for itself."""

    async def open(self, server: str, bearer: str) -> Socket | Unreachable:
        """Who turns a socket away may be a proxy. HTTPS is next, and shows whose words they are."""
        try:
            connection = await connect(
                f"ws{server.removeprefix('http')}/v1/phone",
                additional_headers={"Authorization": f"Bearer {bearer}"},
                user_agent_header=None,
                compression=None,
                proxy=None,
                max_size=wire.MAX_BODY,
                open_timeout=TIMEOUT_S,
                close_timeout=1,
                ping_interval=PING_S,
                ping_timeout=PONG_S,
                logger=_silent,
            )
        except (OSError, WebSocketException, TimeoutError):
            return Unreachable()
        return _InternetSocket(connection)

    async def request(
        self,
        server: str,
        bearer: str | None,
        method: Method,
        path: str,
        body: bytes | None,
    ) -> Answer | Unreachable:
        return await asyncio.to_thread(post, server, bearer, method, path, body)


def post(
    server: str,
    bearer: str | None,
    method: Method,
    path: str,
    body: bytes | None,
) -> Answer | Unreachable:
    """One HTTPS request, on the calling thread."""
    headers = {"Content-Type": "application/json", "User-Agent": "-"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    asked = urllib.request.Request(server + path, data=body, headers=headers, method=method)  # noqa: S310 - pairing allows https, and http on loopback
    try:
        with _opener.open(asked, timeout=TIMEOUT_S) as answer:
            return Answer(answer.status, answer.read(wire.MAX_BODY + 1))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _read(error))
    except (OSError, http.client.HTTPException):
        return Unreachable()


def _read(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(wire.MAX_BODY + 1)
    except (OSError, http.client.HTTPException):
        return b""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


class _InternetSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, frame: bytes) -> bool:
        try:
            await self._connection.send(frame.decode())
        except (OSError, WebSocketException):
            return False
        return True

    async def receive(self) -> str | bytes | None:
        try:
            return await self._connection.recv()
        except (OSError, WebSocketException):
            return None

    async def close(self) -> None:
        await self._connection.close()
