"""Every cell of the press table: a press is never swallowed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.people import STOP_CODE, Activist
from tests.support.world import World

Bring = Callable[[World, Activist], None]


def nothing(world: World, ana: Activist) -> None:
    """No incident at all."""


def closed(world: World, ana: Activist) -> None:
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.staff().close(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "confirmed by the office")


def cancelled(world: World, ana: Activist) -> None:
    ana.phone.press(countdown=10)
    ana.phone.stop(STOP_CODE)


def claimed_safe(world: World, ana: Activist) -> None:
    ana.phone.press()
    ana.phone.stop(STOP_CODE)
    world.carrier.expect(ana.contacts[0], "needs help")
    world.carrier.expect(ana.contacts[0], "stop code entered")


def pending(world: World, ana: Activist) -> None:
    ana.phone.press(countdown=20)


def open_(world: World, ana: Activist) -> None:
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])


def acknowledged(world: World, ana: Activist) -> None:
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply("1")


def drill(world: World, ana: Activist) -> None:
    ana.phone.press(drill=True)
    world.carrier.expect(ana.contacts[0], "DRILL")


@pytest.fixture
def ana(world: World) -> Activist:
    return world.activist()


@pytest.mark.parametrize("bring", [nothing, closed])
def test_after_nothing_or_a_close_an_alert_opens_alone(
    world: World, ana: Activist, bring: Bring
) -> None:
    bring(world, ana)
    before = ana.phone.last
    pressed = ana.phone.press()
    assert pressed.incident_id != before
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert world.staff().incident(pressed.incident_id)["previous_id"] is None


@pytest.mark.everywhere
@pytest.mark.parametrize("bring", [cancelled, claimed_safe])
def test_after_a_stop_an_alert_opens_anew_and_names_the_one_before(
    world: World, ana: Activist, bring: Bring
) -> None:
    bring(world, ana)
    before = ana.phone.last
    pressed = ana.phone.press()
    assert pressed.incident_id != before
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert world.staff().incident(pressed.incident_id)["previous_id"] == before


@pytest.mark.parametrize("bring", [nothing, closed])
def test_after_nothing_or_a_close_a_drill_opens(world: World, ana: Activist, bring: Bring) -> None:
    bring(world, ana)
    ana.phone.press(drill=True)
    world.carrier.expect(ana.contacts[0], "DRILL from Ana.")


@pytest.mark.parametrize("bring", [cancelled, claimed_safe, pending, open_, acknowledged])
def test_while_an_alert_is_not_closed_a_drill_is_refused(
    world: World, ana: Activist, bring: Bring
) -> None:
    bring(world, ana)
    refused = ana.phone.refused_press(drill=True)
    assert refused.status == 409
    assert refused.json["pointer"] == "/kind"
    assert refused.json["mend"]
    world.forward(seconds=30)
    if bring is pending:
        world.carrier.expect(ana.contacts[0], "Ana needs help.")


@pytest.mark.parametrize(("countdown", "expected"), [(5, 5), (0, 0), (30, 20)])
def test_a_press_in_the_countdown_joins_and_brings_it_nearer_never_later(
    world: World, ana: Activist, countdown: float, expected: float
) -> None:
    pending(world, ana)
    started = world.clock.now()
    joined = ana.phone.press(countdown=countdown)
    assert abs(joined.release_at - started - timedelta(seconds=expected)) < timedelta(seconds=0.1)
    if expected:
        world.forward(seconds=expected - 0.5)
        world.carrier.expect_silence()
        world.forward(seconds=1)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert len(world.staff().incidents()) == 1


@pytest.mark.everywhere
@pytest.mark.parametrize("bring", [open_, acknowledged])
def test_a_press_while_it_is_open_joins_and_says_pressed_again(
    world: World, ana: Activist, bring: Bring
) -> None:
    bring(world, ana)
    first = ana.phone.last
    noor = world.staff()
    with noor.board() as board:
        again = ana.phone.press(
            position={"lat": 14.7, "lon": -17.45, "accuracy_m": 8, "source": "gps"}
        )
        assert again.incident_id == first
        entry = board.shows("pressed_again")
        assert entry["detail"]["position"]["lat"] == 14.7
    world.carrier.expect(ana.contacts[0], "Ana pressed again")
    summary = noor.incident(first)
    assert summary["pressed_again_at"] is not None
    assert summary["unanswered"]


def test_contacts_hear_of_a_press_again_at_most_once_in_ten_minutes(
    world: World, ana: Activist
) -> None:
    open_(world, ana)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana pressed again")
    world.forward(minutes=9)
    ana.phone.press()
    world.carrier.expect_silence()
    world.forward(minutes=1, seconds=1)
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana pressed again")
    assert len(world.staff().timeline(ana.phone.last, "pressed_again")) == 3


def test_the_text_about_another_press_has_the_newest_place(world: World, ana: Activist) -> None:
    open_(world, ana)
    ana.phone.moves({"lat": 15.5, "lon": -16.5})
    ana.phone.press(position=None)
    world.carrier.expect(ana.contacts[0], "Ana pressed again", "N15.5000 W16.5000")


def test_an_alert_ends_a_drill_and_opens_its_own_incident(world: World, ana: Activist) -> None:
    drill(world, ana)
    practised = ana.phone.last
    real = ana.phone.press()
    assert real.incident_id != practised
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    ended = world.staff().incident(practised)
    assert (ended["state"], ended["outcome"]) == ("closed", "drill")
    assert ana.phone.progress(practised)["state"] == "closed"


def test_a_drill_in_a_drill_joins_it(world: World, ana: Activist) -> None:
    drill(world, ana)
    assert ana.phone.press(drill=True).incident_id == ana.phone.last
    world.carrier.expect(ana.contacts[0], "DRILL", "pressed again")
    assert len(world.staff().incidents()) == 1


def test_a_drill_in_a_drills_countdown_texts_nobody_before_its_end(
    world: World, ana: Activist
) -> None:
    ana.phone.press(drill=True, countdown=20)
    ana.phone.press(drill=True, countdown=10)
    world.forward(seconds=9)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    world.carrier.expect(ana.contacts[0], "DRILL from Ana.")


def test_everyone_who_was_told_hears_of_a_press_again(world: World) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"], ["Ruth"]])
    ben, grace, _ = ana
    ana.phone.press()
    world.carrier.expect(ben).reply("2")
    world.carrier.expect(grace, "Ana needs help.")
    ana.phone.press()
    for one in (ben, grace):
        world.carrier.expect(one, "Ana pressed again")
    world.carrier.expect_silence()


def test_a_clock_that_steps_back_does_not_hide_the_open_alert(world: World, ana: Activist) -> None:
    ana.phone.press()
    world.carrier.read_all()
    noor = world.staff()
    noor.close(ana.phone.last)
    world.clock.forward_to(world.clock.now() - timedelta(hours=1))
    opened = ana.phone.press().incident_id
    assert ana.phone.press().incident_id == opened
    world.work()
    world.carrier.read_all()
