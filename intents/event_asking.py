"""What a sign-up asks: names, telephone, and a yes where the worker has not had the chance to say no."""

from __future__ import annotations

from intents.event_extra import who_with_answers
from intents.event_people import (
    NO_FULL_NAME,
    given_phones,
    own_phones,
    phone_words,
    two_phones,
    wrong_phone,
)
from intents.event_refusals import NOT_MEMBER
from intents.event_view import contact_of, standing, when_words, who_words
from intents.text import fold
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Event


def ask_right_phone(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """A number that cannot be one: says why, keeps event and names."""
    if two_phones(context) and not own_phones(context) and form.slots.get("phone") in given_phones(context):
        form.awaiting = "who"
        form.slots["phone"] = None
        choices = tuple(map(Choice, given_phones(context)))
        text = context.knowledge.text("events.phone_two")
        return Reply(text, intent="event_signup" if first else None, choices=choices)
    text = wrong_phone(context)
    if not text:
        return None
    form.awaiting = "who"
    names = form.slots["names"]
    if names:
        text = (
            context.knowledge.text("events.phone_wrong_kept", names="、".join(names), title=event.title)
            + text
        )
    return Reply(text, intent="event_signup" if first else None)


def ask_missing(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """Ask for names and telephone; how the event stands and who may come is said with the first question."""
    say = context.knowledge.text
    names, phone, people = form.slots["names"], form.slots.get("phone"), int(form.slots["people"])
    if phone and names and len(names) >= people:
        return None
    asked_before = form.awaiting == "who"
    again = "_again" if asked_before and form.asked > 1 else ""
    notice = "" if asked_before else say("events.notice")
    whose = _whose(context, form, event)
    if not names and not phone:
        ask = say(f"events.ask_both{again}", whose=whose, notice=notice)
    elif not names:
        short = "_full" if NO_FULL_NAME.search(context.match.text) else ""
        ask = say(f"events.ask_names{short or again}", whose=whose, notice=notice)
    elif len(names) < people:
        ask = say(
            "events.ask_more_names",
            names="、".join(names),
            people=people,
            missing=people - len(names),
            notice=notice,
        )
    else:
        ask = say(f"events.ask_phone{again}", names="、".join(names), notice=notice)
    lead = "" if asked_before else _lead(context, form, event)
    form.awaiting = "who"
    return Reply(lead + ask, intent="event_signup" if first else None)


def _lead(context: Context, form: Form, event: Event) -> str:
    """What the worker must know before he gives his name; asked after this, his name is a yes to it."""
    say = context.knowledge.text
    parts = []
    if standing(event, context) == "waiting":
        form.slots["waits"] = True
        waiting = context.signups.waiting(event.id)
        parts.append(
            say("events.lead_waiting", title=event.title, when=when_words(event, context), waiting=waiting)
        )
        whole = context.knowledge.event(event.part_of)
        others = context.knowledge.sessions_of(whole) if whole else ()
        free = [one.session or one.group for one in others if standing(one, context) == "open"]
        if free:
            parts.append(say("events.other_sessions", sessions="、".join(dict.fromkeys(free))))
    else:
        key = "events.lead_waits" if form.slots.get("waits") else "events.lead"
        parts.append(say(key, title=event.title, when=when_words(event, context)))
    if event.members_only:
        form.slots["member"] = True
        parts.append(say("events.lead_members", contact=contact_of(event, context)))
    elif NOT_MEMBER.search(fold(context.match.text)):
        parts.append(say("events.lead_not_only_members"))
    if (event.who and not event.members_only) or event.limits or event.family is not None:
        parts.append(say("events.lead_who", who=who_words(event, context)))
    return "".join(parts)


def _whose(context: Context, form: Form, event: Event) -> str:
    """女儿的, 3 个人的, or nothing."""
    say = context.knowledge.text
    people, relation = int(form.slots["people"]), context.match.slot("relation")
    if people > 1:
        return say("events.whose_people", people=people)
    if relation is not None and not form.slots["names"]:
        form.slots["whose"] = relation.text
    if not form.slots.get("whose") and "托班" in event.kind:
        form.slots["whose"] = say("events.child")
    whose = str(form.slots.get("whose", "")).replace("我", say("events.your"), 1)
    return say("events.whose", whose=whose) if whose else ""


def ask_sure(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """All is known; ask for a yes where the worker has not had the chance to say no."""
    say, intent = context.knowledge.text, "event_signup" if first else None
    if standing(event, context) == "waiting" and not form.slots.get("waits"):
        form.awaiting = "waits"
        text = say("events.ask_waits", title=event.title, waiting=context.signups.waiting(event.id))
        return Reply(
            text, intent=intent, choices=(Choice(say("events.waits_yes")), Choice(say("events.waits_no")))
        )
    if event.members_only and not form.slots.get("member"):
        form.awaiting = "member"
        text = say("events.ask_member", title=event.title)
        return Reply(
            text, intent=intent, choices=(Choice(say("events.member_yes")), Choice(say("events.member_no")))
        )
    if (len(form.slots["names"]) > 1 or form.slots.get("corrected")) and not form.slots.get("sure"):
        form.awaiting = "sure"
        text = say(
            "events.confirm",
            title=event.title,
            when=when_words(event, context),
            names=who_with_answers(form),
            people=len(form.slots["names"]),
            phone=phone_words(context, form),
        )
        return Reply(text, intent=intent, choices=(Choice(say("events.confirm_yes")), Choice("取消")))
    return None
