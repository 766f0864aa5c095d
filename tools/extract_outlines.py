"""Cut borders and coasts out of a TopoJSON of Natural Earth's countries, for the map of a border region.

    python tools/extract_outlines.py countries-10m.json scenarios/geography/natural_earth.json

The input is `countries-10m.json` of the package `world-atlas`, version 2.0.2. What is written holds lines only: arcs
shared by two countries are borders, arcs of one country alone are coasts; and the land as polygons, to be filled.
"""

import argparse
import itertools
import json
from pathlib import Path
from typing import Any

EAST, NORTH = (58.0, 67.0), (24.0, 31.0)
"""What is kept, in degrees."""
DIGITS = 3

ABOUT = {
    "name": "Natural Earth, Admin 0 countries, 1:10m",
    "version": "4.1.0",
    "origin": "TopoJSON file countries-10m.json of the package world-atlas 2.0.2, cut out by tools/extract_outlines.py",
    "licence": "public domain; world-atlas itself under the ISC licence, copyright 2013-2019 Michael Bostock",
    "policy": "Natural Earth draws boundaries de facto, by who controls the ground, not de jure",
    "caption": "Boundaries: Natural Earth, de facto; no position is taken.",
}

Point = tuple[float, float]


def decoded(topology: dict[str, Any]) -> list[list[Point]]:
    """Every arc as longitudes and latitudes: TopoJSON keeps whole-number steps from point to point."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def rings(geometry: dict[str, Any]) -> list[list[int]]:
    """The rings of a polygon or of several, each as numbers of arcs (~n: backwards)."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def inside(point: Point) -> bool:
    """Whether a point lies in what is kept."""
    return EAST[0] <= point[0] <= EAST[1] and NORTH[0] <= point[1] <= NORTH[1]


def pieces(arc: list[Point]) -> list[list[Point]]:
    """The parts of an arc that lie in what is kept, with the first point outside on either side."""
    found: list[list[Point]] = []
    for one, other in itertools.pairwise(arc):
        if inside(one) or inside(other):
            if found and found[-1][-1] == one:
                found[-1].append(other)
            else:
                found.append([one, other])
    return found


def clipped(ring: list[Point]) -> list[Point]:
    """A polygon within the kept rectangle (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, EAST[0], 1), (0, EAST[1], -1), (1, NORTH[0], 1), (1, NORTH[1], -1)):
        kept: list[Point] = []
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            here, there = (one[axis] - limit) * sign >= 0, (other[axis] - limit) * sign >= 0
            if here:
                kept.append(one)
            if here != there:
                share = (limit - one[axis]) / (other[axis] - one[axis])
                kept.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
        ring = kept
    return ring


def rounded(points: list[Point]) -> list[list[float]]:
    """Points to a hundred metres, without repeats."""
    short = [[round(x, DIGITS), round(y, DIGITS)] for x, y in points]
    return [point for number, point in enumerate(short) if number == 0 or point != short[number - 1]]


def extract(topology: dict[str, Any]) -> dict[str, Any]:
    """Origin, extent, borders, coasts and land."""
    arcs, countries = decoded(topology), topology["objects"]["countries"]["geometries"]
    owners: dict[int, set[int]] = {}
    land = []
    for number, country in enumerate(countries):
        for ring in rings(country):
            for arc in ring:
                owners.setdefault(arc if arc >= 0 else ~arc, set()).add(number)
            line = [point for arc in ring for point in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])[:-1]]
            if any(map(inside, line)) and len(part := clipped(line)) > 2:
                land.append(rounded(part))
    lines = {"borders": [], "coasts": []}  # type: dict[str, list[list[list[float]]]]
    for number, who in sorted(owners.items()):
        lines["borders" if len(who) > 1 else "coasts"] += [rounded(part) for part in pieces(arcs[number])]
    return {"about": ABOUT, "extent": {"longitude": EAST, "latitude": NORTH}, **lines, "land": land}


def main() -> None:
    """Read the one file, write the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topology", type=Path)
    parser.add_argument("extract", type=Path)
    asked = parser.parse_args()
    made = extract(json.loads(asked.topology.read_text(encoding="utf-8")))
    asked.extract.parent.mkdir(parents=True, exist_ok=True)
    asked.extract.write_text(json.dumps(made, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
