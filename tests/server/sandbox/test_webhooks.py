"""What the sandbox posts, to a server that checks the signature with Twilio's own validator."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from server.sandbox import courier, journey
from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Post, Receiver, Sandbox, eventually, sandbox
from tests.support.serving import serve

ANA = "+447700900101"


class World:
    """A sandbox, a server that receives its webhooks, and the SDK."""

    def __init__(self, stack: ExitStack, data: Path) -> None:
        self.receiver = Receiver()
        self.server = stack.enter_context(serve(self.receiver))
        self.status_url = f"{self.server}/twilio/status?attempt=7%2Da&x=%C3%A9"
        self.sandbox: Sandbox = stack.enter_context(sandbox(data, f"{self.server}/twilio/inbound"))
        self.client = Client(ACCOUNT, TOKEN)
        self.client.api.base_url = self.sandbox.url
        stack.callback(self.client.http_client.session.close)

    def text(self, status_url: str | None = None) -> str:
        made = self.client.messages.create(
            to=ANA, from_=LINE, body="K7P", status_callback=status_url or self.status_url
        )
        return str(made.sid)

    def genuine(self, post: Post) -> bool:
        url = f"{self.server}{post.path}" + (f"?{post.query}" if post.query else "")
        return bool(RequestValidator(TOKEN).validate(url, post.form, post.signature))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The sandbox at four times its usual pace."""
    quick = {status: seconds / 4 for status, seconds in journey.STAYS.items()}
    monkeypatch.setattr(journey, "STAYS", quick)
    monkeypatch.setattr(courier, "SHUFFLE_SPAN", courier.SHUFFLE_SPAN / 4)
    monkeypatch.setattr(courier, "RETRY_AFTER", courier.RETRY_AFTER / 10)
    with ExitStack() as stack:
        yield World(stack, tmp_path)


def statuses(posts: list[Post]) -> list[str]:
    return [post.form["MessageStatus"] for post in posts]


def test_receipts_are_signed_and_named_as_twilio_names_them(world: World) -> None:
    sid = world.text()
    sent, delivered = world.receiver.wait_for(lambda posts: len(posts) == 2)
    assert sent.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT,
        "From": LINE,
        "To": ANA,
        "MessageStatus": "sent",
        "SmsStatus": "sent",
        "ApiVersion": "2010-04-01",
    }
    assert delivered.form["MessageStatus"] == "delivered"
    assert sent.query == "attempt=7%2Da&x=%C3%A9"
    assert world.genuine(sent)
    assert world.genuine(delivered)


@pytest.mark.parametrize(
    ("faults", "receipts"),
    [
        ({"undelivered": [ANA]}, [("sent", None), ("undelivered", "30003")]),
        ({"code": 30007}, [("sent", None), ("undelivered", "30007")]),
        ({"code": 30036}, [("failed", "30036")]),
    ],
)
def test_a_bad_end_has_its_code(
    world: World, faults: dict[str, object], receipts: list[tuple[str, str | None]]
) -> None:
    world.sandbox.faults(**faults)
    world.text()
    posts = world.receiver.wait_for(lambda posts: len(posts) == len(receipts))
    assert [(post.form["MessageStatus"], post.form.get("ErrorCode")) for post in posts] == receipts
    (text,) = world.sandbox.messages()
    assert text["status"] == receipts[-1][0]


def test_dropped_receipts_leave_the_status_moving(world: World) -> None:
    world.sandbox.faults(callbacks="drop")
    world.text()
    eventually(lambda: world.sandbox.messages()[0]["status"] == "delivered")
    assert world.receiver.posts == []


def test_doubled_receipts_are_the_same_twice(world: World) -> None:
    world.sandbox.faults(callbacks="duplicate")
    world.text()
    posts = world.receiver.wait_for(lambda posts: len(posts) == 4)
    assert sorted(statuses(posts)) == ["delivered", "delivered", "sent", "sent"]
    assert {post.signature for post in posts if post.form["MessageStatus"] == "sent"} == {
        posts[0].signature
    }


