"""What the carrier posts: replayed (W3), signed with an old token or over another address (W4)."""

import random
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.support.carrier import Call, call_form, inbound_form
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.sandbox import TOKEN
from tests.support.world import World


@pytest.mark.everywhere
def test_every_receipt_a_hundred_times_in_any_order_ends_the_same(world: World) -> None:
    """W3, of a text: delivered never reverts."""
    ana = world.activist()
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    posts = [("queued", None), ("sent", None), ("delivered", None), ("undelivered", 30008)] * 25
    random.Random(7).shuffle(posts)
    text.receipt("delivered")
    for status, code in posts:
        assert text.receipt(status, code).status == 204
    (person,) = world.staff().incident(ana.phone.last)["people"]
    assert person["delivery"] == "delivered"
    assert ana.phone.progress()["delivered"] == 1
    world.carrier.expect_silence()


def test_every_callback_a_hundred_times_in_any_order_ends_the_same(world: World) -> None:
    """W3, of everything: receipts of texts and calls, an answer by text, a key on a call."""
    ana, noor = world.activist(contacts=["Ben", "Grace"]), world.staff()
    world.ladder(calls=True, lead_s=1_000_000)
    ana.phone.press()
    ben, grace = (world.carrier.expect(one) for one in ana)
    assert [text.receipt("delivered").status for text in (ben, grace)] == [204, 204]
    world.forward(seconds=91)
    call = world.carrier.expect_call(ana.contacts[1])
    world.carrier.read_all()
    answer = inbound_form(ben.to, "1")
    real = [
        *(
            partial(world.carrier.receipt, text.sid, ben.to, status, working=False)
            for text in (ben, grace)
            for status in ("queued", "sent", "delivered")
        ),
        *(
            partial(world.carrier.call_receipt, call.sid, call.to, status, working=False)
            for status in ("ringing", "in-progress", "completed")
        ),
        partial(world.carrier.post, "/twilio/inbound", answer),
        partial(world.carrier.post, key_path(call), call_form(call.sid, call.to, "completed", "2")),
    ]
    for post in real:
        assert post().status < 300
    world.carrier.read_all()
    once = state(noor, ana)
    replayed = real * 100
    random.Random(11).shuffle(replayed)
    assert {post().status for post in replayed} <= {200, 204}
    assert state(noor, ana) == once
    assert ana.phone.progress()["acknowledged"] == 1
    world.carrier.expect_silence()


def state(noor: Officer, ana: Activist) -> dict[str, Any]:
    """All that staff and the phone may know."""
    return {**noor.incident(ana.phone.last), "progress": ana.phone.progress()}


def key_path(call: Call) -> str:
    """Where the carrier posts a key."""
    address = call.twiml.partition('action="')[2].partition('"')[0].replace("&amp;", "&")
    return "/twilio/voice" + address.partition("/twilio/voice")[2]


def test_while_the_token_is_rotated_both_are_taken_and_afterwards_the_new_one_alone(
    world: World,
) -> None:
    """W4: so that a rotation loses nothing."""
    ana = world.activist()
    ana.phone.press()
    ben = ana.contacts[0]
    world.carrier.expect(ben)
    new = "n" * 32

    def answers(token: str) -> int:
        form = inbound_form(ben.phone, "who is this?")
        return world.carrier.post("/twilio/inbound", form, token).status

    world.settings = replace(world.settings, twilio_auth_token=new, twilio_auth_token_old=TOKEN)
    world.start_server()
    assert (answers(TOKEN), answers(new), answers("x" * 32)) == (200, 200, 403)
    world.settings = replace(world.settings, twilio_auth_token_old="")
    world.start_server()
    assert (answers(TOKEN), answers(new)) == (403, 200)
    world.carrier.read_all()


def test_a_signature_over_another_address_is_refused_whatever_the_headers_say(
    world: World,
) -> None:
    """W4: the address that is checked is the public one in the settings, and no other."""
    ana = world.activist()
    ana.phone.press()
    ben = ana.contacts[0]
    world.carrier.expect(ben)
    form = inbound_form(ben.phone, "1")
    claims = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "8443",
        "Forwarded": "host=evil.example;proto=https",
    }

    def status(signed_for: str, claim: dict[str, str]) -> int:
        signature = RequestValidator(TOKEN).compute_signature(f"{signed_for}/twilio/inbound", form)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
            **claim,
        }
        return world.caller.ask("POST", "/twilio/inbound", urlencode(form).encode(), headers).status

    for name, value in claims.items():
        assert status("https://evil.example", {name: value}) == 403
    assert status("https://evil.example", claims) == 403
    assert ana.phone.progress()["acknowledged"] == 0
    assert status(world.url, claims) == 200
    assert ana.phone.progress()["acknowledged"] == 1
    world.carrier.read_all()
