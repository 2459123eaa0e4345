"""Signing up: what cannot be is said first, then who comes is asked for, then the place is taken.

The form's slots: `event`, `title` (of the thing in hand), `names`, `phone`, `people` (how many come), and what the
worker has said yes to: `member`, `waits` (to the waiting list), `sure` (to the summary).
"""

from __future__ import annotations

import re

from intents.event_asking import ask_missing, ask_right_phone, ask_sure
from intents.event_extra import ask_extra
from intents.event_list import EXCEPTION, list_reply, near_lead, no_exception, topic_reply
from intents.event_mine import what_words
from intents.event_named import Named, all_by_ordinal, by_ordinal, meant, named, remember
from intents.event_named import refused as refused_names
from intents.event_people import note_who
from intents.event_refusals import FOR_OTHERS, MEMBER, has_a_place, refused, too_few_left, wants_no_more
from intents.event_sessions import in_talk, which_session
from intents.event_taking import take_places
from intents.event_view import TAKEN, contact_of, event_of, same_event, standing
from intents.text import fold
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Event

PRIVACY = re.compile(
    "不想(填|给|报|说|留)|不方便(填|给|说)|为什么要|为啥要|干嘛要|隐私|泄露|身份证|安全吗|(会不会|是不是)是?骗|干什么用"
)
#: 「插花排候补」 has said yes to the line.
WAITS = re.compile("排(个|一下)?(候补|队)|候补(?!.{0,6}(吗|么|几|多少|什么|怎么|[?？]))")
GIVES_UP = re.compile(
    "^(那|算了|还是|先|哦|嗯|我|[,。 ])*(不报了?|不想报了?|不参加了?|不去了|取消报名|别报了|不要报了|放弃|不排了?|不等了|不弄了|不填了)(吧|了|啦|[。!])*$"
)


def begin_signup(context: Context) -> Reply:
    """Find the event, refuse at once what cannot be, else ask for who is still missing."""
    if EXCEPTION.search(fold(context.match.text)):
        return no_exception(context, "event_signup")
    found = meant(context)
    form = Form("events", "event", {"label": "event_signup"})
    note_who(context, form)
    if MEMBER.search(fold(context.match.text)):
        form.slots["member"] = True
        wants_no_more(context)
    full = found.only is not None and standing(found.only, context) == "waiting"
    if full and WAITS.search(fold(context.match.text)):
        form.slots["waits"] = True
    if len(found.events) > 1 and len(context.match.all("event")) > 1:
        unwanted = refused_names(context)
        first, *others = [one for one in found.events if one not in unwanted] or found.events
        form.slots["also"] = [one.id for one in others]
        return sign_up_for(context, first, form, first=True)
    pointed = [] if found.asked else all_by_ordinal(context)
    if len(pointed) > 1:
        form.slots["also"] = [one.id for one in pointed[1:]]
        return sign_up_for(context, pointed[0], form, first=True)
    if found.only:
        # 「就周三的吧」 after a session was shown means that other one.
        session = None if found.asked else in_talk(context, found.only)
        return sign_up_for(context, session or found.only, form, first=True)
    return _ask_event(context, form, found)


def _ask_event(context: Context, form: Form, found: Named) -> Reply:
    """Several are called so, none is, or none was named: never sign up elsewhere silently."""
    say = context.knowledge.text
    if found.asked and not found.events and (topic := topic_reply(context, found)):
        return topic
    open_now = [one for one in context.knowledge.events if standing(one, context) in TAKEN]
    events = list(found.events or found.near) or open_now
    if found.near and not found.events:
        lead = near_lead(context, found)
    elif found.events or not found.asked:
        lead = say("events.which")
    else:
        lead = say("events.unknown_event", asked=found.asked, contact=contact_of(None, context))
    if not events:
        return Reply(say("events.list_none", contact=contact_of(None, context)), intent="event_signup")
    context.session.form = form
    reply = list_reply(context, lead, events)
    text = reply.text
    words = fold(context.match.text)
    if not found.asked and FOR_OTHERS.search(words):
        text = say("events.for_others") + text
    if PRIVACY.search(words):
        text = f"{say('events.why_data')}\n{text}"
    return Reply(text, intent="event_signup", choices=reply.choices)


def choose_event(context: Context, form: Form) -> Reply:
    """The answer to 「您想报哪一个」."""
    context.session.form = None
    found = named(context)
    pointed = None if found.asked else by_ordinal(context)
    note_who(context, form)
    if found.only or pointed:
        return sign_up_for(context, found.only or pointed, form, first=True)  # type: ignore[arg-type]
    if found.asked:
        return _ask_event(context, form, found)
    if context.match.slot("yes_no") and len(context.session.offered) == 1:
        return _the_only_one(context, form)
    context.session.form = form
    offered = tuple(Choice(one["label"], one["send"]) for one in context.session.offered)
    names = "、".join(form.slots["names"])
    kept = context.knowledge.text("events.kept", names=names) if names else ""
    return Reply(kept + context.knowledge.text("events.which"), choices=offered)


def _the_only_one(context: Context, form: Form) -> Reply:
    """「要报这个吗」 — 「是」 or 「不是」."""
    answer = context.match.slot("yes_no")
    shown = context.session.memory.get("events", {}).get("shown", [])
    event = context.knowledge.event(shown[0]) if shown else None
    if event is not None and answer is not None and answer.value is True:
        return sign_up_for(context, event, form, first=True)
    return give_up(context, form)


def sign_up_for(context: Context, event: Event, form: Form, first: bool) -> Reply:
    """Say what cannot be, ask for what is missing, or take the place."""
    remember(context, event)
    form.slots |= {
        "event": event.id,
        "title": context.knowledge.text("events.sign_up_choice", title=event.title),
    }
    context.session.form = form
    if context.knowledge.sessions_of(event):
        cannot = refused(context, form, event, first) or has_a_place(context, form, event, first)
        chosen = cannot or which_session(context, form, event, first)
        return chosen if isinstance(chosen, Reply) else sign_up_for(context, chosen, form, first)
    for step in (refused, has_a_place, too_few_left, ask_right_phone, ask_missing, ask_extra, ask_sure):
        reply = step(context, form, event, first)
        if reply is not None:
            return reply
    return take_places(context, event, form, "event_signup" if first else None)


def choose_session(context: Context, form: Form) -> Reply:
    """The answer to 「要选一下场次」."""
    event = event_of(context, form)
    if event is None:
        return gone(context)
    note_who(context, form)
    return sign_up_for(context, event, form, first=False)


def give_up(context: Context, form: Form) -> Reply:
    """「不报了」: nothing was taken, and nothing stays."""
    context.session.form = None
    event = event_of(context, form)
    if event is None:
        return Reply(context.knowledge.text("events.gave_up_none"))
    say = context.knowledge.text
    held = [one for one in context.signups.mine() if same_event(one.event_id, event.id)]
    left = f"\n{say('events.cancel_left', what=what_words(context, held))}" if held else ""
    return Reply(say("events.gave_up", title=event.title) + left)


def ask_again(context: Context, form: Form) -> Reply:
    """The question in hand once more, after something else was answered."""
    event = event_of(context, form)
    if event is None:
        offered = tuple(Choice(one["label"], one["send"]) for one in context.session.offered)
        return Reply(context.knowledge.text("events.which"), choices=offered)
    return sign_up_for(context, event, form, first=False)


def gone(context: Context) -> Reply:
    """The event was taken out of the knowledge while its form waited."""
    context.session.form = None
    return Reply(context.knowledge.text("events.list_none", contact=contact_of(None, context)))
