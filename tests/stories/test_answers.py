"""What contacts answer: a 1 acknowledges for them, never for the office; a 2 moves on."""

import pytest

from tests.support.carrier import inbound_form
from tests.support.world import World


@pytest.mark.everywhere
def test_a_contact_acts_and_the_office_is_still_asked(world: World) -> None:
    ana = world.activist()
    (ben,) = ana
    ana.phone.press()
    noor = world.staff()
    with noor.board() as board, ana.phone.socket() as socket:
        world.carrier.expect(ben, "needs help").reply("1")
        assert socket.pushed(state="acknowledged")["acknowledged"] == 1
        entry = board.shows("answered")
    assert entry["detail"]["answer"] == "acting"
    assert entry["actor"] == {"kind": "contact", "name": "Ben"}
    (incident,) = noor.incidents()
    assert (incident["state"], incident["acting"]) == ("acknowledged", 1)
    assert incident["unanswered"], "until staff take it"
    taken = noor.take(incident["id"])
    assert not taken["unanswered"]
    assert ana.phone.progress()["office"] is True


def test_the_same_answer_twice_is_one_answer(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("1")
    text.reply("1")
    assert ana.phone.progress()["acknowledged"] == 1
    assert len(world.staff().timeline(ana.phone.last, "answered")) == 1


@pytest.mark.parametrize("digit", ["1", " 1. ", "١", "۱", "1️⃣", "𝟏", "1!"])
def test_a_digit_of_any_script_counts(world: World, digit: str) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply(digit)
    assert ana.phone.progress()["state"] == "acknowledged"


@pytest.mark.everywhere
def test_a_2_moves_on_to_the_next_ring(world: World) -> None:
    ana = world.activist(rings=[["Ben", "Oscar"], ["Grace"]])
    ben, oscar, grace = ana
    ana.phone.press()
    world.carrier.expect(oscar, "needs help")
    world.carrier.expect(ben, "needs help").reply("2")
    world.carrier.expect_silence()
    world.carrier.inbound(oscar.phone, "2")
    world.carrier.expect(oscar, "noted, you cannot act")
    world.carrier.expect(grace, "Ana needs help.")
    assert ana.phone.progress()["state"] == "open"


def test_the_next_ring_is_told_once_however_often_a_contact_changes_their_mind(
    world: World,
) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    text = world.carrier.expect(ben)
    for answer in ("2", "1", "2"):
        text.reply(answer)
    world.carrier.expect(grace, "Ana needs help.")
    world.carrier.expect(grace, "Ben is acting.")
    world.carrier.expect(grace, "nobody is acting now.")
    world.carrier.expect_silence()


def test_all_of_all_rings_cannot_and_the_office_is_alarmed(world: World) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ben, grace = ana
    ana.phone.press()
    world.carrier.expect(ben).reply("2")
    noor = world.staff()
    assert not noor.incidents()[0]["all_declined"]
    world.carrier.expect(grace).reply("2")
    incident = noor.incident(ana.phone.last)
    assert incident["all_declined"]
    assert [entry["kind"] for entry in incident["timeline"]].count("all_declined") == 1


def test_a_1_after_a_2_acknowledges(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("2")
    text.reply("1")
    assert ana.phone.progress()["state"] == "acknowledged"
    assert not world.staff().incidents()[0]["all_declined"]


def test_a_2_after_a_1_gives_up_the_lead_and_the_alert_is_open_again(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("1")
    with ana.phone.socket() as socket:
        text.reply("2")
        assert socket.pushed(state="open")["acknowledged"] == 0
    assert world.staff().incidents()[0]["state"] == "open"


def test_the_lead_passes_to_whoever_else_acts(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    first = world.carrier.expect(ben)
    first.reply("1")
    text = world.carrier.expect(grace, "Ana needs help.")
    world.carrier.expect(grace, "Ben is acting")
    text.reply("1")
    first.reply("2")
    world.carrier.expect(grace, "you lead now, in place of Ben.")
    progress = ana.phone.progress()
    assert (progress["state"], progress["acknowledged"]) == ("acknowledged", 1)


def test_the_lead_gives_up_while_the_office_has_it(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    text.reply("1")
    world.staff().take(ana.phone.last)
    text.reply("2")
    assert ana.phone.progress()["state"] == "acknowledged"


def test_words_that_are_no_answer_are_read_by_the_office(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).reply("who is this?")
    world.carrier.expect(ana.contacts[0], "Reply 1 if you act, 2 if you cannot, 3 for the place.")
    (entry,) = world.staff().timeline(ana.phone.last, "wrote")
    assert entry["detail"]["text"] == "who is this?"
    assert ana.phone.progress()["state"] == "open"


def test_the_same_webhook_twice_is_one_text(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    form = inbound_form(ana.contacts[0].phone, "where is she?")
    for _ in range(2):
        assert world.carrier.post("/twilio/inbound", form).status == 200
    world.carrier.expect(ana.contacts[0], "Not understood.")
    assert len(world.staff().timeline(ana.phone.last, "wrote")) == 1
