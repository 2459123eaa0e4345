"""Which stations fit and in what order: what lies in the place that was named, then by road, then by boat."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from intents.geography import Vector, distance_m, islands_of, unit_vector
from knowledge.base import Knowledge, Place, Station
from knowledge.hours import Hours, parse_hours

#: What stands this near to a landmark or an area, on the same island, is there.
THERE_M = 1500.0

#: What `Search.open_at` may hold besides an ISO time.
NOW, ALWAYS = "now", "always"


@dataclass(slots=True)
class Search:
    """What is looked for: where from, and what it must have. JSON values only: it is kept in the session."""

    place: str = ""  # a Place's name
    other_place: str = ""  # the place searched at before this one
    point_wgs84: tuple[float, float] | None = None  # longitude, latitude of a location message
    kind: str = ""
    facilities: list[str] = field(default_factory=list)
    open_at: str = ""  # ISO time at which it must be open, or NOW, or ALWAYS
    days: list[str] = field(default_factory=list)  # ISO dates, on one of which it must open
    shown: list[str] = field(default_factory=list)  # ids in the last reply, as numbered
    seen: list[str] = field(default_factory=list)  # ids shown in all
    current: str = ""  # id of the one talked about
    avoid: list[str] = field(default_factory=list)  # ids that he found closed
    avoid_on: str = ""  # ISO date of that

    @classmethod
    def from_memory(cls, known: dict[str, Any], today: date) -> Search:
        """As it was kept; a closed door is forgotten the next day."""
        names = {one.name for one in fields(cls)}
        search = cls(**{name: value for name, value in known.items() if name in names})
        if search.point_wgs84 is not None:
            search.point_wgs84 = (search.point_wgs84[0], search.point_wgs84[1])
        if search.avoid_on != today.isoformat():
            search.avoid, search.avoid_on = [], ""
        return search

    def as_memory(self) -> dict[str, Any]:
        """What is kept."""
        return asdict(self)

    def forget_wishes(self) -> None:
        """Forget what the stations had to have, but not where."""
        self.kind, self.facilities, self.open_at, self.days, self.seen = "", [], "", [], []

    def moment(self, now: datetime) -> datetime:
        """The time at which it should be open."""
        if self.open_at in ("", NOW, ALWAYS):
            return now
        at = datetime.fromisoformat(self.open_at)
        return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)


@dataclass(frozen=True, slots=True)
class Start:
    """Where the search starts from."""

    name: str  # as it reads in a sentence
    lon: float
    lat: float
    road_group: str
    place: Place | None  # None for a location message


@dataclass(frozen=True, slots=True)
class Found:
    """One station with its way."""

    station: Station
    metres: float
    by_road: bool
    inside: bool  # in the very place that was named


@dataclass(frozen=True, slots=True)
class _Entry:
    """A station with what a search asks of it."""

    station: Station
    at: Vector
    facilities: frozenset[str]
    inside: frozenset[str]  # names of the places that it lies in, and of its island


class Stations:
    """The stations of one version of the knowledge, ready to be searched."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = [
            _Entry(
                one,
                unit_vector(one.lon_wgs84, one.lat_wgs84),
                frozenset(one.facilities),
                _places_around(knowledge, one),
            )
            for one in knowledge.stations
        ]
        self._by_id = {one.id: one for one in knowledge.stations}

    def get(self, station_id: str) -> Station | None:
        return self._by_id.get(station_id)

    def nearest(
        self, start: Start, search: Search, now: datetime, limit: int, without: Collection[str] = ()
    ) -> list[Found]:
        """The first `limit` that fit; those in the place first, then by road, then by boat, each by straight distance."""
        x, y, z = unit_vector(start.lon, start.lat)
        here, group = start.place.name if start.place else "", start.road_group
        keyed = []
        for number, entry in enumerate(self._fitting(search, now, without)):
            a, b, c = entry.at
            apart = (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z)
            outside = not here or here not in entry.inside
            by_boat = not group or entry.station.road_group != group
            keyed.append((outside, by_boat, apart, number, entry))
        return [self._found(start, *one) for one in nsmallest(limit, keyed)]

    def has(self, station: Station, search: Search, now: datetime) -> bool:
        """Whether one station fits."""
        kind_fits = not search.kind or station.kind == search.kind
        return kind_fits and lacking(search, station, now) == ([], False)

    def _found(
        self, start: Start, outside: bool, by_boat: bool, _apart: float, _number: int, entry: _Entry
    ) -> Found:
        one = entry.station
        metres = distance_m(start.lon, start.lat, one.lon_wgs84, one.lat_wgs84)
        return Found(one, metres, not by_boat, not outside)

    def _fitting(self, search: Search, now: datetime, without: Collection[str]) -> list[_Entry]:
        wanted, kind = frozenset(search.facilities), search.kind
        opening = Opening(search, now) if search.open_at or search.days else None
        return [
            entry
            for entry in self._entries
            if wanted <= entry.facilities
            and (not kind or entry.station.kind == kind)
            and (opening is None or opening.fits(entry.station.hours))
            and (not without or entry.station.id not in without)
        ]


