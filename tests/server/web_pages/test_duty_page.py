"""The duty page in a browser: who is on, the week with its gaps, and what administrators set."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.domain.access import Role
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.network import Held
from tests.support.duty import FIRST, SECOND
from tests.support.office import Officer
from tests.support.world import World


def at_duty(desk: Desk, officer: Officer) -> Page:
    """The page, signed in as this officer."""
    page = desk.open(f"{officer.caller.url}/favicon.ico")
    name, _, value = officer.caller.headers["Cookie"].partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": officer.caller.url}])
    page.goto(f"{officer.caller.url}/duty")
    page.wait_for_selector("html[data-ready=true]")
    return page


@pytest.fixture
def ada(world: World) -> Officer:
    return world.staff("Ada", role=Role.ADMINISTRATOR)


def shifts_of(world: World, officer: Officer) -> list[tuple[int | None, str, str, str | None]]:
    seen = officer.caller.ask("GET", f"/v1/offices/{world.office.id}/rota").ok()["shifts"]
    return [(one["weekday"], one["starts"], one["ends"], one["phone"]) for one in seen]


def test_a_week_is_planned_by_keyboard_and_says_who_is_on_and_where_nobody_is(
    world: World, desk: Desk, ada: Officer
) -> None:
    page = at_duty(desk, ada)
    expect(page.locator("#now")).to_contain_text("There is no plan yet")
    page.fill("#zone", "Africa/Dakar")
    page.locator("#add-shift").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shifts select[name=when]")).to_be_focused()
    page.keyboard.type("Every")
    row = page.locator("#shifts li")
    row.locator("[name=starts]").fill("00:00")
    row.locator("[name=ends]").fill("00:00")
    row.locator("[name=staff_id]").select_option(label="Ada")
    row.locator("[name=phone]").fill(FIRST)
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    assert shifts_of(world, ada) == [(n, "00:00", "00:00", FIRST) for n in range(7)]
    expect(page.locator("#now")).to_contain_text(re.compile(r"Ada \+12025550111 until"))
    expect(page.locator(".turn.is-now")).to_have_count(1)
    expect(page.locator(".turn.is-gap")).to_have_count(0)

    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    rows = page.locator("#shifts li")
    expect(rows).to_have_count(7)
    for number in (0, 1, 2, 3, 4, 5, 6):
        rows.nth(number).locator("[name=ends]").fill("12:00")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator(".turn.is-gap").first).to_contain_text("nobody")


def test_a_zone_that_is_none_is_told_at_once(desk: Desk, ada: Officer) -> None:
    page = at_duty(desk, ada)
    page.fill("#zone", "Nowhere/Land")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("#refused")).to_have_text(
        "This time zone is not known. Choose from the list."
    )


def test_phones_ring_in_the_order_of_the_list_and_the_ladder_waits_as_told(
    world: World, desk: Desk, ada: Officer
) -> None:
    page = at_duty(desk, ada)
    for phone in (SECOND, FIRST):
        page.locator("#add-phone").click()
        page.locator("#numbers input").last.fill(phone)
    page.locator("#numbers li").last.get_by_role("button", name="Ring earlier").click()
    page.get_by_role("button", name="Save the phones").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    said = ada.caller.ask("GET", f"/v1/offices/{world.office.id}/duty").ok()["phones"]
    assert [one["phone"] for one in said] == [FIRST, SECOND]
    page.fill("#wait-office_s", "45")
    page.fill("#wait-lead_s", "1200")
    page.get_by_role("button", name="Save the times").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    assert ada.caller.ask("GET", f"/v1/offices/{world.office.id}/ladder").ok()["office_s"] == 45


def test_the_ground_is_codes_and_circles(world: World, desk: Desk, ada: Officer) -> None:
    page = at_duty(desk, ada)
    page.fill("#codes", "sn, gm")
    page.locator("#add-circle").click()
    figures = page.locator("#circles input")
    for place, figure in enumerate(("12.5", "-16.3", "40")):
        figures.nth(place).fill(figure)
    page.get_by_role("button", name="Save the ground").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    page.fill("#codes", "SN XX")
    page.get_by_role("button", name="Save the ground").click()
    expect(page.locator("#refused")).to_have_text("One of the codes is not known.")
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    expect(page.locator("#codes")).to_have_value("GM SN")
    expect(page.locator("#circles input").last).to_have_value("40")


def test_the_page_never_shows_one_office_under_the_name_of_another(
    world: World, desk: Desk
) -> None:
    """Whoever saves a form must save it for the office that the page names."""
    hub = world.new_office("Hub")
    coast = world.new_office("Coast office", under=hub)
    world.duty_phones(FIRST, office=hub)
    world.duty_phones(SECOND, office=coast)
    page = at_duty(desk, world.staff("Ada", office=hub, role=Role.ADMINISTRATOR))
    numbers, plan = page.locator("#numbers input"), page.locator("#plan")
    expect(numbers).to_have_value(FIRST)

    held = Held(page, f"**/v1/offices/{coast.id}/ladder")
    page.select_option("#of-office", label="Coast office")
    expect(page.locator("#zone-shown")).not_to_be_empty()
    expect(plan).to_be_hidden()
    expect(numbers).to_be_hidden()
    page.select_option("#of-office", label="Hub")
    expect(plan).to_be_visible()
    held.let_go()
    expect(numbers).to_have_value(FIRST)

    lost = Held(page, f"**/v1/offices/{coast.id}/rota")
    page.select_option("#of-office", label="Coast office")
    lost.cut()
    expect(page.locator("#refused")).not_to_be_empty()
    expect(page.locator("#now")).to_be_empty()
    expect(plan).to_be_hidden()


def test_who_is_no_administrator_sees_who_is_on_and_sets_nothing(world: World, desk: Desk) -> None:
    page = at_duty(desk, world.staff("Noor"))
    expect(page.locator("#now")).to_be_visible()
    for section in ("plan", "phones", "waits", "territory"):
        expect(page.locator(f"#{section}")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_nothing_runs_off_its_side(
    world: World, desk: Desk, ada: Officer, language: str, scheme: str
) -> None:
    shift = {"starts": "06:00", "ends": "18:00", "staff_id": ada.id, "phone": FIRST}
    plan = {"zone": "Africa/Dakar", "shifts": [{**shift, "weekday": n} for n in range(5)]}
    ada.caller.ask("PUT", f"/v1/offices/{world.office.id}/rota", plan).ok()
    world.duty_phones(SECOND)
    page = at_duty(desk, ada)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{ada.caller.url}/?language={language}")
    page.goto(f"{ada.caller.url}/duty")
    page.wait_for_selector("html[data-ready=true]")
    assert Axe().run(page).response["violations"] == []
    for width in (1280, 640):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"at {width} it runs {wide} px off"
