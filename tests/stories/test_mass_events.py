"""A mass arrest: alerts are gathered, worked together, and kept apart where staff say so.

`SQUARE` is where it happens; the harbour lies five kilometres off.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.access import Role
from server.services import rows
from server.tables import schema
from server.tables.events import MassEvent, MassEventBrief, MassEventWrap
from server.vault import about
from shared.crypto import CryptoError, KeyPair
from tests.support.office import Officer
from tests.support.people import Activist
from tests.support.phone import DAKAR
from tests.support.world import Office, World

SQUARE = DAKAR
HARBOUR = {**DAKAR, "lat": DAKAR["lat"] + 0.045}
VAGUE = {**DAKAR, "accuracy_m": 5_000.0}


def crowd(
    world: World,
    *names: str,
    at: dict[str, Any] = SQUARE,
    office: Office | None = None,
    drill: bool = False,
) -> list[Activist]:
    """People who press one after the other, at the same place."""
    people = [world.activist(name, contacts=["Ben"], office=office) for name in names]
    for person in people:
        person.phone.press(position=at, drill=drill)
        world.forward(milliseconds=10)  # ids begin with the time
    return people


def ids(people: Sequence[Activist]) -> list[str]:
    return [person.phone.last for person in people]


def ask(officer: Officer, method: str, path: str, body: Any = None) -> Any:
    return officer.caller.ask(method, f"/v1/events{path}", body).ok()


def events(officer: Officer) -> list[dict[str, Any]]:
    return ask(officer, "GET", "")["events"]  # type: ignore[no-any-return]


def event(officer: Officer) -> dict[str, Any]:
    """The only one there is, as this officer sees it."""
    (found,) = events(officer)
    return ask(officer, "GET", f"/{found['id']}")  # type: ignore[no-any-return]


def members(officer: Officer) -> set[str]:
    return {incident["id"] for incident in event(officer)["incidents"]}


@pytest.mark.everywhere
def test_three_alerts_on_a_square_are_one_event(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo")
    assert events(noor) == []
    people += crowd(world, "Cy")
    found = event(noor)
    assert members(noor) == set(ids(people))
    assert (found["count"], found["untaken"], found["taken"], found["open"]) == (3, 3, 0, True)
    assert found["name"] == found["place"]["name"]
    assert found["position"] == pytest.approx({"lat": SQUARE["lat"], "lon": SQUARE["lon"]})
    assert found["by_hand"] is False
    for incident in ids(people):
        (entry,) = noor.timeline(incident, "gathered")
        assert entry["actor"]["kind"] == "system"
        assert entry["detail"] == {"event": found["id"]}
        summary = noor.incident(incident)["event"]
        assert summary == {"id": found["id"], "name": found["name"], "count": 3}
    world.carrier.read_all()


def test_who_comes_later_joins_and_who_is_elsewhere_does_not(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy")
    world.forward(minutes=20)
    people += crowd(world, "Di")
    world.forward(minutes=20)
    people += crowd(world, "Ed")
    far = crowd(world, "Fay", at=HARBOUR)
    assert members(noor) == set(ids(people))
    assert noor.incident(far[0].phone.last)["event"] is None
    world.forward(minutes=31)
    late = crowd(world, "Gil")
    assert noor.incident(late[0].phone.last)["event"] is None
    world.carrier.read_all()


def test_no_place_a_vague_one_and_a_countdown_wait_until_more_is_known(world: World) -> None:
    noor = world.staff()
    crowd(world, "Ana", "Bo")
    (vague,) = crowd(world, "Cy", at=VAGUE)
    nowhere = world.activist("Di", contacts=[])
    nowhere.phone.press(position=None)
    counting = world.activist("Ed", contacts=[])
    counting.phone.press(countdown=30)
    assert events(noor) == []
    vague.phone.moves({"accuracy_m": 20})
    world.work()
    assert event(noor)["count"] == 3
    nowhere.phone.moves({})
    world.work()
    assert event(noor)["count"] == 4
    world.forward(seconds=31)
    assert event(noor)["count"] == 5
    world.carrier.read_all()


def test_a_moving_phone_leaves_no_event(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy")
    people[0].phone.moves({"lat": 15.9})
    world.work()
    assert members(noor) == set(ids(people))
    world.carrier.read_all()


def test_drills_make_an_event_of_their_own(world: World) -> None:
    noor = world.staff()
    crowd(world, "Ana", "Bo", "Cy", drill=True)
    crowd(world, "Di", "Ed")
    assert (event(noor)["kind"], event(noor)["count"]) == ("drill", 3)
    crowd(world, "Fay")
    assert sorted(found["kind"] for found in events(noor)) == ["alert", "drill"]
    world.carrier.read_all()


def test_what_staff_take_out_stays_out_and_the_rule_goes_on(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy", "Di")
    alone = ids(people)[0]
    found = event(noor)
    ask(noor, "POST", f"/{found['id']}/split", {"incidents": [alone]})
    world.work()
    assert noor.incident(alone)["event"] is None
    (entry,) = noor.timeline(alone, "split")
    assert entry["detail"] == {"event": found["id"]}
    people[0].phone.moves({"lat": SQUARE["lat"] + 0.001})
    crowd(world, "Ed")
    world.start_relay()  # what it remembers is read anew
    world.work()
    crowd(world, "Fay")
    assert event(noor)["count"] == 5
    assert noor.incident(alone)["event"] is None
    ask(noor, "POST", f"/{found['id']}/join", {"incidents": [alone]})
    (back,) = noor.timeline(alone, "joined")
    assert back["actor"]["name"] == "Noor"
    assert noor.incident(alone)["event"]["count"] == 6
    world.carrier.read_all()


def test_staff_see_more_than_the_rule(world: World) -> None:
    """Alerts that lie apart are one event, because somebody says so."""
    noor = world.staff()
    one, other = crowd(world, "Ana") + crowd(world, "Bo", at=HARBOUR)
    made = ask(noor, "POST", "", {"incidents": ids([one, other])})
    assert (made["by_hand"], made["count"], made["mine"]) == (True, 2, 2)
    crowd(world, "Cy")
    assert event(noor)["count"] == 3, "it grows like any other"
    drill = crowd(world, "Di", drill=True)
    for path, body in (
        (f"/{made['id']}/join", ids(drill)),
        ("", [*ids([one]), *ids(drill)]),
    ):
        answer = noor.caller.ask("POST", f"/v1/events{path}", {"incidents": body})
        assert answer.status == 409
    alone = noor.caller.ask("POST", "/v1/events", {"incidents": ids([one]) * 2})
    assert (alone.status, alone.json["pointer"]) == (422, "/incidents")
    world.carrier.read_all()


@pytest.mark.everywhere
def test_the_brief_is_everybodys_and_nobody_writes_over_another(world: World) -> None:
    noor, sam = world.staff(), world.staff("Sam")
    people = crowd(world, "Ana", "Bo", "Cy")
    found = event(noor)
    path = f"/{found['id']}/brief"
    assert found["brief"] == {"name": "", "text": "", "version": 0, "by": None, "at": None}
    with noor.board() as board:
        first = {"name": "March on the bridge", "text": "Lawyer at post 4.", "version": 0}
        ask(sam, "PUT", path, first)
        heard = board.shows("event_brief")
        assert (heard["incident_id"], heard["actor"]["name"]) == (ids(people)[0], "Sam")
    assert event(noor)["brief"]["text"] == "Lawyer at post 4."
    assert noor.incident(ids(people)[2])["event"]["name"] == "March on the bridge"
    late = noor.caller.ask("PUT", f"/v1/events{path}", {**first, "text": "Mine alone."})
    assert (late.status, late.json["pointer"]) == (409, "/version")
    ask(noor, "PUT", path, {**first, "text": "Two vans.", "version": 1})
    brief = event(sam)["brief"]
    assert (brief["text"], brief["version"], brief["by"]) == ("Two vans.", 2, "Noor")
    world.carrier.read_all()


def test_a_seized_server_cannot_read_the_brief(world: World) -> None:
    """The words stand nowhere in the database, and the key ring opens none of the event's rows."""
    noor = world.staff()
    crowd(world, "Ana", "Bo", "Cy")
    found = event(noor)
    words = {"name": "Bridge", "text": "Safe house in Rue 12.", "version": 0}
    ask(noor, "PUT", f"/{found['id']}/brief", words)
    assert holds(world, found["id"]), "what stands in clear, this finds"
    assert not holds(world, "Rue 12")
    assert not holds(world, "Bridge")
    with world.database.read() as tx:
        (began,) = tx.execute(select(rows.table(MassEvent))).all()
        (brief,) = tx.execute(select(rows.table(MassEventBrief))).all()
        wraps = tx.execute(select(rows.table(MassEventWrap))).all()
    for blob, place in (
        (began.sealed, about("mass_event", began.id)),
        (brief.sealed, about("mass_event_brief", began.id, sequence=1)),
        *((wrap.wrap, about("mass_event_wrap", began.id)) for wrap in wraps),
    ):
        with pytest.raises(CryptoError):
            world.vault.read(blob, place)
        assert world.vault.open_row(key_to(world, began.id, blob), blob, place)
    world.carrier.read_all()


