"""An Urgent Action: no more than the person agreed to, and final by a second person's word."""

from typing import Any

import pytest

from server.domain.access import Role
from tests.stories.test_plans import PLAN
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.record import deeds, does, fetched, requested, taken_out, words_of
from tests.support.web import Answer
from tests.support.world import World

WHOLE: dict[str, Any] = {
    "who": "A human rights defender from Dakar",
    "what_happened": "Two men led the person away at night.",
    "demands": "Say where the person is.",
    "addressees": "The Minister of Justice",
    "act_by": "2027-01-31",
    "languages": "French, English",
    "sources": "A neighbour, and the alert",
    "photo": False,
    "decision": "Her sister, by telephone: yes",
}


@pytest.fixture
def ana(world: World) -> Activist:
    ana = world.activist("Ana", contacts=[])
    ana.phone.press()
    return ana


@pytest.fixture
def noor(world: World) -> Officer:
    return world.staff("Noor")


def agrees(world: World, ana: Activist, **publicity: Any) -> Officer:
    """Her plan says so; the administrator who wrote it down."""
    ada = world.staff("Ada", role=Role.ADMINISTRATOR)
    agreed = {"name": False, "photo": False, "decides": "", "agreed_on": "2026-01-31"}
    plan = {**PLAN, "publicity": {**agreed, **publicity}}
    ada.caller.ask("PUT", f"/v1/activists/{ana.id}/plan", plan).ok()
    return ada


def drafted(officer: Officer, ana: Activist, locale: str = "en") -> dict[str, Any]:
    path = f"/v1/incidents/{ana.phone.last}/urgent-actions"
    return officer.caller.ask("POST", path, {"locale": locale}).ok()  # type: ignore[no-any-return]


def put(officer: Officer, action: dict[str, Any], **changes: Any) -> Answer:
    """Over the version that stands, or the `number` that was read."""
    path, number = f"/v1/urgent-actions/{action['id']}", action["number"]
    found = officer.caller.ask("GET", path)
    if found.status == 200:
        number = found.json["number"]
    return officer.caller.ask("PUT", path, {"number": number, **WHOLE, **changes})


def step(officer: Officer, action: dict[str, Any], name: str, **body: Any) -> Answer:
    return officer.caller.ask("POST", f"/v1/urgent-actions/{action['id']}/{name}", body)


