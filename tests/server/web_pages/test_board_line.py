"""The board's line: a sleep, a dead socket that looks alive, and a cut, each told and mended."""

from playwright.sync_api import Page, WebSocketRoute, expect

from server.domain.access import Role
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import at_board, card, pressed
from tests.support.world import World

SOCKETS = "**/v1/dashboard*"
SAID = """
const line = document.getElementById("line");
window.said = [];
new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });
"""


class DeafSocket:
    """The first socket goes dead without a word once it is told to: nothing comes through."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        self.is_deaf = False
        page.route_web_socket(SOCKETS, self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        self.opened += 1
        number, server = self.opened, socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if number > 1 or not self.is_deaf:
                socket.send(message)

        server.on_message(pass_on)


def test_a_cut_is_told_in_large_letters_over_the_whole_width(world: World, desk: Desk) -> None:
    incident = pressed(world)
    page = at_board(desk, world, world.staff("Noor"))
    expect(card(page, incident)).to_be_visible()
    page.context.set_offline(True)
    line = page.locator("#line")
    expect(line).to_contain_text("No connection since")
    expect(page.locator("#bar")).to_contain_text("may be wrong by now")
    assert page.title().startswith("No connection since")
    assert line.evaluate("line => parseFloat(getComputedStyle(line).fontSize)") >= 28
    box, bar = line.bounding_box(), page.locator("#bar").bounding_box()
    assert box is not None
    assert bar is not None
    assert bar["width"] == 1280
    assert box["width"] > 1200
    grey = page.locator("#bar").evaluate("bar => getComputedStyle(bar).backgroundColor")
    assert grey == "rgb(91, 100, 112)"
    dimmed = page.locator("#list").evaluate("list => getComputedStyle(list).filter")
    assert dimmed == "grayscale(1)"

    later = pressed(world, "Binta")
    page.context.set_offline(False)
    expect(card(page, later)).to_be_visible(timeout=60_000)
    expect(line).to_have_text("Live")
    expect(page).to_have_title("(2) Candlewire")


def test_after_a_sleep_nothing_is_missing(world: World, desk: Desk) -> None:
    page = at_board(desk, world, world.staff("Noor"))
    page.clock.install()
    page.evaluate(SAID)
    awake = page.evaluate("new Date().toTimeString().slice(0, 5)")
    with page.expect_websocket():  # one from before a sleep is not trusted
        page.clock.fast_forward("02:00:00")
    incident = pressed(world)
    expect(card(page, incident)).to_be_visible(timeout=60_000)
    expect(page.locator("#line")).to_have_text("Live")
    lost, back = page.evaluate("said")
    assert lost.endswith(awake), "since it fell asleep, not since it woke"
    assert back == "Live"


def test_a_socket_that_is_dead_without_a_word_is_found_out(world: World, desk: Desk) -> None:
    noor = world.staff("Noor")
    page = desk.open(f"{world.url}/favicon.ico")
    socket = DeafSocket(page)
    page.clock.install()
    page.goto(world.url)
    page.fill("#email", noor.email)
    page.fill("#password", noor.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-live=true]")
    socket.is_deaf = True
    incident = pressed(world)
    for _ in range(3):  # in steps that no machine would call a sleep
        page.clock.fast_forward(15_000)
        page.wait_for_timeout(1200)
    expect(card(page, incident)).to_be_visible(timeout=60_000)
    assert socket.opened == 2


def test_a_section_that_is_founded_is_seen_by_the_boards_above_it(world: World, desk: Desk) -> None:
    """What was pressed before the board came back, too; and what somebody is writing stays."""
    ours = pressed(world)
    page = at_board(desk, world, world.staff("Noor"))
    card(page, ours).locator(".open").click()
    page.keyboard.press("n")
    page.fill("#note-text", "Held at post 4.")
    theirs = pressed(world, "Binta", office=world.new_office("Nord office", under=world.office))
    expect(card(page, theirs)).to_be_visible(timeout=60_000)
    expect(page.locator("#note-text")).to_have_value("Held at post 4.")
    later = pressed(world, "Coumba")
    expect(card(page, later)).to_be_visible()


def test_a_key_that_is_granted_opens_what_is_on_the_board(world: World, desk: Desk) -> None:
    ada, leo = world.staff("Ada", role=Role.ADMINISTRATOR), world.staff("Leo", granted=False)
    incident = pressed(world)
    page = at_board(desk, world, leo)
    card(page, incident).locator(".open").click()
    expect(page.locator("#incident h2")).not_to_contain_text("Ana")
    expect(page.locator("#banner")).to_be_visible()
    ada.caller.ask("POST", f"/v1/staff/{leo.id}/grant", {}).ok()
    expect(card(page, incident)).to_contain_text("Ana", timeout=60_000)
    expect(page.locator("#incident h2")).to_contain_text("Ana")
    expect(page.locator("#banner")).to_be_hidden()
