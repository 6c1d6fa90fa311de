"""An office sets its waits, and those of one activist; others begin with everybody's."""

from server.domain.access import Role
from tests.support.duty import FIRST, SECOND
from tests.support.world import World

WAITS = {"delivered_s": 15, "answer_s": 30, "call_again_s": 25, "office_s": 20, "calls": True}


def edited(world: World, path: str, **waits: object) -> None:
    """By an administrator, who leaves no board open."""
    noor = world.staff("Noor", role=Role.ADMINISTRATOR)
    noor.caller.ask("PUT", f"/v1/{path}/ladder", WAITS | waits).ok()


def test_an_office_whose_waits_are_short(calling: World) -> None:
    edited(calling, f"offices/{calling.office.id}")
    ana = calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).receipt("delivered")
    calling.forward(seconds=29)
    calling.carrier.expect_silence()
    calling.forward(seconds=2)
    calling.carrier.expect_call(ben)
    calling.carrier.expect(grace, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=24)
    calling.carrier.expect_call(ben)
    calling.carrier.expect_silence()


def test_one_activist_whose_waits_are_their_own(calling: World) -> None:
    ana, sara = calling.activist("Ana"), calling.activist("Sara")
    edited(calling, f"activists/{ana.id}", calls=False)
    ana.phone.press()
    sara.phone.press()
    calling.carrier.expect(ana.contacts[0])
    calling.carrier.expect(sara.contacts[0])
    calling.forward(seconds=31)
    calling.carrier.expect_call(sara.contacts[0])
    calling.carrier.expect_silence()


def test_duty_phones_follow_it_too(on_duty: World) -> None:
    edited(on_duty, f"offices/{on_duty.office.id}", calls=False)
    ana = on_duty.activist()
    ana.phone.press()
    on_duty.carrier.expect(ana.contacts[0]).reply("1")
    on_duty.carrier.expect(FIRST, "Dakar office")
    on_duty.forward(seconds=19)
    on_duty.carrier.expect_silence()
    on_duty.forward(seconds=2)
    on_duty.carrier.expect(SECOND, "Dakar office")
    on_duty.carrier.expect_silence()
