"""Calls with the official SDK against the sandbox over real HTTP."""

import asyncio
from xml.etree import ElementTree

import pytest

from server.carriers import Outcome, Refused, Sent, Unknown, twiml
from server.carriers.twilio import TwilioCarrier
from shared.texts.spoken import Spoken
from tests.support.sandbox import ACCOUNT, LINE, TOKEN, Sandbox, sandbox

ANA = "+447700900101"
SERVICE = "MG" + "0" * 32
STATUS_URL = "http://127.0.0.1:9/twilio/status"
ACTION = "https://candlewire.example/twilio/voice?attempt=1&language=en"
HELP = Spoken("Ana needs help & so on.", "en")


@pytest.fixture
def world(tmp_path):
    with sandbox(tmp_path) as started:
        yield started


def call(world: Sandbox, sender: str = LINE, caller: str = "") -> Outcome:
    async def play() -> Outcome:
        carrier = TwilioCarrier(
            ACCOUNT, TOKEN, sender, world.url, STATUS_URL, caller=caller, timeout=1
        )
        try:
            return await carrier.call(ANA, twiml.menu(HELP, ACTION), "attempt-1")
        finally:
            await carrier.close()

    return asyncio.run(play())


def test_a_call_that_was_taken_has_the_carriers_id(world):
    outcome = call(world)
    (made,) = world.calls()
    assert outcome == Sent(made["sid"])
    assert (made["to"], made["from"], made["words"]) == (ANA, LINE, HELP.words)


def test_a_messaging_service_calls_from_the_number_beside_it(world):
    assert call(world, SERVICE) == Refused(21213, 400)
    assert world.calls() == []
    assert isinstance(call(world, SERVICE, caller=LINE), Sent)
    assert [made["from"] for made in world.calls()] == [LINE]


@pytest.mark.parametrize(
    ("faults", "outcome", "made"),
    [
        ({"code": 21214}, Refused(21214, 400), 0),
        ({"code": 21609}, None, 1),
        ({"code": 20429}, Refused(20429, 429, retry_after=1), 0),
        ({"status": 500}, Unknown("status 500"), 0),
        ({"accept_then_reset_rate": 1}, Unknown("connection lost"), 1),
        ({"hang_rate": 1}, Unknown("time-out"), 0),
    ],
)
def test_every_fault_is_an_outcome_and_one_call(world, faults, outcome, made):
    world.faults(**faults)
    said = call(world)
    assert said == outcome if outcome else isinstance(said, Sent)
    assert len(world.calls()) == made


def test_the_menu_is_said_twice_and_a_key_may_come_at_any_time():
    root = ElementTree.fromstring(twiml.menu(HELP, ACTION))
    assert [part.tag for part in root] == ["Gather", "Gather", "Hangup"]
    for gather in root.iter("Gather"):
        assert (gather.get("action"), gather.get("numDigits")) == (ACTION, "1")
    for say in root.iter("Say"):
        assert (say.text, say.get("language")) == (HELP.words, "en-US")
    assert [part.tag for part in ElementTree.fromstring(twiml.last_word(HELP))] == [
        "Say",
        "Hangup",
    ]
