"""`candlewire press` killed between the release of the button and the answer, and started again.

Checked at each point, after `--resume`: a press that the phone called kept has arrived, and once;
one that was not yet kept has arrived at most once; nobody was texted twice.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.processes import ROOT, Child
from tests.soak.demo import demo, prepared, quiet, rows, token_hash
from tests.soak.options import Options

EARLY = 0.2  # share of the kills that come before the phone has said that the press is kept
GIVE_UP = 30.0


def run(folder: Path, options: Options) -> dict[str, Any]:
    chance = random.Random(options.seed)
    data = prepared(folder / "server", options.points + 2, 3)
    with demo(data) as running:
        devices = running.ready["devices"]
        _undisturbed(running, devices[-1], folder / "warm")
        kept_at, stored_at = _undisturbed(running, devices[-2], folder / "measured")
        told = [
            _point(
                running, device, folder / f"phone-{number}", *_moment(chance, kept_at, stored_at)
            )
            for number, device in enumerate(devices[: options.points])
        ]
        found = quiet(running)
        arrived = [_arrived(data, device) for device in devices[: options.points]]
    words = Counter((text["to"], text["body"]) for text in found)
    return {
        "points": options.points,
        "killed_before_kept": told.count(""),
        "killed_before_the_answer": told.count("kept"),
        "killed_after_the_answer": told.count("stored"),
        "kept_and_not_arrived": sum(
            1 for said, count in zip(told, arrived, strict=True) if said and count == 0
        ),
        "arrived_twice": sum(1 for count in arrived if count > 1),
        "texts_twice": sum(count - 1 for count in words.values()),
        "from_kept_to_stored_s": round(stored_at - kept_at, 3),
        "good": {"kept_and_not_arrived": 0, "arrived_twice": 0, "texts_twice": 0},
    }


def _undisturbed(running: Child, device: dict[str, Any], state: Path) -> tuple[float, float]:
    """After how many seconds the phone says kept, and stored."""
    began = time.monotonic()
    with _phone(running, device, state) as phone:
        times = {}
        for line in phone.stdout or ():
            times[line.strip()] = time.monotonic() - began
    return times["kept"], times["stored"]


def _moment(chance: random.Random, kept_at: float, stored_at: float) -> tuple[bool, float]:
    """When to kill: whether to wait until the phone says kept, and how long from then or there."""
    if chance.random() < EARLY:
        return False, kept_at * chance.uniform(0.7, 1)
    return True, chance.uniform(0, (stored_at - kept_at) * 0.8)


def _point(
    running: Child, device: dict[str, Any], state: Path, when_kept: bool, after: float
) -> str:
    """The last state the phone told before it was killed; then it is started again."""
    with _phone(running, device, state) as phone:
        said = phone.stdout.readline() if when_kept and phone.stdout else ""
        time.sleep(after)
        phone.kill()
        told, _ = phone.communicate(timeout=GIVE_UP)
    with _phone(running, device, state, "--resume") as again:
        try:
            again.communicate(timeout=GIVE_UP)
        finally:
            again.kill()
    states = [line for line in (said + told).split("\n") if line in ("kept", "stored")]
    return states[-1] if states else ""


def _phone(
    running: Child, device: dict[str, Any], state: Path, *more: str
) -> "subprocess.Popen[str]":
    words = ["press", "--server", running.url, "--token", device["token"], "--state", str(state)]
    return subprocess.Popen(
        [sys.executable, "-m", "server", *words, *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _arrived(data: Path, device: dict[str, Any]) -> int:
    """How many presses of this device the server holds."""
    ((count,),) = rows(
        data,
        "SELECT count(*) FROM alert JOIN device ON device.id = alert.device_id"
        " WHERE device.token_hash = ?",
        token_hash(device["token"]),
    )
    return int(count)
