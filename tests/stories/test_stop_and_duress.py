"""A true and a duress code look the same to the phone and to contacts; the office is told apart."""

from dataclasses import dataclass, field

import pytest

from tests.support.people import DURESS_CODE, STOP_CODE, Activist
from tests.support.world import World

CODES = {"true": STOP_CODE, "duress": DURESS_CODE}
NEITHER = b"00000000-0000-0000-0000-000000000000"


@dataclass
class Seen:
    """All that a phone got to see of one stop, with the incident's id made neutral."""

    answers: list[bytes] = field(default_factory=list)
    pushes: list[bytes] = field(default_factory=list)
    headers: list[list[str]] = field(default_factory=list)


def watch(world: World, ana: Activist, code: str, countdown: int) -> Seen:
    """Press, stop by the code, go on using the phone; contacts answer and the office works."""
    seen, phone = Seen(), ana.phone
    pressed = phone.press(countdown=countdown)
    neutral = pressed.incident_id.encode()
    with phone.socket() as socket:
        answers = [phone.stop(code)]
        socket.pushed(state="cancelled" if countdown else "claimed_safe")
        answers.append(phone.look())
        answers.append(phone.moves({"lat": 14.7}))
        answers.append(phone.enters("0000"))
        answers.append(phone.enters(code))
        noor = world.staff()
        if not countdown:
            world.carrier.expect(ana.contacts[0], "Ana needs help.").reply("1")
            noor.take(pressed.incident_id)
        answers.append(phone.look())
        noor.close(pressed.incident_id)
        socket.pushed(state="closed")
        answers.append(phone.look())
        answers.append(phone.moves({"lat": 14.8}))
        answers.append(phone.enters(code))
        seen.pushes = [push.replace(neutral, NEITHER) for push in socket.pushes]
    seen.answers = [answer.body.replace(neutral, NEITHER) for answer in answers]
    seen.headers = [sorted(set(answer.headers) - {"date"}) for answer in answers]
    return seen


@pytest.mark.everywhere
def test_after_release_both_codes_give_the_phone_the_same_bytes(world: World) -> None:
    seen = {}
    for kind, code in CODES.items():
        ana = world.activist()
        seen[kind] = watch(world, ana, code, countdown=0)
        world.carrier.expect(ana.contacts[0], "stop code entered, the office is checking.")
        world.carrier.expect(ana.contacts[0], "confirmed by the office")
    assert seen["true"] == seen["duress"]
    assert b'"state":"claimed_safe"' in seen["true"].answers[0]


@pytest.mark.everywhere
def test_before_release_both_codes_give_the_phone_the_same_bytes(world: World) -> None:
    seen = {}
    for kind, code in CODES.items():
        seen[kind] = watch(world, world.activist(), code, countdown=10)
    assert seen["true"] == seen["duress"]
    assert b'"state":"cancelled"' in seen["true"].answers[0]


@pytest.mark.parametrize("countdown", [0, 10])
def test_a_new_press_behaves_the_same_after_either_code(world: World, countdown: int) -> None:
    states = {}
    for kind, code in CODES.items():
        ana = world.activist()
        first = ana.phone.press(countdown=countdown)
        ana.phone.stop(code)
        second = ana.phone.press(countdown=5)
        assert second.incident_id != first.incident_id
        refused = ana.phone.refused_press(drill=True)
        states[kind] = (ana.phone.progress(), second.contacts, refused.body)
        states[kind][0]["incident_id"] = None
        world.forward(seconds=6)
        if not countdown:
            world.carrier.expect(ana.contacts[0], "Ana needs help.")
            world.carrier.expect(ana.contacts[0], "stop code entered")
        world.carrier.expect(ana.contacts[0], "Ana needs help.")
        previous = world.staff().incident(second.incident_id)["previous_id"]
        assert previous == first.incident_id
        world.forward(minutes=6)
        if countdown and kind == "duress":
            world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert states["true"] == states["duress"]


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_after_release_contacts_get_one_neutral_text_and_never_safe(
    world: World, code: str
) -> None:
    ana = world.activist(contacts=["Ben", "Chloe"], languages=["en", "fr"])
    ana.phone.press()
    ana.phone.stop(code)
    for one in ana:
        world.carrier.expect(one, "Ana")
        text = world.carrier.expect(one, "Ana")
        assert "safe" not in text.body.lower()
        assert "sauf" not in text.body.lower()
    world.forward(hours=1)
    world.carrier.expect_silence()


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_after_either_stop_the_next_ring_is_not_woken(world: World, code: str) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ben = ana.contacts[0]
    ana.phone.press()
    ana.phone.stop(code)
    world.carrier.expect(ben, "Ana needs help.")
    world.carrier.expect(ben, "stop code entered").reply("2")
    world.carrier.expect_silence()


