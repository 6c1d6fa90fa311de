"""A socket's client that keeps every frame."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.support.waiting import PATIENCE

Frame = dict[str, Any]


class Frames:
    """Reads only while something is waited for; `seen` holds every frame, as bytes and read."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.seen: list[tuple[bytes, Frame]] = []
        self._looked_at = 0

    def send(self, message: Any) -> None:
        """Bytes and text as they are, anything else as JSON."""
        self._socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def until(self, wanted: Callable[[Frame], bool], seconds: float = PATIENCE) -> Frame:
        """The first frame that fits and that no earlier call has returned or passed over."""
        while True:
            while self._looked_at < len(self.seen):
                frame = self.seen[self._looked_at][1]
                self._looked_at += 1
                if wanted(frame):
                    return frame
            raw = self._socket.recv(timeout=seconds)
            raw = raw.encode() if isinstance(raw, str) else raw
            self.seen.append((raw, json.loads(raw)))

    def close_code(self) -> int | None:
        """Reads to the end, and says how it ended."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                raw = self._socket.recv(timeout=PATIENCE)
                data = raw.encode() if isinstance(raw, str) else raw
                self.seen.append((data, json.loads(data)))
        return self._socket.close_code
