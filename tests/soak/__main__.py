"""`python -m tests.soak [NAME …] [--points N] [--seed S]`: JSON; ends with 1 where a run failed."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.soak import (
    accidents,
    bad_day,
    burst_order,
    carrier_down,
    cut_off,
    faulty_carrier,
    kill_phone,
    kill_serve,
    kill_server,
    limited_carrier,
    power_cut,
    seizure,
    stop_pairs,
    tracks,
)
from tests.soak.options import Options

Run = Callable[[Path, Options], dict[str, Any]]

NAMES: dict[str, Run] = {
    "accidents": accidents.run,
    "boards": bad_day.run,
    "burst_order": burst_order.run,
    "faulty_carrier": faulty_carrier.run,
    "carrier_down": carrier_down.run,
    "limited_carrier": limited_carrier.run,
    "kill_server": kill_server.run,
    "kill_serve": kill_serve.run,
    "kill_phone": kill_phone.run,
    "cut_off": cut_off.run,
    "power_cut": power_cut.run,
    "seizure": seizure.run,
    "stop_pairs": stop_pairs.run,
    "tracks": tracks.run,
}


def main() -> int:
    given, full = _parser().parse_args(), Options()
    options = Options(
        points=given.points or full.points,
        serve_points=given.points or full.serve_points,
        seed=given.seed,
        activists=given.activists,
        presses=given.presses,
        images=given.images,
        incidents=given.incidents,
        phone_days=given.phone_days,
        people=given.people,
        tracks=given.tracks,
        pairs=given.pairs,
        boards=given.boards,
        seconds=given.seconds,
    )
    found: dict[str, Any] = {"options": vars(given)}
    for name in given.names or NAMES:
        found[name] = run(name, options)
        sys.stderr.write(f"{name}: {'good' if not found[name]['failed'] else 'FAILED'}\n")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return int(any(found[name]["failed"] for name in given.names or NAMES))


def run(name: str, options: Options) -> dict[str, Any]:
    """One fault run in a folder of its own; `failed` names what is not as it should be."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="candlewire-soak-") as folder:
        found = NAMES[name](Path(folder), options)
    good = found.pop("good")
    failed = {key: found[key] for key, value in good.items() if found[key] != value}
    return {**found, "seconds": round(time.monotonic() - began, 1), "failed": failed}


def _parser() -> argparse.ArgumentParser:
    full = Options()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*NAMES, []])
    parser.add_argument(
        "--points", type=int, help=f"kills; {full.points}, of `serve` {full.serve_points}"
    )
    parser.add_argument("--seed", type=int, default=full.seed)
    parser.add_argument("--activists", type=int, default=full.activists)
    parser.add_argument("--presses", type=int, default=full.presses)
    parser.add_argument("--images", type=int, default=full.images, help="of a power cut")
    parser.add_argument(
        "--incidents", type=int, default=full.incidents, help="before a faulty or a slow carrier"
    )
    parser.add_argument("--pairs", type=int, default=full.pairs, help="of stops")
    parser.add_argument("--tracks", type=int, default=full.tracks, help="of an hour each")
    parser.add_argument("--boards", type=int, default=full.boards, help="that look on")
    parser.add_argument("--seconds", type=float, default=full.seconds, help="of a bad day")
    parser.add_argument("--phone-days", type=int, default=full.phone_days, help="of accidents")
    parser.add_argument("--people", type=int, default=full.people, help="who raise on purpose")
    return parser


if __name__ == "__main__":
    sys.exit(main())
