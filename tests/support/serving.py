"""Serves an ASGI app over real HTTP on a free port, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from server.running import Sockets

START_WITHIN = 10.0  # seconds; a loaded machine takes one
STOP_WITHIN = 10.0


@contextmanager
def serve(app: Any, *, port: int = 0) -> Iterator[str]:
    """Yields the base address, such as `http://127.0.0.1:40123`; stops cleanly afterwards."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws=Sockets,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        give_up = time.monotonic() + START_WITHIN
        while not server.started:
            if not thread.is_alive() or time.monotonic() > give_up:
                raise RuntimeError("the app did not start")
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_WITHIN)
            if thread.is_alive():
                raise RuntimeError("the app did not stop")
