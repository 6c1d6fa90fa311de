"""An office whose clock a test moves, and whose officers sit at boards in a browser."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page

from tests.support.office import Officer
from tests.support.world import World

if TYPE_CHECKING:
    from tests.server.web_pages.conftest import Desk


class LoopOfItsOwn:
    """An `asyncio.Runner` on another thread: Playwright's own loop runs on the test's."""

    def __enter__(self) -> "LoopOfItsOwn":
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._thread.submit(self._runner.run, work).result()


class WorldBesideABrowser(World):
    loop = LoopOfItsOwn


# What a browser would sound and show, written down: a machine without a desk has neither.
HEARD = """
window.played = [];
HTMLMediaElement.prototype.play = function () {
  window.played.push(new URL(this.src).pathname.split("/").pop());
  return Promise.resolve();
};
window.noticed = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) { window.noticed.push([title, options.body]); }
};
"""
UNWATCHED = "document.hasFocus = () => false;"


def at_board(
    desk: "Desk", world: World, officer: Officer, *scripts: str, language: str = "en"
) -> Page:
    """The officer's board, live; the scripts run before anything of the page does."""
    page = desk.open(f"{world.url}/favicon.ico", language=language)
    for script in scripts:
        page.add_init_script(script)
    page.goto(world.url)
    page.fill("#email", officer.email)
    page.fill("#password", officer.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-live=true]")
    return page


def hears(page: Page, count: int) -> None:
    """Waits until so many sounds were played; the page's own policy forbids Playwright's way."""
    for _ in range(100):
        if page.evaluate("played.length") >= count:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("played.length") == count


def card(page: Page, incident: str) -> Locator:
    return page.locator(f".card[data-id='{incident}']")


def pressed(world: World, name: str = "Ana", **alert: Any) -> str:
    """An alert, or a drill, of an activist without contacts."""
    activist = world.activist(name, contacts=[], office=alert.pop("office", None))
    activist.phone.press(**alert)
    return activist.phone.last
