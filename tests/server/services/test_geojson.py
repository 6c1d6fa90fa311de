"""What leaves as GeoJSON holds to RFC 7946, and the reader that says so would notice if not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.services import geojson
from shared import wire
from tests.support.rfc7946 import faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES = st.lists(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    max_size=12,
)


def fix(lat: float, lon: float) -> wire.Position:
    return wire.Position(lat=lat, lon=lon, accuracy_m=25.0, source="gps", at=NOW)


def incident(*track: tuple[float, float], **changes: Any) -> dict[str, Any]:
    fixes = [fix(lat, lon) for lat, lon in track]
    return {
        "id": "0195a3f0-0000-7000-8000-000000000002",
        "code": "K7P",
        "kind": "alert",
        "state": "open",
        "outcome": None,
        "office_name": "Dakar office",
        "opened_at": NOW,
        "closed_at": None,
        "activist": "Ana",
        "position": fixes[-1] if fixes else None,
        "track": fixes,
        **changes,
    }


@given(PLACES)
def test_every_incident_is_valid(track: list[tuple[float, float]]) -> None:
    assert faults(geojson.incident(incident(*track), names=True)) == []


@given(st.lists(PLACES, max_size=6))
def test_every_period_is_valid(tracks: list[list[tuple[float, float]]]) -> None:
    found = [incident(*track) for track in tracks]
    content = geojson.incidents(found, names=False)
    assert faults(content) == []
    assert len(json.loads(content)["features"]) == len(tracks)


def test_longitude_comes_first() -> None:
    whole = json.loads(geojson.incident(incident((14.6937, -17.4441)), names=False))
    line, point = whole["features"]
    assert line["geometry"] is None
    assert point["geometry"] == {"type": "Point", "coordinates": [-17.4441, 14.6937]}
    assert whole["bbox"] == [-17.4441, 14.6937, -17.4441, 14.6937]


def test_a_track_across_the_180th_meridian_is_cut_there() -> None:
    whole = json.loads(geojson.incident(incident((-16.0, 179.0), (-18.0, -179.0)), names=False))
    assert whole["features"][0]["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [
            [[179.0, -16.0], [180.0, -17.0]],
            [[-180.0, -17.0], [-179.0, -18.0]],
        ],
    }
    assert whole["bbox"] == [179.0, -18.0, -179.0, -16.0]


def test_a_track_half_round_the_world_has_the_box_of_its_way() -> None:
    track = ((0.0, 0.0), (0.0, 116.0), (1.0, -65.0))
    whole = json.loads(geojson.incident(incident(*track), names=False))
    assert whole["bbox"] == [0.0, 0.0, -65.0, 1.0]
    round_it = (*track, (0.0, 0.0), (0.0, 100.0))
    whole = json.loads(geojson.incident(incident(*round_it), names=False))
    assert whole["bbox"] == [-180.0, 0.0, 180.0, 1.0]


@pytest.mark.parametrize(
    "lons",
    [
        (-42.9, 180.0),
        (90.0, -179.9999999),
        (180.0, -170.0),
        (116.0, 180.0, -180.0, 116.0),
        (90.0, -150.93617375, -95.94719319, -65.0, 57.16738525, 90.0),
    ],
)
def test_the_180th_meridian_has_two_names_and_one_box(lons: tuple[float, ...]) -> None:
    track = [(float(lat), lon) for lat, lon in enumerate(lons)]
    assert faults(geojson.incident(incident(*track), names=False)) == []


def test_names_are_there_only_where_they_were_asked_for() -> None:
    found = incident((1.0, 2.0))
    assert b"Ana" in geojson.incident(found, names=True)
    assert b"Ana" not in geojson.incident(found, names=False)
    assert b"Ana" not in geojson.incidents([found], names=False)


SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
FEATURE = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}


def test_a_valid_polygon_has_no_fault() -> None:
    hole = [[0.2, 0.2], [0.2, 0.4], [0.4, 0.4], [0.2, 0.2]]
    whole = {"type": "Polygon", "coordinates": [SQUARE, hole], "bbox": [0, 0, 1, 1]}
    assert faults(json.dumps(whole).encode()) == []


@pytest.mark.parametrize(
    ("whole", "section"),
    [
        ({"type": "Polygon", "coordinates": [SQUARE[::-1]]}, "3.1.6"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "3.1.6"),
        ({"type": "Polygon", "coordinates": [SQUARE, SQUARE]}, "3.1.6"),
        ({"type": "Point", "coordinates": [14.7, 117.4]}, "3.1.1"),
        ({"type": "Point", "coordinates": ["1", 2]}, "3.1.1"),
        ({"type": "Point", "coordinates": [1]}, "3.1.1"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "3.1.4"),
        ({"type": "LineString", "coordinates": [[179, 0], [-179, 0]]}, "3.1.9"),
        ({"type": "MultiLineString", "coordinates": [1, 2]}, "3.1"),
        ({"type": "point", "coordinates": [1, 2]}, "1.4"),
        (FEATURE, "3"),
        ({**FEATURE, "properties": []}, "3.2"),
        ({**FEATURE, "properties": {}, "coordinates": [1, 2]}, "7.1"),
        ({**FEATURE, "properties": {}, "crs": {}}, "4"),
        ({**FEATURE, "properties": {}, "bbox": [5, 5, 6, 6]}, "5"),
        ({"type": "FeatureCollection", "features": [{"type": "Point"}]}, "3.3"),
    ],
)
def test_the_reader_notices_what_the_rfc_forbids(whole: Any, section: str) -> None:
    found = faults(json.dumps(whole).encode())
    assert section in {fault.partition(":")[0] for fault in found}
