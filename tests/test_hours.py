"""Opening hours: what staff may write, held minute by minute against a plainer way to say the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.hours import Hours, HoursError, parse_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: As written | the same for the naive evaluator: `days times`, days by number (1 Monday), past midnight as 25:00.
#: `MMDD-MMDD` before the days is a season.
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
工作日 9点-17点 | 12345 9:00-17:00
工作日 9点半-17点半 | 12345 9:30-17:30
周末 10:00-16:00 | 67 10:00-16:00
双休日10:00-16:00 | 67 10:00-16:00
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
工作日 8:00-18:00；周末 9:00-17:00 | 12345 8:00-18:00 ; 67 9:00-17:00
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
周一至周五 8:30-17:00（法定节假日除外） | 12345 8:30-17:00
5月1日-9月30日 7:00-19:00；10月1日至4月30日 8:00-17:00 | 0501-0930 1234567 7:00-19:00 ; 1001-0430 1234567 8:00-17:00
5月1日至9月30日 工作日 7:00-19:00 | 0501-0930 12345 7:00-19:00
开放时间：8:00-17:00。 | 1234567 8:00-17:00
周一至周五 24小时 | 12345 0:00-24:00
"""
TABLE = [tuple(part.strip() for part in line.split("|")) for line in RULES.strip().splitlines()]

#: A common week, and those in which a season begins or a year ends.
WEEKS = [date(2026, 11, 23), date(2026, 12, 28), date(2027, 4, 27), date(2027, 9, 27)]


def naive_minutes(rule: str, first: date, days: int) -> set[int]:
    """Every open minute of `days` days, counted from the first midnight, laid out one by one."""
    found: set[int] = set()
    for part in rule.split(";"):
        words = part.split()
        season = words.pop(0) if len(words[0]) == 9 else "0101-1231"
        low, high = season.split("-")
        for ahead in range(-2, days):
            day = first + timedelta(days=ahead)
            number = f"{day:%m%d}"
            inside = low <= number <= high if low <= high else not high < number < low
            if not inside or str(day.isoweekday()) not in words[0]:
                continue
            for times in words[1:]:
                start, end = (int(t.split(":")[0]) * 60 + int(t.split(":")[1]) for t in times.split("-"))
                found.update(ahead * 1440 + minute for minute in range(start, end))
    return {minute for minute in found if 0 <= minute < days * 1440}


def hours(text: str) -> Hours:
    found = parse_hours(text)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_every_minute_is_open_or_closed_as_the_naive_evaluator_says(text: str, rule: str) -> None:
    read = hours(text)
    for first in WEEKS if "月" in text else WEEKS[:1]:
        midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
        found = {m for m in range(7 * 1440) if read.open_at(midnight + timedelta(minutes=m))}
        assert found == naive_minutes(rule, first, 7)


@pytest.mark.parametrize(("text", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_the_next_change_is_the_first_minute_that_differs(text: str, rule: str) -> None:
    read, first = hours(text), WEEKS[0]
    midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    naive = naive_minutes(rule, first, 16)
    for minute in range(0, 7 * 1440, 97):
        state = minute in naive
        wanted = next((m for m in range(minute + 1, minute + 8 * 1440) if (m in naive) != state), None)
        change = read.next_change(midnight + timedelta(minutes=minute))
        assert change == (None if wanted is None else midnight + timedelta(minutes=wanted))


@pytest.mark.parametrize("text", ["", "  ", "未知", "不详", "待定", "待公布"])
def test_unknown_hours_are_neither_open_nor_closed(text: str) -> None:
    assert parse_hours(text) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("看情况", "看情况"),
        ("8:30-17:00 看门人在就开", "看门人在就开"),
        ("8:75-9:00", "8:75-9:00"),
        ("25:00-26:00", "25:00-26:00"),
        ("9:00-9:00", "9:00-9:00"),
        ("8:30", "8:30"),
        ("周八 8:00-9:00", "周八 8:00-9:00"),
        ("周一至周五", "周一至周五"),
        ("每天休息", "每天休息"),
        ("13月1日-14月2日 8:00-9:00", "13月1日-14月2日"),
        ("法定节假日休息", "法定节假日休息"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, part: str) -> None:
    with pytest.raises(HoursError) as error:
        parse_hours(text)
    assert str(error.value) == part


@pytest.mark.parametrize(
    ("text", "on_holidays"),
    [
        ("8:00-17:00", ""),
        ("8:00-17:00，法定节假日休息", "closed"),
        ("8:00-17:00（节假日除外）", "closed"),
        ("8:00-17:00，节假日照常开放", "open"),
        ("节假日不休，8:00-17:00", "open"),
    ],
)
def test_a_word_on_holidays_is_kept(text: str, on_holidays: str) -> None:
    assert hours(text).on_holidays == on_holidays


@pytest.mark.parametrize(
    ("text", "always"),
    [("24小时", True), ("8:00-次日8:00", True), ("周一至周五 24小时", False), ("8:00-23:00", False)],
)
def test_what_never_closes(text: str, always: bool) -> None:
    assert hours(text).always is always


def test_open_on_a_day() -> None:
    assert hours("周二至周日 9:00-17:00").open_on(date(2026, 11, 29))
    assert not hours("周一至周五 9:00-17:00").open_on(date(2026, 11, 29))
