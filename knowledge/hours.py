"""Opening hours as staff write them: 「周一至周五 8:30-11:30 13:30-17:00；周六 9:00-12:00」, 「24小时」.

Unknown hours are a state of their own: the empty text parses to None, and None is neither open nor closed.
Which days are public holidays is not known here: a day is handed in as what it is called (knowledge/calendar.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

DAY = 24 * 60
#: What a day may be called: 0 is Monday, 6 Sunday; then a day of work, a weekend at rest, a public holiday.
EVERY_DAY = frozenset(range(7))
WORKDAY, WEEKEND, HOLIDAY = 7, 8, 9

_NUMBER_OF_DAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_AFTERNOON = ("下午", "晚上", "晚")
_PART = "上午|下午|早上|晚上|中午|夜间|早|晚"
_TIME = r"(\d{1,2})(?:[:点时](\d{2}|半)?分?)?"
_RANGE = re.compile(rf"({_PART})?{_TIME}-(次日|第二天)?(凌晨|{_PART})?{_TIME}")
_DAYS = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])(?:-(?:周|星期|礼拜)?([一二三四五六日天]))?")
_MORE_DAYS = re.compile(r"[、,和及]?(?:周|星期|礼拜)?([一二三四五六日天])(?![-\d月])")
_NAMED_DAYS = {
    "工作日": frozenset((WORKDAY,)),
    "双休日": frozenset((WEEKEND,)),
    "周末": frozenset((WEEKEND,)),
    "节假日": frozenset((HOLIDAY,)),
    "法定节假日": frozenset((HOLIDAY,)),
    "国家节假日": frozenset((HOLIDAY,)),
    "每天": EVERY_DAY,
    "每日": EVERY_DAY,
    "天天": EVERY_DAY,
    "全年": EVERY_DAY,
}
#: Words that leave no day out, so nothing more need be said of holidays.
_ALL_DAYS = ("每天", "每日", "天天", "全年")
_SEASON = re.compile(r"(\d{1,2})月(\d{1,2})日?-(\d{1,2})月(\d{1,2})日?")
_ALL_DAY = re.compile(r"24小时|全天")
_CLOSED = re.compile(r"休息|闭馆|不开放|不开|关闭|除外")
_BREAK = re.compile(rf"(?:午休|中午休息|中午闭馆|其中)(?:时间)?[:\s]*{_RANGE.pattern}(?:休息|闭馆)?")
_HOLIDAYS = re.compile(r"(?:法定|国家)?节假日(休息|闭馆|不开放|除外|照常|不休|正常)(?:开放|营业|息)?")
_NOISE = re.compile(r"[\s,;、。()]|开放时间:?|开放|营业|候|和|及")


class HoursError(ValueError):
    """Hours that cannot be read; the argument is the part that is not understood."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open on `days` from `start` to `end`, minutes from midnight; `end` past 1,440 runs into the next day.

    `season` is its first and last day as month * 100 + day; one that ends before it begins goes over new year.
    """

    days: frozenset[int]  # as in WORKDAY
    start: int
    end: int
    season: tuple[int, int] | None = None

    def in_season(self, day: date) -> bool:
        """Whether it holds at that time of the year."""
        if self.season is None:
            return True
        first, last = self.season
        number = day.month * 100 + day.day
        return first <= number <= last if first <= last else number >= first or number <= last


@dataclass(frozen=True, slots=True)
class Hours:
    """What staff wrote, read: spans, days on which it stays shut, and what holds on public holidays."""

    spans: tuple[Span, ...]
    closed: frozenset[int] = frozenset()  # 周一闭馆
    #: "closed"; "open" as on any day; "lifted" open even where `closed`; "" where nothing is said of them.
    on_holidays: str = ""

    def on(self, day: date, called: Collection[int]) -> list[Span]:
        """The spans that begin on a day which is called so: [3, WORKDAY] is a common Thursday."""
        holiday = HOLIDAY in called
        if (holiday and self.on_holidays == "closed") or (
            not self.closed.isdisjoint(called) and not (holiday and self.on_holidays == "lifted")
        ):
            return []
        if holiday and self.names(HOLIDAY):
            called = (HOLIDAY,)  # hours of their own
        return [one for one in self.spans if not one.days.isdisjoint(called) and one.in_season(day)]

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return (
            not self.closed
            and self.on_holidays != "closed"
            and any(
                span.days >= EVERY_DAY and span.season is None and span.end - span.start >= DAY
                for span in self.spans
            )
        )

    def names(self, called: int) -> bool:
        """Whether there are hours for days that are called so."""
        return any(called in span.days for span in self.spans)


def parse_hours(text: str) -> Hours | None:
    """Read hours as staff write them; None for the empty text. Raises HoursError."""
    rest = _plain(text)
    if not rest or rest in ("未知", "不详", "待定", "待公布"):
        return None
    reader = _Reader()
    while rest:
        length = reader.take(rest)
        if not length:
            raise HoursError(rest)
        rest = rest[length:]
    return reader.hours(text)


class _Reader:
    """Reads from left to right: days hold for the times behind them, a season for the days behind it."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.days = EVERY_DAY
        self.season: tuple[int, int] | None = None
        self.pending = False  # days were named whose times have not come yet
        self.closed: frozenset[int] = frozenset()
        self.on_holidays = ""
        self.told_closed = False  # the words before this named days that it stays shut

    def take(self, rest: str) -> int:
        """Read what `rest` begins with; how many characters that was, 0 when it is not understood."""
        told_closed, self.told_closed = self.told_closed, False
        if found := _HOLIDAYS.match(rest):
            self._holidays(found[1], told_closed)
        elif found := _SEASON.match(rest):
            self.season, self.days, self.pending = _season(found), EVERY_DAY, True
        elif found := _ALL_DAY.match(rest):
            self._add(0, DAY)
            self.on_holidays = self.on_holidays or ("open" if self.days == EVERY_DAY else "")
        elif found := _BREAK.match(rest):
            self._cut(*_minutes(found))
        elif found := _RANGE.match(rest):
            self._add(*_minutes(found))
        elif self.pending and (found := _CLOSED.match(rest)):
            self.closed, self.pending, self.told_closed = self.closed | self.days, False, True
        elif found := _NOISE.match(rest):
            self.told_closed = told_closed
        else:
            return self._take_days(rest)
        return found.end()

    def _holidays(self, word: str, told_closed: bool) -> None:
        """周一闭馆（节假日除外） is open on a Monday that is a holiday; 周末及节假日休息 shuts both."""
        if word in ("照常", "不休", "正常"):
            self.on_holidays = "open"
        elif word == "除外" and told_closed:
            self.on_holidays = "lifted"
        else:
            self.on_holidays = "closed"
            if self.pending:
                self.closed, self.pending = self.closed | self.days, False

    def _take_days(self, rest: str) -> int:
        named = next((name for name in _NAMED_DAYS if rest.startswith(name)), "")
        found = _DAYS.match(rest)
        if named:
            days, length = _NAMED_DAYS[named], len(named)
            if named in _ALL_DAYS:
                self.on_holidays = self.on_holidays or "open"
        elif found:
            days, length = _day_set(found, rest)
        else:
            return 0
        joined = self.pending and self.days != EVERY_DAY  # 周一至周三、周五至周六 9:00-17:00
        self.days, self.pending = days | self.days if joined else days, True
        return length

    def _add(self, start: int, end: int) -> None:
        self.spans.append(Span(self.days, start, end, self.season))
        self.pending = False

    def _cut(self, start: int, end: int) -> None:
        """Take a break out of the spans read so far."""
        cut = []
        for span in self.spans:
            if span.start < start and end < span.end:
                cut += [replace(span, end=start), replace(span, start=end)]
            else:
                cut.append(span)
        self.spans = cut

    def hours(self, text: str) -> Hours:
        if self.pending or not any(span.days - self.closed for span in self.spans):
            raise HoursError(text)
        return Hours(tuple(self.spans), self.closed, self.on_holidays)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().replace("二十四小时", "24小时")
    text = re.sub(r"[—–~－至到]+|--+", "-", text)
    return re.sub(r"\s*-\s*", "-", text)


