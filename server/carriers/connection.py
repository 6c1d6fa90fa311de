"""The SDK's way to the network: one warm session, our own time limit, and no second request.

The SDK's own asynchronous client ignores its time limit, posts again on a 503 (and so texts a
person twice), logs each request, and keeps the last one with the text in it.
"""

import asyncio
import logging
from contextvars import ContextVar
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    encode_basic_auth,
)
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

KEEP_ALIVE = 30.0  # seconds; a text each half minute finds its connection warm

# The SDK's exceptions drop the headers; a context belongs to one task, and so to one request.
retry_after: ContextVar[float | None] = ContextVar("retry_after", default=None)


class WarmClient(AsyncHttpClient):  # type: ignore[misc]
    """What the SDK calls for each request. It raises aiohttp's own errors and TimeoutError."""

    def __init__(self, username: str, password: str, timeout: float, connections: int) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout)
        self._authorization = encode_basic_auth(username, password)
        self._slots = asyncio.Semaphore(connections)
        self._session: ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature
        allow_redirects: bool = False,
    ) -> Response:
        """Waiting for a free connection does not count: a text that was not sent is not unknown."""
        retry_after.set(None)
        async with (
            self._slots,
            self._open_session().request(
                method,
                uri,
                params=_texts(params),
                data=URL.build(query=data).raw_query_string.encode() if data else None,
                headers={**(headers or {}), "Authorization": self._authorization},
                allow_redirects=False,
            ) as response,
        ):
            body = await response.text()
        retry_after.set(_seconds(response.headers.get("Retry-After", "")))
        return Response(response.status, body, response.headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> ClientSession:
        """Made at the first request: a session belongs to the loop that runs it."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
                timeout=ClientTimeout(total=self.timeout),
                cookie_jar=DummyCookieJar(),
            )
        return self._session


def _texts(params: dict[str, Any] | None) -> dict[str, str] | None:
    return {name: str(value) for name, value in params.items()} if params else None


def _seconds(header: str) -> float | None:
    """Twilio counts in whole seconds; a date is as good as nothing."""
    return float(header) if header.isascii() and header.isdigit() and len(header) < 6 else None


def fault(error: Exception) -> str:
    """The kind of fault in a word: messages of exceptions may hold addresses and texts."""
    match error:
        case ClientConnectorError():
            return "unreachable"
        case TimeoutError():
            return "time-out"
        case ClientError() | OSError():
            return "connection lost"
        case _:
            return "unreadable"
