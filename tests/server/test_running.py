"""The web server in its process: whom it asks whether they are still there."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from server import running
from server.running import PHONES, WebServer
from server.web.lines import LINE, text_frame
from tests.support.waiting import until


class Pinged(ClientConnection):
    """A client that counts how often it was asked."""

    pings = 0

    def process_event(self, event: Any) -> None:
        if isinstance(event, Frame) and event.opcode is Opcode.PING:
            self.pings += 1
        super().process_event(event)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()


@contextlib.contextmanager
def serving(app: Any) -> Iterator[tuple[WebServer, tuple[str, int]]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = WebServer(app)
        server.config.lifespan = "off"
        server.config.ws_ping_interval = 0.02
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started, "the server")
        yield server, listener.getsockname()
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def address() -> Iterator[str]:
    with serving(app) as (_, (host, port)):
        yield f"ws://{host}:{port}"


def test_boards_are_asked_and_phones_keep_their_battery(address: str) -> None:
    with (
        connect(address + PHONES, create_connection=Pinged) as phone,
        connect(address + "/v1/dashboard", create_connection=Pinged) as board,
    ):
        assert isinstance(board, Pinged)
        assert isinstance(phone, Pinged)
        until(lambda: board.pings >= 3, "three pings")
        assert phone.pings == 0


talked: list[bool] = []


async def talker(scope: Any, receive: Any, send: Any) -> None:
    """Says more than anybody takes, until the line is full, and leaves."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while scope["extensions"][LINE].write(text_frame(b"x" * 60_000)):
            pass
        talked.append(True)


def test_who_never_reads_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LAST_READ", 0.1)
    with serving(talker) as (server, listener), socket.create_connection(listener) as idle:
        idle.sendall(UPGRADE)
        until(lambda: talked, "the line to be full")
        until(lambda: not server.server_state.connections, "the server to let go")


UPGRADE = (
    b"GET /v1/dashboard HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
