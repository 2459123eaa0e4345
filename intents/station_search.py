"""What is looked for and which stations answer it: pure, from the knowledge and a moment alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from intents.geography import chart_of, distance_m, island_at
from knowledge.base import Knowledge, Place, Station
from knowledge.hours import Hours, parse_hours

#: What stands this near to a landmark or an area, on the same island, is there.
THERE_M = 1500.0

#: `Search.open_at` for 「现在开着的」 and for 「24 小时的」.
NOW, ALWAYS = "now", "always"


@dataclass(slots=True)
class Search:
    """What is looked for: where from, and what it must have. JSON values only."""

    place: str = ""  # a Place's name
    point_wgs84: tuple[float, float] | None = None  # longitude, latitude of a location message
    kind: str = ""
    facilities: list[str] = field(default_factory=list)
    open_at: str = ""  # ISO time at which it must be open, NOW or ALWAYS
    days: list[str] = field(default_factory=list)  # ISO dates, on one of which it must be open
    shown: list[str] = field(default_factory=list)  # ids in the last list, as numbered
    seen: list[str] = field(default_factory=list)  # ids shown in all
    current: str = ""  # id of the one talked about
    shut: list[str] = field(default_factory=list)  # ids before whose closed door he stood
    shut_on: str = ""  # ISO date of that

    @classmethod
    def recalled(cls, known: dict[str, Any], today: date) -> Search:
        """As it was remembered; a closed door is forgotten the next day."""
        names = {one.name for one in fields(cls)}
        search = cls(**{name: value for name, value in known.items() if name in names})
        if search.point_wgs84 is not None:
            search.point_wgs84 = (search.point_wgs84[0], search.point_wgs84[1])
        if search.shut_on != today.isoformat():
            search.shut, search.shut_on = [], ""
        return search

    def as_json(self) -> dict[str, Any]:
        """What is remembered."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def drop_needs(self) -> None:
        """Forget what the stations had to have, but not where."""
        self.kind, self.facilities, self.open_at, self.days, self.seen = "", [], "", [], []

    def moment(self, now: datetime) -> datetime:
        """The moment at which it should be open."""
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


def start_of(knowledge: Knowledge, search: Search) -> Start | None:
    """Where to start from; None where the place has no point or the point no island."""
    if search.point_wgs84 is not None:
        lon, lat = search.point_wgs84
        landfall = island_at(chart_of(knowledge), lon, lat)
        if landfall is None:
            return None
        return Start(short_name(landfall.island.name), lon, lat, landfall.island.road_group, None)
    place = knowledge.place(search.place)
    if place is None or place.lon_wgs84 is None or place.lat_wgs84 is None:
        return None
    return Start(short_name(place.name), place.lon_wgs84, place.lat_wgs84, place.road_group, place)


def short_name(name: str) -> str:
    """Without what the gazetteer puts in brackets: 舟山岛(舟山本岛) → 舟山岛."""
    return name.partition("(")[0].partition("（")[0]


@lru_cache(maxsize=2000)
def names_within(knowledge: Knowledge, name: str) -> frozenset[str]:
    """The names of all places that lie in the place of that name, itself included."""
    within = {name}
    while True:
        more = {one.name for one in knowledge.places if one.parent in within} - within
        if not more:
            return frozenset(within)
        within |= more


def stands_in(knowledge: Knowledge, place: Place, station: Station, metres: float) -> bool:
    """Whether a station is "there": in the place, in the township that an area stands for, or next to a landmark."""
    if station.place in names_within(knowledge, place.name):
        return True
    if place.kind == "岛":
        return station.island == place.island
    if place.kind not in ("片区", "地标") or station.island != place.island:
        return False
    town = knowledge.place(place.parent)
    of_town = town is not None and place.kind == "片区" and town.kind == "乡镇街道"
    if of_town and town is not None and station.place in names_within(knowledge, town.name):
        return True
    return metres <= THERE_M


def ranked(
    knowledge: Knowledge, start: Start, stations: Iterable[Station], shut: Iterable[str] = ()
) -> list[Found]:
    """In the place that was named, then by road, then by boat; each by straight distance; the shut ones last."""
    closed, found = frozenset(shut), []
    for one in stations:
        metres = distance_m(start.lon, start.lat, one.lon_wgs84, one.lat_wgs84)
        by_road = bool(start.road_group) and one.road_group == start.road_group
        inside = start.place is not None and stands_in(knowledge, start.place, one, metres)
        found.append(Found(one, metres, by_road, inside))
    return sorted(
        found, key=lambda one: (one.station.id in closed, not one.inside, not one.by_road, one.metres)
    )


def lacks(search: Search, station: Station, now: datetime) -> list[str]:
    """What a station lacks of what was asked: its facilities by name, "open" for the time; not the kind."""
    missing = [one for one in search.facilities if one not in station.facilities]
    return missing if _open(search, station, now) else [*missing, "open"]


def fits(search: Search, station: Station, now: datetime) -> bool:
    """Whether it has everything; unknown hours count as open, and are said to be unknown."""
    return (not search.kind or station.kind == search.kind) and not lacks(search, station, now)


def _open(search: Search, station: Station, now: datetime) -> bool:
    if not search.open_at and not search.days:
        return True
    hours = hours_of(station)
    if search.open_at == ALWAYS:
        return hours is not None and hours.always
    if hours is None:
        return True
    if search.open_at:
        return hours.open_at(search.moment(now))
    return any(hours.on(date.fromisoformat(day)) for day in search.days)


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Hours | None:
    return parse_hours(text)


def hours_of(station: Station) -> Hours | None:
    """The station's hours; None where nobody wrote them down."""
    return _parsed(station.hours)
