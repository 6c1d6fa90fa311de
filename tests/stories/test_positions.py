"""Positions while an incident is open: repeats are harmless, the newest counts."""

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE
from tests.support.phone import DAKAR
from tests.support.world import World


@pytest.mark.everywhere
def test_the_board_follows_and_a_repeat_changes_nothing(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    noor = world.staff()
    at = world.clock.now().isoformat()
    with noor.board() as board:
        for _ in range(3):
            assert ana.phone.moves({"lat": 14.71, "at": at}).ok() == {"stored": 1}
        assert board.shows("position")["detail"]["position"]["lat"] == 14.71
    incident = noor.incident(ana.phone.last)
    assert [fix["lat"] for fix in incident["track"]] == [14.6937, 14.71]
    assert incident["position"]["lat"] == 14.71
    assert len(noor.timeline(ana.phone.last, "position")) == 1


def test_fixes_that_arrive_late_keep_their_place_in_the_track(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    times = []
    for _ in range(3):
        world.forward(seconds=10)
        times.append(world.clock.now().isoformat())
    ana.phone.moves({"lat": 3.0, "at": times[2]})
    ana.phone.moves({"lat": 1.0, "at": times[0]}, {"lat": 2.0, "at": times[1]})
    incident = world.staff().incident(ana.phone.last)
    assert [fix["lat"] for fix in incident["track"]] == [14.6937, 1.0, 2.0, 3.0]
    assert incident["position"]["lat"] == 3.0


def test_the_text_at_the_end_of_the_countdown_has_the_newest_place(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    world.forward(seconds=5)
    ana.phone.moves({"lat": 15.25, "accuracy_m": 8})
    world.forward(seconds=6)
    world.carrier.expect(ana.contacts[0], "N15.2500 W17.4441 within 8m (GPS)")


def test_over_the_socket_the_battery_comes_with_them(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    fix = {"lat": 1.5, "lon": 2.5, "accuracy_m": None, "source": "network"}
    body = {
        "incident_id": ana.phone.last,
        "positions": [{**fix, "at": world.clock.now().isoformat()}],
        "battery": 0.05,
    }
    with ana.phone.socket() as socket:
        assert socket.ask("positions", body)["body"] == {"stored": 1}
    incident = world.staff().incident(ana.phone.last)
    assert (incident["position"]["lat"], incident["battery"]) == (1.5, 0.05)
    world.carrier.expect(ana.contacts[0], "battery low, 5%", "N1.5000 E2.5000")


@pytest.mark.parametrize(("code", "kept"), [(STOP_CODE, 1), (DURESS_CODE, 2)])
def test_after_a_cancel_they_are_dropped_and_the_answer_is_the_same(
    world: World, code: str, kept: int
) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(code)
    assert ana.phone.moves({"lat": 14.9}).body == b'{"stored":1}'
    noor = world.staff()
    assert len(noor.incident(ana.phone.last)["track"]) == kept
    noor.close(ana.phone.last)


def test_after_a_stop_that_came_late_they_are_kept(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    ana.phone.stop(STOP_CODE)
    world.carrier.expect(ana.contacts[0], "needs help")
    world.carrier.expect(ana.contacts[0], "stop code entered")
    ana.phone.moves({"lat": 14.9})
    assert len(world.staff().incident(ana.phone.last)["track"]) == 2


def test_after_the_close_the_phone_is_told_to_press_again(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.staff().close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "confirmed by the office")
    answer = ana.phone.moves({"lat": 14.9})
    assert (answer.status, answer.json["mend"]) == (409, "Press again if you need help.")


def test_another_phone_has_no_such_incident(world: World) -> None:
    ana, sara = world.activist("Ana"), world.activist("Sara")
    ana.phone.press(countdown=10)
    for answer in (
        sara.phone.moves({}, incident_id=ana.phone.last),
        sara.phone.look(ana.phone.last),
    ):
        assert answer.status == 404
    ana.phone.stop(STOP_CODE)


def test_without_a_socket_the_battery_comes_with_a_list(world: World) -> None:
    ana = world.activist()
    ana.phone.press(battery=0.9)
    world.carrier.expect(ana.contacts[0])
    fixes = {"positions": [{**DAKAR, "at": world.clock.now().isoformat()}], "battery": 0.14}
    answer = ana.phone.caller.ask("POST", f"/v1/incidents/{ana.phone.last}/positions", fixes)
    assert answer.ok() == {"stored": 1}
    world.carrier.expect(ana.contacts[0], "battery low, 14%")
    assert world.staff().incident(ana.phone.last)["battery"] == 0.14


def test_a_phone_that_lies_still_says_its_battery_too(world: World) -> None:
    """Its newest fix is one that is known; the charge is news all the same, once."""
    ana = world.activist()
    ana.phone.press(battery=0.9)
    world.carrier.expect(ana.contacts[0])
    fix = {**DAKAR, "at": world.clock.now().isoformat()}
    for charge in (0.9, 0.15, 0.13):
        fixes = {"positions": [fix], "battery": charge}
        ana.phone.caller.ask("POST", f"/v1/incidents/{ana.phone.last}/positions", fixes).ok()
        world.work()
    world.carrier.expect(ana.contacts[0], "battery low, 15%")
    assert len(world.staff().timeline(ana.phone.last, "position")) <= 1
