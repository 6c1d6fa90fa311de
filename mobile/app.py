"""The window: what the rooms share, who sends, and where threads cross."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from mobile.core.device import Device
from mobile.core.disguise import Flick
from mobile.core.door import Door
from mobile.core.outbox import KeptPress, Outbox
from mobile.core.pages import Asked, Method
from mobile.core.private import PrivateVault
from mobile.core.vault import Hot, Vault
from mobile.navigation import PRIVATE, Rooms
from mobile.offer import Offer
from mobile.rooms import House
from mobile.views.theme import color
from shared import clock, texts

FRAME_S = 1 / 60  # a hold that is over waits for the next one
BACK_KEY = 27  # escape; what Android sends for its back button


class Sender(Protocol):
    """Sends what is kept: the guard itself, or the window's hold on one in another process."""

    hot: Hot

    def start(self) -> None: ...
    def wake(self) -> None: ...
    def carry(self, entry: KeptPress, /) -> None: ...
    def stop(self) -> None: ...


class Motion(Protocol):
    """An accelerometer."""

    def listen(self, listens: bool, /) -> None: ...

    def shakes(self) -> Iterable[tuple[float, float, float, float]]:
        """Samples since the last call: seconds, and m/s² along three axes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the app is put together from; a test puts others in."""

    vault: Vault
    hot: Hot
    outbox: Path
    device: Device
    clock: clock.Clock
    hold_s: float | None = None  # a test does not hold for two seconds
    private: PrivateVault | None = None  # beside the outbox, where nobody says otherwise
    guard: Callable[[Hot], Sender] | None = None  # a thread of this process, likewise
    link: Callable[[], str] = str  # a pairing code that the app was opened with, or nothing
    motion: Motion | None = None  # a desktop has none


def on_ui(call: Callable[..., None]) -> Callable[..., None]:
    """The same call, made by the window's thread."""
    return lambda *values: Clock.schedule_once(lambda _dt: call(*values))


def ask(server: str, bearer: str | None, method: Method, path: str, body: bytes | None) -> Asked:
    """One request to the server, on the calling thread."""
    from mobile.device.link import Answer, post  # not before it is needed: the button comes first

    match post(server, bearer, method, path, body):
        case Answer(status, answer):
            return status, answer
        case _:
            return None, b""


