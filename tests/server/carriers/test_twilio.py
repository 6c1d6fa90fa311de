"""The official SDK against the sandbox over real HTTP: every outcome that a text can have."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from starlette.responses import Response

from server.carriers import Outcome, Refused, Sent, Unknown
from server.carriers.twilio import TwilioCarrier
from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Sandbox, eventually, sandbox
from tests.support.serving import serve

ANA = "+447700900101"
BEN = "+447700900102"
TWO_HOURS = timedelta(hours=2)
STATUS_URL = "https://candlewire.example/twilio/status"

R = TypeVar("R")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture
def world(running: Sandbox) -> Sandbox:
    running.faults()
    running.empty()
    return running


def with_carrier(carrier: TwilioCarrier, story: Callable[[TwilioCarrier], Awaitable[R]]) -> R:
    async def play() -> R:
        try:
            return await story(carrier)
        finally:
            await carrier.close()

    return asyncio.run(play())


def send(world: Sandbox, to: str = ANA, body: str = "Ana needs help. K7P") -> Outcome:
    return with_carrier(world.carrier(), lambda it: it.send(to, body, "attempt-1", TWO_HOURS))


def test_a_text_that_was_taken_has_the_carriers_id(world: Sandbox) -> None:
    outcome = send(world)
    (text,) = world.messages()
    assert outcome == Sent(text["sid"])
    assert (text["to"], text["from"], text["body"]) == (ANA, LINE, "Ana needs help. K7P")


@pytest.mark.parametrize(
    ("faults", "outcome", "received"),
    [
        ({"code": 21614}, Refused(21614, 400), 0),
        ({"code": 20003}, Refused(20003, 401), 0),
        ({"code": 20429}, Refused(20429, 429, retry_after=1), 0),
        ({"status": 500}, Unknown("status 500"), 0),
        ({"status": 503, "rate": 1}, Unknown("status 503"), 0),
        ({"reset_rate": 1}, Unknown("connection lost"), 0),
        ({"accept_then_reset_rate": 1}, Unknown("connection lost"), 1),
        ({"hang_rate": 1}, Unknown("time-out"), 0),
    ],
)
def test_every_fault_is_an_outcome_and_one_request(
    world: Sandbox, faults: dict[str, Any], outcome: Outcome, received: int
) -> None:
    world.faults(**faults)
    assert send(world) == outcome
    assert len(world.messages()) == received


def test_nobody_there_is_told_apart_from_a_lost_answer() -> None:
    nobody = TwilioCarrier(ACCOUNT, TOKEN, LINE, "http://127.0.0.1:9", STATUS_URL)
    outcome = with_carrier(nobody, lambda it: it.send(ANA, "K7P", "1", TWO_HOURS))
    assert outcome == Unknown("unreachable")


def test_a_wrong_token_is_refused(world: Sandbox) -> None:
    stranger = TwilioCarrier(ACCOUNT, "wrong", LINE, world.url, STATUS_URL)
    outcome = with_carrier(stranger, lambda it: it.send(ANA, "K7P", "1", TWO_HOURS))
    assert outcome == Refused(20003, 401)


def test_an_account_without_redaction_is_learned_once(
    world: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults(code=30029)

    async def twice(carrier: TwilioCarrier) -> list[Outcome]:
        return [await carrier.send(ANA, f"K7P {n}", "1", TWO_HOURS) for n in range(2)]

    with caplog.at_level(logging.WARNING):
        outcomes = with_carrier(world.carrier(), twice)
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert [record.name for record in caplog.records] == ["server.carriers.twilio"]


def test_what_such_an_account_took_or_may_have_taken_keeps_its_words(world: Sandbox) -> None:
    assert send(world) == Sent(world.messages()[0]["sid"])
    world.faults(code=30029)
    sent = send(world)
    assert sent == Sent(world.messages()[-1]["sid"], 30029, keeps_body=True)
    world.faults(code=30029, accept_then_reset_rate=1)
    assert send(world) == Unknown("connection lost", keeps_body=True)


def test_a_text_is_forgotten_once_it_is_over(world: Sandbox) -> None:
    send(world)
    sid = world.messages()[0]["sid"]

    def forget(named: str) -> bool:
        return with_carrier(world.carrier(), lambda it: it.forget(named))

    eventually(lambda: world.messages()[0]["status"] == "delivered")
    world.faults(status=500)
    assert not forget(sid)
    world.faults(hang_rate=1)
    assert not forget(sid)
    assert world.copy_of(sid) != ""
    world.faults()
    assert forget(sid)
    assert world.copy_of(sid) == ""
    assert forget(sid), "once more is as good as once"
    assert forget("SM" + "0" * 32), "what is not there holds no words"


def test_a_refused_callback_costs_the_receipts_but_not_the_text(world: Sandbox) -> None:
    world.faults(code=21609)
    assert isinstance(send(world), Sent)
    assert len(world.messages()) == 1


def test_a_lost_answer_is_found_by_number_code_and_time(world: Sandbox) -> None:
    before = datetime.now(UTC)
    world.faults(accept_then_reset_rate=1)
    send(world)
    later = before + timedelta(minutes=1)
    sid = world.messages()[0]["sid"]

    async def ask(carrier: TwilioCarrier) -> list[list[str]]:
        return [
            await carrier.find(ANA, "K7P", before, ""),
            await carrier.find(ANA, "Q2X", before, ""),
            await carrier.find(BEN, "K7P", before, ""),
            await carrier.find(ANA, "K7P", later, ""),
        ]

    assert with_carrier(world.carrier(), ask) == [[sid], [], [], []]


def test_a_list_that_cannot_be_read_proves_nothing() -> None:
    nobody = TwilioCarrier(ACCOUNT, TOKEN, LINE, "http://127.0.0.1:9", STATUS_URL)
    assert with_carrier(nobody, lambda it: it.find(ANA, "K7P", datetime.now(UTC), "")) == []


class Odd:
    """A carrier that keeps what it was asked and answers whatever it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.answer = Response()
        self.forms: list[dict[str, str]] = []

    def answers(self, body: bytes, status: int = 201) -> None:
        self.answer = Response(body, status)
        self.forms.clear()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        body = await Request(scope, receive).body()
        self.forms.append(dict(parse_qsl(body.decode())))
        await self.answer(scope, receive, send)


