"""Some hundred alerts on one board: the first at once, all of them soon, no request for each."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.bench import people
from tests.bench.client import Load, press_request
from tests.bench.people import Someone
from tests.bench.processes import child
from tests.server.web_pages.conftest import Desk

BEFORE, BURST = 260, 150
WITHIN = 30.0  # seconds


@dataclass
class Day:
    """A server on which many have pressed, and an officer's session."""

    url: str
    cookie: str
    calm: list[Someone]
    asked: list[str] = field(default_factory=list)

    def press(self, everyone: list[Someone]) -> None:
        """All of them at once; on a thread, for the browser's own loop runs on this one."""
        requests = [press_request(self.url, one.token, uuid4()) for one in everyone]
        pressing = threading.Thread(target=lambda: asyncio.run(Load(self.url, requests, 32).run()))
        pressing.start()
        pressing.join()

    def board(self, desk: Desk) -> Page:
        page = desk.open(self.url)
        page.context.add_cookies(
            [{"name": "candlewire_session", "value": self.cookie, "url": self.url}]
        )
        page.on("request", lambda request: self.asked.append(request.url))
        page.reload()
        return page

    def asked_for(self, pattern: str) -> int:
        return sum(bool(re.search(pattern, url)) for url in self.asked)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    everyone = people.make(BEFORE + BURST)
    (cookie,) = people.settle(tmp_path / "data", everyone, officers=1)
    arguments = ["-m", "tests.bench.ours", "--data", str(tmp_path / "data")]
    with child(arguments, log=tmp_path / "log") as server:
        found = Day(server.url, cookie, everyone[BEFORE:])
        found.press(everyone[:BEFORE])
        yield found


def shows(page: Page, number: int) -> None:
    """Waits until the board counts so many."""
    give_up = time.monotonic() + WITHIN
    while re.sub(r"\D", "", page.locator("#count-open").inner_text()) != str(number):
        assert time.monotonic() < give_up, page.locator("#count-open").inner_text()
        page.wait_for_timeout(50)


def test_a_burst_is_read_from_the_socket_alone(day: Day, desk: Desk) -> None:
    page = day.board(desk)
    shows(page, BEFORE)
    assert day.asked_for(r"/v1/incidents\?limit=100$") == 1
    assert day.asked_for(r"/v1/incidents\?limit=500&after=") == 1
    page.wait_for_selector("html[data-live=true]")

    day.press(day.calm)
    shows(page, BEFORE + BURST)
    assert day.asked_for(r"/v1/incidents/") == 0, "a request for a single incident"
    assert day.asked_for(r"/v1/incidents\?") == 2, "a page read once more"
    expect(page.locator("#untaken")).to_contain_text(str(BEFORE + BURST))


def test_the_list_draws_some_and_the_keys_reach_all(day: Day, desk: Desk) -> None:
    page = day.board(desk)
    shows(page, BEFORE)
    cards = page.locator(".card")
    first = cards.count()
    assert first < BEFORE
    page.locator("#cards .more").click()
    expect(cards).to_have_count(BEFORE)
    for _ in range(3):
        page.keyboard.press("j")
    expect(page.locator("#incident h2")).to_be_visible()
    assert page.locator(".card.is-selected").count() == 1


def test_an_entry_of_an_open_incident_is_read_in_full(day: Day, desk: Desk) -> None:
    """The socket brings a summary; who has the incident open sees its whole timeline grow."""
    page = day.board(desk)
    shows(page, BEFORE)
    page.wait_for_selector("html[data-live=true]")
    someone = day.calm[0]
    day.press([someone])
    shows(page, BEFORE + 1)
    page.locator(".card .open").first.click()
    expect(page.locator("#incident .timeline li")).not_to_have_count(0)
    opened = page.locator(".card.is-selected").get_attribute("data-id") or ""
    before = page.locator("#incident .timeline li").count()
    note = page.request.post(
        f"{day.url}/v1/incidents/{opened}/notes", data={"text": "Her sister has called."}
    )
    assert note.ok
    expect(page.locator("#incident .timeline")).to_contain_text("Her sister has called.")
    assert page.locator("#incident .timeline li").count() > before
