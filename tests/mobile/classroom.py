"""What the tests of the set-up are made of: pages around a phone, a server that answers at once."""

from collections.abc import Callable
from typing import Any

from mobile.core.pages import MAIN, Around, Asked, Page, Typed
from mobile.core.vault import Hot
from shared import wire
from tests.mobile.people import hot


def standing(*agreed: bool) -> bytes:
    contacts = [
        wire.ContactStanding(
            label=f"contact {place}",
            consent="agreed" if yes else "asked",
            reach="mobile",
            reachable=yes,
            opted_out=False,
        )
        for place, yes in enumerate(agreed, 1)
    ]
    return wire.encode(wire.Standing(contacts=contacts))


class Classroom:
    """Plays the app around pages: `answers` by path, what was `asked`, which pages are `done`."""

    def __init__(self, **fields: Any) -> None:
        self.hot = hot("https://help.example.org", **fields)
        self.answers: dict[str, Asked] = {
            "/v1/profile/standing": (200, standing()),
            "/v1/profile": (200, standing()),
        }
        self.asked: list[tuple[str, str, bytes]] = []
        self.waiting: list[Callable[[], None]] | None = None
        self.done: list[tuple[str, ...]] = []
        self.changes = 0
        self.around = Around(
            hot=lambda: self.hot,
            keep=self._keep,
            ask=self._ask,
            aside=self._aside,
            changed=self._changed,
            done=lambda *also: self.done.append(also),
        )

    def on_line(self) -> None:
        """From now on work beside the window waits until `finish`."""
        self.waiting = []

    def finish(self) -> None:
        for work in self.waiting or []:
            work()
        self.waiting = None

    def _keep(self, changed: Hot) -> None:
        self.hot = changed

    def _changed(self) -> None:
        self.changes += 1

    def _ask(self, _: str, __: str | None, method: str, path: str, body: bytes | None) -> Asked:
        self.asked.append((method, path, body or b""))
        return self.answers[path]

    def _aside(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self.waiting is None:
            done(work())
        else:
            self.waiting.append(lambda: done(work()))


def type_code(page: Page, code: str, typed: Typed | None = None) -> None:
    for digit in code:
        page.on_digit(digit)
    page.on_action(MAIN, typed or {})
