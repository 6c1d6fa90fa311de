"""Several people at several boards: who looks at what, what was missed, what a filter hides."""

from playwright.sync_api import Route, expect

from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.office import at_board, card, pressed
from tests.support.world import World

ASKS_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def test_two_people_see_that_they_look_at_the_same_alert(world: World, desk: Desk) -> None:
    incident = pressed(world)
    noors = at_board(desk, world, world.staff("Noor"))
    saras = at_board(desk, world, world.staff("Sara"))
    card(noors, incident).locator(".open").click()
    expect(noors.locator("#incident h2")).to_be_visible()
    card(saras, incident).locator(".open").click()
    for place in (card(saras, incident), saras.locator("#incident")):
        expect(place.locator(".looking")).to_have_text("Looking at this: Noor")
    noors.evaluate(ASKS_AGAIN)
    expect(noors.locator("#incident .looking")).to_have_text("Looking at this: Sara")

    noors.close(run_before_unload=True)
    saras.wait_for_timeout(500)
    saras.evaluate(ASKS_AGAIN)
    expect(saras.locator(".looking")).to_have_count(0)


def test_who_comes_back_is_told_what_happened_and_puts_it_away(world: World, desk: Desk) -> None:
    noor, sara = world.staff("Noor"), world.staff("Sara")
    noor.caller.ask("POST", "/v1/shift", {}).ok()
    noor.caller.ask("POST", "/v1/shift/end", {"note": "Two gates are watched."}).ok()
    world.forward(hours=8)
    taken, waiting = pressed(world, "Awa"), pressed(world, "Binta")
    sara.take(taken)

    page = at_board(desk, world, noor)
    panel = page.locator("#since-panel")
    expect(panel).to_be_visible()
    expect(panel.locator(".counts .raised")).to_contain_text("2")
    expect(panel.locator(".counts .untaken")).to_contain_text("1")
    expect(panel.locator(".happened li").first).to_contain_text("Binta")
    expect(panel.locator(".happened li").nth(1)).to_contain_text("raised · taken")
    expect(panel).to_contain_text("Two gates are watched.")
    panel.get_by_role("button", name="Put away").click()
    page.reload()
    page.wait_for_selector("html[data-live=true]")
    expect(card(page, waiting)).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("l")
    expect(panel).to_be_visible()
    panel.locator(".happened .open").first.click()
    expect(page.locator("#incident h2")).to_contain_text("Binta")
    expect(panel).to_be_hidden()


def test_filters_are_combined_remembered_and_never_hide_an_alert_silently(
    world: World, desk: Desk
) -> None:
    section = world.new_office("Thies section", under=world.office)
    noor = world.staff("Noor")
    mine, nobodys = pressed(world, "Awa"), pressed(world, "Binta", office=section)
    drill = pressed(world, "Coumba", kind="drill")
    noor.take(mine)
    page = at_board(desk, world, noor)
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator("#filters")).to_be_hidden()

    page.keyboard.press("f")
    page.get_by_label("Mine").check()
    expect(page.locator(".card")).to_have_count(1)
    expect(card(page, mine)).to_be_visible()
    expect(page.locator("#chart")).to_have_attribute("data-marks", "1")
    expect(page.locator("#hidden-untaken")).to_contain_text("Untaken alerts hidden here: 1")
    expect(page).to_have_title("(2) Candlewire")
    page.get_by_label("Kind").select_option("Drills")
    expect(page.locator("#cards")).to_contain_text("Nothing fits the filter.")

    page.reload()
    expect(page.locator("#cards")).to_contain_text("Nothing fits the filter.")
    kept = page.evaluate("localStorage.getItem('candlewire.filter')")
    assert noor.id not in kept
    assert "Noor" not in kept
    page.locator("#hidden-untaken").get_by_role("button", name="Show all").click()
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator("#hidden-untaken")).to_be_hidden()

    page.keyboard.press("f")
    filters = page.locator("#filters")
    filters.locator("[name=office]").select_option("Thies section")
    expect(page.locator(".card")).to_have_count(1)
    expect(card(page, nobodys)).to_be_visible()
    expect(page.locator("#hidden-untaken")).to_be_hidden()
    filters.get_by_role("button", name="Show all").click()
    filters.get_by_label("State").select_option("Nobody has it")
    expect(page.locator(".card")).to_have_count(2)
    filters.get_by_label("Kind").select_option("Drills")
    expect(page.locator(".card")).to_have_count(1)
    expect(card(page, drill)).to_be_visible()
    filters.locator("[name=age]").select_option("Older")
    expect(page.locator(".card")).to_have_count(0)


def test_by_keyboard_a_filter_is_opened_set_and_left(world: World, desk: Desk) -> None:
    pressed(world, "Awa")
    drill = pressed(world, "Binta", kind="drill")
    page = at_board(desk, world, world.staff("Noor"))
    expect(page.locator(".card")).to_have_count(2)
    page.keyboard.press("f")
    page.keyboard.press("Tab")
    expect(page.locator("#filters [name=kind]")).to_be_focused()
    page.keyboard.type("Dr")
    expect(page.locator(".card")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#filter")).to_be_focused()
    expect(page.locator("#filter")).to_contain_text("(on)")
    page.keyboard.press("j")
    expect(page.locator("#incident h2")).to_contain_text("Binta")
    expect(card(page, drill)).to_be_visible()


def test_on_a_bad_day_the_first_cards_are_drawn_and_the_rest_is_counted_and_reached(
    world: World, desk: Desk
) -> None:
    noor, one = world.staff("Noor"), pressed(world)
    page = desk.open(f"{world.url}/favicon.ico")

    def multiply(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        (found,) = body["incidents"]
        body["incidents"] = [{**found, "id": f"{n:08}{one[8:]}"} for n in range(450)]
        route.fulfill(response=answer, json=body)

    page.route("**/v1/incidents?*", multiply)
    page.goto(world.url)
    page.fill("#email", noor.email)
    page.fill("#password", noor.password)
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(200)
    expect(page.locator("#cards h2")).to_have_text("Nobody has it 450")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".card")).to_have_count(400)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".card")).to_have_count(450)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_search_hides_no_alert_silently_either(world: World, desk: Desk) -> None:
    pressed(world, "Awa")
    pressed(world, "Binta")
    page = at_board(desk, world, world.staff("Noor"))
    page.keyboard.press("/")
    page.keyboard.type("Awa")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("#hidden-untaken")).to_contain_text("Untaken alerts hidden here: 1")


def test_what_another_hand_left_in_the_browser_does_not_keep_the_board_shut(
    world: World, desk: Desk
) -> None:
    incident = pressed(world)
    broken = """localStorage.setItem("candlewire.filter", '{"age": "x", "mine": 1, "kind"');"""
    page = at_board(desk, world, world.staff("Noor"), broken)
    expect(card(page, incident)).to_be_visible()
