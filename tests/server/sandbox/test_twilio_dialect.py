"""The official SDK against the sandbox, and what Twilio would answer to what is wrong."""

import json
import socket
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Sandbox, eventually, sandbox

ANA = "+447700900101"
BEN = "+447700900102"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture
def world(running: Sandbox) -> Sandbox:
    running.empty()
    return running


@pytest.fixture
def client(world: Sandbox) -> Iterator[Client]:
    made = Client(ACCOUNT, TOKEN)
    made.api.base_url = world.url
    yield made
    made.http_client.session.close()


def test_a_text_is_shown_as_twilio_shows_it(world: Sandbox, client: Client) -> None:
    made = client.messages.create(to=ANA, from_=LINE, body="Ana a besoin d’aide")
    assert (made.status, made.num_segments, made.direction) == ("queued", "1", "outbound-api")
    eventually(lambda: client.messages(made.sid).fetch().status == "delivered")
    kept = client.messages(made.sid).fetch()
    assert (kept.to, kept.from_, kept.body) == (ANA, LINE, "Ana a besoin d’aide")
    assert abs(kept.date_sent - datetime.now(UTC)) < timedelta(seconds=10)
    (text,) = world.messages()
    assert (text["encoding"], text["segments"], text["status"]) == ("UCS-2", 1, "delivered")


def test_a_messaging_service_picks_its_sender_later(client: Client) -> None:
    made = client.messages.create(to=ANA, messaging_service_sid="MG" + "0" * 32, body="K7P")
    assert (made.status, made.num_segments, made.from_) == ("accepted", "0", None)
    eventually(lambda: client.messages(made.sid).fetch().from_ is not None)


def test_an_emptied_text_stays_on_the_phone(world: Sandbox, client: Client) -> None:
    made = client.messages.create(to=ANA, from_=LINE, body="K7P")
    eventually(lambda: client.messages(made.sid).fetch().status == "delivered")
    assert client.messages(made.sid).update(body="").body == ""
    kept = client.messages(made.sid).fetch()
    assert (kept.body, kept.to, kept.status) == ("", ANA, "delivered")
    assert [one.body for one in client.messages.list(to=ANA)] == [""]
    assert [text["body"] for text in world.messages()] == ["K7P"]


def test_only_a_text_that_is_over_is_emptied(world: Sandbox) -> None:
    sid = post(world, "Messages.json", GOOD)[1]["sid"]
    call = post(world, "Calls.json", {"To": ANA, "From": LINE, "Twiml": "<Response/>"})[1]["sid"]
    answers = [
        post(world, f"Messages/{sid}.json", {"Body": ""}),
        post(world, f"Messages/{sid}.json", {"Body": "other words"}),
        post(world, f"Messages/{sid}.json", {}),
        post(world, f"Messages/{call}.json", {"Body": ""}),
        post(world, f"Messages/{sid}.json", {"Body": ""}, token="wrong"),
    ]
    assert [answer["code"] for _, answer in answers] == [20009, 30400, 30400, 20404, 20003]


def test_the_list_is_newest_first_filtered_and_paged(world: Sandbox, client: Client) -> None:
    for number in range(5):
        client.messages.create(to=ANA, from_=LINE, body=f"text {number}")
    client.messages.create(to=BEN, from_=LINE, body="another")
    world.reply(ANA, "1")
    assert [text.body for text in client.messages.list(to=ANA, page_size=2)] == [
        f"text {number}" for number in (4, 3, 2, 1, 0)
    ]
    assert [text.body for text in client.messages.list(from_=ANA)] == ["1"]
    now = datetime.now(UTC)
    assert len(client.messages.list(date_sent_after=now - timedelta(minutes=1))) == 7
    assert client.messages.list(date_sent_after=now + timedelta(minutes=1)) == []
    assert client.messages.list(date_sent_before=now - timedelta(minutes=1)) == []
    assert len(client.messages.list(date_sent=now.date())) == 7


def test_what_people_received_is_oldest_first(world: Sandbox, client: Client) -> None:
    for number in range(3):
        client.messages.create(to=ANA, from_=LINE, body=f"text {number}")
        client.messages.create(to=BEN, from_=LINE, body=f"text {number}")
    assert [text["body"] for text in world.messages(to=BEN)] == ["text 0", "text 1", "text 2"]
    assert len(world.messages()) == 6
    world.empty()
    assert world.messages() == []