def _day_set(found: re.Match[str], rest: str) -> tuple[frozenset[int], int]:
    first = _NUMBER_OF_DAY[found[1]]
    last = _NUMBER_OF_DAY[found[2]] if found[2] else first
    days = {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    at = found.end()
    while more := _MORE_DAYS.match(rest, at):
        days.add(_NUMBER_OF_DAY[more[1]])
        at = more.end()
    return frozenset(days), at


def _season(found: re.Match[str]) -> tuple[int, int]:
    months_and_days = [int(part) for part in found.groups()]
    for month, day in (months_and_days[:2], months_and_days[2:]):
        try:
            date(2024, month, day)  # a leap year: 29 February may be written
        except ValueError:
            raise HoursError(found[0]) from None
    return months_and_days[0] * 100 + months_and_days[1], months_and_days[2] * 100 + months_and_days[3]


def _minutes(found: re.Match[str]) -> tuple[int, int]:
    """First and last minute of a range; the last is past 1,440 when it runs into the next day."""
    part, hour, minute, tomorrow, end_part, end_hour, end_minute = found.groups()
    start, end = _minute(part, hour, minute, found), _minute(end_part, end_hour, end_minute, found)
    if part in _AFTERNOON and not end_part and not tomorrow and start - DAY // 2 < end < DAY // 2:
        end += DAY // 2  # 下午 1:30-5:00
    if start >= DAY or end > DAY or (start == end and not tomorrow):
        raise HoursError(found[0])
    return start, end + DAY if tomorrow or end < start else end


def _minute(part: str | None, hour: str, minute: str | None, found: re.Match[str]) -> int:
    minutes = 30 if minute == "半" else int(minute or 0)
    if minutes > 59:
        raise HoursError(found[0])
    number = int(hour) * 60 + minutes
    return number + DAY // 2 if part in _AFTERNOON and number < DAY // 2 else number
