"""Where stations stand, held against what is written of them: at sea, on another island, twice in one spot."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from knowledge.base import Island, Place
from knowledge.coordinates import distance_m, to_wgs84
from knowledge.outlines import SNAP_M, Islands

#: Two stations of one kind that are nearer to each other than this are one that was written down twice.
TWIN_M = 30.0

DATUM_NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02"}


class Whereabouts:
    """One content's outlines and towns, and the stations seen so far; each method tells what is wrong, or ""."""

    def __init__(self, islands: Iterable[Island], places: Iterable[Place]) -> None:
        outlined = [one for one in islands if one.rings_wgs84]
        self._names = {one.name for one in outlined}
        self._outlines = Islands(outlined)
        #: Names that tell a town or an island without doubt, the longest first.
        towns = [one for one in places if one.kind in ("乡镇街道", "岛") and one.island]
        self._towns = sorted(((one.name, one.island) for one in towns), key=lambda one: -len(one[0]))
        self._seen: dict[tuple[str, int, int], list[tuple[float, float, int]]] = {}

    def point(self, place: Place, lon: float, lat: float, datum: str) -> str:
        """What is wrong with a point that was written in `datum` for a station in `place`."""
        wrong = self._misplaced(place, *wgs84(lon, lat, datum))
        if not wrong:
            return ""
        other = "wgs84" if datum == "gcj02" else "gcj02"
        if self._misplaced(place, *wgs84(lon, lat, other)):
            return f"{wrong}，请核对坐标、坐标系和所在地"
        return f"{wrong}；按 {DATUM_NAMES[other]} 算就在{place.island}上，是不是坐标系填错了？"

    def _misplaced(self, place: Place, lon: float, lat: float) -> str:
        if place.island not in self._names:
            return ""
        own = [one for one in self._outlines.within(lon, lat, SNAP_M) if one.island.name == place.island]
        if own and own[0].metres == 0:
            return ""
        on = self._outlines.nearest(lon, lat)
        if on.metres == 0:
            return f"这个点在{on.island.name}上，“{place.name}”却在{place.island}"
        return "" if own else f"这个点落在海里，不在{place.island}上"

    def address(self, place: Place, address: str) -> str:
        """Whether an address names a town on another island than the one of `place`."""
        named = [(name, island) for name, island in self._towns if name in address]
        if not named or any(island == place.island for _, island in named):
            return ""
        name, island = named[0]
        return f"地址写着{name}（{island}），所在地“{place.name}”却在{place.island}，请核对"

    def twin(self, kind: str, lon_wgs84: float, lat_wgs84: float, row: int) -> int | None:
        """The row of a station of that kind that was seen in the same spot; None where this is the first."""
        across, down = int(lon_wgs84 * 1000), int(lat_wgs84 * 1000)  # cells of some hundred metres
        for x, y in product((across - 1, across, across + 1), (down - 1, down, down + 1)):
            for lon, lat, other in self._seen.get((kind, x, y), ()):
                if distance_m(lon, lat, lon_wgs84, lat_wgs84) < TWIN_M:
                    return other
        self._seen.setdefault((kind, across, down), []).append((lon_wgs84, lat_wgs84, row))
        return None


def wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """A point as written, in WGS-84."""
    return to_wgs84(lon, lat) if datum == "gcj02" else (lon, lat)