@pytest.fixture(scope="module")
def odd() -> Iterator[Odd]:
    app = Odd()
    with serve(app) as app.url:
        yield app


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"{}", b'{"sid": null}'])
def test_an_answer_that_says_nothing_is_unknown(odd: Odd, body: bytes) -> None:
    odd.answers(body)
    carrier = TwilioCarrier(ACCOUNT, TOKEN, LINE, odd.url, STATUS_URL)
    outcome = with_carrier(carrier, lambda it: it.send(ANA, "K7P", "1", TWO_HOURS))
    assert outcome == Unknown("unreadable")
    assert len(odd.forms) == 1


def test_a_refusal_without_a_code_keeps_its_status(odd: Odd) -> None:
    odd.answers(b"<html>", 403)
    carrier = TwilioCarrier(ACCOUNT, TOKEN, LINE, odd.url, STATUS_URL)
    outcome = with_carrier(carrier, lambda it: it.send(ANA, "K7P", "1", TWO_HOURS))
    assert outcome == Refused(None, 403)


@pytest.mark.parametrize(
    ("sender", "field"), [(LINE, "From"), ("MG" + "0" * 32, "MessagingServiceSid")]
)
def test_what_twilio_is_asked_for(odd: Odd, sender: str, field: str) -> None:
    odd.answers(b'{"sid": "SM1"}')
    carrier = TwilioCarrier(ACCOUNT, TOKEN, sender, odd.url, STATUS_URL)
    sent = with_carrier(carrier, lambda it: it.send(ANA, "نجدة", "7-a", timedelta(days=9)))
    assert sent == Sent("SM1")
    assert odd.forms == [
        {
            "To": ANA,
            field: sender,
            "Body": "نجدة",
            "ValidityPeriod": "36000",
            "StatusCallback": f"{STATUS_URL}?attempt=7-a",
            "ContentRetention": "discard",
            "AddressRetention": "obfuscate",
        }
    ]


def test_a_cancelled_request_stays_cancelled(world: Sandbox) -> None:
    world.faults(hang_rate=1)

    async def stop(carrier: TwilioCarrier) -> bool:
        sending = asyncio.create_task(carrier.send(ANA, "K7P", "1", TWO_HOURS))
        await asyncio.sleep(0.1)
        sending.cancel()
        await asyncio.wait([sending])
        return sending.cancelled()

    assert with_carrier(world.carrier(), stop)


def test_waiting_for_a_free_connection_is_no_time_out(world: Sandbox) -> None:
    world.faults(latency_ms=150)

    async def burst(carrier: TwilioCarrier) -> list[Outcome]:
        sends = (carrier.send(ANA, f"K7P {n}", str(n), TWO_HOURS) for n in range(4))
        return await asyncio.gather(*sends)

    narrow = TwilioCarrier(ACCOUNT, TOKEN, LINE, world.url, STATUS_URL, timeout=0.4, connections=1)
    assert all(isinstance(outcome, Sent) for outcome in with_carrier(narrow, burst))


def test_a_burst_arrives_once_each(world: Sandbox) -> None:
    async def burst(carrier: TwilioCarrier) -> list[Outcome]:
        sends = (carrier.send(ANA, f"K7P {n}", str(n), TWO_HOURS) for n in range(300))
        return await asyncio.gather(*sends)

    patient = TwilioCarrier(ACCOUNT, TOKEN, LINE, world.url, STATUS_URL)
    outcomes = with_carrier(patient, burst)
    texts = world.messages(to=ANA)
    assert {text["body"] for text in texts} == {f"K7P {n}" for n in range(300)}
    assert {outcome.provider_id for outcome in outcomes if isinstance(outcome, Sent)} == {
        text["sid"] for text in texts
    }


def test_no_number_and_no_text_in_any_log(world: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        world.faults(code=21614)
        send(world)
        world.faults()
        send(world)
        with_carrier(world.carrier(), lambda it: it.find(ANA, "K7P", datetime.now(UTC), ""))
    assert "447700900101" not in caplog.text
    assert "needs help" not in caplog.text
