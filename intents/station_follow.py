"""What is said about stations beside the search: those just shown, a closed door, how to use them, the way there."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.station_index import stations_of
from intents.station_list import answer, ask, said, way_between
from intents.station_names import names_of
from intents.station_search import NOW, Search, Start, short_name, start_of
from intents.station_view import details, facility_words, map_words, state_words
from intents.station_wish import take_time
from intents.text import fold
from intents.topics import named_answer
from intents.types import Context, Reply
from knowledge.base import Answer, Station

PHONE = re.compile("电话|号码|怎么联系|联系方式|打给谁")
HOURS = re.compile("几点|(什么|啥)时候(开|关)|开门|关门|开到|开吗|开不|开放时间|营业|上班")
ROUTE = re.compile("怎么(去|走|过去|到)|导航|地图|路线|在哪|在啥地方|什么地方|哪里|地址|位置")
HAS = re.compile("有什么|有啥|设施|能干(什么|啥)|有没有|有.{1,6}(吗|么|没)|能.{1,6}(吗|么|不)")
THAT = re.compile("刚才|刚刚|那个|这个|那家|这家|它|那里|那边|那儿|这里|到那|你说的|上面")
ORDER = re.compile("报名|活动|报销|人工")
#: A question about hours, and no wish for others: 「几点关门」.
WHEN = re.compile("几点|(什么|啥)时候(开|关)|开到|开放时间")

CLOSED_DOOR = re.compile(
    "关着门|关门了(?!吗|么|没|[?？])|没开(?!吗|么|[?？])|锁着|锁了|白跑|不开门(?!吗|么)|门关|进不去|没人开"
)
BROKEN = re.compile("坏了|坏掉|坏的|用不了|充不(了|上|进)|不出水|没水|停水|太脏|很脏|脏死|不制冷|漏水")
WRONG_SPOT = re.compile(
    "导(到|错|进)|(位置|地址|定位)(不对|错|不准)|(根本|死活|到处|半天).{0,4}找不(到|着)|找不(到|着)(地方|这个|那个)|搬(走|家)了"
)
LOST = re.compile("(丢|落|忘|掉|拉)(了|在|下)|遗失|捡到|不见了")
BORROW = re.compile("(能|可以|可不可以|好)(不能)?借|借(回|走|书|阅|出|几)|外借|办.{0,2}借书证")
USE = re.compile(
    "免费|要钱|收费|花钱|要不要(会员|登记|刷卡|扫码|证)|会员(才|能|吗)|是会员|刷卡|扫码|要登记|过夜|睡觉|睡一觉"
    "|能进(去)?(吗|么|不)|进得去|(谁|游客|保安|退休|外地人|路人|骑手|司机|学生).{0,3}(能|可以|好).{0,2}(用|去|进)|怎么用"
    "|(是|干|做)(什么|啥|嘛)(的|用)|什么(是|叫)|有(哪些|哪几)种|几种"
)
WHERE = re.compile("哪里|哪儿|在哪|哪有|附近|最近|近的|找")
BOAT = re.compile(
    "坐船|乘船|轮渡|渡轮|摆渡|渡船|过海|有桥|通桥|开车(能|可以)?(到|去|过)|过去(近|远|多)|近不近|远不远|远吗|多远"
)


def about_use(context: Context) -> Answer | None:
    """The admins' answer on how stations are used: what they cost, who may come, borrowing books."""
    text, place = fold(context.match.text), context.match.slot("place")
    if WHERE.search(text) or (place is not None and place.value and not BORROW.search(text)):
        return None
    by_id = {one.id: one for one in context.knowledge.answers if one.label == "station_find"}
    if BORROW.search(text):
        return by_id.get("station_books")
    if not USE.search(text):
        return None
    return named_answer(context.knowledge, context.match, "station_find") or by_id.get("station_use")


def special(context: Context, search: Search) -> Reply | None:
    """What is no search; None where it is one. What it answers is no wish of another service besides."""
    reply = _special(context, search)
    if reply is not None:
        context.match = replace(context.match, also=())
    return reply


def _special(context: Context, search: Search) -> Reply | None:
    text, say = fold(context.match.text), context.knowledge.text
    number = context.knowledge.contacts["union"].number
    if BROKEN.search(text) or LOST.search(text):
        key = "stations.broken" if BROKEN.search(text) else "stations.lost"
        return said(context, search, say(key, number=number))
    if WRONG_SPOT.search(text):
        meant = _meant(context, search, text)
        one = meant[0] if len(meant) == 1 else None
        phone, name = one.phone if one and one.phone else number, one.name if one else ""
        return said(context, search, say("stations.wrong_spot", name=name, phone=phone, number=number))
    if CLOSED_DOOR.search(text):
        return _closed_door(context, search)
    if BOAT.search(text) and (way := _way(context, search)) is not None:
        return way
    about = about_use(context)
    if about is not None:
        return said(context, search, about.text)
    return _about_shown(context, search, text)


# ---------------------------------------------------------------- stations that were shown


