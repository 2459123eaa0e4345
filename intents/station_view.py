"""How stations read in the chat: distances, opening hours, one station, what was asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

from intents.event_view import WEEKDAYS
from intents.station_index import lacking, schedule_of
from intents.station_search import ALWAYS, NOW, Found, Search, Start
from knowledge.base import Knowledge, Station
from knowledge.coordinates import to_gcj02
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


#: Below this, a distance from a point that stands for a whole township says nothing.
NEAR_M = 950.0


def item(context: Telling, search: Search, number: int, found: Found, start: Start | None = None) -> str:
    """One station as it reads in a list; with `start`, how far it is from there."""
    say, station = context.knowledge.text, found.station
    head, *lacks = _head(context, search, number, found, start)
    lines = [head]
    if station.hours:
        lines.append(say("stations.hours", hours=station.hours))
    lines += lacks
    lines.append(say("stations.facilities", facilities=facility_words(context, station)))
    lines.append(address_words(context, station))
    if station.phone:
        lines.append(say("stations.phone", phone=station.phone))
    if link := page_link(context, station):
        lines.append(say("stations.page_link", link=link))
    return "\n".join(lines)


def short_item(context: Telling, search: Search, number: int, found: Found, start: Start) -> str:
    """One station where many are listed: what it is, how far, whether it is open, and where."""
    lines = _head(context, search, number, found, start)
    return "\n".join([*lines, address_words(context, found.station)])


def _head(context: Telling, search: Search, number: int, found: Found, start: Start | None) -> list[str]:
    """Its name with the way there and its state; and, where it lacks something, what."""
    say, station = context.knowledge.text, found.station
    head = say(
        "stations.item",
        number=number,
        name=station.name,
        kind=say(f"stations.kind_{station.kind}"),
        way=way_words(context, found, start) if start else "",
        state=state_words(context, search, station),
    )
    missing, closed = lacking(context.knowledge, search, station, context.now)
    missing += ["open"] if closed else []
    if not missing:
        return [head]
    return [head, say("stations.missing", what="、".join(lack_words(context, one) for one in missing))]


def details(context: Telling, search: Search, number: int, station: Station) -> str:
    """One station with all that is known of it, and a link to the map where its point is exact."""
    lines = [item(context, Search(open_at=search.open_at, days=search.days), number, _here(station))]
    if station.note:
        lines.append(context.knowledge.text("stations.note", note=station.note))
    if coming := coming_closures(context, station):
        lines.append(context.knowledge.text("stations.coming", what="；".join(coming)))
    if not context.public_url:
        lines.append(map_words(context, station))
    return "\n".join(line for line in lines if line)


def _here(station: Station) -> Found:
    return Found(station, 0.0, True, True)


def map_words(context: Telling, station: Station) -> str:
    """A link to the station's page; without pages one to a map, where its point is no guess; else the empty text."""
    if link := page_link(context, station):
        return context.knowledge.text("stations.page_link", link=link)
    links = map_links(context, station)
    return context.knowledge.text("stations.map_link", link=links[0]) if links else ""


def page_link(context: Telling, station: Station) -> str:
    """The address of its page, which holds nothing but its id; empty where the bot has no pages."""
    return f"{context.public_url}/stations/{quote(station.id)}" if context.public_url else ""


def map_links(context: Telling, station: Station) -> list[str]:
    """What opens the station in a map of the phone; none where its point is a guess.

    Plain https pages of the map makers, on GCJ-02: WeChat opens those and blocks geo: and the schemes of apps.
    """
    if station.accuracy:
        return []
    lon, lat = to_gcj02(station.lon_wgs84, station.lat_wgs84)
    values = {
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "name": quote(station.name, safe=""),
        "address": quote(station.address or station.name, safe=""),
    }
    return [context.knowledge.text(f"stations.map_{maker}", **values) for maker in ("tencent", "amap")]


def way_words(context: Telling, found: Found, start: Start) -> str:
    """「【需乘船】直线约 8.6 公里，」."""
    say = context.knowledge.text
    way = "" if found.by_road else say("stations.by_boat")
    guessed = bool(found.station.accuracy) or start.place is not None
    if found.metres < NEAR_M and guessed:
        return way if found.inside else way + say("stations.within_a_kilometre")
    return way + say("stations.straight", distance=distance_words(found.metres))


def address_words(context: Telling, station: Station) -> str:
    """The address, with how sure its point is."""
    say = context.knowledge.text
    notes = say("stations.placed", accuracy=station.accuracy) if station.accuracy else ""
    if station.moving_since:
        notes += say("stations.moving", day=day_words(context, station.moving_since))
    return say("stations.address", address=(station.address or say("stations.unregistered")) + notes)


def facility_words(context: Telling, station: Station) -> str:
    """Its facilities, or that none are written down."""
    say = context.knowledge.text
    return "、".join(say(f"stations.facility_{one}") for one in station.facilities) or say(
        "stations.unregistered"
    )


def lack_words(context: Telling, lack: str) -> str:
    """What it lacks, in words."""
    return context.knowledge.text("stations.lacks_open" if lack == "open" else f"stations.facility_{lack}")


# ---------------------------------------------------------------- time


