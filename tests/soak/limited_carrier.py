"""A burst, pressed twice, at a carrier that takes ten texts a second and says 429 to the rest.

Checked: every incident's first text goes before every second one; the carrier is used to 95 % (two
thirds, where a few seconds beside other tests are all there is); and a press that comes once all
first texts are out has its own within two seconds (ten), ahead of every second one that waits: only
what the relay had started before goes first.
"""

import time
from pathlib import Path
from typing import Any

from server.jobs.pace import HELD
from tests.bench import carrier
from tests.soak.burst_order import in_order
from tests.soak.bursts import Burst, Press
from tests.soak.demo import demo, settled, texts
from tests.soak.options import Options

RATE = 10.0  # texts a second
LEAST, LEAST_OF_A_FEW = 0.95, 0.67
WITHIN, A_FEW_WITHIN = 2.0, 10.0  # seconds


def run(folder: Path, options: Options) -> dict[str, Any]:
    environment = {"CANDLEWIRE_MESSAGES_PER_SECOND": str(RATE)}
    people = (options.incidents + 1, options.contacts)
    with demo(folder / "limited", *people, environment=environment) as running:
        faults = {"messages_per_second": RATE, "callbacks": "drop"}
        carrier.ask(f"{running.ready['sandbox']}/_sandbox/faults", "PUT", faults)
        *devices, late = running.ready["devices"]
        burst = Burst.over(devices, len(devices) * 2)
        burst.run(running)
        everyone = {phone for press in burst.presses for phone in press.phones}
        patience = 30 + 1.5 * len(everyone) / RATE
        if not settled(running, lambda found: _all_told(everyone, found), patience):
            raise RuntimeError("not every contact was texted")
        pressed_at = time.time()
        (*_, stored) = Burst.over([late], 1).run(running)
        settled(running, lambda found: any(_is_to(late, text) for text in found), 10)
        time.sleep(3)  # long enough for second texts to come after it
        found = texts(running)
    return _verdict(options, burst, late, pressed_at, stored.answered_at, found)


def _verdict(
    options: Options,
    burst: Burst,
    late: dict[str, Any],
    pressed_at: float,
    stored_at: float,
    found: list[dict[str, Any]],
) -> dict[str, Any]:
    least, within = (LEAST_OF_A_FEW, A_FEW_WITHIN) if options.hasty else (LEAST, WITHIN)
    early = [text for text in found if not _is_to(late, text)]
    times = [carrier.moment(text) for text in found]
    used = (len(times) - 1) / (times[-1] - times[0]) / RATE
    order = in_order(_whose(burst.presses), early)
    mine = [carrier.moment(text) for text in found if _is_to(late, text)]
    waited = min(mine, default=float("inf")) - pressed_at
    others = [carrier.moment(text) for text in early]
    behind = sum(1 for at in others if at > pressed_at + waited)
    ahead = sum(1 for at in others if stored_at < at < pressed_at + waited)
    return {
        "contacts": len({text["to"] for text in early}),
        "texts": len(found),
        **order,
        "share_of_the_rate_used": round(used, 3),
        "carrier_used_well": used >= least,
        "late_press_s": round(waited, 3),
        "late_press_in_time": waited <= within,
        "second_texts_were_waiting": order["second_texts"] > 0 and behind > 0,
        "ahead_of_the_late_press": ahead,
        "late_press_went_ahead": ahead <= RATE * HELD,
        "good": {
            "second_texts_before_a_first": 0,
            "second_texts_before_their_own_incidents_first": 0,
            "carrier_used_well": True,
            "late_press_in_time": True,
            "second_texts_were_waiting": True,
            "late_press_went_ahead": True,
        },
    }


def _whose(presses: list[Press]) -> dict[str, str]:
    return {phone: press.device["token"] for press in presses for phone in press.phones}


def _all_told(everyone: set[str], found: list[dict[str, Any]]) -> bool:
    return everyone <= {text["to"] for text in found}


def _is_to(device: dict[str, Any], text: dict[str, Any]) -> bool:
    return text["to"] in {contact["phone"] for contact in device["contacts"]}
