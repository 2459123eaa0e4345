"""The nearest five stations with a facility, open now, beside a plain numpy search of all in the same run.

`python -m benchmarks.stations [--sizes 1000 5000] [--queries 300]`

Both answer the same questions, and must give the same stations: any difference ends the run.
"""

from __future__ import annotations

import argparse
import copy
import random
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np

from intents.station_index import Stations
from intents.station_search import NOW, Search, Start
from knowledge.base import Knowledge, Station
from knowledge.calendar import Calendar
from knowledge.compiler import compile_content
from knowledge.coordinates import EARTH_RADIUS_M
from knowledge.hours import parse_hours
from knowledge.schedule import Schedule
from knowledge.sentences import SHIPPED

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
FACILITIES = ("water", "charging", "microwave", "aircon", "toilet", "rest", "medicine", "wifi")
KINDS = ("rest_station", "rest_station", "nursing_room", "bookhouse", "service_center")
#: Median milliseconds that are promised, by number of stations.
PROMISED = {1000: 1.0, 5000: 5.0}


def main() -> None:
    """Print a row for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000, 20_000, 200_000])
    options.add_argument("--queries", type=int, default=300)
    chosen = options.parse_args()
    with TemporaryDirectory() as folder:
        compile_content(SHIPPED.parent, Path(folder) / "knowledge.db")
        shipped = Knowledge(Path(folder) / "knowledge.db")
        print("stations | ms, median (p95) | numpy over all | share | promised | ready after s | MB")
        for size in chosen.sizes:
            print(measure(shipped, size, chosen.queries), flush=True)


def measure(shipped: Knowledge, size: int, queries: int) -> str:
    """Ask the same of both; raises SystemExit at a difference."""
    chance = random.Random(size)
    knowledge = copy.copy(shipped)
    knowledge.stations = many(shipped, size, chance)
    tracemalloc.start()
    began = time.perf_counter()
    index = Stations(knowledge)
    ready, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    plain = Plain(knowledge.stations, knowledge.calendar)
    ours, theirs = [], []
    for _ in range(queries):
        asked = question(shipped, chance)
        took, found = timed(lambda asked=asked: [one.station.id for one in index.nearest(*asked, 5)])  # type: ignore[misc]
        ours.append(took)
        took, expected = timed(lambda asked=asked: plain.nearest(*asked, 5))  # type: ignore[misc]
        theirs.append(took)
        if found != expected:
            raise SystemExit(f"{asked}: {found} is not {expected}")
    late = sorted(ours)[int(len(ours) * 0.95)]
    share = median(ours) / median(theirs)
    promised = f"{PROMISED[size]:g} ms" if size in PROMISED else "—"
    return (
        f"{size:,} | {median(ours):.2f} ({late:.2f}) | {median(theirs):.2f} | {share:.2f}"
        f" | {promised} | {ready:.2f} | {peak / 1e6:.1f}"
    )


def timed(work: Callable[[], list[str]]) -> tuple[float, list[str]]:
    """Milliseconds, and what came out."""
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


def many(shipped: Knowledge, size: int, chance: random.Random) -> tuple[Station, ...]:
    """Stations strewn about the towns, with the shipped ones' hours and facilities of all sorts."""
    towns = [one for one in shipped.places if one.kind == "乡镇街道" and one.lon_wgs84]
    hours = sorted({one.hours for one in shipped.stations})
    stations = []
    for number in range(size):
        town = chance.choice(towns)
        assert town.lon_wgs84 is not None and town.lat_wgs84 is not None
        stations.append(
            replace(
                shipped.stations[0],
                id=f"n{number}",
                place=town.name,
                island=town.island,
                road_group=town.road_group,
                lon_wgs84=town.lon_wgs84 + chance.gauss(0, 0.02),
                lat_wgs84=town.lat_wgs84 + chance.gauss(0, 0.02),
                kind=chance.choice(KINDS),
                hours=chance.choice(hours),
                facilities=tuple(chance.sample(FACILITIES, chance.randrange(1, 8))),
            )
        )
    return tuple(stations)


def question(shipped: Knowledge, chance: random.Random) -> tuple[Start, Search, datetime]:
    """A point, one or two facilities, sometimes a kind, open now at some minute of a week."""
    groups = sorted({one.road_group for one in shipped.places if one.road_group})
    start = Start("", chance.uniform(121.8, 122.5), chance.uniform(29.7, 30.4), chance.choice(groups), None)
    search = Search(
        kind=chance.choice(["", "rest_station"]),
        facilities=chance.sample(FACILITIES, chance.randrange(1, 3)),
        open_at=NOW,
    )
    return start, search, MONDAY + timedelta(minutes=chance.randrange(7 * 24 * 60))


class Plain:
    """Every station looked at, every distance computed, all of them sorted."""

    def __init__(self, stations: tuple[Station, ...], calendar: Calendar) -> None:
        self.stations, self.calendar = stations, calendar
        self.lon = np.radians([one.lon_wgs84 for one in stations])
        self.lat = np.radians([one.lat_wgs84 for one in stations])
        self.group = np.array([one.road_group for one in stations])
        self.kind = np.array([one.kind for one in stations])
        self.has = {name: np.array([name in one.facilities for one in stations]) for name in FACILITIES}
        self.hours = np.array([one.hours for one in stations])

    def nearest(self, start: Start, search: Search, now: datetime, limit: int) -> list[str]:
        """The ids of the first `limit`."""
        lon, lat = np.radians(start.lon), np.radians(start.lat)
        chord = (
            np.sin((self.lat - lat) / 2) ** 2
            + np.cos(lat) * np.cos(self.lat) * np.sin((self.lon - lon) / 2) ** 2
        )
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord))
        fits = np.isin(
            self.hours, [text for text in set(self.hours.tolist()) if is_open(text, self.calendar, now)]
        )
        for name in search.facilities:
            fits &= self.has[name]
        if search.kind:
            fits &= self.kind == search.kind
        order = np.lexsort((metres, self.group != start.road_group))
        return [self.stations[row].id for row in order[fits[order]][:limit]]


def is_open(text: str, calendar: Calendar, now: datetime) -> bool:
    """Whether hours that are known hold at `now`; unknown ones are no reason to leave a station out."""
    return Schedule(parse_hours(text), calendar).open_at(now) is not False


if __name__ == "__main__":
    main()
