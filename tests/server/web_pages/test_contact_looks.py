"""A contact's page in far-apart scripts: axe finds nothing, and nothing is cut off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.web import languages, pages
from shared import texts, wire
from tests.end_to_end.enrolling import Enrolled, enrol
from tests.server.web_pages.conftest import Demo, DemoProcess, Desk
from tests.server.web_pages.test_links import officer
from tests.server.web_pages.test_pages import get

SCRIPTS = ("en", "ar", "my", "am", "zh")
NARROW, PHONE = (320, 640), (412, 915)
PLACE = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25, "source": "gps"}
CARD = wire.Card(lawyer="The office has the number.", police="Do not go there alone.")
FRENCH = 33_639_980_920  # kept free for fiction by the French regulator
LIMIT = 20 * 1024  # bytes
NEWER = [
    r"\?\.", r"\?\?", r"catch \{", r"\.(at|flat|flatMap|replaceAll|finally)\(", r"\d_\d", r"\dn\b",
    r"Object\.fromEntries", r"for await", r"^\s*(import|export)\b", r"\{ *\.\.\.", r"globalThis",
]  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Enrolled]]:
    """Somebody with a contact for each script, and one more for each who has a PIN."""
    process = DemoProcess(tmp_path_factory.mktemp("looks"))
    demo = process.start()
    contacts = [
        {"name": f"Ben {place}", "phone": f"+{FRENCH + place}", "known_as": "Ana"}
        | {"language": SCRIPTS[place % len(SCRIPTS)], "pin": "" if place < len(SCRIPTS) else "4711"}
        for place in range(2 * len(SCRIPTS))
    ]
    yield demo, enrol(demo.server, demo.sandbox, process.folder / "data", contacts, CARD)
    process.kill()


def faults_in(page: Page) -> list[str]:
    return [
        f"{page.locator('html').get_attribute('lang')} {found['id']}: {node['html']}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


def test_axe_finds_nothing_in_any_state_light_or_dark(
    running: tuple[Demo, Enrolled], desk: Desk
) -> None:
    demo, ana = running
    incident = ana.press(position=PLACE, battery=0.18)
    shown: list[Page] = []
    faults: list[str] = []
    for place, language in enumerate(SCRIPTS):
        page = desk.open(ana.link(place), language=language, size=PHONE)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#picture")).to_be_visible()
        faults += in_both_lights(page)
        page.locator("#acting").click()
        expect(page.locator("#acting")).to_have_attribute("aria-pressed", "true")
        faults += in_both_lights(page)
        shown.append(page)
        locked = desk.open(ana.link(len(SCRIPTS) + place), language=language, size=PHONE)
        expect(locked.locator("#pin")).to_be_focused()
        faults += in_both_lights(locked)
    noor = officer(demo)
    noor.close(incident)
    noor.caller.close()
    for page in shown:
        expect(page.locator(".calm")).to_be_visible()
        faults += in_both_lights(page)
    assert sorted(set(faults)) == []


def in_both_lights(page: Page) -> list[str]:
    found = []
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        found += faults_in(page)
    return found


@pytest.mark.parametrize("size", [NARROW, PHONE])
def test_nothing_is_cut_off_in_any_script(
    running: tuple[Demo, Enrolled], desk: Desk, size: tuple[int, int]
) -> None:
    demo, ana = running
    incident = ana.press(position=PLACE | {"source": "last_known"}, battery=0.18)
    for place, language in enumerate(SCRIPTS):
        page = desk.open(ana.link(place), language=language, size=size)
        expect(page.locator("#age")).to_have_class("strong")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        cut = """[...document.querySelectorAll('#page *')].filter((one) =>
            one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && one.tagName !== 'BDI')
            .map((one) => one.outerHTML)"""
        assert page.evaluate(cut) == []
    noor = officer(demo)
    noor.close(incident)
    noor.caller.close()


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_it_comes_through_a_thin_line(site: str, locale: str) -> None:
    """The page and all that it loads, as it comes over the line."""
    html, _ = get(f"{site}/t", Accept_Language=locale)
    assert f'lang="{locale}" dir="{languages.direction(locale)}"' in html
    loaded = {part.split('"')[0] for part in html.replace("href=", "src=").split('src="')[1:]}
    assert {Path(address).name for address in loaded} == {"contact.css", "contact.js", "mark.svg"}
    size = len(html.encode()) + sum(len(get(site + address)[0].encode()) for address in loaded)
    assert size < LIMIT


def test_an_old_browser_can_read_the_script() -> None:
    """Nothing of the language that came after 2017, as on a phone of 2016 with its last update."""
    script = (pages.STATIC / "contact.js").read_text()
    assert [one for one in NEWER if re.search(one, script)] == []
