"""A phone with a code for what is private, in a pocket of its own: its door, and what was done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mobile.core.disguise import CalculatorPresenter
from mobile.core.door import Door
from mobile.core.private import Named, Private, PrivateVault
from mobile.core.unlock import UnlockPresenter
from mobile.device.desktop import FileKey
from shared.crypto import Cost
from tests.mobile.people import hot

CODE, DURESS = "039164", "604817"
KNOWN = Private(contacts=(Named("a1", "Mother"),))


def at_once(work: Callable[[], Any], done: Callable[[Any], None]) -> None:
    done(work())


@dataclass
class Pocket:
    """A phone with a code, its door, and what was done with it."""

    folder: Path
    wipe_after: int = 0
    ticks: float = 1000.0
    shown: list[Any] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = FileKey(self.folder / "keys" / "key")
        self.private = PrivateVault(self.folder / "private", self.key, cost=Cost(1, 8192))
        if not self.private.exists:
            self.private.make(KNOWN, CODE, DURESS)
        self.door = Door(
            self.private,
            ticks=lambda: self.ticks,
            aside=at_once,
            wipe_after=lambda: self.wipe_after,
        )

    def calculator(self, **fields: Any) -> CalculatorPresenter:
        known = {"has_code": True, "is_disguised": True, "hold_s": 1.8} | fields
        return CalculatorPresenter(
            hot=hot("https://help.example", **known),
            door=self.door,
            ticks=lambda: self.ticks,
            raise_alert=lambda: self.done.append("alert"),
            enter=lambda: self.done.append("enter"),
            show=self.shown.append,
        )

    def keypad(self) -> UnlockPresenter:
        presenter = UnlockPresenter(
            door=self.door,
            show=self.shown.append,
            enter=lambda: self.done.append("enter"),
            leave=lambda: self.done.append("leave"),
        )
        presenter.on_open()
        return presenter

    @property
    def view(self) -> Any:
        return self.shown[-1]
