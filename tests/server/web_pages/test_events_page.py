"""The page of mass events in a browser, against the whole demo: gathered, briefed, worked, kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.server.web_pages.conftest import DAKAR, Demo, DemoProcess, Desk
from tests.server.web_pages.network import Held

SQUARE, HARBOUR, MARKET = 14.6937, 14.90, 15.10
STEP = 0.002  # degrees of latitude, some two hundred metres
ARABIC = {"language": "ar"}


@pytest.fixture
def demo(demo_process: DemoProcess) -> Iterator[Demo]:
    """A demo for each test: events are what all of its alerts make together."""
    return demo_process.start()


def crowd(demo: Demo, *devices: int, latitude: float = SQUARE) -> list[str]:
    now = datetime.now(UTC).isoformat()
    return [
        demo.press(device, position={**DAKAR, "lat": latitude + STEP * place, "at": now})
        for place, device in enumerate(devices)
    ]


def opened(desk: Desk, demo: Demo, **options: Any) -> Page:
    """The newest event's page, by way of the board."""
    page = desk.sign_in(demo, **options)
    page.locator("#mass-events a").first.click()
    expect(page.locator("#rows tr").first).to_be_visible()
    return page


def row(page: Page, incident: str) -> Any:
    return page.locator(f"#rows tr[data-id='{incident}']")


def read(page: Page, incident: str) -> dict[str, Any]:
    return dict(page.request.get(f"/v1/incidents/{incident}").json())


def number(page: Page, name: str) -> Any:
    return page.locator("#numbers div", has=page.get_by_text(name, exact=True)).locator("dd")


def test_the_board_says_that_alerts_are_one_event(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    crowd(demo, 0, 1)
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator("#mass-events")).to_be_hidden()
    crowd(demo, 2)
    line = page.locator("#mass-events li")
    expect(line).to_contain_text("Mass event: Dakar")
    expect(line).to_contain_text("3 alerts, 3 of yours not taken")
    expect(page.locator(".card .event-sign")).to_have_count(3)
    page.locator(".card .take").first.click()
    expect(line).to_contain_text("3 alerts, 2 of yours not taken")
    expect(page.locator("#incident .timeline")).to_contain_text("Gathered into a mass event")


def test_news_under_a_held_pointer_takes_no_click_away(demo: Demo, desk: Desk) -> None:
    crowd(demo, 0, 1, 2)
    page = desk.sign_in(demo)
    expect(page.locator("#mass-events li")).to_contain_text("3 alerts")
    page.locator("#mass-events a").hover()
    page.mouse.down()
    crowd(demo, 3)
    expect(page.get_by_text("4 not taken", exact=True)).to_be_visible()
    page.mouse.up()
    expect(page.locator("#rows tr")).to_have_count(4)


def test_an_event_is_as_live_as_the_board(demo: Demo, desk: Desk) -> None:
    first = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    expect(page.locator("#event-name")).to_have_text("Near Dakar")
    expect(number(page, "Alerts")).to_have_text("3")
    expect(page.locator("#chart")).to_have_attribute("data-marks", "3")
    (late,) = crowd(demo, 3)
    expect(number(page, "Alerts")).to_have_text("4")
    expect(row(page, late)).to_contain_text("Nobody from the office has it")
    assert page.request.post(f"/v1/incidents/{first[0]}/acknowledge", data={}).ok
    expect(row(page, first[0])).to_contain_text("has it")
    expect(number(page, "Not taken")).to_have_text("3")
    row(page, late).get_by_role("link").click()
    expect(page.locator("#incident h2")).to_contain_text(str(read(page, late)["code"]))


