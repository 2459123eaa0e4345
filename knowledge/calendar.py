"""Which days are public holidays, and which weekends are worked in exchange (调休).

chinesecalendar knows the years that have been announced; the admin's holidays.csv goes before it. Of a year that neither
knows, nothing is guessed: its days are called by their weekday, and `known` says that this may be wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.hours import HOLIDAY, WEEKEND, WORKDAY

#: 法定节假日 of a year since 2025; a list of the admin's with fewer days at rest is not the whole year.
STATUTORY_DAYS = 13

#: Days between the first and the last of one holiday at most.
LONGEST = 12

#: So many of the last years that chinesecalendar knows are kept.
YEARS = 2


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day that is not what its weekday says."""

    day: date
    kind: str  # rest: a public holiday or a day off in exchange; work: a weekend that is worked
    name: str  # 国庆节; "" where nobody says


class Calendar:
    """What each day is called."""

    def __init__(self, holidays: Iterable[Holiday] = ()) -> None:
        self._by_day = {one.day: one for one in holidays}
        rest = Counter(one.day.year for one in self._by_day.values() if one.kind == "rest")
        self._years = {year for year, days in rest.items() if days >= STATUTORY_DAYS}

    def holiday(self, day: date) -> Holiday | None:
        """What is special about a day."""
        return self._by_day.get(day)

    def known(self, day: date) -> bool:
        """Whether the year's holidays are known, or this day at least."""
        return day.year in self._years or day in self._by_day

    def year_known(self, year: int) -> bool:
        """Whether the holidays of a year are known."""
        return year in self._years

    def next_holiday(self, name: str, today: date) -> list[date]:
        """The days off of the holiday that is on or comes next, of any where no name is given; empty where unknown."""
        days = sorted(
            one.day
            for one in self._by_day.values()
            if one.kind == "rest" and one.day >= today and name in one.name
        )
        return [day for day in days if (day - days[0]).days < LONGEST]

    def called(self, day: date) -> Collection[int]:
        """What opening hours may call the day, as in knowledge.hours.WORKDAY."""
        weekday, special = day.weekday(), self._by_day.get(day)
        if special is None:
            return _USUAL[weekday]
        if special.kind == "work":
            return weekday, WORKDAY
        return (weekday, WEEKEND, HOLIDAY) if weekday > 4 else (weekday, HOLIDAY)


_USUAL = tuple((weekday, WORKDAY if weekday < 5 else WEEKEND) for weekday in range(7))


def announced() -> list[Holiday]:
    """The holidays and worked weekends of the last years that chinesecalendar knows."""
    from chinese_calendar.constants import Holiday as Name  # only a build needs it
    from chinese_calendar.constants import holidays, workdays

    chinese = {one.value: one.chinese for one in Name}
    first = max(holidays).year - YEARS + 1
    rest = [Holiday(day, "rest", chinese[name]) for day, name in holidays.items() if day.year >= first]
    work = [Holiday(day, "work", chinese[name]) for day, name in workdays.items() if day.year >= first]
    return sorted([*rest, *work], key=lambda one: one.day)
