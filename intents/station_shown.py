"""Questions about stations that were just shown, or are named: telephone, hours, way, facilities."""

from __future__ import annotations

from intents.station_index import stations_of
from intents.station_list import said, way_between
from intents.station_names import names_of
from intents.station_phrases import (
    HAS,
    HOURS,
    HOW_LONG,
    MOVED,
    OTHERS,
    PHONE,
    ROUTE,
    ROUTES,
    THAT,
    WHEN,
    WHERE_NOW,
)  # fmt: skip
from intents.station_search import NEAR_M, Search, Start, short_name, start_of
from intents.station_times import day_words, state_words
from intents.station_view import (
    details,
    distance_words,
    facility_words,
    map_words,
)
from intents.station_wish import holiday_named, take_time
from intents.text import fold
from intents.types import Context, Reply
from knowledge.base import Station
from knowledge.coordinates import distance_m


def about_shown(context: Context, search: Search, text: str) -> Reply | None:
    """A telephone, the hours, the way, or all of one of the stations that were shown."""
    meant, slots = meant_by(context, search, text), context.match
    if not meant and slots.slot("ordinal") and search.shown:
        return said(context, search, context.knowledge.text("stations.only_shown", count=len(search.shown)))
    places = [str(slot.value) for slot in slots.all("place") if slot.value]
    names = names_of(context.knowledge)
    if not meant or (places and not names.whole(text) and not names.in_place(text, places)):
        return None
    if OTHERS.search(text) and not slots.slot("ordinal") and not PHONE.search(text):
        return None
    lines = _lines(context, search, meant, text)
    if not lines:
        return None
    asked = Search(asked_at=search.asked_at)
    take_time(context, asked)
    search.asked_at = asked.open_at
    if len(meant) == 1:
        search.current = meant[0].id
        if not search.place and search.point_wgs84 is None:
            search.place = meant[0].place  # 「那别的呢」 means near it
    return said(context, search, "\n".join(lines))


def _lines(context: Context, search: Search, meant: list[Station], text: str) -> list[str]:
    """What is answered of each; empty where nothing that is known was asked for."""
    one, slots = meant[0], context.match
    if MOVED.search(text):
        return [_position_words(context, one) for one in _moving(meant) or meant[:1]]
    if HOW_LONG.search(text) and (far := _how_far(context, search, one)):
        return far
    if PHONE.search(text):
        return [_phone_words(context, one) for one in meant]
    facility = slots.slot("facility") is not None
    if len(meant) == 1 and WHERE_NOW.search(text) and not facility:
        return [_route_words(context, one)]
    if WHEN.search(text) or (len(meant) == 1 and (HOURS.search(text) or _asks_day(context, text))):
        return [_hours_words(context, search, one) for one in meant]
    if len(meant) > 1:
        return [_route_words(context, one) for one in meant] if ROUTES.search(text) and not facility else []
    if facility:
        asked = [str(slot.value) for slot in slots.all("facility")]
        return [_has_words(context, one, asked)] if HAS.search(text) else []
    if ROUTE.search(text):
        return [_route_words(context, one)]
    if slots.slot("ordinal") or THAT.search(text) or fold(one.name) in text:
        number = search.shown.index(one.id) + 1 if one.id in search.shown else 1
        return [details(context, search, number, one)]
    return []


def _asks_day(context: Context, text: str) -> bool:
    slots = ("date", "period", "open_at", "open_now", "time")
    return any(map(context.match.slot, slots)) or holiday_named(text) is not None


def _moving(stations: list[Station]) -> list[Station]:
    return [one for one in stations if one.moving_since is not None]


def _position_words(context: Context, station: Station) -> str:
    """Since when a container stands where it stands, or that it does not move."""
    say = context.knowledge.text
    return say(
        "stations.its_position" if station.moving_since else "stations.not_moving",
        name=station.name,
        day=day_words(context, station.moving_since) if station.moving_since else "",
        address=station.address or say("stations.unregistered"),
        number=station.phone or context.knowledge.contacts["union"].number,
    )


def _how_far(context: Context, search: Search, station: Station) -> list[str]:
    start = _leaves_from(context) or start_of(context.knowledge, search)
    if start is None:
        return []
    if station.road_group not in context.knowledge.roads.reached(start.road_group, context.now.date()):
        place = Start(
            short_name(station.name), station.lon_wgs84, station.lat_wgs84, station.road_group, None
        )
        return [way_between(context, start, place)]
    metres = distance_m(start.lon, start.lat, station.lon_wgs84, station.lat_wgs84)
    near = metres < NEAR_M and (station.accuracy or start.place is not None)
    key = "stations.how_long_near" if near else "stations.how_long"
    return [context.knowledge.text(key, name=station.name, distance=distance_words(metres))]


def _leaves_from(context: Context) -> Start | None:
    """沈家门, of 「从沈家门骑车过去」."""
    text = context.match.text
    named = [
        slot
        for slot in context.match.all("place")
        if slot.value and text[: slot.start].endswith(("从", "在", "离"))
    ]
    return start_of(context.knowledge, Search(place=str(named[0].value))) if named else None


def meant_by(context: Context, search: Search, text: str) -> list[Station]:
    """Which stations the words are about: the numbered, the named, the one in hand, else all that were shown."""
    stations, names = stations_of(context.knowledge), names_of(context.knowledge)
    shown = [one for station_id in search.shown if (one := stations.get(station_id)) is not None]
    slot = context.match.slot("ordinal")
    if slot is not None:
        index = len(shown) - 1 if slot.value == -1 else slot.value - 1
        return [shown[index]] if 0 <= index < len(shown) else []
    places = [str(slot.value) for slot in context.match.all("place") if slot.value]
    named = names.whole(text) or names.nickname(text) or names.in_place(text, places)
    if named is not None:
        return [named]
    part = [one for one in shown if any(word in text for word in names.own_words(one))]
    if len(part) == 1:
        return part
    current = stations.get(search.current)
    return shown if current is None else [current]


def _phone_words(context: Context, station: Station) -> str:
    number = context.knowledge.contacts["union"].number
    key = "stations.its_phone" if station.phone else "stations.no_phone"
    return context.knowledge.text(key, name=station.name, phone=station.phone, number=number)


def _hours_words(context: Context, search: Search, station: Station) -> str:
    """Its hours as written, and how it stands on the day or at the time asked for."""
    asked = Search(asked_at=search.asked_at)
    take_time(context, asked)
    state = state_words(context, asked, station)
    if not station.hours:
        return context.knowledge.text("stations.its_hours_unknown", name=station.name, state=state)
    return context.knowledge.text("stations.its_hours", name=station.name, hours=station.hours, state=state)


def _has_words(context: Context, station: Station, asked: list[str]) -> str:
    say = context.knowledge.text
    names = "、".join(say(f"stations.facility_{one}") for one in asked)
    key = "stations.has" if set(asked) <= set(station.facilities) else "stations.has_not"
    return say(key, name=station.name, asked=names, facilities=facility_words(context, station))


def _route_words(context: Context, station: Station) -> str:
    say = context.knowledge.text
    link = map_words(context, station)
    address = station.address or say("stations.unregistered")
    number = station.phone or context.knowledge.contacts["union"].number
    words = say("stations.its_address", name=station.name, address=address)
    if station.moving_since:
        words += say("stations.moving", day=day_words(context, station.moving_since))
    return words + "\n" + (link or say("stations.no_exact_point", number=number))
