"""Where an office wants it, closing an incident takes two people, and one alone cannot."""

import pytest

from server.domain.access import Role
from server.services import closings
from tests.support.office import Officer
from tests.support.people import STOP_CODE, Activist
from tests.support.world import Office, World


@pytest.fixture
def careful(world: World) -> World:
    """An office where two people close."""
    world.staff("Awa", role=Role.ADMINISTRATOR)
    world.staff("Bo", role=Role.ADMINISTRATOR)
    now = world.clock.now()
    world.database.write(lambda tx: closings.set_rule(tx, world.office.id, True, "tests", now))
    return world


def pressed(world: World) -> tuple[Activist, str]:
    ana = world.activist()
    ana.phone.press()
    world.carrier.expect(ana.contacts[0], "needs help")
    return ana, ana.phone.last


@pytest.mark.everywhere
def test_the_first_proposes_and_the_second_confirms(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    ana, incident = pressed(careful)
    proposed = noor.close(incident, "safe", "spoke to her", how="voice_and_word")
    assert proposed["two_person_close"]
    assert (proposed["state"], proposed["outcome"]) == ("open", None)
    shown = sam.incident(incident)["proposal"]
    assert (shown["outcome"], shown["how"], shown["by"]["name"]) == (
        "safe",
        "voice_and_word",
        "Noor",
    )
    assert [one["id"] for one in sam.incidents()] == [incident], "a proposal hides nothing"
    assert ana.phone.progress()["state"] == "open"
    careful.carrier.expect_silence()

    closed = sam.confirm_close(incident)
    careful.carrier.expect(ana.contacts[0], "safe, confirmed by the office")
    assert (closed["state"], closed["outcome"], closed["proposal"]) == ("closed", "safe", None)
    first, last = sam.timeline(incident, "close_proposed", "closed")
    assert first["actor"]["name"] == "Noor"
    assert last["actor"]["name"] == "Sam"
    assert last["detail"] == {
        "outcome": "safe",
        "how": "voice_and_word",
        "proposed_by": "Noor",
        "reason": "spoke to her",
    }


def test_one_person_alone_cannot(careful: World) -> None:
    noor = careful.staff()
    _, incident = pressed(careful)
    for _ in range(3):
        noor.close(incident, "safe", "spoke to her")
    assert len(noor.timeline(incident, "close_proposed")) == 1, "the same again changes nothing"
    confirmation = {"proposal": noor.proposal(incident)}
    refused = noor.tries(incident, "close/confirm", confirmation)
    assert (refused.status, refused.json["detail"]) == (409, "It takes a second person.")
    browser = noor.elsewhere().sign_in()
    assert browser.tries(incident, "close/confirm", confirmation).status == 409
    assert noor.incident(incident)["state"] == "open"


def test_a_colleague_refuses_and_says_why(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    _, incident = pressed(careful)
    noor.close(incident, "false_alarm")
    assert sam.refuse_close(incident, "the voice was not hers")["proposal"] is None
    (entry,) = noor.timeline(incident, "close_refused")
    assert (entry["actor"]["name"], entry["detail"]) == (
        "Sam",
        {"reason": "the voice was not hers"},
    )
    assert noor.tries(incident, "close/confirm", {"proposal": entry["seq"]}).status == 409


def test_whoever_proposed_may_take_it_back_or_say_it_otherwise(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    _, incident = pressed(careful)
    noor.close(incident, "safe")
    seen = sam.proposal(incident)
    noor.close(incident, "detained", "seen at the station")
    assert sam.tries(incident, "close/confirm", {"proposal": seen}).status == 409
    assert sam.incident(incident)["proposal"]["outcome"] == "detained"
    noor.refuse_close(incident)
    assert len(noor.timeline(incident, "close_withdrawn")) == 1
    assert sam.incident(incident)["proposal"] is None


def test_a_second_proposal_is_an_answer_to_the_first(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    _, incident = pressed(careful)
    noor.close(incident, "safe")
    answer = sam.tries(incident, "close", {"outcome": "safe"})
    assert (answer.status, answer.json["mend"]) == (409, "Confirm or refuse the proposal.")


def test_a_press_or_a_stop_after_a_proposal_ends_it(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    ana, incident = pressed(careful)
    for happens in (ana.phone.press, lambda: ana.phone.stop(STOP_CODE)):
        noor.close(incident, "safe")
        proposal = sam.proposal(incident)
        careful.forward(minutes=1)
        happens()
        careful.carrier.read_all()
        assert sam.incident(incident)["proposal"] is None
        assert sam.tries(incident, "close/confirm", {"proposal": proposal}).status == 409
        careful.forward(minutes=11)
    noor.close(incident, "safe")
    assert sam.confirm_close(incident)["state"] == "closed"
    careful.carrier.read_all()


def test_a_drill_takes_one_person(careful: World) -> None:
    ana = careful.activist()
    ana.phone.press(drill=True)
    careful.carrier.expect(ana.contacts[0], "DRILL")
    assert careful.staff().close(ana.phone.last, "drill")["state"] == "closed"
    careful.carrier.expect(ana.contacts[0], "closed")


def test_who_cannot_read_it_cannot_confirm_it(careful: World) -> None:
    noor, newcomer = careful.staff("Noor"), careful.staff("Nils", granted=False)
    _, incident = pressed(careful)
    noor.close(incident, "safe", "spoke to her")
    answer = newcomer.tries(incident, "close/confirm", {"proposal": newcomer.proposal(incident)})
    assert answer.status == 403
    assert noor.incident(incident)["state"] == "open"


def test_another_office_hears_nothing_of_it(careful: World) -> None:
    noor, elsewhere = careful.staff(), careful.staff(office=careful.new_office("Praia office"))
    _, incident = pressed(careful)
    noor.close(incident)
    for action in ("close/confirm", "close/refuse"):
        assert (
            elsewhere.tries(incident, action, {"proposal": noor.proposal(incident)}).status == 404
        )


def test_an_administrator_sets_it_and_not_where_nobody_else_could_confirm(world: World) -> None:
    awa = world.staff("Awa", role=Role.ADMINISTRATOR)
    door = f"/v1/offices/{world.office.id}/closing"
    alone = awa.caller.ask("PUT", door, {"two_person_close": True})
    assert (alone.status, alone.json["detail"]) == (409, "Nobody else could confirm a close.")
    noor = world.staff("Noor")
    assert noor.caller.ask("PUT", door, {"two_person_close": True}).status == 403
    assert awa.caller.ask("PUT", door, {"two_person_close": True}).ok()
    assert awa.caller.ask("GET", door).ok() == {"two_person_close": True}
    _, incident = pressed(world)
    noor.close(incident, "safe", "by her sister")
    awa.caller.ask("PUT", door, {"two_person_close": False}).ok()
    assert awa.confirm_close(incident)["state"] == "closed", "what was proposed can be confirmed"
    world.carrier.read_all()


def rule(world: World, office: Office) -> None:
    """From now on it takes two people to close its incidents."""
    for name in ("Awa", "Bo"):
        world.staff(name, office=office)
    now = world.clock.now()
    world.database.write(lambda tx: closings.set_rule(tx, office.id, True, "tests", now))


def alone_cannot_close(officer: Officer, incident: str) -> None:
    assert officer.incident(incident)["two_person_close"]
    assert officer.close(incident, "false_alarm")["state"] == "open"
    confirmation = {"proposal": officer.proposal(incident)}
    assert officer.tries(incident, "close/confirm", confirmation).status == 409


@pytest.mark.everywhere
def test_whoever_hands_it_over_first_cannot_close_it_alone_either(world: World) -> None:
    dakar, praia = (world.new_office(name, under=world.office) for name in ("Dakar", "Praia"))
    rule(world, dakar)
    noor, mia = world.staff("Noor", office=dakar), world.staff("Mia", office=praia)
    ana = world.activist(contacts=[], office=dakar)
    ana.phone.press()
    incident = ana.phone.last
    noor.close(incident, "false_alarm")
    noor.hands_to(incident, praia.id, "They know her")
    alone_cannot_close(noor, incident)
    noor.refuse_close(incident)
    alone_cannot_close(mia, incident)
    assert noor.confirm_close(incident)["state"] == "closed"


def test_the_rule_of_the_second_office_counts_as_well(world: World) -> None:
    dakar, praia = (world.new_office(name, under=world.office) for name in ("Dakar", "Praia"))
    noor, mia = world.staff("Noor", office=dakar), world.staff("Mia", office=praia)
    ana = world.activist(contacts=[], office=dakar)
    ana.phone.press()
    noor.hands_to(ana.phone.last, praia.id, "They know her")
    assert not mia.incident(ana.phone.last)["two_person_close"]
    rule(world, dakar)
    alone_cannot_close(mia, ana.phone.last)


@pytest.mark.everywhere
def test_where_it_took_two_it_goes_on_to_in_offices_that_do_not_ask_for_it(world: World) -> None:
    names = ("Dakar", "Praia", "Bissau")
    dakar, praia, bissau = (world.new_office(name, under=world.office) for name in names)
    rule(world, praia)
    sol = world.staff("Sol")  # above them all
    ana = world.activist(contacts=[], office=dakar)
    ana.phone.press()
    incident = ana.phone.last
    assert not sol.incident(incident)["two_person_close"]
    for office in (praia, bissau, dakar):
        sol.hands_to(incident, office.id, "x")
        alone_cannot_close(sol, incident)
    assert world.staff("Noor", office=dakar).confirm_close(incident)["state"] == "closed"


def test_it_goes_to_casework_with_a_reference_and_the_record_is_kept(careful: World) -> None:
    noor, sam = careful.staff("Noor"), careful.staff("Sam")
    ana, incident = pressed(careful)
    wish = {"outcome": "detained", "reference": "DKR 2026/114", "reason": "the lawyer goes on"}
    noor.tries(incident, "casework", wish).ok()
    assert sam.incident(incident)["proposal"]["casework"]
    closed = sam.confirm_close(incident)
    careful.carrier.expect(ana.contacts[0], "This alert is closed")
    assert (closed["outcome"], closed["casework"]) == ("detained", True)
    (entry,) = sam.timeline(incident, "closed")
    assert entry["detail"] == {
        "outcome": "detained",
        "casework": True,
        "proposed_by": "Noor",
        "reason": "the lawyer goes on",
        "reference": "DKR 2026/114",
    }
    assert not sam.reopen(incident)["casework"]


def test_how_it_is_known_belongs_to_who_is_safe(world: World) -> None:
    noor: Officer = world.staff()
    _, incident = pressed(world)
    answer = noor.tries(incident, "close", {"outcome": "dead", "how": "lawyer"})
    assert (answer.status, answer.json["pointer"]) == (422, "/how")
    noor.close(incident, "safe", how="in_person")
    assert noor.timeline(incident, "closed")[0]["detail"]["how"] == "in_person"
    world.carrier.read_all()
