"""Staff at the board, by the staff API: signed in over HTTP, and following over the socket."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect

from tests.support.frames import Frames
from tests.support.web import Answer, Caller


class Officer:
    """A staff member with a session. Every call that changes something must be granted."""

    def __init__(self, url: str, email: str, password: str, work: Callable[[], None]) -> None:
        self.caller = Caller(url)
        self.email = email
        self.password = password
        self._work = work
        self.id = ""
        self._browsers: list[Officer] = []

    def sign_in(self, **factor: Any) -> "Officer":
        """`factor`: `totp`, `recovery_code` or `passkey`, where there is one."""
        answer = self.tries_to_sign_in(**factor)
        self.id = answer.ok()["staff"]["id"]
        self.caller.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
        return self

    def tries_to_sign_in(self, **changes: Any) -> Answer:
        wish = {"email": self.email, "password": self.password, **changes}
        return self.caller.ask("POST", "/v1/session", wish)

    def account(self) -> dict[str, Any]:
        return self.caller.ask("GET", "/v1/account").ok()  # type: ignore[no-any-return]

    def elsewhere(self) -> "Officer":
        """The same person in another browser, not signed in."""
        browser = Officer(self.caller.url, self.email, self.password, self._work)
        self._browsers.append(browser)
        return browser

    def hang_up(self) -> None:
        for browser in (self, *self._browsers):
            browser.caller.close()

    def sign_out(self) -> None:
        self.caller.ask("DELETE", "/v1/session").ok()

    def incidents(self, query: str = "") -> list[dict[str, Any]]:
        return self.page(query)["incidents"]  # type: ignore[no-any-return]

    def page(self, query: str = "") -> dict[str, Any]:
        return self.caller.ask("GET", f"/v1/incidents{query}").ok()  # type: ignore[no-any-return]

    def incident(self, incident_id: str) -> dict[str, Any]:
        return self.caller.ask("GET", f"/v1/incidents/{incident_id}").ok()  # type: ignore[no-any-return]

    def timeline(self, incident_id: str, *kinds: str) -> list[dict[str, Any]]:
        """The entries, of these kinds where any are named."""
        entries = self.incident(incident_id)["timeline"]
        return [entry for entry in entries if not kinds or entry["kind"] in kinds]

    def take(self, incident_id: str) -> dict[str, Any]:
        return self._does(incident_id, "acknowledge", {})

    def note(self, incident_id: str, text: str) -> dict[str, Any]:
        return self._does(incident_id, "notes", {"text": text})

    def assign(self, incident_id: str, to: "Officer") -> dict[str, Any]:
        return self._does(incident_id, "assign", {"staff_id": to.id})

    def give_back(self, incident_id: str) -> dict[str, Any]:
        return self._does(incident_id, "assign", {"staff_id": None})

    def close(
        self, incident_id: str, outcome: str = "safe", reason: str = "", **more: Any
    ) -> dict[str, Any]:
        """Where the office takes two people for that, the proposal to."""
        return self._does(incident_id, "close", {"outcome": outcome, "reason": reason, **more})

    def confirm_close(self, incident_id: str) -> dict[str, Any]:
        """Confirms the proposal that this officer sees."""
        return self._does(incident_id, "close/confirm", {"proposal": self.proposal(incident_id)})

    def refuse_close(self, incident_id: str, reason: str = "") -> dict[str, Any]:
        answer = {"proposal": self.proposal(incident_id), "reason": reason}
        return self._does(incident_id, "close/refuse", answer)

    def proposal(self, incident_id: str) -> int:
        return int(self.incident(incident_id)["proposal"]["seq"])

    def texts(self, incident_id: str, text: str, *places: int) -> dict[str, Any]:
        """An officer's own words, to contacts by their place, or to all of them."""
        return self._does(incident_id, "texts", by_hand(text, places))

    def asks_to_check(self, incident_id: str, *places: int, text: str | None = None) -> Any:
        """A welfare check."""
        return self._does(incident_id, "welfare", by_hand(text, places))

    def reopen(self, incident_id: str, reason: str = "") -> dict[str, Any]:
        return self._does(incident_id, "reopen", {"reason": reason})

    def release(self, incident_id: str) -> dict[str, Any]:
        """Contacts are to be texted now, though a duress code held the texts back."""
        return self._does(incident_id, "release", {})

    def hands_to(self, incident_id: str, office_id: str, reason: str) -> dict[str, Any] | None:
        """To another office; None where this person sees it no more."""
        wish = {"office_id": office_id, "reason": reason}
        return self._does(incident_id, "office", wish)["incident"]  # type: ignore[no-any-return]

    def tries(self, incident_id: str, action: str, body: Any) -> Answer:
        return self.caller.ask("POST", f"/v1/incidents/{incident_id}/{action}", body)

    @contextlib.contextmanager
    def board(
        self, after: int | None = None, origin: str | None = None, *, incidents: bool = False
    ) -> Iterator["Board"]:
        """The board's socket; the query as in the protocol, `origin` as of a browser's page."""
        address = self.caller.url.replace("http", "ws", 1) + "/v1/dashboard?"
        if after is not None:
            address += f"after={after}&"
        if incidents:
            address += "incidents=true"
        sent = {"Cookie": self.caller.headers.get("Cookie", "")}
        if origin is not None:
            sent["Origin"] = origin
        with connect(address, additional_headers=sent, compression=None) as socket:
            yield Board(socket)

    def _does(self, incident_id: str, action: str, body: Any) -> dict[str, Any]:
        said = self.tries(incident_id, action, body).ok()
        self._work()
        return said  # type: ignore[no-any-return]


def by_hand(text: str | None, places: Sequence[int] = ()) -> dict[str, Any]:
    """A text as the board sends it."""
    return {"id": str(uuid4()), "text": text, "to": list(places) or None}


class Board(Frames):
    """Every timeline entry that came, in the order in which it came."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)

    def shows(self, kind: str, incident_id: str = "") -> dict[str, Any]:
        """Waits for an entry of this kind."""
        return self.until(
            lambda entry: (
                entry["kind"] == kind and (not incident_id or entry["incident_id"] == incident_id)
            )
        )

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [frame for _, frame in self.seen]

    @property
    def seqs(self) -> list[int]:
        return [entry["seq"] for entry in self.entries]
