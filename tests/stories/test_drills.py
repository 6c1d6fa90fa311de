"""A drill that the office calls: through the real pipeline, marked everywhere, and measured."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.domain.access import Role
from server.services import rows
from server.tables import Incident
from tests.support import people
from tests.support.enrolment import paired
from tests.support.office import Officer
from tests.support.people import Contact
from tests.support.phone import Phone
from tests.support.world import World


@dataclass(frozen=True)
class Enrolled:
    """An activist who came by a pairing code, so that the office has a copy of their contacts."""

    id: str
    phone: Phone
    contacts: tuple[Contact, ...]


def enrolled(world: World, officer: Officer, *names: str) -> Enrolled:
    before = {one["id"] for one in everybody(officer)}
    contacts = people.contacts_of("Ana", [list(names)], ["en"])
    phone = paired(world, contacts)
    for one in contacts:
        world.carrier.expect(one, "asks to text you").reply("1")
        world.carrier.expect(one, "Thank you")
    (new,) = {one["id"] for one in everybody(officer)} - before
    return Enrolled(new, phone, contacts)


def everybody(officer: Officer) -> list[dict[str, Any]]:
    return officer.caller.ask("GET", "/v1/readiness").ok()["activists"]  # type: ignore[no-any-return]


def call(world: World, officer: Officer, *whom: str, way: str = "office") -> dict[str, Any]:
    wish = {"way": way, "activists": list(whom)}
    said = officer.caller.ask("POST", "/v1/drills", wish).ok()
    world.work()
    return said  # type: ignore[no-any-return]


def report(officer: Officer, drill: dict[str, Any]) -> dict[str, Any]:
    return officer.caller.ask("GET", f"/v1/drills/{drill['drill']['id']}").ok()  # type: ignore[no-any-return]


@pytest.fixture
def ada(world: World) -> Officer:
    return world.staff("Ada", role=Role.ADMINISTRATOR)


@pytest.mark.everywhere
def test_the_office_drills_somebody_and_reads_what_came_of_it(world: World, ada: Officer) -> None:
    ana = enrolled(world, ada, "Ben", "Grace")
    drill = call(world, ada, ana.id)
    (person,) = drill["people"]
    assert (person["name"], person["contacts"], person["left_out"]) == ("Ana", 2, None)
    texts = [world.carrier.expect(one) for one in ana.contacts]
    assert all(text.body.startswith("DRILL") for text in texts)
    world.forward(seconds=6)
    texts[0].receipt("delivered")
    world.forward(seconds=20)
    texts[0].reply("1")
    world.carrier.read_all()
    found = report(ada, drill)
    assert found["totals"] == {
        "people": 1,
        "raised": 1,
        "missed": 0,
        "unanswered": 0,
        "contacts": 2,
        "delivered": 1,
        "answered": 1,
    }
    assert found["stored"] is None  # nobody pressed
    assert 6_000 <= found["delivered"]["p50"] == found["delivered"]["p90"] < 7_000
    assert 26_000 <= found["answered"]["p90"] < 27_000


def test_it_is_a_drill_on_the_board_and_names_who_called_it(world: World, ada: Officer) -> None:
    ana = enrolled(world, ada, "Ben")
    drill = call(world, ada, ana.id)
    world.carrier.read_all()
    incident = drill["people"][0]["incident_id"]
    (seen,) = [one for one in ada.incidents() if one["id"] == incident]
    assert seen["kind"] == "drill"
    (entry,) = ada.timeline(incident, "drill_called")
    assert entry["actor"]["name"] == "Ada"


def test_an_alert_goes_before_all_that_a_drill_has_still_to_send(
    world: World, ada: Officer
) -> None:
    drilled = [enrolled(world, ada, "Ben", "Grace") for _ in range(4)]
    call(world, ada, *(one.id for one in drilled))
    world.carrier.read_all()
    waiting = 4 * 2 - len([text for text in world.carrier.texts() if "DRILL" in text.body])
    assert waiting > 0, "a drill's texts are spread over time"
    sara = world.activist("Sara", contacts=["Omar"])
    sara.phone.press()
    world.carrier.expect(sara.contacts[0], "Sara", "needs help")
    world.carrier.expect_silence()  # whatever the drill has left comes later
    world.forward(minutes=5)
    drills = [text for text in world.carrier.texts() if text.body.startswith("DRILL")]
    assert len(drills) == 8
    world.carrier.read_all()


def test_somebody_in_danger_leaves_their_drill_by_pressing(world: World, ada: Officer) -> None:
    ana = enrolled(world, ada, "Ben")
    call(world, ada, ana.id)
    world.carrier.read_all()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "Ana", "needs help")
    assert [one["kind"] for one in ada.incidents("?state=open")] == ["alert"]


def test_who_cannot_be_drilled_is_left_out_and_said_why(world: World, ada: Officer) -> None:
    in_danger, drilling = enrolled(world, ada, "Ben"), enrolled(world, ada, "Grace")
    in_danger.phone.press()
    drilling.phone.press(drill=True)
    without_copy = world.activist("Sara", contacts=["Omar"])
    new = ada.caller.ask("POST", "/v1/activists", {"office_id": world.office.id, "name": "Bo"})
    world.carrier.read_all()
    chosen = (in_danger.id, drilling.id, without_copy.id, new.ok()["id"])
    found = call(world, ada, *chosen)
    assert {one["id"]: one["left_out"] for one in found["people"]} == dict(
        zip(chosen, ("alert_open", "drill_open", "no_copy", "no_phone"), strict=True)
    )
    assert found["totals"]["raised"] == 0
    world.carrier.expect_silence()


def test_they_may_press_themselves_which_measures_the_phone_too(world: World, ada: Officer) -> None:
    ana, idle = enrolled(world, ada, "Ben"), enrolled(world, ada, "Grace")
    drill = call(world, ada, ana.id, idle.id, way="phone")
    world.carrier.expect_silence()
    world.forward(minutes=3)
    pressed_at = (world.clock.now() - timedelta(seconds=2)).isoformat()
    ana.phone.press(drill=True, pressed_at=pressed_at)
    world.carrier.expect(ana.contacts[0], "DRILL").receipt("delivered")
    found = report(ada, drill)
    assert found["totals"]["raised"] == 1
    assert 2_000 <= found["stored"]["p50"] < 2_100
    assert found["people"][0]["id"] == idle.id  # who did nothing stands first


def test_it_ends_after_a_day_and_its_figures_outlive_the_incidents(
    world: World, ada: Officer
) -> None:
    ana = enrolled(world, ada, "Ben")
    drill = call(world, ada, ana.id)
    world.carrier.expect(ana.contacts[0], "DRILL").receipt("delivered")
    before = report(ada, drill)
    world.forward(hours=25)
    world.carrier.read_all()
    ended = report(ada.sign_in(), drill)
    assert ended["drill"]["ended_at"] is not None
    assert (ended["totals"], ended["people"]) == (before["totals"], before["people"])
    table = rows.table(Incident)
    with world.database.read() as tx:
        left = select(func.count()).where(table.c.state != "closed")
        assert tx.execute(left).scalar() == 0


def test_an_administrator_ends_it_early_and_twice_is_once(world: World, ada: Officer) -> None:
    ana = enrolled(world, ada, "Ben")
    drill = call(world, ada, ana.id)
    world.carrier.read_all()
    door = f"/v1/drills/{drill['drill']['id']}/end"
    first = ada.caller.ask("POST", door, {}).ok()
    world.forward(minutes=1)
    assert ada.caller.ask("POST", door, {}).ok() == first
    assert first["drill"]["ended_at"] is not None
    assert ada.incident(drill["people"][0]["incident_id"])["state"] == "closed"


def test_an_office_is_drilled_whole_and_only_by_who_holds_its_key(
    world: World, ada: Officer
) -> None:
    section = world.new_office("Nord office", under=world.office)
    world.activist("Sara", contacts=["Omar"], office=section)
    ana = enrolled(world, ada, "Ben")
    wish = {"way": "office", "office_id": world.office.id}
    found = ada.caller.ask("POST", "/v1/drills", wish).ok()
    assert [one["id"] for one in found["people"]] == [ana.id]
    below = {"way": "office", "office_id": section.id}
    assert ada.caller.ask("POST", "/v1/drills", below).status == 403
    assert ada.caller.ask("POST", "/v1/drills", {**below, "way": "phone"}).status == 201
    noor = world.staff()
    assert noor.caller.ask("POST", "/v1/drills", wish).status == 403
    assert len(noor.caller.ask("GET", "/v1/drills").ok()["drills"]) == 2
    theo = world.staff("Theo", office=world.new_office("Praia office"), role=Role.ADMINISTRATOR)
    assert theo.caller.ask("GET", f"/v1/drills/{found['drill']['id']}").status == 404
    assert theo.caller.ask("GET", "/v1/drills").ok() == {"drills": []}
    world.work()
    world.carrier.read_all()


def test_a_drill_for_nobody_is_refused(world: World, ada: Officer) -> None:
    said = ada.caller.ask("POST", "/v1/drills", {"way": "phone"})
    assert (said.status, said.json["pointer"]) == (409, "/activists")
