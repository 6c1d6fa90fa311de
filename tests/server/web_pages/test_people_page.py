"""The people's page in a browser: who is not protected, a phone paired, a lost one revoked."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.domain.access import Role
from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.network import Held
from tests.server.web_pages.office import at_board
from tests.support import people
from tests.support.enrolment import paired
from tests.support.office import Officer
from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.phone import Phone
from tests.support.world import World


@pytest.fixture
def ada(world: World) -> Officer:
    return world.staff("Ada", role=Role.ADMINISTRATOR)


def enrolled(world: World, *names: str) -> tuple[Phone, tuple[people.Contact, ...]]:
    """Ana, whose contacts have agreed, and whose list the office has a copy of."""
    contacts = people.contacts_of("Ana", [list(names)], ["en"])
    phone = paired(world, contacts)
    for one in contacts:
        world.carrier.expect(one, "asks to text you").reply("1")
        world.carrier.expect(one, "Thank you")
    return phone, contacts


def opened(desk: Desk, world: World, officer: Officer, **options: Any) -> Page:
    """The page, signed in as this officer."""
    page = desk.open(f"{world.url}/favicon.ico", **options)
    name, _, value = officer.caller.headers["Cookie"].partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": world.url}])
    page.goto(f"{world.url}/people")
    page.wait_for_selector("html[data-ready=true]")
    return page


def row(page: Page, name: str) -> Any:
    return page.locator("#people tbody tr").filter(has_text=name)


def test_who_is_not_protected_stands_first_and_is_sieved(
    world: World, desk: Desk, ada: Officer
) -> None:
    world.activist("Sara", contacts=["Ben", "Grace", "Omar"])
    world.activist("Bo", agreed=False)
    page = opened(desk, world, ada)
    expect(page.locator("#exposed")).to_have_text("1 not protected today")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    expect(page.locator("#people tbody tr").first).to_contain_text("Bo")
    page.select_option("#show", "exposed")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    page.select_option("#show", "all")
    page.fill("#search", "sar")
    expect(page.locator("#people tbody tr")).to_contain_text(["Sara"])


def test_the_board_counts_who_is_not_protected(world: World, desk: Desk, ada: Officer) -> None:
    world.activist("Bo", agreed=False)
    page = at_board(desk, world, ada)
    expect(page.locator("#exposed")).to_have_text("1")
    expect(page.locator(".pages a:has(#exposed)")).to_have_attribute("href", "/people")


def test_an_activist_is_added_and_a_phone_paired_by_a_picture(
    world: World, desk: Desk, ada: Officer
) -> None:
    page = opened(desk, world, ada)
    page.get_by_role("button", name="Add an activist").click()
    page.fill("#new-person-name", "Ana")
    page.keyboard.press("Enter")
    expect(page.locator("#person-name")).to_have_text("Ana")
    page.get_by_role("button", name="Pair a phone").click()
    page.fill("[name=stop]", STOP_CODE)
    page.fill("[name=duress]", DURESS_CODE)
    page.get_by_role("button", name="Add a contact").click()
    contact = page.locator(".typed li")
    contact.locator("[name=name]").fill("Ben")
    contact.locator("[name=phone]").fill("+33 6 39")
    contact.locator("[name=known_as]").fill("Ana")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator("#refused")).to_contain_text("cannot be dialled")
    contact.locator("[name=phone]").fill("+33 6 39 98 12 01")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator("#code img")).to_be_visible()
    width = page.evaluate("document.querySelector('#code img').naturalWidth")
    assert width > 100, "the picture is drawn under the policy of the page"
    expect(page.locator("#offers")).to_contain_text("A pairing code is open until")
    page.get_by_role("button", name="Hide it").click()
    expect(page.locator("#code")).to_be_hidden()
    assert "Ana" not in page.url


def test_a_lost_phone_is_revoked_on_a_call_by_whoever_is_on_duty(world: World, desk: Desk) -> None:
    ana = world.activist("Ana")
    page = opened(desk, world, world.staff())
    expect(page.get_by_role("button", name="Add an activist")).to_be_hidden()
    page.fill("#search", "ana")
    page.locator("#people").get_by_role("button", name="Ana").click()
    page.locator("#phones").get_by_role("button").click()
    expect(page.locator("#sure .about")).to_contain_text("Ana")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#said")).to_contain_text("refused from now on")
    expect(page.locator("#phones")).to_contain_text("Revoked")
    assert ana.phone.refused_press().status == 401


def test_nobody_stands_on_the_page_of_another(world: World, desk: Desk, ada: Officer) -> None:
    ana, bo = world.activist("Ana"), world.activist("Bo")
    page = opened(desk, world, ada)
    people, name = page.locator("#people"), page.locator("#person-name")
    people.get_by_role("button", name="Ana").click()
    expect(page.locator("#phones li")).to_have_count(1)
    page.get_by_role("button", name="Back to the list").click()

    held = Held(page, f"**/v1/activists/{bo.id}")
    people.get_by_role("button", name="Bo").click()
    for shown in ("#person-name", "#person-office", "#phones", "#contacts", "#mends"):
        expect(page.locator(shown)).to_be_empty()
    expect(page.locator("#pair")).to_be_disabled()
    expect(page.locator("#plan-open")).to_be_disabled()
    page.get_by_role("button", name="Back to the list").click()
    people.get_by_role("button", name="Ana").click()
    expect(name).to_have_text("Ana")
    held.let_go()
    expect(name).to_have_text("Ana")

    page.locator("#phones").get_by_role("button").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#phones")).to_contain_text("Revoked")
    assert ana.phone.refused_press().status == 401


def test_the_answer_to_an_earlier_question_shuts_no_later_one(
    world: World, desk: Desk, ada: Officer
) -> None:
    ana, bo = world.activist("Ana"), world.activist("Bo")
    page = opened(desk, world, ada)
    held = Held(page, f"**/v1/activists/{ana.id}/phones/*")
    for name in ("Ana", "Bo"):
        page.locator("#people").get_by_role("button", name=name).click()
        page.locator("#phones").get_by_role("button").click()
        if name == "Ana":
            page.get_by_role("button", name="Yes").click()
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Back to the list").click()
    held.let_go()
    expect(page.locator("#said")).to_contain_text("refused from now on")
    expect(page.locator("#sure .about")).to_contain_text("Bo")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator("#phones")).to_contain_text("Revoked")
    for one in (ana, bo):
        assert one.phone.refused_press().status == 401


def test_a_pairing_code_stands_under_its_owners_name_or_nowhere(
    world: World, desk: Desk, ada: Officer
) -> None:
    ana, _ = world.activist("Ana"), world.activist("Bo")
    page = opened(desk, world, ada)
    page.locator("#people").get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Pair a phone").click()
    page.fill("[name=stop]", STOP_CODE)
    page.fill("[name=duress]", DURESS_CODE)
    held = Held(page, f"**/v1/activists/{ana.id}/pairing")
    page.get_by_role("button", name="Show the code").click()
    page.get_by_role("button", name="Back to the list").click()
    page.locator("#people").get_by_role("button", name="Bo").click()
    expect(page.locator("#person-name")).to_have_text("Bo")
    held.let_go()
    assert len(ada.caller.ask("GET", f"/v1/activists/{ana.id}").ok()["offers"]) == 1, "it was made"
    expect(page.locator("#code")).to_be_hidden()


def test_a_plan_is_written_and_the_look_at_it_is_asked_for(
    world: World, desk: Desk, ada: Officer
) -> None:
    world.activist("Ana")
    page = opened(desk, world, ada)
    page.locator("#people").get_by_role("button", name="Ana").click()
    expect(page.locator("#mends")).to_contain_text("No plan is written yet.")
    expect(page.locator("#plan")).to_be_hidden()
    page.get_by_role("button", name="Open the plan").click()
    page.fill("[name=code_word]", "harvest")
    page.select_option("[name=police]", "danger")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_have_text("Saved.")
    expect(page.locator("#mends")).not_to_contain_text("No plan")
    page.get_by_role("button", name="Back to the list").click()
    page.locator("#people").get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Open the plan").click()
    expect(page.locator("[name=code_word]")).to_have_value("harvest")


def test_a_plan_saved_late_is_not_said_of_whoever_is_shown_by_then(
    world: World, desk: Desk, ada: Officer
) -> None:
    ana, _ = world.activist("Ana"), world.activist("Bo")
    page = opened(desk, world, ada)
    people = page.locator("#people")
    people.get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Open the plan").click()
    page.fill("[name=code_word]", "harvest")
    held = Held(page, f"**/v1/activists/{ana.id}/plan")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Back to the list").click()
    people.get_by_role("button", name="Bo").click()
    expect(page.locator("#person-name")).to_have_text("Bo")
    held.let_go()
    expect(page.locator("#said")).to_be_empty()
    page.get_by_role("button", name="Back to the list").click()
    people.get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Open the plan").click()
    expect(page.locator("[name=code_word]")).to_have_value("harvest")


def test_a_drill_is_called_and_its_report_read(world: World, desk: Desk, ada: Officer) -> None:
    _, (ben, _) = enrolled(world, "Ben", "Grace")
    world.activist("Sara", contacts=["Omar"])
    page = opened(desk, world, ada)
    page.get_by_role("checkbox", name="Choose all shown").check()
    page.get_by_role("button", name="Call a drill (2)").click()
    page.get_by_role("button", name="Begin the drill").click()
    report = page.locator("#report")
    expect(report).to_contain_text("Left out: the office has no contact list")
    world.work()
    text = world.carrier.expect(ben, "DRILL")
    text.receipt("delivered")
    text.reply("1")
    world.carrier.read_all()
    page.get_by_role("button", name="Look again").click()
    expect(report.locator("tr").filter(has_text="Ana")).to_contain_text("1 / 2")
    page.get_by_role("button", name="End the drill").click()
    page.get_by_role("button", name="Yes").click()
    expect(report).to_contain_text("Ended")
    expect(page.locator("#called")).to_contain_text("Ended")


def test_somebody_is_invited_joins_and_is_granted_the_key(
    world: World, desk: Desk, ada: Officer
) -> None:
    page = opened(desk, world, ada)
    page.get_by_role("button", name="Staff and offices").click()
    page.get_by_role("button", name="Invite somebody").click()
    page.fill("#new-member-name", "Kim")
    page.fill("#new-member-email", "kim@office.example")
    page.locator("#new-member").get_by_role("button", name="Invite somebody").click()
    address = page.locator("#invitation code").inner_text()
    theirs = desk.open(address)
    assert "#" not in theirs.url, "the code stays in no address bar"
    theirs.fill("#password", "several unrelated plain words")
    theirs.get_by_role("button", name="Join").click()
    expect(theirs.locator("#joined")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Staff and offices").click()
    kim = page.locator("#members li").filter(has_text="Kim")
    expect(kim).to_contain_text("Waits for the key")
    kim.locator("summary").click()
    kim.get_by_role("button", name="Grant the key").click()
    page.get_by_role("button", name="Yes").click()
    expect(kim).to_contain_text("Active")


def test_it_goes_by_keyboard_alone(world: World, desk: Desk, ada: Officer) -> None:
    world.activist("Ana")
    page = opened(desk, world, ada)
    page.locator("#search").focus()
    page.keyboard.type("ana")
    name = page.locator("#people").get_by_role("button", name="Ana")
    for _ in range(12):
        page.keyboard.press("Tab")
        if name.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#person-name")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_any_room(
    world: World, desk: Desk, ada: Officer, language: str
) -> None:
    enrolled(world, "Ben", "Grace")
    page = opened(desk, world, ada, language=language)
    page.locator("#people [type=checkbox]").last.check()
    page.locator("#call").click()
    clean(page)
    page.locator("#new-drill .primary").click()
    expect(page.locator("#report")).to_be_visible()
    world.work()
    world.carrier.read_all()
    clean(page)
    page.locator("[data-room=offices]").click()
    clean(page)
    page.locator("[data-room=roster]").click()
    clean(page)
    page.locator("#people button.name").click()
    page.locator("#plan-open").click()
    expect(page.locator("#plan")).to_be_visible()
    page.locator("#pair").click()
    clean(page)
    page.goto(f"{world.url}/join")
    clean(page)


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_at_twice_the_size_nothing_scrolls_sideways(world: World, desk: Desk, ada: Officer) -> None:
    enrolled(world, "Ben")
    page = opened(desk, world, ada, size=(640, 400))
    for go in ("[data-room=offices]", "[data-room=drills]", "[data-room=roster]", "button.name"):
        page.locator(go).first.click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 640, go
