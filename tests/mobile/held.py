"""A phone in a hand: its presenters over a real outbox, and a clock to move."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mobile.core.answers import Moved, Stored
from mobile.core.looks import LOOK, PressView
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.presenter import Presenter
from mobile.core.press import Phase
from mobile.core.record import record
from mobile.core.stop import StopPresenter, StopView
from shared import wire
from tests.mobile.people import MovableClock, PocketDevice, accepted, hot, progress

KEY = bytes(32)
TURN_S = 0.25  # a slow window's


@dataclass
class Phone:
    """A phone whose time the test moves and whose guard the test plays."""

    folder: Path
    clock: MovableClock
    device: PocketDevice
    window: Outbox
    guard: Outbox
    time: float = 0.0
    sent: int = 0
    carried: list[KeptPress] = field(default_factory=list)
    views: list[PressView] = field(default_factory=list)
    pads: list[StopView] = field(default_factory=list)
    left: int = 0

    def __post_init__(self) -> None:
        self.presenter = Presenter(
            hot=hot("https://a.example", countdown_s=5),
            outbox=self.window,
            device=self.device,
            clock=self.clock,
            ticks=lambda: self.time,
            send=self._send,
            carry=self.carried.append,
            show=self.views.append,
        )
        self.keypad = StopPresenter(
            outbox=self.window,
            clock=self.clock,
            ticks=lambda: self.time,
            send=self._send,
            show=self.pads.append,
            leave=self._leave,
        )
        self.presenter.on_tick()

    def _send(self) -> None:
        self.sent += 1

    def _leave(self) -> None:
        self.left += 1

    @property
    def view(self) -> PressView:
        return self.views[-1]

    def use(self, **fields: Any) -> None:
        self.presenter.hot = msgspec.structs.replace(self.presenter.hot, **fields)
        self.presenter.on_tick()

    def forward(self, seconds: float) -> None:
        self.time += seconds
        self.clock.forward(seconds=seconds)
        self.presenter.on_tick()
        self.keypad.on_tick()

    def hold(self, seconds: float) -> None:
        self.presenter.on_touch()
        self.stay(seconds)
        self.presenter.on_release()

    def stay(self, seconds: float) -> None:
        """Time turn by turn, as a finger that lies on the button has it."""
        turns = math.ceil(seconds / TURN_S)
        for _ in range(turns):
            self.forward(seconds / turns)

    def is_stored(self) -> wire.Accepted:
        (press,) = (e for e in self.guard.waiting() if isinstance(e, KeptPress))
        taken = accepted(press.alert, countdown_s=5)
        record(self.guard, Stored(press, taken), self.clock.now())
        self.presenter.on_tick()
        return taken

    def is_told(self, taken: wire.Accepted, state: wire.State, **counts: object) -> None:
        told = progress(taken.incident_id, state, **counts)
        record(self.guard, Moved(told), self.clock.now())
        self.presenter.on_tick()

    def type_code(self, code: str) -> None:
        for digit in code:
            self.keypad.on_digit(digit)
        self.keypad.on_send()

    def says(self, phase: Phase) -> bool:
        return self.view.title.key == LOOK[phase].title
