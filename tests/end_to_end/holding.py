"""A person before the phone's real window: taps, types and sees, and knows its places."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.end_to_end.demo import soon
from tests.end_to_end.screen import FOCUS_S, Screen

PHONE = (412, 915)
RUN = "import sys; from mobile.commands import phone; sys.exit(phone(sys.argv[1:]))"
ROOT = Path(__file__).parents[2]

BUTTON = (206, 385)  # of the press screen
PRACTICE = (206, 590)  # the one of the lesson
LOWER, UPPER = (206, 871), (206, 808)  # the actions of a page: the last, and the one above it
STOP = (130, 871)
HEAD = (0.0, 0.0, 1.0, 0.075)  # where a page says which one it is
BODY = (0.0, 0.08, 1.0, 0.31)  # where it says what has been done; above the digits typed
PROMPT = (0.0, 0.38, 1.0, 0.42)  # above the keys of a page with one action
STEPS = {"kept": 0.06, "stored": 0.39, "answered": 0.72}  # the left edges of the three steps
ROWS = ("123", "456", "789", " 0 ")


class Person:
    """Holds one installation of the app, which may be killed and started again."""

    def __init__(self, screen: Screen, home: Path, *arguments: str) -> None:
        self.screen = screen
        self._home = home
        self._arguments = arguments
        self._app: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KIVY", "SDL", "XDG"))},
            "DISPLAY": self.screen.display,
            "HOME": str(self._home),
        }
        folders = ["--state", str(self._home / "state"), "--keys", str(self._home / "keys")]
        place = ["--lat", "14.6937", "--lon", "-17.4441"]
        self._app = subprocess.Popen(
            [sys.executable, "-c", RUN, *folders, *place, *self._arguments],
            env=environment,
            cwd=ROOT,
        )

    def kill(self) -> None:
        """As Android does, or a hand that takes the battery out."""
        assert self._app is not None
        self._app.send_signal(signal.SIGKILL)
        self._app.wait(10)
        self._app = None

    def end(self) -> None:
        if self._app:
            self._app.terminate()
            self._app.wait(10)

    def sees(self, left: float, top: float, right: float, bottom: float, least: int = 100) -> None:
        soon(lambda: self.screen.white_in(left, top, right, bottom) > least)

    def sees_button(self) -> None:
        self.sees(0.3, 0.35, 0.7, 0.5)

    def has_reached(self, step: str) -> bool:
        """Whether the disc of a step is filled."""
        left = STEPS[step]
        return self.screen.white_in(left, 0.83, left + 0.2, 0.885) > 250

    def turn(self, action: tuple[int, int] = LOWER) -> None:
        """Taps an action and waits until the page has turned."""
        self.act(action, HEAD)

    def act(self, action: tuple[int, int], seen: tuple[float, float, float, float] = BODY) -> None:
        """Taps an action and waits for what it changes in a part of the screen."""
        before = self.screen.look(*seen)
        self.screen.tap(*action)
        soon(lambda: self.screen.look(*seen) != before)
        self.settle()

    def settle(self) -> None:
        """Until nothing moves any more."""
        seen = b""
        while seen != (seen := self.screen.look(0.0, 0.0, 1.0, 1.0)):
            time.sleep(0.15)

    def type_in(self, x: int, y: int, text: str) -> None:
        self.screen.tap(x, y)
        time.sleep(FOCUS_S)
        self.screen.type(text)

    def type_code(self, code: str, first_row: int, row: int) -> None:
        for digit in code:
            line = next(place for place, keys in enumerate(ROWS) if digit in keys)
            column = ROWS[line].index(digit)
            self.screen.tap(75 + 131 * column, first_row + row * line)
