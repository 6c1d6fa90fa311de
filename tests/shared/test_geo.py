"""Distances, coordinates, and what counts as a move."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.geo import EARTH_RADIUS_M, distance_m, format_coordinates, moved_beyond_error
from shared.wire import Position

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def at(lat: float, lon: float, accuracy_m: float | None = 25) -> Position:
    now = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
    return Position(lat=lat, lon=lon, accuracy_m=accuracy_m, source="gps", at=now)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (at(14.6937, -17.4441), at(14.6937, -17.4441), 0),
        (at(0, 0), at(0, 1), 111_195),
        (at(0, 179.5), at(0, -179.5), 111_195),
        (at(90, 0), at(-90, 120), 20_015_115),
        (at(48.8566, 2.3522), at(51.5074, -0.1278), 343_557),
    ],
)
def test_known_distances(a, b, metres):
    assert distance_m(a, b) == pytest.approx(metres, abs=5)


@given(st.builds(at, latitudes, longitudes), st.builds(at, latitudes, longitudes))
def test_a_distance_is_the_same_both_ways_and_never_beyond_the_antipode(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= 3.1416 * EARTH_RADIUS_M


@pytest.mark.parametrize(
    ("lat", "lon", "written"),
    [
        (14.6937, -17.4441, "N14.6937 W17.4441"),
        (-33.92487, 18.42406, "S33.9249 E18.4241"),
        (0, 0, "N0.0000 E0.0000"),
        (-0.00004, -0.00004, "N0.0000 E0.0000"),
        (-90, -180, "S90.0000 W180.0000"),
        (47.9184, 106.9177, "N47.9184 E106.9177"),
    ],
)
def test_coordinates_carry_letters_and_four_decimals(lat, lon, written):
    assert format_coordinates(lat, lon) == written


@given(latitudes, longitudes)
def test_coordinates_are_within_their_last_decimal(lat, lon):
    north, east = format_coordinates(lat, lon).split()
    assert (-1 if north[0] == "S" else 1) * float(north[1:]) == pytest.approx(lat, abs=5.1e-5)
    assert (-1 if east[0] == "W" else 1) * float(east[1:]) == pytest.approx(lon, abs=5.1e-5)


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        (at(0, 0, 25), at(0, 0.0004, 25), False),
        (at(0, 0, 25), at(0, 0.0005, 25), True),
        (at(0, 0, 25), at(0, 0.0005, 500), False),
        (at(0, 0, None), at(0, 0.005, 25), False),
        (at(0, 0, None), at(0, 0.02, 25), True),
    ],
)
def test_a_move_is_one_that_the_errors_cannot_explain(old, new, moved):
    assert moved_beyond_error(old, new) is moved
