"""Answers that come late, or never: each acts on what it is about, and on nothing else."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.web_pages.conftest import Desk
from tests.server.web_pages.network import Held
from tests.server.web_pages.office import at_board, card, pressed
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.world import World

TEXTS = re.compile(r"/texts$")


@pytest.fixture
def noor(world: World) -> Officer:
    return world.staff("Noor")


def opened(page: Page, incident: str) -> None:
    card(page, incident).locator(".open").click()
    expect(page.locator("html")).to_have_attribute("data-open", incident)


def closing(page: Page, incident: str, reason: str) -> Locator:
    """The question about this incident's end, answered but for the last click."""
    opened(page, incident)
    page.keyboard.press("c")
    dialog = page.locator("#close-dialog")
    dialog.get_by_label("False alarm").check()
    dialog.get_by_label("How do you know").fill(reason)
    return dialog


def two_alerts(world: World, officer: Officer) -> tuple[dict[str, Any], dict[str, Any]]:
    ana, bo = (officer.incident(pressed(world, name)) for name in ("Ana", "Bo"))
    return ana, bo


def test_the_answer_about_one_alert_shuts_no_question_about_another(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana, bo = two_alerts(world, noor)
    page = at_board(desk, world, noor)
    held = Held(page, f"**/{ana['id']}/close")
    closing(page, ana["id"], "The phone fell.").get_by_role("button", name="Close alert").click()
    page.keyboard.press("Escape")
    dialog = closing(page, bo["id"], "She told me so.")
    held.let_go()
    expect(page.locator("#toast")).to_have_text(f"{ana['code']} · Closed")
    expect(dialog.locator(".about")).to_contain_text(bo["code"])
    expect(dialog.get_by_label("How do you know")).to_have_value("She told me so.")
    assert noor.incident(bo["id"])["state"] == "open"
    dialog.get_by_role("button", name="Close alert").click()
    expect(page.locator("#toast")).to_have_text("Closed")
    expect(dialog).to_be_hidden()
    assert noor.incident(bo["id"])["state"] == "closed"


def test_a_step_that_failed_after_its_question_was_left_is_told_with_its_code(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana, bo = two_alerts(world, noor)
    page = at_board(desk, world, noor)
    held = Held(page, f"**/{ana['id']}/close")
    closing(page, ana["id"], "The phone fell.").get_by_role("button", name="Close alert").click()
    page.keyboard.press("Escape")
    dialog = closing(page, bo["id"], "She told me so.")
    held.cut()
    expect(page.locator("#toast")).to_contain_text(f"{ana['code']} · The server cannot be reached")
    expect(dialog.locator(".error")).to_be_empty()
    expect(dialog).to_be_visible()


def test_a_list_of_colleagues_that_comes_late_changes_no_choice(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana, bo = two_alerts(world, noor)
    world.staff("Awa")
    world.staff("Sam")
    page = at_board(desk, world, noor)
    held = Held(page, f"**/v1/staff?incident={ana['id']}")
    opened(page, ana["id"])
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    opened(page, bo["id"])
    page.keyboard.press("h")
    page.locator("#assign-to").select_option(label="Sam")
    held.let_go()
    page.locator("#assign-dialog").get_by_role("button", name="Hand over").click()
    expect(page.locator("#incident .timeline")).to_contain_text("Noor handed it over to Sam")


def test_where_an_alert_cannot_be_read_keys_act_on_the_one_that_is_shown(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana, bo = two_alerts(world, noor)
    page = at_board(desk, world, noor)
    opened(page, ana["id"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    held = Held(page, f"**/v1/incidents/{bo['id']}")
    page.keyboard.press("w")
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    noor.note(ana["id"], "Her sister answers.")
    page.wait_for_timeout(1000)
    assert f"{world.url}/v1/incidents/{ana['id']}" not in asked, "read, and not shown, without end"

    held.cut()
    expect(page.locator("#toast")).to_contain_text("cannot be reached")
    expect(page.locator("#incident")).to_contain_text("Her sister answers.")
    page.keyboard.press("w")
    expect(page.locator(".card.is-selected")).to_have_attribute("data-id", ana["id"])
    page.keyboard.press("n")
    expect(page.locator("#note-dialog .about")).to_contain_text(ana["code"])


def test_a_text_whose_answer_was_lost_goes_out_once(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana = with_contacts(world)
    page = writing(desk, world, noor, ana, "Where are you?")
    lost(page, TEXTS, "#text-dialog")
    page.locator("#text-submit").click()
    expect(page.locator("#text-dialog")).to_be_hidden()
    world.work()
    for one in ana:
        world.carrier.expect(one, "Where are you?")
    world.carrier.expect_silence()


def test_a_text_that_was_corrected_goes_out_as_it_reads_now(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana = with_contacts(world)
    page = writing(desk, world, noor, ana, "Go to the north gate.")
    lost(page, TEXTS, "#text-dialog")
    page.locator("#text-words").fill("Go to the south gate.")
    page.get_by_role("checkbox", name="Grace").uncheck()
    expect(page.locator("#text-preview")).to_contain_text("south gate")
    page.locator("#text-submit").click()
    expect(page.locator("#toast")).to_have_text("The text is going out")
    world.work()
    ben, grace = ana
    world.carrier.expect(ben, "north gate")
    world.carrier.expect(ben, "south gate")
    world.carrier.expect(grace, "north gate")
    world.carrier.expect_silence()


def test_a_call_that_was_noted_wrongly_is_noted_anew(
    world: World, desk: Desk, noor: Officer
) -> None:
    ana = with_contacts(world)
    page = at_board(desk, world, noor)
    opened(page, ana.phone.last)
    page.keyboard.press("d")
    dialog = page.locator("#phone-dialog")
    dialog.get_by_label("no answer").check()
    held = Held(page, re.compile(r"/called$"))
    dialog.get_by_role("button", name="Note the call").click()
    held.lose()
    expect(dialog.locator(".error")).not_to_be_empty()
    dialog.get_by_label("reached", exact=True).check()
    dialog.get_by_role("button", name="Note the call").click()
    timeline = page.locator("#incident .timeline")
    expect(timeline).to_contain_text("Noor called Ben: reached")
    expect(timeline).to_contain_text("Noor called Ben: no answer")


def with_contacts(world: World) -> Activist:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    for one in ana:
        world.carrier.expect(one)
    return ana


def writing(desk: Desk, world: World, officer: Officer, ana: Activist, words: str) -> Page:
    """At the question what to text to Ana's contacts, with these words in it."""
    page = at_board(desk, world, officer)
    opened(page, ana.phone.last)
    page.keyboard.press("x")
    page.locator("#text-words").fill(words)
    expect(page.locator("#text-preview")).to_contain_text(words)
    return page


def lost(page: Page, address: re.Pattern[str], question: str) -> None:
    """Sent, stored, and the answer lost."""
    held = Held(page, address)
    page.locator(question).locator("button.primary").click()
    held.lose()
    expect(page.locator(question).locator(".error")).not_to_be_empty()
