"""What a carrier gone mad posts, or somebody who is not the carrier."""

from itertools import product
from random import Random
from uuid import uuid4

import pytest

from tests.server.web.malformed.noticing import Keeper
from tests.server.web.malformed.scene import SHARE, Scene
from tests.support.carrier import call_form, inbound_form, status_form
from tests.support.malformed import MARK, bodies
from tests.support.ways import post_signed, with_office_phone


def test_no_webhook_is_too_bad_though_its_signature_is_good(scene: Scene) -> None:
    """A carrier gone mad, or somebody who moved bytes between names and values."""
    chance, keeper = Random("webhooks"), Keeper(scene.world)
    carrier, ben = scene.world.carrier, scene.ana.contacts[0].phone
    odd = [
        "",
        MARK,
        "\x00",
        "9" * 400,
        "SM" + "0" * 33,
        "+1",
        "1",
        "\n",
        "é",
        "-1",
        "+12025550100\n",
    ]
    for _ in range(SHARE):
        door = chance.choice(["status", "inbound", "voice"])
        form = {
            "status": status_form("SM" + "0" * 32, ben, "sent"),
            "inbound": inbound_form(ben, "?"),
            "voice": call_form("CA" + "0" * 32, ben, "in-progress", "1"),
        }[door]
        for _ in range(chance.randint(1, 3)):
            name = chance.choice([*form, MARK, "é", "", "a b", "ErrorCode", "CallStatus"])
            form[name] = chance.choice(odd)
            if chance.random() < 0.3:
                del form[name]
        attempt = chance.choice([str(uuid4()), "", MARK, "%00", "x" * 3000])
        language = chance.choice(["en", "my", "zz", "EN", "", MARK, "en%0A"])
        path = {
            "status": f"/twilio/status?attempt={attempt}",
            "inbound": "/twilio/inbound",
            "voice": f"/twilio/voice?attempt={attempt}&language={language}",
        }[door]
        answer = carrier.post(path, form)
        assert answer.status in (200, 204, 400, 403), (answer, form)
        assert MARK.encode() not in answer.body
        if answer.status >= 400:
            assert keeper.nothing_changed(), form
        else:
            keeper.look()


def test_no_event_of_an_office_phone_is_too_bad_though_it_is_signed(scene: Scene) -> None:
    with_office_phone(scene.world)
    keeper, ben = Keeper(scene.world), scene.ana.contacts[0].phone
    payloads = {
        "sms:received": {"messageId": "A1", "phoneNumber": ben, "message": "?", "sender": ben},
        "sms:delivered": {"messageId": str(uuid4()), "recipient": ben},
        "sms:failed": {"messageId": str(uuid4()), "reason": "TTL expired"},
    }
    for event, payload in payloads.items():
        posted = {"id": "event-1", "event": event, "payload": payload}
        for body in bodies(posted, event, SHARE // len(payloads)):
            answer = post_signed(scene.world, body)
            assert answer.status in (204, 400, 413), (answer, body)
            assert MARK.encode() not in answer.body
            if answer.status >= 400:
                assert keeper.nothing_changed(), body
            else:
                keeper.look()


UNSIGNED = [
    (b"", "application/x-www-form-urlencoded"),
    (b"Body=%ff%fe", "application/x-www-form-urlencoded"),
    (b"a=1&a=2", "application/x-www-form-urlencoded"),
    (b"&".join(b"a%d=1" % n for n in range(99)), "application/x-www-form-urlencoded"),
    (b"{}", "application/json"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"x" * 70_000, "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize("door", ["/twilio/status", "/twilio/inbound", "/twilio/voice"])
def test_a_webhook_that_is_not_signed_is_refused(scene: Scene, door: str) -> None:
    keeper = Keeper(scene.world)
    for (body, kind), signature in product(UNSIGNED, [None, "", MARK, "\xff", "A" * 9000]):
        headers = {"Content-Type": kind}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        answer = scene.world.caller.ask("POST", door, body, headers)
        assert answer.status in (403, 413), (body, signature)
    assert keeper.nothing_changed()


def test_a_webhook_signed_with_another_token_is_refused(scene: Scene) -> None:
    keeper, ben = Keeper(scene.world), scene.ana.contacts[0].phone
    forged = scene.world.carrier.post("/twilio/inbound", inbound_form(ben, "1"), token="another")
    assert forged.status == 403
    assert keeper.nothing_changed()
