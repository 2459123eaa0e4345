"""One cell, as people write it, into one value.

Every reader takes the cell's text (never empty) and raises Unreadable with what to write instead.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.hours import Hours, HoursError, parse_hours
from knowledge.problems import nearest

SHANGHAI = ZoneInfo("Asia/Shanghai")

Raw = str | int | float | bool | datetime | date | time | timedelta | None


class Unreadable(ValueError):
    """A cell that cannot be taken as meant; the argument says what to write."""


def as_text(raw: Raw) -> str:
    """A spreadsheet's cell as one would have typed it; "" for an empty one."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d %H:%M") if raw.time() != time(0) else raw.strftime("%Y-%m-%d")
    if isinstance(raw, time):
        return raw.strftime("%H:%M")
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\ufeff", "")
    return text.strip().strip("\u3000").strip()


def half_width(text: str) -> str:
    """The text with full-width digits, letters and punctuation made half-width."""
    return unicodedata.normalize("NFKC", text).strip()


def read_text(text: str) -> str:
    """The text itself."""
    return text


def read_id(text: str) -> str:
    """A short stable name without spaces."""
    found = half_width(text)
    if re.search(r"[\s、,;]", found):
        raise Unreadable("编号里不要有空格和标点，例如 a01")
    return found


_COUNT = re.compile(r"(\d{1,7})(?:\.0+)?\s*[人名个位天张份次]?")


def read_count(text: str) -> int:
    """A whole number, not negative; 「30人」 is 30."""
    found = _COUNT.fullmatch(half_width(text).replace(",", ""))
    if not found:
        raise Unreadable("请填整数，例如 30")
    return int(found[1])


def read_limit(text: str) -> int | None:
    """A whole number, or None for 不限."""
    if text in ("不限", "不限量", "不限人数", "不限名额", "无限制", "没有限制"):
        return None
    try:
        return read_count(text)
    except Unreadable:
        raise Unreadable("请填整数，例如 30；不限名额就填“不限”") from None


_YES = {"是", "有", "对", "要", "可以", "可", "开", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "t", "on"}
_NO = {"否", "无", "不", "没有", "不是", "不要", "不可以", "不可", "关", "×", "✗"}
_NO |= {"x", "0", "n", "no", "false", "f", "off", "-"}


def read_flag(text: str) -> bool:
    """是 or 否."""
    word = half_width(text).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("请填“是”或“否”")


def read_list(text: str) -> tuple[str, ...]:
    """Items joined by 、 ， ； or a new line, each once, in their order."""
    items = (item.strip() for item in re.split(r"[、,，;；|\n]", text))
    return tuple(dict.fromkeys(item for item in items if item))


def read_choice(text: str, choices: Mapping[str, str]) -> str:
    """The value of one of the words in `choices`."""
    if text in choices:
        return choices[text]
    known = {half_width(word).lower(): value for word, value in choices.items()}
    word = half_width(text).lower()
    if word in known:
        return known[word]
    raise Unreadable(f"请从这些里选：{'、'.join(names_of(choices))}{nearest(text, list(choices))}")


def names_of(choices: Mapping[str, str]) -> list[str]:
    """The first word of each value, in order."""
    first: dict[str, str] = {}
    for word, value in choices.items():
        first.setdefault(value, word)
    return list(first.values())


