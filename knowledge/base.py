"""The compiled knowledge, read-only: what the files say, as dataclasses and named queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A township, island, area, pier or landmark; an alias points at the place that it means."""

    name: str
    kind: str  # 市 县级 乡镇街道 岛 片区 地标 别名
    parent: str
    island: str
    road_group: str  # places of one group reach each other by road; "" unknown
    lon_wgs84: float | None
    lat_wgs84: float | None
    accuracy: str
    aliases: tuple[str, ...] = ()  # other names: without 街道 镇 岛, what stands in brackets, alias rows


@dataclass(frozen=True, slots=True)
class Island:
    """An outline on the map."""

    name: str
    county: str
    road_group: str
    rings_wgs84: tuple[tuple[tuple[float, float], ...], ...]  # outer rings, (longitude, latitude)


@dataclass(frozen=True, slots=True)
class Station:
    """A place where workers may rest, read, nurse or be served."""

    id: str
    name: str
    kind: str  # rest_station nursing_room bookhouse service_center recuperation studio
    place: str  # a Place's name
    island: str
    road_group: str
    address: str
    lon_wgs84: float
    lat_wgs84: float
    accuracy: str  # "" exact, else in words, e.g. 按乡镇位置估计
    hours: str  # as the admin wrote them; "" unknown
    phone: str
    operator: str
    facilities: tuple[str, ...]  # water charging microwave toilet rest aircon nursing books medicine wifi …
    moving_since: date | None  # a container: the day from which it stands here
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something to sign up for. Its quota and times are copied into state when published."""

    id: str  # stable
    title: str
    kind: str
    description: str
    place: str
    address: str
    starts_at: datetime | None
    ends_at: datetime | None
    signup_opens_at: datetime | None
    signup_closes_at: datetime | None
    quota: int | None  # None: no limit
    taken_elsewhere: int  # places given outside the bot
    waiting_list: bool
    people_per_signup: int
    who: str  # who may come, in words
    members_only: bool
    fee: str  # in words; "" unknown, 免费 free
    contact: str
    retention_days: int
    aliases: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that an admin wrote about one topic."""

    id: str
    label: str  # the intent under which it is served
    title: str
    text: str
    keywords: tuple[str, ...]
    default: bool  # the answer of its label when nothing in the utterance tells


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must be read first, e.g. a typhoon."""

    id: str
    text: str
    starts_at: datetime
    ends_at: datetime
    labels: tuple[str, ...]  # the intents before whose answers it stands; empty: all


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask; a number is only ever one of those that the knowledge files give."""

    id: str  # union legal_aid labour city medical_insurance housing_fund psychological police emergency …
    name: str
    number: str
    hours: str  # "" unknown
    about: str


@dataclass(frozen=True, slots=True)
class Referral:
    """Something that is not the union's matter, and whose it is."""

    id: str
    keywords: tuple[str, ...]
    text: str


class Knowledge:
    """One compiled version. Cheap to ask: small tables are read once at opening.

    Safe to share between threads.
    """

    def __init__(self, path: Path) -> None:
        raise NotImplementedError

    version: str
    places: tuple[Place, ...]
    islands: tuple[Island, ...]
    stations: tuple[Station, ...]
    events: tuple[Event, ...]
    answers: tuple[Answer, ...]
    notices: tuple[Notice, ...]
    contacts: Mapping[str, Contact]
    referrals: tuple[Referral, ...]
    phrases: Mapping[str, tuple[str, ...]]  # label → lines
    words: Mapping[str, tuple[str, ...]]  # concept → words, from content/words.toml
    schemes: Sequence[Mapping[str, Any]]  # parsed and checked scheme files; see knowledge/scheme.py

    def text(self, key: str, **values: object) -> str:
        """The bot's own sentence `key` ("claims.ask_identity") with its places filled in.

        Raises KeyError for a key that neither the content nor the shipped texts have.
        """
        raise NotImplementedError

    def event(self, event_id: str) -> Event | None:
        """The event of that id."""
        raise NotImplementedError

    def place(self, name: str) -> Place | None:
        """The place of exactly that name or alias."""
        raise NotImplementedError

    def search_answers(self, words: Sequence[str], limit: int = 3) -> list[Answer]:
        """Answers by full text (SQLite FTS5 over jieba words), best first."""
        raise NotImplementedError

    def notices_at(self, now: datetime, label: str) -> list[Notice]:
        """Notices in force for that intent."""
        raise NotImplementedError
