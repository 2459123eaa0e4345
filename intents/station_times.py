"""How opening hours read in the chat and on pages: open or shut, until when, on which days, and what may be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from intents.event_view import WEEKDAYS
from intents.station_index import schedule_of
from intents.station_search import ALWAYS, NOW, Search
from knowledge.base import Knowledge, Station
from knowledge.schedule import Closure, Schedule


class Telling(Protocol):
    """What it takes to tell of a station: a Context has it, and so has a page."""

    @property
    def knowledge(self) -> Knowledge:
        """What is known."""

    @property
    def now(self) -> datetime:
        """The moment of telling."""

    @property
    def public_url(self) -> str:
        """Where the pages are, without a slash at its end; empty where there are none."""


def state_words(context: Telling, search: Search, station: Station) -> str:
    """Open or shut: on the days or at the time asked for, else now, with the next change and what may be wrong."""
    say, schedule = context.knowledge.text, schedule_of(context.knowledge, station)
    if schedule.always:
        return say("stations.open_always")
    number = station.phone or context.knowledge.contacts["union"].number
    if search.days and not search.open_at:
        return "；".join(asked_days(context, station, [date.fromisoformat(day) for day in search.days]))
    today = search.moment(context.now).date()
    doubt = doubt_words(context, schedule, [today], number)
    return "；".join(filter(None, [moment_state(context, search, station), doubt]))


def asked_days(context: Telling, station: Station, days: Sequence[date]) -> list[str]:
    """What holds on each of the days; of a long holiday on which the hours are silent only that."""
    schedule = schedule_of(context.knowledge, station)
    number = station.phone or context.knowledge.contacts["union"].number
    by_doubt: dict[str, list[date]] = {}
    for day in days:
        by_doubt.setdefault(schedule.doubt_on(day), []).append(day)
    silent = by_doubt.get("holiday", []) if len(days) > 2 else []
    parts = days_hours(context, station, [day for day in days if day not in silent])
    parts += [doubt_words(context, schedule, doubtful, number) for doubtful in by_doubt.values()]
    return [part for part in parts if part]


def moment_state(context: Telling, search: Search, station: Station) -> str:
    """「现在开着，今天 17:00 关门」."""
    say, schedule = context.knowledge.text, schedule_of(context.knowledge, station)
    at = search.moment(context.now)
    opens = schedule.open_at(at)
    if opens is None:
        number = station.phone or context.knowledge.contacts["union"].number
        return say("stations.hours_unknown", number=number)
    now = search.open_at in ("", NOW, ALWAYS)
    words = _usually(context, schedule, at.date()) + say(
        "stations.open" if opens else "stations.shut",
        when=say("stations.now") if now else say("stations.at", time=moment_words(context, at)),
    )
    words += closure_words(context, schedule, at.date())
    change = schedule.next_change(at)
    if change is not None:
        key = "stations.open_until" if opens else "stations.shut_until"
        words += say(key, change=moment_words(context, change))
    return words


def days_hours(context: Telling, station: Station, days: Sequence[date]) -> list[str]:
    """What holds on each day; of three and more in a row on which the same holds it is said once."""
    schedule = schedule_of(context.knowledge, station)
    rows: list[list[date]] = []
    for day in days:
        last = rows[-1][-1] if rows else day
        follows = rows and day - last == timedelta(days=1)
        if follows and schedule.spans_on(day) == schedule.spans_on(last):
            rows[-1].append(day)
        else:
            rows.append([day])
    parts: list[str] = []
    for row in rows:
        if len(row) > 2:
            parts.append(day_hours(context, station, row[0], range_words(context, row)))
        else:
            parts += [day_hours(context, station, day, day_words(context, day)) for day in row]
    return list(dict.fromkeys(parts))


def day_hours(context: Telling, station: Station, day: date, words: str) -> str:
    """「周六（11月28日）开：9:00-12:00」, or that it stays shut, or that nobody wrote it down."""
    schedule = schedule_of(context.knowledge, station)
    found = schedule.spans_on(day)
    if found is None:
        number = station.phone or context.knowledge.contacts["union"].number
        return context.knowledge.text("stations.hours_unknown", number=number)
    usually = _usually(context, schedule, day)
    if not found:
        shut = usually + context.knowledge.text("stations.shut_that_day", day=words)
        return shut + closure_words(context, schedule, day)
    spans = sorted((one.start, one.end) for one in found)
    times = "、".join(f"{clock_words(start)}-{clock_words(end)}" for start, end in spans)
    opens = context.knowledge.text("stations.open_that_day", day=words, hours=times)
    return usually + opens + closure_words(context, schedule, day)


def _usually(context: Telling, schedule: Schedule, day: date) -> str:
    """「照平时，」 in a year whose holidays nobody has announced: not even 元旦 is guessed."""
    return context.knowledge.text("stations.usually") if schedule.doubt_on(day) == "year" else ""


def closure_words(context: Telling, schedule: Schedule, day: date) -> str:
    """「（装修，12月1日到12月7日关闭）」 on a day on which that holds."""
    closure = schedule.closure_on(day)
    if closure is None:
        return ""
    return context.knowledge.text("stations.closure_words", what=_closure_said(context, closure))


def coming_closures(context: Telling, station: Station) -> list[str]:
    """「装修，12月1日到12月7日关闭」: what holds today or will."""
    today = context.now.date()
    return [
        _closure_said(context, one)
        for one in context.knowledge.closures
        if one.station == station.id and (one.ends is None or one.ends >= today)
    ]


def _closure_said(context: Telling, closure: Closure) -> str:
    say = context.knowledge.text
    what = say("stations.other_hours", hours=closure.hours) if closure.hours else say("stations.closure")
    first, last = (_month_and_day(one, context.now.date()) for one in (closure.starts, closure.ends))
    when = say("stations.closure_days" if closure.ends else "stations.closure_from", first=first, last=last)
    if closure.ends == closure.starts:
        when = first
    reason = say("stations.closure_reason", reason=closure.reason) if closure.reason else ""
    return reason + when + what


def _month_and_day(day: date | None, today: date) -> str:
    if day is None:
        return ""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def doubt_words(context: Telling, schedule: Schedule, days: Sequence[date], number: str) -> str:
    """Why the hours may not hold on days of one kind, and whom to ask; empty where nothing speaks against them."""
    doubt = schedule.doubt_on(days[0])
    if not doubt:
        return ""
    special = schedule.holiday_on(days[0]) or context.knowledge.text("stations.a_holiday")
    return context.knowledge.text(
        f"stations.doubt_{doubt}",
        day=range_words(context, days),
        holiday=special,
        year=days[0].year,
        number=number,
    )


def range_words(context: Telling, days: Sequence[date]) -> str:
    """「今天」, 「10月1日到10月7日」."""
    if len(days) == 1:
        return day_words(context, days[0])
    first, last = (_month_and_day(one, context.now.date()) for one in (days[0], days[-1]))
    return context.knowledge.text("stations.days_in_a_row", first=first, last=last)


def clock_words(minutes: int) -> str:
    """Minutes from midnight: 「8:30」, past midnight 「次日2:00」."""
    hour, minute = divmod(minutes, 60)
    return f"次日{hour - 24}:{minute:02}" if minutes > 24 * 60 else f"{hour}:{minute:02}"


def day_words(context: Telling, day: date) -> str:
    """「今天」「明天」「周六（11月28日）」."""
    ahead = (day - context.now.date()) // timedelta(days=1)
    if ahead in (0, 1):
        return context.knowledge.text("stations.day_today" if ahead == 0 else "stations.day_tomorrow")
    if ahead > 1 and (ahead < 8 or day.year == context.now.year):
        return f"周{WEEKDAYS[day.weekday()]}（{day.month}月{day.day}日）"
    return _month_and_day(day, context.now.date())


def moment_words(context: Telling, moment: datetime) -> str:
    """「今天 17:00」「明天 08:30」「周一（11月30日）08:30」."""
    small = moment.hour < 5 and (moment.hour, moment.minute) != (0, 0)
    part = context.knowledge.text("stations.small_hours") if small else ""
    return f"{day_words(context, moment.date())}{part} {moment:%H:%M}".replace("） ", "）")
