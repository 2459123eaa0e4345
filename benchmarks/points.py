"""Random points against a plain search: which island they are on, and which five stations come first there.

`python -m benchmarks.points [--points 10000]`. The plain search looks at every stretch of every outline and at every
station, and sorts them all; it shares nothing with the bot's but the rule.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np

from intents.station_index import schedule_of, stations_of
from intents.station_search import NEAR_M, NOW, Search, Start, start_of
from knowledge.base import Island, Knowledge
from knowledge.compiler import compile_content
from knowledge.coordinates import distance_m
from knowledge.outlines import METRES_PER_DEGREE, SNAP_M
from knowledge.sentences import SHIPPED

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
SHOWN = 5


def main() -> None:
    """Print how many of the points have another answer."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=10_000)
    chosen = options.parse_args()
    with TemporaryDirectory() as folder:
        compile_content(SHIPPED.parent, Path(folder) / "knowledge.db")
        knowledge = Knowledge(Path(folder) / "knowledge.db")
        on_land, differences = compared(knowledge, chosen.points, random.Random(2026))
    print(f"{chosen.points:,} points, {on_land:,} on an island or just off it, {differences} differences")


def compared(knowledge: Knowledge, points: int, chance: random.Random) -> tuple[int, int]:
    """How many of random points are on land, and how many have another answer by the plain search."""
    plain, on_land, differences = Plain(knowledge), 0, 0
    towns = [one for one in knowledge.places if one.lon_wgs84 and one.lat_wgs84]
    for number in range(points):
        if number % 2:
            town = chance.choice(towns)
            assert town.lon_wgs84 is not None and town.lat_wgs84 is not None
            lon, lat = town.lon_wgs84 + chance.gauss(0, 0.02), town.lat_wgs84 + chance.gauss(0, 0.02)
        else:
            lon, lat = chance.uniform(121.6, 122.9), chance.uniform(29.6, 30.95)
        needs = chance.sample(["water", "charging", "aircon"], chance.randrange(3))
        search = Search(point_wgs84=(lon, lat), facilities=needs, open_at=chance.choice(["", NOW]))
        now = MONDAY + timedelta(minutes=chance.randrange(7 * 24 * 60))
        start = start_of(knowledge, search)
        on_land += start is not None
        differences += plain.differs(start, search, now)
    return on_land, differences


class Plain:
    """The same rule in the plainest way."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        groups = Counter(one.road_group for one in knowledge.islands)
        self.joined = {one.name for one in knowledge.islands if groups[one.road_group] > 1}
        self.rings = [(one, np.array(ring)) for one in knowledge.islands for ring in one.rings_wgs84]

    def island(self, lon: float, lat: float) -> Island | None:
        """On it; else of those within SNAP_M the nearest that has a road to another, else the nearest."""
        near = sorted(
            ((metres_from(ring, lon, lat), one.name) for one, ring in self.rings), key=lambda pair: pair[0]
        )
        found = [(metres, name) for metres, name in near if metres <= SNAP_M]
        if found and found[0][0] > 0:
            found = [(metres, name) for metres, name in found if name in self.joined] or found
        return next((one for one in self.knowledge.islands if found and one.name == found[0][1]), None)

    def differs(self, start: Start | None, search: Search, now: datetime) -> bool:
        """Whether the bot's start and its five stations are others."""
        assert search.point_wgs84 is not None
        lon, lat = search.point_wgs84
        island = self.island(lon, lat)
        if island is None or start is None:
            return (island is None) != (start is None)
        rows = []
        for station in self.knowledge.stations:
            opens = schedule_of(self.knowledge, station).open_at(now)
            if set(search.facilities) <= set(station.facilities) and not (search.open_at and opens is False):
                metres = distance_m(lon, lat, station.lon_wgs84, station.lat_wgs84)
                counted = max(metres, NEAR_M) if station.accuracy else metres
                rows.append((station.road_group != island.road_group, counted, metres))
        found = stations_of(self.knowledge).nearest(start, search, now, SHOWN)
        first = [(by_boat, metres) for by_boat, _, metres in sorted(rows)[:SHOWN]]
        return [(not one.by_road, one.metres) for one in found] != first


def metres_from(ring: np.ndarray, lon: float, lat: float) -> float:
    """How far a point is from an outline, 0 inside; looked at stretch by stretch."""
    x = (ring[:, 0] - lon) * np.cos(np.radians(lat)) * METRES_PER_DEGREE
    y = (ring[:, 1] - lat) * METRES_PER_DEGREE
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (y2 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        east = (x - y * (x2 - x) / (y2 - y)) > 0
        along = np.clip(-(x * (x2 - x) + y * (y2 - y)) / ((x2 - x) ** 2 + (y2 - y) ** 2), 0, 1)
    if (crosses & east).sum() % 2:
        return 0.0
    along = np.nan_to_num(along)
    return float(np.hypot(x + along * (x2 - x), y + along * (y2 - y)).min())


if __name__ == "__main__":
    main()
