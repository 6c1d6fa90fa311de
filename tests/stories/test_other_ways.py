"""Another way out: the phone in the office takes over from a carrier that fails."""

import pytest

from server.carriers.account import Unreachable
from server.domain.watch import Condition
from tests.support import enrolment, people
from tests.support.carrier import Text
from tests.support.people import Contact
from tests.support.sandbox import ACCOUNT, LINE, PHONE_LINE, TOKEN
from tests.support.waiting import until
from tests.support.ways import is_by_phone, post, with_office_phone
from tests.support.world import World

PATIENT = 3 * 3600


@pytest.fixture
def patient(world: World) -> World:
    """No rung of a ladder is climbed: only what becomes of a text happens."""
    world.ladder(delivered_s=PATIENT, answer_s=PATIENT, office_s=PATIENT, calls=True)
    with_office_phone(world)
    return world


@pytest.mark.everywhere
def test_a_carrier_that_is_down_is_left_within_half_a_minute(patient: World) -> None:
    noor, ana = patient.staff(), patient.activist(contacts=["Ben", "Grace", "Oscar", "Ruth"])
    patient.carrier.trouble(status=503)
    ana.phone.press()
    patient.forward(seconds=20)
    texts = [patient.carrier.expect(one, "Ana needs help.", "Reply 1") for one in ana]
    assert all(is_by_phone(patient, text) for text in texts)
    ways = [one["detail"]["way"] for one in noor.timeline(ana.phone.last, "other_way")]
    assert ways == ["office"] * 4
    sara = patient.activist("Sara", contacts=["Emeka"])
    sara.phone.press()
    assert is_by_phone(patient, patient.carrier.expect(sara.contacts[0])), "at once by now"
    patient.carrier.inbound(ana.contacts[0].phone, "1", to=PHONE_LINE)
    patient.carrier.expect(ana.contacts[0], "noted")
    assert noor.incident(ana.phone.last)["people"][0]["answer"] == "acting"
    patient.carrier.read_all()


def test_a_carrier_that_nobody_answers_at_is_left_at_once(patient: World) -> None:
    ana = patient.activist()
    patient.carrier.trouble(code=20003)
    ana.phone.press()
    assert is_by_phone(patient, patient.carrier.expect(ana.contacts[0]))


def test_it_is_tried_again_by_one_text_and_then_by_all(patient: World) -> None:
    ana = patient.activist(contacts=["Ben", "Grace", "Oscar"])
    patient.carrier.trouble(status=503)
    ana.phone.press()
    patient.forward(seconds=30)
    patient.carrier.read_all()
    patient.carrier.trouble()
    patient.forward(seconds=30)
    sara, tomas = patient.activist("Sara"), patient.activist("Tomas")
    sara.phone.press()
    tomas.phone.press()
    for one in (sara, tomas):
        assert not is_by_phone(patient, patient.carrier.expect(one.contacts[0]))


def test_the_operator_hears_of_a_way_that_is_down(patient: World) -> None:
    watching, ana = patient.watched(), patient.activist(contacts=["Ben", "Grace", "Oscar"])
    patient.carrier.trouble(status=503)
    ana.phone.press()
    patient.forward(seconds=20)
    patient.carrier.read_all()
    assert watching.look() == {Condition.WAY_DOWN}
    patient.carrier.trouble()
    patient.forward(seconds=30)
    sara = patient.activist("Sara")
    sara.phone.press()
    patient.carrier.expect(sara.contacts[0])
    assert watching.look() == set()


def test_an_account_that_is_away_is_one_way_of_several(patient: World) -> None:
    """Nobody need phone the contacts themselves: texts go out."""
    watching = patient.watched()
    watching.account.error = Unreachable(None)
    watching.look()
    patient.forward(minutes=2)
    assert watching.look() == {Condition.WAY_DOWN}
    watching.account.error = None
    patient.forward(minutes=2)
    assert watching.look() == set()


def test_a_phone_without_power_is_passed_over_too(patient: World) -> None:
    with_office_phone(patient, '"" = [{ way = "office" }, { way = "twilio" }]')
    patient.carrier.sandbox.phone_faults(status=500)
    ana = patient.activist()
    ana.phone.press()
    patient.forward(seconds=10)
    assert not is_by_phone(patient, patient.carrier.expect(ana.contacts[0]))


