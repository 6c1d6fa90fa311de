"""The first ring is texted at once, everybody in it; nobody else is told, and nobody called."""

import pytest

from tests.support.world import World


@pytest.mark.everywhere
def test_everybody_of_the_first_ring_and_nobody_else(calling: World) -> None:
    ana = calling.activist(rings=[["Ben", "Oscar"], ["Grace"]])
    ben, oscar, _ = ana
    assert ana.phone.press().contacts == 3
    for one in (ben, oscar):
        calling.carrier.expect(one, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=88)
    calling.carrier.expect_silence()


def test_a_countdown_holds_it_and_its_end_begins_every_wait(calling: World) -> None:
    ana = calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press(countdown=20)
    calling.forward(seconds=19)
    calling.carrier.expect_silence()
    calling.forward(seconds=2)
    calling.carrier.expect(ben, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=87)
    calling.carrier.expect_silence()
    calling.forward(seconds=5)
    calling.carrier.expect_call(ben)
    calling.carrier.expect(grace)
