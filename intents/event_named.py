"""Which event a message means: by its name, by 「第二个」, or the one that was talked of just now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache

from intents.event_view import standing
from intents.text import character_sound, fold
from intents.types import Context
from knowledge.base import Event, Knowledge

#: So long 「报吧」 and 「要钱吗」 mean the event that was talked of.
REMEMBERED = timedelta(hours=12)

_SIGNS = re.compile(r"[\W_]|示例")
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
    whole = [one for one in context.knowledge.events if any(name in text for name in names_of(one))]
    asked = [slot.text for slot in context.match.all("event") if slot.text]
    if not asked:
        longest = max((len(name) for one in whole for name in names_of(one) if name in text), default=0)
        best = [one for one in whole if any(name in text and len(name) == longest for name in names_of(one))]
        return Named(best[0].title if best else "", _still_to_come(best, context))
    exact: list[Event] = []
    near: list[Event] = []
    for words in asked:
        grades = [(one, _likeness(words, one, context.knowledge)) for one in context.knowledge.events]
        exact += [one for one, grade in grades if grade == "same"]
        near += [one for one, grade in grades if grade == "near"]
    if not exact:
        # A name of two words may be cut short by the finder; it stands in the message all the same.
        exact = [one for one in whole if not near and any(_plain(words) in names_of(one) for words in asked)]
    return Named(asked[0], _still_to_come(exact, context), _still_to_come(near, context))


def names_of(event: Event) -> tuple[str, ...]:
    """Title and aliases, folded, without signs and without 示例."""
    return tuple(name for name in map(_plain, (event.title, *event.aliases)) if len(name) > 1)


def _plain(text: str) -> str:
    return _SIGNS.sub("", fold(text))


def _likeness(words: str, event: Event, knowledge: Knowledge) -> str:
    """ "same" where nothing of `words` is left over, "near" where another word is, else ""."""
    asked, names = _plain(words), names_of(event)
    general, kinds = _general_words(knowledge)
    if any(asked in name for name in names):
        return "near" if asked not in names and not general.sub("", asked) else "same"
    left, found = asked, ""
    for name in names:
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
        part = asked[block.a : block.a + block.size]
        if block.size >= 2 and set(part) & set(name) and " " not in part:
            yield part


@cache
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)")


def _general_words(knowledge: Knowledge) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What tells no event from another: 活动, 职工; and what many names end in: 兴趣班, 比赛."""
    telling = {name for one in knowledge.events for name in names_of(one)}
    general = frozenset(knowledge.words.get("slots.event_general", ())) - telling
    kinds = frozenset(
        word for word in knowledge.words.get("slots.event_kinds", ()) if word[-1] in "班课赛程会营"
    )
    return _any_of(general), _any_of(kinds - telling)


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
    slot = context.match.slot("ordinal")
    shown = context.session.memory.get("events", {}).get("shown", [])
    if slot is None or not isinstance(slot.value, int) or not shown:
        return None
    index = slot.value - 1 if slot.value > 0 else slot.value
    return context.knowledge.event(shown[index]) if -len(shown) <= index < len(shown) else None


def meant(context: Context) -> Named:
    """Named, else pointed at in the list, else talked of just now."""
    found = named(context)
    if found.asked or found.events:
        return found
    pointed = by_ordinal(context) or remembered(context)
    return Named(events=(pointed,)) if pointed else found


def _memory(context: Context) -> dict[str, object]:
    memory: dict[str, object] = context.session.memory.setdefault("events", {})
    return memory
