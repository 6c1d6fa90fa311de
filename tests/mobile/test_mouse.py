"""The phone as its own program, on a display of its own, held by a real mouse."""

import base64
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mobile.office import TOKEN, Office, wait_for

RUN = "import sys; from mobile.commands import phone; sys.exit(phone(sys.argv[1:]))"
FIRST_FRAMES_S = 0.2
MIDDLE = ("206", "380")


@pytest.fixture
def display() -> Iterator[str]:
    missing = [tool for tool in ("Xvfb", "xdotool") if not shutil.which(tool)]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"missing: {missing}")
    if missing:
        pytest.skip(f"missing: {missing}")
    command = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "600x1000x24"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    yield f":{server.stdout.readline().strip()}"
    server.terminate()
    server.communicate()


class Desktop:
    """A person at a display, and the phone's window on it."""

    def __init__(self, display: str, home: Path) -> None:
        self.home = home
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KIVY", "SDL", "XDG"))},
            "DISPLAY": display,
            "HOME": str(home),
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", RUN, *arguments]
        return subprocess.Popen(command, env=self.environment, cwd=Path(__file__).parents[2])

    def mouse(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    def window(self) -> str:
        return self.mouse("search", "--onlyvisible", "--class", "candlewire").strip()

    def hold(self, seconds: float) -> None:
        self.mouse("mousemove", "--window", self.window(), *MIDDLE, "mousedown", "1")
        time.sleep(seconds)
        self.mouse("mouseup", "1")


def test_a_held_mouse_raises_an_alert_after_a_cold_start(
    office: Office, display: str, tmp_path: Path
) -> None:
    home, state = tmp_path / "home", tmp_path / "state"
    home.mkdir()
    pair = tmp_path / "pair.json"
    bearer = base64.urlsafe_b64encode(TOKEN).decode().rstrip("=")
    pair.write_text(f'{{"server": "{office.url}", "token": "{bearer}"}}')
    desktop = Desktop(display, home)
    where = ["--state", str(state), "--keys", str(tmp_path / "keys")]
    phone = desktop.start(*where, "--pair-file", str(pair), "--lat", "14.69", "--lon", "-17.44")
    try:
        wait_for(desktop.window)
        wait_for(lambda: office.authorizations)  # the guard starts with the first frame
        time.sleep(FIRST_FRAMES_S)
        desktop.hold(2.3)
        wait_for(lambda: office.alerts)
    finally:
        phone.terminate()
        phone.wait(timeout=60)
    assert len(office.alerts) == 1
    assert list(home.iterdir()) == []
    kept = {path.name for path in state.iterdir()}
    assert kept - {"outbox-wal", "outbox-shm"} == {"vault", "outbox"}
