"""`candlewire serve` as an operator runs it: two processes, started again after each kill."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.bench import carrier, people
from tests.bench.processes import Child, child, start
from tests.soak.demo import read

PUBLIC_URL = "https://go.example.org"
COOKIE = "__Host-candlewire_session"


class Served:
    """The production server on a folder of its own, and the sandbox that it sends to."""

    def __init__(
        self,
        folder: Path,
        port: int,
        sandbox: Child,
        cookies: list[str],
        environment: Mapping[str, str],
    ) -> None:
        """`cookies`: of the officers who are signed in."""
        self.cookies = [f"{COOKIE}={cookie}" for cookie in cookies]
        self.url = f"http://127.0.0.1:{port}"
        self.sandbox = sandbox
        self._folder = folder
        self._port = port
        self._environment = environment
        self._web: Child | None = None

    def start(self) -> None:
        """Until it serves; its relay comes up by itself."""
        self._web = start(
            [sys.executable, "-m", "server", "serve", "--port", str(self._port)],
            log=self._folder / "log",
            environment={
                "CANDLEWIRE_DATA": str(self._folder / "data"),
                "CANDLEWIRE_KEY_FILE": str(self._folder / "ring.json"),
                "CANDLEWIRE_PUBLIC_URL": PUBLIC_URL,
                "CANDLEWIRE_TWILIO_ACCOUNT_SID": carrier.ACCOUNT,
                "CANDLEWIRE_TWILIO_AUTH_TOKEN": carrier.TOKEN,
                "CANDLEWIRE_TWILIO_FROM": carrier.LINE,
                "CANDLEWIRE_TWILIO_API_URL": self.sandbox.url,
                **self._environment,
            },
            read=lambda line: {"server": line.split()[-1]},
        )

    @property
    def relay(self) -> int | None:
        """The relay's process, while there is one."""
        return next(iter(_children(self._web.pid)), None) if self._web else None

    def resident_kib(self) -> int:
        """Memory of the web half."""
        assert self._web is not None
        status = Path(f"/proc/{self._web.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    def kill(self, halves: str) -> None:
        """`kill -9` of "web", "relay" or "both", the relay first."""
        relay = self.relay
        if halves != "web" and relay is not None:
            os.kill(relay, signal.SIGKILL)
        if halves != "relay" and self._web is not None:
            self._web.kill()

    def stop(self) -> None:
        if self._web is not None:
            self._web.stop()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return read(self._folder / "data" / "candlewire.db", query, *values)

    def taken(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Reads what the sandbox has written down."""
        return read(self._folder / "carrier" / "sandbox.db", query, *values)

    def all_texted(self, phones: set[str], within: float) -> None:
        """Waits until every one of them has a text, or for so many seconds."""
        give_up = time.monotonic() + within
        while not phones <= self._texted() and time.monotonic() < give_up:
            time.sleep(0.1)

    def _texted(self) -> set[str]:
        return {phone for (phone,) in self.taken("SELECT DISTINCT phone FROM message")}


@contextmanager
def served(
    folder: Path,
    everyone: list[people.Someone],
    officers: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """A server on which these people are settled, with its key file where `serve` wants it."""
    cookies = people.settle(folder / "data", everyone, officers)
    (folder / "data" / "keys.json").rename(folder / "ring.json")
    port = _free_port()
    receipts_to = ["--receipts-to", f"http://127.0.0.1:{port}"]
    with child(
        ["-m", "tests.bench.carrier", "--data", str(folder / "carrier"), *receipts_to]
    ) as sandbox:
        running = Served(folder, port, sandbox, cookies, environment or {})
        running.start()
        try:
            yield running
        finally:
            running.stop()


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found += [int(one) for one in (task / "children").read_text("ascii").split()]
    return found


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
