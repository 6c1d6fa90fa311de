"""What leaves the office: nobody takes it out alone, and every step stands in the audit log."""

import csv
import io
import json
from typing import Any

import pytest

from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.record import (
    asks,
    deeds,
    does,
    fetched,
    requested,
    taken_out,
    tries_to_ask,
    words_of,
)
from tests.support.world import World


@pytest.fixture
def ana(world: World) -> Activist:
    """Ana, whose alert is open, whose contact acts, and whose office has noted something."""
    ana = world.activist("Ana", contacts=["Ben"])
    ana.phone.press(note="two men at the door")
    world.carrier.expect(ana.contacts[0], "Ana").reply("1")
    return ana


@pytest.fixture
def noor(world: World, ana: Activist) -> Officer:
    """The officer who works it."""
    noor = world.staff("Noor")
    noor.take(ana.phone.last)
    noor.note(ana.phone.last, "#let x = 1; the lawyer is Kane")
    return noor


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.everywhere
def test_the_record_with_names_takes_a_second_officer(
    world: World, ana: Activist, noor: Officer
) -> None:
    rosa = world.staff("Rosa")
    export = asks(noor, ana.phone.last, names=True, numbers=True, reason="for the lawyer")
    assert (export["state"], export["mine"], export["may_approve"]) == ("waiting", True, False)
    assert does(noor, export, "file").status == 409
    assert does(noor, export, "approve").status == 403
    seen = rosa.caller.ask("GET", "/v1/exports").ok()["exports"][0]
    assert (seen["asked_by"], seen["reason"], seen["may_approve"]) == (
        "Noor",
        "for the lawyer",
        True,
    )
    does(rosa, export, "approve").ok()
    assert does(rosa, export, "file").status == 403
    said = words_of(fetched(noor, export))
    for word in ("Ana", "Ben", ana.contacts[0].phone, "two men at the door", "Dakar office"):
        assert word in said
    assert "#let x = 1; the lawyer is Kane" in said
    assert "Page 1 of" in said
    assert "by Noor" in said
    assert does(noor, export, "file").status == 409
    assert deeds(world, "export") == [
        (noor.id, "export asked for: incident pdf names numbers"),
        (rosa.id, "export approved"),
        (noor.id, "export fetched"),
    ]


def test_who_works_an_open_alert_has_its_sheet_without_names_alone(
    world: World, ana: Activist, noor: Officer
) -> None:
    export = asks(noor, ana.phone.last)
    assert export["state"] == "approved"
    said = words_of(fetched(noor, export))
    assert "contact 1 is acting" in said
    for word in ("Ana", "Ben", ana.contacts[0].phone[-6:], "two men", "Kane"):
        assert word not in said
    assert does(noor, export, "file").status == 409


def test_what_staff_call_an_event_stands_only_where_names_do(world: World, noor: Officer) -> None:
    sara, bo = world.activist("Sara", contacts=[]), world.activist("Bo", contacts=[])
    for person in (sara, bo):
        person.phone.press(position=None)
    mine = sara.phone.last
    noor.take(mine)
    event = noor.caller.ask("POST", "/v1/events", {"incidents": [mine, bo.phone.last]}).ok()["id"]
    wish = {"what": "incident", "subject_id": mine, "form": "pdf", "names": True}
    rosa = world.staff("Rosa")
    nameless = words_of(taken_out(noor, rosa, **wish))
    assert "Sara" in nameless
    assert "None" not in nameless, "an event without a name or a place has no row"
    brief = {"name": "Kane family", "text": "", "version": 0}
    noor.caller.ask("PUT", f"/v1/events/{event}/brief", brief).ok()
    assert "Kane family" in words_of(taken_out(noor, rosa, **wish))
    assert "Kane" not in words_of(fetched(noor, asks(noor, mine)))
    for form in ("csv", "geojson"):
        assert b"Kane" not in fetched(noor, asks(noor, mine, form))


def test_nobody_else_has_even_that_alone_and_nobody_once_it_is_closed(
    world: World, ana: Activist, noor: Officer
) -> None:
    rosa = world.staff("Rosa")
    assert asks(rosa, ana.phone.last)["state"] == "waiting"
    noor.close(ana.phone.last)
    world.carrier.expect(ana.contacts[0])
    assert asks(noor, ana.phone.last)["state"] == "waiting"


def test_a_closed_alert_comes_out_with_its_outcome(
    world: World, ana: Activist, noor: Officer
) -> None:
    noor.close(ana.phone.last, "released", "out since noon")
    world.carrier.expect(ana.contacts[0])
    pdf = taken_out(
        noor, world.staff(), what="incident", subject_id=ana.phone.last, form="pdf", names=True
    )
    said = words_of(pdf)
    assert "Released" in said
    assert "out since noon" in said


def test_numbers_come_only_where_they_were_asked_for(
    world: World, ana: Activist, noor: Officer
) -> None:
    wish = {"what": "incident", "subject_id": ana.phone.last, "form": "pdf", "names": True}
    assert ana.contacts[0].phone not in words_of(taken_out(noor, world.staff(), **wish))
    assert tries_to_ask(noor, **{**wish, "names": False, "numbers": True}).status == 422


