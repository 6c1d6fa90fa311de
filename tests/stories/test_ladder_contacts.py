"""The contacts' ladder beside its rungs: answers, stops, drills, and who is never called."""

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.world import World


def test_a_contact_who_sent_stop_is_never_called(calling: World) -> None:
    ana = calling.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).reply("STOP")
    calling.carrier.expect(grace).receipt("delivered")
    calling.forward(seconds=91)
    calling.carrier.expect_call(grace)
    calling.forward(seconds=61)
    calling.carrier.expect_call(grace)
    calling.carrier.expect_silence()


def test_an_answer_stops_the_ladder_and_who_gives_up_starts_it_again(calling: World) -> None:
    ana = calling.activist(rings=[["Ben", "Grace"], ["Oscar"]])
    ben, grace, oscar = ana
    ana.phone.press()
    text = calling.carrier.expect(ben)
    text.receipt("delivered")
    calling.carrier.expect(grace).receipt("delivered")
    calling.forward(seconds=10)
    text.reply("1")
    calling.carrier.expect(grace, "Ben is acting")
    calling.forward(minutes=30)
    calling.carrier.expect_silence()
    text.reply("2")
    calling.carrier.expect(grace, "nobody is acting now")
    calling.forward(seconds=2)
    calling.carrier.expect_call(grace, "Ana")
    calling.carrier.expect(oscar, "Ana needs help.").reply("1")
    calling.carrier.read_all()
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_who_gives_up_after_the_last_rung_starts_it_again(calling: World) -> None:
    ana = calling.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    text = calling.carrier.expect(ben)
    text.receipt("delivered")
    calling.carrier.expect(grace).receipt("delivered")
    calling.forward(minutes=20)
    for _ in range(2):
        calling.carrier.expect_call(ben)
        calling.carrier.expect_call(grace)
    text.reply("1")
    calling.carrier.expect(grace, "Ben is acting")
    calling.forward(minutes=20)
    calling.carrier.expect_silence()
    text.reply("2")
    calling.carrier.expect(grace, "nobody is acting now")
    calling.forward(seconds=2)
    calling.carrier.expect_call(grace, "Ana")


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_a_stop_that_contacts_know_of_ends_their_ladder(calling: World, code: str) -> None:
    ana = calling.activist(rings=[["Ben"], ["Grace"]])
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    calling.forward(seconds=20)
    ana.phone.stop(code)
    calling.carrier.read_all()
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_under_duress_in_the_countdown_the_ladder_begins_when_contacts_are_told(
    calling: World,
) -> None:
    noor, ana = calling.staff(), calling.activist()
    ana.phone.press(countdown=20)
    calling.forward(seconds=5)
    ana.phone.stop(DURESS_CODE)
    calling.forward(minutes=2)
    calling.carrier.expect_silence()
    noor.release(ana.phone.last)
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    calling.forward(seconds=91)
    calling.carrier.expect_call(ana.contacts[0], "Ana")


def test_a_stop_in_the_countdown_leaves_no_timer(calling: World) -> None:
    ana = calling.activist()
    ana.phone.press(countdown=20)
    ana.phone.stop(STOP_CODE)
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_a_drill_texts_ring_by_ring_and_calls_nobody(calling: World) -> None:
    calling.duty_phones("+12025550111")
    ana = calling.activist(rings=[["Ben"], ["Grace"]])
    ana.phone.press(drill=True)
    calling.carrier.expect(ana.contacts[0], "DRILL")
    calling.forward(seconds=91)
    calling.carrier.expect(ana.contacts[1], "DRILL")
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_one_contact_of_two_activists_is_called_for_each(calling: World) -> None:
    ana = calling.activist("Ana")
    ben = ana.contacts[0]
    sara = calling.activist("Sara", contacts=[ben])
    ana.phone.press()
    sara.phone.press()
    calling.carrier.expect(ben, "Ana needs help.").receipt("delivered")
    calling.carrier.expect(ben, "Sara needs help.").receipt("delivered")
    calling.forward(seconds=92)
    for_ana = calling.carrier.expect_call(ben, "Ana")
    calling.carrier.expect_call(ben, "Sara")
    for_ana.press("1")
    assert ana.phone.progress()["state"] == "acknowledged"
    assert sara.phone.progress()["state"] == "open"
    calling.forward(seconds=61)
    calling.carrier.expect_call(ben, "Sara")
    calling.forward(hours=1)
    calling.carrier.expect_silence()
