"""The office phone as a carrier, against the sandbox's: outcomes as values, an id sent once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

import pytest

from server.carriers import Refused, Sent, Unknown
from server.carriers.gateway import GatewayCarrier, failure
from tests.support.sandbox import PHONE_LINE, PHONE_PASSWORD, Sandbox, eventually, sandbox

ANA = "+33639980001"
HOUR = timedelta(hours=1)
R = TypeVar("R")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("phone")) as playing:
        yield playing


@pytest.fixture
def world(running: Sandbox) -> Sandbox:
    running.phone_faults()
    running.empty()
    return running


def ask(
    url: str,
    question: Callable[[GatewayCarrier], Awaitable[R]],
    *,
    password: str = PHONE_PASSWORD,
) -> R:
    async def conversation() -> R:
        carrier = GatewayCarrier(url, "sms", password, timeout=1)
        try:
            return await question(carrier)
        finally:
            await carrier.close()

    return asyncio.run(conversation())


def at(world: Sandbox) -> str:
    return f"{world.url}/gateway"


def test_a_text_goes_out_once_however_often_it_is_asked_for(world: Sandbox) -> None:
    attempt = str(uuid4())
    for _ in range(2):
        assert ask(at(world), lambda it: it.send(ANA, "Help", attempt, HOUR)) == Sent(attempt)
    (text,) = world.messages(ANA)
    assert (text["sid"], text["from"], text["body"]) == (attempt, PHONE_LINE, "Help")


def test_it_knows_what_became_of_a_text(world: Sandbox) -> None:
    attempt, now = str(uuid4()), datetime.now(UTC)
    assert ask(at(world), lambda it: it.find(ANA, "K7P", now, attempt)) == []
    ask(at(world), lambda it: it.send(ANA, "Help", attempt, HOUR))
    assert ask(at(world), lambda it: it.find(ANA, "K7P", now, attempt)) == [attempt]
    eventually(lambda: world.messages(ANA)[0]["status"] == "delivered")
    assert ask(at(world), lambda it: it.status(attempt)) == ("delivered", None)


def test_a_text_that_failed_asks_for_another_way(world: Sandbox) -> None:
    world.phone_faults(undelivered=[ANA])
    attempt = str(uuid4())
    ask(at(world), lambda it: it.send(ANA, "Help", attempt, HOUR))
    eventually(lambda: world.messages(ANA)[0]["status"] == "undelivered")
    assert ask(at(world), lambda it: it.status(attempt)) == ("undelivered", 30008)
    assert failure("TTL expired") == 30036


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        ({"status": 500}, Unknown("status 500")),
        ({"status": 400}, Refused(None, 400)),
        ({"throttle_rate": 1}, Refused(None, 429)),
        ({"reset_rate": 1}, Unknown("connection lost")),
        ({"hang_rate": 1}, Unknown("time-out")),
        ({"accept_then_reset_rate": 1}, Unknown("connection lost")),
    ],
)
def test_faults(world: Sandbox, faults: dict[str, float], outcome: object) -> None:
    world.phone_faults(**faults)
    assert ask(at(world), lambda it: it.send(ANA, "Help", str(uuid4()), HOUR)) == outcome
    assert len(world.messages(ANA)) == ("accept_then_reset_rate" in faults)


def test_a_phone_that_is_away_and_one_that_does_not_know_us(world: Sandbox) -> None:
    nowhere, attempt = "http://127.0.0.1:9", str(uuid4())
    outcome = ask(nowhere, lambda it: it.send(ANA, "Help", attempt, HOUR))
    assert outcome == Unknown("unreachable")
    assert ask(nowhere, lambda it: it.status(attempt)) is None
    assert ask(nowhere, lambda it: it.health()) is None
    refused = ask(at(world), lambda it: it.send(ANA, "Help", attempt, HOUR), password="another")
    assert refused == Refused(None, 401)
    assert ask(at(world), lambda it: it.health(), password="another") == 401
    assert ask(at(world), lambda it: it.health()) == 200


def test_it_has_no_line_that_speaks(world: Sandbox) -> None:
    called = ask(at(world), lambda it: it.call(ANA, "<Response/>", str(uuid4())))
    assert called == Refused(21213, 400)
