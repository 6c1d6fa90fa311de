"""What happens in the pictures: presses, answers and an officer's work, over the public doors."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

from tests.end_to_end.demo import Demo, soon

DAKAR = (14.6937, -17.4441)
BAMAKO = (12.6392, -8.0029)
ABIDJAN = (5.3599, -4.0083)
LAGOS = (6.5244, 3.3792)
NOUAKCHOTT = (18.0735, -15.9582)
NIAMEY = (13.5116, 2.1254)


class Story:
    """Speaks to a demo as its phones, contacts and staff do."""

    def __init__(self, running: Demo) -> None:
        self._running = running
        self._devices: list[dict[str, Any]] = running.ready["devices"]
        self._staff = build_opener(HTTPCookieProcessor())

    def texts(self) -> list[dict[str, Any]]:
        return self._running.texts()

    def press(
        self, device: int, lat: float, lon: float, accuracy_m: float, *, battery: float, **more: Any
    ) -> str:
        """The incident's id."""
        now = datetime.now(UTC).isoformat()
        place = {"lat": lat, "lon": lon, "accuracy_m": accuracy_m, "source": "gps", "at": now}
        alert: dict[str, Any] = {
            "id": str(uuid4()),
            "kind": "alert",
            "pressed_at": now,
            "trigger": "button",
        }
        alert |= {"position": place, "battery": battery} | more
        token = {"Authorization": f"Bearer {self._devices[device]['token']}"}
        return str(self._post("/v1/alerts", alert, token)["incident_id"])

    def answer(self, phone: str, words: str) -> None:
        mine = soon(lambda: self._running.texts(phone))
        self._running.reply(phone, mine[0]["from"], words)

    def afternoon(self) -> None:
        """Six people: the newest has been pressed and answered, and waits for the office."""
        self._post("/v1/session", self._running.ready["staff"])
        taken = self.press(1, *BAMAKO, 40, battery=0.61)
        claimed = self.press(2, *ABIDJAN, 18, battery=0.33)
        self.press(3, *LAGOS, 30, battery=0.74, kind="drill")
        self._answered(1, 2)
        self._answered(2)
        self._act(taken, "acknowledge", {})
        self._act(taken, "notes", {"text": "Lawyer is on her way to the station."})
        self._act(claimed, "acknowledge", {})
        self._stop(2, claimed, "stop_code")
        self.press(4, *NIAMEY, 120, battery=0.12)
        forced = self.press(5, *NOUAKCHOTT, 60, battery=0.47)
        self._stop(5, forced, "duress_code")
        self.press(0, *DAKAR, 25, battery=0.18, note="Two cars outside.")
        self._answered(0)
        soon(lambda: len(self.texts()) >= 20)

    def _answered(self, device: int, contact: int = 0) -> None:
        self.answer(self._devices[device]["contacts"][contact]["phone"], "1")

    def _stop(self, device: int, incident: str, code: str) -> None:
        token = {"Authorization": f"Bearer {self._devices[device]['token']}"}
        words = {"code": self._devices[device][code]}
        self._post(f"/v1/incidents/{incident}/stop", words, token)

    def _act(self, incident: str, action: str, body: dict[str, Any]) -> None:
        self._post(f"/v1/incidents/{incident}/{action}", body)

    def _post(
        self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request = Request(self._running.server + path, json.dumps(body).encode(), method="POST")
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            request.add_header(name, value)
        with self._staff.open(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found
