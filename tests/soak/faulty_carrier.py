"""A burst through a carrier that errs, refuses, cuts, hangs and loses receipts, a fifth each.

Some handsets stay off. Checked against what the carrier has written down: every contact has a
text; no words reach a number twice more often than answers were lost, and never where a receipt
had shown that they went out; in the end the state of every first text is the carrier's, and each
phone counts exactly those contacts whom the carrier has texted and reached (R5).
"""

import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.bench import carrier
from tests.bench.processes import Child
from tests.soak.bursts import Burst
from tests.soak.demo import demo, read, rows, texts
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
OFF = 50  # every so manieth handset
WITHIN = 900.0  # seconds
WAITING = "SELECT count(*) FROM delivery WHERE kind = 'alert' AND state != 'delivered'"
FIRST_TEXTS = """
    SELECT attempt.id, delivery.id, delivery.incident_id, delivery.recipient_id, delivery.state
    FROM delivery JOIN attempt ON attempt.delivery_id = delivery.id WHERE delivery.kind = 'alert'
"""
# Made again although the carrier had reported that it has the text, and nothing worse since. A
# receipt and a claim that cross each other within a second (in microseconds) could not know.
AGAIN = """
    SELECT count(*) FROM attempt AS again JOIN attempt ON attempt.delivery_id = again.delivery_id
    WHERE EXISTS (SELECT 1 FROM receipt WHERE receipt.attempt_id = attempt.id
                  AND receipt.received_at + 1000000 < again.started_at)
    AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.attempt_id = attempt.id
                    AND receipt.status IN ('failed', 'undelivered'))
"""


class First(NamedTuple):
    """An attempt at a first text."""

    delivery: int
    incident: str
    recipient: str
    state: str


def run(folder: Path, options: Options) -> dict[str, Any]:
    data = folder / "faulty"
    module = "tests.soak.hasty" if options.hasty else "server"
    with demo(data, options.incidents, options.contacts, module) as running:
        burst = Burst.over(running.ready["devices"], options.incidents)
        phones = [phone for press in dict.fromkeys(burst.presses) for phone in press.phones]
        off = phones[::OFF]
        faults = {**FAULTS, "undelivered": off}
        carrier.ask(f"{running.ready['sandbox']}/_sandbox/faults", "PUT", faults)
        burst.run(running)
        began = time.monotonic()
        while not _is_known(data, running, phones, off) and time.monotonic() - began < WITHIN:
            time.sleep(0.5)
        seconds = time.monotonic() - began
        found = _texts_to(phones, running)
        return {
            **_texted(data, set(phones), set(off), found),
            **_known(data),
            "seconds_until_all_is_known": round(seconds, 1),
            "good": {
                "contacts_without_a_text": 0,
                "more_extra_than_lost": 0,
                "sent_again_though_proven": 0,
                "not_reached": len(off),
                "known_wrongly": 0,
                "phones_that_count_wrongly": 0,
            },
        }


def _is_known(data: Path, running: Child, phones: list[str], off: list[str]) -> bool:
    """Whether every first text has arrived that can. A handset that is off reports none, so the
    first one to it may be the last of all.
    """
    if rows(data, WAITING)[0][0] > len(off):
        return False
    return {text["to"] for text in _texts_to(phones, running)} == set(phones)


def _texts_to(phones: list[str], running: Child) -> list[dict[str, Any]]:
    wanted = set(phones)
    return [text for text in texts(running) if text["to"] in wanted]


def _texted(
    data: Path, phones: set[str], off: set[str], found: list[dict[str, Any]]
) -> dict[str, int]:
    """A handset that is off is rightly tried again, so it says nothing about extra texts."""
    words = Counter((text["to"], text["body"]) for text in found if text["to"] not in off)
    extra = sum(count - 1 for count in words.values())
    lost = rows(data, "SELECT count(*) FROM entry WHERE kind = 'unknown'")[0][0]
    return {
        "incidents": rows(data, "SELECT count(*) FROM incident")[0][0],
        "contacts": len(phones),
        "contacts_without_a_text": len(phones - {text["to"] for text in found}),
        "attempts": rows(data, "SELECT count(*) FROM attempt")[0][0],
        "answers_lost": lost,
        "texts": len(found),
        "extra_texts": extra,
        "more_extra_than_lost": max(0, extra - lost),
        "sent_again_though_proven": rows(data, AGAIN)[0][0],
    }


def _known(data: Path) -> dict[str, int]:
    """What the server knows beside what the carrier has written down."""
    firsts = {attempt: First(*others) for attempt, *others in rows(data, FIRST_TEXTS)}
    reached = {first.delivery: False for first in firsts.values()}
    texted: dict[str, set[str]] = defaultdict(set)
    delivered: dict[str, set[str]] = defaultdict(set)
    taken = read(data / "sandbox.db", "SELECT callback, status FROM message WHERE kind = 'text'")
    for callback, status in taken:
        if (first := firsts.get(parse_qs(urlsplit(callback).query)["attempt"][0])) is None:
            continue
        texted[first.incident].add(first.recipient)
        if status == "delivered":
            reached[first.delivery] = True
            delivered[first.incident].add(first.recipient)
    states = {first.delivery: first.state for first in firsts.values()}
    views = rows(data, "SELECT incident_id, notified, delivered FROM phone_view")
    return {
        "not_reached": sum(1 for got_it in reached.values() if not got_it),
        "known_wrongly": sum(
            1 for delivery, state in states.items() if (state == "delivered") != reached[delivery]
        ),
        "phones_that_count_wrongly": sum(
            1
            for incident, notified, arrived in views
            if (notified, arrived) != (len(texted[incident]), len(delivered[incident]))
        ),
    }
