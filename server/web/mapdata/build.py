"""Makes the board's land outlines from world-atlas 2.0.2, which is Natural Earth 1:50 million.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m server.web.mapdata.build package/countries-50m.json

Rings stay closed on a map that repeats every 360 degrees: longitudes run on past 180 instead of
jumping back, and the ring around the pole is closed along the bottom edge.
"""

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

OUTLINES = Path(__file__).parent.parent / "static" / "map" / "world.json"
STEPS = 80  # to a degree: 1.4 km, finer than the source draws a coast
LOWEST = -85  # degrees; Web Mercator ends here

Point = tuple[int, int]
Line = list[Point]


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """Every arc in steps; the file holds differences on a grid of its own."""
    (scale_x, scale_y), (left, bottom) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc: Line = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((round((x * scale_x + left) * STEPS), round((y * scale_y + bottom) * STEPS)))
        arcs.append(arc)
    return arcs


def rings_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The rings of a geometry, each as the numbers of its arcs (~n is arc n backwards)."""
    match geometry["type"]:
        case "GeometryCollection":
            for member in geometry["geometries"]:
                yield from rings_of(member)
        case "Polygon":
            yield from geometry["arcs"]
        case "MultiPolygon":
            for polygon in geometry["arcs"]:
                yield from polygon


def unrolled(line: Line) -> Line:
    """The same line without jumps across the date line, and without repeated points."""
    turn = 360 * STEPS
    shift, out = 0, [line[0]]
    for (before, _), (x, y) in pairwise(line):
        if x - before > turn // 2:
            shift -= turn
        elif before - x > turn // 2:
            shift += turn
        if (x + shift, y) != out[-1]:
            out.append((x + shift, y))
    return out


def joined(ring: list[int], arcs: list[Line]) -> Line:
    line: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    line = unrolled(line)
    if line[0][0] != line[-1][0]:  # it went round the pole: close it below the map's edge
        line += [(line[-1][0], LOWEST * STEPS), (line[0][0], LOWEST * STEPS), line[0]]
    return line


def centred(line: Line) -> Line:
    """Shifted by whole turns so that its middle lies between 180 west and 180 east."""
    xs = [x for x, _ in line]
    turn = 360 * STEPS
    shift = -round((min(xs) + max(xs)) / 2 / turn) * turn
    return [(x + shift, y) for x, y in line]


def is_on_the_map(ring: Line) -> bool:
    """The source also holds a ring that follows the pole itself."""
    return len(ring) > 3 and max(y for _, y in ring) > LOWEST * STEPS


def packed(line: Line) -> list[int]:
    """First point, then differences: x, y, dx, dy, ..."""
    out = list(line[0])
    for (x0, y0), (x, y) in pairwise(line):
        out += [x - x0, y - y0]
    return out


def build(topology: dict[str, Any]) -> dict[str, Any]:
    arcs = arcs_of(topology)
    coast_rings = list(rings_of(topology["objects"]["land"]))
    coast = {max(n, ~n) for ring in coast_rings for n in ring}
    inland = {
        max(n, ~n) for ring in rings_of(topology["objects"]["countries"]) for n in ring
    } - coast
    land = [line for ring in coast_rings if is_on_the_map(line := joined(ring, arcs))]
    borders = [unrolled(arcs[number]) for number in sorted(inland)]
    return {
        "steps": STEPS,
        "land": [packed(centred(line)) for line in land],
        "borders": [packed(centred(line)) for line in borders if len(line) > 1],
    }


if __name__ == "__main__":
    world = build(json.loads(Path(sys.argv[1]).read_text()))
    OUTLINES.write_text(json.dumps(world, separators=(",", ":")) + "\n")
