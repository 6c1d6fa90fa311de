"""The office of the place answers, by the operator's table; the activist's own goes on reading."""

import json
from functools import partial
from typing import Any

import pytest

from server.db import Transaction
from server.domain.access import Role
from server.domain.territory import Area, Circle
from server.services import alerts, territories
from shared import wire
from tests.support.duty import FIRST, HUB, SECOND
from tests.support.people import Activist
from tests.support.world import Office, World

DAKAR = {"lat": 14.6937, "lon": -17.4441}
BANJUL = {"lat": 13.4549, "lon": -16.5790}
NEAR_GAMBIA = {"lat": 13.6600, "lon": -16.0170}  # Senegal, some kilometres from the border
AT_SEA = {"lat": 14.5, "lon": -18.4}  # a hundred kilometres off Dakar


class Offices:
    """Two sections of a hub, and one that has nothing to do with either."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hub = world.new_office("West Africa hub")
        self.dakar = world.new_office("Dakar", under=self.hub)
        self.banjul = world.new_office("Banjul", under=self.hub)
        self.praia = world.new_office("Praia")
        self.answer_for(self.dakar, "SN")
        self.answer_for(self.banjul, "GM")

    def answer_for(self, office: Office, *codes: str, circles: tuple[Circle, ...] = ()) -> None:
        areas = [Area(office.id, code=code) for code in codes]
        areas += [Area(office.id, circle=circle) for circle in circles]
        now = self.world.clock.now()
        self.world.database.write(
            lambda tx: territories.set_areas(tx, office.id, areas, "tests", now)
        )


@pytest.fixture
def offices(world: World) -> Offices:
    return Offices(world)


def fix(world: World, place: dict[str, float], **more: Any) -> dict[str, Any]:
    rest = {"accuracy_m": 20.0, "source": "gps", "at": world.clock.now().isoformat()}
    return {**place, **rest, **more}


@pytest.mark.everywhere
def test_the_office_of_the_place_has_it_and_the_activists_own_reads_on(
    world: World, offices: Offices
) -> None:
    ana = world.activist("Ana", contacts=[], office=offices.dakar)
    there, home, stranger = (
        world.staff(office=offices.banjul),
        world.staff(office=offices.dakar),
        world.staff(office=offices.praia),
    )
    with there.board() as first, home.board() as second:
        ana.phone.press(position=fix(world, BANJUL), note="in the blue van")
        for board in (first, second):
            assert board.shows("raised", ana.phone.last)["detail"]["note"] == "in the blue van"
    for officer in (there, home):
        (seen,) = officer.incidents()
        assert (seen["office_name"], seen["second_office"]["name"]) == ("Banjul", "Dakar")
        assert (seen["activist"], seen["unsure"]) == ("Ana", False)
    assert stranger.incidents() == []
    assert stranger.caller.ask("GET", f"/v1/incidents/{ana.phone.last}").status == 404
    assert there.take(ana.phone.last)["taken_by"]["id"] == there.id


def test_without_a_place_or_where_the_table_is_silent_it_is_the_activists_own(
    world: World, offices: Offices
) -> None:
    ana = world.activist("Ana", contacts=[], office=offices.praia)
    noor = world.staff(office=offices.praia)
    ana.phone.press(position=None)
    (seen,) = noor.incidents()
    assert (seen["office_name"], seen["second_office"]) == ("Praia", None)
    assert (seen["place"], seen["plus_code"]) == (None, None)
    noor.close(ana.phone.last)
    ana.phone.press(position=fix(world, {"lat": 48.8566, "lon": 2.3522}))
    (seen,) = noor.incidents()
    assert (seen["office_name"], seen["second_office"]) == ("Praia", None)
    assert seen["plus_code"] == "8FW4V942+JV"
    assert "Paris" in seen["place"]["name"]


@pytest.mark.everywhere
def test_near_a_border_both_offices_are_told_and_both_duty_phones_ring(
    world: World, offices: Offices
) -> None:
    for office, phone in ((offices.dakar, FIRST), (offices.banjul, SECOND)):
        world.duty_phones(phone, office=office)
    ana = world.activist("Ana", contacts=[], office=offices.dakar)
    here, beyond = world.staff(office=offices.dakar), world.staff(office=offices.banjul)
    ana.phone.press(position=fix(world, NEAR_GAMBIA))
    for officer in (here, beyond):
        (seen,) = officer.incidents()
        assert (seen["office_name"], seen["second_office"]["name"]) == ("Dakar", "Banjul")
        assert seen["unsure"]
    for phone in (FIRST, SECOND):
        world.carrier.expect(phone, "Dakar")


def test_sure_of_the_place_only_the_office_that_has_it_is_called(
    world: World, offices: Offices
) -> None:
    for office, phone in ((offices.dakar, FIRST), (offices.banjul, SECOND), (offices.hub, HUB)):
        world.duty_phones(phone, office=office)
    ana = world.activist("Ana", contacts=[], office=offices.dakar)
    ana.phone.press(position=fix(world, BANJUL))
    world.carrier.expect(SECOND, "Banjul")
    world.forward(minutes=1)
    world.carrier.expect(HUB, "Banjul")
    world.carrier.expect_silence()


def test_where_nobody_is_on_duty_for_the_ground_the_activists_own_office_is_called(
    world: World, offices: Offices
) -> None:
    world.duty_phones(FIRST, office=offices.praia)
    ana = world.activist("Ana", contacts=[], office=offices.praia)
    ana.phone.press(position=fix(world, BANJUL))
    world.carrier.expect(FIRST, "Banjul")
    world.duty_phones(HUB, office=offices.hub)
    world.forward(minutes=5)
    world.carrier.expect(HUB, "Banjul")
    world.carrier.expect_silence()


def test_at_sea_the_nearest_coast_answers_and_the_own_office_is_told(
    world: World, offices: Offices
) -> None:
    ana = world.activist("Ana", contacts=[], office=offices.praia)
    ana.phone.press(position=fix(world, AT_SEA))
    (seen,) = world.staff(office=offices.praia).incidents()
    assert (seen["office_name"], seen["second_office"]["name"]) == ("Dakar", "Praia")
    assert seen["unsure"]


def test_a_circle_of_the_operators_stands_above_the_outline(world: World, offices: Offices) -> None:
    offices.answer_for(offices.praia, circles=(Circle(14.6937, -17.4441, 40_000),))
    ana = world.activist("Ana", contacts=[], office=offices.dakar)
    ana.phone.press(position=fix(world, DAKAR))
    (seen,) = world.staff(office=offices.praia).incidents()
    assert (seen["office_name"], seen["second_office"]["name"]) == ("Praia", "Dakar")


def test_an_empty_table_is_as_none(world: World, offices: Offices) -> None:
    offices.answer_for(offices.dakar)
    offices.answer_for(offices.banjul)
    ana = world.activist("Ana", contacts=[], office=offices.praia)
    ana.phone.press(position=fix(world, BANJUL))
    (seen,) = world.staff(office=offices.praia).incidents()
    assert (seen["office_name"], seen["second_office"]) == ("Praia", None)


def test_only_administrators_with_nobody_above_them_set_the_table(world: World) -> None:
    dakar, banjul = (world.new_office(name, under=world.office) for name in ("Dakar", "Banjul"))
    top = world.staff(role=Role.ADMINISTRATOR)
    section = world.staff(office=dakar, role=Role.ADMINISTRATOR)
    address = f"/v1/offices/{dakar.id}/territory"
    circle = {"lat": 12.5, "lon": -16.3, "radius_m": 50000.0}
    wish = {"areas": [{"code": "SN"}, {"code": "GW"}, circle]}
    assert section.caller.ask("PUT", address, wish).status == 403
    assert top.caller.ask("PUT", address, wish).ok() == {
        "areas": [
            {"code": "SN", "lat": None, "lon": None, "radius_m": None},
            {"code": "GW", "lat": None, "lon": None, "radius_m": None},
            {"code": None, **circle},
        ]
    }
    known = section.caller.ask("GET", address).ok()["areas"]
    assert sorted(one["code"] or "" for one in known) == ["", "GW", "SN"]
    taken = top.caller.ask("PUT", f"/v1/offices/{banjul.id}/territory", wish)
    assert (taken.status, taken.json["pointer"]) == (409, "/areas/0/code")
    unknown = top.caller.ask("PUT", address, {"areas": [{"code": "XX"}]})
    assert (unknown.status, unknown.json["pointer"]) == (422, "/areas/0/code")
    neither = top.caller.ask("PUT", address, {"areas": [{"lat": 1.0}]})
    assert (neither.status, neither.json["pointer"]) == (422, "/areas/0")


@pytest.mark.everywhere
def test_no_office_draws_a_circle_round_the_people_of_another_tree(
    world: World, offices: Offices
) -> None:
    eve = world.staff("Eve", office=offices.praia, role=Role.ADMINISTRATOR)
    round_dakar = {"lat": 14.6937, "lon": -17.4441, "radius_m": 40_000.0}
    address = f"/v1/offices/{offices.praia.id}/territory"
    refused = eve.caller.ask("PUT", address, {"areas": [round_dakar]})
    assert (refused.status, refused.json["detail"]) == (
        403,
        "Several offices have none above them: none decides for the others.",
    )
    ana = world.activist("Ana", contacts=[], office=offices.dakar)
    ana.phone.press(position=fix(world, DAKAR))
    assert eve.incidents() == []
    above = world.staff("Sol", office=offices.hub, role=Role.ADMINISTRATOR)
    own = f"/v1/offices/{offices.dakar.id}/territory"
    assert above.caller.ask("PUT", own, {"areas": []}).status == 403, "nor any other"


def test_the_table_costs_a_press_no_statement_more(
    world: World, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    counted: list[int] = []
    for ground in (["SN"], ["SN"], []):
        if len(counted) != 1:
            offices.answer_for(offices.dakar, *ground)
            offices.answer_for(offices.banjul, *ground and ["GM"])
        ana = world.activist("Ana", contacts=[], office=offices.dakar)
        with monkeypatch.context() as patch:
            for name in ("run", "run_many", "rows", "execute"):
                patch.setattr(Transaction, name, noting(getattr(Transaction, name), asked))
            asked.clear()
            world.database.write(partial(raised, world=world, ana=ana))
            counted.append(len(asked))
    first, later, without = counted
    assert later == without > 5, "in memory it is as if there were none"
    assert first == later + 1, "it is read once after it has changed"


def noting(call: Any, asked: list[str]) -> Any:
    def noted(*values: Any, **named: Any) -> Any:
        asked.append(call.__name__)
        return call(*values, **named)

    return noted


def raised(tx: Transaction, world: World, ana: Activist) -> None:
    """A press in Dakar as the door stores it, without the door."""
    now = world.clock.now()
    body = {**ana.phone.press_body(), "position": fix(world, DAKAR)}
    press = wire.decode_alert(json.dumps(body).encode(), now)
    alerts.raise_alert(tx, world.vault, ana.phone.token, press, now)
