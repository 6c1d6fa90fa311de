"""Every page of the staff, in English and Arabic, light and dark, with a day's work on it.

python -m docs.pictures.staff_pages
"""

import tempfile
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, ViewportSize

from docs.pictures.palette import shrink
from docs.pictures.story import DAKAR, Story
from tests.end_to_end.bad_day import Staff
from tests.end_to_end.demo import Demo, demo, soon

OUT: Final = Path(__file__).parent / "staff"
PAGE: Final = Path(__file__).parents[1] / "board.md"
LARGEST: Final = 200 * 1024  # bytes of one picture
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
ON_THE_SQUARE: Final = 5  # people of the mass event
AT_HOME: Final = 4  # people whom the drill is for: who is in an alert is left out
TITLES: Final = {
    "sign-in": "Signing in",
    "board": "The board, with one alert open",
    "incident": "One alert over the whole window",
    "people": "People and how ready they are",
    "person": "One person",
    "drills": "A drill and its report",
    "duty": "The duty rota",
    "events": "A mass event",
    "record": "Exports and Urgent Actions",
    "statistics": "Statistics",
    "account": "One's own account",
}
INTRODUCTION: Final = (
    "# The pages of the office\n\n"
    "Every page that staff open, in English and Arabic, light and dark, photographed from a "
    "running demo. `make pictures` makes them anew. What the pages do is told in "
    "[the operator's guide](operating.md) and in [the guide for trainers](for-trainers.md).\n"
)
Scheme = Literal["light", "dark"]


def main(browser: Browser) -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        people = str(6 + ON_THE_SQUARE + AT_HOME)
        with demo(Path(folder) / "day", "--no-phone", "--activists", people) as running:
            day(running)
            for language, scheme in product(("en", "ar"), ("light", "dark")):
                photograph(browser, running, language, scheme)  # type: ignore[arg-type]
    PAGE.write_text(page())


def day(running: Demo) -> None:
    """An afternoon, five people on one square, a rota, a plan, a drill."""
    noor = Staff(running.server, running.ready["staff"])
    story = Story(running)
    story.afternoon()
    lat, lon = DAKAR
    for turn in range(ON_THE_SQUARE):
        story.press(6 + turn, lat + turn * 0.0004, lon - 0.02, 15, battery=0.5)
    event = soon(lambda: noor.ask("GET", "/v1/events")["events"])[0]["id"]
    brief = {"name": "The square", "text": "Two buses. The lawyer is on her way.", "version": 0}
    noor.ask("PUT", f"/v1/events/{event}/brief", brief)
    me = noor.ask("GET", "/v1/session")["staff"]["id"]
    shifts = [
        {"weekday": weekday, "starts": starts, "ends": ends, "staff_id": me, "phone": phone}
        for weekday in range(5)
        for starts, ends, phone in (
            ("08:00", "20:00", "+12025550101"),
            ("20:00", "08:00", "+12025550102"),
        )
    ]
    plan = {"zone": "Africa/Dakar", "shifts": shifts}
    noor.ask("PUT", f"/v1/offices/{noor.office}/rota", plan)
    noor.ask("POST", "/v1/drills", {"way": "office", "office_id": noor.office})


def photograph(browser: Browser, running: Demo, language: str, scheme: Scheme) -> None:
    context = browser.new_context(
        viewport=DESK, locale=language, color_scheme=scheme, reduced_motion="reduce"
    )
    shown = context.new_page()

    def keep(name: str) -> None:
        shown.mouse.move(0, 0)
        shown.wait_for_timeout(700)
        path = OUT / f"{name}-{language}-{scheme}.png"
        shown.screenshot(path=path)
        shrink(path)
        if path.stat().st_size > LARGEST:
            raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, over {LARGEST}")

    shown.goto(running.server)
    keep("sign-in")
    staff = running.ready["staff"]
    shown.fill("#email", staff["email"])
    shown.fill("#password", staff["password"])
    shown.keyboard.press("Enter")
    shown.wait_for_selector("html[data-live=true]")
    shown.locator("#cards .card", has_text="Amina").first.locator(".open").click()
    shown.locator("#incident h2").first.wait_for()
    shown.locator("#show-all").click()
    keep("board")
    shown.keyboard.press("w")
    keep("incident")
    for name in ("people", "duty", "events", "record", "account"):
        shown.goto(f"{running.server}/{name}")
        shown.locator("main:not([hidden])").wait_for()
        shown.wait_for_timeout(500)
        if name == "events":
            shown.locator("#list a").first.click()
            shown.locator("#rows tr").first.wait_for()
        keep(name)
        if name == "people":
            shown.locator("#people tbody button").first.click()
            shown.locator("#person-name").wait_for()
            keep("person")
            shown.locator("[data-room=drills]").click()
            shown.locator("#called button").first.click()
            shown.locator("#report").wait_for()
            keep("drills")
        if name == "record":
            shown.locator("#statistics").evaluate("at => at.scrollIntoView()")
            keep("statistics")
    context.close()


def page() -> str:
    """The document that shows them, side by side."""
    parts = [INTRODUCTION]
    for name, title in TITLES.items():
        parts.append(f"\n## {title}\n")
        for language, scheme in product(("en", "ar"), ("light", "dark")):
            words = f"{title}: {'English' if language == 'en' else 'Arabic'}, {scheme}"
            parts.append(f"![{words}](pictures/staff/{name}-{language}-{scheme}.png)\n")
    return "\n".join(parts)
