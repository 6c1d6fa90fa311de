"""On shift at the board: what the desk can do, how alerts are heard, how a shift is handed over."""

from playwright.sync_api import Page, expect

from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import HEARD, UNWATCHED, at_board, card, hears, pressed
from tests.support.world import World

AN_ALARM, AN_ANSWER = "alarm.wav", "answered.wav"


def starts(page: Page) -> None:
    page.get_by_role("button", name="Start shift").click()
    expect(page.locator("#shift-dialog")).to_be_visible()
    page.get_by_role("button", name="Back to the board").click()


def test_a_shift_begins_with_the_sound_the_notices_and_the_screen(world: World, desk: Desk) -> None:
    page = at_board(desk, world, world.staff("Noor"), HEARD)
    page.get_by_role("button", name="Start shift").click()
    ready = page.locator("#shift-ready li")
    expect(ready).to_have_count(3)
    expect(ready.nth(0)).to_contain_text("you have heard the alarm")
    expect(ready.nth(1)).to_contain_text("a code, no name and no place")
    expect(ready.nth(2)).to_contain_text("screen")
    assert page.evaluate("played") == [AN_ALARM]
    expect(page.get_by_role("button", name="End shift")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#shift")).to_contain_text("On shift since")
    page.reload()
    expect(page.locator("#shift")).to_contain_text("On shift since")


def test_a_desk_that_cannot_ring_or_stay_awake_says_so(world: World, desk: Desk) -> None:
    cannot = """
    HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("", "NotAllowedError"));
    delete window.Notification;
    delete Navigator.prototype.wakeLock;
    """
    page = at_board(desk, world, world.staff("Noor"), cannot)
    page.get_by_role("button", name="Start shift").click()
    ready = page.locator("#shift-ready .is-missing")
    expect(ready).to_have_count(3)
    expect(ready.nth(0)).to_contain_text("Sound is off")
    expect(ready.nth(1)).to_contain_text("This browser has no notices")
    expect(ready.nth(2)).to_contain_text("cannot keep the screen on")


def test_an_untaken_alert_rings_each_minute_until_it_is_taken(world: World, desk: Desk) -> None:
    noor = world.staff("Noor")
    page = at_board(desk, world, noor, HEARD, UNWATCHED)
    page.clock.install()
    starts(page)
    incident = pressed(world)
    code = noor.incident(incident)["code"]
    expect(card(page, incident)).to_be_visible()
    expect(page).to_have_title("(1) Candlewire")
    hears(page, 2)
    assert page.evaluate("played") == [AN_ALARM, AN_ALARM], "the trial, and the alert"
    assert page.evaluate("noticed") == [["Untaken alert", code]], "no name and no place"

    page.clock.fast_forward(61_000)
    hears(page, 3)
    assert page.evaluate("noticed.length") == 2
    page.wait_for_selector("html[data-live=true]")
    noor.take(incident)
    expect(page).to_have_title("Candlewire")
    page.clock.fast_forward(61_000)
    page.clock.fast_forward(61_000)
    page.wait_for_timeout(1500)
    assert page.evaluate("played.length") == 3


def test_a_contact_who_answers_is_heard_softly(world: World, desk: Desk) -> None:
    page = at_board(desk, world, world.staff("Noor"), HEARD)
    starts(page)
    ana = world.activist("Ana")
    ana.phone.press()
    expect(card(page, ana.phone.last)).to_be_visible()
    world.carrier.expect(ana.contacts[0]).reply("1")
    hears(page, 3)
    assert page.evaluate("played") == [AN_ALARM, AN_ALARM, AN_ANSWER]
    world.carrier.read_all()


def test_a_sound_that_the_browser_holds_back_waits_for_a_gesture(world: World, desk: Desk) -> None:
    held = """
    localStorage.setItem("candlewire.sound", "on");
    window.rung = 0;
    HTMLMediaElement.prototype.play = () => {
      window.rung += 1;
      return window.rung > 1 ? Promise.resolve()
        : Promise.reject(new DOMException("", "NotAllowedError"));
    };
    """
    pressed(world)
    page = at_board(desk, world, world.staff("Noor"), held)
    expect(page.locator("#sound")).to_have_text("Sound waits for a click")
    page.locator("#map").click(position={"x": 200, "y": 300})
    expect(page.locator("#sound")).to_have_text("Sound on")
    assert page.evaluate("rung") == 2, "it rings at once for what nobody has"


def test_who_hands_over_leaves_a_note_and_who_comes_reads_it(world: World, desk: Desk) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    page = at_board(desk, world, noor, HEARD)
    page.keyboard.press("s")
    expect(page.locator("#shift-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.get_by_label("For whoever comes on next").fill("Ana's brother answers after six.")
    page.get_by_role("button", name="End shift").click()
    expect(page.locator("#shift")).to_have_text("Start shift")
    expect(page.locator("#toast")).to_have_text("Your shift has ended.")

    other = at_board(desk, world, sara, HEARD)
    other.keyboard.press("l")
    panel = other.locator("#since-panel")
    expect(panel).to_contain_text("Ana's brother answers after six.")
    expect(panel).to_contain_text("Noor")


def test_colleagues_see_who_is_on_and_a_shift_that_lapsed_is_told(world: World, desk: Desk) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    page = at_board(desk, world, noor, HEARD)
    starts(page)
    other = at_board(desk, world, sara, HEARD)
    expect(other.locator("#on-duty")).to_have_text("On duty: Noor")
    noor.caller.ask("POST", "/v1/shift/end", {}).ok()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#toast")).to_contain_text("Your shift has ended")
    expect(page.locator("#shift")).to_have_text("Start shift")