def read_choices(text: str, choices: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a list of words."""
    found = []
    for item in read_list(re.sub(r"\s+", "、", text.strip())):
        try:
            found.append(read_choice(item, choices))
        except Unreadable as error:
            raise Unreadable(f"里面的“{item}”{error}") from None
    return tuple(dict.fromkeys(found))


# ---------------------------------------------------------------- dates and times

_DATE = re.compile(
    r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*[日号]?|(\d{4})(\d{2})(\d{2})(?!\d)"
)
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*[日号]?(?!\d)")
_WEEKDAY = re.compile(r"\s*\(?(?:周|星期|礼拜)([一二三四五六日天])\)?\s*")
_DAYS = "一二三四五六日"
_CLOCK = re.compile(
    r"(上午|早上|早|中午|下午|晚上|晚)?\s*(\d{1,2})\s*(?:[:点时]\s*(\d{1,2}|半|整)?\s*分?)(?::\d{1,2})?\s*(am|pm)?"
)
_CLOCK_RANGE = re.compile(r".*\d\s*[:点时]?\s*\d*\s*(?:-|~|—|至|到)+.*\d.*")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")


def read_date(text: str) -> date:
    """A calendar day."""
    advice = "请写全年月日，例如 2026-12-01"
    day, rest = _day_and_rest(half_width(text), advice)
    rest = _without_weekday(day, rest)
    if rest and not _CLOCK.fullmatch(rest):
        raise Unreadable(f"这一格只写一天，{advice}")
    return day


def read_time(text: str) -> datetime:
    """A day with its time, in Asia/Shanghai."""
    return _moment(text, None)


def read_from(text: str) -> datetime:
    """A moment from which; a day alone means its first minute."""
    return _moment(text, time(0, 0))


def read_until(text: str) -> datetime:
    """A moment until which; a day alone means its last minute."""
    return _moment(text, time(23, 59))


def _moment(text: str, otherwise: time | None) -> datetime:
    advice = "请写年月日和几点，例如 2026-12-01 14:00"
    folded = half_width(text).lower()
    serial = _SERIAL.fullmatch(folded)
    if serial and serial[2]:  # Excel's own count of days, in a column that lost its date format
        day = datetime(1899, 12, 30) + timedelta(days=float(folded))
        return (day + timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    day_found, rest = _day_and_rest(folded, advice)
    rest = _without_weekday(day_found, rest)
    if _CLOCK_RANGE.fullmatch(rest):
        raise Unreadable(f"开始和结束要分两格写，这一格只写一个时间，例如 {day_found:%Y-%m-%d} 14:00")
    clock = _clock(rest, advice) if rest else otherwise
    if clock is None:
        raise Unreadable("还要写上几点，例如 " + f"{day_found:%Y-%m-%d} 14:00")
    end_of_day = clock == time.max
    return datetime.combine(
        day_found + timedelta(days=end_of_day), time(0) if end_of_day else clock, SHANGHAI
    )


def _without_weekday(day: date, rest: str) -> str:
    """What stands behind a day, without its weekday. Raises Unreadable where that is another one."""
    for written in _WEEKDAY.findall(rest):
        if _DAYS.find(written.replace("天", "日")) != day.weekday():
            raise Unreadable(f"{day:%Y-%m-%d} 是周{_DAYS[day.weekday()]}，不是周{written}，请看看是日期错了还是星期错了")
    return _WEEKDAY.sub(" ", rest).strip(" t,")


def _day_and_rest(text: str, advice: str) -> tuple[date, str]:
    serial = _SERIAL.fullmatch(text)
    if serial and 40000 <= int(serial[1]) <= 60000:
        return date(1899, 12, 30) + timedelta(days=int(serial[1])), ""
    found = _DATE.match(text)
    if not found and _NO_YEAR.match(text):
        raise Unreadable(f"还要写上是哪一年，{advice}")
    if not found:
        raise Unreadable(advice)
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day), text[found.end() :]
    except ValueError:
        raise Unreadable("没有这一天，" + advice) from None


def _clock(text: str, advice: str) -> time:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Unreadable(advice)
    part, hour_text, minute_text, half = found.groups()
    hour, minute = int(hour_text), {"半": 30, "整": 0, None: 0}.get(minute_text, -1)
    minute = int(minute_text) if minute < 0 else minute
    if (part in ("下午", "晚上", "晚") or half == "pm") and hour < 12:
        hour += 12
    if part == "中午" and hour < 3:
        hour += 12
    if (hour, minute) == (24, 0):
        return time.max
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable("没有这个钟点，" + advice) from None


@functools.lru_cache(maxsize=4096)  # most stations keep one of a few hours
def hours_of(text: str) -> Hours | None:
    """Opening hours read. Raises HoursError."""
    return parse_hours(text)


def read_hours(text: str) -> str:
    """Opening hours that knowledge/hours.py understands, as written; 不详 is empty."""
    try:
        return text if hours_of(text) else ""
    except HoursError:
        advice = "请写成 8:30-11:30 13:30-17:00、周一至周五 9:00-17:30 或 24小时；不知道就空着"
        raise Unreadable(advice) from None


# ---------------------------------------------------------------- numbers of the map and the telephone

_DEGREES = re.compile(r"(\d{1,3}(?:\.\d+)?)°?")
_SEXAGESIMAL = re.compile(r"(\d{1,3})°\s*(\d{1,2})['′]\s*(?:(\d{1,2}(?:\.\d+)?)[\"″]?)?")


def read_degrees(text: str) -> float:
    """A longitude or latitude in degrees: 122.20488, 东经122.2°, 122°12′17″."""
    plain = re.sub(r"东经|北纬|经度|纬度|[EeNn:：\s]", "", text.translate(_ASCII_DIGITS))
    if re.fullmatch(r"\d+\.\d+[,，、;；/]\d+\.\d+", plain):
        raise Unreadable("经度和纬度要分两格填，这一格只填一个度数，例如 122.20488")
    if found := _DEGREES.fullmatch(plain):
        return float(found[1])
    if found := _SEXAGESIMAL.fullmatch(plain):
        return round(int(found[1]) + int(found[2]) / 60 + float(found[3] or 0) / 3600, 6)
    raise Unreadable("请填度数，例如 122.20488")


_ASCII_DIGITS = str.maketrans("０１２３４５６７８９．度分秒", "0123456789.°′″")


def read_phone(text: str) -> str:
    """Telephone numbers as written, half-width."""
    found = half_width(text)
    if re.fullmatch(r"\d(\.\d+)?e\+?\d+", found.lower()):
        raise Unreadable("电话被表格软件变成了科学记数，请把这一列设成“文本”格式，再填一遍")
    if not re.fullmatch(r"[\d\-\s()+/、,转]{3,40}", found) or not re.search(r"\d{3}", found):
        raise Unreadable("请只填电话号码，例如 12351；没有就空着")
    return found
