"""A plan: written with the person beforehand, read on the bad day, and every look noted."""

from typing import Any

import pytest
from sqlalchemy import select

from server.domain.access import Role
from server.services import audit, rows
from server.tables.plans import PlanCopy
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.world import World

PLAN: dict[str, Any] = {
    "full_name": "Ana Diop Sarr",
    "call_back": "Ask whether the bread is ready.",
    "code_word": "harvest",
    "police": "danger",
    "lawyer": "Maître Kane",
    "medical": "Insulin, twice a day.",
    "first_hours": "Fetch her mother.",
    "notes": "",
    "publicity": {
        "name": True,
        "photo": False,
        "decides": "Her sister",
        "agreed_on": "2026-01-31",
    },
}


def door(ana: Activist) -> str:
    return f"/v1/activists/{ana.id}/plan"


def read(officer: Officer, ana: Activist) -> dict[str, Any]:
    return officer.caller.ask("GET", door(ana)).ok()  # type: ignore[no-any-return]


def deeds(world: World) -> list[tuple[str, str, str | None]]:
    with world.database.read() as tx:
        return [(one.actor, one.action, one.subject) for one in audit.rows_of(tx)]


@pytest.mark.everywhere
def test_an_administrator_writes_it_and_a_responder_reads_it(world: World) -> None:
    ana, ada = world.activist(), world.staff("Ada", role=Role.ADMINISTRATOR)
    assert read(ada, ana)["reviewed_at"] is None
    kept = ada.caller.ask("PUT", door(ana), PLAN).ok()
    noor = world.staff()
    assert read(noor, ana) == kept == {**PLAN, "reviewed_at": kept["reviewed_at"]}
    assert kept["reviewed_at"].startswith(world.clock.now().isoformat()[:19])
    assert noor.caller.ask("PUT", door(ana), PLAN).status == 403


def test_saving_it_again_says_that_it_was_gone_through(world: World) -> None:
    ana, ada = world.activist(), world.staff("Ada", role=Role.ADMINISTRATOR)
    first = ada.caller.ask("PUT", door(ana), PLAN).ok()
    world.forward(hours=1)
    again = ada.caller.ask("PUT", door(ana), PLAN).ok()
    assert again["reviewed_at"] > first["reviewed_at"]


def test_every_look_is_noted_and_none_that_was_refused(world: World) -> None:
    ana, noor = world.activist(), world.staff()
    stranger = world.staff("Theo", office=world.new_office("Praia office"))
    keyless = world.staff("Kim", granted=False)
    for _ in range(2):
        read(noor, ana)
    assert stranger.caller.ask("GET", door(ana)).status == 404
    assert keyless.caller.ask("GET", door(ana)).status == 403
    looks = [deed for deed in deeds(world) if deed[1] == "plan viewed"]
    assert looks == [(noor.id, "plan viewed", ana.id)] * 2


def test_the_hub_reads_its_sections_plans_and_a_section_not_its_hubs(world: World) -> None:
    section = world.new_office("Nord office", under=world.office)
    ana = world.activist(office=section)
    ada = world.staff("Ada", office=section, role=Role.ADMINISTRATOR)
    ada.caller.ask("PUT", door(ana), PLAN).ok()
    assert read(world.staff("Hana"), ana)["code_word"] == "harvest"
    of_the_hub = world.activist("Sara")
    assert ada.caller.ask("GET", door(of_the_hub)).status == 404


def test_nothing_of_it_lies_open_and_its_size_tells_nothing(world: World) -> None:
    ada = world.staff("Ada", role=Role.ADMINISTRATOR)
    plans = ({}, PLAN, {**PLAN, "notes": "ש" * 1500})
    for name, plan in zip(("Ana", "Bo", "Cy"), plans, strict=True):
        ada.caller.ask("PUT", door(world.activist(name)), plan).ok()
    with world.database.read() as tx:
        kept = [bytes(row.sealed) for row in tx.execute(select(rows.table(PlanCopy).c.sealed))]
    assert len({len(sealed) for sealed in kept}) == 1
    assert not any(b"harvest" in sealed for sealed in kept)


def test_a_plan_that_cannot_be_kept_is_refused_with_its_place(world: World) -> None:
    ana, ada = world.activist(), world.staff("Ada", role=Role.ADMINISTRATOR)
    for bad, status, pointer in (
        ({"police": "maybe"}, 422, "/police"),
        ({"notes": "x" * 1501}, 422, "/notes"),
        ({"publicity": {"agreed_on": "soon"}}, 422, "/publicity/agreed_on"),
        ({"reviewed_at": "2026-01-31T00:00:00Z"}, 400, ""),
        ({part: "\x01" * 1500 for part in ("call_back", "medical", "notes")}, 422, ""),
    ):
        said = ada.caller.ask("PUT", door(ana), bad)
        assert (said.status, said.json["pointer"]) == (status, pointer)
    assert read(ada, ana)["reviewed_at"] is None
