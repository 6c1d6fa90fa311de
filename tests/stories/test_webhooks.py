"""What the carrier posts: replayed, signed with an old token, sent to another address."""

import random
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.support.carrier import inbound_form
from tests.support.sandbox import TOKEN
from tests.support.world import World


@pytest.mark.everywhere
def test_every_receipt_a_hundred_times_in_any_order_ends_the_same(world: World) -> None:
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


def test_while_the_token_is_rotated_both_are_taken_and_afterwards_the_new_one_alone(
    world: World,
) -> None:
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


def test_a_signature_over_another_address_is_refused_whatever_the_host_header_says(
    world: World,
) -> None:
    ana = world.activist()
    ana.phone.press()
    ben = ana.contacts[0]
    world.carrier.expect(ben)
    form = inbound_form(ben.phone, "1")
    signature = RequestValidator(TOKEN).compute_signature(
        "https://evil.example/twilio/inbound", form
    )
    for name in ("Host", "X-Forwarded-Host"):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
            name: "evil.example",
        }
        answer = world.caller.ask("POST", "/twilio/inbound", urlencode(form).encode(), headers)
        assert answer.status == 403
    assert ana.phone.progress()["acknowledged"] == 0
