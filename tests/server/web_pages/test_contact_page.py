"""A contact's page in a browser, against the whole demo."""

import re

import pytest
from playwright.sync_api import expect

from tests.server.web_pages.conftest import Demo, Desk

PHONE = (412, 915)


def test_it_says_who_where_how_sure_and_takes_an_answer(demo: Demo, desk: Desk) -> None:
    demo.press(0)
    page = desk.open(demo.link(0), size=PHONE)
    expect(page.locator(".head h1")).to_contain_text("Amina needs help")
    expect(page.locator(".coordinates")).to_have_text("N14.6937 W17.4441")
    expect(page.locator("main")).to_contain_text("within")
    expect(page.locator("main")).to_contain_text("Battery")
    expect(page.locator("main")).to_contain_text("The office has not taken it yet")

    page.get_by_role("button", name="I cannot").click()
    expect(page.locator(".answers h2")).to_have_text("You cannot")
    page.get_by_role("button", name="I act").click()
    expect(page.locator(".answers h2")).to_have_text("You act")
    expect(page.locator("#acting")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("contact", "language"), [(0, "en"), (1, "fr"), (2, "ar")])
def test_it_speaks_the_contact_s_language_whatever_the_browser_asks(
    demo: Demo, desk: Desk, contact: int, language: str
) -> None:
    demo.press(1)
    page = desk.open(demo.link(1, contact), language="mn", size=PHONE)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")


def test_the_secret_is_sent_nowhere(demo: Demo, desk: Desk) -> None:
    demo.press(2)
    link = demo.link(2)
    secret = link.split("#")[1]
    sent: list[str] = []
    page = desk.open(f"{demo.server}/t")
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page.goto(link)
    expect(page.locator(".head h1")).to_be_visible()
    assert any("/v1/contact/view" in request for request in sent)
    assert not [request for request in sent if secret in request.split("#")[0]]


@pytest.mark.parametrize("secret", ["", "short", "A" * 22])
def test_a_link_that_opens_nothing_is_told_calmly(demo: Demo, desk: Desk, secret: str) -> None:
    page = desk.open(f"{demo.server}/t#{secret}", size=PHONE)
    expect(page.locator("main")).to_contain_text("This link does not open anything")


def test_a_maps_app_gets_the_place_only_when_asked(demo: Demo, desk: Desk) -> None:
    demo.press(3)
    page = desk.open(demo.link(3), size=PHONE)
    maps = page.get_by_role("link", name="Open in a maps app")
    expect(maps).to_have_attribute("href", re.compile(r"^geo:14\.69370,-17\.44410;u=25$"))
    expect(page.locator("main")).to_contain_text("passes this place on to its maker")
