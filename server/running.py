"""Running the parts in a process: the web server on a socket, the jobs, a clean end."""

import asyncio
import contextlib
import ctypes
import fcntl
import gc
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.carriers import route_file
from server.carriers.gateway import GatewayCarrier
from server.carriers.lookup import TwilioNumbers
from server.carriers.twilio import TwilioCarrier
from server.jobs.pace import Pace
from server.jobs.ways import Way, Ways
from server.settings import Settings
from server.web.lines import LINE
from shared import wire

HOST = "127.0.0.1"
BACKLOG = 2048
PR_SET_PDEATHSIG = 1
PHONES = "/v1/phone"
PHONE_PING = 900.0  # seconds; only so that lines nobody closed are let go one day
LAST_READ = 10.0  # seconds in which the other end may read what was said last
SWITCH = 0.001  # seconds that a thread may keep the others waiting
ENDS = (signal.SIGINT, signal.SIGTERM)


class Busy(Exception):
    """A port or a lock that another process holds."""


class Sockets(WebSocketsSansIOProtocol):
    """Boards are asked often whether they are there; phones seldom, for it costs their battery.

    It is a `Line` too: what many boards are told alike is framed once and written to each.
    """

    def start_keepalive(self) -> None:
        if self.scope["path"] == PHONES:
            self.ping_interval = PHONE_PING
        super().start_keepalive()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()  # a polite close waits for what nobody reads

    async def run_asgi(self) -> None:
        cast(dict[str, Any], self.scope["extensions"])[LINE] = self
        await super().run_asgi()
        self.loop.call_later(LAST_READ, self.transport.abort)

    def write(self, frames: bytes) -> bool:
        if not self.writable.is_set() or self._is_over():
            return False
        self.transport.write(frames)
        return True

    async def drained(self) -> None:
        await self.writable.wait()

    def _is_over(self) -> bool:
        return self.disconnected or self.close_sent or self.transport.is_closing()


class WebServer(uvicorn.Server):
    """uvicorn, but its caller decides what a signal means, and what is tidied up after it."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None] | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                loop="uvloop",
                ws=Sockets,
                ws_max_size=wire.MAX_BODY,
                ws_per_message_deflate=False,  # triples the memory of an idle phone
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=5,
                backlog=BACKLOG,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None and not self.should_exit:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; Busy where somebody else has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise Busy(f"Port {port} is in use or not allowed. Choose another with --port.") from error
    return bound


def run_until_signal(
    server: WebServer, bound: socket.socket, leave: Callable[[], None] | None = None
) -> None:
    """Serves on this thread until SIGINT or SIGTERM, then lets open requests finish.

    `leave` is called at the signal in place of stopping at once; it stops the server in the end.
    """

    def end(*_: object) -> None:
        for number in ENDS:  # a second one would meet the first inside of a lock, and wait for ever
            signal.signal(number, signal.SIG_IGN)
        (leave or server.stop)()

    for number in ENDS:
        signal.signal(number, end)
    put_presses_first()
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[bound]))


def put_presses_first() -> None:
    """What a press may have to wait for in this process, made short.

    The garbage collector looks at nothing of the start again: that takes a tenth of a second. A
    thread that reads for a board lets others go on after a millisecond, not after five.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH)


@contextlib.contextmanager
def in_thread(app: ASGIApp, bound: socket.socket) -> Iterator[None]:
    """Serves on a thread of its own while the block runs."""
    started = threading.Event()
    server = WebServer(app, started.set)

    def work() -> None:
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=[bound]))

    thread = threading.Thread(target=work, name="sandbox", daemon=True)
    thread.start()
    started.wait()
    try:
        yield
    finally:
        server.stop()
        thread.join()


def signals_to_end() -> Callable[[float], bool]:
    """Answers whether SIGINT or SIGTERM has come, or comes within so many seconds.

    The interpreter writes them to a pipe. A handler that takes a lock may run where this thread
    holds it, and waits for ever.
    """
    here, there = os.pipe()
    os.set_blocking(there, False)
    signal.set_wakeup_fd(there, warn_on_full_buffer=False)
    for number in ENDS:
        signal.signal(number, lambda *_: None)
    return lambda seconds: bool(select.select([here], [], [], seconds)[0])


def only_one(lock_file: Path) -> IO[str]:
    """Holds a lock while the file is open; Busy where another process has it."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    held = lock_file.open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise Busy("Another Candlewire relay works on this data folder. Stop it first.") from error
    return held


def die_with_parent() -> None:
    """Linux ends this process when the thread that started it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def numbers_for(settings: Settings) -> TwilioNumbers | None:
    """The carrier's knowledge of numbers, where there is an account to ask with."""
    if not settings.twilio_account_sid:
        return None
    return TwilioNumbers(
        settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url or None
    )


def ways_for(settings: Settings) -> Ways:
    """Every way out that the settings and the file of routes describe."""
    file, status_url = route_file.read(settings), f"{settings.public_url}/twilio/status"
    others = [
        Way(
            name,
            TwilioCarrier(
                account.account_sid,
                account.auth_token,
                account.sender,
                account.address or None,
                status_url,
                caller=account.caller,
            ),
            Pace(account.messages_per_second),
        )
        for name, account in file.accounts.items()
    ]
    for name, phone in file.phones.items():
        carrier = GatewayCarrier(phone.address, phone.user, phone.password)
        others.append(Way(name, carrier, Pace(phone.messages_per_second), calls=False))
    twilio = carrier_for(settings)
    return Ways(twilio, settings.messages_per_second, *others, routes=file.routes)


def carrier_for(settings: Settings) -> TwilioCarrier:
    return TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.sender,
        settings.twilio_api_url or None,
        f"{settings.public_url}/twilio/status",
        caller=settings.twilio_from,
    )
