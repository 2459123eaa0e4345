"""Opening hours as staff write them, each beside a plainer way to say the same, and an evaluator that lays out minutes.

`python -m tests.hours_case [--year 2026]` holds every minute of a year against it, rule by rule (about two minutes).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from knowledge.calendar import Calendar, Holiday
from knowledge.hours import parse_hours
from knowledge.schedule import Schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: As written | the same for the naive evaluator: `days times`, past midnight as 25:00. Days: 1 Monday … 7 Sunday,
#: W a day of work, E a weekend at rest, H a public holiday (where hours for H stand, only they hold then).
#: `MMDD-MMDD` before the days is a season; `!1` shut on such days; `!1-H` but not where it is a holiday.
RULES = """
8:30-17:00 | 1234567 8:30-17:00
每天 6:00-22:00 | 1234567 6:00-22:00
每日8:00—20:00 | 1234567 8:00-20:00
天天 8：00～20：00 | 1234567 8:00-20:00
24小时 | 1234567 0:00-24:00
24小时开放 | 1234567 0:00-24:00
二十四小时营业 | 1234567 0:00-24:00
全天开放 | 1234567 0:00-24:00
全年24小时 | 1234567 0:00-24:00
0:00-24:00 | 1234567 0:00-24:00
8:30-11:00 13:30-17:00 | 1234567 8:30-11:00 13:30-17:00
8:30-11:00，13:30-17:00 | 1234567 8:30-11:00 13:30-17:00
上午8:30-11:00 下午1:30-5:00 | 1234567 8:30-11:00 13:30-17:00
上午8:30-11:30、下午13:30-17:00 | 1234567 8:30-11:30 13:30-17:00
周一至周五 8:30-17:00 | 12345 8:30-17:00
周一到周五8:30到17:00 | 12345 8:30-17:00
周一-周五 8:30-17:00 | 12345 8:30-17:00
周一至五 8:30-17:00 | 12345 8:30-17:00
星期一到星期五 9:30-17:00 | 12345 9:30-17:00
礼拜一至礼拜六 9:30-17:00 | 123456 9:30-17:00
工作日 9点-17点 | W 9:00-17:00
工作日 9点半-17点半 | W 9:30-17:30
周末 10:00-16:00 | E 10:00-16:00
双休日10:00-16:00 | E 10:00-16:00
周六日 9:00-12:00 | 67 9:00-12:00
周六、周日 9:00-12:00 | 67 9:00-12:00
周六和周日 9:00-12:00 | 67 9:00-12:00
周一、三、五 9:00-12:00 | 135 9:00-12:00
周一三五 9:00-12:00 | 135 9:00-12:00
周二、周四 14:00-16:30 | 24 14:00-16:30
周一至周五、周日 9:00-17:00 | 123457 9:00-17:00
周一至周三、周五至周六 9:00-17:00 | 12356 9:00-17:00
周六至周一 9:00-17:00 | 671 9:00-17:00
周五-周二 20:00-23:00 | 56712 20:00-23:00
周一至周五 8:30-11:30 13:30-17:00；周六 9:00-12:00 | 12345 8:30-11:30 13:30-17:00 ; 6 9:00-12:00
工作日 8:00-18:00；周末 9:00-17:00 | W 8:00-18:00 ; E 9:00-17:00
18:00-2:00 | 1234567 18:00-26:00
18:00-次日2:00 | 1234567 18:00-26:00
晚上8点-第二天凌晨6点 | 1234567 20:00-30:00
周五 22:00-次日4:00 | 5 22:00-28:00
周日 22:00-次日7:00 | 7 22:00-31:00
8:00-次日8:00 | 1234567 8:00-32:00
早8点-晚8点 | 1234567 8:00-20:00
早上6点-晚上10点半 | 1234567 6:00-22:30
9:00-17:00（午休12:00-13:00） | 1234567 9:00-12:00 13:00-17:00
周一至周五 9:00-17:00，中午休息 11:30-13:00 | 12345 9:00-11:30 13:00-17:00
每天 9:00-17:00，周一闭馆 | 234567 9:00-17:00
9:00-17:30，周一休息 | 234567 9:00-17:30
周二至周日 9:00-17:30（周一闭馆） | 234567 9:00-17:30
周一至周五 8:30-17:00（法定节假日除外） | 12345 8:30-17:00 ; !H
5月1日-9月30日 7:00-19:00；10月1日至4月30日 8:00-17:00 | 0501-0930 1234567 7:00-19:00 ; 1001-0430 1234567 8:00-17:00
5月1日至9月30日 工作日 7:00-19:00 | 0501-0930 W 7:00-19:00
开放时间：8:00-17:00。 | 1234567 8:00-17:00
周一至周五 24小时 | 12345 0:00-24:00
周一至周五 8:30-17:00，法定节假日休息 | 12345 8:30-17:00 ; !H
每天 8:00-20:00，法定节假日闭馆 | 1234567 8:00-20:00 ; !H
工作日 8:30-11:30 13:30-17:00，节假日 9:00-15:00 | W 8:30-11:30 13:30-17:00 ; H 9:00-15:00
工作日 8:00-18:00；周末 9:00-17:00；节假日 10:00-16:00 | W 8:00-18:00 ; E 9:00-17:00 ; H 10:00-16:00
周末及节假日 9:00-21:00；工作日 17:00-21:00 | EH 9:00-21:00 ; W 17:00-21:00
9:00-17:00，双休日、节假日休息 | 1234567 9:00-17:00 ; !E ; !H
9:00-17:00，周一闭馆（节假日除外） | 1234567 9:00-17:00 ; !1-H
周二至周日 9:00-17:00，周一闭馆，法定节假日照常开放 | 234567 9:00-17:00
工作日 20:00-次日2:00 | W 20:00-26:00
节假日 0:00-24:00；工作日 9:00-17:00 | H 0:00-24:00 ; W 9:00-17:00
6月1日-9月15日 每天 6:00-22:00；9月16日-5月31日 工作日 8:00-17:00，节假日休息 | 0601-0915 1234567 6:00-22:00 ; 0916-0531 W 8:00-17:00 ; !H
"""
TABLE = [tuple(part.strip() for part in line.split("|")) for line in RULES.strip().splitlines()]

#: The public holidays of 2026 as announced, and the weekends worked for them; written down here a second time.
RESTS = "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007"
WORKED = "0104 0214 0228 0509 0920 1010"


def holidays_2026() -> list[Holiday]:
    """The same as rows."""
    found = [Holiday(_day(text), "work", "调休") for text in WORKED.split()]
    for text in RESTS.split():
        first, last = map(_day, text.split("-"))
        days = (last - first).days + 1
        found += [Holiday(first + timedelta(ahead), "rest", "节") for ahead in range(days)]
    return found


def _day(text: str) -> date:
    return date(2026, int(text[:2]), int(text[2:]))


_KINDS = {one.day: one.kind for one in holidays_2026()}


def letters_of(day: date) -> set[str]:
    """What a day is called in a rule."""
    kind, weekday = _KINDS.get(day, ""), day.isoweekday()
    letters = {str(weekday)}
    if kind == "work" or (weekday < 6 and kind != "rest"):
        letters.add("W")
    if weekday > 5 and kind != "work":
        letters.add("E")
    return letters | ({"H"} if kind == "rest" else set())


def minutes_of(rule: str, day: date) -> Iterator[int]:
    """Every open minute of the spans that begin on that day, counted from its midnight."""
    letters, number = letters_of(day), f"{day:%m%d}"
    parts = [part.split() for part in rule.split(";")]
    for part in parts:
        if part[0].startswith("!"):
            shut, _, but = part[0][1:].partition("-")
            if letters & set(shut) and not (but and letters & set(but)):
                return
    own = "H" in letters and any("H" in word for part in parts for word in part[:2] if "!" not in word)
    for part in parts:
        words = list(part)
        season = words.pop(0) if len(words[0]) == 9 else "0101-1231"
        low, high = season.split("-")
        inside = low <= number <= high if low <= high else not high < number < low
        if not inside or not set(words[0]) & ({"H"} if own else letters):
            continue
        for times in words[1:]:
            start, end = (
                int(clock.split(":")[0]) * 60 + int(clock.split(":")[1]) for clock in times.split("-")
            )
            yield from range(start, end)


def naive_minutes(rule: str, first: date, days: int) -> set[int]:
    """Every open minute of `days` days, counted from the first midnight, laid out one by one."""
    found: set[int] = set()
    for ahead in range(-2, days):
        found.update(ahead * 1440 + minute for minute in minutes_of(rule, first + timedelta(days=ahead)))
    return {minute for minute in found if 0 <= minute < days * 1440}


def schedule(text: str) -> Schedule:
    """The hours read, on the calendar of 2026."""
    return Schedule(parse_hours(text), Calendar(holidays_2026()))


def open_minutes(read: Schedule, first: date, days: int) -> set[int]:
    """Every minute of `days` days at which it is open, asked for one by one."""
    midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    return {m for m in range(days * 1440) if read.open_at(midnight + timedelta(minutes=m))}


def main() -> None:
    """Print how many minutes of a year differ."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--year", type=int, default=2026)
    first = date(options.parse_args().year, 1, 1)
    days = (date(first.year + 1, 1, 1) - first).days
    differences = 0
    for text, rule in TABLE:
        differing = open_minutes(schedule(text), first, days) ^ naive_minutes(rule, first, days)
        differences += len(differing)
        if differing:
            print(f"{text}: {len(differing)} minutes, the first {min(differing)}")
    print(f"{len(TABLE)} rules, {len(TABLE) * days * 1440:,} minutes, {differences} differences")


if __name__ == "__main__":
    main()