class CandlewireApp(App):  # type: ignore[misc]
    def __init__(self, parts: Parts, **properties: Any) -> None:
        super().__init__(**properties)
        self._parts = parts
        self._outbox = Outbox(parts.outbox, parts.hot.outbox_key)
        self._hot = parts.hot
        self._guard: Sender | None = None
        self._is_over = False
        self._flick = Flick()
        self._private = parts.private or PrivateVault(
            parts.outbox.with_name("private"), parts.device.key
        )
        self._door = Door(
            self._private,
            ticks=time.monotonic,
            aside=self._aside,
            wipe_after=lambda: self._hot.wipe_after,
        )

    def build(self) -> Rooms:
        Window.clearcolor = color("NIGHT")
        Window.bind(on_keyboard=self._on_key)
        self._screens = Rooms(self._may_enter)
        self._house = House(self._screens, self._offer())
        self._use(self._parts.hot)
        self._go_home()
        self._soon(lambda: self._house.press)
        self._ticking = Clock.schedule_interval(self._tick, FRAME_S)
        return self._screens

    def on_pause(self) -> bool:
        """Whoever takes the phone from here on finds the button, or the calculator.

        A finger's leaving is heard of after the pause, too late for a hold.
        """
        self._house.let_go()
        if self._parts.motion:
            self._parts.motion.listen(False)
        if self._hot.has_code:
            self._shut()
        return True

    def on_start(self) -> None:
        self.on_resume()

    def on_resume(self) -> None:
        if self._parts.motion:
            self._parts.motion.listen(True)
        if text := self._parts.link():
            self.open_link(text)

    def on_stop(self) -> None:
        self._is_over = True
        self._ticking.cancel()
        Window.unbind(on_keyboard=self._on_key)
        if self._guard:
            self._guard.stop()
        self._outbox.close()

    def open_link(self, text: str) -> None:
        """The text of a pairing code, from the camera or another app: asked about on its page.

        A calculator answers to none: it would show whoever sends one what is behind it.
        """
        if not self._hot.is_paired and not self._is_hidden:
            self._screens.current = "setup"
            self._house.setup.pair(text)

    def _offer(self) -> Offer:
        parts = self._parts
        return Offer(
            hot=lambda: self._hot,
            save=self._save,
            vault=parts.vault,
            private=self._private,
            door=self._door,
            outbox=self._outbox,
            device=parts.device,
            clock=parts.clock,
            hold_s=parts.hold_s,
            feels_motion=parts.motion is not None,
            aside=self._aside,
            ask=ask,
            wake=self._wake,
            carry=self._carry,
            raise_drill=lambda: self._house.press.raise_alert("drill"),
            go=self._go,
            go_home=self._go_home,
            go_back=self._go_back,
            hide=self._hide,
        )

    def _tick(self, _dt: float) -> None:
        self._house.tick()
        for sample in self._parts.motion.shakes() if self._parts.motion else ():
            is_taken = self._house.feel(*sample)
            if not is_taken and self._flick.felt(*sample) and self._hot.is_disguised:
                self._hide()

    def _on_key(self, _window: object, key: int, *_: object) -> bool:
        """Back: out of sight where there is a disguise, else one room back."""
        if key != BACK_KEY:
            return False
        if self._hot.is_disguised:
            self._hide()
            return True
        back = getattr(self._screens.current_screen.presenter, "on_back", None)
        if back is None:
            return False  # from the press screen: the system puts the app away
        back()
        return True

    def _go(self, room: str) -> None:
        self._screens.current = room

    @property
    def _is_hidden(self) -> bool:
        return self._hot.is_disguised and self._hot.has_code and not self._door.is_open

    def _go_home(self) -> None:
        if self._is_hidden:
            self._go("calculator")
        else:
            self._go("press" if self._hot.is_paired else "setup")

    def _go_back(self) -> None:
        self._go(self._screens.came_from or "press")

    def _hide(self) -> None:
        self._shut()
        self._go("calculator")

    def _shut(self) -> None:
        """What was typed is gone, and what is private wants its code again."""
        self._door.shut()
        self._house.forget()
        if self._screens.current in PRIVATE or self._hot.is_disguised:
            self._go_home()

    def _may_enter(self) -> bool:
        """Where no code was set, the door opens by itself, while the room is already there."""
        if self._door.is_open or self._hot.has_code:
            return self._door.is_open
        self._door.enter("", self._on_no_code)
        return True

    def _on_no_code(self, is_open: bool) -> None:
        if is_open:
            self._house.flush()
        elif not self._door.is_busy:
            # The app was killed between setting a code and writing down that there is one.
            self._save(msgspec.structs.replace(self._hot, has_code=True))
            self._shut()

    def _use(self, hot: Hot) -> None:
        had_guard_for = self._guard and (self._hot.token, self._hot.servers)
        self._hot = hot
        self.title = texts.say("disguise.name", hot.locale)  # what a task list shows
        self._house.use(hot)
        if had_guard_for == (hot.token, hot.servers) and self._guard:
            self._guard.hot = hot
        elif hot.is_paired or self._guard:
            self._soon(self._start_guard)

    def _save(self, hot: Hot) -> None:
        self._parts.vault.save(hot)
        self._use(hot)

    def _start_guard(self) -> None:
        if self._guard:
            self._guard.stop()
            self._guard = None
        if not self._hot.is_paired:
            return
        self._guard = (self._parts.guard or self._own_guard)(self._hot)
        self._guard.start()

    def _own_guard(self, hot: Hot) -> Sender:
        from mobile.device.link import InternetLink
        from mobile.guard import Guard

        parts = self._parts
        return Guard(
            hot=hot,
            outbox=parts.outbox,
            device=parts.device,
            link=InternetLink(),
            clock=parts.clock,
        )

    def _wake(self) -> None:
        if self._guard:
            self._guard.wake()

    def _carry(self, kept: KeptPress) -> None:
        if self._guard:
            self._guard.carry(kept)

    def _soon(self, call: Callable[[], object]) -> None:
        """Behind the next picture: the clock's next turn comes before it, the one after behind."""

        def unless_over() -> None:
            if not self._is_over:
                call()

        on_ui(on_ui(unless_over))()

    def _aside(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """What would hold up a frame: the code's stretching, a request."""
        finished = on_ui(lambda result: None if self._is_over else done(result))
        threading.Thread(target=lambda: finished(work()), name="aside", daemon=True).start()
