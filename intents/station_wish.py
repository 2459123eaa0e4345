"""What a message asks of a station: its kind, what it must have, and when it should be open."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from intents.station_search import ALWAYS, NOW, Search
from intents.text import fold
from intents.types import Context

_NIGHT = re.compile("半夜|深夜|凌晨|后半夜|夜里")
_EVENING = re.compile("今晚|晚上")
_NOW = re.compile("现在|这会|还开着|开着的|这个点")
_OPENS = re.compile("开|关|几点|上班|营业|有人")
_PART_OF_DAY = re.compile("早|上午|凌晨|半夜|夜里|0|[0-9]{1,2}[:：]")

#: A period longer than this (a month) names no days on which to go.
_DAYS = 7


def take_wishes(context: Context, search: Search) -> None:
    """Add what the message asks for; another kind or time takes the place of the one before."""
    kind = context.match.slot("station_kind")
    if kind is not None:
        search.kind = str(kind.value)
    for slot in context.match.all("facility"):
        if slot.value not in search.facilities:
            search.facilities.append(str(slot.value))
    take_time(context, search)


def take_time(context: Context, search: Search) -> None:
    """Note the days and the time at which it should be open, where the message names any."""
    text = fold(context.match.text)
    days = _days(context, text)
    if context.match.slot("all_day"):
        search.open_at, search.days = ALWAYS, []
    elif (at := _time(context, days)) is not None:
        search.open_at, search.days = at.isoformat(timespec="minutes"), []
    elif _NIGHT.search(text):
        search.open_at, search.days = _at_night(context.now), []
    elif _EVENING.search(text) and _OPENS.search(text):
        evening = datetime.combine(days[0] if days else context.now.date(), time(20), context.now.tzinfo)
        search.open_at = evening.isoformat(timespec="minutes") if evening > context.now else NOW
        search.days = []
    elif days and (days != [context.now.date()] or _OPENS.search(text)):
        search.open_at, search.days = "", [day.isoformat() for day in days]
    elif context.match.slot("open_now") or _NOW.search(text):
        search.open_at, search.days = NOW, []


def _days(context: Context, text: str) -> list[date]:
    """The days named, from today on; those of a weekend or a week each."""
    today = context.now.date()
    days = [slot.value for slot in context.match.all("date")]
    for slot in context.match.all("period"):
        first, last = slot.value
        if (last - first).days < _DAYS:
            days += [first + timedelta(step) for step in range((last - first).days + 1)]
    return [day for day in days if day >= today]


def _time(context: Context, days: list[date]) -> datetime | None:
    """The time of day that is named, on the day that is named with it."""
    slot = context.match.slot("open_at")
    if slot is not None:
        at = datetime.fromisoformat(str(slot.value))
        return at if at.tzinfo else at.replace(tzinfo=context.now.tzinfo)
    slot = context.match.slot("time")
    if slot is None:
        return None
    at_time = time.fromisoformat(str(slot.value))
    if at_time.hour < 7 and not _PART_OF_DAY.match(slot.text):
        at_time = at_time.replace(hour=at_time.hour + 12)
    return datetime.combine(days[0] if days else context.now.date(), at_time, context.now.tzinfo)


def _at_night(now: datetime) -> str:
    """One o'clock of the next night, or now where it is night."""
    if now.hour < 5:
        return NOW
    night = (now + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    return night.isoformat(timespec="minutes")
