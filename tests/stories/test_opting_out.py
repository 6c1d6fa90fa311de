"""STOP from a number silences it, for everyone, until START."""

import pytest

from tests.support.people import STOP_CODE
from tests.support.world import World


@pytest.mark.everywhere
def test_a_number_that_said_stop_is_not_texted_until_it_says_start(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    world.carrier.inbound(ben.phone, "STOP")
    standing = ana.phone.caller.ask("GET", "/v1/profile/standing").ok()["contacts"]
    assert [(one["opted_out"], one["reachable"]) for one in standing] == [
        (True, False),
        (False, True),
    ]
    assert ana.phone.press().contacts == 1
    world.carrier.expect(grace, "needs help")
    world.carrier.expect_silence()
    world.staff().close(ana.phone.last)
    world.carrier.expect(ana.contacts[1], "confirmed by the office")
    world.carrier.inbound(ben.phone, "start")
    assert ana.phone.press().contacts == 2
    for one in ana:
        world.carrier.expect(one, "needs help")


def test_a_stop_in_the_middle_of_an_alert_is_on_its_timeline(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply("Stop")
    noor = world.staff()
    assert len(noor.timeline(ana.phone.last, "opted_out")) == 1
    ana.phone.press()
    ana.phone.stop(STOP_CODE)
    noor.close(ana.phone.last)
    assert noor.timeline(ana.phone.last, "refused") == [], "not even tried"
    world.carrier.expect_silence()


def test_a_start_in_the_middle_of_an_alert_brings_the_text_again(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("STOP")
    text.reply("START")
    world.carrier.expect(text.to, "Ana needs help.", text.code)
    assert len(world.staff().timeline(ana.phone.last, "opted_in")) == 1


def test_a_yes_from_a_number_that_never_said_stop_is_asked_about(world: World) -> None:
    """It is the carrier's word for START, and a friend's for "I act"."""
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("Yes")
    world.carrier.expect(text.to, "Not understood. Reply 1 if you act")
    assert world.staff().timeline(ana.phone.last, "opted_in") == []
    assert ana.phone.progress()["state"] == "open"


def test_nobody_is_left_to_text_and_the_phone_knows_it_is_the_office_alone(world: World) -> None:
    ana = world.activist()
    world.carrier.inbound(ana.contacts[0].phone, "STOP")
    assert ana.phone.press().contacts == 0
    noor = world.staff()
    assert len(noor.timeline(ana.phone.last, "office_only")) == 1
