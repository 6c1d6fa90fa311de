"""The pages over real HTTP, the whole demo, and a browser that must stay on this machine."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from server.web import pages
from tests.server.web_pages.office import WorldBesideABrowser
from tests.support.serving import serve
from tests.support.stage import Stage

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "ws://localhost:", "data:")
DAKAR = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25, "source": "gps"}


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The page doors alone: what they answer does not depend on a database."""
    app = FastAPI()
    app.state.parts = SimpleNamespace(needs_second_factor=False)
    app.include_router(pages.router)
    pages.mount_static(app)
    with serve(app) as address:
        yield address


@dataclass(frozen=True)
class Demo:
    """The whole system on this machine, through nothing but its public doors."""

    server: str
    sandbox: str
    staff: dict[str, str]
    devices: list[dict[str, Any]]

    def press(self, device: int = 0, **changes: object) -> str:
        now = datetime.now(UTC).isoformat()
        alert = {
            "id": str(uuid.uuid4()),
            "kind": "alert",
            "pressed_at": now,
            "countdown_s": 0,
            "trigger": "button",
            "position": {**DAKAR, "at": now},
            "battery": 0.5,
            "note": None,
        }
        answer = self.call("POST", "/v1/alerts", {**alert, **changes}, device=device)
        return str(answer["incident_id"])

    def move(self, incident: str, latitude: float, device: int = 0) -> None:
        now = datetime.now(UTC).isoformat()
        place = {**DAKAR, "lat": latitude, "at": now}
        self.call("POST", f"/v1/incidents/{incident}/positions", place, device=device)

    def stop(self, incident: str, code: str, device: int = 0) -> None:
        code = self.devices[device][code]
        self.call("POST", f"/v1/incidents/{incident}/stop", {"code": code}, device=device)

    def call(self, method: str, path: str, body: object, *, device: int) -> dict[str, Any]:
        request = urllib.request.Request(
            self.server + path,
            method=method,
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.devices[device]['token']}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))

    def link(self, device: int = 0, contact: int = 0) -> str:
        """The link in a contact's text, once it has come."""
        to = self.devices[device]["contacts"][contact]["phone"].replace("+", "%2B")
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with urllib.request.urlopen(f"{self.sandbox}/_sandbox/messages?to={to}") as answer:
                bodies = "\n".join(message["body"] for message in json.load(answer))
            if found := re.findall(r"https?://\S+/t#\w{22}", bodies):
                return str(found[-1])
            time.sleep(0.05)
        raise AssertionError("no text with a link came")


class DemoProcess:
    """Starts the demo; started again it goes on in the same folder at the same addresses."""

    def __init__(self, folder: Path, *people: str) -> None:
        self.folder = folder
        self.command = [sys.executable, "-m", "server", "demo", "--no-phone"]
        self.command += people or ("--activists", "8")
        self.command += ["--port", str(free_port()), "--sandbox-port", str(free_port())]
        self.command += ["--data", str(folder / "data")]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Demo:
        with (self.folder / "demo.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        return Demo(ready["server"], ready["sandbox"], ready["staff"], ready["devices"])

    def kill(self) -> None:
        if self.process is None or self.process.stdout is None:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None


@pytest.fixture
def demo_process(tmp_path: Path) -> Iterator[DemoProcess]:
    process = DemoProcess(tmp_path)
    yield process
    process.kill()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for a module's tests: each presses with activists of its own."""
    process = DemoProcess(tmp_path_factory.mktemp("demo"))
    yield process.start()
    process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def world(
    stage: Stage, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WorldBesideABrowser]:
    """An office whose clock a test moves, for stories of more than one person."""
    with ExitStack() as stack:
        stage.clear()
        yield WorldBesideABrowser(stack, stage, tmp_path, database_url, monkeypatch)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@dataclass
class Desk:
    """Opens pages, and remembers whatever a page did that it must not do."""

    browser: Browser
    strays: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(
        self, address: str, *, language: str = "en", size: tuple[int, int] = (1280, 800)
    ) -> Page:
        view: ViewportSize = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(
            base_url=address,
            viewport=view,
            extra_http_headers={"Accept-Language": language},
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("request", lambda request: self.watch(request.url))
        page.on("websocket", lambda socket: self.watch(socket.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.listen(said.text))
        page.goto(address)
        return page

    def watch(self, address: str) -> None:
        if not address.startswith(HERE):
            self.strays.append(address)

    def listen(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.faults.append(said)

    def sign_in(self, demo: Demo, **options: Any) -> Page:
        page = self.open(demo.server, **options)
        page.fill("#email", demo.staff["email"])
        page.fill("#password", demo.staff["password"])
        page.keyboard.press("Enter")
        page.wait_for_selector("html[data-live=true]")
        return page


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    desk = Desk(browser)
    yield desk
    for context in browser.contexts:
        context.close()
    assert desk.strays == []
    assert desk.faults == []
