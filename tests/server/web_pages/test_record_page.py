"""The record in a browser: an export by two officers, an appeal, statistics with their tables."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.domain.access import Role
from tests.server.web_pages.conftest import Desk
from tests.stories.test_plans import PLAN
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.record import words_of
from tests.support.world import World


@pytest.fixture
def ana(world: World) -> Activist:
    world.receipts_come()
    ana = world.activist("Ana", contacts=["Ben"])
    ana.phone.press(note="two men at the door")
    world.carrier.expect(ana.contacts[0], "Ana").reply("1")
    return ana


def at_the_record(desk: Desk, officer: Officer, hash_: str = "", **options: Any) -> Page:
    """The page, signed in as this officer."""
    page = desk.open(f"{officer.caller.url}/favicon.ico", **options)
    name, _, value = officer.caller.headers["Cookie"].partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": officer.caller.url}])
    page.goto(f"{officer.caller.url}/record{hash_}")
    page.wait_for_selector("html[data-ready=true]")
    return page


def test_the_board_leads_here_with_its_incident(world: World, desk: Desk, ana: Activist) -> None:
    noor = world.staff("Noor")
    page = at_the_record(desk, noor)
    page.goto(f"{noor.caller.url}/")
    page.locator("#cards .card, #cards button").first.click()
    page.locator("#incident .export").click()
    expect(page.locator("#what")).to_have_value("incident")
    code = noor.incident(ana.phone.last)["code"]
    expect(page.locator("#what option").first).to_contain_text(code)


@contextmanager
def saved(page: Page) -> Iterator[list[bytes]]:
    """What the browser saves in this block."""
    found: list[bytes] = []
    with page.expect_download() as coming:
        yield found
    found.append(coming.value.path().read_bytes())


def test_two_officers_take_out_a_record_by_keyboard(
    world: World, desk: Desk, ana: Activist
) -> None:
    noor, rosa = world.staff("Noor"), world.staff("Rosa")
    noor.take(ana.phone.last)
    page = at_the_record(desk, noor, f"#incident={ana.phone.last}")
    expect(page.locator("#what")).to_have_value("incident")
    expect(page.locator("#alone")).to_be_visible()
    page.locator("#ask-names").focus()
    page.keyboard.press("Space")
    expect(page.locator("#alone")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("for the lawyer")
    page.keyboard.press("Enter")
    expect(page.locator("#exports")).to_contain_text("waiting for a second officer")

    other = at_the_record(desk, rosa)
    row = other.locator("#exports li")
    expect(row).to_contain_text("for the lawyer")
    expect(row).to_contain_text("with names, with numbers")
    row.get_by_role("button", name="Agree").click()
    expect(row).to_contain_text("agreed to")
    expect(row.get_by_role("button")).to_have_count(0)

    page.reload()
    with saved(page) as file:
        page.get_by_role("button", name="Fetch").click()
    said = words_of(file[0])
    assert "Ana" in said
    assert ana.contacts[0].phone in said
    expect(page.locator("#exports")).to_contain_text("fetched")


def test_an_appeal_becomes_final_by_a_second_person(
    world: World, desk: Desk, ana: Activist
) -> None:
    ada, noor = world.staff("Ada", role=Role.ADMINISTRATOR), world.staff("Noor")
    ada.caller.ask("PUT", f"/v1/activists/{ana.id}/plan", PLAN).ok()
    page = at_the_record(desk, noor, f"#incident={ana.phone.last}")
    page.locator("#draft").click()
    expect(page.locator("#who")).to_have_value("Ana Diop Sarr")
    expect(page.locator("#consent")).to_contain_text("to be named · to show no photo · Her sister")
    expect(page.locator("#obstacles li")).to_have_count(2)
    page.fill("#addressees", "The Minister of Justice")
    page.fill("#act_by", "2027-01-31")
    page.fill("#decision", "Her sister, by telephone, yes")
    page.locator("#submit").click()
    expect(page.locator("#appeal-state")).to_have_text("waiting for a second person")

    other = at_the_record(desk, ada)
    other.get_by_role("button", name="Open").click()
    expect(other.locator("#addressees")).to_have_value("The Minister of Justice")
    other.locator("#confirm").click()
    expect(other.locator("#appeal-state")).to_have_text("final")
    expect(other.locator("#who")).to_be_disabled()
    other.locator("#appeal-text").click()
    with saved(other) as file:
        other.get_by_role("button", name="Fetch").click()
    text = file[0].decode()
    assert "DRAFT" not in text
    assert "Ana" in text
    assert "Her sister" not in text


def test_a_name_that_nobody_agreed_to_is_told_at_its_field(
    world: World, desk: Desk, ana: Activist
) -> None:
    page = at_the_record(desk, world.staff(), f"#incident={ana.phone.last}")
    page.locator("#draft").click()
    expect(page.locator("#who")).to_have_value("a human rights defender")
    page.fill("#demands", "Free Ana now.")
    page.locator("#save").click()
    expect(page.locator("#appeal-error")).to_contain_text("not agreed to be named")
    expect(page.locator("#demands")).to_be_focused()
    expect(page.locator("#submit")).to_be_disabled()


def test_of_two_at_one_appeal_the_later_keeps_what_was_typed_and_destroys_nothing(
    world: World, desk: Desk, ana: Activist
) -> None:
    noor, rosa = world.staff("Noor"), world.staff("Rosa")
    page = at_the_record(desk, noor, f"#incident={ana.phone.last}")
    page.locator("#draft").click()
    expect(page.locator("#appeal-state")).to_be_visible()
    other = at_the_record(desk, rosa)
    other.get_by_role("button", name="Open").click()
    other.fill("#demands", "Let the lawyer in.")
    sent = list[str]()
    other.on("request", lambda request: sent.append(request.method))
    other.evaluate("for (const _ of 'two') document.getElementById('appeal-form').requestSubmit()")
    expect(other.locator("#said")).to_have_text("Saved.")
    assert sent.count("PUT") == 1, "a second click waits for the first"

    page.fill("#demands", "Release the person.")
    page.locator("#save").click()
    expect(page.locator("#appeal-error")).to_contain_text("changed since you opened it")
    expect(page.locator("#demands")).to_have_value("Release the person.")
    page.locator("#save").click()
    expect(page.locator("#appeal-error")).to_contain_text("changed since you opened it")
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#demands")).to_have_value("Let the lawyer in.")
    expect(page.locator("#appeal-error")).to_be_empty()
    page.fill("#demands", "Let the lawyer in. Release the person.")
    page.locator("#save").click()
    expect(page.locator("#said")).to_have_text("Saved.")


def test_statistics_stand_in_figures_and_in_tables(world: World, desk: Desk, ana: Activist) -> None:
    noor = world.staff()
    noor.take(ana.phone.last)
    noor.close(ana.phone.last, "false_alarm")
    world.carrier.expect(ana.contacts[0])
    page = at_the_record(desk, noor)
    today = datetime.now(UTC).date().isoformat()
    page.fill("#since", "2026-01-01") if today >= "2026-01-01" else None
    figures = page.locator("#figures figure")
    expect(figures).to_have_count(4)
    for figure in figures.all():
        expect(figure.locator("svg").first).to_be_visible()
        expect(figure.locator("table")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("taken by staff"))).to_contain_text("1")
    expect(page.get_by_role("row", name=re.compile("False alarm"))).to_contain_text("1")
    with saved(page) as file:
        page.locator("#csv").click()
    assert "false_alarm" in file[0].decode("utf-8-sig")
    assert "Ana" not in page.locator("#statistics").inner_text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_light_or_dark_and_nothing_is_cut_off(
    world: World, desk: Desk, ana: Activist, language: str
) -> None:
    noor = world.staff("Noor")
    noor.take(ana.phone.last)
    page = at_the_record(desk, noor, f"#incident={ana.phone.last}", language=language)
    page.locator("#ask .primary").click()
    expect(page.locator("#exports li")).to_have_count(1)
    page.locator("#draft").click()
    expect(page.locator("#appeal")).to_be_visible()
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults += [
            f"{scheme} {found['id']}: {node['html']}"
            for found in Axe().run(page).response["violations"]
            for node in found["nodes"]
        ]
    assert faults == []
    page.set_viewport_size({"width": 640, "height": 400})  # 200 % of a screen of 1280 by 800
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
