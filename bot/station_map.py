"""A small map around one station, drawn from the outlines: no tiles of others, nothing loaded from elsewhere.

Flat around the station, which is good to a metre over the few kilometres shown; units are tens of metres.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians

from knowledge.base import Island, Knowledge, Station
from knowledge.outlines import METRES_PER_DEGREE, islands_of

#: Half the width and height shown, and half a small island's at least.
WIDE, NARROW = 800.0, 250.0

#: As far apart must names stand, across and down.
ACROSS, DOWN = 0.42, 0.09

UNIT_M = 10.0

#: So many points each way from the middle are asked which island they are on.
GRID = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point of the map."""

    text: str
    x: float
    y: float
    of_island: bool


@dataclass(frozen=True, slots=True)
class Map:
    """What the template draws; the station stands at 0, 0, north is up."""

    half: float
    islands: tuple[str, ...]  # the data of SVG paths
    labels: tuple[Label, ...]
    others: tuple[Point, ...]  # other stations
    scale_km: int

    @property
    def scale(self) -> float:
        """The length of `scale_km`."""
        return self.scale_km * 1000 / UNIT_M


def map_around(knowledge: Knowledge, station: Station) -> Map:
    """The map of one station."""
    paper = _Paper(station.lon_wgs84, station.lat_wgs84)
    drawn = [(one, [paper.ring(ring) for ring in one.rings_wgs84]) for one in knowledge.islands]
    own = [point for one, rings in drawn if one.name == station.island for ring in rings for point in ring]
    reach = max((max(abs(x), abs(y)) for x, y in own), default=WIDE)
    half = min(WIDE, max(NARROW, reach * 1.1))
    paths = tuple(_path(rings) for _, rings in drawn if any(_touches(ring, half) for ring in rings))
    others = (paper.point(one.lon_wgs84, one.lat_wgs84) for one in knowledge.stations if one != station)
    return Map(
        half,
        paths,
        tuple(_labels(knowledge, drawn, paper, half)),
        tuple(dict.fromkeys(one for one in others if _inside(one, half) and one != (0.0, 0.0))),
        1 if half < WIDE / 2 else 2,
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    lon: float
    lat: float

    def point(self, lon: float, lat: float) -> Point:
        unit = METRES_PER_DEGREE / UNIT_M
        return round((lon - self.lon) * cos(radians(self.lat)) * unit, 1), round((self.lat - lat) * unit, 1)

    def degrees(self, point: Point) -> Point:
        unit = METRES_PER_DEGREE / UNIT_M
        return self.lon + point[0] / unit / cos(radians(self.lat)), self.lat - point[1] / unit

    def ring(self, ring: Sequence[Point]) -> list[Point]:
        return [self.point(lon, lat) for lon, lat in ring]


def _labels(
    knowledge: Knowledge, drawn: Sequence[tuple[Island, list[list[Point]]]], paper: _Paper, half: float
) -> Iterator[Label]:
    """Islands first, then towns; a name that would stand on another one, or on the station, is left out."""
    wanted = [
        Label(one.name.partition("(")[0], *spot, True) for one, spot in _spots(knowledge, drawn, paper, half)
    ]
    for place in knowledge.places:
        if place.kind == "乡镇街道" and place.lon_wgs84 is not None and place.lat_wgs84 is not None:
            wanted.append(Label(place.name, *paper.point(place.lon_wgs84, place.lat_wgs84), False))
    taken: list[Point] = [(0.0, 0.0), (-0.8 * half, 0.88 * half)]  # the station, the scale
    for label in wanted:
        apart = all(abs(label.x - x) > ACROSS * half or abs(label.y - y) > DOWN * half for x, y in taken)
        if apart and _inside((label.x, label.y), half * 0.9):
            taken.append((label.x, label.y))
            yield label


def _spots(
    knowledge: Knowledge, drawn: Sequence[tuple[Island, list[list[Point]]]], paper: _Paper, half: float
) -> Iterator[tuple[Island, Point]]:
    """Where the name of each island on the map may stand: on its land, near the middle of what is seen of it."""
    outlines, steps = islands_of(knowledge), range(-GRID, GRID + 1)
    seen: dict[str, list[Point]] = {}
    for point in ((x * half / GRID, y * half / GRID) for x in steps for y in steps):
        there = outlines.at(*paper.degrees(point))
        if there is not None and there.metres == 0:
            seen.setdefault(there.island.name, []).append(point)
    for island, rings in drawn:
        points = seen.get(island.name) or [one for ring in rings for one in ring if _inside(one, half)]
        if points:
            x, y = (sum(one[axis] for one in points) / len(points) for axis in (0, 1))
            spot = min(points, key=lambda one: (one[0] - x) ** 2 + (one[1] - y) ** 2)
            edge = half * 0.86  # a name in the middle of a strip along the edge would be cut off
            yield island, (max(-edge, min(edge, spot[0])), max(-edge, min(edge, spot[1])))


def _path(rings: Iterable[Sequence[Point]]) -> str:
    return " ".join("M" + " ".join(f"{x:g},{y:g}" for x, y in ring) + "Z" for ring in rings)


def _inside(point: Point, half: float) -> bool:
    return abs(point[0]) < half and abs(point[1]) < half


def _touches(ring: Sequence[Point], half: float) -> bool:
    """Whether the box of a ring and that of the map meet."""
    across, down = [x for x, _ in ring], [y for _, y in ring]
    return min(across) < half and max(across) > -half and min(down) < half and max(down) > -half
