"""HTTP as a script would speak it: any bytes out, the answer's own bytes back."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 20.0  # seconds; a loaded machine, not a slow server
GONE = (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Message

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def ok(self) -> Any:
        """The body of an answer that must be a yes."""
        assert self.status < 300, f"{self.status}: {self.body.decode()}"
        return self.json if self.body else None


class Caller:
    """One caller with its own connection and headers, for one thread."""

    def __init__(self, url: str, **headers: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=TIMEOUT
        )
        self.url = url
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """`body`: bytes as they are, anything else as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **self.headers, **(headers or {})}
        try:
            return self._ask(method, path, data, sent)
        except GONE:  # the server was started anew, or let an idle connection go
            self._connection.close()
            return self._ask(method, path, data, sent)

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        self._connection.request(method, path, data, dict(headers))
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), response.headers)
