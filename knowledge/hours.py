"""Opening hours as staff write them: 「周一至周五 8:30-11:30 13:30-17:00；周六 9:00-12:00」, 「24小时」.

Unknown hours are a state of their own: the empty text parses to None, and None is neither open nor closed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = 24 * 60
EVERY_DAY = frozenset(range(7))

_NUMBER_OF_DAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_TIME = r"(\d{1,2})(?:[:点时](\d{2}|半)?分?)"
_RANGE = re.compile(rf"(?:上午|下午|早上|晚上|夜间)?{_TIME}-(?:次日|第二天|上午|下午|晚上)?{_TIME}")
_DAYS = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])(?:-(?:周|星期|礼拜)?([一二三四五六日天]))?")
_MORE_DAYS = re.compile(r"[、,和及](?:周|星期|礼拜)?([一二三四五六日天])(?![-\d])")
_NAMED_DAYS = {
    "工作日": frozenset(range(5)),
    "双休日": frozenset((5, 6)),
    "周末": frozenset((5, 6)),
    "每天": EVERY_DAY,
    "每日": EVERY_DAY,
    "天天": EVERY_DAY,
    "全年": EVERY_DAY,
}
_ALL_DAY = re.compile(r"24小时(?:开放|营业)?|全天(?:开放|候)?|二十四小时(?:开放)?")
_NOISE = re.compile(r"[\s,;、。]|开放时间:?|开放|营业|和|及")


class HoursError(ValueError):
    """Hours that cannot be read; the argument is the part that is not understood."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open on `days` (0 is Monday) from `start` to `end`, minutes from midnight; `end` past 1,440 runs into the next day."""

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """All spans of one station."""

    spans: tuple[Span, ...]

    def open_at(self, moment: datetime) -> bool:
        """Whether it is open at `moment` (local time)."""
        minute = moment.hour * 60 + moment.minute
        today, yesterday = moment.weekday(), (moment.weekday() - 1) % 7
        return any(
            (today in span.days and span.start <= minute < span.end)
            or (yesterday in span.days and span.start <= minute + DAY < span.end)
            for span in self.spans
        )

    def on(self, day: date) -> tuple[tuple[int, int], ...]:
        """When it opens and closes on `day`, minutes from midnight, in order; empty when it stays shut."""
        return tuple(sorted((one.start, one.end) for one in self.spans if day.weekday() in one.days))

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        monday = datetime(2026, 1, 5)
        return self.open_at(monday) and self.next_change(monday) is None

    def next_change(self, moment: datetime) -> datetime | None:
        """When it next opens or closes after `moment`, within eight days; None when it never does (24 hours)."""
        state = self.open_at(moment)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        edges = sorted(
            midnight + timedelta(days=ahead, minutes=edge)
            for ahead in range(-1, 9)
            for span in self.spans
            if (midnight + timedelta(days=ahead)).weekday() in span.days
            for edge in (span.start, span.end)
        )
        return next((edge for edge in edges if edge > moment and self.open_at(edge) != state), None)


def parse_hours(text: str) -> Hours | None:
    """Read hours as staff write them; None for the empty text. Raises HoursError."""
    rest = _plain(text)
    if not rest or rest in ("未知", "不详", "待定", "待公布"):
        return None
    spans: list[Span] = []
    days, pending = EVERY_DAY, False
    while rest:
        if found := _NOISE.match(rest):
            rest = rest[found.end() :]
        elif found := _ALL_DAY.match(rest):
            spans.append(Span(days, 0, DAY))
            pending, rest = False, rest[found.end() :]
        elif named := next((name for name in _NAMED_DAYS if rest.startswith(name)), None):
            days, pending, rest = _NAMED_DAYS[named], True, rest[len(named) :]
        elif found := _DAYS.match(rest):
            days, rest = _day_set(found, rest)
            pending = True
        elif found := _RANGE.match(rest):
            spans.append(_span(days, found))
            pending, rest = False, rest[found.end() :]
        else:
            raise HoursError(rest)
    if pending or not spans:
        raise HoursError(text)
    return Hours(tuple(spans))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(r"[—–~～－至到]+|--+", "-", text)
    return re.sub(r"\s*-\s*", "-", text)


def _day_set(found: re.Match[str], rest: str) -> tuple[frozenset[int], str]:
    first = _NUMBER_OF_DAY[found[1]]
    last = _NUMBER_OF_DAY[found[2]] if found[2] else first
    days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    rest = rest[found.end() :]
    while more := _MORE_DAYS.match(rest):
        days.add(_NUMBER_OF_DAY[more[1]])
        rest = rest[more.end() :]
    return frozenset(days), rest


def _span(days: frozenset[int], found: re.Match[str]) -> Span:
    words, edges = found[0], []
    for hour, minute in ((found[1], found[2]), (found[3], found[4])):
        edges.append(int(hour) * 60 + (30 if minute == "半" else int(minute or 0)))
    start, end = edges
    if words.startswith(("下午", "晚上")) and start < DAY // 2:
        start += DAY // 2
    if re.search("-(下午|晚上)", words) and end < DAY // 2:
        end += DAY // 2
    if start >= DAY or end > DAY or start == end:
        raise HoursError(words)
    return Span(days, start, end if end > start else end + DAY)
