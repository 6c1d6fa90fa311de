"""Officers reach contacts by hand: their own words, a welfare check, a call; never past a STOP."""

from datetime import timedelta

import pytest

from server.jobs import retention
from server.services import endings
from tests.support.office import by_hand
from tests.support.people import STOP_CODE
from tests.support.world import World


@pytest.mark.everywhere
def test_an_officer_texts_a_contact_in_their_own_words(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    code = world.carrier.expect(ben, "needs help").code
    world.carrier.expect(grace, "needs help")
    noor = world.staff("Noor")
    noor.texts(ana.phone.last, "Is she at her mother’s?", 1)
    text = world.carrier.expect(ben, f"{code}, the office: Is she at her mother's?")
    assert (text.encoding, text.segments) == ("GSM-7", 1)
    world.carrier.expect_silence()
    (entry,) = noor.timeline(ana.phone.last, "office_texted")
    assert entry["actor"]["name"] == "Noor"
    assert entry["detail"] == {"contacts": ["contact 1"], "text": "Is she at her mother’s?"}
    assert noor.incident(ana.phone.last)["people"][0]["texts"][-1]["text"] == "office"
    world.carrier.inbound(ben.phone, "No, she left at noon.")
    world.carrier.expect(ben, "Not understood")
    assert noor.timeline(ana.phone.last, "wrote")[0]["detail"]["text"] == "No, she left at noon."


def test_the_same_press_of_the_button_texts_once(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    wish = by_hand("Where are you?")
    answers = [noor.tries(ana.phone.last, "texts", wish).status for _ in range(3)]
    world.work()
    assert answers == [201, 200, 200]
    world.carrier.expect(ana.contacts[0], "Where are you?")
    world.carrier.expect_silence()


def test_it_is_one_part_in_every_language_or_it_is_not_sent(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Omar"], languages=["en", "ar"])
    noor = world.staff()
    ana.phone.press()
    world.carrier.read_all()
    draft = {"text": "Stay away from the square, and call the lawyer at once please."}
    told = noor.tries(ana.phone.last, "texts/count", draft).ok()["texts"]
    assert [(one["place"], one["encoding"], one["parts"], one["most"]) for one in told] == [
        (1, "GSM-7", 1, 160),
        (2, "UCS-2", 2, 70),
    ]
    refused = noor.tries(ana.phone.last, "texts", by_hand(draft["text"]))
    assert (refused.status, refused.json["pointer"]) == (422, "/text")
    noor.texts(ana.phone.last, draft["text"], 1)
    assert world.carrier.expect(ana.contacts[0], "Stay away").body == told[0]["body"]
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_contacts_are_asked_to_check_and_each_answer_counts(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    grace = ana.contacts[1]
    ana.phone.press()
    texts = [world.carrier.expect(one, "needs help") for one in ana]
    texts[0].reply("1")
    world.carrier.expect(grace, "Ben is acting.")
    world.forward(minutes=30)
    noor = world.staff()
    noor.asks_to_check(ana.phone.last)
    for one in ana:
        asked = world.carrier.expect(one, "Ana", "please check how they are", "Reply 1")
        assert asked.segments == 1
    world.forward(minutes=2)
    texts[0].reply("1")
    texts[1].reply("2")
    said = [entry["detail"] for entry in noor.timeline(ana.phone.last, "answered")]
    assert [(one["name"], one["answer"]) for one in said] == [
        ("Ben", "acting"),
        ("Ben", "acting"),
        ("Grace", "cannot"),
    ]
    assert ana.phone.progress()["acknowledged"] == 1, "whoever acts is counted once"
    texts[0].reply("1")
    assert len(noor.timeline(ana.phone.last, "answered")) == 3, "an answer is news once"
    world.carrier.expect_silence()


def test_the_office_may_ask_in_its_own_words(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    ana.phone.stop(STOP_CODE)
    world.carrier.expect(ana.contacts[0], "stop code entered")
    noor.asks_to_check(ana.phone.last, text="Is the light on in her flat?")
    world.carrier.expect(ana.contacts[0], "light on in her flat?", "Reply 1 I act, 2 I cannot")


def test_whoever_sent_stop_is_neither_texted_nor_called(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    noor = world.staff()
    ana.phone.press()
    world.carrier.read_all()
    world.carrier.inbound(ben.phone, "STOP")
    assert [one["opted_out"] for one in noor.incident(ana.phone.last)["people"]] == [True, False]
    for action in ("texts", "welfare"):
        refused = noor.tries(ana.phone.last, action, by_hand("Please answer.", [1]))
        assert (refused.status, "STOP" in refused.json["detail"]) == (409, True)
    assert noor.tries(ana.phone.last, "contacts/1/call", {}).status == 409
    noor.texts(ana.phone.last, "Please answer.")
    world.carrier.expect(grace, "Please answer.")
    (entry,) = noor.timeline(ana.phone.last, "office_texted")
    assert entry["detail"]["contacts"] == ["contact 2"]
    assert entry["detail"]["left_out"] == {"contact 1": "stopped"}
    world.carrier.expect_silence()


def test_who_was_not_told_of_the_alert_is_told_before(world: World) -> None:
    ana = world.activist(rings=[["Ben"], ["Chloe"], ["Grace"]])
    ben, chloe, grace = ana
    noor = world.staff()
    ana.phone.press()
    world.carrier.expect(ben, "needs help")
    noor.take(ana.phone.last)
    world.carrier.expect(ben, "Dakar office is acting.")
    noor.texts(ana.phone.last, "Can you go there?", 3)
    world.carrier.expect(chloe, "Ana needs help.")
    first = world.carrier.expect(grace, "Ana needs help.")
    world.carrier.expect(grace, "Can you go there?")
    first.reply("1")
    assert noor.incident(ana.phone.last)["acting"] == 1
    rings = noor.timeline(ana.phone.last, "next_ring")
    assert [entry["detail"]["ring"] for entry in rings] == [2, 3], "the ladder goes on from there"
    world.carrier.expect_silence()


def test_nobody_hears_of_a_countdown_or_after_the_end(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    ana.phone.press(countdown=20)
    assert noor.tries(ana.phone.last, "texts", by_hand("Hello")).status == 409
    noor.close(ana.phone.last, "false_alarm")
    assert noor.tries(ana.phone.last, "welfare", by_hand(None)).status == 409
    assert noor.tries(ana.phone.last, "contacts/1/call", {}).status == 409
    world.forward(minutes=1)
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_after_three_quiet_days_the_office_texts_from_its_own_copy(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    (ben,) = ana
    ana.phone.press()
    world.carrier.expect(ben)
    noor.take(ana.phone.last)
    world.carrier.expect(ben, "Dakar office is acting.")
    world.forward(hours=73)
    noor = world.staff()
    assert noor.timeline(ana.phone.last, "contacts_let_go")
    noor.asks_to_check(ana.phone.last)
    world.carrier.expect(ben, "please check how they are")
    world.carrier.inbound(ben.phone, "1")
    assert noor.incident(ana.phone.last)["acting"] == 1
    assert noor.tries(ana.phone.last, "contacts/1/call", {}).status == 409, "a call needs the brief"
    world.forward(hours=73)
    assert len(world.staff().timeline(ana.phone.last, "contacts_let_go")) == 2


def turn_retention(world: World) -> None:
    retention.turn(world.database, world.vault, world.clock)


@pytest.mark.everywhere
def test_a_text_about_an_old_alert_is_not_dropped_while_it_waits_for_its_turn(
    world: World,
) -> None:
    ana = world.activist()
    (ben,) = ana
    ana.phone.press()
    world.carrier.expect(ben)
    world.staff().close(ana.phone.last)
    world.carrier.expect(ben, "confirmed by the office")
    world.forward(hours=73)
    noor = world.staff()
    noor.reopen(ana.phone.last, "held again")
    noor.tries(ana.phone.last, "welfare", by_hand(None)).ok()
    turn_retention(world)
    world.work()
    world.carrier.expect(ben, "please check how they are")
    turn_retention(world)
    world.carrier.inbound(ben.phone, "1")
    assert noor.incident(ana.phone.last)["acting"] == 1
    assert noor.timeline(ana.phone.last, "contacts_let_go") == []


def test_a_text_that_is_asked_for_while_the_contacts_are_let_go_keeps_them(world: World) -> None:
    """The look that finds an alert stale is not the transaction that forgets."""
    ana = world.activist()
    (ben,) = ana
    ana.phone.press()
    world.carrier.expect(ben)
    world.clock.forward_to(world.clock.now() + timedelta(hours=73))
    now = world.clock.now()
    with world.database.read() as tx:
        assert endings.stale_briefs(tx, now) == [ana.phone.last]
    noor = world.staff()
    noor.tries(ana.phone.last, "texts", by_hand("Where is she?")).ok()
    assert not world.database.write(
        lambda tx: endings.let_contacts_go(tx, world.vault, ana.phone.last, now)
    )
    world.work()
    world.carrier.expect(ben, "Where is she?")
    assert noor.timeline(ana.phone.last, "contacts_let_go") == []


def test_an_officer_has_a_contact_called_once_more(world: World) -> None:
    ana, noor = world.activist(), world.staff("Noor")
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    for _ in range(2):
        noor.tries(ana.phone.last, "contacts/1/call", {}).ok()
        world.work()
    call = world.carrier.expect_call(ana.contacts[0], "Ana needs help.", "Press 1 if you act.")
    world.carrier.expect_silence()
    call.press("1")
    (calling,) = noor.timeline(ana.phone.last, "calling")
    assert (calling["actor"]["name"], calling["detail"]["reason"]) == ("Noor", "office")
    assert noor.incident(ana.phone.last)["acting"] == 1
    assert [one["state"] for one in noor.incident(ana.phone.last)["people"][0]["calls"]] == [
        "delivered"
    ]


def test_an_officer_says_that_they_called_and_when(world: World) -> None:
    ana, noor = world.activist(), world.staff("Noor")
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    called_at = world.clock.now()
    world.forward(minutes=10)
    wish = {**by_hand(None), "result": "reached", "note": "he goes there", "at": called_at}
    wish = {name: value for name, value in wish.items() if name not in ("text", "to")}
    wish["at"] = called_at.isoformat()
    answers = [noor.tries(ana.phone.last, "contacts/1/called", wish).status for _ in range(2)]
    assert answers == [201, 200]
    (entry,) = noor.timeline(ana.phone.last, "phoned")
    assert entry["detail"]["result"] == "reached"
    assert entry["detail"]["text"] == "he goes there"
    assert entry["at"] < entry["recorded_at"]
    future = {**wish, "id": by_hand(None)["id"], "at": "2126-01-01T00:00:00Z"}
    refused = noor.tries(ana.phone.last, "contacts/1/called", future)
    assert (refused.status, refused.json["pointer"]) == (422, "/at")


def test_there_is_an_end_to_what_one_contact_is_sent_in_an_hour(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    for number in range(12):
        noor.texts(ana.phone.last, f"Word {number}")
        world.carrier.expect(ana.contacts[0], f"Word {number}")
    refused = noor.tries(ana.phone.last, "texts", by_hand("One more"))
    assert (refused.status, refused.json["mend"]) == (409, "Wait, or call them.")
    world.forward(minutes=61)
    noor.texts(ana.phone.last, "One more")
    world.carrier.expect(ana.contacts[0], "One more")
