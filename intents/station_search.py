"""What is looked for, from where, and what a search finds."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from knowledge.base import Knowledge, Place, Station
from knowledge.outlines import islands_of

#: Below this (metres) nothing can be said of how far a place is of which only the town is known.
NEAR_M = 950.0

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
    asked_at: str = ""  # the time asked for of a station that was shown, as in open_at
    no_boat: bool = False  # he does not want to go by boat
    days: list[str] = field(default_factory=list)  # ISO dates, on one of which it must open
    shown: list[str] = field(default_factory=list)  # ids in the last reply, as numbered
    seen: list[str] = field(default_factory=list)  # ids shown in all
    current: str = ""  # id of the one talked about
    avoid: list[str] = field(default_factory=list)  # ids that he found closed
    avoid_on: str = ""  # ISO date of that

    @classmethod
    def from_memory(cls, known: dict[str, Any], today: date) -> Search:
        """As it was kept; a closed door is forgotten the next day."""
        search = cls(**{name: value for name, value in known.items() if name in _NAMES})
        if search.point_wgs84 is not None:
            search.point_wgs84 = (search.point_wgs84[0], search.point_wgs84[1])
        if search.avoid_on != today.isoformat():
            search.avoid, search.avoid_on = [], ""
        return search

    def as_memory(self) -> dict[str, Any]:
        """What is kept: what is empty needs no room."""
        kept = {name: value for name in _NAMES if (value := getattr(self, name))}
        # Lists are copied: what is asked for next must not change what was kept.
        return {name: list(value) if isinstance(value, list) else value for name, value in kept.items()}

    def forget_wishes(self) -> None:
        """Forget what the stations had to have, but not where."""
        self.kind, self.facilities, self.open_at, self.days, self.seen = "", [], "", [], []
        self.no_boat = False

    def moment(self, now: datetime) -> datetime:
        """The time at which it should be open."""
        if self.open_at in ("", NOW, ALWAYS):
            return now
        at = datetime.fromisoformat(self.open_at)
        return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)


_NAMES = tuple(one.name for one in fields(Search))


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
