"""Which island a point is on, and how far it is from a shore. Everything here is WGS-84, degrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

from knowledge.base import Island, Knowledge

METRES_PER_DEGREE = 111_195.0

#: A point this near to an outline still counts as on the island (facts.md: points may lie up to 250 m offshore).
SNAP_M = 300.0

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Landfall:
    """The island of a point and how far its outline is (0 inside)."""

    island: Island
    metres: float


@dataclass(frozen=True, slots=True)
class _Shore:
    """One outer ring with its bounding box."""

    island: Island
    ring: Ring
    west: float
    south: float
    east: float
    north: float

    def box_m(self, lon: float, lat: float, narrow: float) -> float:
        """How far the point is from the box; never more than from the ring. `narrow` is the cosine of its latitude."""
        east = max(self.west - lon, 0.0, lon - self.east) * narrow
        north = max(self.south - lat, 0.0, lat - self.north)
        return hypot(east, north) * METRES_PER_DEGREE

    def metres(self, lon: float, lat: float, narrow: float) -> float:
        if self.box_m(lon, lat, narrow) == 0 and _inside(self.ring, lon, lat):
            return 0.0
        return _ring_distance_m(self.ring, lon, lat, narrow)


class Islands:
    """All outlines, with what makes looking them up quick."""

    def __init__(self, islands: Sequence[Island]) -> None:
        self._shores = [_shore(island, ring) for island in islands for ring in island.rings_wgs84]
        groups = Counter(island.road_group for island in islands)
        self._joined = {island.name for island in islands if groups[island.road_group] > 1}

    def at(self, lon: float, lat: float) -> Landfall | None:
        """The island under a point, or within SNAP_M of it; of several, the nearest that has a road to another.

        None at sea or on the mainland.
        """
        near = self.within(lon, lat, SNAP_M)
        if not near or near[0].metres == 0:
            return near[0] if near else None
        return next((one for one in near if one.island.name in self._joined), near[0])

    def nearest(self, lon: float, lat: float) -> Landfall:
        """The island whose outline is nearest, however far. Raises ValueError where there are no islands."""
        narrow = cos(radians(lat))
        best: Landfall | None = None
        for box_m, shore in sorted(
            ((shore.box_m(lon, lat, narrow), shore) for shore in self._shores), key=lambda pair: pair[0]
        ):
            if best is not None and box_m >= best.metres:
                break
            metres = shore.metres(lon, lat, narrow)
            if best is None or metres < best.metres:
                best = Landfall(shore.island, metres)
        if best is None:
            raise ValueError("no islands")
        return best

    def within(self, lon: float, lat: float, metres: float) -> list[Landfall]:
        """Every island whose outline is at most so far away, the nearest first."""
        narrow = cos(radians(lat))
        found = (
            Landfall(shore.island, shore.metres(lon, lat, narrow))
            for shore in self._shores
            if shore.box_m(lon, lat, narrow) <= metres
        )
        return sorted((one for one in found if one.metres <= metres), key=lambda one: one.metres)


@lru_cache(maxsize=4)
def islands_of(knowledge: Knowledge) -> Islands:
    """The outlines of one version of the knowledge; it is never changed once opened."""
    return Islands(knowledge.islands)


def _shore(island: Island, ring: Ring) -> _Shore:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return _Shore(island, ring, min(lons), min(lats), max(lons), max(lats))


def _inside(ring: Ring, lon: float, lat: float) -> bool:
    """Even-odd rule: how often a ray to the east crosses the outline."""
    odd = False
    lon_a, lat_a = ring[-1]
    for lon_b, lat_b in ring:
        if (lat_a > lat) != (lat_b > lat) and lon < (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a:
            odd = not odd
        lon_a, lat_a = lon_b, lat_b
    return odd


def _ring_distance_m(ring: Ring, lon: float, lat: float, narrow: float) -> float:
    """Shortest way to the outline on a plane tangent at the point; good to a few metres over a few kilometres."""
    plane = [((one - lon) * narrow, other - lat) for one, other in ring]
    shortest = min(_segment(*a, *b) for a, b in zip(plane, (*plane[1:], plane[0]), strict=True))
    return shortest * METRES_PER_DEGREE


def _segment(x_a: float, y_a: float, x_b: float, y_b: float) -> float:
    """How far the origin lies from the segment between two points."""
    dx, dy = x_b - x_a, y_b - y_a
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(x_a * dx + y_a * dy) / length))
    return hypot(x_a + along * dx, y_a + along * dy)
