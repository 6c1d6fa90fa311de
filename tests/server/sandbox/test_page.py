"""The simulated phones in a real browser."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.sandbox import create_sandbox
from server.sandbox.page import SHOWN, arrange, matching
from shared import texts
from shared.texts.catalogue import FOLDER
from tests.support.sandbox import ACCOUNT, TOKEN, Sandbox
from tests.support.serving import serve

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PEOPLE = {"+447700900101": "Moussa", "+33639980102": "Claire", "+12025550103": "أمينة"}
LINK = "https://go.example.org/t#Q7fK2mZx9LrT4vBn8HsWpA"


def test_every_language_has_every_word() -> None:
    english = texts.strings("sandbox", "en")
    for locale in texts.SCREENS:
        path = FOLDER / locale / "LC_MESSAGES" / "sandbox.po"
        translated = dict(re.findall(r'msgid "(.+)"\nmsgstr "(.+)"', path.read_text()))
        assert translated.keys() == english.keys()
        assert translated == texts.strings("sandbox", locale)


def test_few_phones_keep_their_places_and_of_many_the_latest_lead() -> None:
    assert arrange(PEOPLE, {"+12025550103": 9, "+12025550104": 3}) == [*PEOPLE, "+12025550104"]
    many = {f"+1202555{number:04}": number for number in range(SHOWN + 1)}
    assert arrange({}, many)[0] == f"+1202555{SHOWN:04}"


@pytest.mark.parametrize("search", ["claire", "CLAIR", "998 01", ""])
def test_a_phone_is_found_by_name_or_number(search: str) -> None:
    assert "+33639980102" in matching(list(PEOPLE), PEOPLE, search)


def test_a_phone_is_not_found_by_anything_else() -> None:
    assert matching(list(PEOPLE), PEOPLE, "nobody") == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    data = tmp_path_factory.mktemp("sandbox")
    inbound_url = "http://127.0.0.1:9/twilio/inbound"
    with serve(create_sandbox(data, ACCOUNT, TOKEN, inbound_url, lambda: PEOPLE)) as url:
        yield Sandbox(url)


@pytest.fixture
def world(running: Sandbox) -> Sandbox:
    running.empty()
    return running


@pytest.fixture
def page(browser: Browser, world: Sandbox) -> Iterator[Page]:
    """Fails on any script error, refused resource or request to another host."""
    opened = browser.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text))
    opened.on("request", lambda request: troubles.extend(foreign(request.url, world.url)))
    yield opened
    opened.close()
    assert troubles == []


def foreign(url: str, own: str) -> list[str]:
    return [] if url.startswith(own) else [url]


def text(world: Sandbox, to: str, body: str) -> None:
    async def send() -> None:
        carrier = world.carrier()
        await carrier.send(to, body, "1", timedelta(hours=1))
        await carrier.close()

    thread = Thread(target=asyncio.run, args=[send()])  # this thread's loop is Playwright's
    thread.start()
    thread.join()


def test_a_text_arrives_and_is_answered_without_a_reload(page: Page, world: Sandbox) -> None:
    page.goto(world.url)
    phone = page.get_by_role("article", name="Moussa")
    expect(phone.get_by_text("No texts yet")).to_be_visible()
    expect(phone.get_by_role("button", name="Answer 1")).to_be_disabled()
    text(world, "+447700900101", f"<b>Ana</b> needs help\n{LINK}")
    bubble = phone.locator(".bubble.text")
    expect(bubble).to_contain_text("<b>Ana</b> needs help")
    expect(bubble).to_contain_text("Delivered")
    link = bubble.get_by_role("link")
    assert link.get_attribute("href") == LINK
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    phone.get_by_role("button", name="Answer 1").click()
    expect(phone.locator(".bubble.reply")).to_have_count(1)
    phone.get_by_role("textbox").fill("I am near")
    phone.get_by_role("textbox").press("Enter")
    expect(phone.locator(".bubble.reply")).to_have_text([re.compile("1"), re.compile("I am near")])
    expect(phone.get_by_role("textbox")).to_have_value("")


def test_the_page_speaks_arabic_from_right_to_left(page: Page, world: Sandbox) -> None:
    page.goto(f"{world.url}/?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    expect(page.get_by_role("heading", level=1)).to_have_text("هواتف تجريبية")


def test_the_empty_page_says_what_to_do_next(
    page: Page, world: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in list(PEOPLE):
        monkeypatch.delitem(PEOPLE, number)
    page.goto(world.url)
    expect(page.get_by_text("candlewire press")).to_be_visible()


def test_of_many_phones_the_rest_is_behind_the_search(
    page: Page, world: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        monkeypatch.setitem(PEOPLE, f"+120255501{number + 10:02}", f"Person {number}")
    text(world, "+12025550139", "K7P")
    page.goto(world.url)
    expect(page.get_by_role("article")).to_have_count(SHOWN)
    expect(page.get_by_role("article").first).to_have_attribute("aria-label", "Person 29")
    expect(page.get_by_text("21 more phones")).to_be_visible()
    page.get_by_role("searchbox").fill("claire")
    expect(page.get_by_role("article")).to_have_count(1)


def test_a_call_rings_and_is_answered_with_a_key(page: Page, world: Sandbox) -> None:
    twiml = '<Response><Gather action="{}"><Say>Help is needed.</Say></Gather></Response>'
    call(world, "+447700900101", twiml.format("http://127.0.0.1:9/twilio/voice"))
    page.goto(world.url)
    bubble = page.get_by_role("article", name="Moussa").locator(".bubble.call")
    expect(bubble.locator(".words")).to_have_text("Help is needed.")
    keys = bubble.get_by_role("group", name="Keys on the call")
    expect(keys.get_by_role("button")).to_have_text(["1", "2", "3", "Decline"])
    keys.get_by_role("button", name="Press 1").click()
    expect(bubble).to_contain_text("Ended")
    expect(keys).to_be_hidden()


def test_a_call_is_declined(page: Page, world: Sandbox) -> None:
    call(world, "+447700900101", "<Response><Say>Help is needed.</Say></Response>")
    page.goto(world.url)
    bubble = page.get_by_role("article", name="Moussa").locator(".bubble.call")
    bubble.get_by_role("button", name="Decline").click()
    expect(bubble).to_contain_text("Declined")


def call(world: Sandbox, to: str, twiml: str) -> None:
    async def ring() -> None:
        carrier = world.carrier()
        await carrier.call(to, twiml, "1")
        await carrier.close()

    thread = Thread(target=asyncio.run, args=[ring()])
    thread.start()
    thread.join()
