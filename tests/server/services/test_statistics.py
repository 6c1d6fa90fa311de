"""What a period comes to: counted from rows that stay when an incident's keys are gone."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import delete, update

from server.services import rows
from server.tables import Incident, IncidentWrap
from tests.support.office import Officer
from tests.support.world import World


def of_period(officer: Officer, **query: str) -> dict[str, Any]:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return officer.caller.ask("GET", f"/v1/statistics?{words}").ok()  # type: ignore[no-any-return]


def worked(world: World, officer: Officer, *, answer_s: int, take_s: int, outcome: str) -> None:
    """An alert from press to close: answered after so many seconds, taken after as many more."""
    one = world.activist(contacts=["Ben", "Grace"])
    one.phone.press()
    text = world.carrier.expect(one.contacts[0])
    world.carrier.expect(one.contacts[1])
    world.forward(seconds=answer_s)
    text.reply("1")
    world.forward(seconds=take_s)
    officer.take(one.phone.last)
    officer.close(one.phone.last, outcome)
    world.carrier.read_all()


@pytest.fixture
def noor(world: World) -> Officer:
    return world.staff("Noor")


@pytest.mark.everywhere
def test_alerts_are_counted_and_timed(world: World, noor: Officer) -> None:
    for answer_s, outcome in ((5, "safe"), (10, "safe"), (40, "false_alarm")):
        worked(world, noor, answer_s=answer_s, take_s=5, outcome=outcome)
    found = of_period(noor)
    assert found["kinds"] == {"alert": 3, "drill": 0}
    assert found["states"]["closed"] == 3
    assert (found["outcomes"]["safe"], found["false_alarms"]) == (2, 1)
    answered, taken = (found["times"]["alert"][step] for step in ("answered", "taken"))
    assert answered["count"] == taken["count"] == 3
    assert answered["p50_s"] == pytest.approx(10, abs=1)
    assert answered["p90_s"] == pytest.approx(40, abs=1)
    assert taken["p50_s"] == pytest.approx(15, abs=1)
    reach = found["reach"]["alert"]
    assert (reach["contacts"], reach["texted"], reach["answered"]) == (6, 6, 3)
    assert [day["alert"] for day in found["days"]] == [3]


def test_a_text_that_arrived_is_reach_and_a_time(world: World, noor: Officer) -> None:
    ana = world.activist(contacts=["Ben"])
    ana.phone.press()
    text = world.carrier.expect(ana.contacts[0])
    assert of_period(noor)["reach"]["alert"]["incidents_reached"] == 0
    world.forward(seconds=4)
    text.receipt("delivered")
    found = of_period(noor)
    assert found["reach"]["alert"]["incidents_reached"] == 1
    assert found["reach"]["alert"]["reached"] == 1
    assert found["times"]["alert"]["delivered"]["p50_s"] == pytest.approx(4, abs=1)


def test_they_outlive_the_keys(world: World, noor: Officer) -> None:
    worked(world, noor, answer_s=5, take_s=5, outcome="released")
    before = of_period(noor)
    wrap, incident = rows.table(IncidentWrap), rows.table(Incident)
    world.database.write(lambda tx: tx.execute(delete(wrap)))
    world.database.write(lambda tx: tx.execute(update(incident).values(sealed=b"")))
    assert of_period(noor) == before


def test_a_drill_is_counted_by_itself(world: World, noor: Officer) -> None:
    ana = world.activist(contacts=["Ben"])
    ana.phone.press(drill=True)
    world.carrier.expect(ana.contacts[0], "DRILL").reply("1")
    found = of_period(noor)
    assert found["kinds"] == {"alert": 0, "drill": 1}
    assert found["times"]["drill"]["answered"]["count"] == 1
    assert found["times"]["alert"]["answered"] == {"count": 0, "p50_s": None, "p90_s": None}
    assert sum(found["states"].values()) == 0


def test_days_and_offices_bound_it(world: World, noor: Officer) -> None:
    section = world.new_office("Thiès section", under=world.office)
    for office in (None, section):
        world.activist(contacts=[], office=office).phone.press()
    today = world.clock.now().date().isoformat()
    assert of_period(noor)["kinds"]["alert"] == 2
    assert of_period(noor, office=section.id)["kinds"]["alert"] == 1
    assert of_period(noor, since="2026-01-01", until="2026-01-02")["kinds"]["alert"] == 0
    assert of_period(noor, since=today, until=today)["kinds"]["alert"] == 2
    assert [one["name"] for one in of_period(noor)["offices"]] == ["Dakar office", "Thiès section"]
    lone = world.staff(office=section)
    assert of_period(lone)["kinds"]["alert"] == 1
    answer = lone.caller.ask("GET", f"/v1/statistics?office={world.office.id}")
    assert answer.status == 404


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-01",
        "since=2026-02-01&until=2026-01-01",
        "since=0001-01-01",
    ],
)
def test_what_is_no_period_is_refused(noor: Officer, query: str) -> None:
    assert noor.caller.ask("GET", f"/v1/statistics?{query}").status == 422


def test_the_table_holds_the_same_numbers_and_no_person(world: World, noor: Officer) -> None:
    worked(world, noor, answer_s=5, take_s=5, outcome="safe")
    content = noor.caller.ask("GET", "/v1/statistics.csv").body.decode("utf-8-sig")
    table = {
        (row["group"], row["name"]): row["value"] for row in csv.DictReader(io.StringIO(content))
    }
    assert table["outcomes", "safe"] == "1"
    assert table["alert: press to taken", "count"] == "1"
    assert table["reach of alerts", "contacts"] == "2"
    assert "Ana" not in content
    assert "Noor" not in content
