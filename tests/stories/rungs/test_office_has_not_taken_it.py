"""A board is awake, and in 60 s nobody has taken the alert: the duty phone rings."""

from tests.support.duty import FIRST, paged
from tests.support.world import World


def test_a_board_is_awake_so_staff_have_a_minute(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist(contacts=["Ben"])
    with noor.board() as board:
        ana.phone.press()
        board.shows("sent")
        on_duty.carrier.expect(ana.contacts[0]).reply("1")
        on_duty.forward(seconds=58)
        on_duty.carrier.expect_silence()
    with noor.board() as board:
        board.shows("raised")
        on_duty.forward(seconds=3)
        paged(on_duty, FIRST, "has not taken it")
    (entry,) = noor.timeline(ana.phone.last, "duty_paged")
    assert entry["detail"]["reason"] == "not_taken"


def test_taken_in_time_rings_nowhere(on_duty: World) -> None:
    noor, ana = on_duty.staff(), on_duty.activist()
    with noor.board() as board:
        ana.phone.press()
        board.shows("raised")
        on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.forward(seconds=50)
    noor.take(ana.phone.last)
    on_duty.forward(hours=1)
    on_duty.carrier.expect_silence()
