"""Another session of the same event: 「换到周三晚上」, the old place given back only with the new one taken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.event_named import named, remember, remembered
from intents.event_sessions import sessions_said
from intents.event_view import contact_of, door_link, same_event, standing_words, when_words, where_words
from intents.text import fold
from intents.types import Choice, Context, Reply, SignUp
from knowledge.base import Event

#: What stands before the session that he wants now.
_TO = re.compile(
    "换到|换成|换去|改到|改成|改为|改去|调到|调成|挪到|(?:退|取消|不去|来不了|去不了).*?(?:报|去|参加)|换"
)


#: 「能不能换到周三」 is asked first.
_ASKS = re.compile("能不能|可不可以|行不行|可以[吗么]|能[吗么]|能换|行[吗么]|好[吗么]|[?？]")


def wanted(context: Context) -> tuple[list[SignUp], Event] | None:
    """The sign-ups that he wants to change, and for which session; None where he says nothing of the kind."""
    text = fold(context.match.text)
    marked = _TO.search(text)
    held = _held(context) if marked else []
    if marked is None or not held:
        return None
    whole = context.knowledge.event(held[0].event_id)
    whole = context.knowledge.event(whole.part_of) if whole else None
    sessions = context.knowledge.sessions_of(whole) if whole else ()
    said = sessions_said(text[marked.end() :], None, sessions)
    there = [one.name for one in context.signups.mine() if said and one.event_id == said[0].id]
    held = [one for one in held if one.name not in there]
    return (held, said[0]) if len(said) == 1 and held else None


def _held(context: Context) -> list[SignUp]:
    """His places at sessions of the event that is named or talked of; of the only such event where neither is."""
    mine = [one for one in context.signups.mine() if _is_session(context, one)]
    event = named(context).only or remembered(context)
    of_event = [one for one in mine if event and same_event(one.event_id, event.id)]
    found = of_event or mine
    called = [one for one in found if one.name in context.match.text]
    alone = all(same_event(one.event_id, found[0].event_id) for one in found)
    return (called or found) if alone else []


def _is_session(context: Context, signup: SignUp) -> bool:
    event = context.knowledge.event(signup.event_id)
    return event is not None and bool(event.part_of)


def change_session(context: Context, held: Sequence[SignUp], target: Event) -> Reply:
    """Take the places at `target` and give the old ones back, both or neither; with too few places nothing is touched."""
    say, names = context.knowledge.text, "、".join(one.name for one in held)
    stays = "、".join(dict.fromkeys(_title(context, one) for one in held))
    if (target.quota is not None and context.signups.places_left(target.id) < len(held)) or _is_shut(
        context, target
    ):
        state, contact = standing_words(target, context), contact_of(target, context)
        text = say("events.session_kept", title=target.title, state=state, stays=stays, contact=contact)
        return Reply(text, intent="event_cancel")
    if _ASKS.search(fold(context.match.text)):
        text = say("events.session_can_change", names=names, stays=stays, title=target.title)
        return Reply(
            text, intent="event_cancel", choices=(Choice(say("events.session_change", title=target.title)),)
        )
    about, phone = [one.about for one in held], held[0].phone
    context.signups.cancel([one.id for one in held])
    made = context.signups.sign_up(target.id, [one.name for one in held], phone, about)
    remember(context, target)
    text = say(
        "events.session_changed",
        names=names,
        stays=stays,
        title=target.title,
        when=when_words(target, context),
        where=where_words(target, context),
        numbers="\n".join(
            say("events.door_number", number=one.number, name=one.name) + door_link(one, context)
            for one in made
        ),
    )
    return Reply(text, intent="event_cancel")


def _is_shut(context: Context, target: Event) -> bool:
    closes = target.signup_closes_at
    return (
        target.cancelled
        or context.signups.stopped(target.id)
        or (closes is not None and closes <= context.now)
    )


def _title(context: Context, signup: SignUp) -> str:
    event = context.knowledge.event(signup.event_id)
    return event.title if event else ""
