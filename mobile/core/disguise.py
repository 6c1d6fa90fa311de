"""The calculator in front: a code and = opens what is behind it, a held = calls for help.

Nothing on it ever shows that either is there. A wrong code is a number.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import Final

from mobile.core import calculator
from mobile.core.calculator import Sum
from mobile.core.codes import is_code
from mobile.core.door import Door
from mobile.core.hold import Pace
from mobile.core.press import Hold
from mobile.core.vault import Hot

G: Final = 9.81
JOLT: Final = 2.2 * G  # walking and running stay below 2 g, a phone flicked by the wrist does not
JOLTS: Final = 2
WITHIN_S: Final = 0.6
APART_S: Final = 0.1  # one flick is felt in several samples


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatorView:
    """`is_broken`: divided by zero; what to say then is the language's."""

    sum: Sum
    is_broken: bool


BLANK: Final = CalculatorView(sum=calculator.BLANK, is_broken=False)


class CalculatorPresenter:
    """Of the calculator. `enter` opens what is behind it; `raise_alert` calls for help."""

    def __init__(
        self,
        *,
        hot: Hot,
        door: Door,
        ticks: Callable[[], float],
        raise_alert: Callable[[], None],
        enter: Callable[[], None],
        show: Callable[[CalculatorView], None],
    ) -> None:
        self.hot = hot
        self._door = door
        self._ticks = ticks
        self._raise_alert = raise_alert
        self._enter = enter
        self._show = show
        self._sum = calculator.BLANK
        self._digits = ""
        self._hold: Hold | None = None
        self._pace = Pace()

    def on_open(self) -> None:
        """It comes back as if it had just been started."""
        self._sum, self._digits, self._hold = calculator.BLANK, "", None
        self._say()

    def on_key(self, key: str) -> None:
        # Apart from the sum, which drops a leading zero.
        self._digits = self._digits + key if key.isdecimal() else ""
        self._sum = calculator.pressed(self._sum, key)
        self._say()

    def on_equals_touch(self) -> None:
        self._hold = Hold(self._ticks(), self.hot.hold_s)

    def on_equals_release(self) -> None:
        """A hold that was long enough has raised the alert; a short one is a key like any other."""
        self._raise_if_held()  # a slow frame must not cost a hold that was long enough
        held, self._hold = self._hold, None
        if held is None:
            return
        code, self._digits = "" if self._sum.pending else self._digits, ""
        self._sum = calculator.pressed(self._sum, "=")
        self._say()
        if is_code(code) and self.hot.has_code:
            self._door.enter(code, self._on_answer)

    def let_go(self) -> None:
        """The window has lost sight of the finger: nothing comes of this hold."""
        self._hold = None

    def on_tick(self) -> None:
        """Called many times a second, before the touches since the last call are heard."""
        self._pace.turn(self._ticks())
        self._raise_if_held()

    def _raise_if_held(self) -> None:
        if self._hold and self._hold.is_full(self._pace.held_until(self._ticks())):
            self._hold = None
            if self.hot.is_paired:
                self._raise_alert()

    def _on_answer(self, is_open: bool) -> None:
        if is_open:
            self._enter()

    def _say(self) -> None:
        self._show(CalculatorView(sum=self._sum, is_broken=self._sum.is_broken))


class Flick:
    """Two sharp turns of the wrist close what is open. Fed with m/s² and when they were felt."""

    def __init__(self) -> None:
        self._jolts: deque[float] = deque(maxlen=JOLTS)

    def felt(self, at: float, x: float, y: float, z: float) -> bool:
        """True once, with the sample that completes it."""
        if hypot(x, y, z) < JOLT or (self._jolts and at - self._jolts[-1] < APART_S):
            return False
        self._jolts.append(at)
        if len(self._jolts) < JOLTS or at - self._jolts[0] > WITHIN_S:
            return False
        self._jolts.clear()
        return True