def holds(world: World, words: str) -> bool:
    """Whether any row of any table holds these words."""
    with world.database.read() as tx:
        return any(
            words in repr(tuple(row))
            for table in schema().sorted_tables
            for row in tx.execute(select(table))
        )


def key_to(world: World, event_id: str, blob: bytes) -> KeyPair:
    """Who holds the office's key opens a wrap with it, and with what is in there the rest."""
    with world.database.read() as tx:
        (wrap,) = tx.execute(select(rows.table(MassEventWrap))).all()
        (began,) = tx.execute(select(rows.table(MassEvent))).all()
    if wrap.wrap == blob:
        return world.office.pair
    place = about("mass_event_wrap", event_id)
    private = world.vault.open_row(world.office.pair, wrap.wrap, place)
    return KeyPair(began.public_key, private)


@pytest.mark.everywhere
def test_two_offices_share_an_event_and_see_each_their_own(world: World) -> None:
    other = world.new_office("Thies office")
    noor, ali = world.staff(), world.staff("Ali", office=other)
    stranger = world.staff("Zoe", office=world.new_office("Praia office"))
    ours = crowd(world, "Ana", "Bo", "Cy")
    found = event(noor)
    ask(noor, "PUT", f"/{found['id']}/brief", {"name": "", "text": "Vans.", "version": 0})
    assert events(ali) == []
    theirs = crowd(world, "Di", "Ed", office=other)
    seen = event(ali)
    assert (seen["count"], seen["mine"], seen["untaken"]) == (5, 2, 5)
    assert members(ali) == set(ids(theirs))
    assert [(one["name"], one["count"]) for one in seen["offices"]] == [
        ("Dakar office", 3),
        ("Thies office", 2),
    ]
    # Nobody who has the key has come by since they joined.
    assert (seen["readable"], seen["brief"], seen["name"]) == (False, None, None)
    blind = {"name": "", "text": "Mine.", "version": 1}
    assert ali.caller.ask("PUT", f"/v1/events/{found['id']}/brief", blind).status == 403
    assert members(noor) == set(ids(ours))
    assert event(ali)["brief"]["text"] == "Vans."
    ask(ali, "PUT", f"/{found['id']}/brief", {"name": "", "text": "Buses.", "version": 1})
    assert event(noor)["brief"]["by"] == "Ali"
    assert events(stranger) == []
    assert stranger.caller.ask("GET", f"/v1/events/{found['id']}").status == 404
    taken = ali.caller.ask("POST", f"/v1/events/{found['id']}/split", {"incidents": ids(ours)})
    assert taken.status == 404
    world.carrier.read_all()


