"""A content folder into checked dataclasses, with everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from knowledge.banned import check_lines, check_row, check_schemes, read_banned
from knowledge.base import Answer, Contact, Event, Island, Notice, Place, Referral, Station
from knowledge.calendar import Calendar, Holiday, announced
from knowledge.cells import hours_of
from knowledge.documents import read_answer, read_lines, read_toml
from knowledge.hours import DAY
from knowledge.menu import read_menu
from knowledge.places import merge_places
from knowledge.problems import Problem, nearest
from knowledge.questions import NotAKind, parse
from knowledge.roads import Bridge
from knowledge.schedule import Closure
from knowledge.schema import (
    BRIDGES,
    CLOSURES,
    CONTACTS,
    EVENTS,
    HOLIDAYS,
    NOTICES,
    PLACES,
    REFERRALS,
    SESSIONS,
    STATIONS,
    Table,
)
from knowledge.scheme_file import check_scheme, line_of
from knowledge.sentences import read_sentences
from knowledge.sessions import session_of, with_times_of
from knowledge.sheets import decode
from knowledge.strays import unread
from knowledge.tables import Row, file_of, read_table
from knowledge.whereabouts import Whereabouts, wgs84

#: The box around Zhoushan, degrees; 上海普陀区 lies outside.
LONGITUDES, LATITUDES = (121.5, 123.6), (29.4, 31.1)
#: What the services name themselves, so that no content may be without them.
NEEDED_CONTACTS = (
    "union",
    "city",
    "labour",
    "legal_aid",
    "medical_insurance",
    "psychological",
    "police",
    "emergency",
)
NEEDED_ANSWERS = ("crisis",)
#: Words by which a life in danger is seen: a content of older days or without them has the shipped ones.
LIFE_WORDS = ("crisis", "danger", "care")


def shipped_words() -> dict[str, tuple[str, ...]]:
    """The concepts of LIFE_WORDS, "<file>.<concept>", as the code ships them."""
    shipped = Path(__file__).parent / "content" / "words"
    return {
        f"{stem}.{concept}": tuple(dict.fromkeys(listed))
        for stem in LIFE_WORDS
        for concept, listed in read_toml(shipped / f"{stem}.toml")[0].items()
    }


@dataclass(slots=True)
class Content:
    """Everything that the files say."""

    places: tuple[Place, ...] = ()
    islands: tuple[Island, ...] = ()
    stations: tuple[Station, ...] = ()
    closures: tuple[Closure, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    events: tuple[Event, ...] = ()
    sessions: tuple[Event, ...] = ()
    answers: tuple[Answer, ...] = ()
    notices: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()
    referrals: tuple[Referral, ...] = ()
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    schemes: tuple[dict[str, Any], ...] = ()


def read_content(folder: Path) -> tuple[Content, list[Problem]]:
    """Read and check every file of a content folder; what is missing is left empty."""
    return _Reading(folder).read()


class _Reading:
    """One pass over a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.content = Content()
        self.labels: tuple[str, ...] = ()
        self.stations_seen: dict[tuple[str, str], int] = {}  # name and place → row
        self.where = Whereabouts((), ())
        self.places_named: dict[str, Place] = {}  # by every name
        self.banned, found = read_banned(folder)
        self.problems += found
        self.sessions_seen: dict[tuple[str, str], int] = {}  # event and number → row
        self.uncertain: set[str] = set()  # tables with errors: nothing can be said to be missing in them

    def read(self) -> tuple[Content, list[Problem]]:
        content = self.content
        if not self.folder.is_dir():
            return content, [Problem(str(self.folder), advice="没有这个文件夹")]
        content.texts, problems = read_sentences(self.folder / "texts")
        self.problems += problems
        self.labels = tuple(key.removeprefix("labels.") for key in content.texts if key.startswith("labels."))
        content.places = self.places()
        content.islands = self.islands()
        self.where = Whereabouts(content.islands, content.places)
        content.stations = self.built(STATIONS, self.station)
        content.closures = self.built(CLOSURES, self.closure)
        content.holidays = self.holidays()
        content.bridges = self.built(BRIDGES, self.bridge)
        content.events = self.built(EVENTS, self.event)
        content.sessions = self.built(SESSIONS, self.session)
        content.events = with_times_of(content.events, content.sessions)
        content.contacts = self.built(CONTACTS, self.contact)
        content.referrals = self.built(REFERRALS, lambda row: Referral(**row.values))
        content.notices = self.built(NOTICES, self.notice)
        content.answers = self.answers()
        content.phrases = self.phrases()
        content.words = self.words()
        content.schemes = self.schemes()
        self.check_needed()
        said = (*self.files("texts", ".toml"), *self.files("answers", ".md"), *self.files(".", "menu.toml"))
        self.problems += check_lines(said, self.banned)
        self.problems += check_schemes(self.files("schemes", ".toml"), self.banned)
        self.problems += read_menu(self.folder)[1]
        self.problems += unread(self.folder)
        return content, self.problems

    # ------------------------------------------------------------ tables

    def rows(self, table: Table) -> list[Row]:
        """The rows of a table, each id once."""
        path, problems = file_of(table, self.folder)
        self.problems += problems
        if path is None:
            return []
        rows, problems = read_table(path, table)
        self.problems += problems
        if any(problem.level == "error" for problem in problems):
            self.uncertain.add(table.name)
        seen: dict[str, Row] = {}
        for row in rows:
            self.problems += check_row(row, self.banned)
            if (one := row.values.get("id")) in seen:
                self.problems.append(row.problem("id", _twice(one, row, seen[one])))
            elif one:
                seen[one] = row
        return rows

    def built(self, table: Table, build: Callable[[Row], Any]) -> tuple[Any, ...]:
        found = list(map(build, self.rows(table)))
        if None in found:
            self.uncertain.add(table.name)
        return tuple(one for one in found if one is not None)

    def wrong(self, row: Row, name: str, advice: str) -> None:
        self.problems.append(row.problem(name, advice))

    def places(self) -> tuple[Place, ...]:
        rows = self.rows(PLACES)
        for row in rows:
            self.check_point(row, "lon_wgs84", "lat_wgs84")
        places, problems = merge_places(rows)
        self.problems += problems
        self.places_named = {name: one for one in reversed(places) for name in (*one.aliases, one.name)}
        known = {*self.places_named, *(name for one in places for name in one.shared)}
        for row in rows:
            parent = row.values["parent"]
            # Of the upper ones only what is in the city is listed here: 浙江省 is not.
            names = re.sub(r"[(（].*", "", parent).strip().split("/")  # 盐仓街道（未核实）, 定海区/普陀区
            if (
                parent
                and known.isdisjoint(names)
                and row.values["kind"] in ("乡镇街道", "岛", "片区", "地标")
            ):
                advice = f"没有叫“{parent}”的地名{nearest(parent, sorted(known))}"
                self.problems.append(row.problem("parent", advice, "warning"))
        return places

    def place_named(self, row: Row, required: bool) -> Place | None:
        """The place that a row's `place` cell names; a Problem where there is none."""
        name = "".join(row.values["place"].split())
        if not name and not required:
            return None
        found = self.places_named.get(name) or self.place_within(name)
        if found is None and (several := [one.name for one in self.content.places if name in one.shared]):
            self.wrong(row, "place", f"“{name}”有几处：{'、'.join(several)}，请写全")
        elif found is None and PLACES.name not in self.uncertain:
            names = [known for one in self.content.places for known in (one.name, *one.aliases)]
            self.wrong(row, "place", f"地名表里没有“{name}”{nearest(name, names)}")
        return found

    def place_within(self, name: str) -> Place | None:
        """The place of a name written with what it lies in: 「舟山市普陀区沈家门街道」."""
        for end in range(2, len(name) - 1):
            outer, inner = self.places_named.get(name[:end]), self.places_named.get(name[end:])
            if outer is None or outer.kind not in ("市", "县级"):
                continue
            if inner and (outer.kind == "市" or outer.name == inner.parent):
                return inner
            if outer.kind == "市" and (found := self.place_within(name[end:])):
                return found
        return None

    def check_point(self, row: Row, lon_name: str, lat_name: str) -> bool:
        """Whether a row has a point that can be in Zhoushan; Problems where it has a wrong one."""
        lon, lat = row.values[lon_name], row.values[lat_name]
        if lon is None and lat is None:
            return False
        if lon is None or lat is None:
            self.wrong(row, lon_name if lon is None else lat_name, "经度和纬度要么都写，要么都空着")
            return False
        if _within(lat, LONGITUDES) and _within(lon, LATITUDES):
            self.wrong(row, lon_name, f"经度和纬度写反了：经度应是 {lat}，纬度应是 {lon}")
            return False
        far_east, far_north = not _within(lon, LONGITUDES), not _within(lat, LATITUDES)
        if far_east and far_north:
            self.wrong(
                row, lon_name, f"({lon}, {lat}) 不在舟山，这里的经度是 121.5 到 123.6，纬度是 29.4 到 31.1"
            )
        elif far_east:
            self.wrong(row, lon_name, f"经度 {lon} 不在舟山，应在 121.5 到 123.6 之间；不知道就和纬度一起空着")
        elif far_north:
            self.wrong(row, lat_name, f"纬度 {lat} 不在舟山，应在 29.4 到 31.1 之间；不知道就和经度一起空着")
        return not (far_east or far_north)

    def station(self, row: Row) -> Station | None:
        known = self.stations_seen.setdefault((row.values["name"], row.values["place"]), row.number)
        if known != row.number:
            advice = f"“{row.values['name']}”和第 {known} 行同名同地，像是同一个站点"
            self.problems.append(row.problem("name", advice, "warning"))
        place = self.place_named(row, required=True)
        has_point = self.check_point(row, "lon", "lat")
        self.check_hours(row)
        values = dict(row.values)
        lon, lat, datum = values.pop("lon"), values.pop("lat"), values.pop("datum")
        if has_point and not datum:
            advice = "写了经纬度就要写坐标系：高德、腾讯、微信地图取的填 GCJ-02，GPS 测的填 WGS-84"
            self.wrong(row, "datum", advice)
        if place is None:
            return None
        if other := self.where.address(place, values["address"]):
            self.problems.append(row.problem("address", other, "warning"))
        accuracy = ""
        if has_point:
            if wrong := self.where.point(place, lon, lat, datum):
                self.wrong(row, "lon", wrong)
            lon, lat = wgs84(lon, lat, datum)
            if (
                twin := self.where.twin(values["kind"], lon, lat, row.number)
            ) is not None and known == row.number:
                advice = f"和第 {twin} 行同类、同一个点（相距不到 30 米），像是同一个站点"
                self.problems.append(row.problem("lon", advice, "warning"))
        else:
            lon, lat, accuracy = place.lon_wgs84, place.lat_wgs84, f"按{place.name}位置估计"
        if lon is None or lat is None:
            self.wrong(row, "place", f"“{place.name}”没有坐标，请写上经度和纬度")
            return None
        values |= {"place": place.name, "lon_wgs84": round(lon, 6), "lat_wgs84": round(lat, 6)}
        return Station(island=place.island, road_group=place.road_group, accuracy=accuracy, **values)

    def check_hours(self, row: Row) -> None:
        """A warning where an afternoon may have been written as on a clock face: 8:30-5:00."""
        hours = row.values["hours"]
        said = hours_of(hours)
        if said is None or re.search("次日|第二天|凌晨|夜", hours):
            return
        for span in said.spans:
            until = span.end - DAY
            if until > 0 and span.start < DAY // 2 and until < DAY // 2:
                advice = f"“{hours}”会当成开到第二天 {until // 60}:{until % 60:02}"
                afternoon = f"如果是下午，请写成 {until // 60 + 12}:{until % 60:02}；真是第二天就写“次日”"
                self.problems.append(row.problem("hours", f"{advice}，{afternoon}", "warning"))
                return

    def closure(self, row: Row) -> Closure:
        closure = Closure(**row.values)
        known = [one.id for one in self.content.stations]
        if closure.station not in known and STATIONS.name not in self.uncertain:
            near = nearest(closure.station, known)
            self.wrong(row, "station", f"stations.csv 里没有编号“{closure.station}”{near}")
        if closure.ends is not None and closure.ends < closure.starts:
            self.wrong(row, "ends", f"结束 {closure.ends} 在开始 {closure.starts} 之前，请改其中一个")
        return closure

    def bridge(self, row: Row) -> Bridge | None:
        """A bridge between the road groups of what its ends name: an island, a township or the group itself."""
        groups = {one.road_group for one in self.content.places if one.road_group}
        ends = []
        for name in ("one", "other"):
            said = row.values[name]
            place = self.places_named.get(said)
            group = place.road_group if place else said if said in groups else ""
            if not group:
                near = nearest(said, sorted({*self.places_named, *groups}))
                self.wrong(row, name, f"“{said}”没有道路组，请写 places.csv 里的岛、乡镇或道路组{near}")
            ends.append(group)
        if not all(ends):
            return None
        values = dict(row.values)
        if values["closes"] is not None and values["closes"] < values["opens"]:
            self.wrong(row, "closes", f"停用 {values['closes']} 在通车 {values['opens']} 之前，请改其中一个")
        return Bridge(**(values | {"one": ends[0], "other": ends[1]}))

    def holidays(self) -> tuple[Holiday, ...]:
        """What has been announced, and over it the admin's list."""
        listed: dict[date, int] = {}
        found = {one.day: one for one in announced()}
        official = Calendar(found.values())
        rows = self.rows(HOLIDAYS)
        for row in rows:
            one = Holiday(**row.values)
            if one.day in listed:
                self.wrong(row, "day", f"{one.day} 和第 {listed[one.day]} 行重复，请只留一行")
            listed[one.day], found[one.day] = row.number, one
        whole = Calendar(found.values())
        for year in sorted({day.year for day in listed}):
            if not official.year_known(year) and not whole.year_known(year):
                advice = f"{year} 年的节假日还没列全，没列出来的日子按不知道算"
                self.problems.append(Problem(rows[0].file, advice=advice, level="warning"))
        return tuple(sorted(found.values(), key=lambda one: one.day))

    def event(self, row: Row) -> Event:
        place = self.place_named(row, required=False)
        values = dict(row.values)
        event = Event(**(values | {"place": place.name if place else values["place"]}))
        for first, last in (
            ("starts_at", "ends_at"),
            ("signup_opens_at", "signup_closes_at"),
            ("signup_closes_at", "ends_at"),
            ("signup_opens_at", "starts_at"),
        ):
            before, after = getattr(event, first), getattr(event, last)
            if before and after and before > after:
                earlier, later = (row.columns.get(name, ("", name))[1] for name in (first, last))
                advice = f"「{later}」{_said(after)} 在「{earlier}」{_said(before)} 之前，请改其中一个"
                self.wrong(row, last, advice)
        if event.quota is not None and event.taken_elsewhere > event.quota:
            self.wrong(row, "taken_elsewhere", f"已占 {event.taken_elsewhere} 个，比名额 {event.quota} 还多")
        if "~" in event.id:
            self.wrong(row, "id", "编号里不要有 ~")
        for name in ("limits", "questions"):
            for words in getattr(event, name):
                try:
                    parse(words, limit=name == "limits")
                except NotAKind as error:
                    self.wrong(row, name, str(error))
        if event.people_per_signup < 1:
            self.wrong(row, "people_per_signup", "至少要填 1")
        return event

    def session(self, row: Row) -> Event | None:
        """A session as an event of its own: what its row does not say is as the event's row says."""
        values = dict(row.values)
        whole = next((one for one in self.content.events if one.id == values["event"]), None)
        if whole is None:
            if EVENTS.name not in self.uncertain:
                near = nearest(values["event"], [one.id for one in self.content.events])
                self.wrong(row, "event", f"events.csv 里没有编号“{values['event']}”{near}")
            return None
        known = self.sessions_seen.setdefault((whole.id, values["number"]), row.number)
        if known != row.number:
            self.wrong(row, "number", f"“{values['number']}”和第 {known} 行重复，请换一个编号")
        if not (values["session"] or values["group"]):
            self.wrong(row, "session", "「场次」和「分组」至少写一个，例如 周六场")
        if values["quota"] is not None and values["taken_elsewhere"] > values["quota"]:
            advice = f"已占 {values['taken_elsewhere']} 个，比名额 {values['quota']} 还多"
            self.wrong(row, "taken_elsewhere", advice)
        if whole.quota is not None:
            advice = f"活动“{whole.title}”有场次，请把活动表里的「名额」空着，只在这里写每场的名额"
            self.wrong(row, "quota", advice)
        session = session_of(whole, values)
        if session.starts_at and session.ends_at and session.starts_at > session.ends_at:
            self.wrong(
                row, "ends_at", f"结束 {_said(session.ends_at)} 在开始 {_said(session.starts_at)} 之前"
            )
        return session

    def notice(self, row: Row) -> Notice:
        notice = Notice(**row.values)
        if notice.starts_at > notice.ends_at:
            times = f"结束 {_said(notice.ends_at)} 在开始 {_said(notice.starts_at)} 之前"
            self.wrong(row, "ends_at", f"{times}，请改其中一个")
        for label in notice.labels:
            if label not in self.labels:
                self.wrong(row, "labels", f"没有“{label}”这项服务{nearest(label, self.labels)}")
        return notice

    def contact(self, row: Row) -> Contact:
        if row.values["id"] in NEEDED_CONTACTS and not row.values["number"]:
            self.wrong(row, "number", "这个电话机器人会告诉职工，不能空着")
        return Contact(**row.values)

    def check_needed(self) -> None:
        """Problems where something is left out that the bot will name to a worker."""
        numbers = {one.id: one.number for one in self.content.contacts}
        file, _ = file_of(CONTACTS, self.folder)
        for name in () if CONTACTS.name in self.uncertain else NEEDED_CONTACTS:
            if name not in numbers:
                near = nearest(name, [one for one in numbers if one not in NEEDED_CONTACTS])
                near = near.replace("是不是", "是不是写成了")
                advice = f"要有编号是 {name} 的一行，写上电话，机器人会告诉职工{near}"
                self.problems.append(Problem(file.name if file else "contacts.csv", advice=advice))
        for name in NEEDED_ANSWERS:
            if not (self.folder / "answers" / f"{name}.md").is_file():
                self.problems.append(Problem(f"answers/{name}.md", advice="要有这一篇，机器人随时可能用到"))
        for scheme in self.content.schemes:
            if scheme.get("contact") not in numbers:
                near = nearest(str(scheme.get("contact")), list(numbers))
                advice = f"contacts.csv 里没有编号“{scheme.get('contact')}”{near}"
                self.problems.append(Problem(f"{scheme.get('id')}.toml", heading="contact", advice=advice))

    # ------------------------------------------------------------ other files

    def files(self, folder: str, ending: str) -> Iterable[Path]:
        found = (self.folder / folder).glob(f"*{ending}")
        return sorted(path for path in found if not path.name.startswith((".", "~")))

    def islands(self) -> tuple[Island, ...]:
        path = self.folder / "islands.geojson"
        if not path.is_file():
            return ()
        try:
            islands = tuple(map(_island, json.loads(path.read_text("utf-8"))["features"]))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            advice = f"岛屿轮廓读不出来（{type(error).__name__}），请换回原来的文件"
            self.problems.append(Problem(path.name, advice=advice))
            return ()
        for name, times in Counter(one.name for one in islands).items():
            if times > 1:
                self.problems.append(Problem(path.name, advice=f"“{name}”有 {times} 份轮廓，请合成一份"))
        return islands

    def answers(self) -> tuple[Answer, ...]:
        answers = []
        for path in self.files("answers", ".md"):
            row, problems = read_answer(path)
            self.problems += problems
            if row:
                self.check_label(row.values["label"], path.name, row.number, "标签")
                answers.append(Answer(id=path.stem, **row.values))
        for label in {one.label for one in answers}:
            defaults = [f"{one.id}.md" for one in answers if one.label == label and one.default]
            if len(defaults) > 1:
                advice = f"“{label}”有 {len(defaults)} 篇写了“默认: 是”：{'、'.join(defaults)}，请只留一篇"
                self.problems.append(Problem(defaults[1], heading="默认", advice=advice))
        return tuple(answers)

    def check_label(self, label: str, file: str, row: int | None, heading: str = "") -> None:
        if label not in self.labels:
            advice = f"没有“{label}”这项服务{nearest(label, self.labels)}"
            self.problems.append(Problem(file, row=row, heading=heading, advice=advice))

    def phrases(self) -> dict[str, tuple[str, ...]]:
        phrases: dict[str, tuple[str, ...]] = {}
        seen: dict[str, tuple[str, int]] = {}
        for path in self.files("phrases", ".txt"):
            self.check_label(path.stem, path.name, None)
            lines, problems = read_lines(path)
            self.problems += problems
            for number, line in lines:
                other, at = seen.setdefault(line, (path.name, number))
                if other != path.name:
                    advice = f"“{line}”在 {other} 第 {at} 行也有，请只留一处"
                    self.problems.append(Problem(path.name, row=number, advice=advice, level="warning"))
            phrases[path.stem] = tuple(dict.fromkeys(line for _, line in lines))
        return phrases

    def words(self) -> dict[str, tuple[str, ...]]:
        words = shipped_words()
        for path in self.files("words", ".toml"):
            if path.name == "banned.toml":
                continue  # says nothing of what workers mean
            data, problems = read_toml(path)
            self.problems += problems
            for concept, listed in data.items():
                if isinstance(listed, list) and all(isinstance(word, str) for word in listed):
                    words[f"{path.stem}.{concept}"] = tuple(dict.fromkeys(listed))
                else:
                    advice = f'“{concept}”请写成一列词，例如 {concept} = ["词", "另一个词"]'
                    self.problems.append(Problem(path.name, row=self.line(path, concept), advice=advice))
        return words

    def line(self, path: Path, key: str) -> int | None:
        return line_of(decode(path), key)

    def schemes(self) -> tuple[dict[str, Any], ...]:
        schemes: list[dict[str, Any]] = []
        for path in self.files("schemes", ".toml"):
            data, problems = read_toml(path)
            if not problems:
                text = decode(path)
                problems = [
                    Problem(path.name, row=line_of(text, key), advice=message)
                    for message, key in check_scheme(data, path.name)
                ]
                if data.get("id") in [one.get("id") for one in schemes]:
                    problems.append(
                        Problem(path.name, advice=f"编号 id 是“{data['id']}”的方案已经有了，请换一个")
                    )
                schemes.append(data)
            self.problems += problems
        return tuple(schemes)


def _twice(id: str, row: Row, first: Row) -> str:
    """What to do about an id that two rows have."""
    if row.sheet != first.sheet:
        return f"“{id}”在「{first.sheet}」表第 {first.number} 行已经有了；这张表要是复制出来的，请整张删掉，不是就换一个编号"
    return f"“{id}”和第 {first.number} 行重复，请换一个编号"


def _island(feature: Mapping[str, Any]) -> Island:
    about, shape = feature["properties"], feature["geometry"]
    polygons: Sequence[Any] = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    rings = tuple(tuple((float(lon), float(lat)) for lon, lat in polygon[0]) for polygon in polygons)
    return Island(about["name"], about["county"], about["road_group"], rings)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def jsonable(value: Any) -> Any:
    """Dates of a TOML file as ISO texts, for JSON."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)