class Opening:
    """Whether hours meet the wish; the same words are read once. Unknown hours count as open, and are said to be unknown."""

    def __init__(self, search: Search, now: datetime) -> None:
        self._always = search.open_at == ALWAYS
        self._moment = search.moment(now) if search.open_at and not self._always else None
        self._days = [date.fromisoformat(day) for day in search.days]
        self._known: dict[str, bool] = {}

    def fits(self, text: str) -> bool:
        if text not in self._known:
            self._known[text] = self._read(parsed(text))
        return self._known[text]

    def _read(self, hours: Hours | None) -> bool:
        if hours is None:
            return not self._always
        if self._always and not hours.always:
            return False
        if self._moment is not None and not hours.open_at(self._moment):
            return False
        return not self._days or any(map(hours.open_on, self._days))


@lru_cache(maxsize=4)
def stations_of(knowledge: Knowledge) -> Stations:
    """The stations of one version of the knowledge; it is never changed once opened."""
    return Stations(knowledge)


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Hours | None:
    """Hours as written; None where nobody wrote them down."""
    return parse_hours(text)


def lacking(search: Search, station: Station, now: datetime) -> tuple[list[str], bool]:
    """The facilities that it lacks, and whether it is closed when it should be open."""
    missing = [one for one in search.facilities if one not in station.facilities]
    closed = bool(search.open_at or search.days) and not Opening(search, now).fits(station.hours)
    return missing, closed


def start_of(knowledge: Knowledge, search: Search) -> Start | None:
    """Where a search starts; None for a place that is on no map, or a point on no island."""
    if search.point_wgs84 is not None:
        landfall = islands_of(knowledge).at(*search.point_wgs84)
        if landfall is None:
            return None
        return Start(short_name(landfall.island.name), *search.point_wgs84, landfall.island.road_group, None)
    place = knowledge.place(search.place)
    if place is None or place.lon_wgs84 is None or place.lat_wgs84 is None:
        return None
    return Start(short_name(place.name), place.lon_wgs84, place.lat_wgs84, place.road_group, place)


def short_name(name: str) -> str:
    """Without what the gazetteer puts in brackets: 舟山岛(舟山本岛) → 舟山岛."""
    return name.partition("(")[0].partition("（")[0]


def _names_above(knowledge: Knowledge, name: str) -> list[str]:
    names: list[str] = []
    place = knowledge.place(name)
    while place is not None and place.name not in names:
        names.append(place.name)
        place = knowledge.place(place.parent) if place.parent else None
    return names


def _places_around(knowledge: Knowledge, station: Station) -> frozenset[str]:
    """Every place in which it counts as standing: its own and those above, its island, what lies beside it."""
    above = _names_above(knowledge, station.place)
    on_island = [one for one in knowledge.places if one.island == station.island]
    islands = [one.name for one in on_island if one.kind == "岛"]
    beside = [one.name for one in on_island if _stands_for(knowledge, one, above) or _beside(one, station)]
    return frozenset([*above, *islands, *beside])


def _stands_for(knowledge: Knowledge, area: Place, above: Sequence[str]) -> bool:
    """东港 and 新城 are other words for the township that they lie in."""
    town = knowledge.place(area.parent) if area.kind == "片区" else None
    return town is not None and town.kind == "乡镇街道" and town.name in above


def _beside(place: Place, station: Station) -> bool:
    if place.kind not in ("片区", "地标") or place.lon_wgs84 is None or place.lat_wgs84 is None:
        return False
    metres = distance_m(place.lon_wgs84, place.lat_wgs84, station.lon_wgs84, station.lat_wgs84)
    return metres <= THERE_M
