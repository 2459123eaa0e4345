"""Where something lies: distances, and which island a point is on. Everything here is WGS-84, degrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt

from knowledge.base import Island

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = 111_195.0

#: A point this near to an outline still counts as on the island (facts.md: points may lie up to 250 m offshore).
SNAP_M = 300.0


@dataclass(frozen=True, slots=True)
class Landfall:
    """The island of a point and how far its outline is (0 inside)."""

    island: Island
    metres: float


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance in metres."""
    half_lat, half_lon = radians(lat_b - lat_a) / 2, radians(lon_b - lon_a) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(chord))


def island_at(islands: Sequence[Island], lon: float, lat: float) -> Landfall | None:
    """The island under a point, or within SNAP_M of it; of several, the nearest that has a road to another.

    None at sea or on the mainland.
    """
    near = sorted(landfalls(islands, lon, lat, SNAP_M), key=lambda one: one.metres)
    if not near or near[0].metres == 0:
        return near[0] if near else None
    groups = [island.road_group for island in islands]
    joined = [one for one in near if groups.count(one.island.road_group) > 1]
    return (joined or near)[0]


def nearest_island(islands: Sequence[Island], lon: float, lat: float) -> Landfall:
    """The island whose outline is nearest, however far."""
    return min(landfalls(islands, lon, lat, float("inf")), key=lambda one: one.metres)


def landfalls(islands: Sequence[Island], lon: float, lat: float, within_m: float) -> list[Landfall]:
    """Every island whose outline is at most `within_m` away."""
    found = []
    for island in islands:
        for ring in island.rings_wgs84:
            if _box_distance_m(ring, lon, lat) > within_m:
                continue
            metres = 0.0 if _inside(ring, lon, lat) else _ring_distance_m(ring, lon, lat)
            if metres <= within_m:
                found.append(Landfall(island, metres))
    return found


Ring = tuple[tuple[float, float], ...]


def _box_distance_m(ring: Ring, lon: float, lat: float) -> float:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    east = max(min(lons) - lon, 0.0, lon - max(lons)) * cos(radians(lat))
    north = max(min(lats) - lat, 0.0, lat - max(lats))
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