def test_all_are_taken_noted_handed_over_and_closed_together(world: World) -> None:
    noor, sam = world.staff(), world.staff("Sam")
    people = crowd(world, "Ana", "Bo", "Cy", "Di")
    path = f"/{event(noor)['id']}"
    sam.take(ids(people)[0])
    took = ask(noor, "POST", f"{path}/take", {})
    assert took == {"done": ids(people)[1:], "failed": []}
    assert (event(noor)["untaken"], event(noor)["taken"]) == (0, 4)
    noted = ask(noor, "POST", f"{path}/notes", {"text": "Taken to post 4."})
    assert noted["done"] == ids(people)
    handed = ask(noor, "POST", f"{path}/assign", {"staff_id": sam.id, "incidents": ids(people)[1:]})
    assert handed["done"] == ids(people)[1:]
    assert {noor.incident(one)["taken_by"]["name"] for one in ids(people)} == {"Sam"}
    sam.close(ids(people)[3], "duplicate", "Pressed twice.")
    end = {"outcome": "released", "reason": "All released at nine."}
    closed = ask(sam, "POST", f"{path}/close", {**end, "incidents": ids(people)})
    assert closed["done"] == ids(people)[:3]
    (failed,) = closed["failed"]
    assert failed["id"] == ids(people)[3]
    assert "closed" in failed["detail"]
    assert [found["open"] for found in events(noor)] == [False]
    assert noor.incident(ids(people)[0])["outcome"] == "released"
    world.carrier.read_all()


