"""A thousand presses over two hundred phones, twice each: one incident each, texts once, in order.

The relay stands still until all of them are stored, and may then send so many texts a second that
the second ones are due long before all first ones are out: their order is its own choice.

Checked: each activist has one incident; every id has one answer, whichever of its two requests
came first; every contact has a text; no number has the same words twice; and no second text (the
half with the link, or "pressed again") goes before an incident's first one. Within an incident,
each contact's first text comes before any second text.
"""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.domain.delivery import MORE_AFTER
from tests.bench import carrier, people
from tests.bench.client import Answer
from tests.soak.bursts import Burst, accepted
from tests.soak.demo import at_rest
from tests.soak.options import Options
from tests.soak.serving import Served, served

GIVE_UP = 60.0  # seconds
FIRST_TEXTS_LAST = 2 * MORE_AFTER / timedelta(seconds=1)


def run(folder: Path, options: Options) -> dict[str, Any]:
    everyone = people.make(options.activists)
    devices = [
        {"token": one.token, "contacts": [{"phone": phone} for phone in one.phones]}
        for one in everyone
    ]
    rate = sum(len(one.phones) for one in everyone) / FIRST_TEXTS_LAST
    environment = {"CANDLEWIRE_MESSAGES_PER_SECOND": str(rate)}
    with served(folder, everyone, environment=environment) as running:
        burst = Burst.over(devices, options.presses)
        with _relay_stands_still(running, folder / "data" / "candlewire.db"):
            answers = burst.run(running)
        running.all_texted({phone for press in burst.presses for phone in press.phones}, GIVE_UP)
        found = at_rest(lambda: carrier.messages(running.sandbox.url))
        incidents = Counter(
            activist for (activist,) in running.rows("SELECT activist_id FROM incident")
        )
    return {
        **_verdict(burst, answers, found, incidents),
        "good": {
            "answers_that_differ": 0,
            "activists_with_two_incidents": 0,
            "contacts_without_a_text": 0,
            "texts_twice": 0,
            "second_texts_before_a_first": 0,
            "second_texts_before_their_own_incidents_first": 0,
        },
    }


@contextmanager
def _relay_stands_still(running: Served, database: Path) -> Iterator[None]:
    """Stopped between two of its writes: in the middle of one it would hold up every press."""
    relay = running.relay
    while relay is None:
        time.sleep(0.05)
        relay = running.relay
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as beside:
        os.kill(relay, signal.SIGSTOP)
        while not _may_write(beside):
            os.kill(relay, signal.SIGCONT)
            time.sleep(0.05)
            os.kill(relay, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(relay, signal.SIGCONT)


def _may_write(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    connection.execute("ROLLBACK")
    return True


def _verdict(
    burst: Burst, answers: list[Answer], found: list[dict[str, Any]], incidents: Counter[str]
) -> dict[str, Any]:
    whose = {phone: press.device["token"] for press in burst.presses for phone in press.phones}
    order = in_order(whose, found)
    words = Counter((text["to"], text["body"]) for text in found)
    return {
        "presses": len({press.id for press in burst.presses}),
        "answers": dict(Counter(str(answer.status) for answer in answers)),
        "answers_that_differ": _differing(burst, answers),
        "activists": len({press.device["token"] for press in burst.presses}),
        "incidents": incidents.total(),
        "activists_with_two_incidents": sum(1 for count in incidents.values() if count > 1),
        "contacts": len(whose),
        "contacts_without_a_text": len(whose.keys() - {text["to"] for text in found}),
        "texts": len(found),
        "texts_twice": sum(count - 1 for count in words.values()),
        **order,
    }


def in_order(whose: dict[str, str], found: list[dict[str, Any]]) -> dict[str, int]:
    """Second texts that overtook an incident's first text, and a first text of their own."""
    seen: set[str] = set()
    first_at: dict[str, int] = {}
    all_first_at: dict[str, int] = {}
    second: list[tuple[int, str]] = []
    for place, text in enumerate(found):
        incident = whose[text["to"]]
        if text["to"] in seen:
            second.append((place, incident))
        else:
            seen.add(text["to"])
            first_at.setdefault(incident, place)
            all_first_at[incident] = place
    last_first = max(first_at.values(), default=-1)
    return {
        "second_texts": len(second),
        "second_texts_before_a_first": sum(1 for place, _ in second if place < last_first),
        "second_texts_before_their_own_incidents_first": sum(
            1 for place, incident in second if place < all_first_at[incident]
        ),
    }


def _differing(burst: Burst, answers: list[Answer]) -> int:
    """Ids that were not answered twice, or not with the same words."""
    said: dict[Any, set[Any]] = {}
    for answer in answers:
        said.setdefault(burst.presses[answer.number].id, set()).add(accepted(answer))
    return sum(1 for answers_ in said.values() if len(answers_) != 1 or None in answers_)
