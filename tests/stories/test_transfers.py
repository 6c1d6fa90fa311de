"""An incident goes to another office, with a reason: its key, its boards and its duty line too."""

from functools import partial

import pytest
from sqlalchemy import select

from server.domain.territory import Area
from server.services import rows, territories
from server.tables import IncidentWrap
from tests.support.duty import FIRST, SECOND
from tests.support.world import Office, World

# In Senegal, some kilometres from the Gambia.
NEAR_GAMBIA = {"lat": 13.66, "lon": -16.017, "accuracy_m": 20.0, "source": "gps"}

_wrap = rows.table(IncidentWrap)


@pytest.fixture
def hub(world: World) -> Office:
    return world.new_office("West Africa hub")


@pytest.fixture
def dakar(world: World, hub: Office) -> Office:
    return world.new_office("Dakar", under=hub)


@pytest.fixture
def praia(world: World, hub: Office) -> Office:
    return world.new_office("Praia", under=hub)


@pytest.mark.everywhere
def test_the_new_office_reads_it_from_its_beginning_and_is_paged(
    world: World, dakar: Office, praia: Office
) -> None:
    world.duty_phones(FIRST, office=dakar)
    world.duty_phones(SECOND, office=praia)
    ana = world.activist("Ana", contacts=[], office=dakar)
    here, there = world.staff("Noor", office=dakar), world.staff("Leo", office=praia)
    ana.phone.press(note="in the blue van")
    world.carrier.expect(FIRST, "Dakar")
    here.take(ana.phone.last)
    with there.board() as board:
        handed = here.hands_to(ana.phone.last, praia.id, "She lives there now")
        assert handed is not None
        entry = board.shows("office_changed", ana.phone.last)
    assert entry["detail"] == {
        "left": "Dakar",
        "office": "Praia",
        "reason": "She lives there now",
    }
    assert (entry["actor"]["name"], handed["office_name"]) == ("Noor", "Praia")
    assert (handed["taken_by"], handed["unanswered"]) == (None, True)
    seen = there.incident(ana.phone.last)
    assert (seen["activist"], seen["note"]) == ("Ana", "in the blue van")
    assert seen["second_office"]["name"] == "Dakar", "the activist's own office reads on"
    world.carrier.expect(SECOND, "Praia")
    world.carrier.expect_silence()
    with there.board() as board:
        assert board.shows("raised", ana.phone.last)["detail"]["note"] == "in the blue van"
    there.take(ana.phone.last)
    here.note(ana.phone.last, "Her sister rang us")
    assert there.timeline(ana.phone.last, "note")[0]["detail"]["text"] == "Her sister rang us"


@pytest.mark.everywhere
def test_an_office_that_is_not_the_activists_own_sees_it_no_more(
    world: World, hub: Office, dakar: Office, praia: Office
) -> None:
    bissau = world.new_office("Bissau", under=hub)
    ana = world.activist("Ana", contacts=[], office=dakar)
    ana.phone.press()
    first = world.staff("Noor", office=dakar)
    between, last = world.staff("Leo", office=praia), world.staff("Mia", office=bissau)
    above = world.staff("Sol", office=hub)
    first.hands_to(ana.phone.last, praia.id, "She was taken there")
    with between.board() as board:
        assert between.hands_to(ana.phone.last, bissau.id, "Moved on at noon") is None
        left = board.shows("office_left", ana.phone.last)
    assert left["detail"]["office"] == "Bissau"
    assert between.incidents() == []
    assert between.tries(ana.phone.last, "notes", {"text": "x"}).status == 404
    with between.board() as board:
        only = board.shows("office_left", ana.phone.last)
    assert [entry["seq"] for entry in board.entries] == [only["seq"]]
    for officer in (first, last, above):
        assert officer.incident(ana.phone.last)["activist"] == "Ana"
    holders = select(_wrap.c.office_id).where(_wrap.c.incident_id == ana.phone.last)
    with world.database.read() as tx:
        held = set(tx.execute(holders).scalars())
    assert held == {dakar.id, bissau.id, hub.id}, "nobody else holds a key"


@pytest.mark.everywhere
def test_a_neighbour_who_was_told_to_be_sure_hears_that_it_went_on_without_them(
    world: World, hub: Office, dakar: Office, praia: Office
) -> None:
    banjul, now = world.new_office("Banjul", under=hub), world.clock.now()
    for office, code in ((dakar, "SN"), (banjul, "GM")):
        areas = [Area(office.id, code)]
        world.database.write(
            partial(territories.set_areas, office_id=office.id, wish=areas, by="tests", now=now)
        )
    ana = world.activist("Ana", contacts=[], office=dakar)
    here, beyond = world.staff("Noor", office=dakar), world.staff("Leo", office=banjul)
    with beyond.board(incidents=True) as board:
        ana.phone.press(position={**NEAR_GAMBIA, "at": now.isoformat()})
        board.shows("raised", ana.phone.last)
        assert beyond.incident(ana.phone.last)["unsure"]
        here.hands_to(ana.phone.last, praia.id, "She lives there now")
        left = board.shows("office_left", ana.phone.last)
    assert (left["incident"], left["detail"]["office"]) == (None, "Praia")
    assert beyond.incidents() == []
    with beyond.board() as board:
        only = board.shows("office_left", ana.phone.last)
    assert [entry["seq"] for entry in board.entries] == [only["seq"]]


def test_a_board_that_opens_beside_others_shows_it_from_its_beginning_too(
    world: World, dakar: Office, praia: Office
) -> None:
    here, there = world.staff("Noor", office=dakar), world.staff("Leo", office=praia)
    ana = world.activist("Ana", contacts=[], office=dakar)
    with there.board() as first:
        ana.phone.press()
        here.hands_to(ana.phone.last, praia.id, "She lives there now")
        first.shows("office_changed", ana.phone.last)
        with there.board() as second:
            second.shows("raised", ana.phone.last)


def test_it_goes_to_offices_of_the_same_top_and_of_the_table_and_to_no_other(
    world: World, hub: Office, dakar: Office, praia: Office
) -> None:
    oslo = world.new_office("Oslo")
    ana = world.activist("Ana", contacts=[], office=dakar)
    ana.phone.press()
    noor, now = world.staff(office=dakar), world.clock.now()

    def choices() -> list[str]:
        found = noor.caller.ask("GET", f"/v1/incidents/{ana.phone.last}/office").ok()["offices"]
        return [office["name"] for office in found]

    assert choices() == ["Praia", "West Africa hub"]
    wish = {"office_id": oslo.id, "reason": "x"}
    refused = noor.tries(ana.phone.last, "office", wish)
    assert (refused.status, refused.json["pointer"]) == (422, "/office_id")
    world.database.write(
        lambda tx: territories.set_areas(tx, oslo.id, [Area(oslo.id, "NO")], "tests", now)
    )
    assert choices() == ["Oslo", "Praia", "West Africa hub"]
    same = noor.tries(ana.phone.last, "office", {"office_id": dakar.id, "reason": "x"})
    assert same.status == 409
    noor.close(ana.phone.last)
    assert noor.tries(ana.phone.last, "office", wish).status == 409


def test_whoever_cannot_read_it_cannot_hand_it_over(
    world: World, dakar: Office, praia: Office
) -> None:
    ana = world.activist("Ana", contacts=[], office=dakar)
    ana.phone.press()
    new = world.staff("Nils", office=dakar, granted=False)
    wish = {"office_id": praia.id, "reason": "x"}
    assert new.tries(ana.phone.last, "office", wish).status == 403
