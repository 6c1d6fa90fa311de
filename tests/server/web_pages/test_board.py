"""The board in a browser, against the whole demo: what staff see, hear said, and do by key."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.web_pages.conftest import Demo, DemoProcess, Desk


def card(page: Page, incident: str) -> Locator:
    return page.locator(f".card[data-id='{incident}']")


def opened(page: Page, incident: str) -> Locator:
    card(page, incident).locator(".open").click()
    detail = page.locator("#incident")
    expect(detail.locator("h2")).to_be_visible()
    return detail


def read(page: Page, incident: str) -> dict[str, Any]:
    return dict(page.request.get(f"/v1/incidents/{incident}").json())


def test_a_wrong_password_is_told_without_blame(demo: Demo, desk: Desk) -> None:
    page = desk.open(demo.server)
    page.fill("#email", demo.staff["email"])
    page.fill("#password", "not the password")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in-error")).to_contain_text("Check both and try again")
    expect(page.locator("#board")).to_be_hidden()


def test_at_rest_it_says_who_is_on_duty_and_that_the_line_is_live(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    expect(page.locator("#cards")).to_contain_text("No open alerts")
    expect(page.locator("#cards")).to_contain_text("Nobody has started a shift.")
    expect(page.locator("#cards")).to_contain_text("The line is live since")
    assert page.title() == "Candlewire"
    page.get_by_role("button", name="Start shift").click()
    page.keyboard.press("Escape")
    expect(page.locator("#cards")).to_contain_text("On duty: Noor")
    expect(page.locator("#on-duty")).to_have_text("On duty: Noor")


def test_an_alert_is_unanswered_until_staff_take_it(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(0)
    expect(card(page, incident)).to_contain_text("Nobody from the office has it")
    expect(page.locator("#called")).to_contain_text("New alert")
    expect(page).to_have_title("(1) Candlewire")

    contact = desk.open(demo.link(0))
    contact.get_by_role("button", name="I act").click()
    expect(contact.locator(".answers h2")).to_have_text("You act")
    expect(card(page, incident)).to_contain_text("acting")
    expect(card(page, incident)).to_contain_text("Nobody from the office has it")
    expect(page).to_have_title("(1) Candlewire")

    card(page, incident).get_by_role("button", name="Take").click()
    expect(card(page, incident)).not_to_contain_text("Nobody from the office has it")
    expect(page).to_have_title("Candlewire")
    assert read(page, incident)["unanswered"] is False


def test_everything_is_done_by_key(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(1)
    expect(card(page, incident)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(read(page, incident)["code"])
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    detail = page.locator("#incident")
    expect(detail.locator("h2")).to_contain_text(read(page, incident)["code"])

    page.keyboard.press("t")
    expect(detail.locator(".timeline")).to_contain_text("took it")
    page.keyboard.press("n")
    page.keyboard.type("Her sister answers the house phone.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(detail.locator(".timeline")).to_contain_text("Her sister answers the house phone.")

    page.keyboard.press("c")
    expect(page.locator("#close-dialog")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Spoke with her and heard the agreed word.")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, incident)).to_have_count(0)
    closed = read(page, incident)
    assert (closed["state"], closed["outcome"]) == ("closed", "safe")

    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_a_closed_alert_is_found_and_reopened(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(2)
    detail = opened(page, incident)
    detail.get_by_role("button", name="Close").click()
    page.get_by_label("False alarm").check()
    page.get_by_label("How do you know").fill("The phone fell.")
    page.get_by_role("button", name="Close alert").click()
    expect(card(page, incident)).to_have_count(0)

    page.locator("#show-closed").click()
    expect(card(page, incident)).to_contain_text("False alarm")
    detail = opened(page, incident)
    detail.get_by_role("button", name="Reopen").click()
    page.locator("#reopen-dialog").get_by_label("Why").fill("It did not only fall.")
    page.get_by_role("button", name="Reopen alert").click()
    page.locator("#show-open").click()
    expect(card(page, incident)).to_be_visible()


def test_duress_in_the_countdown_shows_at_once_and_contacts_wait_for_the_office(
    demo: Demo, desk: Desk
) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(3, countdown_s=30)
    expect(card(page, incident)).to_contain_text("Counting down")
    demo.stop(incident, "duress_code", 3)
    expect(card(page, incident)).to_contain_text("DURESS")
    detail = opened(page, incident)
    expect(detail).to_contain_text("must not learn that you know")
    detail.get_by_role("button", name="Text contacts now").click()
    page.locator("#release-dialog").get_by_role("button", name="Text contacts").click()
    assert demo.link(3)


def test_a_stop_code_is_a_claim_and_never_called_safe(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(4)
    contact = desk.open(demo.link(4))
    expect(contact.locator("h1")).to_contain_text("needs help")
    demo.stop(incident, "stop_code", 4)
    expect(card(page, incident)).to_contain_text("Stop code entered, office checking")
    contact.reload()
    expect(contact.locator("main")).to_contain_text("Stop code entered, the office is checking")
    assert "safe" not in contact.locator("main").inner_text().lower()


def test_a_drill_says_so(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(5, kind="drill")
    expect(card(page, incident)).to_contain_text("DRILL")
    contact = desk.open(demo.link(5))
    expect(contact.locator(".drill")).to_have_text("DRILL")


def test_positions_arrive_while_the_alert_is_open(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    incident = demo.press(6)
    detail = opened(page, incident)
    demo.move(incident, 14.7011, 6)
    expect(detail.locator(".coordinates")).to_have_text("N14.7011 W17.4441")
    expect(page.locator("#chart")).to_have_attribute(
        "data-marks", str(page.locator(".card").count())
    )


@pytest.mark.parametrize(("language", "list_first"), [("en", True), ("ar", False)])
def test_the_list_stands_at_the_reading_side(
    demo: Demo, desk: Desk, language: str, list_first: bool
) -> None:
    page = desk.sign_in(demo, language=language)
    listed, mapped = page.locator("#list").bounding_box(), page.locator("#map").bounding_box()
    assert listed is not None
    assert mapped is not None
    assert (listed["x"] < mapped["x"]) == list_first


@pytest.mark.parametrize("size", [(640, 400), (412, 915), (1024, 700)])
def test_enlarged_or_narrow_nothing_is_cut_off(
    demo: Demo, desk: Desk, size: tuple[int, int]
) -> None:
    page = desk.sign_in(demo, size=size)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0


def test_no_entry_is_missed_or_seen_twice_though_the_server_dies(
    demo_process: DemoProcess, desk: Desk
) -> None:
    demo = demo_process.start()
    page = desk.sign_in(demo)
    begun = int(page.locator("html").get_attribute("data-seq") or 0)
    incidents = [demo.press(device) for device in range(3)]
    expect(page.locator(".card")).to_have_count(3)

    demo_process.kill()
    expect(page.locator("#line")).to_contain_text("No connection since")
    demo = demo_process.start()
    incidents += [demo.press(device) for device in range(3, 6)]
    page.wait_for_selector("html[data-live=true]", timeout=60_000)
    expect(page.locator(".card")).to_have_count(6)

    def written() -> list[int]:
        entries = [entry for each in incidents for entry in read(page, each)["timeline"]]
        return sorted(entry["seq"] for entry in entries if entry["seq"] > begun)

    for _ in range(100):  # texts and receipts still come in
        seen = page.locator("html")
        counted = (seen.get_attribute("data-entries"), seen.get_attribute("data-seq"))
        truth = written()
        if counted == (str(len(truth)), str(truth[-1])):
            break
        page.wait_for_timeout(100)
    assert counted == (str(len(truth)), str(truth[-1]))


PLAYED = """
window.played = [];
HTMLMediaElement.prototype.play = function () {
  window.played.push(new URL(this.src).pathname.split("/").pop());
  return Promise.resolve();
};
"""


def test_it_rings_once_allowed_and_softly_when_a_contact_answers(
    demo_process: DemoProcess, desk: Desk
) -> None:
    demo = demo_process.start()
    page = desk.open(f"{demo.server}/favicon.ico")
    page.add_init_script(PLAYED)
    page.goto(demo.server)
    page.fill("#email", demo.staff["email"])
    page.fill("#password", demo.staff["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-live=true]")
    first = demo.press(0)
    expect(card(page, first)).to_be_visible()
    assert page.evaluate("played") == []

    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_text("Sound on")
    second = demo.press(1)
    expect(card(page, second)).to_be_visible()
    assert page.evaluate("played") == ["answered.wav", "alarm.wav"]

    contact = desk.open(demo.link(1))
    contact.get_by_role("button", name="I act").click()
    expect(card(page, second)).to_contain_text("acting")
    assert page.evaluate("played") == ["answered.wav", "alarm.wav", "answered.wav"]


def test_what_the_operator_must_mend_stands_over_the_whole_width(demo: Demo, desk: Desk) -> None:
    page = desk.sign_in(demo)
    expect(page.locator("#credit")).to_have_text("About 13,000 texts left")
    expect(page.locator("#watch")).to_be_hidden()
    found = {"conditions": ["credit_low", "texts_stuck"], "credit": None}
    page.route("**/v1/watch", lambda route: route.fulfill(json=found))
    page.reload()
    strip = page.locator("#watch")
    expect(strip.locator("li")).to_have_count(2)
    expect(strip).to_contain_text("Texts are waiting that should have gone out.")
    expect(strip).to_contain_text("The operator has to mend this.")
    expect(page.locator("#credit")).to_be_empty()
    bar, banner = page.locator("#bar").bounding_box(), strip.bounding_box()
    assert bar is not None
    assert banner is not None
    assert banner["width"] == bar["width"]
    assert banner["y"] == bar["y"] + bar["height"]
