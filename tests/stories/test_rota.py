"""The duty line follows the plan: whoever is on rings first, then the rest, then the hub."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.domain.access import Role
from tests.support.duty import FIRST, HUB, SECOND
from tests.support.office import Officer
from tests.support.world import Office, World

THIRD = "+12025550114"
EVERY_DAY = range(7)


@pytest.fixture
def hub(world: World) -> Office:
    return world.new_office("Hub")


@pytest.fixture
def section(world: World, hub: Office) -> Office:
    return world.new_office("Dakar", under=hub)


@pytest.fixture
def ada(world: World, section: Office) -> Officer:
    return world.staff("Ada", office=section, role=Role.ADMINISTRATOR)


def plan(who: Officer, office: Office, *shifts: dict[str, Any], zone: str = "Africa/Dakar") -> Any:
    return who.caller.ask(
        "PUT", f"/v1/offices/{office.id}/rota", {"zone": zone, "shifts": list(shifts)}
    )


def every_day(starts: str, ends: str, **who: Any) -> list[dict[str, Any]]:
    return [{"weekday": n, "starts": starts, "ends": ends, **who} for n in EVERY_DAY]


def at(world: World, text: str) -> None:
    """The first such hour that comes, by the clock of Dakar, which is the world's own."""
    now, wanted = world.clock.now(), datetime.fromisoformat(f"2026-01-01T{text}").time()
    hours = (wanted.hour - now.hour) % 24
    world.forward(hours=hours, minutes=wanted.minute - now.minute)


def test_whoever_is_on_rings_first_then_the_rest_then_the_hub(
    world: World, hub: Office, section: Office, ada: Officer
) -> None:
    world.duty_phones(FIRST, SECOND, office=section)
    world.duty_phones(HUB, office=hub)
    by_day, by_night = (
        every_day("06:00", "18:00", phone=THIRD),
        every_day("18:00", "06:00", phone=SECOND),
    )
    plan(ada, section, *by_day, *by_night).ok()
    at(world, "22:00")
    ada.sign_in()
    ana = world.activist("Ana", contacts=[], office=section)
    ana.phone.press()
    for phone in (SECOND, FIRST, HUB):
        world.carrier.expect(phone, "Dakar")
        world.carrier.expect_silence()
        world.forward(minutes=1)
    ada.take(ana.phone.last)
    ada.close(ana.phone.last)
    at(world, "09:00")
    ana.phone.press()
    for phone in (THIRD, FIRST, SECOND, HUB):
        world.carrier.expect(phone, "Dakar")
        world.forward(minutes=1)


@pytest.mark.everywhere
def test_pressed_while_nobody_is_on_the_next_shift_is_rung(
    world: World, section: Office, ada: Officer
) -> None:
    plan(ada, section, *every_day("06:00", "18:00", phone=THIRD)).ok()
    at(world, "03:00")
    watching = world.watched()
    ada.sign_in()
    ana = world.activist("Ana", contacts=[], office=section)
    ana.phone.press()
    at(world, "05:59")
    world.carrier.expect_silence()
    assert ada.timeline(ana.phone.last, "duty_paged") == [], "nobody was there to page"
    assert watching.look() == set(), "a rung that waits for a shift is not stuck"
    at(world, "06:04")
    world.carrier.expect(THIRD, "Dakar")
    (paged,) = ada.timeline(ana.phone.last, "duty_paged")
    assert paged["detail"]["reason"] == "no_contacts"
    world.forward(hours=2)
    for _ in range(5):
        world.carrier.expect(THIRD, "Dakar")
    world.carrier.expect_silence()
    assert len(ada.timeline(ana.phone.last, "duty_paged")) == 6, "one round after another"
    ada.take(ana.phone.last)
    world.forward(hours=3)
    world.carrier.expect_silence()


def test_taken_while_nobody_is_on_it_rings_nowhere(
    world: World, section: Office, ada: Officer
) -> None:
    plan(ada, section, *every_day("06:00", "18:00", phone=THIRD)).ok()
    at(world, "05:50")
    ada.sign_in()
    ana = world.activist("Ana", contacts=[], office=section)
    ana.phone.press()
    ada.take(ana.phone.last)
    world.forward(hours=1)
    world.carrier.expect_silence()


@pytest.mark.everywhere
def test_who_is_on_now_and_next_and_where_nobody_is(
    world: World, section: Office, ada: Officer
) -> None:
    working_days = [
        {"weekday": n, "starts": "06:00", "ends": "18:00", "staff_id": ada.id, "phone": FIRST}
        for n in range(5)
    ]
    said = plan(ada, section, *working_days, zone="Africa/Dakar").ok()
    assert (said["zone"], len(said["shifts"]), said["shifts"][0]["name"]) == (
        "Africa/Dakar",
        5,
        "Ada",
    )
    noor = world.staff("Noor", office=section)
    seen = noor.caller.ask("GET", f"/v1/offices/{section.id}/rota").ok()
    assert seen["shifts"] == said["shifts"]
    now = world.clock.now().astimezone(UTC)
    is_on = now.weekday() < 5 and 6 <= now.hour < 18
    assert [one["name"] for one in seen["now"]] == (["Ada"] if is_on else [])
    assert seen["next"]["phone"] == FIRST
    assert len(seen["week"]) >= 5
    assert len(seen["gaps"]) >= 5, "nights, and the end of the week"
    assert [office["name"] for office in seen["offices"]] == ["Dakar"]


def test_numbers_are_sealed_and_a_stranger_sees_no_plan(
    world: World, section: Office, ada: Officer
) -> None:
    plan(ada, section, *every_day("06:00", "06:00", phone=THIRD)).ok()
    for file in world.folder.glob("*.db*"):
        assert THIRD.encode() not in file.read_bytes()
    leo = world.staff("Leo", office=world.new_office("Praia"))
    assert leo.caller.ask("GET", f"/v1/offices/{section.id}/rota").status == 404
    noor = world.staff("Noor", office=section)
    assert plan(noor, section).status == 403


@pytest.mark.parametrize(
    ("shift", "pointer"),
    [
        ({"starts": "06:00", "ends": "18:00", "phone": FIRST}, "/shifts/0"),
        ({"weekday": 1, "day": "2026-03-03", "phone": FIRST}, "/shifts/0"),
        ({"weekday": 1}, "/shifts/0"),
        ({"weekday": 1, "staff_id": "11111111-1111-4111-8111-111111111111"}, "/shifts/0/staff_id"),
        ({"weekday": 7, "phone": FIRST}, "/shifts/0/weekday"),
        ({"weekday": 1, "phone": FIRST, "starts": "24:00"}, "/shifts/0/starts"),
        ({"day": "2026-02-30", "phone": FIRST}, "/shifts/0/day"),
    ],
)
def test_what_is_no_shift_is_refused_with_its_place(
    section: Office, ada: Officer, shift: dict[str, Any], pointer: str
) -> None:
    answer = plan(ada, section, {"starts": "06:00", "ends": "18:00", **shift})
    assert (answer.status, answer.json["pointer"]) == (422, pointer)


def test_a_zone_that_nobody_knows_is_refused(section: Office, ada: Officer) -> None:
    answer = plan(ada, section, zone="Africa/Atlantis")
    assert (answer.status, answer.json["pointer"]) == (422, "/zone")
