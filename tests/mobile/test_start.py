"""A cold start: what is read before the button can be held, and what waits until it is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = """
import json, sys
from pathlib import Path
from mobile.arguments import command_line, installed
from mobile.views.window import prepare
from shared.clock import SystemClock
state = Path(sys.argv[1])
parser = command_line("start", "")
pair = ["--server", "http://127.0.0.1:9", "--token", sys.argv[2]]
here = installed(parser, parser.parse_args(pair), state, state / "keys")
prepare(state / "kivy", (412, 915))
from mobile.app import CandlewireApp, Parts
app = CandlewireApp(Parts(vault=here.vault, hot=here.hot, outbox=here.outbox,
                          device=here.device, clock=SystemClock()))
app.build()
before = sorted(sys.modules)
built = sorted(screen.name for screen in app._screens.screens)
app._screens.current = "stop"
print(json.dumps([before, built, app._screens.current_screen.name]))
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


def test_only_the_press_room_is_built_before_the_first_frame(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path), "A" * 43],
        cwd=ROOT,
        env={"SDL_VIDEODRIVER": "offscreen", **os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, built, then = json.loads(done.stdout.splitlines()[-1])
    assert "mobile.views.press" in before
    assert LATER & set(before) == set()
    assert built == ["press"]
    assert then == "stop"
