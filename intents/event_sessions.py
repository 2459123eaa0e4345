"""Which session of an event, and which group's places: said outright, pointed at, or asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from intents.event_refusals import NOT_MEMBER
from intents.event_view import TAKEN, WEEKDAYS, line, standing
from intents.text import fold
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Event, whole_id

_WEEKDAY = re.compile("(?:周|星期|礼拜)([一二三四五六日天末])")
_DAYTIME = {"上午": (0, 12), "早上": (0, 12), "下午": (12, 18), "晚上": (17, 24), "夜场": (17, 24)}
_NUMBERED = re.compile("第([一二三四五六七八九十]|[0-9]{1,2})(场|期|组|批|班|个|节)")
ANY = re.compile("随便|都行|都可以|哪场都|哪个都|无所谓|你(帮我)?[选定挑]")
_NUMBERS = "一二三四五六七八九十"


def sessions_said(text: str, day: object, sessions: Sequence[Event]) -> list[Event]:
    """The sessions that fit all that the words say of one; every one where they say nothing.

    `day` is the value of the message's date, None where it has none.
    """
    words = NOT_MEMBER.sub("非会员", fold(text))
    titled = [one for one in sessions if fold(one.title) in words]
    if titled:
        return titled
    found = list(sessions)
    for narrowed in (
        _named(words, found, [one.session for one in found]),
        _named(words, found, [one.group for one in found]),
        [one for one in found if _on_day(words, day, one)],
    ):
        found = [one for one in found if one in narrowed] or found
    pointed = _NUMBERED.search(words)
    if pointed and len(found) == len(sessions):
        found = _numbered(pointed[1], sessions) or found
    return found


def _named(words: str, sessions: Sequence[Event], names: Sequence[str]) -> list[Event]:
    """Those of the longest name that stands in the words: 非会员 is not 会员; a name may lack its last 场 or 组."""
    said = [name for name in names if name and (fold(name) in words or _short(name) in words)]
    longest = max(said, key=len, default="")
    return [one for one, name in zip(sessions, names, strict=True) if name == longest] if longest else []


def _short(name: str) -> str:
    short = re.sub("[场组班期]$", "", fold(name))
    return short if len(short) > 1 else fold(name)


def _on_day(words: str, day: object, session: Event) -> bool:
    starts = session.starts_at
    weekday, daytime = _WEEKDAY.search(words), [span for word, span in _DAYTIME.items() if word in words]
    if starts is None or not (weekday or daytime or isinstance(day, date)):
        return False
    name = WEEKDAYS[starts.weekday()]
    if weekday and weekday[1].replace("天", "日") not in (name, "末" if name in "六日" else ""):
        return False
    if not weekday and isinstance(day, date) and starts.date() != day:
        return False
    return all(first <= starts.hour < last for first, last in daytime)


def _numbered(said: str, sessions: Sequence[Event]) -> list[Event]:
    """「第二场」: the second by its time, all its groups."""
    names = list(dict.fromkeys(one.session for one in sessions))
    at = (_NUMBERS.index(said) if said in _NUMBERS else int(said) - 1) if said else -1
    return [one for one in sessions if 0 <= at < len(names) and one.session == names[at]]


def says_session(context: Context, form: Form) -> bool:
    """Whether the message tells one session from another."""
    sessions = _candidates(context, form)
    chosen = sessions_said(context.match.text, _day(context), sessions)
    told = len(chosen) < len(sessions) or _pointed(context, sessions) is not None
    return told or ANY.search(fold(context.match.text)) is not None


def which_session(context: Context, form: Form, event: Event, first: bool) -> Event | Reply:
    """The session that is meant; where several could be, the question for it, with how each stands."""
    sessions = _candidates(context, form) or list(context.knowledge.sessions_of(event))
    chosen = sessions_said(context.match.text, _day(context), sessions)
    pointed = _pointed(context, sessions) if form.awaiting == "session" else None
    if pointed is not None:
        return pointed
    if len(chosen) == 1:
        return chosen[0]
    form.awaiting = "session"
    form.slots["sessions"] = [one.id for one in chosen]
    if ANY.search(fold(context.match.text)) and (
        free := [one for one in chosen if standing(one, context) == "open"]
    ):
        return free[0]
    open_ones = [one for one in chosen if standing(one, context) in TAKEN]
    one_time = len({one.session for one in chosen}) == 1
    key = "no_session" if not open_ones else "which_group" if one_time else "which_session"
    choices = tuple(Choice(line(one, context), one.title) for one in chosen)
    text = context.knowledge.text(f"events.{key}", title=event.title)
    return Reply(text, intent="event_signup" if first else None, choices=choices)


def _candidates(context: Context, form: Form) -> list[Event]:
    return [one for one in map(context.knowledge.event, form.slots.get("sessions", [])) if one]


def _pointed(context: Context, sessions: Sequence[Event]) -> Event | None:
    """「第二个」 of those that were asked about."""
    slot = context.match.slot("ordinal")
    if slot is None or not isinstance(slot.value, int) or not 0 < slot.value <= len(sessions):
        return None
    return sessions[slot.value - 1]


def _day(context: Context) -> object:
    slot = context.match.slot("date")
    return slot.value if slot else None


def another(context: Context, event: Event) -> Event | None:
    """The other session of the same event that the message names, where it names one alone."""
    whole = context.knowledge.event(event.part_of) if event.part_of else None
    found = narrowed(context, whole) if whole else None
    return found if found and found.part_of and found.id != event.id else None


def in_talk(context: Context, current: Event) -> Event | None:
    """「周三晚上的还有吗」 after an event: the session of it that the message names alone."""
    whole = context.knowledge.event(whole_id(current.id))
    found = narrowed(context, whole) if whole else None
    return found if found and found.part_of else None


def narrowed(context: Context, event: Event) -> Event:
    """The session that the message tells from the event's others; else the event itself."""
    sessions = context.knowledge.sessions_of(event)
    chosen = sessions_said(context.match.text, _day(context), sessions)
    return chosen[0] if len(chosen) == 1 else event
