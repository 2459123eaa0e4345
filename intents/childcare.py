"""The childcare classes: those that are announced as events, by season; nothing is said of one that is not."""

from __future__ import annotations

from dataclasses import replace

from intents.event_list import answer_question, sign_up_choice
from intents.event_named import remember
from intents.event_question import asked_about
from intents.event_view import details, line
from intents.text import fold
from intents.topics import named_answer, topic_titled
from intents.types import Choice, Context, Reply
from knowledge.base import Event

#: Winter or summer: what tells one class from another.
SEASONS = ("寒", "暑")

#: 「那暑假的呢」 is at most so long.
SHORT = 10


def is_class(event: Event) -> bool:
    """Whether it is one of the childcare classes."""
    return "托" in event.kind or "托班" in event.title


def classes(context: Context) -> Reply | None:
    """The classes that are announced as events: the one that is meant in full, several as a list."""
    match, say = context.match, context.knowledge.text
    text = fold(match.text)
    known = [one for one in context.knowledge.events if is_class(one)]
    named = topic_titled(context.knowledge, match.text) or named_answer(context.knowledge, match, "childcare")
    season = next((one for one in SEASONS if one in text), "")
    in_talk = _season_in_talk(context)
    asks_of_it = bool(in_talk) and bool(asked_about(match.text))  # 「一年级收不」, of the class just shown
    general = named is not None and not named.default and not season and not asks_of_it
    season = season or in_talk
    meant = [one for one in known if season in one.title] if season else known
    if general or not known:
        return None
    if season and not meant:
        if len(known) == 1:
            remember(context, known[0])
        text = say("talk.class_unknown", season=season, number=context.knowledge.contacts["union"].number)
        return Reply(text, intent="childcare", choices=_lines(context, known))
    if len(meant) == 1:
        shown = context.session.last_intent == "childcare" or asks_of_the_class(context)
        if shown and asked_about(match.text):
            return replace(answer_question(context, meant[0]), intent="childcare")
        remember(context, meant[0])
        return Reply(
            details(meant[0], context), intent="childcare", choices=sign_up_choice(context, meant[0])
        )
    return Reply(say("talk.classes"), intent="childcare", choices=_lines(context, meant))


def another_season(context: Context) -> bool:
    """「那暑假的呢」 after a class of the winter, also where it was shown as an event."""
    text = fold(context.match.text)
    shown = context.session.last_intent == "childcare" or context.session.last_intent.startswith("event_")
    asked = next((one for one in SEASONS if one in text), "")
    before = _season_shown(context) if asked and shown and len(text) <= SHORT else ""
    return bool(before) and before != asked


def asks_of_the_class(context: Context) -> bool:
    """「现在还能报上吗」 after a class that was shown as an event."""
    shown = context.session.last_intent.startswith("event_") and _season_shown(context)
    return bool(shown) and len(context.match.text) <= SHORT and bool(asked_about(context.match.text))


def _season_in_talk(context: Context) -> str:
    here = context.session.last_intent == "childcare" or asks_of_the_class(context)
    return _season_shown(context) if here else ""


def _season_shown(context: Context) -> str:
    """The season of the class that was shown last."""
    current = context.session.memory.get("events", {}).get("current", "")
    event = context.knowledge.event(current) if current else None
    return next((one for one in SEASONS if event is not None and one in event.title and is_class(event)), "")


def _lines(context: Context, events: list[Event]) -> tuple[Choice, ...]:
    return tuple(Choice(line(one, context), send=one.title) for one in events)
