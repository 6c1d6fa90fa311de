"""What an office phone posts: only what it signed, just now, counts; once, and forward only."""

from collections.abc import Callable

import pytest

from tests.support.ways import post, with_office_phone
from tests.support.world import World


@pytest.fixture
def phone(world: World) -> World:
    world.ladder(calls=False)
    with_office_phone(world, '"" = [{ way = "office" }]')
    return world


def test_the_same_text_twice_is_one_answer(phone: World) -> None:
    noor, ana = phone.staff(), phone.activist()
    ben = ana.contacts[0]
    ana.phone.press()
    phone.carrier.expect(ben)
    for body in ("1", "1"):
        payload = {"messageId": "AB12", "phoneNumber": ben.phone, "message": body}
        assert post(phone, "sms:received", payload, id_="event-1").status == 204
    phone.carrier.expect(ben, "noted")
    phone.carrier.expect_silence()
    assert len(noor.timeline(ana.phone.last, "answered")) == 1
    newer = {"messageId": "AB13", "sender": ben.phone, "message": "2"}
    assert post(phone, "sms:received", newer).status == 204
    phone.carrier.expect(ben)
    assert noor.incident(ana.phone.last)["people"][0]["answer"] == "cannot"


def test_receipts_move_forward_only(phone: World) -> None:
    ana = phone.activist()
    ana.phone.press()
    attempt = {"messageId": phone.carrier.expect(ana.contacts[0]).sid}
    for event in ("sms:sent", "sms:delivered", "sms:sent", "sms:failed"):
        assert post(phone, event, attempt).status == 204
    assert ana.phone.progress()["delivered"] == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda world, payload: post(world, "sms:delivered", payload, key="another key"),
        lambda world, payload: post(world, "sms:delivered", payload, late=-301),
        lambda world, payload: post(world, "sms:delivered", payload, late=301),
        lambda world, payload: post(world, "sms:delivered", payload, way="twilio"),
        lambda world, payload: world.caller.ask("POST", "/gateway/office", payload),
    ],
    ids=["another key", "old", "of the future", "no such phone", "unsigned"],
)
def test_what_it_did_not_sign_just_now_changes_nothing(
    phone: World, ask: Callable[[World, dict[str, object]], object]
) -> None:
    ana = phone.activist()
    ana.phone.press()
    payload: dict[str, object] = {"messageId": phone.carrier.expect(ana.contacts[0]).sid}
    answer = ask(phone, payload)
    assert getattr(answer, "status") == 403  # noqa: B009
    assert ana.phone.progress()["delivered"] == 0


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("system:ping", {}),
        ("sms:received", {"phoneNumber": "Bank", "message": "Your code"}),
        ("sms:received", {"phoneNumber": "+33639980001"}),
        ("sms:delivered", {"messageId": "typed on the phone itself"}),
        ("sms:delivered", {"messageId": 7}),
        ("sms:failed", {"messageId": "8b1f0b52-6f0e-4a53-9f5c-2c0e7a3a8d10", "reason": None}),
    ],
)
def test_what_is_of_no_use_is_not_posted_again_for_days(
    phone: World, event: str, payload: dict[str, object]
) -> None:
    assert post(phone, event, payload).status == 204


def test_what_is_signed_and_no_event_is_refused(phone: World) -> None:
    assert post(phone, "sms:sent", []).status == 400
