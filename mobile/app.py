"""The window: builds the screens, hands out presenters, and is where threads cross."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager

from mobile.core import press
from mobile.core.device import Device
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pairing import PairPresenter
from mobile.core.presenter import Presenter
from mobile.core.settings import SettingsPresenter
from mobile.core.stop import StopPresenter
from mobile.core.vault import Hot, Vault
from mobile.device.link import Answer, InternetLink, post
from mobile.guard import Guard
from mobile.views.pair import PairScreen
from mobile.views.parts import Room
from mobile.views.press import PressScreen
from mobile.views.settings import SettingsScreen
from mobile.views.stop import StopScreen
from mobile.views.theme import color
from shared import clock, wire

FRAME_S = 1 / 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the app is put together from; a test puts others in."""

    vault: Vault
    hot: Hot
    outbox: Path
    device: Device
    clock: clock.Clock
    hold_s: float = press.HOLD_S


def on_ui(call: Callable[..., None]) -> Callable[..., None]:
    """The same call, made by the window's thread."""
    return lambda *values: Clock.schedule_once(lambda _dt: call(*values))


class CandlewireApp(App):  # type: ignore[misc]
    title = "Candlewire"

    def __init__(self, parts: Parts, **properties: Any) -> None:
        super().__init__(**properties)
        self._parts = parts
        self._outbox = Outbox(parts.outbox, parts.hot.outbox_key)
        self._hot = parts.hot
        self._guard: Guard | None = None

    def build(self) -> ScreenManager:
        Window.clearcolor = color("NIGHT")
        self._screens = ScreenManager(transition=NoTransition())
        rooms = PressScreen(name="press"), StopScreen(name="stop"), PairScreen(name="pair")
        self._hand_out_presenters(*rooms, SettingsScreen(name="settings"))
        self._use(self._parts.hot)
        self._go_home()
        self._ticking = Clock.schedule_interval(self._tick, FRAME_S)
        return self._screens

    def on_stop(self) -> None:
        self._ticking.cancel()
        if self._guard:
            self._guard.stop()
        self._outbox.close()

    def _hand_out_presenters(
        self, press_room: Room, stop_room: Room, pair_room: Room, settings_room: Room
    ) -> None:
        parts = self._parts
        press_room.presenter = self._press_presenter = Presenter(
            hot=parts.hot,
            outbox=self._outbox,
            device=parts.device,
            clock=parts.clock,
            ticks=time.monotonic,
            send=self._wake,
            carry=self._carry,
            show=press_room.show,
            hold_s=parts.hold_s,
        )
        stop_room.presenter = self._stop_presenter = StopPresenter(
            outbox=self._outbox,
            clock=parts.clock,
            ticks=time.monotonic,
            send=self._wake,
            show=stop_room.show,
            leave=self._go_home,
        )
        pair_room.presenter = self._pair_presenter = PairPresenter(
            hot=parts.hot, ask=self._ask, keep=self._move_in, show=pair_room.show
        )
        settings_room.presenter = self._settings_presenter = SettingsPresenter(
            hot=parts.hot, save=self._save, leave=self._go_home, show=settings_room.show
        )
        for room in (press_room, stop_room, pair_room, settings_room):
            self._screens.add_widget(room)

    def _tick(self, _dt: float) -> None:
        self._press_presenter.on_tick()
        if self._screens.current == "stop":
            self._stop_presenter.on_tick()

    def _go_home(self) -> None:
        self._screens.current = "press" if self._hot.is_paired else "pair"

    def _use(self, hot: Hot) -> None:
        """One phone, one state: every part of the app learns of a change here."""
        had_guard_for = self._guard and (self._hot.token, self._hot.servers)
        self._hot = hot
        for presenter in (self._press_presenter, self._pair_presenter, self._settings_presenter):
            presenter.hot = hot
        for room in self._screens.screens:
            room.locale = hot.locale
        if hot.is_paired and had_guard_for != (hot.token, hot.servers):
            on_ui(self._start_guard)()  # after the next frame: the button comes first

    def _save(self, hot: Hot) -> None:
        self._parts.vault.save(hot)
        self._use(hot)

    def _move_in(self, hot: Hot) -> None:
        self._save(hot)
        self._go_home()

    def _start_guard(self) -> None:
        if self._guard:
            self._guard.stop()
        parts = self._parts
        self._guard = Guard(
            hot=self._hot,
            outbox=parts.outbox,
            device=parts.device,
            link=InternetLink(),
            clock=parts.clock,
        )
        self._guard.start()

    def _wake(self) -> None:
        if self._guard:
            self._guard.wake()

    def _carry(self, kept: KeptPress) -> None:
        if self._guard:
            self._guard.carry(kept)

    def _ask(self, server: str, introduction: wire.Pairing) -> None:
        answered = on_ui(self._pair_presenter.on_answer)

        def asking() -> None:
            match post(server, None, "POST", "/v1/pairings", wire.encode(introduction)):
                case Answer(status, body):
                    answered(status, body)
                case _:
                    answered(None, b"")

        threading.Thread(target=asking, name="pairing", daemon=True).start()
