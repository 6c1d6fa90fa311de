"""`python -m tests.bench [NAME …]`: measures, and prints JSON."""

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import alerts, fan_out, phone, relaying, texting
from tests.bench.options import Options

NAMES: dict[str, Callable[[Path, Options], dict[str, Any]]] = {
    "alerts": alerts.run,
    "burst": texting.burst,
    "fan_out": fan_out.run,
    "idle": texting.idle,
    "relay": relaying.run,
    "window": phone.run,
}


def main() -> int:
    given = _parser().parse_args()
    options = Options(
        rounds=given.rounds, seconds=given.seconds, warm_up=given.warm_up, presses=given.presses
    )
    found: dict[str, Any] = {"full": options.full, "options": vars(given), "machine": _machine()}
    for name in given.names or NAMES:
        with tempfile.TemporaryDirectory(prefix="candlewire-bench-") as folder:
            found[name] = NAMES[name](Path(folder), options)
        sys.stderr.write(f"{name} measured\n")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    full = Options()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*NAMES, []])
    parser.add_argument("--rounds", type=int, default=full.rounds)
    parser.add_argument("--seconds", type=float, default=full.seconds, help="a window")
    parser.add_argument("--warm-up", type=float, default=full.warm_up)
    parser.add_argument("--presses", type=int, default=full.presses, help="of a burst")
    return parser


def _machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