def test_a_true_code_in_the_countdown_texts_nobody(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(STOP_CODE)
    world.forward(hours=2)
    world.carrier.expect_silence()
    incident = world.staff().incident(ana.phone.last)
    assert (incident["state"], incident["unanswered"], incident["duress"]) == (
        "cancelled",
        False,
        False,
    )


def test_the_office_sees_a_duress_code_at_once(world: World) -> None:
    ana = world.activist()
    noor = world.staff()
    with noor.board() as board:
        ana.phone.press(countdown=10)
        ana.phone.stop(DURESS_CODE)
        entry = board.shows("stopped")
    assert entry["detail"] == {"code": "duress", "before_release": True}
    (incident,) = noor.incidents()
    assert (incident["duress"], incident["unanswered"], incident["state"]) == (
        True,
        True,
        "pending",
    )
    assert ana.phone.progress()["state"] == "cancelled"
    noor.close(incident["id"])


def test_under_duress_contacts_are_texted_after_five_minutes(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    world.forward(minutes=4, seconds=59)
    world.carrier.expect_silence()
    world.forward(seconds=2)
    text = world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert ana.phone.progress()["state"] == "cancelled"
    assert world.page(text.link).view()["state"] == "open"


def test_under_duress_contacts_are_texted_at_the_offices_word(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    noor = world.staff()
    noor.release(ana.phone.last)
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert ana.phone.progress()["state"] == "cancelled"
    world.forward(minutes=6)
    world.carrier.expect_silence()
    assert noor.tries(ana.phone.last, "release", {}).status == 409


def test_a_duress_code_given_twice_tells_contacts_nothing_of_a_stop(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    world.forward(minutes=6)
    text = world.carrier.expect(ana.contacts[0], "Ana needs help.")
    ana.phone.stop(DURESS_CODE)
    world.carrier.expect_silence()
    assert world.page(text.link).view()["state"] == "open"


def test_under_duress_in_the_countdown_the_next_ring_is_still_reached(world: World) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    world.forward(minutes=6)
    world.carrier.expect(ben, "Ana needs help.").reply("2")
    world.carrier.expect(grace, "Ana needs help.")


def test_a_duress_code_after_a_true_one_is_seen_by_the_office_alone(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    first = ana.phone.stop(STOP_CODE)
    second = ana.phone.stop(DURESS_CODE)
    assert first.body == second.body
    incident = world.staff().incident(ana.phone.last)
    assert (incident["duress"], incident["unanswered"]) == (True, True)


def test_a_closed_alert_under_duress_asks_for_nobody(world: World) -> None:
    ana = world.activist()
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    noor = world.staff()
    assert noor.close(ana.phone.last)["unanswered"] is False


def test_a_taken_alert_under_duress_leaves_the_top_to_one_that_nobody_took(
    world: World,
) -> None:
    noor, ana, sara = world.staff(), world.activist("Ana"), world.activist("Sara")
    ana.phone.press(countdown=10)
    ana.phone.stop(DURESS_CODE)
    noor.take(ana.phone.last)
    sara.phone.press()
    world.carrier.expect(sara.contacts[0])
    assert [one["id"] for one in noor.incidents()] == [sara.phone.last, ana.phone.last]
    noor.close(ana.phone.last)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_stop_after_the_claim_counts_as_released(world: World, code: str) -> None:
    """What the relay has claimed is on its way, whatever the clock says."""
    ana = world.activist()
    ana.phone.press(countdown=10)
    world.clock.forward_to(ana.phone.press(countdown=10).release_at)
    world.work()
    world.carrier.expect(ana.contacts[0], "Ana needs help.")
    ana.phone.stop(code)
    assert ana.phone.progress()["state"] == "claimed_safe"
    world.carrier.expect(ana.contacts[0], "stop code entered")


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_stop_before_the_claim_is_in_time_though_the_countdown_is_over(
    world: World, code: str
) -> None:
    ana = world.activist()
    pressed = ana.phone.press(countdown=10)
    world.clock.forward_to(pressed.release_at)
    ana.phone.stop(code)
    assert ana.phone.progress()["state"] == "cancelled"
    world.carrier.expect_silence()
    world.staff().close(pressed.incident_id)


def test_a_phone_cannot_stop_another_phones_incident(world: World) -> None:
    ana, sara = world.activist("Ana"), world.activist("Sara")
    pressed = ana.phone.press(countdown=10)
    answer = sara.phone.enters(STOP_CODE, pressed.incident_id)
    assert answer.status == 404
    assert ana.phone.progress()["state"] == "pending"
    ana.phone.stop(STOP_CODE)
