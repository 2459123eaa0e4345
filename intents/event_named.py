"""Which event a message means: by its name, by 「第二个」, or the one that was talked of just now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import permutations

from intents.event_view import standing
from intents.minute import once_a_minute
from intents.text import character_sound, fold
from intents.types import Context
from knowledge.base import Event, Knowledge

#: So long 「报吧」 and 「要钱吗」 mean the event that was talked of.
REMEMBERED = timedelta(hours=12)

CHILDCARE = re.compile("托班|托管")
_SEASON = frozenset("暑寒春夏秋冬")
SEASONS = [*permutations("暑寒", 2), *permutations("春夏秋冬", 2)]
_SIGNS = re.compile(r"[\W_]|示例")
_AND_THAT = re.compile("那?(?:么|个|就)?([一-鿿]{2,5}?)(?:的|班|课|那个|那场)?(呢|吧|也行|好了)")
_REFUSED_BEFORE = "(不是|不报|不要|不去|别报|不想报|不参加)(那个|这个)?"
_REFUSED_AFTER = "(班|课|培训|那个|这个)?(我|就|也)?(不报|不去|不要|不想|不学|算了|没意思|别报)"
_ENDINGS = re.compile(r"[证班课赛会场操的那个这]")


@dataclass(frozen=True, slots=True)
class Named:
    """What a message calls an event, and what of ours it can mean."""

    asked: str = ""  # as the worker wrote it; "" where he named none
    events: tuple[Event, ...] = ()  # those that are called so
    near: tuple[Event, ...] = ()  # those of which only a part is called so: never taken without asking

    @property
    def only(self) -> Event | None:
        """The one event that is called so."""
        return self.events[0] if len(self.events) == 1 else None


def named(context: Context) -> Named:
    """The events that the message itself names."""
    text = _plain(context.match.text)
    events = _of_the_season(text, context.knowledge.events)
    whole = _of_the_season(text, _standing_in(text, context.knowledge))
    titled = max(
        (one for one in whole if _plain_name(one.title) in text),
        key=lambda one: len(one.title),
        default=None,
    )
    elsewhere = [
        slot
        for slot in context.match.all("event")
        if titled and _plain(slot.text) not in _plain_name(titled.title)
    ]
    if titled is not None and not elsewhere:
        return Named(_plain_name(titled.title), (titled,))
    people = context.match.all("person")
    asked = [
        slot.text
        for slot in context.match.all("event")
        if slot.text and not any(one.start < slot.end and slot.start < one.end for one in people)
    ]
    if not asked:
        said = max((name for one in whole for name in names_of(one) if name in text), key=len, default="")
        best = [
            one for one in whole if any(name in text and len(name) == len(said) for name in names_of(one))
        ]
        best = best or _childcare(text, events, context)
        return Named(said or (best[0].title if best else ""), _narrowed(best, context))
    exact: list[Event] = []
    near: list[Event] = []
    for words in asked:
        grades = [(one, _likeness(words, one, context.knowledge)) for one in events]
        exact += [one for one, grade in grades if grade == "same"]
        near += [one for one, grade in grades if grade == "near"]
    if not exact:
        # A name of two words may be cut short by the finder; it stands in the message all the same.
        exact = [one for one in whole if not near and any(_plain(words) in names_of(one) for words in asked)]
    exact = exact or (_childcare(text, events, context) if not near else [])
    if not exact and not near:  # 「12月19号那个」: the finder knows it by its day
        known = (
            context.knowledge.event(str(slot.value)) for slot in context.match.all("event") if slot.value
        )
        exact = [event for event in known if event]
    if (
        not exact
        and len(near) == 1
        and _plain(asked[0]) in _plain_name(near[0].title)
        and _fits_day(near[0], context)
    ):
        exact = near  # 「讲座」, where there is only one
    return Named(asked[0], _narrowed(exact, context), _narrowed(near, context))


def called(context: Context) -> tuple[Event, ...]:
    """The events named, else those whose name without 培训班, 沙龙 … stands in the message: 「我说的是电工」.

    Only where an event is expected: 我是电工 tells of his work.
    """
    found = named(context).events
    if found:
        return found
    text, kinds = _plain(context.match.text), _kind_at_end(context.knowledge)
    return _still_to_come(
        (one for one in context.knowledge.events if any(core in text for core in _cores(one, kinds))), context
    )


@lru_cache(maxsize=4)
def _kind_at_end(knowledge: Knowledge) -> re.Pattern[str]:
    """班, 培训班, 沙龙 … at the end of a name."""
    kinds = sorted(knowledge.words.get("slots.event_kinds", ()), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, kinds))})$") if kinds else re.compile("(?!)")


def _cores(event: Event, kinds: re.Pattern[str]) -> set[str]:
    cores = {kinds.sub("", name) for name in names_of(event)}
    return {core for core in cores if len(core) > 1}


def refused(context: Context) -> tuple[Event, ...]:
    """The events named that he does not want: 不是太极, 太极不报了."""
    text = _plain(context.match.text)
    return tuple(
        one
        for one in called(context)
        if any(
            re.search(f"{_REFUSED_BEFORE}{re.escape(name)}|{re.escape(name)}{_REFUSED_AFTER}", text)
            for name in names_of(one)
        )
    )


def _childcare(text: str, events: Iterable[Event], context: Context) -> list[Event]:
    """暑托班 is what an admin may call 东港暑期爱心托班."""
    if not CHILDCARE.search(text):
        return []
    found = [one for one in events if CHILDCARE.search(one.title + one.kind)]
    for season in "暑寒":
        if season in text:
            found = [one for one in found if season in one.title]
    return found


def _of_the_season(text: str, events: Sequence[Event]) -> Sequence[Event]:
    """Without those of another season than the one named."""
    if _SEASON.isdisjoint(text):
        return events
    return [one for one in events if not _other_season(text, one)]


def _other_season(text: str, event: Event) -> bool:
    """暑托班 is not the 寒托班, though both are a 托班."""
    title = _plain_name(event.title)
    return any(a in text and b in title and a not in title for a, b in SEASONS)


@once_a_minute
def _standing_in(text: str, knowledge: Knowledge) -> tuple[Event, ...]:
    """The events of which a whole name stands in a text without signs."""
    return tuple(one for one, names in _all_names(knowledge) if any(name in text for name in names))


@lru_cache(maxsize=4)
def _all_names(knowledge: Knowledge) -> tuple[tuple[Event, tuple[str, ...]], ...]:
    return tuple((one, names_of(one)) for one in knowledge.events)


@lru_cache(maxsize=1024)
def names_of(event: Event) -> tuple[str, ...]:
    """Title and aliases, folded, without signs and without 示例."""
    return tuple(name for name in map(_plain_name, (event.title, *event.aliases)) if len(name) > 1)


def _plain(text: str) -> str:
    return _SIGNS.sub("", fold(text))


@lru_cache(maxsize=8192)
def _plain_name(name: str) -> str:
    """The same for a title or an alias, which every message is held against."""
    return _plain(name)


@once_a_minute
def _likeness(words: str, event: Event, knowledge: Knowledge) -> str:
    """ "same" where nothing of `words` is left over, "near" where another word is, else ""."""
    asked, names = _plain(words), names_of(event)
    general, kinds = _general_words(knowledge)
    if any(asked in name for name in names):
        return "near" if asked not in names and not general.sub("", asked) else "same"
    left, found = asked, ""
    for name in sorted(names, key=len, reverse=True):
        for part in _common(left, name):
            found, left = found + part, left.replace(part, " ", 1)
    if not kinds.sub("", general.sub("", found)):
        return ""
    for about in (event.place, event.address, event.kind):
        for part in _common(left, _plain(about)):
            left = left.replace(part, " ", 1)
    rest = _ENDINGS.sub("", kinds.sub("", general.sub("", left))).strip()
    return "near" if rest else "same"


def _common(asked: str, name: str) -> Iterable[str]:
    """Parts of two characters and more that both have, by sound, for 太级拳 is 太极拳."""
    ours, theirs = (list(map(character_sound, text)) for text in (asked, name))
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        part, theirs_part = asked[block.a : block.a + block.size], name[block.b : block.b + block.size]
        misspelt = sum(a != b for a, b in zip(part, theirs_part, strict=True))
        # 艺术节 holds 术节, which sounds like the end of 读书节: a short part must be spelled right.
        if (
            block.size >= 2
            and " " not in part
            and (not misspelt or (misspelt == 1 and part_is_all(block.size, name)))
        ):
            yield part


def part_is_all(size: int, name: str) -> bool:
    """Whether a part of `size` is long enough to be known by its sound."""
    return size >= 3 or size == len(name)


@cache
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)")


@lru_cache(maxsize=4)
def _general_words(knowledge: Knowledge) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What tells no event from another: 活动, 职工; and what many names end in: 兴趣班, 比赛."""
    telling = {name for one in knowledge.events for name in names_of(one)}
    general = frozenset(knowledge.words.get("slots.event_general", ())) - telling
    kinds = frozenset(
        word for word in knowledge.words.get("slots.event_kinds", ()) if word[-1] in "班课赛程会营"
    )
    return _any_of(general), _any_of(kinds - telling)


