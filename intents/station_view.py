"""How stations read in the chat: distances, opening hours, one station, what was asked for."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from intents.station_index import lacking
from intents.station_search import ALWAYS, NEAR_M, NOW, Found, Search, Start
from intents.station_times import Telling, coming_closures, day_words, moment_words, state_words
from knowledge.base import Station
from knowledge.coordinates import to_gcj02


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
    if search.no_boat:
        needs.append(say("stations.need_no_boat"))
    return "，".join(needs)


def wish_words(context: Telling, search: Search) -> str:
    """「有饮水、充电的驿站」."""
    needs = needs_words(context, search)
    return (f"{needs}的" if needs else "") + kind_words(context, search)
