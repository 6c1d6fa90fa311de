"""A burst through a carrier that errs, refuses, cuts, hangs and loses receipts, a fifth each.

Checked: every contact has a first text; no words reach a number twice more often than answers
were lost; and in the end, once the faults are over, every first text is known as delivered, and
each phone counts each contact once.
"""

import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench import carrier
from tests.soak.bursts import Burst
from tests.soak.demo import demo, rows, texts
from tests.soak.options import Options

FAULTS = {
    "status": 500,
    "rate": 0.2,
    "throttle_rate": 0.2,
    "reset_rate": 0.2,
    "accept_then_reset_rate": 0.2,
    "hang_rate": 0.2,
    "callbacks": "mixed",
}
WITHIN = 600.0  # seconds
WAITING = "SELECT count(*) FROM delivery WHERE kind = 'alert' AND state != 'delivered'"
MISCOUNTED = "SELECT count(*) FROM phone_view WHERE notified != contacts OR delivered != contacts"


def run(folder: Path, options: Options) -> dict[str, Any]:
    data = folder / "faulty"
    module = "tests.soak.hasty" if options.hasty else "server"
    with demo(data, options.incidents, options.contacts, module) as running:
        sandbox = str(running.ready["sandbox"])
        carrier.ask(f"{sandbox}/_sandbox/faults", "PUT", FAULTS)
        burst = Burst.over(running.ready["devices"], options.incidents)
        burst.run(running)
        began = time.monotonic()
        while rows(data, WAITING)[0][0] and time.monotonic() - began < WITHIN:
            time.sleep(0.5)
        seconds = time.monotonic() - began
        found = texts(running)
        return _verdict(data, burst, found, seconds)


def _verdict(
    data: Path, burst: Burst, found: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    phones = {phone for press in burst.presses for phone in press.phones}
    words = Counter((text["to"], text["body"]) for text in found)
    extra = sum(count - 1 for count in words.values())
    lost = rows(data, "SELECT count(*) FROM entry WHERE kind = 'unknown'")[0][0]
    attempts = rows(data, "SELECT count(*) FROM attempt")[0][0]
    return {
        "incidents": rows(data, "SELECT count(*) FROM incident")[0][0],
        "contacts": len(phones),
        "contacts_without_a_text": len(phones - {text["to"] for text in found}),
        "attempts": attempts,
        "answers_lost": lost,
        "texts": len(found),
        "extra_texts": extra,
        "more_extra_than_lost": max(0, extra - lost),
        "not_known_as_delivered": rows(data, WAITING)[0][0],
        "phones_that_count_wrongly": rows(data, MISCOUNTED)[0][0],
        "seconds_until_all_is_known": round(seconds, 1),
        "good": {
            "contacts_without_a_text": 0,
            "more_extra_than_lost": 0,
            "not_known_as_delivered": 0,
            "phones_that_count_wrongly": 0,
        },
    }
