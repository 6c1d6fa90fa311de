"""The contacts' ladder, rung by rung: called, called again, and the next ring told."""

from datetime import timedelta

import pytest

from server.services import ladders
from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.world import World


@pytest.fixture
def calling(world: World) -> World:
    """An office whose ladder is as everybody's is at first: phones ring."""
    world.ladder()
    return world


@pytest.mark.everywhere
def test_nobody_answers_so_everyone_is_called_twice_and_the_next_ring_is_told(
    calling: World,
) -> None:
    noor, ana = calling.staff(), calling.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=88)
    calling.carrier.expect_silence()
    calling.forward(seconds=3)
    calling.carrier.expect_call(ben, "Ana")
    calling.carrier.expect(grace, "Ana needs help.").receipt("delivered")
    calling.forward(seconds=61)
    calling.carrier.expect_call(ben, "Ana")
    calling.forward(seconds=30)
    calling.carrier.expect_call(grace, "Ana")
    calling.forward(seconds=61)
    calling.carrier.expect_call(grace, "Ana")
    calling.forward(hours=2)
    calling.carrier.expect_silence()
    told = [
        (entry["kind"], entry["detail"].get("name"), entry["detail"].get("reason"))
        for entry in noor.timeline(ana.phone.last, "calling", "next_ring")
    ]
    assert told == [
        ("calling", "Ben", "no_answer"),
        ("next_ring", None, None),
        ("calling", "Ben", "no_answer"),
        ("calling", "Grace", "no_answer"),
        ("calling", "Grace", "no_answer"),
    ]


def test_a_landline_never_shows_a_text_and_is_called_at_once(calling: World) -> None:
    noor, ana = calling.staff(), calling.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).receipt("delivered")
    calling.carrier.expect(grace)
    calling.forward(seconds=29)
    calling.carrier.expect_silence()
    calling.forward(seconds=2)
    calling.carrier.expect_call(grace, "Ana").press("1")
    (entry,) = noor.timeline(ana.phone.last, "calling")
    assert (entry["detail"]["name"], entry["detail"]["reason"]) == ("Grace", "not_delivered")
    calling.carrier.expect(ben, "Grace is acting")
    calling.forward(hours=1)
    calling.carrier.expect_silence()


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
    calling.forward(seconds=2)
    calling.carrier.expect_call(grace, "Ana")


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


def test_staff_who_take_it_do_not_silence_the_contacts_ladder(calling: World) -> None:
    noor, ana = calling.staff(), calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("delivered")
    noor.take(ana.phone.last)
    calling.carrier.read_all()
    calling.forward(seconds=91)
    calling.carrier.expect_call(ana.contacts[0])
    noor.close(ana.phone.last)
    calling.carrier.read_all()
    calling.forward(hours=1)
    calling.carrier.expect_silence()


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


def test_an_activist_may_have_a_ladder_of_their_own(calling: World) -> None:
    ana, sara = calling.activist("Ana"), calling.activist("Sara")
    now = calling.clock.now()
    own = ladders.Ladder(answer_s=20, delivered_s=10, calls=False)
    calling.database.write(lambda tx: ladders.set_ladder(tx, ana.id, own, "tests", now))
    ana.phone.press()
    sara.phone.press()
    calling.carrier.expect(ana.contacts[0])
    calling.carrier.expect(sara.contacts[0])
    calling.forward(seconds=31)
    calling.carrier.expect_call(sara.contacts[0])
    calling.carrier.expect_silence()
