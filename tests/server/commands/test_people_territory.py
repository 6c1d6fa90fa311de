"""The ground of an office, set by the operator."""

from server.db import Database
from server.domain.territory import Area, Circle
from server.services import territories
from tests.server.commands.operating import Operator


def ground(server: Operator) -> list[Area]:
    database = Database(f"sqlite:///{server.database}")
    try:
        with database.read() as tx:
            return territories.areas(tx)
    finally:
        database.close()


def test_an_offices_ground_is_set_in_place_of_what_it_had(server: Operator) -> None:
    said = server.done(
        "people", "office", "territory", "Hub", "--code", "sn", "--circle", "13.45,-16.58,40"
    )
    assert said.strip() == "Codes: 1, circles: 1, in place of what there was."
    found = ground(server)
    assert [(area.code, area.circle) for area in found if area.code] == [("SN", None)]
    assert [area.circle for area in found if area.circle] == [Circle(13.45, -16.58, 40_000)]
    server.done("people", "office", "territory", "Hub")
    assert ground(server) == []


def test_what_is_no_ground_is_refused_and_changes_nothing(server: Operator) -> None:
    server.done("people", "office", "territory", "Hub", "--code", "SN")
    for wrong in (["--code", "XX"], ["--circle", "13.45,-16.58"], ["--circle", "1,2,nan"]):
        assert server.run("people", "office", "territory", "Hub", *wrong).status != 0
    assert [area.code for area in ground(server)] == ["SN"]
