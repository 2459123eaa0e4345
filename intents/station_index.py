"""Which stations fit and in what order: what lies in the place that was named, then by road, then by boat.

One row a station in a few arrays, so that a filter is one operation over all of them; hours are read last and only
until enough are found. benchmarks/stations.py measures it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from intents.station_search import ALWAYS, NEAR_M, Found, Search, Start
from knowledge.base import Knowledge, Place, Station
from knowledge.coordinates import EARTH_RADIUS_M, distance_m
from knowledge.hours import parse_hours
from knowledge.schedule import Closure, Schedule
from knowledge.schema import FACILITIES

#: What stands this near to a landmark or an area, on the same island, is there.
THERE_M = 1500.0

#: So many of the nearest are put in order first, then eight times as many, and so on.
FIRST = 64

_BITS = {name: 1 << number for number, name in enumerate(dict.fromkeys(FACILITIES.values()))}

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Stations:
    """The stations of one version of the knowledge, ready to be searched."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._all = all_ = knowledge.stations
        self._roads = knowledge.roads
        self._row = {one.id: row for row, one in enumerate(all_)}
        self._at = unit_vectors([one.lon_wgs84 for one in all_], [one.lat_wgs84 for one in all_])
        self._kind = np.array([one.kind for one in all_], dtype=str)
        self._group = np.array([one.road_group for one in all_], dtype=str)
        self._facilities = np.array([_bits(one.facilities) for one in all_], dtype=np.int64)
        self._guessed = np.flatnonzero([bool(one.accuracy) for one in all_])
        self._schedules = schedules_of(knowledge)
        self._inside = _rows_by_place(knowledge, self._at)
        self._rows_of_kind = {kind: self._kind == kind for kind in set(self._kind.tolist())}
        self._rows_of_group = {group: self._group == group for group in set(self._group.tolist()) if group}
        self._no_rows = np.zeros(0, dtype=np.intp)
        self._none = np.zeros(len(all_), dtype=bool)

    def get(self, station_id: str) -> Station | None:
        row = self._row.get(station_id)
        return None if row is None else self._all[row]

    def count_in(self, place: str, kind: str) -> int:
        """How many of a kind (of any, where that is empty) count as standing in a place; "" is everywhere."""
        rows = self._inside.get(place, self._no_rows) if place else np.arange(len(self._all))
        return len(rows) if not kind else int((self._kind[rows] == kind).sum())

    def schedule(self, station: Station) -> Schedule:
        """When one of them is open."""
        return self._schedules[self._row[station.id]]

    def nearest(
        self, start: Start, search: Search, now: datetime, limit: int, without: Collection[str] = ()
    ) -> list[Found]:
        """The first `limit` that fit; those in the place first, then by road, then by boat, each by straight distance."""
        found: list[Found] = []
        opening = Opening(search, now) if search.open_at or search.days else None
        by_road = self._by_road(start, now.date())
        inside = self._none
        if start.place is not None and start.place.name in self._inside:
            inside = self._none.copy()
            inside[self._inside[start.place.name]] = True
        apart = self._apart(start)
        fitting = self._fitting(search, without)
        reached = [inside & by_road, inside & ~by_road, ~inside & by_road, ~inside & ~by_road]
        for flags in reached[::2] if search.no_boat else reached:
            for row in _nearest_first(np.flatnonzero(flags & fitting), apart):
                one = self._all[row]
                if opening is not None and not opening.fits(self._schedules[row]):
                    continue
                metres = distance_m(start.lon, start.lat, one.lon_wgs84, one.lat_wgs84)
                found.append(Found(one, metres, bool(by_road[row]), bool(inside[row])))
                if len(found) == limit:
                    return found
        return found

    def _apart(self, start: Start) -> Floats:
        """The square of the chord to every station; of where a guessed one is, only the kilometre is known."""
        east, north = radians(start.lon), radians(start.lat)
        here = np.array([[cos(north) * cos(east)], [cos(north) * sin(east)], [sin(north)]])
        apart = self._at - here
        chords: Floats = np.einsum("ij,ij->j", apart, apart)
        if start.place is None:
            near = (NEAR_M / EARTH_RADIUS_M) ** 2
            guessed = chords[self._guessed]
            chords[self._guessed] = np.where(guessed < near, near + guessed * 1e-6, guessed)
        return chords

    def _by_road(self, start: Start, day: date) -> Flags:
        reached = self._roads.reached(start.road_group, day)
        groups = [self._rows_of_group[one] for one in reached if one in self._rows_of_group]
        by_road = groups[0] if groups else self._none
        for one in groups[1:]:
            by_road = by_road | one
        return by_road

    def _fitting(self, search: Search, without: Collection[str]) -> Flags:
        """Which have the kind and the facilities asked for."""
        wanted = _bits(search.facilities)
        fitting: Flags = (self._facilities & wanted) == wanted
        if search.kind:
            fitting &= self._rows_of_kind.get(search.kind, self._none)
        fitting[[self._row[one] for one in without if one in self._row]] = False
        return fitting