def _narrowed(events: Iterable[Event], context: Context) -> tuple[Event, ...]:
    """Those to come, on the day and at the place that is named with them, where any is."""
    found = _still_to_come(events, context)
    place = context.match.slot("place")
    here = [
        one for one in found if place and place.value and place.value in (one.place, _parent(one, context))
    ]
    on_day = [one for one in here or found if context.match.slot("date") and _fits_day(one, context)]
    return tuple(on_day or here or found)


def _parent(event: Event, context: Context) -> str:
    place = context.knowledge.place(event.place)
    return place.parent if place else ""


def _fits_day(event: Event, context: Context) -> bool:
    day = context.match.slot("date")
    return day is None or (event.starts_at is not None and event.starts_at.date() == day.value)


def _still_to_come(events: Iterable[Event], context: Context) -> tuple[Event, ...]:
    """Each once; last year's only where there is no other."""
    found = tuple(dict.fromkeys(events))
    coming = tuple(one for one in found if standing(one, context) not in ("over", "cancelled"))
    return coming or found


# ---------------------------------------------------------------- what was shown and talked of


def remember(context: Context, event: Event) -> None:
    """`event` is what the worker talks of now."""
    _memory(context).update(current=event.id, at=context.now.isoformat())


def remembered(context: Context) -> Event | None:
    """The event that was talked of just now."""
    memory = context.session.memory.get("events", {})
    if not memory.get("current"):
        return None
    if context.now - datetime.fromisoformat(memory["at"]) > REMEMBERED:
        return None
    return context.knowledge.event(memory["current"])


