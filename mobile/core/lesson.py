"""The practice pages without a server: how the button is held, and what a stop code shows."""

from collections.abc import Callable
from typing import Final

import msgspec

from mobile.core.codes import is_code
from mobile.core.hold import LEAST_PRACTICE, Practice, calibrated
from mobile.core.looks import LOOK, Mark, Tone, Words
from mobile.core.pages import (
    Action,
    Around,
    Fact,
    HoldView,
    Keypad,
    Page,
    PageView,
    Sight,
    Typed,
    later,
    onward,
)
from mobile.core.press import Hold, Phase
from shared import crypto

AGAIN: Final = "again"
SHOWN_S: Final = 2.0  # what the lesson's ring fills in: people are asked for two seconds
SHORTEST_PRACTICE_S: Final = 0.6  # a touch, not a hold

Verifiers = tuple[bytes, bytes]


class HoldPage(Page):
    """Three holds without looking; from then on the button takes as long as this person's do."""

    def __init__(self, around: Around, ticks: Callable[[], float]) -> None:
        self._around = around
        self._ticks = ticks
        self.on_open()

    def on_open(self) -> None:
        self._held: list[Practice] = []
        self._hold: Hold | None = None

    def on_touch(self) -> None:
        if len(self._held) < LEAST_PRACTICE:
            self._hold = Hold(self._ticks(), SHOWN_S)
            self._around.changed()

    def on_release(self, *, slipped: bool = False) -> None:
        if self._hold is None:
            return
        seconds = self._ticks() - self._hold.began
        self._hold = None
        if seconds >= SHORTEST_PRACTICE_S:
            self._held.append(Practice(seconds, slipped))
        if len(self._held) == LEAST_PRACTICE:
            hold_s = calibrated(self._held)
            self._around.keep(msgspec.structs.replace(self._around.hot(), hold_s=hold_s))
        self._around.changed()

    def on_tick(self) -> None:
        if self._hold:
            self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        if name == AGAIN:
            self.on_open()
            return self._around.changed()
        self._around.done()

    def view(self) -> PageView:
        is_over = len(self._held) == LEAST_PRACTICE
        held = tuple(
            Fact(
                Words("setup.hold.held", (("seconds", f"{one.seconds:.1f}"),)), Mark.TICK, Tone.SAFE
            )
            for one in self._held
        )
        hold_s = (("seconds", f"{self._around.hot().hold_s:g}"),)
        result = (Fact(Words("setup.hold.result", hold_s)),) if is_over else ()
        ring = self._hold.share(self._ticks()) if self._hold else 0.0
        again = Action(AGAIN, Words("setup.again"))
        return PageView(
            title=Words("setup.hold.title"),
            why=Words("setup.hold.why"),
            facts=(*held, *result),
            hold=None if is_over else HoldView(Words("app.button.hold"), ring),
            actions=(onward(), again) if is_over else (later(),),
        )


class StopPage(Page):
    """Both codes, and what somebody beside the phone reads after each: the same."""

    def __init__(self, around: Around, verifiers: Callable[[], Verifiers | None]) -> None:
        self._around = around
        self._verifiers = verifiers
        self.on_open()

    def on_open(self) -> None:
        self._keypad = Keypad()
        self._codes: list[str] = []
        self._note = Words()
        self._is_checking = False

    def on_digit(self, digit: str) -> None:
        if not self._is_checking:
            self._keypad.add(digit)
            self._note = Words()
            self._around.changed()

    def on_delete(self) -> None:
        self._keypad.delete()
        self._around.changed()

    def on_action(self, name: str, typed: Typed) -> None:
        if name == AGAIN:
            self.on_open()
            return self._around.changed()
        if self._is_over:
            return self._around.done()
        code, place, known = self._keypad.take(), len(self._codes), self._verifiers()
        self._is_checking = True
        self._around.changed()
        self._around.aside(
            lambda: crypto.code_matches(code, known[place]) if known else is_code(code),
            lambda is_right: self._on_checked(code, is_right=is_right),
        )

    def _on_checked(self, code: str, *, is_right: bool) -> None:
        self._is_checking = False
        if is_right and code not in self._codes:
            self._codes.append(code)
        else:
            self._note = Words("setup.stop.wrong")
        self._around.changed()

    @property
    def _is_over(self) -> bool:
        return len(self._codes) == 2

    def view(self) -> PageView:
        prompt = "setup.codes.duress" if self._codes else "setup.codes.stop"
        keypad = None if self._is_over else self._keypad.view(Words(prompt))
        known = self._verifiers() is not None
        said = [] if known else [Fact(Words("setup.stop.unchecked"), tone=Tone.MUTE)]
        over = [Fact(Words("setup.stop.alike"))] if self._is_over else said
        ready = keypad is None or (keypad.can_send and not self._is_checking)
        again = Action(AGAIN, Words("setup.again"))
        return PageView(
            title=Words("setup.stop.title"),
            why=Words("setup.stop.why"),
            facts=tuple(over),
            sights=tuple(sight_after(code) for code in self._codes),
            keypad=keypad,
            note=self._note,
            actions=(onward(is_ready=ready), again if self._is_over else later()),
        )


def sight_after(_code: str) -> Sight:
    """What the press screen says after a stop code, whichever it was: one table, one answer."""
    look = LOOK[Phase.CLAIMED_SAFE]
    return Sight(Words(look.title), Words(look.detail), look.tone, look.mark)
