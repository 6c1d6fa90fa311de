"""The demo as the fault runs drive it: started, pressed, killed, started again on its folder."""

import json
import shutil
import sqlite3
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.bench import carrier
from tests.bench.processes import Child, start

Module = str


def launch(
    data: Path,
    activists: int = 0,
    contacts: int = 0,
    module: Module = "server",
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Starts `candlewire demo` on this folder, through another launcher where `module` is one."""
    words = ["demo", "--no-phone", "--port", "0", "--sandbox-port", "0", "--data", str(data)]
    if activists:
        words += ["--activists", str(activists), "--contacts", str(contacts)]
    log = data.parent / f"{data.name}.log"
    return start([sys.executable, "-m", module, *words], log=log, environment=environment)


@contextmanager
def demo(
    data: Path,
    activists: int = 0,
    contacts: int = 0,
    module: Module = "server",
    environment: Mapping[str, str] | None = None,
) -> Iterator[Child]:
    running = launch(data, activists, contacts, module, environment)
    try:
        yield running
    finally:
        running.stop()


def prepared(data: Path, activists: int, contacts: int) -> Path:
    """A folder in which these people are settled and nothing has happened, to be copied."""
    demo_once = launch(data, activists, contacts)
    demo_once.stop()
    return data


def copied(prepared_folder: Path, to: Path) -> Path:
    shutil.copytree(prepared_folder, to)
    return to


class Office:
    """A staff member at work, with a session."""

    def __init__(self, running: Child) -> None:
        self.url = running.url
        self._jar = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self._jar))
        self.ask("POST", "/v1/session", running.ready["staff"])

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with self._opener.open(Request(self.url + path, data, method=method), timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None


def texts(running: Child) -> list[dict[str, Any]]:
    """Every text to a contact that went over the air, oldest first."""
    found = carrier.messages(str(running.ready["sandbox"]))
    return [text for text in found if text["to"] != running.ready["duty"]]


def rows(data: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Reads the server's database beside it."""
    return read(data / "candlewire.db", query, *values)


def read(file: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def token_hash(token: str) -> bytes:
    return sha256(urlsafe_b64decode(token + "=")).digest()


def settled(running: Child, holds: Callable[[list[dict[str, Any]]], bool], seconds: float) -> bool:
    """Whether the texts come to be so within that time."""
    give_up = time.monotonic() + seconds
    while not holds(texts(running)):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def quiet(running: Child, seconds: float = 2.6, at_most: float = 60.0) -> list[dict[str, Any]]:
    """Waits until no text has come for so long; all of them."""
    return at_rest(lambda: texts(running), seconds, at_most)


def at_rest(
    looked: Callable[[], list[dict[str, Any]]], seconds: float = 2.6, at_most: float = 60.0
) -> list[dict[str, Any]]:
    """Looks until nothing was added for so long; all that there is."""
    give_up = time.monotonic() + at_most
    known, since = -1, time.monotonic()
    while True:
        found = looked()
        if len(found) != known:
            known, since = len(found), time.monotonic()
        if time.monotonic() - since > seconds or time.monotonic() > give_up:
            return found
        time.sleep(0.2)
