"""Days and hours, told on Monday 2026-11-23."""

from __future__ import annotations

from datetime import date

import pytest

from tests.slot_tables import find, values

DAYS = [
    ("明天", date(2026, 11, 24)),
    ("大后天有空", date(2026, 11, 26)),
    ("周六那场", date(2026, 11, 28)),
    ("下周六", date(2026, 12, 5)),
    ("上周五出的院", date(2026, 11, 20)),
    ("报一下周六的", date(2026, 11, 28)),
    ("星期天", date(2026, 11, 29)),
    ("28号", date(2026, 11, 28)),
    ("3号那个课", date(2026, 12, 3)),
    ("3号出院的", date(2026, 11, 3)),
    ("12月5日", date(2026, 12, 5)),
    ("十月八号住院", date(2026, 10, 8)),
    ("2026年10月8日", date(2026, 10, 8)),
    ("2026-10-08", date(2026, 10, 8)),
    ("去年3月1日", date(2025, 3, 1)),
    ("1月6号", date(2027, 1, 6)),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_counted_from_today(text: str, day: date) -> None:
    assert values(text, "date") == [day]


PERIODS = [
    ("周末有什么", (date(2026, 11, 28), date(2026, 11, 29))),
    ("下周", (date(2026, 11, 30), date(2026, 12, 6))),
    ("这个月", (date(2026, 11, 1), date(2026, 11, 30))),
    ("今年四月", (date(2026, 4, 1), date(2026, 4, 30))),
    ("十二月份", (date(2026, 12, 1), date(2026, 12, 31))),
]


@pytest.mark.parametrize(("text", "period"), PERIODS)
def test_a_week_or_a_month_is_its_first_and_last_day(text: str, period: tuple[date, date]) -> None:
    assert values(text, "period") == [period]


def test_a_weekday_has_a_number() -> None:
    assert values("周日", "weekday") == [7]


TIMES = [("晚上八点半", ["20:30"]), ("20:15", ["20:15"]), ("下午三点一刻", ["15:15"]), ("中午12点", ["12:00"]), ("半夜十二点", ["00:00"]),
         ("近一点的", []), ("有两点要问", []), ("哪个点", [])]  # fmt: skip


@pytest.mark.parametrize(("text", "times"), TIMES)
def test_times_of_day(text: str, times: list[str]) -> None:
    assert values(text, "time") == times


@pytest.mark.parametrize("text", ["3号楼在哪", "32号", "13月5日", "一个月了", "两个月"])
def test_what_is_no_day(text: str) -> None:
    assert find(text, "date", "period") == []
