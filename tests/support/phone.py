"""An activist's phone, by the device API: what it sends, and the very bytes it gets back."""

import contextlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

from shared.clock import Clock
from tests.support.frames import Frames
from tests.support.web import Answer, Caller

DAKAR = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25.0, "source": "gps"}


@dataclass(frozen=True)
class Pressed:
    """A press that was stored."""

    id: str
    incident_id: str
    contacts: int
    release_at: datetime
    answer: Answer


class Phone:
    """`last` is the incident of its latest press: the one that stop and progress speak of."""

    def __init__(self, url: str, token: bytes, clock: Clock, work: Callable[[], None]) -> None:
        self.token = token
        self.text_token = urlsafe_b64encode(token).rstrip(b"=").decode()
        self.caller = Caller(url, Authorization=f"Bearer {self.text_token}")
        self.last = ""
        self._clock = clock
        self._work = work

    def press(
        self,
        *,
        countdown: float = 0,
        drill: bool = False,
        position: dict[str, Any] | None = DAKAR,
        **fields: Any,
    ) -> Pressed:
        """A press that must be taken; the server's jobs then do what is due."""
        body = self.press_body(countdown=countdown, drill=drill, position=position, **fields)
        answer = self.caller.ask("POST", "/v1/alerts", body)
        pressed = pressed_of(answer)
        assert answer.status == 201, answer.body
        self.last = pressed.incident_id
        self._work()
        return pressed

    def press_body(
        self,
        *,
        countdown: float = 0,
        drill: bool = False,
        position: dict[str, Any] | None = DAKAR,
        **fields: Any,
    ) -> dict[str, Any]:
        now = self._clock.now().isoformat()
        return {
            "id": str(uuid4()),
            "kind": "drill" if drill else "alert",
            "pressed_at": now,
            "countdown_s": countdown,
            "trigger": "button",
            "position": {"at": now, **position} if position else None,
            "battery": 0.18,
            "note": None,
            **fields,
        }

    def refused_press(self, *, drill: bool = False) -> Answer:
        """A press that must not be taken."""
        answer = self.caller.ask("POST", "/v1/alerts", self.press_body(drill=drill))
        assert answer.status >= 400, answer.body
        return answer

    def stop(self, code: str, incident_id: str = "") -> Answer:
        answer = self.enters(code, incident_id)
        answer.ok()
        self._work()
        return answer

    def enters(self, code: str, incident_id: str = "") -> Answer:
        """A code that may be wrong."""
        path = f"/v1/incidents/{incident_id or self.last}/stop"
        return self.caller.ask("POST", path, {"code": code})

    def progress(self, incident_id: str = "") -> dict[str, Any]:
        return self.look(incident_id).ok()  # type: ignore[no-any-return]

    def look(self, incident_id: str = "") -> Answer:
        return self.caller.ask("GET", f"/v1/incidents/{incident_id or self.last}")

    def moves(self, *fixes: dict[str, Any], incident_id: str = "") -> Answer:
        """Positions; each is taken now where it does not say when."""
        now = self._clock.now().isoformat()
        body = [{**DAKAR, "at": now, **fix} for fix in fixes]
        return self.caller.ask("POST", f"/v1/incidents/{incident_id or self.last}/positions", body)

    @contextlib.contextmanager
    def socket(self) -> Iterator["PhoneSocket"]:
        address = self.caller.url.replace("http", "ws", 1) + "/v1/phone"
        with connect(address, additional_headers=self.caller.headers, compression=None) as socket:
            yield PhoneSocket(socket)


class PhoneSocket(Frames):
    """Answers are found by their `ref`; what is pushed is kept as the bytes that came."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)
        self._asked = 0

    def ask(self, kind: str, body: Any) -> dict[str, Any]:
        self._asked += 1
        ref = f"r{self._asked}"
        self.send({"type": kind, "ref": ref, "body": body})
        return self.until(lambda frame: frame.get("ref") == ref)

    def pushed(self, **fields: Any) -> dict[str, Any]:
        """Waits for progress with these fields."""
        frame = self.until(
            lambda frame: frame["type"] == "progress" and fields.items() <= frame["body"].items()
        )
        return frame["body"]  # type: ignore[no-any-return]

    @property
    def pushes(self) -> list[bytes]:
        """Every push so far."""
        return [raw for raw, frame in self.seen if frame["type"] == "progress"]


def pressed_of(answer: Answer) -> Pressed:
    said = answer.ok()
    return Pressed(
        said["alert_id"],
        said["incident_id"],
        said["contacts"],
        datetime.fromisoformat(said["release_at"]),
        answer,
    )
