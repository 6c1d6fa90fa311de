"""The nearest town: which, how far, which way; as a look at every town would find it."""

import random
import time
from math import cos, hypot, radians

import pytest

from server.services import places


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (14.6937, -17.4441, "Dakar"),
        (40.5283, 72.7985, "Osh"),
        (31.5069, 34.456, "Gaza"),
        (59.377, 28.19, "Narva"),
        (4.1748, 73.5089, "Male"),
        (-17.8, 179.99, "Levuka"),
        (-17.8, -179.99, "Levuka"),
        (78.22, 15.65, "Longyearbyen"),
    ],
)
def test_the_town_of_a_place(lat: float, lon: float, name: str) -> None:
    found = places.nearest(lat, lon)
    assert found is not None
    assert name in found.name


def test_how_far_and_which_way_from_the_town() -> None:
    found = places.nearest(14.6937 + 0.5, -17.4441 + 0.9)
    assert found is not None
    town = next(
        (lat, lon)
        for towns in places.towns().values()
        for lat, lon, name in towns
        if name == found.name
    )
    north, east = 15.1937 - town[0], (-16.5441 - town[1]) * cos(radians(15.1937))
    assert found.distance_m == pytest.approx(hypot(north, east) * places.M_PER_DEGREE, rel=0.01)
    due_east = places.nearest(-33.8688, 151.2093)
    assert due_east is not None
    assert 0 <= due_east.bearing < 360


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (39, -30), (90, 0), (-90, 10), (-60, -120)])
def test_far_from_every_town_there_is_only_the_plus_code(lat: float, lon: float) -> None:
    assert places.nearest(lat, lon) is None
    assert places.named(lat, lon).plus_code


def test_it_is_the_one_that_a_look_at_all_would_find() -> None:
    everywhere = [town for towns in places.towns().values() for town in towns]
    chance = random.Random(3)
    for _ in range(25):
        town = chance.choice(everywhere)
        lat = town[0] + chance.uniform(-0.6, 0.6)
        lon = (town[1] + chance.uniform(-0.6, 0.6) + 180) % 360 - 180
        narrow = max(cos(radians(lat)), 0.1)
        nearest = min(
            (hypot(one[0] - lat, ((one[1] - lon + 180) % 360 - 180) * narrow), one[2])
            for one in everywhere
        )
        found = places.nearest(lat, lon)
        if nearest[0] * places.M_PER_DEGREE < places.FARTHEST_M:
            assert found is not None
            assert found.distance_m == round(nearest[0] * places.M_PER_DEGREE)


def test_a_look_takes_less_than_two_milliseconds() -> None:
    chance = random.Random(11)
    asked = [(chance.uniform(44, 52), chance.uniform(4, 15)) for _ in range(300)]
    places.towns()
    began = time.process_time()
    for lat, lon in asked:
        places.nearest(lat, lon)
    assert (time.process_time() - began) / len(asked) < 0.002
