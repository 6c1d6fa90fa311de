"""The check-in timer: missed, it raises the alert with the phone off."""

from datetime import timedelta

import pytest

from tests.support.people import Activist
from tests.support.web import Answer
from tests.support.world import World


def sets(world: World, ana: Activist, method: str, **span: float) -> Answer:
    due = world.clock.now() + timedelta(**span)
    return ana.phone.caller.ask(method, "/v1/check-in", {"due_at": due.isoformat()})


@pytest.mark.everywhere
def test_missed_it_raises_the_alert_with_the_phone_off(world: World) -> None:
    ana = world.activist()
    assert sets(world, ana, "POST", minutes=30).status == 201
    ana.phone.caller.close()
    world.forward(minutes=29, seconds=59)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.", "place not known yet")
    (incident,) = world.staff().incidents()
    (raised,) = world.staff().timeline(incident["id"], "raised")
    assert raised["detail"]["trigger"] == "check_in"
    world.forward(hours=1)
    world.carrier.expect_silence()


def test_extended_it_waits_longer(world: World) -> None:
    ana = world.activist()
    sets(world, ana, "POST", minutes=30)
    world.forward(minutes=20)
    sets(world, ana, "PATCH", minutes=30).ok()
    world.forward(minutes=29)
    world.carrier.expect_silence()
    world.forward(minutes=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_ended_it_raises_nothing(world: World) -> None:
    ana = world.activist()
    sets(world, ana, "POST", minutes=30)
    assert ana.phone.caller.ask("DELETE", "/v1/check-in").status == 204
    world.forward(hours=1)
    world.carrier.expect_silence()
    assert ana.phone.caller.ask("DELETE", "/v1/check-in").status == 404
    assert sets(world, ana, "PATCH", minutes=30).status == 404


def test_missed_during_an_alert_it_joins_it(world: World) -> None:
    ana = world.activist()
    sets(world, ana, "POST", minutes=5)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.forward(minutes=6)
    world.carrier.expect(ana.contacts[0], "Ana pressed again")
    assert len(world.staff().incidents()) == 1


@pytest.mark.parametrize("span", [{"minutes": -1}, {"hours": 49}])
def test_a_time_that_cannot_be_meant_is_refused(world: World, span: dict[str, float]) -> None:
    ana = world.activist()
    answer = sets(world, ana, "POST", **span)
    assert (answer.status, answer.json["pointer"]) == (422, "/due_at")
