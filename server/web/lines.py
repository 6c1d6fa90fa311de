"""A board's line: whole frames go out at once, or are refused while earlier ones wait unread."""

from typing import Any, Protocol, cast

from fastapi import WebSocket

LINE = "candlewire.line"  # the ASGI extension by which `server.running` offers it

_SHORT, _LONG = 126, 1 << 16  # lengths from which a frame's head needs two and eight bytes more


class Line(Protocol):
    """What `server.running.Sockets` gives to whoever serves a socket."""

    def write(self, frames: bytes) -> bool:
        """Writes at once; False where the socket is gone, or has not taken what went before."""

    async def drained(self) -> None:
        """Until it would take something, or is gone."""


def line_of(socket: WebSocket) -> Line:
    extensions: dict[str, Any] = socket.scope["extensions"]
    return cast(Line, extensions[LINE])


def text_frame(content: bytes) -> bytes:
    """One message of text as it stands on the wire (RFC 6455, 5.2), the same for every board."""
    size = len(content)
    if size < _SHORT:
        return bytes((0x81, size)) + content
    if size < _LONG:
        return b"\x81\x7e" + size.to_bytes(2, "big") + content
    return b"\x81\x7f" + size.to_bytes(8, "big") + content
