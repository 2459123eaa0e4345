"""Which island a point lies on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from knowledge.base import Island

METRES_A_DEGREE = 111_195  # of latitude


def island_at(lon: float, lat: float, islands: Iterable[Island]) -> Island | None:
    """The island whose outline holds a WGS-84 point."""
    return next((one for one in islands if any(_inside(lon, lat, ring) for ring in one.rings_wgs84)), None)


def metres_off(lon: float, lat: float, island: Island) -> float:
    """How far a WGS-84 point lies from the nearest stretch of an island's outline."""
    narrow = math.cos(math.radians(lat))
    return min(
        METRES_A_DEGREE * _to_segment((x1 - lon) * narrow, y1 - lat, (x2 - lon) * narrow, y2 - lat)
        for ring in island.rings_wgs84
        for (x1, y1), (x2, y2) in pairwise(ring)
    )


def _inside(lon: float, lat: float, ring: tuple[tuple[float, float], ...]) -> bool:
    """Whether a ray to the east crosses the closed ring an odd number of times."""
    crossings = sum(
        (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairwise(ring)
    )
    return crossings % 2 == 1


def _to_segment(x1: float, y1: float, x2: float, y2: float) -> float:
    """How far the origin lies from the segment between two points."""
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length))
    return math.hypot(x1 + along * dx, y1 + along * dy)
