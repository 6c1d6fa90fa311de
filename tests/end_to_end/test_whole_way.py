"""The whole way as its users walk it: window, texts, link, answer, board; nothing reloaded."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from shared import texts
from tests.end_to_end.demo import Demo, demo, soon
from tests.end_to_end.screen import Screen, can_be_had, screen

PHONE = (412, 915)
BUTTON = (206, 385)
ANSWERED = (0.72, 0.82, 0.92, 0.88)  # the third of the three steps, as shares of the screen
CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip

if os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skipif(
        not (can_be_had() and CHROMIUM), reason="Xvfb, xdotool or Chromium is missing"
    )


@pytest.fixture
def phone_screen() -> Iterator[Screen]:
    with screen(*PHONE) as shown:
        yield shown


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        yield context.new_page()
        browser.close()


def test_a_hold_reaches_three_phones_and_an_answer_reaches_everyone(
    tmp_path: Path, phone_screen: Screen, page: Page
) -> None:
    with demo(tmp_path / "data", display=phone_screen.display) as running:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        _sign_in(page, running)
        soon(lambda: phone_screen.white_in(0.3, 0.35, 0.7, 0.5) > 100)  # the button is drawn

        phone_screen.hold(*BUTTON, seconds=2.0)
        contacts = running.ready["devices"][0]["contacts"]
        first = [soon(lambda c=c: running.texts(c["phone"]))[0] for c in contacts]
        for text in first:
            assert text["segments"] == 1
            assert "N14.6937 W17.4441" in text["body"]
            assert "25" in text["body"]
        card = page.locator("#cards li")
        soon(lambda: _is_untaken(card))

        _open_link(page, running, first[0]["body"].split()[-1])

        before = phone_screen.white_in(*ANSWERED)
        running.reply(contacts[0]["phone"], first[0]["from"], "1")
        soon(lambda: phone_screen.white_in(*ANSWERED) > before + 100)
        said = texts.say("web.contacts.acting", "en", count=1, all=3)
        soon(lambda: said in card.inner_text())
        assert _is_untaken(card)  # whatever contacts answer, until staff take it

        page.keyboard.press("j")
        page.keyboard.press("t")
        soon(lambda: not _is_untaken(card))
        assert all(url.startswith((running.server, "data:")) for url in asked)


def _is_untaken(card: Locator) -> bool:
    return "is-untaken" in (card.get_attribute("class") or "").split()


def _sign_in(page: Page, running: Demo) -> None:
    staff = running.ready["staff"]
    page.goto(running.server)
    page.fill("input[type=email]", staff["email"])
    page.fill("input[type=password]", staff["password"])
    page.keyboard.press("Enter")
    soon(lambda: page.evaluate("document.documentElement.dataset.live") == "true")


def _open_link(page: Page, running: Demo, link: str) -> None:
    """A contact opens the link of their text, in a tab of their own."""
    assert link.startswith(f"{running.server}/t#")
    tab = page.context.new_page()
    tab.goto(link)
    soon(lambda: "N14.6937 W17.4441" in tab.inner_text("body"))
    assert link.split("#")[1] not in tab.content()
    tab.close()
