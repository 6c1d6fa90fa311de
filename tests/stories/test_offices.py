"""Own office only, by query and by key; a hub sees the offices below it."""

import pytest

from tests.support.world import World


@pytest.mark.everywhere
def test_another_office_sees_nothing_and_the_hub_sees_its_section(world: World) -> None:
    hub = world.new_office("West Africa hub")
    dakar = world.new_office("Dakar", under=hub)
    praia = world.new_office("Praia", under=hub)
    ana = world.activist("Ana", contacts=[], office=dakar)
    nobody, here, above = (
        world.staff(office=praia),
        world.staff(office=dakar),
        world.staff(office=hub),
    )
    with nobody.board() as empty, above.board() as over, here.board() as own:
        ana.phone.press(note="in the blue van")
        for board in (over, own):
            assert board.shows("raised")["detail"]["note"] == "in the blue van"
        sara = world.activist("Sara", contacts=[], office=praia)
        sara.phone.press()
        empty.shows("raised", sara.phone.last)
        assert {entry["incident_id"] for entry in empty.entries} == {sara.phone.last}
    assert [one["id"] for one in nobody.incidents()] == [sara.phone.last]
    assert len(above.incidents()) == 2
    assert above.incident(ana.phone.last)["activist"] == "Ana"
    assert [one["id"] for one in above.incidents(f"?office={dakar.id}")] == [ana.phone.last]
    assert nobody.incidents(f"?office={dakar.id}") == []
    actions = {
        "acknowledge": {},
        "notes": {"text": "x"},
        "assign": {"staff_id": nobody.id},
        "close": {"outcome": "safe"},
        "reopen": {},
        "release": {},
    }
    for action, body in actions.items():
        assert nobody.tries(ana.phone.last, action, body).status == 404, action
    hidden = nobody.caller.ask("GET", f"/v1/incidents/{ana.phone.last}")
    assert hidden.status == 404
    assert above.take(ana.phone.last)["taken_by"]["id"] == above.id


def test_an_alert_is_handed_only_to_somebody_who_may_see_it(world: World) -> None:
    praia = world.new_office("Praia")
    noor, leo = world.staff(), world.staff(office=praia)
    ana = world.activist(contacts=[])
    ana.phone.press()
    answer = noor.tries(ana.phone.last, "assign", {"staff_id": leo.id})
    assert (answer.status, answer.json["pointer"]) == (422, "/staff_id")


@pytest.mark.everywhere
def test_whoever_sees_more_hands_it_only_to_somebody_who_sees_it_too(world: World) -> None:
    dakar, praia = (world.new_office(name, under=world.office) for name in ("Dakar", "Praia"))
    sol, leo = world.staff("Sol"), world.staff("Leo", office=praia)
    noor = world.staff("Noor", office=dakar)
    ana = world.activist("Ana", contacts=[], office=dakar)
    ana.phone.press()
    incident = ana.phone.last
    refused = sol.tries(incident, "assign", {"staff_id": leo.id})
    assert (refused.status, refused.json["pointer"]) == (422, "/staff_id")
    assert sol.incident(incident)["unanswered"], "its duty phones go on ringing"
    sara = world.activist("Sara", contacts=[], office=praia)
    sara.phone.press()
    both = {"incidents": [incident, sara.phone.last]}
    event = sol.caller.ask("POST", "/v1/events", both).ok()["id"]
    shared = sol.caller.ask("POST", f"/v1/events/{event}/assign", {"staff_id": leo.id}).ok()
    assert shared["done"] == [sara.phone.last]
    assert [one["id"] for one in shared["failed"]] == [incident]
    assert sol.assign(incident, noor)["taken_by"]["id"] == noor.id
    sol.hands_to(incident, praia.id, "She lives there now")
    for officer in (leo, noor):
        assert sol.assign(incident, officer)["taken_by"]["id"] == officer.id, "both offices see it"
