"""Whose ground a place is: outlines, circles, borders and the sea."""

import random
import time
from datetime import timedelta

import pytest

from server.domain.territory import A_RUN, Area, Circle, Decision, Outline, Table
from server.services import territories

OWN = "own"
BY_CODE = {code: Area(f"of {code}", code) for code in ("SN", "GM", "KG", "UZ", "EE", "RU", "FJ")}


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(BY_CODE.values(), territories.outlines())


def square(code: str, west: float, south: float, size: float = 1.0, parts: int = 1) -> Outline:
    """A square of so many edges a side."""
    steps = [n * size / parts for n in range(parts)]
    corners = [(west + s, south) for s in steps]
    corners += [(west + size, south + s) for s in steps]
    corners += [(west + size - s, south + size) for s in steps]
    corners += [(west, south + size - s) for s in steps]
    ring = [number for corner in (*corners, corners[0]) for number in corner]
    return Outline([code, "group"], [ring])


@pytest.mark.parametrize(
    ("place", "lat", "lon", "found"),
    [
        ("Dakar", 14.6937, -17.4441, Decision("of SN", None, False, "area")),
        ("Bansang, by the border", 13.66, -16.017, Decision("of SN", "of GM", True, "border")),
        ("Osh, by the border", 40.53, 72.80, Decision("of KG", "of UZ", True, "border")),
        ("Sokh, an exclave", 39.97, 71.13, Decision("of UZ", "of KG", True, "border")),
        ("Narva", 59.377, 28.19, Decision("of EE", "of RU", True, "border")),
        ("Ivangorod, across the river", 59.375, 28.22, Decision("of RU", "of EE", True, "border")),
        ("Moscow", 55.75, 37.6, Decision("of RU", None, False, "area")),
        ("Taveuni, west of the date line", -16.8, -179.95, Decision("of FJ", None, False, "area")),
        ("Suva", -18.14, 178.44, Decision("of FJ", None, False, "area")),
        ("Anadyr, east of it", 64.73, 177.51, Decision("of RU", None, False, "area")),
        ("Paris, of which the table is silent", 48.86, 2.35, Decision(OWN, None, False, "own")),
        ("off Dakar, at sea", 14.5, -18.4, Decision("of SN", OWN, True, "sea")),
        ("the middle of the Atlantic", 10.0, -30.0, Decision(OWN, None, False, "own")),
        ("the North Pole", 90.0, 0.0, Decision(OWN, None, False, "own")),
    ],
)
def test_true_places(table: Table, place: str, lat: float, lon: float, found: Decision) -> None:
    assert table.decide(OWN, lat, lon) == found, place


def test_a_fix_that_is_less_sure_reaches_farther() -> None:
    table = Table([Area("west", "W"), Area("east", "E")], [square("W", 0, 0), square("E", 1, 0)])
    at = (0.5, 1.25)  # 28 km east of the border
    assert table.decide(OWN, *at) == Decision("east", None, False, "area")
    assert table.decide(OWN, *at, error_m=20_000) == Decision("east", "west", True, "border")


def test_a_border_between_two_grounds_of_one_office_is_none() -> None:
    both = [square("W", 0, 0), square("E", 1, 0)]
    assert Table([Area("one", "group")], both).decide(OWN, 0.5, 1.01).uncertain is False


def test_the_narrowest_code_counts() -> None:
    both = [square("W", 0, 0), square("E", 1, 0)]
    table = Table([Area("wide", "group"), Area("narrow", "E")], both)
    assert table.decide(OWN, 0.5, 0.2).office_id == "wide"
    assert table.decide(OWN, 0.5, 1.8).office_id == "narrow"


def test_the_narrowest_circle_stands_above_all_and_has_a_border_too() -> None:
    circles = [
        Area("wide", circle=Circle(0.5, 0.5, 60_000)),
        Area("town", circle=Circle(0.5, 0.5, 20_000)),
    ]
    table = Table([Area("land", "W"), *circles], [square("W", 0, 0, size=3)])
    assert table.decide(OWN, 0.5, 0.5) == Decision("town", None, False, "area")
    assert table.decide(OWN, 0.5, 0.65) == Decision("town", "wide", True, "border")
    assert table.decide(OWN, 0.5, 0.75) == Decision("wide", "town", True, "border")
    assert table.decide(OWN, 0.5, 1.1) == Decision("land", "wide", True, "border")
    assert table.decide(OWN, 2.0, 2.0) == Decision("land", None, False, "area")


def test_next_to_ground_that_the_table_does_not_name_nobody_is_unsure() -> None:
    both = [square("W", 0, 0), square("E", 1, 0)]
    table = Table([Area("west", "W")], both)
    assert table.decide(OWN, 0.5, 0.95) == Decision("west", None, False, "area")
    assert table.decide(OWN, 0.5, 1.05) == Decision(OWN, "west", True, "border")


def test_an_old_fix_elsewhere_tells_the_own_office_too() -> None:
    table = Table([Area("west", "W")], [square("W", 0, 0)])
    old = timedelta(hours=7)
    assert table.decide(OWN, 0.5, 0.5, age=old) == Decision("west", OWN, True, "old")
    assert table.decide("west", 0.5, 0.5, age=old) == Decision("west", None, False, "own")


def test_runs_of_edges_leave_no_gap() -> None:
    """A shape of many edges holds what the same shape of few holds."""
    few, many = square("W", 0, 0), square("W", 0, 0, parts=3 * A_RUN + 1)
    chance = random.Random(5)
    for _ in range(300):
        lat, lon = chance.uniform(-0.3, 1.3), chance.uniform(-0.3, 1.3)
        first, second = (shape.distance_m(lat, lon, 15_000) for shape in (few, many))
        assert (first is None) == (second is None), (lat, lon)
        if first is not None and second is not None:
            assert second == pytest.approx(first, abs=0.5)


def test_a_press_hardly_waits_for_it(table: Table) -> None:
    chance = random.Random(7)
    places = [(chance.uniform(-55, 65), chance.uniform(-180, 180)) for _ in range(400)]
    began = time.process_time()
    for lat, lon in places:
        table.decide(OWN, lat, lon)
    assert (time.process_time() - began) / len(places) < 0.002
