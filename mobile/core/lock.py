"""The set-up's page for the app's own code, and for the one to be given under force."""

from collections.abc import Callable
from typing import Final

from mobile.core.codes import UNLOCK_DIGITS, weakness
from mobile.core.looks import Words
from mobile.core.pages import (
    MAIN,
    Action,
    Around,
    Keypad,
    KeypadView,
    Page,
    PageView,
    Typed,
    later,
    onward,
)

WITHOUT: Final = "without"
CODE, AGAIN, DURESS, DURESS_AGAIN = range(4)
PROMPTS: Final = (
    "setup.lock.code",
    "setup.lock.again",
    "disguise.duress.code",
    "disguise.duress.again",
)


class LockPage(Page):
    """Each code twice, the second only if it is wanted; `lock` then guards the app with them."""

    def __init__(
        self, around: Around, lock: Callable[[str, str, Callable[[], None]], None]
    ) -> None:
        self._around = around
        self._lock = lock
        self.on_open()

    def on_open(self) -> None:
        self._keypad = Keypad()
        self._codes: list[str] = []
        self._note = Words()
        self._is_locking = False

    def on_digit(self, digit: str) -> None:
        self._keypad.add(digit)
        self._note = Words()
        self._around.changed()

    def on_delete(self) -> None:
        self._keypad.delete()
        self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        code = self._keypad.take()
        if name == WITHOUT:
            self._finish("")
        elif name == MAIN:
            self._take(code)
        self._around.changed()

    def _take(self, code: str) -> None:
        if len(self._codes) in (AGAIN, DURESS_AGAIN):
            if code != self._codes[-1]:
                self._codes.pop()
                self._note = Words("setup.codes.differs")
                return
        elif weak := self._weakness(code):
            self._note = Words(weak)
            return
        self._codes.append(code)
        if len(self._codes) == len(PROMPTS):
            self._finish(code)

    def _weakness(self, code: str) -> str | None:
        others = self._codes[:1]
        return weakness(code, others, least=UNLOCK_DIGITS, twin=others[0] if others else "")

    def _finish(self, duress: str) -> None:
        self._is_locking = True
        self._lock(self._codes[CODE], duress, self._on_locked)

    def _on_locked(self) -> None:
        self.on_open()
        self._around.done()

    def view(self) -> PageView:
        at = min(len(self._codes), DURESS_AGAIN)
        prompt = Words(PROMPTS[at])
        typed = self._keypad.view(prompt).typed
        ready = typed >= UNLOCK_DIGITS and not self._is_locking
        without = Action(WITHOUT, Words("disguise.duress.without"), is_ready=not self._is_locking)
        return PageView(
            title=Words("setup.lock.title"),
            why=Words("setup.lock.why" if at < DURESS else "disguise.duress.why"),
            keypad=KeypadView(prompt=prompt, typed=typed, can_send=ready),
            note=self._note,
            actions=(onward(is_ready=ready), later() if at < DURESS else without),
        )
