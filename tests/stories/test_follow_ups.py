"""What contacts hear while an alert goes on: a move, a low battery, a silence; in measure."""

from typing import Any

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE, Activist
from tests.support.world import World

FAR = {"lat": 14.7001, "lon": -17.4501}  # about a kilometre from the press
NEAR = {"lat": 14.6941}  # 45 m from it


def sends(world: World, ana: Activist, battery: float | None = None, **fix: Any) -> None:
    """A position by the phone's socket, with the battery."""
    place = {"lat": 14.6937, "lon": -17.4441, "accuracy_m": 25.0, "source": "gps"}
    at = world.clock.now().isoformat()
    body = {"incident_id": ana.phone.last, "positions": [{**place, "at": at, **fix}]}
    with ana.phone.socket() as socket:
        socket.ask("positions", body | {"battery": battery})
    world.work()


def minutes_of_fixes(world: World, ana: Activist, minutes: int, **fix: Any) -> None:
    for _ in range(minutes):
        world.forward(minutes=1)
        ana.phone.moves(fix)
        world.work()


@pytest.mark.everywhere
def test_a_move_beyond_the_error_is_told_once(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    first = [world.carrier.expect(one, "needs help") for one in ana]
    minutes_of_fixes(world, ana, 11, **NEAR)
    world.carrier.expect_silence()
    world.forward(seconds=10)
    now = f"{world.clock.now():%H:%M}"
    ana.phone.moves(FAR)
    world.work()
    for text in first:
        moved = world.carrier.expect(text.to, "Ana has moved:", now, "N14.7001 W17.4501", text.code)
        assert moved.segments == 1
    minutes_of_fixes(world, ana, 12, **FAR)
    world.carrier.expect_silence()


def test_one_who_drives_is_told_of_every_ten_minutes_and_thrice_an_hour(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help")
    for minute in range(1, 60):
        world.forward(minutes=1)
        ana.phone.moves({"lat": 14.7 + minute / 100})
        world.work()
    told = [text.body for text in world.carrier.unexpected()]
    assert ["N14.8000" in told[0], "N14.9000" in told[1], "N15.0000" in told[2]] == [True] * 3
    assert len(told) == 3
    world.carrier.read_all()


def test_who_asked_for_the_place_is_not_told_of_it_again(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    ben, grace = (world.carrier.expect(one, "needs help") for one in ana)
    world.forward(minutes=5)
    ana.phone.moves(FAR)
    world.carrier.inbound(ben.to, "3")
    world.carrier.expect(ben.to, "needs help", "N14.7001")
    minutes_of_fixes(world, ana, 9, **FAR)
    world.carrier.expect(grace.to, "has moved", "N14.7001")
    minutes_of_fixes(world, ana, 9, **FAR)
    world.carrier.expect_silence()


def test_the_first_place_is_told_as_soon_as_it_is_known(world: World) -> None:
    ana = world.activist()
    ana.phone.press(position=None)
    text = world.carrier.expect(ana.contacts[0], "place not known yet")
    world.forward(seconds=30)
    ana.phone.moves(FAR)
    world.work()
    world.carrier.expect(text.to, "Ana needs help.", "at N14.7001 W17.4501", text.code)


def test_a_battery_that_runs_low_is_told_once(world: World) -> None:
    ana = world.activist()
    ana.phone.press(battery=0.4)
    text = world.carrier.expect(ana.contacts[0], "Battery 40%")
    for charge in (0.3, 0.16, 0.15, 0.16, 0.12):
        world.forward(minutes=1)
        sends(world, ana, charge)
    low = world.carrier.expect(text.to, "Ana: battery low, 15%.", "N14.6937 W17.4441", text.code)
    assert low.segments == 1
    world.carrier.expect_silence()


def test_a_battery_that_the_first_text_called_low_is_not_told_again(world: World) -> None:
    ana = world.activist()
    ana.phone.press(battery=0.12)
    world.carrier.expect(ana.contacts[0], "Battery 12%")
    world.forward(minutes=1)
    sends(world, ana, 0.08)
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_a_phone_that_falls_silent_is_told_of_and_the_office_sees_when_it_comes_back(
    world: World,
) -> None:
    ana = world.activist(contacts=["Ben", "Grace", "Oscar"])
    ana.phone.press()
    ben, grace, oscar = (world.carrier.expect(one, "needs help") for one in ana)
    world.carrier.inbound(grace.to, "2")
    world.carrier.expect(grace.to, "you cannot act")
    world.carrier.inbound(oscar.to, "STOP")
    minutes_of_fixes(world, ana, 2)
    heard = f"{world.clock.now():%H:%M}"
    world.forward(minutes=9, seconds=50)
    world.carrier.expect_silence()
    world.start_server()
    world.start_relay()
    world.forward(seconds=20)
    gone = world.carrier.expect(
        ben.to, f"Ana: nothing from the phone since {heard} at N14.6937 W17.4441", ben.code
    )
    assert gone.segments == 1
    world.forward(hours=3)
    world.carrier.expect_silence()
    ana.phone.moves({})
    world.work()
    noor = world.staff()
    silent, again = noor.timeline(ana.phone.last, "silent", "heard_again")
    assert (silent["kind"], silent["detail"]) == ("silent", {"minutes": 10})
    assert (again["kind"], again["actor"]["kind"]) == ("heard_again", "phone")
    world.forward(minutes=11)
    world.carrier.expect(ben.to, "nothing from the phone since")
    assert len(noor.timeline(ana.phone.last, "silent")) == 2


def test_a_phone_that_sent_its_press_alone_is_not_called_silent(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help")
    world.forward(hours=2)
    assert world.staff().timeline(ana.phone.last, "silent") == []


@pytest.mark.parametrize("code", [STOP_CODE, DURESS_CODE])
def test_after_a_stop_contacts_hear_nothing_more_whichever_code_it_was(
    world: World, code: str
) -> None:
    ana = world.activist()
    ana.phone.press(battery=0.4)
    world.carrier.expect(ana.contacts[0], "needs help")
    sends(world, ana)
    world.forward(minutes=12)
    world.carrier.expect(ana.contacts[0], "nothing from the phone")
    ana.phone.stop(code)
    world.carrier.expect(ana.contacts[0], "stop code entered")
    before = ana.phone.look().body
    world.forward(minutes=12)
    sends(world, ana, 0.05, **FAR)
    world.forward(hours=1)
    world.carrier.expect_silence()
    assert ana.phone.look().body == before
    assert len(world.staff().timeline(ana.phone.last, "silent")) == 1


def test_nothing_is_told_while_an_alert_counts_down_or_was_cancelled(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=30, battery=0.4)
    sends(world, ana, 0.05, **FAR)
    world.carrier.expect_silence()
    ana.phone.stop(STOP_CODE)
    world.forward(minutes=30)
    world.carrier.expect_silence()


def test_under_duress_in_the_countdown_contacts_hear_what_they_always_do(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=30, battery=0.4)
    ana.phone.stop(DURESS_CODE)
    world.forward(minutes=6)
    text = world.carrier.expect(ana.contacts[0], "needs help")
    seen = ana.phone.look().body
    world.forward(minutes=6)
    sends(world, ana, 0.1, **FAR)
    world.carrier.expect(text.to, "Ana: battery low, 10%.", "N14.7001")
    world.forward(minutes=11)
    world.carrier.expect(text.to, "nothing from the phone since")
    assert ana.phone.look().body == seen


def test_in_a_drill_they_say_so(world: World) -> None:
    ana = world.activist()
    ana.phone.press(drill=True, battery=0.4)
    world.carrier.expect(ana.contacts[0], "DRILL")
    world.forward(minutes=1)
    sends(world, ana, 0.1)
    world.carrier.expect(ana.contacts[0], "DRILL Ana: battery low, 10%.")
    world.forward(minutes=11)
    world.carrier.expect(ana.contacts[0], "DRILL Ana: nothing from the phone since")


def test_news_leaves_room_for_who_acts(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press(battery=0.4)
    ben, grace = (world.carrier.expect(one, "needs help") for one in ana)
    for _ in range(3):
        world.carrier.inbound(ben.to, "3")
        world.carrier.inbound(ben.to, "what?")
    assert len(world.carrier.unexpected()) == 6
    world.carrier.read_all()
    world.forward(minutes=1)
    sends(world, ana, 0.1)
    world.carrier.expect(grace.to, "battery low")
    world.carrier.expect_silence()
    world.carrier.inbound(grace.to, "1")
    world.carrier.expect(grace.to, "noted, you are acting")
    world.carrier.expect(ben.to, "Grace is acting.")
    world.forward(hours=1)
    world.carrier.read_all()


def test_whom_no_text_reaches_is_sent_no_news(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Landline"])
    ana.phone.press(battery=0.4)
    ben, landline = (world.carrier.expect(one, "needs help") for one in ana)
    landline.receipt("undelivered", 30006)
    sends(world, ana, 0.1)
    world.carrier.expect(ben.to, "battery low")


def test_one_who_goes_back_on_a_no_is_told_of_what_has_changed_since_their_text(
    world: World,
) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ana.phone.press()
    ben, grace = (world.carrier.expect(one, "needs help") for one in ana)
    world.carrier.inbound(ben.to, "2")
    world.carrier.expect(ben.to, "you cannot act")
    minutes_of_fixes(world, ana, 11, **FAR)
    world.carrier.expect(grace.to, "has moved")
    world.carrier.inbound(ben.to, "1")
    world.carrier.expect(ben.to, "you are acting")
    world.carrier.expect(grace.to, "Ben is acting.")
    minutes_of_fixes(world, ana, 1, **FAR)
    world.carrier.expect(ben.to, "Ana has moved:", "N14.7001")
