"""The check-in timer: missed, it raises the alert with the phone off."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.people import Activist
from tests.support.phone import DAKAR
from tests.support.web import Answer
from tests.support.world import World

DOOR = "/v1/check-in"


def sets(
    world: World, ana: Activist, method: str, fields: dict[str, Any] | None = None, **span: float
) -> Answer:
    due = world.clock.now() + timedelta(**span)
    return ana.phone.caller.ask(method, DOOR, {"due_at": due.isoformat(), **(fields or {})})


def standing(ana: Activist) -> dict[str, Any]:
    return ana.phone.caller.ask("GET", DOOR).ok()  # type: ignore[no-any-return]


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


@pytest.mark.everywhere
def test_it_outlives_a_phone_that_is_off_and_a_server_that_starts_anew(world: World) -> None:
    ana = world.activist()
    sets(world, ana, "POST", minutes=30)
    ana.phone.caller.close()
    world.forward(minutes=20)
    world.start_server()
    world.start_relay()
    world.forward(minutes=9, seconds=59)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_the_time_that_was_promised_stands_when_the_servers_clock_is_set(world: World) -> None:
    ana = world.activist()
    due = datetime.fromisoformat(sets(world, ana, "POST", minutes=30).ok()["due_at"])
    world.forward(minutes=20)
    world.clock.back(timedelta(minutes=15))
    assert datetime.fromisoformat(standing(ana)["due_at"]) == due
    world.forward(minutes=24)
    world.carrier.expect_silence()
    world.clock.forward_to(due + timedelta(hours=5))
    world.work()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


@pytest.mark.everywhere
def test_extended_or_ended_in_the_last_second_it_is_not_missed(world: World) -> None:
    ana, eva = world.activist(), world.activist("Eva", contacts=["Kofi"])
    for activist in (ana, eva):
        sets(world, activist, "POST", minutes=30)
    world.forward(minutes=29, seconds=59)
    sets(world, ana, "PATCH", minutes=30).ok()
    assert eva.phone.caller.ask("DELETE", DOOR).status == 204
    world.forward(minutes=29)
    world.carrier.expect_silence()
    world.forward(minutes=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.carrier.expect_silence()


def test_the_text_says_where_the_phone_was_when_it_was_set(world: World) -> None:
    ana = world.activist()
    fix = {**DAKAR, "at": world.clock.now().isoformat()}
    sets(world, ana, "POST", {"position": fix, "battery": 0.4}, minutes=30)
    world.forward(minutes=31)
    world.carrier.expect(ana.contacts[0], "Ana needs help.", "N14.6937 W17.4441")


def test_a_phone_that_was_set_up_anew_sees_how_it_stands(world: World) -> None:
    ana = world.activist()
    now = standing(ana)
    assert (now["due_at"], now["incident"]) == (None, None)
    assert datetime.fromisoformat(now["now"]) <= world.clock.now()
    due = sets(world, ana, "POST", minutes=30).ok()["due_at"]
    assert standing(ana)["due_at"] == due
    world.forward(minutes=31)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    missed = standing(ana)
    assert missed["due_at"] is None
    (incident,) = world.staff().incidents()
    assert missed["incident"]["incident_id"] == incident["id"]
    assert ana.phone.look(incident["id"]).ok()["state"] == "open"


def test_over_the_socket_it_is_the_same(world: World) -> None:
    ana = world.activist()
    due = (world.clock.now() + timedelta(minutes=30)).isoformat()
    with ana.phone.socket() as socket:
        kept = socket.ask("check_in", {"due_at": due})
        assert kept["status"] == 201
        later = socket.ask("check_in_later", {"due_at": due, "code": None})
        assert (later["status"], later["body"]["due_at"]) == (200, kept["body"]["due_at"])
        assert socket.ask("check_in_look", {})["body"]["due_at"] == kept["body"]["due_at"]
        assert socket.ask("check_in", {"due_at": "soon"})["status"] == 422
