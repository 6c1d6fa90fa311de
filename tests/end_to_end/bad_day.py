"""Two offices under a hub, their officers at boards, and sixty phones on one square."""

import json
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from typing import Any

from playwright.sync_api import Page

from tests.server.web_pages.conftest import Demo, Desk

SQUARE = (14.72, -17.46)
PASSWORD = "four unrelated plain words"


class Staff:
    """A signed-in member of staff who works without a browser, through the public doors."""

    def __init__(self, server: str, staff: dict[str, str]) -> None:
        self.server = server
        self.credentials = staff
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.ask("POST", "/v1/session", staff)
        self.office = str(self.ask("GET", "/v1/session")["staff"]["office"])

    def ask(self, method: str, path: str, body: object = None) -> Any:
        content = self.fetch(method, path, body)
        return json.loads(content) if content else None

    def fetch(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server + path, data, method=method)
        with self._opener.open(request, timeout=60) as answer:
            return bytes(answer.read())

    def section(self, name: str, lat: float, lon: float) -> str:
        """An office below this one, which answers for two kilometres round a place."""
        wish = {"name": name, "parent_id": self.office}
        office = str(self.ask("POST", "/v1/offices", wish)["id"])
        ground = {"lat": lat, "lon": lon, "radius_m": 2_000}
        self.ask("PUT", f"/v1/offices/{office}/territory", {"areas": [ground]})
        return office

    def colleague(self, office: str, email: str, name: str) -> dict[str, str]:
        """Somebody who was invited, chose a password, and was let in."""
        wish = {"office_id": office, "email": email, "name": name, "role": "responder"}
        invited = self.ask("POST", "/v1/staff", wish)
        self.ask("POST", "/v1/invitations", {"code": invited["code"], "password": PASSWORD})
        self.ask("POST", f"/v1/staff/{invited['id']}/grant", {})
        return {"email": email, "password": PASSWORD}


@dataclass
class Officer:
    """A board in a browser, and every entry that its socket has carried."""

    page: Page
    entries: list[int] = field(default_factory=list)

    def heard(self, frame: str | bytes) -> None:
        self.entries.append(int(json.loads(frame)["seq"]))

    @property
    def is_live(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.dataset.live === 'true'"))

    @property
    def cards(self) -> int:
        return int(self.page.locator("#count-open").inner_text() or 0)


def officer(desk: Desk, demo: Demo, staff: dict[str, str], language: str = "en") -> Officer:
    """Somebody who opens the board and signs in, with the keyboard alone."""
    page = desk.open(demo.server, language=language)
    at_work = Officer(page)
    page.on("websocket", lambda socket: socket.on("framereceived", at_work.heard))
    page.locator("#email").focus()
    page.keyboard.type(staff["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(staff["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-live=true]")
    return at_work


def tab_to(page: Page, selector: str) -> None:
    """With the keyboard alone, as far as it takes."""
    for _ in range(20):
        if page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not lead to {selector}")


def press_everywhere(demo: Demo, number: int) -> list[str]:
    """So many people on one square, each ten metres from the next, raise an alert at once."""
    lat, lon = SQUARE
    half = number / 2
    return [
        demo.press(
            device,
            position={
                "lat": round(lat + (device - half) * 0.0001, 6),
                "lon": lon,
                "accuracy_m": 12,
                "source": "gps",
                "at": datetime.now(UTC).isoformat(),
            },
        )
        for device in range(number)
    ]
