"""What cannot be, said before any question: closed, full, members only, too many, a place already."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.event_extra import note_said
from intents.event_view import (
    TAKEN,
    contact_of,
    event_of,
    others_open,
    same_event,
    standing,
    standing_words,
    title_of,
)
from intents.text import fold
from intents.types import Choice, Context, Form, Reply, SignUp
from knowledge.base import Event
from knowledge.questions import Question

NOT_MEMBER = re.compile("非会员|不是(工会)?会员|没(有)?入会|没(有)?加入工会|还没入会|没进工会|不是工会的")
MEMBER = re.compile("^我?[就也]?会员的?$|(?<!不)(?<!否)是(工会|你们)?会员(?![吗么不])")
FOR_OTHERS = re.compile(
    "自己|我也|也报|再报|再加|多报|代报|替|帮(?!我(报|登|加|抢|占|留|弄|先|个|一个|也|一下)|忙)|给别人|给(同事|朋友|老|儿|女|孩|我[妈爸老婆公爷奶儿女])"
)


def refused(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """Closed, not yet open, full, members only, too many: said before any question."""
    say, contact = context.knowledge.text, contact_of(event, context)
    people = int(form.slots["people"])
    if standing(event, context) not in TAKEN:
        text = say("events.refused", title=event.title, state=standing_words(event, context), contact=contact)
    elif event.members_only and NOT_MEMBER.search(fold(context.match.text)):
        wants_no_more(context)
        text = say("events.refused_not_member", title=event.title, contact=contact)
    elif key := _family(context, event, people):
        text = say(key, title=event.title, limit=event.family, contact=contact)
        context.session.form = None
        return Reply(text, intent="event_signup")
    elif unfit := note_said(context.match.text, form, event):
        return refuse_answer(context, event, unfit)
    elif people > event.people_per_signup:
        text = say("events.too_many", title=event.title, limit=event.people_per_signup, contact=contact)
        context.session.form = None
        one = Choice(say("events.sign_up_choice", title=event.title))
        return Reply(text, intent="event_signup", choices=(one,))
    else:
        return None
    context.session.form = None
    lead, choices = others_open(context, event)
    return Reply(text + lead, intent="event_signup", choices=choices)


def refuse_not_member(context: Context, form: Form) -> Reply:
    """The event is for members and he is none: whom to ask, and what else there is."""
    context.session.form = None
    event = event_of(context, form)
    lead, choices = others_open(context, event)
    title, contact = event.title if event else "", contact_of(event, context)
    text = context.knowledge.text("events.refused_not_member", title=title, contact=contact)
    return Reply(text + lead, intent="event_signup", choices=choices)


def wants_no_more(context: Context) -> None:
    """That he is a member, or none, says how he stands, not that he asks how to become one."""
    also = tuple(label for label in context.match.also if label != "join_union")
    context.match = replace(context.match, also=also)


def refuse_answer(context: Context, event: Event, question: Question) -> Reply:
    """What he answered, or said outright, is not for whom the event is; or he does not agree to what it needs."""
    context.session.form = None
    key = "extra_refused" if question.kind == "consent" else "limit_refused"
    text = context.knowledge.text(
        f"events.{key}",
        title=event.title,
        contact=contact_of(event, context),
        name=question.name,
        span=question.span,
    )
    lead, choices = others_open(context, event) if question.limit else ("", ())
    return Reply(text + lead, intent="event_signup", choices=choices)


def _family(context: Context, event: Event, people: int) -> str:
    """What is wrong with bringing family; "" where nothing is."""
    if event.family is None:
        return ""
    kin = [slot for slot in context.match.all("relation") if slot.value in ("child", "family")]
    if event.family == 0 and kin:
        return "events.no_family"
    return "events.too_much_family" if people > event.family + 1 or len(kin) > event.family else ""


def has_a_place(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """He is signed up already and speaks of nobody else."""
    mine = [one for one in context.signups.mine() if same_event(one.event_id, event.id)]
    names, text = form.slots["names"], fold(context.match.text)
    if not first or not mine or not set(names) <= {one.name for one in mine}:
        return None
    say = context.knowledge.text
    others = (
        FOR_OTHERS.search(text)
        or context.match.slot("relation")
        or int(form.slots["people"]) > max(1, len(names))
    )
    if others and not names:
        return None
    asked = [one for one in mine if one.name in names]
    context.session.form = None
    lines = [
        say("events.already", name=one.name, title=title_of(one, context), state=already_words(context, one))
        for one in (asked or mine)
    ]
    return Reply(
        "\n".join([*lines, say("events.already_others")]),
        intent="event_signup",
        choices=(Choice(say("events.others_choice", title=event.title)),),
    )


def already_words(context: Context, signup: SignUp) -> str:
    return context.knowledge.text(f"events.already_{signup.status}", number=signup.number, rank=signup.rank)


def too_few_left(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """Fewer places than people: fewer come, or all wait."""
    say, people = context.knowledge.text, int(form.slots["people"])
    left = context.signups.places_left(event.id)
    if event.quota is None or not 0 < left < people or (form.slots.get("waits") and event.waiting_list):
        return None
    form.awaiting = "fewer"
    key = "events.fewer_or_wait" if event.waiting_list else "events.fewer"
    text = say(key, title=event.title, left=left, people=people, contact=contact_of(event, context))
    choices = [Choice(say("events.fewer_choice", left=left))]
    if event.waiting_list:
        choices.append(Choice(say("events.wait_choice")))
    choices.append(Choice("取消"))
    return Reply(text, intent="event_signup" if first else None, choices=tuple(choices))
