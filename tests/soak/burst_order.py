"""A thousand presses over two hundred phones, twice each: one incident each, texts once, in order.

Checked: each activist has one incident; every id has one answer, whichever of its two requests
came first; every contact has a text; no number has the same words twice; and no second text (the
half with the link, or "pressed again") is started while an incident waits for its first one. Within
an incident, each contact's first text comes before any second text.
"""

from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.client import Answer
from tests.soak.bursts import Burst, accepted
from tests.soak.demo import copied, demo, prepared, quiet, rows
from tests.soak.options import Options

# Of each incident: when it was opened, when its first text was started. In microseconds.
FIRST = """
    SELECT incident.opened_at, min(attempt.started_at) FROM incident
    JOIN delivery ON delivery.incident_id = incident.id AND delivery.kind = 'alert'
    JOIN attempt ON attempt.delivery_id = delivery.id GROUP BY incident.id
"""
SECOND = """
    SELECT attempt.started_at FROM delivery JOIN attempt ON attempt.delivery_id = delivery.id
    WHERE delivery.kind IN ('more', 'again')
"""


def run(folder: Path, options: Options) -> dict[str, Any]:
    base = prepared(folder / "prepared", options.activists, options.contacts)
    data = copied(base, folder / "burst")
    with demo(data) as running:
        burst = Burst.over(running.ready["devices"], options.presses)
        answers = burst.run(running)
        found = quiet(running)
        incidents = Counter(
            activist for (activist,) in rows(data, "SELECT activist_id FROM incident")
        )
        slowest = max(answer.seconds for answer in answers)
        overtaken = _overtaken(data, slowest)
    return {
        **_verdict(burst, answers, found, incidents),
        "second_texts_while_a_first_waited": overtaken,
        "slowest_answer_s": round(slowest, 3),
        "good": {
            "answers_that_differ": 0,
            "activists_with_two_incidents": 0,
            "contacts_without_a_text": 0,
            "texts_twice": 0,
            "second_texts_while_a_first_waited": 0,
            "second_texts_before_their_own_incidents_first": 0,
        },
    }


def _overtaken(data: Path, slowest: float) -> int:
    """Second texts that were started while a first one waited. Its press was stored by then: no
    answer took longer than `slowest` seconds. (A phone whose press comes late is not overtaken.)
    """
    waited = [(opened + slowest * 1e6, started) for opened, started in rows(data, FIRST)]
    return sum(
        any(stored < second < first for stored, first in waited) for (second,) in rows(data, SECOND)
    )


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
