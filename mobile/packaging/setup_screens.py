"""The pages of the set-up and the lesson in the states that are worth a picture."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from mobile.core.contacts import ADD
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pages import BLANK, MAIN, PageView
from mobile.core.pairing import NOT_NOW
from mobile.core.private import PrivateVault
from mobile.core.setup import SETUP
from mobile.core.vault import Hot, Vault
from mobile.device.desktop import DesktopDevice, FileKey
from shared import wire
from shared.crypto import Cost
from shared.wire import Obstacle

NOW = datetime(2026, 3, 8, 14, 2, tzinfo=UTC)
LINK = "candlewire://pair?server=https://alerts.example.org&code=right-code"
CHEAP = Cost(1, 8 * 1024 * 1024)
EVERYTHING: frozenset[Obstacle] = frozenset(
    {"location", "background_location", "notifications", "battery_saver", "updated"}
)
CONTACT = {
    "me": "Amina",
    "name": "Ben",
    "number": "+12025550143",
    "known_as": "Amina",
    "word": "",
    "pin": "",
}
STANDING = wire.Standing(
    contacts=[
        wire.ContactStanding(
            label=f"contact {place}",
            consent="agreed" if place < 3 else "asked",
            reach="mobile",
            reachable=place < 3,
            opted_out=False,
        )
        for place in (1, 2, 3)
    ]
)


class Blocked(DesktopDevice):
    def obstacles(self) -> frozenset[Obstacle]:
        return EVERYTHING


class StillClock:
    def now(self) -> datetime:
        return NOW


class Stage:
    """A set-up without a server and without threads: whoever asks gets the standing above."""

    def __init__(self, folder: Path, locale: wire.Locale) -> None:
        from mobile.core.door import Door
        from mobile.offer import Offer
        from mobile.setup_rooms import SetupRooms

        self.hot = Hot(
            locale=locale, token=bytes(32), servers=("https://x.example",), outbox_key=bytes(32)
        )
        self.view = BLANK
        self.ticks = 60.0
        self.outbox = Outbox(folder / f"setup-{locale}", bytes(32))
        key = FileKey(folder / "keys" / "setup")
        private = PrivateVault(folder / f"private-{locale}", key, cost=CHEAP)
        offer = Offer(
            hot=lambda: self.hot,
            save=self._save,
            vault=Vault(folder / "vault", key),
            private=private,
            door=Door(private, ticks=lambda: 0.0, aside=self._aside),
            outbox=self.outbox,
            device=Blocked(key_path=folder / "keys" / "setup", clock=StillClock()),
            clock=StillClock(),
            hold_s=None,
            feels_motion=True,
            aside=self._aside,
            ask=lambda *_: (200, wire.encode(STANDING)),
            wake=lambda: None,
            carry=lambda _kept: None,
            raise_drill=self._raise_drill,
            go=lambda _room: None,
            go_home=lambda: None,
            go_back=lambda: None,
            hide=lambda: None,
        )
        self.rooms = SetupRooms(offer, self._show, self._show, ticks=lambda: self.ticks)
        self.setup = self.rooms.setup

    def tap(self, gap: float) -> None:
        self.ticks += gap
        self.setup.on_touch()

    def _save(self, hot: Hot) -> None:
        self.hot = hot

    def _show(self, view: PageView) -> None:
        self.view = view

    def _aside(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        done(work())

    def _raise_drill(self) -> None:
        from mobile.packaging.screens import alert, incident

        pressed = msgspec.structs.replace(alert(), kind="drill")
        self.outbox.keep(KeptPress(alert=pressed))
        self.outbox.settle([pressed.id], incident("open", notified=2, acknowledged=0))


def type_code(stage: Stage, code: str) -> None:
    for digit in code:
        stage.setup.on_digit(digit)
    stage.setup.on_action(MAIN, {})


def states(stage: Stage) -> Iterator[str]:
    """Goes through the pages; at each name the stage's view is what is to be drawn."""
    setup = stage.setup
    for page in SETUP:
        setup.turn_to(page)
        yield page
        if page == "pair":
            setup.on_action("by_hand", {})
            yield "pair-by-hand"
            stage.rooms.pair(LINK)
            yield "pair-asked"
            setup.on_action(NOT_NOW, {})
        if page == "contacts":
            setup.on_action(ADD, CONTACT)
            yield "contacts-listed"
        if page == "codes":
            type_code(stage, "2580")
            yield "codes-again"
        if page == "triggers":
            for gap in (0.0, 0.6, 0.6):
                stage.tap(gap)
            yield "triggers-armed"
            for gap in (1.8, 0.6):
                stage.tap(gap)
            yield "triggers-tapped"
        if page == "stop":
            for code in ("2580", "6391"):
                type_code(stage, code)
            yield "stop-alike"
        if page == "drill":
            setup.on_action(MAIN, {})
            yield "drill-under-way"
    stage.rooms.remembered.finish(frozenset({"limits", "pair", "hold"}), NOW)
    stage.rooms.lesson.on_open()
    yield "lesson"


def setup_rooms(folder: Path, locale: wire.Locale) -> Iterator[tuple[str, Any]]:
    from mobile.views.setup import SetupScreen

    stage = Stage(folder, locale)
    room = SetupScreen(locale=locale)
    for name in states(stage):
        room.show(stage.view)
        yield f"setup-{name}", room
    stage.outbox.close()