def test_shuffled_receipts_all_come_and_some_out_of_order(world: World) -> None:
    world.sandbox.faults(callbacks="shuffle")
    sids = [world.text() for _ in range(40)]
    posts = world.receiver.wait_for(lambda posts: len(posts) == 80)
    orders = {
        tuple(statuses([post for post in posts if post.form["MessageSid"] == sid])) for sid in sids
    }
    assert ("delivered", "sent") in orders


def test_a_call_that_nobody_answers_rings_out(world: World) -> None:
    made = world.client.calls.create(
        to=ANA, from_=LINE, twiml="<Response/>", status_callback=world.status_url, timeout=1
    )
    (post,) = world.receiver.wait_for(lambda posts: len(posts) == 1)
    assert (post.form["CallSid"], post.form["CallStatus"]) == (made.sid, "no-answer")
    assert world.genuine(post)


def test_a_key_goes_to_the_address_that_asked_for_it(world: World) -> None:
    action = f"{world.server}/twilio/voice?attempt=7%2Da&language=en"
    gather = f'<Gather action="{action.replace("&", "&amp;")}"><Say>Help</Say></Gather>'
    made = world.client.calls.create(
        to=ANA,
        from_=LINE,
        twiml=f"<Response>{gather}{gather}</Response>",
        status_callback=world.status_url,
        status_callback_event=["initiated", "answered", "completed"],
    )
    (ringing,) = world.sandbox.calls()
    assert (ringing["sid"], ringing["to"], ringing["words"]) == (made.sid, ANA, "Help")
    world.receiver.wait_for(lambda posts: len(posts) == 1)
    ended = world.sandbox.press(ANA, "1")
    assert ended["status"] == "completed"
    posts = world.receiver.wait_for(lambda posts: len(posts) == 4)
    assert all(world.genuine(post) for post in posts)
    (key,) = [post for post in posts if post.path == "/twilio/voice"]
    assert (key.form["CallSid"], key.form["Digits"]) == (made.sid, "1")
    reports = [post.form["CallStatus"] for post in posts if post is not key]
    assert reports == ["initiated", "in-progress", "completed"]


@pytest.mark.parametrize(
    ("how", "statuses"),
    [({"decline": True}, ["busy"]), ({"digits": ""}, ["completed"])],
)
def test_a_call_may_be_declined_or_end_in_a_mailbox(
    world: World, how: dict[str, object], statuses: list[str]
) -> None:
    world.client.calls.create(
        to=ANA, from_=LINE, twiml="<Response/>", status_callback=world.status_url
    )
    world.sandbox.call("POST", "/_sandbox/keys", {"to": ANA, **how})
    posts = world.receiver.wait_for(lambda posts: len(posts) == len(statuses))
    assert [post.form["CallStatus"] for post in posts] == statuses
    with pytest.raises(HTTPError) as refused:
        world.sandbox.press(ANA, "1")
    assert refused.value.code == 404
    refused.value.close()


def test_an_answer_is_a_signed_webhook(world: World) -> None:
    sid = world.sandbox.reply(ANA, "١ نعم")
    (post,) = world.receiver.wait_for(lambda posts: len(posts) == 1)
    assert post.path == "/twilio/inbound"
    assert post.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": ANA,
        "To": LINE,
        "Body": "١ نعم",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    assert world.genuine(post)


def test_stop_silences_a_number_until_start(world: World) -> None:
    world.sandbox.reply(ANA, " stop ")
    with pytest.raises(TwilioRestException) as refused:
        world.text()
    assert (refused.value.status, refused.value.code) == (400, 21610)
    assert world.sandbox.messages() == []
    world.sandbox.reply(ANA, "Start")
    world.text()
    assert len(world.sandbox.messages()) == 1
    inbound = world.receiver.wait_for(lambda posts: len(posts) >= 2)[:2]
    assert [post.form["Body"] for post in inbound] == [" stop ", "Start"]


def test_a_server_that_was_down_is_tried_once_more(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    world.text(f"http://127.0.0.1:{port}/twilio/status")
    eventually(lambda: world.sandbox.messages()[0]["status"] == "delivered")
    late = Receiver()
    with serve(late, port=port):
        posts = late.wait_for(lambda posts: len(posts) == 2)
    assert sorted(statuses(posts)) == ["delivered", "sent"]