def test_a_call_is_kept_and_is_no_text(world: Sandbox, client: Client) -> None:
    made = client.calls.create(to=ANA, from_=LINE, twiml="<Response><Say>Help</Say></Response>")
    assert (made.status, made.to, made.sid[:2]) == ("queued", ANA, "CA")
    assert world.messages() == []
    with pytest.raises(TwilioRestException) as refused:
        client.messages(made.sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_a_reset_is_a_real_one(world: Sandbox) -> None:
    world.faults(reset_rate=1)
    with raw_request(world, length=0) as line, pytest.raises(ConnectionResetError):
        line.recv(1)
    world.faults()


def test_half_a_request_is_no_text(world: Sandbox) -> None:
    with raw_request(world, length=999) as line:
        line.sendall(urlencode(GOOD).encode())
    assert post(world, "Messages.json", {**GOOD, "Body": "whole"})[0] == 201
    assert [text["body"] for text in world.messages()] == ["whole"]


def raw_request(world: Sandbox, length: int) -> socket.socket:
    """A connection on which the head of a POST has gone out."""
    credentials = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = [
        f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1",
        "Host: sandbox",
        f"Authorization: Basic {credentials}",
        f"Content-Length: {length}",
    ]
    line = socket.create_connection(("127.0.0.1", urlsplit(world.url).port), timeout=5)
    line.sendall("\r\n".join([*head, "", ""]).encode())
    return line


GOOD = {"To": ANA, "From": LINE, "Body": "K7P"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": None}, 21604),
        ({"To": "0770 090 0101"}, 21211),
        ({"From": None}, 21603),
        ({"From": "not a sender at all"}, 21212),
        ({"Body": None}, 21602),
        ({"Body": " \n"}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"ValidityPeriod": "0"}, 21624),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"ValidityPeriod": "soon"}, 21624),
        ({"ContentRetention": "burn"}, 30029),
        ({"AddressRetention": "burn"}, 30030),
        ({"StatusCallback": "/twilio/status"}, 21609),
        ({"StatusCallback": "http://["}, 21609),
        ({"StatusCallback": "http://host:99999/"}, 21609),
    ],
)
def test_a_wrong_text_is_refused_in_twilios_words(
    world: Sandbox, change: dict[str, str | None], code: int
) -> None:
    form = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    status, error = post(world, "Messages.json", form)
    assert (status, error["code"], error["status"]) == (400, code, 400)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert error["message"]
    assert ANA not in json.dumps(error)
    assert world.messages() == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": LINE, "Twiml": "<Response/>"}, 21201),
        ({"To": ANA, "Twiml": "<Response/>"}, 21213),
        ({"To": ANA, "From": LINE}, 21205),
    ],
)
def test_a_wrong_call_is_refused_in_twilios_words(
    world: Sandbox, form: dict[str, str], code: int
) -> None:
    assert post(world, "Calls.json", form)[1]["code"] == code


@pytest.mark.parametrize("path", ["Messages.json", "Messages/SM1.json", "Anything.json"])
def test_nobody_is_shown_anything_without_the_token(world: Sandbox, path: str) -> None:
    assert post(world, path, None, token="wrong") == (
        401,
        {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        },
    )


def test_what_is_not_here_is_20404(world: Sandbox) -> None:
    assert post(world, "Messages/SM1.json", None)[1]["code"] == 20404
    assert post(world, "Queues.json", None)[1]["code"] == 20404


def post(
    world: Sandbox, path: str, form: dict[str, str] | None, token: str = TOKEN
) -> tuple[int, Any]:
    """Without a form it is a GET."""
    url = f"{world.url}/2010-04-01/Accounts/{ACCOUNT}/{path}"
    credentials = b64encode(f"{ACCOUNT}:{token}".encode()).decode()
    data = None if form is None else urlencode(form).encode()
    request = Request(url, data, {"Authorization": f"Basic {credentials}"})
    try:
        with urlopen(request, timeout=5) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
