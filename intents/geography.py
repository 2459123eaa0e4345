"""Where something lies: distances, and which island a point is on. Everything here is WGS-84, degrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, hypot, radians, sin, sqrt

from knowledge.base import Island, Knowledge

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = 111_195.0

#: A point this near to an outline still counts as on the island (facts.md: points may lie up to 250 m offshore).
SNAP_M = 300.0

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """One ring of an island with the box that holds it."""

    island: Island
    ring: Ring
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All outlines, and the road groups that join more than one island."""

    outlines: tuple[Outline, ...]
    joined: frozenset[str]


@dataclass(frozen=True, slots=True)
class Landfall:
    """The island of a point and how far its outline is (0 inside)."""

    island: Island
    metres: float


@lru_cache(maxsize=4)
def chart_of(knowledge: Knowledge) -> Chart:
    """The chart of one version of the knowledge, made once."""
    return chart(knowledge.islands)


def chart(islands: Sequence[Island]) -> Chart:
    """A chart of these islands."""
    groups = Counter(island.road_group for island in islands)
    return Chart(
        tuple(_outline(island, ring) for island in islands for ring in island.rings_wgs84),
        frozenset(group for group, count in groups.items() if group and count > 1),
    )


def _outline(island: Island, ring: Ring) -> Outline:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return Outline(island, ring, min(lons), min(lats), max(lons), max(lats))


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance in metres."""
    half_lat, half_lon = radians(lat_b - lat_a) / 2, radians(lon_b - lon_a) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(chord))


def island_at(chart: Chart, lon: float, lat: float) -> Landfall | None:
    """The island under a point, or within SNAP_M of it; of several, the nearest that has a road to another.

    None at sea or on the mainland.
    """
    near = sorted(landfalls(chart, lon, lat, SNAP_M), key=lambda one: one.metres)
    if not near or near[0].metres == 0:
        return near[0] if near else None
    return next((one for one in near if one.island.road_group in chart.joined), near[0])


def nearest_island(chart: Chart, lon: float, lat: float) -> Landfall:
    """The island whose outline is nearest, however far."""
    return min(landfalls(chart, lon, lat, float("inf")), key=lambda one: one.metres)


def landfalls(chart: Chart, lon: float, lat: float, within_m: float) -> list[Landfall]:
    """Every island whose outline is at most `within_m` away."""
    found = []
    for outline in chart.outlines:
        if _box_distance_m(outline, lon, lat) > within_m:
            continue
        metres = 0.0 if _inside(outline.ring, lon, lat) else _ring_distance_m(outline.ring, lon, lat)
        if metres <= within_m:
            found.append(Landfall(outline.island, metres))
    return found


def _box_distance_m(box: Outline, lon: float, lat: float) -> float:
    east = max(box.west - lon, 0.0, lon - box.east) * cos(radians(lat))
    north = max(box.south - lat, 0.0, lat - box.north)
    return hypot(east, north) * METRES_PER_DEGREE


def _inside(ring: Ring, lon: float, lat: float) -> bool:
    """Even-odd rule: how often a ray to the east crosses the outline."""
    odd = False
    for (lon_a, lat_a), (lon_b, lat_b) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a:
            odd = not odd
    return odd


def _ring_distance_m(ring: Ring, lon: float, lat: float) -> float:
    """Shortest way to the outline on a plane tangent at the point; good to a few metres over a few kilometres."""
    east = cos(radians(lat)) * METRES_PER_DEGREE
    plane = [((one - lon) * east, (other - lat) * METRES_PER_DEGREE) for one, other in ring]
    return min(_segment_distance(*a, *b) for a, b in zip(plane, (*plane[1:], plane[0]), strict=True))


def _segment_distance(x_a: float, y_a: float, x_b: float, y_b: float) -> float:
    dx, dy = x_b - x_a, y_b - y_a
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(x_a * dx + y_a * dy) / length))
    return hypot(x_a + along * dx, y_a + along * dy)
