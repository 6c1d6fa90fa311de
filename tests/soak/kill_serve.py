"""`kill -9` of web, relay or both of `candlewire serve`, at random points of bursts of presses.

A burst goes in waves. At a random point of each, counted in alerts stored and texts taken, one half
or both are killed; web is started again as a supervisor would, and a relay that lost its life alone
is started again by web. Phones press until they are answered, twice each. The next wave begins once
everybody of this one was texted.

Checked: every acknowledged id is answered with the same words ever after; every contact has a text;
every text that went out once more belongs to a delivery that was in flight at a kill, and to one
kill each (R1).
"""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from shared import wire
from tests.bench import carrier, people
from tests.bench.client import Load, press_request
from tests.soak.bursts import CONNECTIONS, Press, accepted
from tests.soak.options import Options
from tests.soak.serving import Served, served

HALVES = ("relay", "web", "both")
KILLS = 10  # of a burst
LATENCY_MS = 200  # of the carrier: what keeps texts in flight
GIVE_UP = 60.0  # seconds in which everybody of a wave must be texted
IN_FLIGHT = "SELECT id FROM delivery WHERE state = 'sending'"
UNSETTLED = """
    SELECT count(*) FROM delivery
    WHERE kind = 'alert' AND state IN ('queued', 'sending', 'unknown')
"""

Answers = dict[Press, set[wire.Accepted]]


def run(folder: Path, options: Options) -> dict[str, Any]:
    chance = random.Random(options.seed)
    halves = [HALVES[point % len(HALVES)] for point in range(options.serve_points)]
    chance.shuffle(halves)
    bursts = [
        _burst(folder / f"burst-{first}", options, halves[first : first + KILLS], chance)
        for first in range(0, len(halves), KILLS)
    ]
    total = Counter[str]()
    for burst in bursts:
        total.update({name: value for name, value in burst.items() if name != "slowest"})
    return {
        "points": len(halves),
        "killed": dict(Counter(halves)),
        "bursts": len(bursts),
        **total,
        "slowest_wave_s": round(max(burst["slowest"] for burst in bursts), 1),
        "good": {
            "lost": 0,
            "contacts_without_a_text": 0,
            "extra_that_was_not_in_flight": 0,
            "unsettled": 0,
        },
    }


def _burst(
    folder: Path, options: Options, halves: list[str], chance: random.Random
) -> dict[str, Any]:
    everyone = people.make(options.presses)
    presses = [_press_of(one) for one in everyone]
    with served(folder, everyone) as running:
        carrier.ask(f"{running.sandbox.url}/_sandbox/faults", "PUT", {"latency_ms": LATENCY_MS})
        return asyncio.run(_waves(running, presses, halves, chance))


async def _waves(
    running: Served, presses: list[Press], halves: list[str], chance: random.Random
) -> dict[str, Any]:
    answers: Answers = {press: set() for press in presses}
    in_flight: Counter[int] = Counter()
    size, slowest = -(-len(presses) // len(halves)), 0.0
    for place, which in enumerate(halves):
        wave = presses[place * size : (place + 1) * size]
        steps = sum(1 + len(press.phones) for press in wave)
        point = _progress(running) + int(chance.uniform(0, steps))
        pressing = asyncio.create_task(_wave(running, wave, answers))
        in_flight += await asyncio.to_thread(_kill_at, running, which, point)
        slowest = max(slowest, await pressing)
    await _press(running, presses, answers)
    return {"slowest": slowest, **_verdict(running, answers, in_flight)}


def _progress(running: Served) -> int:
    """Alerts stored and texts taken."""
    stored = running.rows("SELECT count(*) FROM alert")[0][0]
    return int(stored + running.taken("SELECT count(*) FROM message WHERE kind = 'text'")[0][0])


def _kill_at(running: Served, which: str, point: int) -> Counter[int]:
    """The deliveries that were in flight. A relay whose web is gone ends in peace: it has none."""
    give_up = time.monotonic() + GIVE_UP
    while _progress(running) < point and time.monotonic() < give_up:
        time.sleep(0.01)
    running.kill(which)
    found = [] if which == "web" else running.rows(IN_FLIGHT)
    if which != "relay":
        running.start()
    return Counter(delivery for (delivery,) in found)


async def _wave(running: Served, wave: list[Press], answers: Answers) -> float:
    """Presses, and waits until every contact has a text; how long it took."""
    began = time.monotonic()
    await _press(running, wave * 2, answers)
    phones = {phone for press in wave for phone in press.phones}
    await asyncio.to_thread(running.all_texted, phones, GIVE_UP)
    return time.monotonic() - began


async def _press(running: Served, presses: list[Press], answers: Answers) -> None:
    """Until each of them is answered, as phones do."""
    waiting = presses
    while waiting:
        requests = [press_request(running.url, one.device["token"], one.id) for one in waiting]
        try:
            found = await Load(running.url, requests, CONNECTIONS).run()
        except OSError:  # nobody is there
            await asyncio.sleep(0.1)
            continue
        said = {answer.number: stored for answer in found if (stored := accepted(answer))}
        for number, stored in said.items():
            answers[waiting[number]].add(stored)
        waiting = [press for number, press in enumerate(waiting) if number not in said]


def _verdict(running: Served, answers: Answers, in_flight: Counter[int]) -> dict[str, int]:
    give_up = time.monotonic() + GIVE_UP
    while running.rows(UNSETTLED)[0][0] and time.monotonic() < give_up:
        time.sleep(0.2)
    taken = running.taken("SELECT phone, callback FROM message WHERE kind = 'text'")
    whose = dict(running.rows("SELECT id, delivery_id FROM attempt"))
    texts = Counter(whose[_attempt(callback)] for _, callback in taken)
    extra = Counter({delivery: count - 1 for delivery, count in texts.items()})
    phones = {phone for press in answers for phone in press.phones}
    return {
        "acknowledged": len(answers),
        "lost": sum(1 for said in answers.values() if len(said) != 1),
        "contacts_without_a_text": len(phones - {phone for phone, _ in taken}),
        "texts": len(taken),
        "in_flight": in_flight.total(),
        "extra_texts": extra.total(),
        "extra_that_was_not_in_flight": (extra - in_flight).total(),
        "unsettled": running.rows(UNSETTLED)[0][0],
    }


def _press_of(someone: people.Someone) -> Press:
    contacts = [{"phone": phone} for phone in someone.phones]
    return Press(uuid4(), {"token": someone.token, "contacts": contacts})


def _attempt(callback: str) -> str:
    return parse_qs(urlsplit(callback).query)["attempt"][0]
