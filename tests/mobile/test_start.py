"""A cold start: what is read before the button can be held, and what waits until it is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START = """
import json, sys
from pathlib import Path
from mobile.arguments import command_line, installed
from mobile.views.window import prepare
from shared.clock import SystemClock
import msgspec
state = Path(sys.argv[1])
parser = command_line("start", "")
pair = ["--server", "http://127.0.0.1:9", "--token", sys.argv[2]]
here = installed(parser, parser.parse_args(pair), state, state / "keys")
hidden = sys.argv[3] == "calculator"
hot = msgspec.structs.replace(here.hot, is_disguised=hidden, has_code=hidden)
prepare(state / "kivy", (412, 915))
from mobile.app import CandlewireApp, Parts
app = CandlewireApp(Parts(vault=here.vault, hot=hot, outbox=here.outbox,
                          device=here.device, clock=SystemClock()))
app.build()
before = sorted(sys.modules)
def built():
    return sorted(screen.name for screen in app._screens.screens)
at_first = built()
from kivy.clock import Clock
turns = []
for _ in range(2):
    Clock.tick()
    turns.append(built())
app._screens.current = "stop"
print(json.dumps([before, at_first, turns, app._screens.current_screen.name]))
"""
LATER = {
    "arabic_reshaper",
    "bidi",
    "mobile.core.status",
    "mobile.device.link",
    "mobile.guard",
    "mobile.views.calculator",
    "mobile.views.stop",
    "websockets",
}


def started(folder: Path, first: str) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", START, str(folder), "A" * 43, first],
        cwd=ROOT,
        env={"SDL_VIDEODRIVER": "offscreen", **os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_only_the_press_room_is_built_before_the_first_frame(tmp_path: Path) -> None:
    before, built, _, then = started(tmp_path, "press")
    assert "mobile.views.press" in before
    assert LATER & set(before) == set()
    assert built == ["press"]
    assert then == "stop"


def test_behind_a_disguise_the_calculator_comes_first_and_the_press_room_a_frame_later(
    tmp_path: Path,
) -> None:
    _, built, turns, _ = started(tmp_path, "calculator")
    assert built == ["calculator"]
    assert turns == [["calculator"], ["calculator", "press"]]