def _about_shown(context: Context, search: Search, text: str) -> Reply | None:
    """A telephone, the hours, the way, or all of one of the stations that were shown."""
    meant, numbers = _meant(context, search, text), search.shown
    if not meant and context.match.slot("ordinal") and numbers:
        return said(context, search, context.knowledge.text("stations.only_shown", count=len(numbers)))
    if not meant or (
        any(slot.value for slot in context.match.all("place")) and not names_of(context.knowledge).whole(text)
    ):
        return None
    one_of = len(meant) == 1
    slots = context.match
    asks_day = any(map(slots.slot, ("date", "period", "open_at", "open_now", "time")))
    if PHONE.search(text):
        lines = [_phone_words(context, one) for one in meant]
    elif WHEN.search(text) or (one_of and (HOURS.search(text) or asks_day)):
        lines = [_hours_words(context, one) for one in meant]
    elif one_of and HAS.search(text) and slots.slot("facility"):
        lines = [_has_words(context, meant[0], [str(one.value) for one in slots.all("facility")])]
    elif one_of and ROUTE.search(text) and not slots.slot("facility"):
        lines = [_route_words(context, meant[0])]
    elif one_of and (slots.slot("ordinal") or THAT.search(text)) and not slots.slot("facility"):
        number = numbers.index(meant[0].id) + 1 if meant[0].id in numbers else 1
        lines = [details(context, search, number, meant[0])]
    else:
        return None
    search.current = meant[0].id if one_of else search.current
    return said(context, search, "\n".join(lines))


def _meant(context: Context, search: Search, text: str) -> list[Station]:
    """Which stations the words are about: the numbered, the named, the one in hand, else all that were shown."""
    stations, names = stations_of(context.knowledge), names_of(context.knowledge)
    shown = [one for station_id in search.shown if (one := stations.get(station_id)) is not None]
    slot = context.match.slot("ordinal")
    if slot is not None:
        index = len(shown) - 1 if slot.value == -1 else slot.value - 1
        return [shown[index]] if 0 <= index < len(shown) else []
    named = names.whole(text) or names.nickname(text)
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


def _hours_words(context: Context, station: Station) -> str:
    """Its hours as written, and how it stands on the day or at the time asked for."""
    asked = Search()
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
    return words + "\n" + (link or say("stations.no_exact_point", number=number))


# ---------------------------------------------------------------- a closed door


def _closed_door(context: Context, search: Search) -> Reply:
    """Apologise, offer to have it put right, and look for another one that is open."""
    say, text = context.knowledge.text, fold(context.match.text)
    named = names_of(context.knowledge).whole(text)
    meant = [named] if named is not None else _meant(context, search, text)
    search.avoid = [*search.avoid, *(one.id for one in meant if one.id not in search.avoid)]
    search.avoid_on = context.now.date().isoformat()
    number = context.knowledge.contacts["union"].number
    sorry = say("stations.closed_door", name=meant[0].name if len(meant) == 1 else "", number=number)
    search.open_at, search.days, search.seen = NOW, [], []
    places = [slot for slot in context.match.all("place") if slot.value]
    if places:
        search.place, search.point_wgs84 = str(places[-1].value), None
    elif named is not None:
        search.place, search.point_wgs84 = named.place, None
    if not search.place and search.point_wgs84 is None:
        reply = ask(context, search, say("stations.closed_door_others"))
        return Reply(f"{sorry}\n{reply.text}", intent="station_find")
    reply = answer(context, search)
    return Reply(f"{sorry}\n\n{reply.text}", intent="station_find")


# ---------------------------------------------------------------- the way there


def _way(context: Context, search: Search) -> Reply | None:
    """Whether a boat is needed: between two places that are named, or to the one named from where he was."""
    named = [slot for slot in context.match.all("place") if slot.value]
    starts = [start for slot in named if (start := _named_start(context, str(slot.value))) is not None]
    here = start_of(context.knowledge, search)
    before = _named_start(context, search.other_place) or _main_island(context)
    if len(starts) > 1:
        way = (starts[0], starts[-1])
    elif starts and (here is None or here.name == starts[0].name):
        at = named[0].start
        leaves = context.match.text[max(0, at - 1) : at] in ("从", "在", "离", "由")
        target = _in_hand(context, search) if leaves else None
        way = (starts[0], target) if target is not None else (before, starts[0])
    elif starts and here is not None:
        at = named[0].start
        leaves = context.match.text[max(0, at - 1) : at] in ("从", "在", "离", "由")
        way = (starts[0], here) if leaves else (here, starts[0])
    elif here is not None and here.place is not None and (search.other_place or not search.current):
        way = (before, here)
    elif here is not None and (target := _in_hand(context, search)) is not None:
        way = (here, target)
    else:
        return None
    return said(context, search, way_between(context, *way))


def _main_island(context: Context) -> Start:
    """Where most people are, and where they come from when they do not say it: the island of the city itself."""
    city = next(one for one in context.knowledge.places if one.kind == "市")
    start = _named_start(context, city.name)
    assert start is not None
    return replace(start, name=context.knowledge.text("stations.main_island"))


def _named_start(context: Context, name: str) -> Start | None:
    return start_of(context.knowledge, Search(place=name)) if name else None


def _in_hand(context: Context, search: Search) -> Start | None:
    """The station talked about, else the first of the list."""
    wanted = search.current or (search.shown[0] if search.shown else "")
    one = stations_of(context.knowledge).get(wanted)
    return Start(short_name(one.name), one.lon_wgs84, one.lat_wgs84, one.road_group, None) if one else None
