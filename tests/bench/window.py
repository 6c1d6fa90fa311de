"""A window that measures itself: ours being held, or a bare one with a single button.

`python -m tests.bench.window ours --state DIR --pair-file FILE` or `… bare --state DIR`. The time
it counts from stands in the environment, taken by its parent before it started it.
"""

import argparse
import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SIZE = (412, 915)
BEGAN = "CANDLEWIRE_BENCH_BEGAN"
HOLD_S = 0.6
RESTS_S = 0.3  # between two holds; the first of them is after a second, when all is quiet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kind", choices=["ours", "bare"])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--pair-file", type=Path)
    parser.add_argument("--holds", type=int, default=0)
    given = parser.parse_args()
    app = ours(given.state, given.pair_file) if given.kind == "ours" else bare(given.state)
    found = Watched(app, given.holds).run()
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def ours(state: Path, pair_file: Path) -> Any:
    """As `candlewire phone` opens it, but for the length of the hold."""
    from mobile.arguments import command_line, installed
    from mobile.views.window import prepare
    from shared.clock import SystemClock

    parser = command_line("window", "")
    given = parser.parse_args(["--pair-file", str(pair_file), "--lat", "14.7", "--lon", "-17.4"])
    here = installed(parser, given, state, state.with_name("keys"))
    prepare(here.state / "kivy", SIZE)
    from mobile.app import CandlewireApp, Parts

    parts = Parts(
        vault=here.vault,
        hot=here.hot,
        outbox=here.outbox,
        device=here.device,
        clock=SystemClock(),
        hold_s=HOLD_S,
    )
    return CandlewireApp(parts)


def bare(state: Path) -> Any:
    from mobile.views.window import prepare

    prepare(state / "kivy", SIZE)
    from kivy.app import App
    from kivy.uix.button import Button

    class Bare(App):  # type: ignore[misc]
        def build(self) -> Any:
            return Button(text="Hold")

    return Bare()


class Watched:
    """Runs an app, notes its first picture, holds its button, and ends it."""

    def __init__(self, app: Any, holds: int) -> None:
        self._app = app
        self._holds = holds
        self._ready_s = 0.0
        self._touched_at = 0.0
        self._is_held = False
        self._last_frame = 0.0
        self._frames: list[float] = []
        self._rows: list[float] = []
        self._megabytes = 0.0

    def run(self) -> dict[str, Any]:
        from kivy.core.window import Window

        Window.bind(on_flip=self._flipped)
        self._app.run()
        return {
            "ready_s": self._ready_s,
            "resident_mb": self._megabytes,
            "row_ms": self._rows,
            "frame_ms": self._frames,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def _flipped(self, *_: object) -> None:
        if self._ready_s or not self._app.root:
            return
        from kivy.clock import Clock

        self._ready_s = time.monotonic() - float(os.environ[BEGAN])
        self._steps = self._script()
        self._next_at = time.monotonic() + 1
        self._step = Clock.schedule_interval(self._frame, 0)

    def _frame(self, _dt: float) -> None:
        now = time.monotonic()
        if self._is_held:
            self._frames.append((now - self._last_frame) * 1000)
        self._last_frame = now
        if now < self._next_at:
            return
        wait = next(self._steps, None)
        if wait is None:
            self._step.cancel()
            self._app.stop()
        else:
            self._next_at = time.monotonic() + wait

    def _script(self) -> Iterator[float]:
        self._megabytes = resident_mb()
        if not self._holds:
            return
        from kivy.tests.common import UnitTestTouch

        button = self._app.root.current_screen.ids.hold
        keep = self._timed(self._app._outbox.keep)
        self._app._outbox.keep = keep
        for number in itertools.count(1):
            touch = UnitTestTouch(*button.center)
            self._touched_at, self._is_held = time.monotonic(), True
            touch.touch_down()
            yield HOLD_S * 1.3
            touch.touch_up()
            yield RESTS_S
            if number == self._holds:
                return

    def _timed(self, keep: Callable[[Any], None]) -> Callable[[Any], None]:
        """The same, and how long after the end of the hold the row was on disk."""

        def kept(entry: Any) -> None:
            keep(entry)
            self._is_held = False
            self._rows.append((time.monotonic() - self._touched_at - HOLD_S) * 1000)

        return kept


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    sys.exit(main())
