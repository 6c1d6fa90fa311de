"""The web server in its process: whom it asks whether they are still there."""

import socket
import threading
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from server.running import PHONES, WebServer
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


@pytest.fixture
def address() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = WebServer(app)
        server.config.lifespan = "off"
        server.config.ws_ping_interval = 0.02
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started, "the server")
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def test_boards_are_asked_and_phones_keep_their_battery(address: str) -> None:
    with (
        connect(address + PHONES, create_connection=Pinged) as phone,
        connect(address + "/v1/dashboard", create_connection=Pinged) as board,
    ):
        assert isinstance(board, Pinged)
        assert isinstance(phone, Pinged)
        until(lambda: board.pings >= 3, "three pings")
        assert phone.pings == 0
