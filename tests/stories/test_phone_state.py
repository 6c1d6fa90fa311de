"""Whether a phone is armed: said by the phone, incident or none, and read by the office in time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.device.link import InternetLink, Unreachable
from mobile.guard import Guard
from shared.clock import SystemClock
from tests.mobile.people import device, hot
from tests.support.enrolment import paired
from tests.support.office import Officer
from tests.support.phone import Phone
from tests.support.waiting import until
from tests.support.world import World

ARMED = {"armed": True, "obstacles": [], "battery": 0.8}
HELD_BACK = {"armed": False, "obstacles": ["location", "battery_saver"], "battery": 0.12}


def say(phone: Phone, state: dict[str, Any]) -> dict[str, Any]:
    return phone.caller.ask("PUT", "/v1/phone", state).ok()  # type: ignore[no-any-return]


def read(officer: Officer) -> dict[str, Any]:
    ((one),) = officer.caller.ask("GET", "/v1/readiness").ok()["activists"]
    return one  # type: ignore[no-any-return]


@pytest.mark.everywhere
def test_the_office_reads_what_keeps_a_phone_from_being_armed(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    assert (read(noor)["armed"], read(noor)["stated_at"]) == (None, None)
    assert "not_armed" not in read(noor)["mends"]
    assert say(ana.phone, HELD_BACK) == HELD_BACK
    found = read(noor)
    assert "not_armed" in found["mends"]
    assert found["armed"] is False
    assert found["obstacles"] == ["battery_saver", "location"]
    assert found["battery"] == 0.12
    assert found["protected"]  # held in the hand, it still raises an alert
    say(ana.phone, ARMED)
    assert "not_armed" not in read(noor)["mends"]
    assert read(noor)["obstacles"] == []


def test_it_is_said_over_the_socket_too_and_with_its_age(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    with ana.phone.socket() as socket:
        answer = socket.ask("state", HELD_BACK)
    assert (answer["status"], answer["body"]) == (200, HELD_BACK)
    said_at = datetime.fromisoformat(read(noor)["stated_at"])
    world.clock.forward_to(world.clock.now() + timedelta(days=2))
    assert datetime.fromisoformat(read(noor.sign_in())["stated_at"]) == said_at
    assert world.clock.now() - said_at >= timedelta(days=2)


def test_whoever_has_one_armed_phone_is_armed(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    second = paired(world, (), ana.id)
    say(ana.phone, HELD_BACK)
    say(second, ARMED)
    assert read(noor)["armed"] is True
    say(second, HELD_BACK)
    assert read(noor)["armed"] is False


def test_it_starts_no_incident_and_tells_nobody(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    say(ana.phone, HELD_BACK)
    world.work()
    world.carrier.expect_silence()
    assert noor.caller.ask("GET", "/v1/incidents").ok()["incidents"] == []


@pytest.mark.parametrize("way", ["socket", "https"])
def test_the_phones_own_guard_says_it_and_keeps_quiet_then(
    world: World, tmp_path: Path, way: str
) -> None:
    ana, noor = world.activist(), world.staff()
    pocket = device(tmp_path)
    pocket.blocked = frozenset({"updated"})
    guard = Guard(
        hot=hot(world.caller.url, token=ana.phone.token),
        outbox=tmp_path / "outbox",
        device=pocket,
        link=InternetLink() if way == "socket" else HttpsOnly(),
        clock=SystemClock(),
    )
    guard.start()
    try:
        until(lambda: read(noor)["obstacles"] == ["updated"], "news of the phone")
    finally:
        guard.stop()
    assert "not_armed" in read(noor)["mends"]


class HttpsOnly(InternetLink):
    """A network that lets no socket through."""

    async def open(self, server: str, bearer: str) -> Unreachable:
        return Unreachable()