@pytest.mark.parametrize("code", [21611, 30001, 30036])
def test_a_full_queue_sends_the_text_elsewhere_before_anybody_is_called(
    patient: World, code: int
) -> None:
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0]).receipt("undelivered", code)
    again = patient.carrier.expect(ana.contacts[0])
    only_a_call_is_left(patient, ana.contacts[0], again, "RESULT_ERROR_NO_SERVICE")


def test_without_a_reason_it_is_one_retry_then_the_phone_then_a_call(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    for _ in range(2):
        text = patient.carrier.expect(ana.contacts[0])
        assert not is_by_phone(patient, text)
        text.receipt("undelivered", 30008)
        patient.forward(seconds=5)
    last = patient.carrier.expect(ana.contacts[0])
    only_a_call_is_left(patient, ana.contacts[0], last, "RESULT_ERROR_GENERIC_FAILURE")


def test_what_a_filter_caught_goes_plain_then_by_the_phone_then_as_a_call(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0], "/t#").receipt("undelivered", 30007)
    plain = patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    assert "/t#" not in plain.body
    assert not is_by_phone(patient, plain)
    plain.receipt("undelivered", 30007)
    last = patient.carrier.expect(ana.contacts[0], "Ana needs help.")
    only_a_call_is_left(patient, ana.contacts[0], last)


def test_a_number_that_is_none_is_none_by_any_way(patient: World) -> None:
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.expect(ana.contacts[0]).receipt("undelivered", 30006)
    patient.carrier.expect_call(ana.contacts[0])
    patient.forward(hours=1)
    patient.carrier.expect_silence()


@pytest.mark.everywhere
def test_not_delivered_in_time_it_goes_by_the_phone_and_then_rings(world: World) -> None:
    world.ladder(delivered_s=30, answer_s=PATIENT, office_s=PATIENT, calls=True)
    with_office_phone(world)
    noor, ana = world.staff(), world.activist()
    ana.phone.press()
    first = world.carrier.expect(ana.contacts[0])
    first.receipt("sent")
    world.forward(seconds=32)
    second = world.carrier.expect(ana.contacts[0])
    assert is_by_phone(world, second)
    first.receipt("sent")  # doubled, and late
    assert ana.phone.progress()["notified"] == 1
    world.forward(seconds=31)
    world.carrier.expect_call(ana.contacts[0]).press("1")
    assert len(noor.timeline(ana.phone.last, "other_way")) == 1
    first.receipt("delivered")
    assert noor.incident(ana.phone.last)["people"][0]["delivery"] == "delivered"


def test_an_office_that_does_not_call_still_has_its_other_ways(world: World) -> None:
    world.ladder(delivered_s=30, answer_s=PATIENT, office_s=PATIENT, calls=False)
    with_office_phone(world)
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("sent")
    world.forward(seconds=32)
    assert is_by_phone(world, world.carrier.expect(ana.contacts[0]))
    world.forward(hours=1)
    world.carrier.expect_silence()


def test_what_arrives_by_the_phone_rings_nobody(world: World) -> None:
    world.ladder(delivered_s=30, answer_s=PATIENT, office_s=PATIENT, calls=True)
    with_office_phone(world)
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0]).receipt("sent")
    world.forward(seconds=32)
    reported(world, world.carrier.expect(ana.contacts[0]).sid, "sms:delivered")
    world.forward(hours=1)
    world.carrier.expect_silence()


def test_a_country_has_its_own_ways_and_its_own_words(patient: World) -> None:
    with_office_phone(
        patient,
        '"" = [{ way = "twilio" }]',
        '"+3363998" = [{ way = "office", links = false }]',
        '"+33639" = [{ way = "twilio", two_way = false }]',
    )
    ana = patient.activist()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0], "Ana needs help.", "Reply 1")
    assert is_by_phone(patient, text)
    assert "/t#" not in text.body


def test_by_a_way_that_cannot_be_answered_nobody_is_asked_to(patient: World) -> None:
    with_office_phone(patient, '"" = [{ way = "twilio", two_way = false }]')
    ana = patient.activist()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0], "Ana needs help.", "/t#")
    assert "Reply" not in text.body


