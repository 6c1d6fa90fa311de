"""All who were told said 2: the next ring at once, and an alarm where there is none."""

from tests.support.world import World


def test_everyone_who_was_told_cannot_so_the_next_ring_waits_for_nothing(calling: World) -> None:
    ana = calling.activist(rings=[["Ben"], ["Grace"], ["Oscar"]])
    ben, grace, oscar = ana
    ana.phone.press()
    calling.carrier.expect(ben).reply("2")
    calling.carrier.expect(grace, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=85)
    calling.carrier.expect_silence()
    calling.forward(seconds=10)
    calling.carrier.expect_call(grace)
    calling.carrier.expect(oscar, "Ana needs help.")


def test_the_last_2_of_all_is_an_alarm_for_the_office(calling: World) -> None:
    noor, ana = calling.staff(), calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).reply("2")
    text = calling.carrier.expect(grace, "Ana needs help.")
    assert noor.timeline(ana.phone.last, "all_declined") == []
    text.reply("2")
    assert len(noor.timeline(ana.phone.last, "all_declined")) == 1
    assert ana.phone.progress()["state"] == "open"
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_one_who_has_not_answered_yet_is_waited_for(calling: World) -> None:
    ana = calling.activist(rings=[["Ben", "Oscar"], ["Grace"]])
    ben, oscar, _ = ana
    ana.phone.press()
    calling.carrier.expect(ben).reply("2")
    calling.carrier.expect(oscar).receipt("delivered")
    calling.forward(seconds=80)
    calling.carrier.expect_silence()