def remember_list(context: Context, shown: Iterable[Event], rest: Iterable[Event]) -> None:
    """The numbered list that the worker sees, and what did not fit into it."""
    _memory(context).update(shown=[one.id for one in shown], rest=[one.id for one in rest])


def rest_of_list(context: Context) -> list[Event]:
    """What comes after 「还有吗」."""
    ids = context.session.memory.get("events", {}).get("rest", [])
    return [one for one in map(context.knowledge.event, ids) if one]


def by_ordinal(context: Context) -> Event | None:
    """第二个, of the list shown last; the last one is -1."""
    pointed = all_by_ordinal(context)
    return pointed[0] if pointed else None


def all_by_ordinal(context: Context) -> list[Event]:
    """「第一个和第二个都报」."""
    shown = context.session.memory.get("events", {}).get("shown", [])
    places = [slot.value for slot in context.match.all("ordinal") if isinstance(slot.value, int)]
    indexes = [one - 1 if one > 0 else one for one in places]
    ids = dict.fromkeys(shown[one] for one in indexes if -len(shown) <= one < len(shown))
    return [event for event in map(context.knowledge.event, ids) if event]


def part_named(context: Context) -> Event | None:
    """「那寒假的呢」, after another event: the one event whose name has that word; 「六横的那个」 after a list."""
    if (there := _shown_at_place(context)) is not None:
        return there
    said = _AND_THAT.fullmatch(_plain(context.match.text))
    if said is None or remembered(context) is None:
        return None
    found = [one for one in context.knowledge.events if any(said[1] in name for name in names_of(one))]
    return found[0] if len(found) == 1 else None


#: 「六横的那个还能报不」
_THAT_THERE = re.compile("的?那一?[个场]|的活动|的呢")


def _shown_at_place(context: Context) -> Event | None:
    """Of the list shown last the only one at the place that is named."""
    if not context.match.slot("place") or not _THAT_THERE.search(_plain(context.match.text)):
        return None
    if context.match.slot("facility") or context.match.slot("station_kind"):
        return None
    shown = context.session.memory.get("events", {}).get("shown", [])
    place = context.match.slot("place")
    events = [event for event in map(context.knowledge.event, shown) if event]
    there = [one for one in events if place and place.value in (one.place, _parent(one, context))]
    return there[0] if len(there) == 1 else None


def takes_it(text: str) -> bool:
    """「那周三的吧」, where 「那周三的呢」 only asks."""
    said = _AND_THAT.fullmatch(_plain(text))
    return said is not None and said[2] != "呢"


def meant(context: Context) -> Named:
    """Named, else pointed at in the list, else talked of just now."""
    found = named(context)
    if found.asked or found.events:
        return found
    pointed = by_ordinal(context) or part_named(context) or remembered(context)
    return Named(events=(pointed,)) if pointed else found


def _memory(context: Context) -> dict[str, object]:
    memory: dict[str, object] = context.session.memory.setdefault("events", {})
    return memory
