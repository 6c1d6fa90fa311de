"""Nobody answers in 90 s: called twice within three minutes, and the next ring is texted."""

from datetime import datetime

import pytest

from tests.support.world import World


@pytest.mark.everywhere
def test_nobody_answers_so_everyone_is_called_twice_and_the_next_ring_is_told(
    calling: World,
) -> None:
    noor, ana = calling.staff(), calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=88)
    calling.carrier.expect_silence()
    calling.forward(seconds=3)
    calling.carrier.expect_call(ben, "Ana")
    calling.carrier.expect(grace, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=61)
    calling.carrier.expect_call(ben, "Ana")
    calling.forward(seconds=30)
    calling.carrier.expect_call(grace, "Ana")
    calling.forward(seconds=61)
    calling.carrier.expect_call(grace, "Ana")
    calling.forward(hours=2)
    calling.carrier.expect_silence()
    told = [
        (entry["kind"], entry["detail"].get("name"), entry["detail"].get("reason"))
        for entry in noor.timeline(ana.phone.last, "calling", "next_ring")
    ]
    assert told == [
        ("calling", "Ben", "no_answer"),
        ("next_ring", None, None),
        ("calling", "Ben", "no_answer"),
        ("calling", "Grace", "no_answer"),
        ("calling", "Grace", "no_answer"),
    ]


def test_the_two_calls_are_close_enough_to_wake_a_phone_that_is_silenced(calling: World) -> None:
    ana = calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    calling.forward(minutes=10)
    first, second = (calling.carrier.expect_call(ana.contacts[0]) for _ in range(2))
    assert first.sid != second.sid
    noor = calling.staff()
    rang = [entry["at"] for entry in noor.timeline(ana.phone.last, "calling")]
    assert seconds_between(*rang) < 180


def seconds_between(first: str, second: str) -> float:
    span = datetime.fromisoformat(second) - datetime.fromisoformat(first)
    return span.total_seconds()