def test_an_approval_runs_out(world: World, ana: Activist, noor: Officer) -> None:
    rosa = world.staff("Rosa")
    first = asks(noor, ana.phone.last, names=True)
    does(rosa, first, "approve").ok()
    world.forward(hours=1, seconds=1)
    assert does(noor, first, "file").status == 409
    second = asks(noor, ana.phone.last, names=True)
    world.forward(hours=8)
    assert does(rosa.sign_in(), second, "approve").status == 200
    third = asks(noor.sign_in(), ana.phone.last, names=True)
    world.forward(hours=24, seconds=1)
    assert does(rosa.sign_in(), third, "approve").status == 409


def test_a_colleague_refuses_and_an_officer_takes_it_back(
    world: World, ana: Activist, noor: Officer
) -> None:
    rosa = world.staff("Rosa")
    refused, withdrawn = (asks(noor, ana.phone.last, names=True) for _ in range(2))
    does(rosa, refused, "refuse").ok()
    does(noor, withdrawn, "refuse").ok()
    for export in (refused, withdrawn):
        assert does(rosa, export, "approve").status == 409
        assert does(noor, export, "file").status == 409
    assert does(world.staff(office=world.new_office("Praia")), refused, "refuse").status == 404


def test_an_officer_without_the_offices_key_asks_and_agrees_to_nothing(
    world: World, ana: Activist, noor: Officer
) -> None:
    new = world.staff("Nils", granted=False)
    wish = {"what": "incident", "subject_id": ana.phone.last, "form": "pdf"}
    assert tries_to_ask(new, **wish).status == 403
    assert does(new, asks(noor, ana.phone.last, names=True), "approve").status == 403


def test_the_hub_agrees_where_an_office_has_one_officer(world: World) -> None:
    section = world.new_office("Thiès section", under=world.office)
    sara = world.activist("Sara", contacts=[], office=section)
    sara.phone.press()
    lone, hub = world.staff("Lone", office=section), world.staff("Hubert")
    world.activist("Ana", contacts=[]).phone.press()
    day = world.clock.now().date().isoformat()
    period = requested(lone, what="period", form="csv", since=day, until=day)
    seen = hub.caller.ask("GET", "/v1/exports").ok()["exports"][0]
    assert (seen["id"], seen["count"]) == (period["id"], 1)
    assert seen["office_name"] == "Thiès section"
    export = asks(lone, sara.phone.last, names=True)
    does(hub, export, "approve").ok()
    assert "Sara" in words_of(fetched(lone, export))


def test_the_timeline_as_a_table_holds_no_formula(
    world: World, ana: Activist, noor: Officer
) -> None:
    for text in ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", " =1+1", "＝1"):
        noor.note(ana.phone.last, text)
    wish = {"what": "incident", "subject_id": ana.phone.last, "form": "csv", "names": True}
    content = taken_out(noor, world.staff(), **wish)
    assert content.startswith(b"\xef\xbb\xbf")
    table = rows(content)
    assert [row["kind"] for row in table][:1] == ["raised"]
    for row in table:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "@", "＝", "\t"))
    notes = [row["said"] for row in table if row["kind"] == "note"]
    assert notes[1:] == [
        "'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)", "'\tx", "' =1+1", "'＝1",
    ]  # fmt: skip


def test_a_period_leaves_with_two_in_every_form(world: World, ana: Activist, noor: Officer) -> None:
    sara = world.activist("Sara", contacts=[])
    sara.phone.press()
    day, rosa = world.clock.now().date().isoformat(), world.staff("Rosa")
    wish: dict[str, Any] = {"what": "period", "since": day, "until": day, "names": True}
    assert requested(noor, form="csv", **wish)["count"] == 2
    table = rows(taken_out(noor, rosa, form="csv", **wish))
    assert [row["person"] for row in table] == ["Ana", "Sara"]
    places = json.loads(taken_out(noor, rosa, form="geojson", **wish))
    assert [one["properties"]["person"] for one in places["features"]] == ["Ana", "Sara"]
    said = words_of(taken_out(noor, rosa, form="pdf", **wish))
    assert "Ana" in said
    assert "Sara" in said
    nameless = rows(taken_out(noor, rosa, form="csv", **{**wish, "names": False}))
    assert [row["person"] for row in nameless] == ["", ""]


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"since": "2001-01-01", "until": "2001-01-02"},
        {"since": "2026-01-01", "until": "9999-12-31"},
    ],
)
def test_what_is_no_period_is_refused(world: World, days: dict[str, str]) -> None:
    answer = tries_to_ask(world.staff(), what="period", form="csv", **days)
    assert answer.status == 422


def test_another_office_is_told_of_nothing(world: World, ana: Activist, noor: Officer) -> None:
    other = world.staff("Theo", office=world.new_office("Praia office"))
    export = asks(noor, ana.phone.last, names=True)
    wish = {"what": "incident", "subject_id": ana.phone.last, "form": "pdf"}
    assert tries_to_ask(other, **wish).status == 404
    assert other.caller.ask("GET", "/v1/exports").ok()["exports"] == []
    for step in ("approve", "refuse", "file"):
        assert does(other, export, step).status == 404
    period = {"what": "period", "subject_id": world.office.id, "form": "csv"}
    days = {"since": "2026-01-01", "until": "2026-12-31"}
    assert tries_to_ask(other, **period, **days).status == 404


def test_a_drill_says_so_on_every_page(world: World) -> None:
    ana, noor = world.activist(contacts=[]), world.staff()
    ana.phone.press(drill=True)
    noor.take(ana.phone.last)
    said = words_of(fetched(noor, asks(noor, ana.phone.last)))
    assert said.count("DRILL") >= 2