def test_nobody_closes_what_they_have_not_seen(world: World) -> None:
    """An alert that joins meanwhile stays open, and its texts go out."""
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy")
    path = f"/v1/events/{event(noor)['id']}/close"
    end = {"outcome": "released", "reason": "All released at nine."}
    (late,) = crowd(world, "Di")
    for everything in ({}, {"incidents": None}, {"incidents": []}):
        answer = noor.caller.ask("POST", path, {**end, **everything})
        assert answer.status == 422
    closed = noor.caller.ask("POST", path, {**end, "incidents": ids(people)}).ok()
    assert closed == {"done": ids(people), "failed": []}
    assert noor.incident(late.phone.last)["state"] == "open"
    world.carrier.read_all()


def test_contacts_of_all_are_texted_at_once(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy")
    for person in people:
        world.carrier.expect(person.contacts[0])
    path = f"/{event(noor)['id']}/texts"
    wish = {"id": "6a3ea3a8-7d0c-4b0e-8a35-6f6f7b9e2c11", "text": "Held at post 4. Stay away."}
    assert ask(noor, "POST", path, wish)["done"] == ids(people)
    assert ask(noor, "POST", path, wish)["done"] == ids(people)
    world.work()
    for person in people:
        world.carrier.expect(person.contacts[0], "Held at post 4")
    world.carrier.expect_silence()


def test_where_it_takes_two_a_colleague_confirms_them_all(world: World) -> None:
    ada = world.staff("Ada", role=Role.ADMINISTRATOR)
    noor = world.staff()
    rule = {"two_person_close": True}
    ada.caller.ask("PUT", f"/v1/offices/{world.office.id}/closing", rule).ok()
    people = crowd(world, "Ana", "Bo", "Cy")
    path = f"/{event(noor)['id']}"
    end = {"outcome": "safe", "reason": "All home.", "incidents": ids(people)}
    ask(noor, "POST", f"{path}/close", end)
    assert event(noor)["open"] is True
    proposals = {one: noor.timeline(one, "close_proposed")[0]["seq"] for one in ids(people)}
    own = ask(noor, "POST", f"{path}/confirm", {"proposals": proposals})
    assert [one["id"] for one in own["failed"]] == ids(people)
    ask(ada, "POST", f"{path}/confirm", {"proposals": proposals})
    assert event(noor)["open"] is False
    world.carrier.read_all()


def test_an_event_of_a_day_that_is_over_takes_nobody(world: World) -> None:
    noor = world.staff()
    people = crowd(world, "Ana", "Bo", "Cy")
    for one in ids(people):
        noor.close(one, "safe")
    late = crowd(world, "Di")
    assert noor.incident(late[0].phone.last)["event"] is None
    noor.reopen(ids(people)[0])
    assert event(noor)["open"] is True
    world.carrier.read_all()