def test_all_are_worked_together_by_key(demo: Demo, desk: Desk) -> None:
    people = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    expect(page.locator("#for-whom")).to_have_text("For all open alerts: 3")
    page.locator("#act-take").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#came-of-it")).to_contain_text("Done: 3")
    expect(number(page, "Taken")).to_have_text("3")

    page.locator("#act-note").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Held at post 4.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    for one in people:
        assert "note" in [entry["kind"] for entry in read(page, one)["timeline"]]

    page.keyboard.press("Escape")
    page.locator("#event-name").focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#for-whom")).to_have_text("For those chosen: 1")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#act-close").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Released").check()
    page.fill("#close-reason", "Out since nine.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(number(page, "Closed")).to_have_text("2")
    assert [read(page, one)["outcome"] for one in people] == ["released", "released", None]


def test_who_joins_while_it_is_asked_is_not_closed(demo: Demo, desk: Desk) -> None:
    people = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    page.click("#act-close")
    expect(page.locator("#close-dialog .about")).to_have_text("For all open alerts: 3")
    page.get_by_role("radio", name="Released").check()
    page.fill("#close-reason", "All out since nine.")
    (late,) = crowd(demo, 3)
    expect(number(page, "Alerts")).to_have_text("4")
    page.locator("#close-dialog .primary").click()
    expect(page.locator("#came-of-it")).to_contain_text("Done: 3")
    assert [read(page, one)["outcome"] for one in people] == ["released"] * 3
    assert read(page, late)["state"] == "open"
    expect(page.locator("#for-whom")).to_have_text("For all open alerts: 1")


def test_a_choice_that_is_gone_is_not_everybody(demo: Demo, desk: Desk) -> None:
    people = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    row(page, people[0]).locator("input").check()
    expect(page.locator("#for-whom")).to_have_text("For those chosen: 1")
    path = f"/v1/events/{read(page, people[1])['event']['id']}/split"
    assert page.request.post(path, data={"incidents": [people[0]]}).ok
    expect(row(page, people[0])).to_have_count(0)
    expect(page.locator("#for-whom")).to_have_text("For those chosen: 0")
    for name in ("take", "note", "assign", "text", "close", "split"):
        expect(page.locator(f"#act-{name}")).to_be_disabled()
    row(page, people[1]).locator("input").check()
    expect(page.locator("#for-whom")).to_have_text("For those chosen: 1")
    row(page, people[1]).locator("input").uncheck()
    expect(page.locator("#for-whom")).to_have_text("For all open alerts: 2")


def test_a_question_ends_with_the_event_that_it_is_about(demo: Demo, desk: Desk) -> None:
    first = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    crowd(demo, 3, 4, 5, latitude=HARBOUR)
    expect(page.locator("#list a")).to_have_count(2)
    page.locator("#list a:not([aria-current])").click()
    expect(row(page, first[0])).to_have_count(0)
    page.click("#act-close")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(row(page, first[0])).to_be_visible()


def test_a_late_answer_shuts_no_other_question(demo: Demo, desk: Desk) -> None:
    people = crowd(demo, 0, 1, 2)
    page = opened(desk, demo)
    held = Held(page, "**/notes")
    page.click("#act-note")
    page.fill("#note-text", "Held at post 4.")
    page.locator("#note-dialog .primary").click()
    page.keyboard.press("Escape")
    page.click("#act-note")
    page.fill("#note-text", "A lawyer is on the way.")
    held.let_go()
    expect(page.locator("#came-of-it")).to_contain_text("Done: 3")
    expect(page.locator("#note-dialog")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value("A lawyer is on the way.")
    assert "note" in [entry["kind"] for entry in read(page, people[2])["timeline"]]


def test_the_brief_is_live_and_nobody_loses_a_word(demo: Demo, desk: Desk) -> None:
    crowd(demo, 0, 1, 2)
    page, other = opened(desk, demo), opened(desk, demo)
    save = page.locator("#brief-save")
    expect(save).to_be_disabled()
    page.fill("#brief-name", "March on the bridge")
    page.fill("#brief-text", "Lawyer at post 4.")
    save.click()
    expect(other.locator("#brief-text")).to_have_value("Lawyer at post 4.")
    expect(other.locator("#event-name")).to_have_text("March on the bridge")
    expect(other.locator("#list")).to_contain_text("March on the bridge")

    other.fill("#brief-text", "Two vans to Thies.")
    page.fill("#brief-text", "Lawyer gone.")
    save.click()
    expect(other.locator("#theirs-text")).to_contain_text("Lawyer gone.")
    expect(other.locator("#brief-text")).to_have_value("Two vans to Thies.")
    other.fill("#brief-text", "Lawyer gone. Two vans to Thies.")
    other.locator("#brief-save").click()
    expect(page.locator("#brief-text")).to_have_value("Lawyer gone. Two vans to Thies.")
    expect(page.locator("#theirs")).to_be_hidden()


def test_staff_take_out_and_put_together(demo: Demo, desk: Desk) -> None:
    people = crowd(demo, 0, 1, 2)
    (far,) = crowd(demo, 3, latitude=HARBOUR)
    page = opened(desk, demo)
    row(page, people[0]).locator("input").check()
    page.click("#act-split")
    expect(row(page, people[0])).to_have_count(0)
    assert read(page, people[0])["event"] is None

    page.click("#act-join")
    choices = page.locator("#choices input")
    expect(choices).to_have_count(2)
    page.locator(f"#choices input[value='{far}']").check()
    page.get_by_role("button", name="Put together").click()
    expect(row(page, far)).to_be_visible()
    expect(number(page, "Alerts")).to_have_text("3")

    page.click("#begin")
    page.locator(f"#choices input[value='{far}']").check()
    page.locator(f"#choices input[value='{people[0]}']").check()
    page.get_by_role("button", name="Put together").click()
    expect(page.locator("#list a")).to_have_count(2)
    expect(page.locator("#event-about")).to_contain_text("put together by staff")
    expect(number(page, "Alerts")).to_have_text("2")


def test_an_address_of_no_event_says_so_and_shows_the_list(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    page.goto("/events#6a3ea3a8-7d0c-4b0e-8a35-6f6f7b9e2c11")
    expect(page.locator("#list")).to_contain_text("No mass event")
    expect(page.locator("#event")).to_be_hidden()
    crowd(demo, 0, 1, 2)
    page.goto("/events")
    expect(page.locator("#list")).to_contain_text("Near Dakar")


@pytest.mark.parametrize("options", [{}, ARABIC], ids=["en", "ar"])
def test_anybody_can_use_it(demo: Demo, desk: Desk, options: dict[str, Any]) -> None:
    """Axe finds nothing, in no dialog either; at twice the size nothing is cut off."""
    crowd(demo, 0, 1, 2)
    page = opened(desk, demo, **options)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for name in ("note", "assign", "text", "close", "join"):
        page.click(f"#act-{name}")
        expect(page.locator("dialog[open]")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.locator("dialog[open] .cancel").click()
    page.set_viewport_size({"width": 640, "height": 400})
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
