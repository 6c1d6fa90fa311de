"""Makes the README's pictures from the running system: `make pictures`.

The demo runs, a story is played against it over real HTTP, and what people see is photographed:
simulated phones, contact's page and board in Chromium, the phone's screens in a Kivy window.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from docs.pictures import phone_sheets, staff_pages
from docs.pictures.contact_pages import contact_pages
from docs.pictures.palette import shrink
from docs.pictures.story import Story
from tests.end_to_end.demo import Demo, demo, soon
from tests.end_to_end.screen import screen

OUT = Path(__file__).parent
LARGEST = 200 * 1024  # bytes; a README with heavier pictures is not read on a thin line
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
DESK: ViewportSize = {"width": 1320, "height": 780}
HANDSET: ViewportSize = {"width": 390, "height": 760}
PHONE_PICTURES = {
    "press-idle-en-412x915-1.0": "phone-ready",
    "press-counting-en-412x915-1.0": "phone-counting-down",
    "press-open-en-412x915-1.0": "phone-stored",
    "press-answered-en-412x915-1.0": "phone-answered",
    "press-counting-en-412x915-1.5": "phone-large-counting-down",
    "press-answered-en-412x915-1.5": "phone-large-answered",
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        phone(Path(folder))
        phone_sheets.main()
        with chromium() as browser:
            with demo(Path(folder) / "one", "--no-phone") as running:
                handsets(browser, running)
                contact_pages(browser, running, Path(folder) / "one", OUT)
            with demo(Path(folder) / "many", "--no-phone", "--activists", "6") as running:
                board(browser, running)
            staff_pages.main(browser)
    for picture in sorted(OUT.glob("*.png")):
        shrink(picture)
        size = picture.stat().st_size
        if size > LARGEST:
            raise SystemExit(f"{picture.name} has {size} bytes, over {LARGEST}")
        print(f"{picture.name:<32} {size // 1024:>4} KiB")
    return 0


def phone(folder: Path) -> None:
    """The phone's screens, drawn by its own presenters and views, at two sizes of text."""
    sizes = {"x".join(name.split("-")[-2:]) for name in PHONE_PICTURES}
    for only in sorted(sizes):
        command = [sys.executable, "-m", "mobile.packaging.screens", "--out", str(folder / "phone")]
        with screen(1280, 1024) as shown:
            subprocess.run(
                [*command, "--locales", "en", "--only", only],
                check=True,
                env={**os.environ, "DISPLAY": shown.display},
            )
    for drawn, kept in PHONE_PICTURES.items():
        shutil.copyfile(folder / "phone" / f"{drawn}.png", OUT / f"{kept}.png")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


def handsets(browser: Browser, running: Demo) -> None:
    """One alert: three phones with a text, one answer, and the page behind the link."""
    story = Story(running)
    story.press(0, 14.6937, -17.4441, 25, battery=0.18)
    texts = soon(lambda: len(story.texts()) >= 4 and story.texts())
    contacts = running.ready["devices"][0]["contacts"]
    story.answer(contacts[1]["phone"], "1")

    page = browser.new_page(viewport=DESK)
    page.goto(running.sandbox)
    page.wait_for_timeout(1500)
    page.screenshot(path=OUT / "simulated-phones.png")

    link = next(text["body"] for text in texts if text["to"] == contacts[0]["phone"]).split()[-1]
    shown = browser.new_page(viewport=HANDSET)
    shown.goto(link)
    soon(lambda: "N14.6937 W17.4441" in shown.inner_text("body"))
    shown.wait_for_timeout(500)
    shown.screenshot(path=OUT / "contact-page.png")


def board(browser: Browser, running: Demo) -> None:
    """An afternoon at the office: taken and not, answered, a drill, a stop code under duress."""
    story = Story(running)
    story.afternoon()
    for language in ("en", "ar"):
        context = browser.new_context(viewport=DESK, locale=language)
        page = context.new_page()
        page.goto(running.server)
        sign_in(page, running)
        page.locator("#cards li").first.wait_for()
        page.locator("#cards li", has_text="Amina").click()
        page.locator("#incident h2").first.wait_for()
        page.locator("#show-all").click()
        page.mouse.move(0, 0)
        page.wait_for_timeout(800)
        page.screenshot(path=OUT / f"board-{language}.png")
        context.close()


def sign_in(page: Page, running: Demo) -> None:
    page.fill("input[type=email]", running.ready["staff"]["email"])
    page.fill("input[type=password]", running.ready["staff"]["password"])
    page.keyboard.press("Enter")
    soon(lambda: page.evaluate("document.documentElement.dataset.live") == "true")


if __name__ == "__main__":
    raise SystemExit(main())