def read(officer: Officer, action: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/urgent-actions/{action['id']}"
    return officer.caller.ask("GET", path).ok()  # type: ignore[no-any-return]


@pytest.mark.everywhere
def test_it_is_final_once_a_second_person_has_read_it(
    world: World, ana: Activist, noor: Officer
) -> None:
    rosa = world.staff("Rosa")
    agrees(world, ana, name=True)
    action = drafted(noor, ana)
    assert action["appeal"]["who"] == "Ana Diop Sarr"
    assert action["obstacles"] == ["incomplete"]
    assert step(noor, action, "submit").status == 409
    assert put(noor, action, who="Ana Diop Sarr").ok()["obstacles"] == []
    step(noor, action, "submit").ok()
    number = read(rosa, action)["number"]
    assert step(noor, action, "confirm", number=number).status == 403
    assert step(rosa, action, "confirm", number=number - 1).status == 409
    assert step(rosa, action, "confirm", number=number).ok()["state"] == "final"
    assert put(noor, action).status == 409
    said = words_of(fetched(noor, requested(noor, **wanted(action))))
    assert "Ana Diop Sarr" in said
    for word in ("DRAFT", "Noor", "A neighbour", "Her sister", action["code"]):
        assert word not in said
    assert [deed for _, deed in deeds(world, "urgent")][:4] == [
        "urgent action drafted",
        "urgent action changed",
        "urgent action submitted",
        "urgent action confirmed",
    ]


def wanted(action: dict[str, Any], form: str = "pdf") -> dict[str, Any]:
    return {"what": "urgent_action", "subject_id": action["id"], "form": form}


def test_without_consent_it_names_nobody_and_stays_a_draft(
    world: World, ana: Activist, noor: Officer
) -> None:
    action = drafted(noor, ana)
    assert "Ana" not in str(action["appeal"])
    for text in ("Free Ana", "ANA is ill", "we ask for Ána"):
        refused = put(noor, action, demands=text)
        assert (refused.status, refused.json["pointer"]) == (422, "/demands")
    assert put(noor, action).ok()["obstacles"] == ["no_consent"]
    assert step(noor, action, "submit").status == 409
    assert does(noor, requested(noor, **wanted(action)), "file").status == 409
    rosa = world.staff("Rosa")
    draft = words_of(taken_out(noor, rosa, **wanted(action)))
    for word in ("DRAFT", "A neighbour", "by Noor"):
        assert word in draft
    text = taken_out(noor, rosa, **wanted(action, "text")).decode()
    assert text.startswith("DRAFT")
    assert "Ana" not in text


def test_every_part_of_the_consent_counts(world: World, ana: Activist, noor: Officer) -> None:
    agrees(world, ana, decides="Her sister")
    action = drafted(noor, ana)
    assert put(noor, action, photo=True).ok()["obstacles"] == ["photo"]
    assert put(noor, action, decision=" ").ok()["obstacles"] == ["decision"]
    assert put(noor, action, act_by=None).ok()["obstacles"] == ["incomplete"]
    assert put(noor, action, sources="").ok()["obstacles"] == ["incomplete"]
    assert put(noor, action).ok()["obstacles"] == []


def test_a_consent_taken_back_stops_what_was_submitted(
    world: World, ana: Activist, noor: Officer
) -> None:
    ada = agrees(world, ana, name=True)
    action = drafted(noor, ana)
    put(noor, action, who="Ana Diop").ok()
    step(noor, action, "submit").ok()
    plan = {**PLAN, "publicity": {"agreed_on": "2026-02-01"}}
    ada.caller.ask("PUT", f"/v1/activists/{ana.id}/plan", plan).ok()
    seen = read(ada, action)
    assert seen["obstacles"] == ["name"]
    assert step(ada, action, "confirm", number=seen["number"]).status == 409


def test_a_change_after_it_was_submitted_makes_it_a_draft_again(
    world: World, ana: Activist, noor: Officer
) -> None:
    agrees(world, ana)
    action = drafted(noor, ana)
    put(noor, action).ok()
    step(noor, action, "submit").ok()
    assert put(noor, action, demands="Release the person.").ok()["state"] == "draft"
    seen = read(noor, action)
    assert step(world.staff("Rosa"), action, "confirm", number=seen["number"]).status == 409


@pytest.mark.everywhere
def test_of_two_who_write_at_once_the_later_destroys_nothing(
    world: World, ana: Activist, noor: Officer
) -> None:
    action, rosa = drafted(noor, ana), world.staff("Rosa")
    read_by_both = action["number"]
    put(rosa, action, number=read_by_both, demands="Let the lawyer in.").ok()
    late = put(noor, action, number=read_by_both, demands="Release the person.")
    assert (late.status, late.json["detail"]) == (409, "It was changed since you read it.")
    seen = read(noor, action)
    assert (seen["number"], seen["written_by"]) == (read_by_both + 1, "Rosa")
    assert seen["appeal"]["demands"] == "Let the lawyer in."
    both = "Let the lawyer in. Release the person."
    saved = put(noor, action, number=seen["number"], demands=both).ok()
    assert saved["appeal"]["demands"] == both


def test_a_drill_is_never_final(world: World, noor: Officer) -> None:
    sara = world.activist("Sara", contacts=[])
    agrees(world, sara)
    sara.phone.press(drill=True)
    action = drafted(noor, sara)
    assert put(noor, action).ok()["obstacles"] == ["drill"]


def test_another_office_sees_none(world: World, ana: Activist, noor: Officer) -> None:
    action, theo = drafted(noor, ana), world.staff("Theo", office=world.new_office("Praia"))
    assert theo.caller.ask("GET", "/v1/urgent-actions").ok() == {"urgent_actions": []}
    assert theo.caller.ask("GET", f"/v1/urgent-actions/{action['id']}").status == 404
    assert put(theo, action).status == 404