def unit_vectors(lons: Sequence[float], lats: Sequence[float]) -> Floats:
    """Points on a globe of radius 1, a column each; the nearer by the chord, the nearer on the ground."""
    east, north = np.radians(lons), np.radians(lats)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _bits(facilities: Collection[str]) -> int:
    return sum(_BITS[one] for one in set(facilities))


def _nearest_first(rows: Rows, apart: Floats) -> Iterator[int]:
    """The rows by distance, of equal ones the first row first; sorted a part at a time."""
    apart, step = apart[rows], FIRST
    while rows.size > step:
        near = apart <= np.partition(apart, step - 1)[step - 1]
        yield from rows[near][np.argsort(apart[near], kind="stable")].tolist()
        rows, apart, step = rows[~near], apart[~near], step * 8
    yield from rows[np.argsort(apart, kind="stable")].tolist()


def _rows_by_place(knowledge: Knowledge, at: Floats) -> dict[str, Rows]:
    """For every place the stations that count as standing there: its own, those below it and on it, those beside it."""
    stations = knowledge.stations
    by_town: dict[str, list[int]] = {}
    by_island: dict[str, list[int]] = {}
    for row, one in enumerate(stations):
        by_town.setdefault(one.place, []).append(row)
        by_island.setdefault(one.island, []).append(row)
    found: dict[str, set[int]] = {}
    for town, rows in by_town.items():
        above = names_above(knowledge, town)
        island = stations[rows[0]].island
        areas = (
            one for one in knowledge.places if one.island == island and _stands_for(knowledge, one, above)
        )
        for name in (*above, *(one.name for one in areas)):
            found.setdefault(name, set()).update(rows)
    for place in knowledge.places:
        rows = by_island.get(place.island, [])
        if place.kind == "岛":
            found.setdefault(place.name, set()).update(rows)
        elif place.kind in ("片区", "地标") and place.lon_wgs84 is not None and place.lat_wgs84 is not None:
            chords = ((at[:, rows] - unit_vectors([place.lon_wgs84], [place.lat_wgs84])) ** 2).sum(axis=0)
            beside = np.array(rows, dtype=np.intp)[chords <= (THERE_M / EARTH_RADIUS_M) ** 2]
            found.setdefault(place.name, set()).update(beside.tolist())
    return {name: np.array(sorted(rows), dtype=np.intp) for name, rows in found.items()}


def names_above(knowledge: Knowledge, name: str) -> list[str]:
    """A place and all in which it lies, from the inside out."""
    names: list[str] = []
    place = knowledge.place(name)
    while place is not None and place.name not in names:
        names.append(place.name)
        parent = re.split("[(（/]", place.parent)[0].strip()  # 盐仓街道（未核实）, 定海区/普陀区
        place = knowledge.place(parent) if parent else None
    return names


def _stands_for(knowledge: Knowledge, area: Place, above: Sequence[str]) -> bool:
    """东港 and 新城 are other words for the township that they lie in."""
    town = knowledge.place(area.parent) if area.kind == "片区" else None
    return town is not None and town.kind == "乡镇街道" and town.name in above


class Opening:
    """Whether a schedule meets the wish; each is asked once. What is unknown counts as open, and is said to be unknown."""

    def __init__(self, search: Search, now: datetime) -> None:
        self._always = search.open_at == ALWAYS
        self._moment = search.moment(now) if search.open_at and not self._always else None
        self._days = [date.fromisoformat(day) for day in search.days]
        self._known: dict[Schedule, bool] = {}

    def fits(self, schedule: Schedule) -> bool:
        """The answer for one schedule."""
        if schedule not in self._known:
            self._known[schedule] = self._read(schedule)
        return self._known[schedule]

    def _read(self, schedule: Schedule) -> bool:
        if self._always:
            return schedule.always
        if self._moment is not None and schedule.open_at(self._moment) is False:
            return False
        return not self._days or any(schedule.open_on(day) is not False for day in self._days)


@lru_cache(maxsize=4)
def stations_of(knowledge: Knowledge) -> Stations:
    """The stations of one version of the knowledge; it is never changed once opened."""
    return Stations(knowledge)


def schedules_of(knowledge: Knowledge) -> list[Schedule]:
    """The schedule of every station, in their order; those who have the same hours and nothing else share one."""
    closures: dict[str, list[Closure]] = {}
    for one in knowledge.closures:
        closures.setdefault(one.station, []).append(one)
    shared: dict[str, Schedule] = {}
    schedules = []
    for station in knowledge.stations:
        text = station.hours
        if text not in shared:
            shared[text] = Schedule(parse_hours(text), knowledge.calendar)
        own = closures.get(station.id)
        schedules.append(Schedule(shared[text].hours, knowledge.calendar, own) if own else shared[text])
    return schedules


def schedule_of(knowledge: Knowledge, station: Station) -> Schedule:
    """When a station is open."""
    return stations_of(knowledge).schedule(station)


def lacking(knowledge: Knowledge, search: Search, station: Station, now: datetime) -> tuple[list[str], bool]:
    """The facilities that it lacks, and whether it is closed when it should be open."""
    missing = [one for one in search.facilities if one not in station.facilities]
    if not search.open_at and not search.days:
        return missing, False
    return missing, not Opening(search, now).fits(schedule_of(knowledge, station))
