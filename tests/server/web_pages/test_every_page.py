"""What holds for every page of the staff: nothing from elsewhere, a small window, the keyboard."""

import pytest
from playwright.sync_api import Page

from server.web.pages import STAFF_PAGES
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import at_board, pressed
from tests.support.world import World

# A new page stands here by being one; what it loads from elsewhere fails the test by the desk.
PAGES = ("", "account", *STAFF_PAGES)
TWICE_AS_LARGE = {"width": 640, "height": 400}  # what is left of 1280×800 at 200 %
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const outlined = (part) => getComputedStyle(at, part).outlineStyle !== "none";
  const box = at.getBoundingClientRect();
  window.places ??= new Map();
  if (!window.places.has(at)) window.places.set(at, window.places.size);
  return {
    number: window.places.get(at), name: at.outerHTML.slice(0, 80),
    marked: outlined(null) || outlined("::after"),
    shown: box.width > 0 && box.height > 0,
  };
}"""


def walked(page: Page) -> list[dict[str, object]]:
    """What the Tab key leads to, until it leaves the page or comes back to the first."""
    found: list[dict[str, object]] = []
    page.evaluate("document.activeElement?.blur()")
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None or (len(found) > 1 and at["number"] == 0):
            return found
        if not found or found[-1]["number"] != at["number"]:  # a date is a stop for each part
            found.append(at)
    raise AssertionError(f"the keyboard does not come round: {found[-1]}")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_by_keyboard_alone_and_at_twice_its_size(
    world: World, desk: Desk, language: str
) -> None:
    noor = world.staff("Noor")
    pressed(world, "Awa")
    page = at_board(desk, world, noor, language=language)
    wrong = []
    for name in PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{world.url}/{name}")
        page.locator("main:not([hidden])").first.wait_for()
        page.wait_for_timeout(400)
        steps = walked(page)
        wrong += [f"/{name} has few stops"] if len(steps) < 4 else []
        wrong += [f"/{name} not seen: {one['name']}" for one in steps if not one["shown"]]
        wrong += [f"/{name} not marked: {one['name']}" for one in steps if not one["marked"]]
        assert len({one["number"] for one in steps}) == len(steps), f"/{name} goes in circles"
        moving = page.evaluate("document.getAnimations().length")
        wrong += [f"/{name} moves {moving} things"] if moving else []
        page.set_viewport_size(TWICE_AS_LARGE)
        page.wait_for_timeout(200)
        root = "document.documentElement"
        wide = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        wrong += [f"/{name} is {wide} px too wide"] if wide > 0 else []
    assert wrong == []
