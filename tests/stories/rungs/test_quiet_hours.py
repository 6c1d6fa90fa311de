"""There are none: at three at night a real alert texts, calls and pages as it does at noon."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.duty import FIRST, SECOND, paged
from tests.support.people import TIMEZONE
from tests.support.world import World


def three_at_night(world: World) -> datetime:
    """The next one where the activist is."""
    there = world.clock.now().astimezone(ZoneInfo(TIMEZONE))
    return (there + timedelta(days=1)).replace(hour=3, minute=0, second=0, microsecond=0)


def test_at_night_everything_happens_as_by_day(on_duty: World) -> None:
    ana = on_duty.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    on_duty.clock.forward_to(three_at_night(on_duty))
    ana.phone.press()
    on_duty.carrier.expect(ben, "Ana needs help. 03:00").receipt("delivered")
    paged(on_duty, FIRST)
    on_duty.forward(seconds=61)
    paged(on_duty, SECOND)
    on_duty.forward(seconds=30)
    on_duty.carrier.expect_call(ben)
    on_duty.carrier.expect(grace, "Ana needs help.")
