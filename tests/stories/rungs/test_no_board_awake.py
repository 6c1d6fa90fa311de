"""No board has stood open for 60 s: the duty phone is texted and called at once."""

from datetime import timedelta

import pytest

from tests.support.duty import FIRST, SECOND, paged
from tests.support.world import World


@pytest.mark.everywhere
def test_no_board_is_awake_so_the_rota_rings_at_once_and_then_in_order(on_duty: World) -> None:
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    paged(on_duty, FIRST, "Dakar office", "board")
    on_duty.forward(seconds=58)
    on_duty.carrier.expect_silence()
    on_duty.forward(seconds=3)
    paged(on_duty, SECOND)
    noor = on_duty.staff()
    entries = noor.timeline(ana.phone.last, "duty_paged")
    assert [entry["detail"]["reason"] for entry in entries] == ["no_board", "no_board"]
    noor.take(ana.phone.last)
    on_duty.carrier.read_all()
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()


def test_a_board_that_closed_more_than_a_minute_ago_sees_nothing(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    with noor.board() as board:
        ana.phone.press(drill=True)
        board.shows("raised")
    on_duty.carrier.read_all()
    on_duty.clock.forward_to(on_duty.clock.now() + timedelta(seconds=62))
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0])
    paged(on_duty, FIRST, "board")
