"""The keypad before what is private: the true and the duress code take the same way through it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mobile.core.codes import LONGEST, STOP_DIGITS
from mobile.core.door import Door
from mobile.core.looks import Words

NOTHING: Final = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockView:
    typed: int
    note: Words
    can_type: bool
    can_send: bool


BLANK: Final = UnlockView(typed=0, note=NOTHING, can_type=True, can_send=False)


class UnlockPresenter:
    """Of the unlock screen: `enter` goes on to what was asked for, `leave` back."""

    def __init__(
        self,
        *,
        door: Door,
        show: Callable[[UnlockView], None],
        enter: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        self._door = door
        self._show = show
        self._enter = enter
        self._leave = leave
        self._code = ""
        self._note = NOTHING
        self._view: UnlockView | None = None

    def on_open(self) -> None:
        self._code, self._note, self._view = "", NOTHING, None
        self.on_tick()

    def on_back(self) -> None:
        self._code = ""
        self._door.shut()  # a code that is still being tried opens nothing behind their back
        self._leave()

    def on_digit(self, digit: str) -> None:
        if self._said().can_type and len(self._code) < LONGEST:
            self._code += digit
            self._note = NOTHING
        self.on_tick()

    def on_delete(self) -> None:
        self._code = self._code[:-1]
        self.on_tick()

    def on_send(self) -> None:
        if self._said().can_send:
            code, self._code = self._code, ""
            self._note = Words("disguise.unlock.checking")
            self._door.enter(code, self._on_answer)
        self.on_tick()

    def on_tick(self) -> None:
        view = self._said()
        if view != self._view:
            self._view = view
            self._show(view)

    def _on_answer(self, is_open: bool) -> None:
        self._note = NOTHING if is_open else Words("disguise.unlock.wrong")
        self.on_tick()
        if is_open:
            self._enter()

    def _said(self) -> UnlockView:
        wait = self._door.wait()
        rests = Words("disguise.unlock.rests", (("seconds", f"{int(wait) + 1}"),))
        ready = not wait and not self._door.is_busy
        return UnlockView(
            typed=len(self._code),
            note=rests if wait and not self._door.is_busy else self._note,
            can_type=ready,
            can_send=ready and len(self._code) >= STOP_DIGITS,
        )
