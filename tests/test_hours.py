"""Opening hours: what staff may write, held minute by minute against a plainer way to say the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from knowledge.calendar import Calendar, Holiday, announced
from knowledge.hours import Hours, HoursError, parse_hours
from knowledge.schedule import Closure, Schedule
from tests.hours_case import SHANGHAI, TABLE, holidays_2026, naive_minutes, open_minutes, schedule

#: A common week, those in which a season begins or a year ends, and two holidays with the weekends worked for them.
WEEKS = [date(2026, 11, 23), date(2026, 12, 28), date(2026, 4, 27), date(2026, 9, 12), date(2026, 5, 28)]
HOLIDAYS = [date(2026, 2, 12), date(2026, 9, 18)]


def hours(text: str) -> Hours:
    found = parse_hours(text)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_every_minute_is_open_or_closed_as_the_naive_evaluator_says(text: str, rule: str) -> None:
    read = schedule(text)
    for first in WEEKS if "月" in text else WEEKS[:1]:
        assert open_minutes(read, first, 7) == naive_minutes(rule, first, 7)
    for first in HOLIDAYS:
        assert open_minutes(read, first, 8) == naive_minutes(rule, first, 8)


@pytest.mark.parametrize(("text", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_the_next_change_is_the_first_minute_that_differs(text: str, rule: str) -> None:
    read = schedule(text)
    for first in (WEEKS[0], HOLIDAYS[1]):
        midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
        naive = naive_minutes(rule, first, 30)
        for minute in range(0, 14 * 1440, 397):
            state = minute in naive
            wanted = next((m for m in range(minute + 1, 30 * 1440) if (m in naive) != state), None)
            change = read.next_change(midnight + timedelta(minutes=minute))
            if wanted is not None:
                assert change == midnight + timedelta(minutes=wanted)
            else:
                assert change is None or change >= midnight + timedelta(days=30)


def test_the_holidays_announced_are_those_that_the_package_knows() -> None:
    known = {one.day: one.kind for one in announced() if one.day.year == 2026}
    assert known == {one.day: one.kind for one in holidays_2026()}


def test_a_year_that_nobody_announced_is_unknown_until_the_list_is_whole() -> None:
    few = Calendar([*announced(), Holiday(date(2027, 1, 1), "rest", "元旦")])
    assert few.known(date(2027, 1, 1)) and not few.known(date(2027, 1, 4))
    whole = Calendar(Holiday(date(2027, 10, 1) + timedelta(ahead), "rest", "") for ahead in range(13))
    assert whole.known(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("text", "day", "doubt"),
    [
        ("周一至周五 8:30-17:00", date(2026, 10, 1), "holiday"),
        ("8:30-17:00", date(2026, 10, 1), "holiday"),
        ("工作日 9:00-17:00；周末 10:00-16:00", date(2026, 10, 1), "holiday"),
        ("工作日 9:00-17:00", date(2026, 10, 1), ""),
        ("每天 8:30-17:00", date(2026, 10, 1), ""),
        ("24小时", date(2026, 10, 1), ""),
        ("8:30-17:00，节假日休息", date(2026, 10, 1), ""),
        ("周一至周五 8:30-17:00", date(2026, 10, 10), "workday"),
        ("工作日 8:30-17:00", date(2026, 10, 10), ""),
        ("8:30-17:00", date(2026, 10, 10), ""),
        ("周一至周五 8:30-17:00", date(2026, 10, 12), ""),
        ("周一至周五 8:30-17:00", date(2027, 3, 1), "year"),
        ("每天 8:30-17:00", date(2027, 3, 1), ""),
    ],
)
def test_where_the_hours_are_silent_on_holidays_it_is_said(text: str, day: date, doubt: str) -> None:
    assert schedule(text).doubt_on(day) == doubt


def test_a_closure_shuts_and_other_hours_replace_on_their_days_only() -> None:
    read = Schedule(
        parse_hours("每天 8:00-20:00"),
        Calendar(),
        [
            Closure("s1", date(2026, 12, 1), date(2026, 12, 7), "", "装修"),
            Closure("s1", date(2026, 12, 5), date(2026, 12, 5), "9:00-12:00", "值班"),
            Closure("s1", date(2027, 1, 10), None, "", "拆除"),
        ],
    )

    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    assert read.open_at(at("2026-11-30T19:59")) and not read.open_at(at("2026-12-01T10:00"))
    assert read.open_at(at("2026-12-05T11:59")) and not read.open_at(at("2026-12-05T12:00"))
    assert read.next_change(at("2026-11-30T20:00")) == at("2026-12-05T09:00")
    assert read.next_change(at("2026-12-05T12:00")) == at("2026-12-08T08:00")
    assert read.next_change(at("2027-02-01T12:00")) is None
    assert not read.always


def test_a_closure_of_unknown_hours_is_shut_and_then_unknown_again() -> None:
    read = Schedule(None, Calendar(), [Closure("s1", date(2026, 12, 1), date(2026, 12, 2), "", "")])
    days = [date(2026, 11, 30) + timedelta(ahead) for ahead in range(4)]
    assert [read.open_on(day) for day in days] == [None, False, False, None]


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
        ("每天 8:00-17:00", "open"),
        ("9:00-17:00，周一闭馆（节假日除外）", "lifted"),
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
    assert schedule("周二至周日 9:00-17:00").open_on(date(2026, 11, 29))
    assert not schedule("周一至周五 9:00-17:00").open_on(date(2026, 11, 29))