def state_words(context: Telling, search: Search, station: Station) -> str:
    """Open or shut: on the days or at the time asked for, else now, with the next change and what may be wrong."""
    say, schedule = context.knowledge.text, schedule_of(context.knowledge, station)
    if schedule.always:
        return say("stations.open_always")
    number = station.phone or context.knowledge.contacts["union"].number
    if search.days and not search.open_at:
        days = [date.fromisoformat(day) for day in search.days]
        parts = [day_hours(context, station, day) for day in days]
    else:
        days = [search.moment(context.now).date()]
        parts = [moment_state(context, search, station)]
    parts += dict.fromkeys(doubt_words(context, schedule, day, number) for day in days)
    return "；".join(filter(None, parts))


def moment_state(context: Telling, search: Search, station: Station) -> str:
    """「现在开着，今天 17:00 关门」."""
    say, schedule = context.knowledge.text, schedule_of(context.knowledge, station)
    at = search.moment(context.now)
    opens = schedule.open_at(at)
    if opens is None:
        number = station.phone or context.knowledge.contacts["union"].number
        return say("stations.hours_unknown", number=number)
    now = search.open_at in ("", NOW, ALWAYS)
    words = say(
        "stations.open" if opens else "stations.shut",
        when=say("stations.now") if now else say("stations.at", time=moment_words(context, at)),
    )
    change = schedule.next_change(at)
    if change is not None:
        key = "stations.open_until" if opens else "stations.shut_until"
        words += say(key, change=moment_words(context, change))
    return words + closure_words(context, schedule, at.date())


def day_hours(context: Telling, station: Station, day: date) -> str:
    """「周六（11月28日）开：9:00-12:00」, or that it stays shut, or that nobody wrote it down."""
    schedule = schedule_of(context.knowledge, station)
    found, words = schedule.spans_on(day), day_words(context, day)
    if found is None:
        number = station.phone or context.knowledge.contacts["union"].number
        return context.knowledge.text("stations.hours_unknown", number=number)
    if not found:
        shut = context.knowledge.text("stations.shut_that_day", day=words)
        return shut + closure_words(context, schedule, day)
    spans = sorted((one.start, one.end) for one in found)
    times = "、".join(f"{clock_words(start)}-{clock_words(end)}" for start, end in spans)
    opens = context.knowledge.text("stations.open_that_day", day=words, hours=times)
    return opens + closure_words(context, schedule, day)


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


def doubt_words(context: Telling, schedule: Schedule, day: date, number: str) -> str:
    """Why the hours may not hold on that day, and whom to ask; empty where nothing speaks against them."""
    doubt = schedule.doubt_on(day)
    if not doubt:
        return ""
    special = schedule.holiday_on(day) or context.knowledge.text("stations.a_holiday")
    words = day_words(context, day)
    return context.knowledge.text(
        f"stations.doubt_{doubt}", day=words, holiday=special, year=day.year, number=number
    )


def clock_words(minutes: int) -> str:
    """Minutes from midnight: 「8:30」, past midnight 「次日2:00」."""
    hour, minute = divmod(minutes, 60)
    return f"次日{hour - 24}:{minute:02}" if minutes > 24 * 60 else f"{hour}:{minute:02}"


def day_words(context: Telling, day: date) -> str:
    """「今天」「明天」「周六（11月28日）」."""
    ahead = (day - context.now.date()) // timedelta(days=1)
    if ahead in (0, 1):
        return context.knowledge.text("stations.day_today" if ahead == 0 else "stations.day_tomorrow")
    if 1 < ahead < 8:
        return f"周{WEEKDAYS[day.weekday()]}（{day.month}月{day.day}日）"
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(context: Telling, moment: datetime) -> str:
    """「今天 17:00」「明天 08:30」「周一（11月30日）08:30」."""
    small = moment.hour < 5 and (moment.hour, moment.minute) != (0, 0)
    part = context.knowledge.text("stations.small_hours") if small else ""
    return f"{day_words(context, moment.date())}{part} {moment:%H:%M}".replace("） ", "）")


def distance_words(metres: float) -> str:
    """「300 米」「2.4 公里」「61 公里」."""
    if metres < NEAR_M:
        return f"{max(100, round(metres / 100) * 100)} 米"
    return f"{metres / 1000:.1f} 公里" if metres < 10_000 else f"{metres / 1000:.0f} 公里"


# ---------------------------------------------------------------- what was asked for


def kind_words(context: Telling, search: Search) -> str:
    """What kind of place is looked for, in a word."""
    return context.knowledge.text(f"stations.wish_{search.kind}" if search.kind else "stations.wish_any")


def needs_words(context: Telling, search: Search) -> str:
    """What it must have: 「有饮水、充电，今天 20:00 开着」; empty where nothing was asked for."""
    say, needs = context.knowledge.text, []
    if search.facilities:
        names = "、".join(say(f"stations.facility_{one}") for one in search.facilities)
        needs.append(say("stations.need_facilities", facilities=names))
    if search.open_at == ALWAYS:
        needs.append(say("stations.need_always"))
    elif search.open_at:
        now = search.open_at == NOW
        when = (
            say("stations.now")
            if now
            else say("stations.at", time=moment_words(context, search.moment(context.now)))
        )
        needs.append(say("stations.need_open", time=when))
    elif search.days:
        days = "、".join(day_words(context, date.fromisoformat(day)) for day in search.days)
        needs.append(say("stations.need_day", day=days))
    return "，".join(needs)


def wish_words(context: Telling, search: Search) -> str:
    """「有饮水、充电的驿站」."""
    needs = needs_words(context, search)
    return (f"{needs}的" if needs else "") + kind_words(context, search)
