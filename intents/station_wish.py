"""What a message asks of a station: its kind, what it must have, and when it should be open."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from intents.station_phrases import BOAT_TOO, NO_BOAT
from intents.station_search import ALWAYS, NOW, Search
from intents.text import fold
from intents.types import Context

_NIGHT = re.compile("半夜|深夜|凌晨|后半夜|夜里")
_EVENING = re.compile("今晚|晚上")
_TONIGHT = re.compile("那?(今晚|晚上|今天晚上)呢[?？]?")
_TONIGHT_AT = re.compile("今晚|晚上|夜里|半夜|明晚")
_NOW = re.compile("现在|这会|还开着|开着的|这个点")
_OPENS = re.compile("开|关|几点|上班|营业|有人")
_PART_OF_DAY = re.compile("早|上午|凌晨|半夜|夜里|0|[0-9]{1,2}[:：]")

_NOT_NEEDED = re.compile("(不要|不用|不需要|用不着|不一定要)(有)?$")
_HOLIDAYS = {
    "元旦": re.compile("元旦"),
    "春节": re.compile("春节|过年|大年|除夕|年三十|年夜|正月|年?初[一二三四五六七](?!中|期)"),
    "清明": re.compile("清明"),
    "劳动节": re.compile("五一(?!广场|路)|劳动节"),
    "端午": re.compile("端午"),
    "中秋": re.compile("中秋"),
    "国庆": re.compile("国庆|十一(?=长?假|黄金周|期间|放假|开|还开|那)"),
    "": re.compile("节假日|放假|长假|法定假"),
}

#: A period longer than this (a month) names no days on which to go.
_DAYS = 7

#: From this hour on it is evening.
_LATE = 18


def take_wishes(context: Context, search: Search) -> None:
    """Add what the message asks for; another kind or time takes the place of the one before."""
    kind = context.match.slot("station_kind")
    if kind is not None:
        search.kind = str(kind.value)
    for slot in context.match.all("facility"):
        wanted, known = str(slot.value), slot.value in search.facilities
        if _NOT_NEEDED.search(context.match.text[: slot.start]):
            search.facilities = [one for one in search.facilities if one != wanted]
        elif not known:
            search.facilities = [*search.facilities, wanted]
    text = fold(context.match.text)
    if NO_BOAT.search(text) or BOAT_TOO.search(text):
        search.no_boat = NO_BOAT.search(text) is not None
    take_time(context, search)


def take_time(context: Context, search: Search) -> None:
    """Note the days and the time at which it should be open, where the message names any."""
    text = fold(context.match.text)
    days = _days(context, text)
    if context.match.slot("all_day"):
        search.open_at, search.days = ALWAYS, []
    elif (at := _time(context, days, search)) is not None:
        search.open_at, search.days = at.isoformat(timespec="minutes"), []
    elif _NIGHT.search(text):
        search.open_at, search.days = _at_night(context.now), []
    elif _EVENING.search(text) and (_OPENS.search(text) or _TONIGHT.fullmatch(text)):
        evening = datetime.combine(days[0] if days else context.now.date(), time(20), context.now.tzinfo)
        search.open_at = evening.isoformat(timespec="minutes") if evening > context.now else NOW
        search.days = []
    elif days and (days != [context.now.date()] or _OPENS.search(text)):
        search.open_at, search.days = "", [day.isoformat() for day in days]
    elif context.match.slot("open_now") or _NOW.search(text):
        search.open_at, search.days = NOW, []


def holiday_named(text: str) -> str | None:
    """The public holiday that the words name, "" for any; None for none."""
    return next((name for name, pattern in _HOLIDAYS.items() if pattern.search(text)), None)


def holiday_note(context: Context, listed: bool) -> str:
    """That the holiday asked for has not been announced; empty where it has been, or none was asked for.

    `listed`: stations follow, with their usual hours.
    """
    name, calendar = holiday_named(fold(context.match.text)), context.knowledge.calendar
    if name is None or calendar.next_holiday(name, context.now.date()):
        return ""
    say, number = context.knowledge.text, context.knowledge.contacts["union"].number
    key = "stations.holiday_unknown_listed" if listed else "stations.holiday_unknown"
    return say(key, holiday=name or say("stations.a_holiday"), number=number)


def _days(context: Context, text: str) -> list[date]:
    """The days named, from today on; those of a weekend, a week or a holiday each."""
    today = context.now.date()
    days = [slot.value for slot in context.match.all("date")]
    if (name := holiday_named(text)) is not None:
        days += context.knowledge.calendar.next_holiday(name, today)
    for slot in context.match.all("period"):
        first, last = slot.value
        if (last - first).days < _DAYS:
            days += [first + timedelta(step) for step in range((last - first).days + 1)]
    return sorted({day for day in days if day >= today})


def _time(context: Context, days: list[date], search: Search) -> datetime | None:
    """The time of day that is named, on the day that is named with it; after an evening, twelve is midnight."""
    slot = context.match.slot("open_at")
    if slot is not None:
        at = datetime.fromisoformat(str(slot.value))
        at = at if at.tzinfo else at.replace(tzinfo=context.now.tzinfo)
        return at if days else _or_tonight(at, slot.text, context.now)
    slot = context.match.slot("time")
    if slot is None:
        return None
    at_time = time.fromisoformat(str(slot.value))
    asked = Search(open_at=search.asked_at or search.open_at)
    before = asked.moment(context.now) if asked.open_at not in ("", NOW, ALWAYS) else None
    if before is not None and before < context.now:
        before = None
    day = days[0] if days else before.date() if before else context.now.date()
    if at_time == time(12) and before is not None and before.hour >= _LATE and "中午" not in slot.text:
        return datetime.combine(before.date() + timedelta(days=1), time(0), context.now.tzinfo)
    if at_time.hour < 5 and _TONIGHT_AT.search(slot.text):  # 今晚十二点 is past the end of the day
        return datetime.combine(day + timedelta(days=1), at_time, context.now.tzinfo)
    morning = before is not None and before.hour < 12 and not days  # 「六点呢」 after 明早五点
    evening = before is not None and before.hour >= _LATE  # 「十点呢」 after 晚上十一点
    if (evening and at_time.hour < 12 and not _PART_OF_DAY.match(slot.text)) or (
        at_time.hour < 7 and not morning and not _PART_OF_DAY.match(slot.text)
    ):
        at_time = at_time.replace(hour=at_time.hour + 12)
    at = datetime.combine(day, at_time, context.now.tzinfo)
    return at if days else _or_tonight(at, slot.text, context.now)


def _or_tonight(at: datetime, words: str, now: datetime) -> datetime:
    """「十一点还开着吗」 asked in the evening means tonight's."""
    later = at + timedelta(hours=12)
    past = at < now and at.hour < 12 and not _PART_OF_DAY.match(words)
    return later if past and later > now else at


def _at_night(now: datetime) -> str:
    """One o'clock of the next night, or now where it is night."""
    if now.hour < 5:
        return NOW
    night = (now + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    return night.isoformat(timespec="minutes")
