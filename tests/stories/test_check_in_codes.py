"""A check-in that is ended under duress: answered as any other, and known to the office."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE, Activist
from tests.support.phone import DAKAR
from tests.support.web import Answer
from tests.support.world import World

DOOR = "/v1/check-in"
CODES = {"true": STOP_CODE, "duress": DURESS_CODE}


def begun(world: World) -> Activist:
    ana = world.activist()
    ana.phone.caller.ask("POST", DOOR, {"due_at": in_minutes(world, 30)}).ok()
    return ana


def in_minutes(world: World, minutes: float) -> str:
    return (world.clock.now() + timedelta(minutes=minutes)).isoformat()


def ends(ana: Activist, code: str, **fields: Any) -> Answer:
    return ana.phone.caller.ask("POST", f"{DOOR}/end", {"code": code, **fields})


def moves(world: World, ana: Activist, code: str) -> Answer:
    body = {"due_at": in_minutes(world, 60), "code": code}
    return ana.phone.caller.ask("PATCH", DOOR, body)


def without_times(answer: Answer) -> tuple[Any, ...]:
    said = answer.json
    headers = {name for name in answer.headers if name.lower() != "date"}
    return answer.status, len(answer.body), said["incident"], said["due_at"] is None, headers


@pytest.mark.everywhere
def test_ended_with_the_true_code_it_raises_nothing(world: World) -> None:
    ana = begun(world)
    assert ends(ana, STOP_CODE).ok()["due_at"] is None
    world.forward(hours=2)
    world.carrier.expect_silence()
    assert world.staff().incidents() == []


@pytest.mark.everywhere
def test_ended_under_duress_the_office_knows_at_once_and_contacts_after_five_minutes(
    world: World,
) -> None:
    ana = begun(world)
    noor = world.staff()
    with noor.board() as board:
        fix = {**DAKAR, "at": world.clock.now().isoformat()}
        ends(ana, DURESS_CODE, position=fix).ok()
        world.work()
        assert board.shows("stopped")["detail"] == {"code": "duress", "before_release": True}
    (incident,) = noor.incidents()
    assert (incident["duress"], incident["unanswered"], incident["state"]) == (
        True,
        True,
        "pending",
    )
    world.forward(minutes=4, seconds=58)
    world.carrier.expect_silence()
    world.forward(seconds=3)
    world.carrier.expect(ana.contacts[0], "Ana needs help.", "N14.6937 W17.4441").reply("1")


def test_contacts_are_texted_sooner_at_the_offices_word(world: World) -> None:
    ana = begun(world)
    ends(ana, DURESS_CODE).ok()
    noor = world.staff()
    (incident,) = noor.incidents()
    noor.caller.ask("POST", f"/v1/incidents/{incident['id']}/release", {}).ok()
    world.work()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


@pytest.mark.parametrize("how", ["end", "later"])
def test_phone_and_pushes_cannot_tell_the_codes_apart(world: World, how: str) -> None:
    seen = {}
    for kind, code in CODES.items():
        ana = begun(world)
        with ana.phone.socket() as socket:
            answer = ends(ana, code) if how == "end" else moves(world, ana, code)
            looked = ana.phone.caller.ask("GET", DOOR)
            world.forward(minutes=10)
            for incident in world.staff().incidents():
                world.staff().close(incident["id"])
            socket.ask("check_in_look", {})
            seen[kind] = without_times(answer), without_times(looked), len(socket.pushes)
        if kind == "duress":
            world.carrier.expect(ana.contacts[0], "Ana needs help.")
            world.carrier.expect(ana.contacts[0])
    assert seen["true"] == seen["duress"]


def test_a_later_press_finds_no_trace_of_the_duress_code(world: World) -> None:
    ana = begun(world)
    ends(ana, DURESS_CODE).ok()
    (hidden,) = world.staff().incidents()
    pressed = ana.phone.press()
    assert pressed.incident_id != hidden["id"]
    assert ana.phone.look(hidden["id"]).status == 404
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_moved_under_duress_it_still_goes_out_when_it_is_missed(world: World) -> None:
    ana = begun(world)
    moves(world, ana, DURESS_CODE).ok()
    world.forward(minutes=6)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    world.forward(minutes=53)
    world.carrier.expect_silence()
    world.forward(minutes=2)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


@pytest.mark.parametrize("how", ["end", "later"])
def test_an_answer_that_was_lost_raises_no_second_alert(world: World, how: str) -> None:
    ana = begun(world)
    for _ in range(2):
        (ends(ana, DURESS_CODE) if how == "end" else moves(world, ana, DURESS_CODE)).ok()
    assert len(world.staff().incidents()) == 1


def test_a_wrong_code_ends_nothing_and_is_counted(world: World) -> None:
    ana = begun(world)
    wrong = [ends(ana, "9999").status for _ in range(4)]
    assert wrong == [403, 403, 403, 429]
    world.forward(minutes=20)
    assert moves(world, ana, "9999").status == 403
    world.forward(minutes=11)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")


def test_an_end_that_comes_too_late_learns_of_the_alert(world: World) -> None:
    ana = begun(world)
    world.forward(minutes=31)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    said = ends(ana, STOP_CODE).ok()
    assert said["due_at"] is None
    ana.phone.stop(STOP_CODE, said["incident"]["incident_id"])
    world.carrier.expect(ana.contacts[0], "stop code entered")
