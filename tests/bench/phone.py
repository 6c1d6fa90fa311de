"""The phone's window beside a bare one: when it can be held, press to disk, frames, memory."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figures import figure, percentile, tidy
from tests.bench.options import Options
from tests.bench.processes import ROOT
from tests.bench.window import BEGAN
from tests.mobile.office import TOKEN, Office

MOST_HOLDS = 40
GIVE_UP_S = 120


def run(folder: Path, options: Options) -> dict[str, Any]:
    holds = min(MOST_HOLDS, options.presses)
    rounds = []
    with display() as where, Office() as office:
        pair = folder / "pair.json"
        bearer = base64.urlsafe_b64encode(TOKEN).decode().rstrip("=")
        pair.write_text(json.dumps({"server": office.url, "token": bearer}))
        _opened(folder / "warm", where, pair, holds=1)  # the machine's caches, not ours
        for number in range(options.rounds):
            order = ("ours", "bare") if number % 2 else ("bare", "ours")
            rounds.append(
                {
                    kind: _opened(folder / f"{kind}-{number}", where, pair, kind, holds)
                    for kind in order
                }
            )
    return _report(rounds)


def _opened(
    state: Path, where: str, pair: Path, kind: str = "ours", holds: int = 0
) -> dict[str, Any]:
    """One window, opened, held and closed in a process of its own, on a state folder of its own."""
    (state / "phone").mkdir(parents=True)
    words = [kind, "--state", str(state / "phone")]
    if kind == "ours":
        words += ["--pair-file", str(pair), "--holds", str(holds)]
    known = {k: v for k, v in os.environ.items() if not k.startswith(("KIVY", "SDL"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.window", *words],
        cwd=ROOT,
        env={**known, "DISPLAY": where, BEGAN: str(time.monotonic())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=GIVE_UP_S,
    )
    return dict(json.loads(done.stdout))


def _report(rounds: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    rows = [row for found in rounds for row in found["ours"]["row_ms"]]
    frames = [frame for found in rounds for frame in found["ours"]["frame_ms"]]
    return {
        "can_be_held_s": _beside(rounds, "ready_s"),
        "resident_mb": _beside(rounds, "resident_mb"),
        "press_to_row_ms": {
            "presses": len(rows),
            "p50": tidy(percentile(rows, 50)),
            "p99": tidy(percentile(rows, 99)),
            "max": tidy(max(rows)),
        },
        "frame_while_holding_ms": {
            "frames": len(frames),
            "p50": tidy(percentile(frames, 50)),
            "p99": tidy(percentile(frames, 99)),
            "max": tidy(max(frames)),
            "over_100": sum(frame > 100 for frame in frames),
        },
    }


def _beside(rounds: list[dict[str, dict[str, Any]]], name: str) -> dict[str, Any]:
    return {
        "ours": figure([found["ours"][name] for found in rounds]),
        "bare": figure([found["bare"][name] for found in rounds]),
        "ratio": figure([found["ours"][name] / found["bare"][name] for found in rounds]),
    }


@contextmanager
def display() -> Iterator[str]:
    """A display of its own, so that nothing else is drawn on it."""
    if shutil.which("Xvfb") is None:
        raise FileNotFoundError("Xvfb is needed to draw a window without a screen")
    command = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "600x1000x24"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        yield f":{server.stdout.readline().strip()}"
    finally:
        server.terminate()
        server.communicate()
