"""Calls: they say who needs help, one key answers them, and a call alone is never an answer."""

from datetime import timedelta

import pytest

from server.db import Transaction
from server.domain import delivery as rules
from server.domain.delivery import Kind
from server.services import deliveries, records
from server.services.records import Duty
from server.vault import about
from tests.support.carrier import Call, call_form
from tests.support.people import Activist
from tests.support.world import World

DUTY_PHONE = "+33639987701"


def ring(world: World, ana: Activist) -> Call:
    """Ana has pressed, her first ring was texted, and now it is called; the first one's call."""
    ana.phone.press()
    for one in ana:
        if one.ring == 1:
            world.carrier.expect(one)
    world.database.write(lambda tx: call_all(tx, world, ana.phone.last))
    return world.carrier.expect_call(ana.contacts[0])


def call_all(tx: Transaction, world: World, incident: str) -> None:
    now = world.clock.now()
    lane = rules.lane(Kind.CALL, 0, False)
    rows = [
        deliveries.row(Kind.CALL, incident, recipient, lane, now, now)
        for recipient in deliveries.told(tx, incident)
    ]
    deliveries.enqueue(tx, rows)


@pytest.mark.everywhere
def test_a_1_on_the_call_acknowledges(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    assert call.words.startswith("Ana needs help.")
    assert "Press 1 if you act." in call.words
    with ana.phone.socket() as socket:
        assert call.press("1") == "Thank you. Your answer is noted."
        assert socket.pushed(state="acknowledged")["acknowledged"] == 1
    noor = world.staff()
    assert noor.timeline(ana.phone.last, "answered")[0]["detail"]["answer"] == "acting"
    told = [entry["detail"]["text"] for entry in noor.timeline(ana.phone.last, "delivered")]
    assert "call" in told
    world.carrier.expect_silence()


def test_a_2_on_the_call_moves_on_to_the_next_ring(world: World) -> None:
    ana = world.activist(rings=[["Ben"], ["Grace"]])
    ring(world, ana).press("2")
    world.carrier.expect(ana.contacts[1], "needs help")
    world.carrier.expect_silence()
    assert ana.phone.progress()["state"] == "open"


def test_a_3_on_the_call_brings_the_text_again(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    call.press("3")
    world.carrier.expect(ana.contacts[0], "Ana")
    assert ana.phone.progress()["state"] == "open"
    world.carrier.expect_silence()


def test_nobody_answers_and_that_is_no_answer(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    assert call.receipt("no-answer").status == 204
    assert call.receipt("no-answer").status == 204
    noor = world.staff()
    (entry,) = noor.timeline(ana.phone.last, "undelivered")
    assert entry["detail"]["text"] == "call"
    assert ana.phone.progress()["acknowledged"] == 0


def test_a_mailbox_is_no_answer(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    call.pick_up()
    assert ana.phone.progress()["acknowledged"] == 0
    assert world.staff().timeline(ana.phone.last, "answered") == []


def test_a_declined_call_did_not_arrive(world: World) -> None:
    ana = world.activist()
    ring(world, ana).decline()
    (entry,) = world.staff().timeline(ana.phone.last, "undelivered")
    assert entry["detail"]["text"] == "call"


def test_another_key_hears_the_menu_once_more(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    assert call.press("7").startswith("Press 1 if you act.")
    assert call.press("1") == "Thank you. Your answer is noted."
    assert ana.phone.progress()["acknowledged"] == 1


def test_after_a_second_wrong_key_the_line_hangs_up(world: World) -> None:
    call = ring(world, world.activist())
    call.press("7")
    (open_call,) = world.carrier.sandbox.calls(call.to)
    assert open_call["status"] == "in-progress"
    call.press("*")
    (ended,) = world.carrier.sandbox.calls(call.to)
    assert ended["status"] == "completed"


def test_the_call_speaks_the_contacts_language_or_english(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Oyuna"], languages=["fr", "mn"])
    ben = ring(world, ana)
    assert 'language="fr-FR"' in ben.twiml
    world.forward(seconds=1)
    oyuna = world.carrier.expect_call(ana.contacts[1], "Ana needs help.")
    assert 'language="en-US"' in oyuna.twiml


def test_calls_start_one_a_second_and_hold_up_no_text(world: World) -> None:
    ana = world.activist(contacts=["Ben", "Oscar", "Grace"])
    ring(world, ana)
    ben = world.activist("Noa", contacts=["Ilse"])
    ben.phone.press()
    world.carrier.expect(ben.contacts[0], "Noa needs help.")
    world.carrier.expect_silence()
    for contact in ana.contacts[1:]:
        world.forward(seconds=1)
        world.carrier.expect_call(contact)
        world.carrier.expect_silence()


def test_a_call_that_nobody_can_prove_is_made_again(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    world.database.write(lambda tx: call_all(tx, world, ana.phone.last))
    world.carrier.trouble(reset_rate=1)
    world.work()
    world.carrier.trouble()
    world.carrier.expect_silence()
    world.forward(seconds=30)
    world.carrier.expect_call(ana.contacts[0])
    world.carrier.expect_silence()


@pytest.mark.parametrize("token", ["another token"])
def test_a_forged_key_is_refused(world: World, token: str) -> None:
    ana = world.activist()
    call = ring(world, ana)
    path = key_path(call)
    form = call_form(call.sid, call.to, "in-progress", digits="1")
    assert world.carrier.post(path, form, token).status == 403
    assert ana.phone.progress()["acknowledged"] == 0
    assert world.carrier.post(path, form).status == 200
    assert world.carrier.post(path, form).status == 200
    assert ana.phone.progress()["acknowledged"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"CallSid": "SM" + "0" * 32},
        {"AccountSid": "AC" + "9" * 32},
        {"Digits": "one"},
    ],
)
def test_a_key_in_another_form_is_refused(world: World, change: dict[str, str]) -> None:
    ana = world.activist()
    call = ring(world, ana)
    form = call_form(call.sid, call.to, "in-progress", digits="1") | change
    assert world.carrier.post(key_path(call), form).status == 400
    assert ana.phone.progress()["acknowledged"] == 0


def test_a_key_for_no_call_of_ours_hangs_up(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    path = "/twilio/voice?attempt=00000000-0000-4000-8000-000000000000&language=en"
    answer = world.carrier.post(path, call_form(call.sid, call.to, "in-progress", digits="1"))
    assert (answer.status, b"<Hangup" in answer.body) == (200, True)
    assert ana.phone.progress()["acknowledged"] == 0


def key_path(call: Call) -> str:
    _, _, rest = call.twiml.partition('action="')
    address = rest.partition('"')[0].replace("&amp;", "&")
    return "/twilio/voice" + address.partition("/twilio/voice")[2]


def test_a_key_after_the_end_hears_that_it_is_closed(world: World) -> None:
    ana = world.activist()
    call = ring(world, ana)
    noor = world.staff()
    noor.take(ana.phone.last)
    noor.close(ana.phone.last, "safe")
    world.carrier.read_all()
    assert call.press("1").startswith("This alert is closed.")


def test_a_duty_phone_is_called_and_says_that_it_has_heard(world: World) -> None:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0])
    now = world.clock.now()
    duty = Duty(
        phone=DUTY_PHONE,
        language="en",
        office="Dakar office",
        code="K7P",
        since=now - timedelta(minutes=1),
        reason="not_taken",
    )
    sealed = world.vault.keep(records.encode(duty), about("delivery", Kind.DUTY_CALL))
    lane = rules.lane(Kind.DUTY_CALL, 0, False)
    row = deliveries.row(Kind.DUTY_CALL, ana.phone.last, None, lane, now, now, sealed)
    world.database.write(lambda tx: deliveries.enqueue(tx, [row]))
    call = world.carrier.expect_call(DUTY_PHONE, "Alert K 7 P.", "Dakar office")
    assert "Ana" not in call.words
    assert call.press("2").startswith("Press 1 to confirm"), "two is no key here"
    noor = world.staff()
    assert noor.timeline(ana.phone.last, "duty_heard") == []
    assert call.press("1") == "Thank you. Your answer is noted."
    assert len(noor.timeline(ana.phone.last, "duty_heard")) == 1
    assert ana.phone.progress()["acknowledged"] == 0
    world.carrier.expect_silence()
