"""Bad days: each fault does to a text what the contract says."""

from typing import Any

import pytest

from server.sandbox.dialect import Refusal
from server.sandbox.faults import Faults, Verdict, Weather

FORM = {"To": "+447700900101", "ContentRetention": "discard"}


def weather(**faults: Any) -> Weather:
    made = Weather(lambda: 0.5)
    made.change(Faults(**faults), clock=0)
    return made


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({}, Verdict()),
        ({"hang_rate": 0.6}, Verdict(hang=True)),
        ({"hang_rate": 0.5}, Verdict()),
        ({"reset_rate": 0.6}, Verdict(reset=True)),
        ({"accept_then_reset_rate": 0.6}, Verdict(reset_after=True)),
        ({"status": 500}, Verdict(refusal=Refusal(20500, 500))),
        ({"rate": 0.6}, Verdict(refusal=Refusal(20500, 500))),
        ({"status": 500, "rate": 0.4}, Verdict()),
        ({"throttle_rate": 0.6}, Verdict(refusal=Refusal(20429, 429))),
        ({"status": 429}, Verdict(refusal=Refusal(20429, 429))),
        ({"code": 21610}, Verdict(refusal=Refusal(21610, 400))),
        ({"code": 30007}, Verdict(fate=30007)),
        ({"code": 30007, "status": 400}, Verdict(refusal=Refusal(30007, 400))),
        ({"code": 30029}, Verdict(refusal=Refusal(30029, 400))),
        ({"code": 21609}, Verdict()),
        ({"undelivered": ("+447700900101",)}, Verdict(fate=30003)),
        ({"undelivered": ("+447700900102",)}, Verdict()),
    ],
)
def test_a_bad_day_is_a_verdict(faults: dict[str, object], verdict: Verdict) -> None:
    assert weather(**faults).verdict(FORM, clock=1) == verdict


def test_a_throughput_refuses_what_is_over_it_and_fills_up_again() -> None:
    bad_day = weather(messages_per_second=2)
    taken = [bad_day.verdict(FORM, clock=10).refusal is None for _ in range(4)]
    assert taken == [True, True, False, False]
    assert bad_day.verdict(FORM, clock=10.5).refusal is None
    assert bad_day.verdict(FORM, clock=10.5).refusal == Refusal(20429, 429)
    assert bad_day.verdict({**FORM, "Twiml": "<Response/>"}, clock=10.5).refusal is None, "a call"


@pytest.mark.parametrize(
    ("drawn", "mode"), [(0.1, "drop"), (0.3, "duplicate"), (0.5, "shuffle"), (0.99, "on")]
)
def test_mixed_callbacks_are_drawn_one_by_one(drawn: float, mode: str) -> None:
    bad_day = Weather(lambda: drawn)
    bad_day.change(Faults(callbacks="mixed"), clock=0)
    assert bad_day.callbacks() == mode
    assert Weather(lambda: drawn).callbacks() == "on"
