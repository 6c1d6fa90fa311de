"""Nobody has agreed: board and duty phone at once, and the phone says "office only"."""

from tests.support.duty import FIRST, paged
from tests.support.world import World


def test_nobody_consented_so_the_duty_phone_rings_at_once(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist(agreed=False)
    with noor.board() as board:
        ana.phone.press()
        board.shows("raised")
        on_duty.forward(seconds=1)
    paged(on_duty, FIRST)
    (entry,) = noor.timeline(ana.phone.last, "duty_paged")
    assert entry["detail"]["reason"] == "no_contacts"


def test_the_phone_knows_that_it_is_the_office_only(on_duty: World) -> None:
    ana = on_duty.activist(contacts=["Ben", "Grace"], agreed=False)
    pressed = ana.phone.press()
    assert pressed.contacts == 0
    progress = ana.phone.progress()
    assert (progress["contacts"], progress["notified"], progress["office"]) == (0, 0, False)
    noor = on_duty.staff()
    assert len(noor.timeline(ana.phone.last, "office_only")) == 1
    paged(on_duty, FIRST)
    noor.take(ana.phone.last)
    assert ana.phone.progress()["office"] is True
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()
