"""The load client as a process of its own: presses each activist's button once."""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvloop

from tests.bench import people
from tests.bench.client import Answer, Load, press_request
from tests.bench.figures import percentile
from tests.bench.processes import cpu_seconds


def main() -> int:
    options = _parser().parse_args()
    requests = [
        press_request(options.url, someone.token, uuid4())
        for someone in people.load(options.people)
    ]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if options.seconds:
            found: Any = runner.run(_window(options, requests))
        else:
            load = Load(options.url, requests, options.connections)
            found = [
                (answer.number, answer.status, answer.sent_at, answer.answered_at)
                for answer in runner.run(load.run())
            ]
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=0, help="a window; 0: all, once")
    parser.add_argument("--warm-up", type=float, default=1)
    parser.add_argument("--pid", type=int, default=0, help="whose CPU time to take")
    return parser


async def _window(options: argparse.Namespace, requests: list[bytes]) -> dict[str, Any]:
    """Presses at full speed; counts what was answered inside the window."""
    load = Load(options.url, requests, options.connections)
    pressing = asyncio.create_task(load.run())
    await asyncio.sleep(options.warm_up)
    begin, cpu = time.time(), cpu_seconds(options.pid)
    own = time.process_time()
    await asyncio.sleep(options.seconds)
    end, cpu = time.time(), cpu_seconds(options.pid) - cpu
    own = time.process_time() - own
    ran_out = load.next() is None
    load.stop()
    answers = await pressing
    inside = [answer for answer in answers if begin <= answer.answered_at < end]
    return {**_summary(inside, end - begin, cpu), "ran_out": ran_out, "client_cpu": own}


def _summary(answers: list[Answer], seconds: float, cpu: float) -> dict[str, Any]:
    stored = [answer.seconds * 1000 for answer in answers if answer.status == 201]
    return {
        "stored": len(stored),
        "seconds": seconds,
        "per_second": len(stored) / seconds,
        "cpu_us": cpu * 1e6 / max(len(stored), 1),
        "p50_ms": percentile(stored, 50),
        "p99_ms": percentile(stored, 99),
        "statuses": Counter(str(answer.status) for answer in answers),
    }


if __name__ == "__main__":
    sys.exit(main())
