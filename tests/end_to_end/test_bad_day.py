"""A bad day: sixty alerts in two offices, worked to the end by three officers at three boards.

Noor sits at the hub and works from the event's page; Hadi reads Arabic and clicks; Lena has no
mouse. In the middle the server is killed and started again, and Hadi's network is cut.
"""

import csv
import io
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from pypdf import PdfReader

from tests.end_to_end.bad_day import (
    SQUARE,
    Officer,
    Staff,
    officer,
    press_everywhere,
    tab_to,
)
from tests.end_to_end.demo import soon
from tests.server.web_pages.conftest import CHROMIUM, QUIET, DemoProcess, Desk

ALERTS = 60
BRIEF = "Held at the station by the market. The lawyer is on her way."

if os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is missing")


@pytest.fixture
def demo_process(tmp_path: Path) -> Iterator[DemoProcess]:
    people = ("--activists", str(ALERTS), "--contacts", "1")
    process = DemoProcess(tmp_path, *people)
    yield process
    process.kill()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        desk = Desk(browser)
        yield desk
        browser.close()
    assert desk.strays == []
    assert desk.faults == []


def test_sixty_alerts_are_worked_to_the_end(demo_process: DemoProcess, desk: Desk) -> None:
    demo = demo_process.start()
    hub = Staff(demo.server, demo.staff)
    lat, lon = SQUARE
    north = hub.section("Office of the north", lat + 0.0179, lon)
    south = hub.section("Office of the south", lat - 0.0179, lon)
    ada = hub.colleague(hub.office, "ada@office.example", "Ada")
    noor = officer(desk, demo, demo.staff)
    hadi = officer(desk, demo, hub.colleague(north, "hadi@office.example", "Hadi"), "ar")
    lena = officer(desk, demo, hub.colleague(south, "lena@office.example", "Lena"))
    boards = (noor, hadi, lena)

    incidents = press_everywhere(demo, ALERTS)
    for board in boards:
        soon(lambda board=board: board.cards == ALERTS)
    assert {read(hub, one)["office"] for one in incidents} == {north, south}

    event = gathered(noor)
    event.locator("#brief-text").fill(BRIEF)
    event.locator("#brief-save").click()
    theirs = gathered(hadi)
    expect(theirs.locator("#brief-text")).to_have_value(BRIEF)
    theirs.close()

    for _ in range(8):
        work_by_key(lena)

    demo_process.kill()
    for board in boards:
        soon(lambda board=board: not board.is_live)
    demo = demo_process.start()
    for board in boards:
        soon(lambda board=board: board.is_live)

    hadi.page.context.set_offline(True)
    soon(lambda: not hadi.is_live)
    for _ in range(4):
        work_by_key(lena)
    event.get_by_role("button", name="Take", exact=True).click()
    expect(event.locator("#numbers .is-untaken")).to_have_count(0)
    hadi.page.context.set_offline(False)
    soon(lambda: hadi.is_live)
    soon(lambda: hadi.cards == ALERTS - 12)

    for _ in range(8):
        close_by_mouse(hadi)
    close_the_rest(event)

    for board in boards:
        soon(lambda board=board: board.cards == 0)
    closed = settled(hub, incidents)
    assert {one["state"] for one in closed} == {"closed"}
    assert soon(lambda: hub.ask("GET", "/v1/events")["events"][0]["open"] is False)

    entries = sorted(entry["seq"] for one in closed for entry in one["timeline"])
    assert len(entries) == len(set(entries))
    for board in boards:
        soon(lambda board=board: board.is_live and len(board.entries) >= len(entries))
        assert board.entries == entries  # each once, and in order

    exported(hub, Staff(demo.server, ada), closed)


def read(hub: Staff, incident: str) -> dict[str, Any]:
    return dict(hub.ask("GET", f"/v1/incidents/{incident}"))


def settled(hub: Staff, incidents: list[str]) -> list[dict[str, Any]]:
    """The incidents once the last receipt has come: nothing was added for two seconds."""
    known: list[dict[str, Any]] = []
    while True:
        time.sleep(2)
        before, known = known, [read(hub, one) for one in incidents]
        if known == before:
            return known


def gathered(board: Officer) -> Page:
    """The way from the board to the event's page, in a tab of its own."""
    link = board.page.locator("#mass-events a")
    soon(lambda: link.count() == 1 and str(ALERTS) in link.locator("xpath=..").inner_text())
    tab = board.page.context.new_page()
    tab.goto(board.page.url.split("#")[0].rstrip("/") + str(link.get_attribute("href")))
    expect(tab.locator("#rows tr")).to_have_count(ALERTS)
    return tab


def work_by_key(lena: Officer) -> None:
    """The alert on top is taken and confirmed safe without a mouse."""
    page, before = lena.page, lena.cards
    page.keyboard.press("j")
    panel = page.locator("#incident")
    code = card_code(page.locator(".card.is-selected"))
    expect(panel.locator("h2")).to_contain_text(code)
    page.keyboard.press("t")
    expect(panel.locator(".timeline")).to_contain_text("took it")
    page.keyboard.press("c")
    expect(page.locator("#close-dialog")).to_be_visible()
    page.keyboard.press("Space")
    if page.locator("#close-how").is_visible():
        tab_to(page, "#close-how input")
        page.keyboard.press("Space")
    tab_to(page, "#close-reason")
    page.keyboard.type("Spoke with them and heard the agreed word.")
    tab_to(page, "#close-submit")
    page.keyboard.press("Enter")
    soon(lambda: lena.cards == before - 1)


def card_code(card: Locator) -> str:
    found = re.search(r"\b[A-Z][2-9][A-Z]\b", card.inner_text())
    assert found
    return found[0]


def close_by_mouse(hadi: Officer) -> None:
    page, before = hadi.page, hadi.cards
    code = card_code(page.locator(".card").last)
    page.locator(".card .open").last.click()
    expect(page.locator("#incident h2")).to_contain_text(code)
    page.locator("#incident [data-focus=close]").click()
    page.locator("#close-dialog input[value=released]").check()
    page.locator("#close-reason").fill("عاد إلى البيت")
    page.locator("#close-submit").click()
    soon(lambda: hadi.cards == before - 1)


def close_the_rest(event: Page) -> None:
    event.get_by_role("button", name="Close", exact=True).click()
    event.locator("#close-dialog input[value=released]").check()
    event.locator("#close-reason").fill("The lawyer counted everybody at the gate.")
    event.locator("#close-dialog .primary").click()


def exported(hub: Staff, ada: Staff, closed: list[dict[str, Any]]) -> None:
    """What the hub takes out for the day holds every incident; two people agree to each file."""
    codes = {one["code"] for one in closed}
    days = {"since": closed[0]["opened_at"][:10], "until": closed[-1]["closed_at"][:10]}

    def taken(form: str, **wish: str) -> bytes:
        wish |= {"form": form, "reason": "The record of the day."}
        asked = hub.ask("POST", "/v1/exports", wish)["asked"]
        ada.ask("POST", f"/v1/exports/{asked}/approve", {})
        return hub.fetch("POST", f"/v1/exports/{asked}/file", {})

    sheet = taken("csv", what="period", **days).decode("utf-8-sig")
    assert {row["code"] for row in csv.DictReader(io.StringIO(sheet))} == codes
    features = json.loads(taken("geojson", what="period", **days))["features"]
    assert {one["properties"]["code"] for one in features} == codes
    for one in (closed[0], closed[-1]):
        printed = PdfReader(io.BytesIO(taken("pdf", what="incident", subject_id=one["id"])))
        assert one["code"] in "".join(page.extract_text() for page in printed.pages)
