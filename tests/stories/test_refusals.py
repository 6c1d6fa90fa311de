"""What the carrier refuses is tried again, given up, or shown to an operator, by its code."""

import pytest

from tests.support.world import World


@pytest.mark.parametrize("code", [21211, 21614, 21635, 21617])
def test_what_can_never_arrive_is_tried_once(world: World, code: int) -> None:
    ana = world.activist()
    world.carrier.trouble(code=code)
    ana.phone.press()
    world.carrier.trouble()
    world.forward(hours=1)
    world.carrier.expect_silence()
    person = world.staff().incident(ana.phone.last)["people"][0]
    assert (person["delivery"], person["error"]) == ("failed", code)
    assert ana.phone.progress()["notified"] == 0


@pytest.mark.parametrize("code", [21611, 21606, 21408, 20003])
def test_what_may_be_mended_is_tried_on_until_it_goes_out(world: World, code: int) -> None:
    ana = world.activist()
    world.carrier.trouble(code=code)
    ana.phone.press()
    world.forward(minutes=1)
    refused = world.staff().timeline(ana.phone.last, "refused")
    assert len(refused) >= 3
    assert {entry["detail"]["code"] for entry in refused} == {code}
    world.carrier.trouble()
    world.forward(minutes=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_too_many_requests_are_no_failed_tries(world: World) -> None:
    ana = world.activist()
    world.carrier.trouble(code=20429)
    ana.phone.press()
    world.forward(minutes=3)
    noor = world.staff()
    assert noor.timeline(ana.phone.last, "refused") == []
    world.carrier.trouble()
    world.forward(seconds=3)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_what_stops_being_useful_is_given_up(world: World) -> None:
    ana = world.activist()
    world.carrier.trouble(code=21611)
    ana.phone.press()
    world.forward(hours=2, minutes=1)
    world.carrier.trouble()
    world.forward(hours=1)
    world.carrier.expect_silence()
    assert world.staff().incident(ana.phone.last)["people"][0]["delivery"] == "failed"


def test_a_refusal_in_a_receipt_is_shown(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("failed", 30005)
    person = world.staff().incident(ana.phone.last)["people"][0]
    assert (person["delivery"], person["error"]) == ("failed", 30005)
