"""Stations: the nearest that can be reached by road first, then what needs a boat, and said so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from intents.event_view import WEEKDAYS
from intents.geography import chart_of, island_at, nearest_island
from intents.station_search import Found, Search, Start, fits, hours_of, ranked, start_of
from intents.text import fold
from intents.types import Context, Form, Reply
from knowledge.base import Station
from knowledge.coordinates import to_wgs84

#: How many stations one reply shows, and how many that need a boat beside them.
SHOWN = 3
BY_BOAT = 1

MORE = re.compile(r"^(那)?(还有(吗|么|没有?|啥|什么|别的|其他)|别的(呢|站)|换一?个|再来|下一个)")
NEARER = re.compile("近一?点|最近的|更近|太远")
HERE = re.compile("附近|我这|这里|这边|旁边|周边|离我")
PHONE = re.compile("电话|号码|联系")
CLOSED_DOOR = re.compile("关着门|关门了|没开|锁着|白跑|不开门|门关|进不去")
BORROW = re.compile("借(回|走|书|阅|出)|能借|外借")
ONLY = re.compile("^(只|要|那|有)|能.{1,6}的")


class Stations:
    """Serves every question for a place of ours."""

    name = "stations"
    labels = ("station_find",)

    def handle(self, context: Context) -> Reply:
        search = _recalled(context)
        form = context.session.form
        asking = form is not None and form.service == self.name
        if not asking and (special := _about_shown(context, search)) is not None:
            return special
        fresh = not asking and not self.continues(context)
        before = (search.place, search.point_wgs84)
        _take_wishes(context, search, fresh)
        trouble = _take_place(context, search)
        if trouble is not None:
            return _ask(context, search, trouble)
        if fresh and HERE.search(fold(context.match.text)) and not context.match.slot("place"):
            if search.point_wgs84 is None:
                return _ask(context, search, context.knowledge.text("stations.ask_place"))
        if not search.place and search.point_wgs84 is None:
            if search.kind and _few_of(context, search.kind):
                return _show_all(context, search)
            key = "stations.ask_place_again" if form is not None and form.asked > 1 else "stations.ask_place"
            return _ask(context, search, context.knowledge.text(key))
        if (search.place, search.point_wgs84) != before:
            search.seen = []
        if asking:
            context.session.form = None
        return _answer(context, search)

    def accepts(self, context: Context) -> bool:
        match = context.match
        return context.message.kind == "location" or any(map(match.slot, ("place", "outside")))

    def continues(self, context: Context) -> bool:
        """「还有吗」「只要能充电的」「那朱家尖呢」「第二个的电话」 after a list of stations."""
        if context.session.last_intent != "station_find" or "stations" not in context.session.memory:
            return False
        text, match = fold(context.match.text), context.match
        if CLOSED_DOOR.search(text) or MORE.search(text) or BORROW.search(text) or NEARER.search(text):
            return True
        if match.decision == "answer" and match.intent != "station_find" and match.confidence > 0.8:
            return False
        if match.slot("ordinal") and len(text) <= 10:
            return True
        names = any(map(match.slot, ("facility", "open_now", "open_at", "station_kind")))
        return len(text) <= 14 and (names or bool(match.slot("place")))


# ---------------------------------------------------------------- what is looked for


def _take_wishes(context: Context, search: Search, fresh: bool) -> None:
    match = context.match
    kind = match.slot("station_kind")
    facilities = [str(slot.value) for slot in match.all("facility")]
    if fresh and context.message.kind != "location":
        search.kind, search.facilities, search.open_at, search.seen = "", [], "", []
    if kind is not None:
        search.kind = str(kind.value)
    search.facilities += [one for one in facilities if one not in search.facilities]
    at = match.slot("open_at")
    if at is not None:
        search.open_at = str(at.value)
    elif match.slot("open_now"):
        search.open_at = "now"


def _take_place(context: Context, search: Search) -> str | None:
    """Note where to search; the sentence to say when that cannot be done."""
    say, match = context.knowledge.text, context.match
    number = context.knowledge.contacts["union"].number
    if context.message.kind == "location" and context.message.point_gcj02 is not None:
        latitude, longitude = context.message.point_gcj02
        lon, lat = to_wgs84(longitude, latitude)
        search.place = ""
        if island_at(chart_of(context.knowledge), lon, lat) is None:
            search.point_wgs84 = None
            near = nearest_island(chart_of(context.knowledge), lon, lat)
            distance = distance_words(near.metres)
            return say("stations.outside_point", island=near.island.name, distance=distance, number=number)
        search.point_wgs84 = (lon, lat)
        return None
    known = [slot for slot in match.all("place") if slot.value]
    if known:
        search.place, search.point_wgs84 = str(known[-1].value), None
        return None
    outside = match.slot("outside")
    if outside is not None:
        return say("stations.outside_place", asked=outside.text, number=number)
    unknown = match.slot("place")
    if unknown is not None:
        return say("stations.unknown_place", asked=unknown.text)
    return None


def _recalled(context: Context) -> Search:
    return Search.recalled(context.session.memory.get("stations", {}), context.now.date())


def _remember(context: Context, search: Search) -> None:
    context.session.memory["stations"] = search.as_json()


def _ask(context: Context, search: Search, text: str) -> Reply:
    _remember(context, search)
    asked = context.session.form.asked if context.session.form else 1
    context.session.form = Form("stations", "place", asked=asked)
    return Reply(text, intent="station_find")


# ---------------------------------------------------------------- what is shown


def _answer(context: Context, search: Search) -> Reply:
    say, knowledge = context.knowledge.text, context.knowledge
    start = start_of(context.knowledge, search)
    if start is None:
        return _ask(context, search, say("stations.unknown_place", asked=search.place))
    wants = wants_words(context, search)
    unseen = [one for one in knowledge.stations if one.id not in search.seen]
    good = ranked(context.knowledge, start, [one for one in unseen if fits(search, one, context.now)])
    number = knowledge.contacts["union"].number
    if not good and search.seen:
        _remember(context, search)
        return Reply(say("stations.no_more", where=start.name, number=number), intent="station_find")
    if not good:
        return _closest(context, search, start, wants)
    inside, by_road = [one for one in good if one.inside], [one for one in good if one.by_road]
    if search.seen:
        lead, shown = say("stations.more"), good[:SHOWN]
    elif inside:
        lead, shown = say("stations.found", where=start.name, wants=wants), inside[:SHOWN]
    elif by_road:
        key = "stations.found_near" if start.place is None else "stations.none_there"
        lead, shown = say(key, where=start.name, wants=wants), by_road[:SHOWN]
    else:
        lead, shown = say("stations.only_by_boat", where=start.name, wants=wants), good[:SHOWN]
    return _list(context, search, lead, shown)


def _closest(context: Context, search: Search, start: Start, wants: str) -> Reply:
    """Nothing has everything: say so, and show the near ones that lack least."""
    say, stations = context.knowledge.text, context.knowledge.stations
    kept = [one for one in stations if not search.kind or one.kind == search.kind] or list(stations)
    if not kept:
        number = context.knowledge.contacts["union"].number
        return Reply(say("stations.none_at_all", wants=wants, number=number), intent="station_find")

    def lacking(one: Found) -> tuple[bool, int, bool, float]:
        closed = not fits(Search(open_at=search.open_at), one.station, context.now)
        missing = len(set(search.facilities) - set(one.station.facilities)) + closed
        return not one.by_road, missing, not one.inside, one.metres

    shown = sorted(ranked(context.knowledge, start, kept), key=lacking)[:SHOWN]
    return _list(context, search, say("stations.closest_match", wants=wants), shown)


def _few_of(context: Context, kind: str) -> bool:
    return 0 < sum(one.kind == kind for one in context.knowledge.stations) <= SHOWN


def _show_all(context: Context, search: Search) -> Reply:
    """All of a kind that has only a few: no place is needed."""
    of_kind = [Found(one, 0.0, True, True) for one in context.knowledge.stations if one.kind == search.kind]
    wants = wants_words(context, search)
    return _list(
        context, search, context.knowledge.text("stations.found", where="", wants=wants), of_kind, False
    )


def _list(
    context: Context, search: Search, lead: str, shown: Sequence[Found], distances: bool = True
) -> Reply:
    search.shown = [one.station.id for one in shown]
    search.seen = [*search.seen, *search.shown]
    _remember(context, search)
    items = [item(context, search, number, one, distances) for number, one in enumerate(shown, 1)]
    hint = context.knowledge.text("stations.details_hint")
    return Reply("\n\n".join([lead, *items, hint]), intent="station_find")


def wants_words(context: Context, search: Search) -> str:
    """What was asked for, as it stands in a sentence: 「有充电、饮水、现在开着的职工书屋」."""
    say = context.knowledge.text
    words = []
    if search.facilities:
        names = "、".join(say(f"stations.facility_{one}") for one in search.facilities)
        words.append(say("stations.with_facilities", facilities=names))
    if search.open_at == "now":
        words.append(say("stations.open_wish"))
    elif search.open_at:
        words.append(say("stations.open_at_wish", time=change_words(context, search.moment(context.now))))
    kind = say(f"stations.kind_{search.kind}") if search.kind else say("stations.any_kind")
    return ("、".join(words) + "的" if words else "") + kind


def item(context: Context, search: Search, number: int, found: Found, distances: bool = True) -> str:
    """One station as it reads in a list."""
    say, station = context.knowledge.text, found.station
    way = "" if found.by_road else say("stations.by_boat")
    if distances and not (found.inside and found.metres < 1):
        way += say("stations.straight", distance=distance_words(found.metres))
    notes = say("stations.placed", accuracy=station.accuracy) if station.accuracy else ""
    if station.moving_since:
        notes += say("stations.moving", day=station.moving_since.isoformat())
    return say(
        "stations.item",
        number=number,
        name=station.name,
        kind=say(f"stations.kind_{station.kind}"),
        distance=way,
        open=open_words(context, station, search.moment(context.now)),
        facilities="、".join(say(f"stations.facility_{one}") for one in station.facilities)
        or say("stations.no_facilities"),
        address=(station.address or say("stations.no_address")) + notes,
        phone=say("stations.phone", phone=station.phone) if station.phone else "",
    )


def open_words(context: Context, station: Station, moment: datetime) -> str:
    """Open or closed, with the next change."""
    say, hours = context.knowledge.text, hours_of(station)
    if hours is None:
        return say(
            "stations.hours_unknown", number=station.phone or context.knowledge.contacts["union"].number
        )
    change = hours.next_change(context.now)
    if hours.open_at(context.now):
        return (
            say("stations.open_now", change=change_words(context, change))
            if change
            else say("stations.open_always")
        )
    return (
        say("stations.closed_now", change=change_words(context, change)) if change else say("stations.closed")
    )


def change_words(context: Context, moment: datetime) -> str:
    """「今天 17:00」「明天 08:30」「周一 08:30」."""
    days = (moment.date() - context.now.date()) // timedelta(days=1)
    if days in (0, 1):
        day = context.knowledge.text("stations.day_today" if days == 0 else "stations.day_tomorrow")
    else:
        day = f"周{WEEKDAYS[moment.weekday()]}"
    return f"{day} {moment:%H:%M}"


def distance_words(metres: float) -> str:
    """「300 米」「2.4 公里」「61 公里」."""
    if metres < 950:
        return f"{max(100, round(metres / 100) * 100)} 米"
    return f"{metres / 1000:.1f} 公里" if metres < 10_000 else f"{metres / 1000:.0f} 公里"


# ---------------------------------------------------------------- after a list


def _about_shown(context: Context, search: Search) -> Reply | None:
    """A question about the stations just shown: a telephone, one of them, a closed door, borrowing a book."""
    say, text = context.knowledge.text, fold(context.match.text)
    number = context.knowledge.contacts["union"].number
    shown = [one for one in context.knowledge.stations if one.id in search.shown]
    shown.sort(key=lambda one: search.shown.index(one.id))
    if BORROW.search(text):
        return Reply(say("stations.borrow", number=number), intent="station_find")
    if not shown or context.session.last_intent != "station_find":
        return _closed_door(context, search, None) if CLOSED_DOOR.search(text) else None
    if CLOSED_DOOR.search(text):
        return _closed_door(context, search, shown[0])
    ordinal = context.match.slot("ordinal")
    index = ordinal.value - 1 if ordinal is not None and isinstance(ordinal.value, int) else 0
    if PHONE.search(text) and 0 <= index < len(shown):
        one = shown[index]
        key = "stations.its_phone" if one.phone else "stations.no_phone"
        return Reply(say(key, name=one.name, phone=one.phone, number=number), intent="station_find")
    if ordinal is not None and 0 <= index < len(shown) and not context.match.slot("place"):
        found = Found(shown[index], 0.0, True, True)
        return Reply(item(context, search, index + 1, found, False), intent="station_find")
    return None


def _closed_door(context: Context, search: Search, station: Station | None) -> Reply:
    """Apologise, offer to have it put right, and look for another one that is open."""
    say = context.knowledge.text
    number = context.knowledge.contacts["union"].number
    sorry = say("stations.closed_door", name=station.name if station else "", number=number)
    search.open_at = "now"
    if station is None or not (search.place or search.point_wgs84):
        reply = _ask(context, search, say("stations.closed_door_others"))
        return Reply(f"{sorry}\n{reply.text}", intent="station_find")
    reply = _answer(context, search)
    return Reply(f"{sorry}\n\n{reply.text}", intent="station_find")


STATIONS = Stations()
