"""The compiled knowledge, read-only: what the files say, as dataclasses and named queries."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from knowledge.calendar import Calendar, Holiday
from knowledge.records import from_records
from knowledge.roads import Bridge, Roads
from knowledge.schedule import Closure


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
    shared: tuple[str, ...] = ()  # short names that a place on another island has too


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
    facilities: tuple[str, ...]  # the values of knowledge.schema.FACILITIES: water charging microwave …
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
    offer_minutes: int | None = None  # so long a free place is held for the next who waits; None: his at once
    questions: tuple[str, ...] = ()  # what is asked beside name and telephone: see knowledge/questions.py
    limits: tuple[str, ...] = ()  # questions whose answers say who may come: see knowledge/questions.py
    family: int | None = None  # how many of his family one worker may bring; None: not said
    once: str = (
        "event"  # how often one person may: once an event, each session, once a month or a year of its kind
    )
    part_of: str = ""  # of a session: the event's id; its own is session_id(part_of, …)
    session: str = ""  # 周六场
    group: str = ""  # 会员: whom its places are for

    def __hash__(self) -> int:  # what is kept by event is asked for in every message
        return hash(self.id)


def session_id(event_id: str, number: str) -> str:
    """What a session is known by, here and in the state."""
    return f"{event_id}~{number}"


def occasions_of(events: Sequence[Event], sessions: Sequence[Event]) -> tuple[Event, ...]:
    """What places are taken at: the sessions of an event that has some, else it itself."""
    held: dict[str, list[Event]] = {}
    for one in sessions:
        held.setdefault(one.part_of, []).append(one)
    return tuple(each for one in events for each in held.get(one.id, [one]))


def whole_id(event_id: str) -> str:
    """The id of the event, of its own or of one of its sessions'."""
    return event_id.partition("~")[0]


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


T = TypeVar("T")


class Knowledge:
    """One compiled version. Cheap to ask: everything but the full-text index is read once at opening.

    Safe to share between threads.
    """

    version: str  # a hash of everything that it says
    places: tuple[Place, ...]
    islands: tuple[Island, ...]
    stations: tuple[Station, ...]
    closures: tuple[Closure, ...]  # of stations: dated, shut or with other hours
    calendar: Calendar  # public holidays
    roads: Roads  # which road groups bridges have made one
    events: tuple[Event, ...]
    occasions: tuple[Event, ...]  # what places are taken at, see occasions_of
    answers: tuple[Answer, ...]
    notices: tuple[Notice, ...]
    contacts: Mapping[str, Contact]
    referrals: tuple[Referral, ...]
    phrases: Mapping[str, tuple[str, ...]]  # label → lines
    words: Mapping[str, tuple[str, ...]]  # "<file>.<concept>" → words, from content/words/
    schemes: Sequence[Mapping[str, Any]]  # checked scheme files; knowledge.scheme.parse_scheme reads them

    def __init__(self, path: Path) -> None:
        """Open a file that compile_content wrote; FileNotFoundError where there is none."""
        if not path.is_file():
            raise FileNotFoundError(path)
        # A compiled file never changes: another version is another file put in its place.
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.Lock()  # for the connection, which the full-text search shares
        self._tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}
        self.version = str(self._rows("about")[0]["version"])
        self.places = self._read(Place, "places")
        self.islands = self._read(Island, "islands")
        self.stations = self._read(Station, "stations")
        self.closures = self._read(Closure, "closures")
        self.roads = Roads(self._read(Bridge, "bridges"))
        self.calendar = Calendar(self._read(Holiday, "holidays"))
        self.events = self._read(Event, "events")
        self.answers = self._read(Answer, "answers")
        self.notices = self._read(Notice, "notices")
        self.contacts = {one.id: one for one in self._read(Contact, "contacts")}
        self.referrals = self._read(Referral, "referrals")
        self.phrases = {row["label"]: tuple(json.loads(row["lines"])) for row in self._rows("phrases")}
        self.words = {row["concept"]: tuple(json.loads(row["words"])) for row in self._rows("words")}
        self.schemes = tuple(json.loads(row["data"]) for row in self._rows("schemes"))
        self._texts: dict[str, str] = {row["key"]: row["text"] for row in self._rows("texts")}
        sessions = self._read(Event, "sessions")
        self._event_by_id = {one.id: one for one in (*self.events, *sessions)}
        self._sessions = {
            one.id: tuple(each for each in sessions if each.part_of == one.id)
            for one in self.events
            if any(each.part_of == one.id for each in sessions)
        }
        self.occasions = occasions_of(self.events, sessions)
        self._answer_by_id = {one.id: one for one in self.answers}
        self._place_by_name = {name: one for one in self.places for name in (*one.aliases, one.name)}

    def _rows(self, table: str) -> list[sqlite3.Row]:
        if table not in self._tables:  # nothing of that kind in the content
            return []
        return self._connection.execute(f"SELECT * FROM [{table}] ORDER BY rowid").fetchall()

    def _read(self, kind: type[T], table: str) -> tuple[T, ...]:
        return from_records(kind, [dict(row) for row in self._rows(table)])

    def text(self, key: str, **values: object) -> str:
        """The bot's own sentence `key` ("claims.ask_identity") with its places filled in.

        Raises KeyError for a key that neither the content nor the shipped texts have.
        """
        return self._texts[key].format(**values)

    def event(self, event_id: str) -> Event | None:
        """The event or the session of that id."""
        return self._event_by_id.get(event_id)

    def sessions_of(self, event: Event) -> tuple[Event, ...]:
        """The sessions and groups of an event, each as an event of its own; none where it is held once."""
        return self._sessions.get(event.id, ())

    def place(self, name: str) -> Place | None:
        """The place of exactly that name or alias."""
        return self._place_by_name.get(name)

    def search_answers(self, words: Sequence[str], limit: int = 3) -> list[Answer]:
        """Answers by full text (SQLite FTS5 over jieba words), best first."""
        quoted = [f'"{word.replace(chr(34), "")}"' for word in words if any(map(str.isalnum, word))]
        if not quoted:
            return []
        query = (
            "SELECT answer_words.id FROM answer_words_fts JOIN answer_words"
            " ON answer_words.rowid = answer_words_fts.rowid"
            " WHERE answer_words_fts MATCH ?"
            " ORDER BY bm25(answer_words_fts, 4.0, 6.0, 1.0), answer_words.rowid LIMIT ?"
        )
        with self._lock:
            found = self._connection.execute(query, (" OR ".join(quoted), limit)).fetchall()
        return [self._answer_by_id[row["id"]] for row in found]

    def notices_at(self, now: datetime, label: str) -> list[Notice]:
        """Notices in force for that intent."""
        return [
            one
            for one in self.notices
            if one.starts_at <= now <= one.ends_at and (not one.labels or label in one.labels)
        ]
