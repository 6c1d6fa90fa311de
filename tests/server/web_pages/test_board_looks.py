"""The board as everybody can use it: axe finds nothing, and nothing is cut off at 200 %."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import HEARD, at_board, card, pressed
from tests.support.world import World


def faults(page: Page, state: str) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [
            f"{state} {scheme} {fault['id']}: {node['html']}"
            for fault in Axe().run(page).response["violations"]
            for node in fault["nodes"]
        ]
    return found


def overflow(page: Page) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_the_board_at_work(world: World, desk: Desk, language: str) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    noor.caller.ask("POST", "/v1/shift", {}).ok()
    noor.caller.ask("POST", "/v1/shift/end", {"note": "Two gates are watched."}).ok()
    world.forward(hours=1)
    waiting, taken = pressed(world, "Awa"), pressed(world, "Binta", kind="drill")
    sara.take(taken)
    looked_at = {"board": "a-tab-of-hers", "incident_id": waiting}
    sara.caller.ask("PUT", "/v1/presence", looked_at).ok()

    page = at_board(desk, world, noor, HEARD, language=language)
    expect(page.locator("#since-panel")).to_be_visible()
    expect(card(page, waiting).locator(".looking")).to_be_visible()
    found = faults(page, "since you left")
    page.locator("#shift").click()
    expect(page.locator("#shift-dialog")).to_be_visible()
    found += faults(page, "the shift begins")
    page.keyboard.press("Escape")
    page.locator("#shift").click()
    expect(page.locator("#shift-note")).to_be_visible()
    found += faults(page, "the shift ends")
    page.keyboard.press("Escape")
    page.locator("#filter").click()
    page.locator("#filters [name=kind]").select_option("drill")
    expect(page.locator("#hidden-untaken")).to_be_visible()
    found += faults(page, "a filter hides an alert")
    page.context.set_offline(True)
    expect(page.locator("#stale-about")).to_be_visible()
    found += faults(page, "no connection")
    assert found == []


@pytest.mark.parametrize("size", [(640, 400), (412, 915), (1024, 700)])
def test_enlarged_or_narrow_the_board_at_work_is_not_cut_off(
    world: World, desk: Desk, size: tuple[int, int]
) -> None:
    noor = world.staff("Noor")
    noor.caller.ask("POST", "/v1/shift", {}).ok()
    noor.caller.ask("POST", "/v1/shift/end", {"note": "Two gates are watched."}).ok()
    pressed(world)
    page = at_board(desk, world, noor, HEARD)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    expect(page.locator("#since-panel")).to_be_visible()
    assert overflow(page) <= 0
    page.keyboard.press("f")
    assert overflow(page) <= 0
    page.context.set_offline(True)
    expect(page.locator("#stale-about")).to_be_visible()
    assert overflow(page) <= 0
