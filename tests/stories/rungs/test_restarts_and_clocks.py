"""The waits are rows: exact after a restart, and when the machine's clock is set on or back."""

from datetime import timedelta

import pytest

from tests.support.duty import FIRST, SECOND, paged
from tests.support.world import World


@pytest.mark.everywhere
def test_a_restart_in_the_middle_loses_no_second(calling: World) -> None:
    ana = calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).receipt("delivered")
    calling.forward(seconds=60)
    calling.start_server()
    calling.start_relay()
    calling.forward(seconds=29)
    calling.carrier.expect_silence()
    calling.forward(seconds=2)
    calling.carrier.expect_call(ben)
    calling.carrier.expect(grace)


def test_a_server_that_was_gone_climbs_one_rung_at_a_time(calling: World) -> None:
    ana = calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    calling.forward(seconds=10)
    calling.clock.forward_to(calling.clock.now() + timedelta(minutes=10))
    calling.forward(seconds=2)
    calling.carrier.expect_call(ana.contacts[0])
    calling.forward(seconds=50)
    calling.carrier.expect_silence()
    calling.forward(seconds=10)
    calling.carrier.expect_call(ana.contacts[0])


def test_a_clock_that_is_set_back_takes_the_timers_with_it(calling: World) -> None:
    ana = calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    calling.forward(seconds=60)
    calling.clock.back(timedelta(hours=1))
    calling.forward(seconds=28)
    calling.carrier.expect_silence()
    calling.forward(seconds=4)
    calling.carrier.expect_call(ana.contacts[0])


def test_the_office_waits_as_exactly_through_both(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    paged(on_duty, FIRST)
    on_duty.forward(seconds=30)
    on_duty.start_server()
    on_duty.start_relay()
    on_duty.clock.back(timedelta(minutes=10))
    on_duty.forward(seconds=27)
    on_duty.carrier.expect_silence()
    on_duty.forward(seconds=5)
    paged(on_duty, SECOND)
