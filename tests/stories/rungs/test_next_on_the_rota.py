"""Whoever is next on the rota rings a minute later, and after the last one it begins anew."""

from tests.support.duty import FIRST, SECOND, paged
from tests.support.world import World


def test_after_the_last_phone_the_rota_begins_anew_until_staff_take_it(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.forward(hours=3)
    for _ in range(7):
        paged(on_duty, FIRST)
        paged(on_duty, SECOND)
    on_duty.carrier.expect_silence()
    noor.take(ana.phone.last)
    on_duty.forward(hours=3)
    on_duty.carrier.expect_silence()


def test_hearing_it_is_not_taking_it_so_the_next_phone_rings(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.carrier.expect(FIRST, "Dakar office")
    on_duty.carrier.expect_call(FIRST).press("1")
    assert len(noor.timeline(ana.phone.last, "duty_heard")) == 1
    on_duty.forward(seconds=61)
    paged(on_duty, SECOND)
    noor.take(ana.phone.last)
    on_duty.carrier.read_all()
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()