def test_a_question_takes_a_way_that_can_be_answered(patient: World) -> None:
    with_office_phone(patient, '"" = [{ way = "twilio", two_way = false }, { way = "office" }]')
    (ben,) = people.contacts_of("Ana", [["Ben"]], ["en"])
    enrolment.paired(patient, (ben,))
    assert is_by_phone(patient, patient.carrier.expect(ben, "Reply 1 to agree"))


def test_a_second_account_texts_and_its_receipts_and_answers_count(patient: World) -> None:
    other = "AC" + "f" * 32
    patient.ways_out(
        f"""
[account.second]
account_sid = "{ACCOUNT}"
auth_token = "{TOKEN}"
sender = "{LINE[:-2]}77"
address = "{patient.carrier.sandbox.url}"

[account.third]
account_sid = "{other}"
auth_token = "its own token"
sender = "+12025550177"

[routes]
"" = [{{ way = "second" }}]
"""
    )
    ana = patient.activist()
    ana.phone.press()
    text = patient.carrier.expect(ana.contacts[0])
    text.receipt("delivered")
    form = {"MessageSid": "SM" + "a" * 32, "AccountSid": other, "Body": "1", "To": LINE}
    form["From"] = ana.contacts[0].phone
    assert patient.carrier.post("/twilio/inbound", form).status == 403, "our token is not theirs"
    assert patient.carrier.post("/twilio/inbound", form, "its own token").status == 200
    patient.carrier.expect(ana.contacts[0], "noted")


def test_the_phone_knows_what_became_of_a_text_whose_answer_was_lost(patient: World) -> None:
    with_office_phone(patient, '"" = [{ way = "office" }]')
    patient.carrier.sandbox.phone_faults(accept_then_reset_rate=1)
    ana = patient.activist()
    ana.phone.press()
    patient.forward(seconds=10)
    patient.carrier.expect(ana.contacts[0])
    assert ana.phone.progress()["notified"] == 1


def test_where_its_webhooks_stay_out_the_phone_is_asked(patient: World) -> None:
    with_office_phone(patient, '"" = [{ way = "office" }]')
    ana = patient.activist()
    ana.phone.press()
    patient.carrier.sandbox.phone_faults(callbacks="drop")
    patient.receipts_come()
    sara = patient.activist("Sara")
    sara.phone.press()
    patient.carrier.expect(ana.contacts[0])
    text = patient.carrier.expect(sara.contacts[0])
    sandbox = patient.carrier.sandbox
    until(lambda: sandbox.messages(text.to)[0]["status"] == "delivered", "the sandbox")
    patient.forward(seconds=61)
    assert sara.phone.progress()["delivered"] == 1


def test_more_texts_than_a_phone_can_send_wait_for_their_turn(patient: World) -> None:
    patient.ways_out(
        patient.settings.routes.read_text()
        .replace(  # type: ignore[union-attr]
            'user = "sms"', 'user = "sms"\nmessages_per_second = 1.0'
        )
        .replace('"" = ', '"+33" = [{ way = "office" }]\n"" = ')
    )
    ana = patient.activist(contacts=["Ben", "Grace", "Oscar", "Ruth"])
    ana.phone.press()
    assert len(patient.carrier.texts()) == 1
    patient.forward(seconds=2.5)
    assert len(patient.carrier.texts()) == 3
    patient.forward(seconds=2)
    assert len({text.to for text in patient.carrier.texts()}) == 4
    patient.carrier.read_all()


def only_a_call_is_left(
    world: World, contact: Contact, text: Text, reason: str | None = None
) -> None:
    """The office phone was the last way, and it fails too."""
    assert is_by_phone(world, text)
    reported(world, text.sid, "sms:failed", reason)
    world.carrier.expect_call(contact)
    world.forward(hours=1)
    world.carrier.expect_silence()


def reported(world: World, attempt: str, event: str, reason: str | None = None) -> None:
    payload: dict[str, object] = {"messageId": attempt, "simNumber": 1}
    answer = post(world, event, payload | ({"reason": reason} if reason else {}))
    assert answer.status == 204
