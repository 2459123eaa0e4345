"""Signing up: what cannot be is said first, then who comes is asked for, then the place is taken.

The form's slots: `event`, `title` (of the thing in hand), `names`, `phone`, `people` (how many come), and what the
worker has said yes to: `member`, `waits` (to the waiting list), `sure` (to the summary).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from intents.event_list import EXCEPTION, list_reply, near_lead, no_exception, topic_reply
from intents.event_named import Named, by_ordinal, meant, named, remember
from intents.event_people import NO_FULL_NAME, bare_names, gives_who, note_who, persons, wrong_phone
from intents.event_view import (
    TAKEN,
    contact_of,
    door_link,
    others_open,
    standing,
    standing_words,
    when_words,
    where_words,
)
from intents.text import fold
from intents.types import AlreadySignedUp, Choice, Context, Form, NoPlaceLeft, Reply, SignUp
from knowledge.base import Event

#: The version of the notice that stands in texts/events.toml as `notice`; raise it when its meaning changes.
NOTICE_VERSION = "1"

PRIVACY = re.compile(
    "不想(填|给|报|说|留)|不方便(填|给|说)|为什么要|为啥要|干嘛要|隐私|泄露|身份证|安全吗|(会不会|是不是)是?骗|干什么用"
)
NOT_MEMBER = re.compile("非会员|不是(工会)?会员|没(有)?入会|没(有)?加入工会|还没入会|没进工会|不是工会的")
FOR_OTHERS = re.compile(
    "自己|我也|也报|再报|再加|多报|代报|替|帮(?!我报|我登|我加|忙)|给别人|给(同事|朋友|老|儿|女|孩|我[妈爸老婆公爷奶儿女])"
)
GIVES_UP = re.compile(
    "^(那|算了|还是|先|哦|嗯|我|[,。 ])*(不报了?|不想报了?|不参加了?|不去了|取消报名|别报了|不要报了|放弃|不排了?|不等了|不弄了|不填了)(吧|了|啦|[。!])*$"
)


# ---------------------------------------------------------------- which event


def begin_signup(context: Context) -> Reply:
    """Find the event, refuse at once what cannot be, else ask for who is still missing."""
    if EXCEPTION.search(fold(context.match.text)):
        return no_exception(context, "event_signup")
    found = meant(context)
    form = Form("events", "event", {"label": "event_signup"})
    note_who(context, form)
    if len(found.events) > 1 and len(context.match.all("event")) > 1:
        first, *others = found.events
        form.slots["also"] = [one.id for one in others]
        return sign_up_for(context, first, form, first=True)
    if found.only:
        return sign_up_for(context, found.only, form, first=True)
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


# ---------------------------------------------------------------- the next step


def sign_up_for(context: Context, event: Event, form: Form, first: bool) -> Reply:
    """Say what cannot be, ask for what is missing, or take the place."""
    remember(context, event)
    form.slots |= {
        "event": event.id,
        "title": context.knowledge.text("events.sign_up_choice", title=event.title),
    }
    context.session.form = form
    for step in (_refused, _has_a_place, _too_few_left, _wrong_phone, _missing, _unsure):
        reply = step(context, form, event, first)
        if reply is not None:
            return reply
    return _take_places(context, event, form, "event_signup" if first else None)


def _refused(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """Closed, not yet open, full, members only, too many: said before any question."""
    say, contact = context.knowledge.text, contact_of(event, context)
    people = int(form.slots["people"])
    if standing(event, context) not in TAKEN:
        text = say("events.refused", title=event.title, state=standing_words(event, context), contact=contact)
    elif event.members_only and NOT_MEMBER.search(fold(context.match.text)):
        text = say("events.refused_not_member", title=event.title, contact=contact)
    elif people > event.people_per_signup:
        text = say("events.too_many", title=event.title, limit=event.people_per_signup, contact=contact)
        context.session.form = None
        return Reply(text, intent="event_signup")
    else:
        return None
    context.session.form = None
    lead, choices = others_open(context, event)
    return Reply(text + lead, intent="event_signup", choices=choices)


def _has_a_place(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """He is signed up already and speaks of nobody else."""
    mine = [one for one in context.signups.mine() if one.event_id == event.id]
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
        say("events.already", name=one.name, title=event.title, state=_state(context, one))
        for one in (asked or mine)
    ]
    return Reply(
        "\n".join([*lines, say("events.already_others")]),
        intent="event_signup",
        choices=(Choice(say("events.others_choice", title=event.title)),),
    )


def _state(context: Context, signup: SignUp) -> str:
    return context.knowledge.text(f"events.already_{signup.status}", number=signup.number, rank=signup.rank)


def _too_few_left(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
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


def _wrong_phone(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
    """A number that cannot be one: says why, keeps event and names."""
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


def _missing(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
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
    else:
        key = "events.lead_waits" if form.slots.get("waits") else "events.lead"
        parts.append(say(key, title=event.title, when=when_words(event, context)))
    if event.members_only:
        form.slots["member"] = True
        parts.append(say("events.lead_members", contact=contact_of(event, context)))
    elif NOT_MEMBER.search(fold(context.match.text)):
        parts.append(say("events.lead_not_only_members"))
    if event.who and not event.members_only:
        parts.append(say("events.lead_who", who=event.who))
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
    return say("events.whose", whose=form.slots["whose"]) if form.slots.get("whose") else ""


def _unsure(context: Context, form: Form, event: Event, first: bool) -> Reply | None:
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
            names="、".join(form.slots["names"]),
            people=len(form.slots["names"]),
            phone=form.slots["phone"],
        )
        return Reply(text, intent=intent, choices=(Choice(say("events.confirm_yes")), Choice("取消")))
    return None


# ---------------------------------------------------------------- the answers


def take_who(context: Context, form: Form) -> Reply:
    """The answer to the question for name and telephone."""
    event = _event_of(context, form)
    if event is None:
        return _gone(context)
    before = dict(form.slots)
    if form.slots.pop("redo", False) and persons(context):
        form.slots |= {"names": [], "people": 1}
    note_who(context, form)
    answer = context.match.slot("yes_no")
    if before == form.slots and answer is not None and answer.value is False:
        return give_up(context, form)
    if before != form.slots:
        form.asked = 1
    return sign_up_for(context, event, form, first=False)


def confirm(context: Context, form: Form) -> Reply:
    """Yes to the waiting list, to being a member, or to the summary; a no or another name or number."""
    event = _event_of(context, form)
    if event is None:
        return _gone(context)
    said = _said_yes(context, form)
    if said is True:
        form.slots[form.awaiting] = True
        return sign_up_for(context, event, form, first=False)
    people = context.match.slot("people")
    if people is not None and not persons(context) and 0 < people.value < len(form.slots["names"]):
        names = "、".join(form.slots["names"])
        return Reply(context.knowledge.text("events.who_of_them", names=names))
    corrected = _correct(context, form)
    if not corrected and said is False and form.awaiting == "sure":
        form.awaiting = "who"
        form.slots["redo"] = True
        return Reply(context.knowledge.text("events.what_is_wrong"))
    if not corrected and said is False:
        return refuse_not_member(context, form) if form.awaiting == "member" else give_up(context, form)
    return sign_up_for(context, event, form, first=False)


def _said_yes(context: Context, form: Form) -> bool | None:
    text, say = context.match.text.strip(), context.knowledge.text
    yes, no = {
        "waits": ("events.waits_yes", "events.waits_no"),
        "member": ("events.member_yes", "events.member_no"),
        "sure": ("events.confirm_yes", "events.confirm_no"),
    }[form.awaiting]
    if text in (say(yes), say(no)):
        return text == say(yes)
    if form.awaiting == "member" and NOT_MEMBER.search(fold(text)):
        return False
    answer = context.match.slot("yes_no")
    return answer.value if answer is not None else None


def _correct(context: Context, form: Form) -> bool:
    """Another name or number in the place of an answer replaces what was given."""
    before = dict(form.slots)
    if persons(context):
        form.slots |= {"names": [], "people": 1, "corrected": True}
    note_who(context, form)
    return before != form.slots


def fewer(context: Context, form: Form) -> Reply:
    """The answer to 「只剩 1 个名额」: how many come, who comes, or all wait."""
    event = _event_of(context, form)
    if event is None:
        return _gone(context)
    say, text = context.knowledge.text, context.match.text.strip()
    left, answer = context.signups.places_left(event.id), context.match.slot("yes_no")
    people, names = context.match.slot("people"), form.slots["names"]
    chosen = [name for name in names if name in text]
    number = (
        people.value
        if people is not None
        else left
        if text == say("events.fewer_choice", left=left)
        else None
    )
    if event.waiting_list and (
        text == say("events.wait_choice") or re.search("候补|都排|一起排|等", fold(text))
    ):
        form.slots["waits"] = True
    elif chosen:
        form.slots |= {"names": chosen, "people": len(chosen)}
    elif isinstance(number, int) and 0 < number <= left:
        form.slots |= {"people": number, "names": names if len(names) <= number else []}
        form.awaiting = "event"
    elif answer is not None and answer.value is False:
        return give_up(context, form)
    return sign_up_for(context, event, form, first=False)


def give_up(context: Context, form: Form) -> Reply:
    """「不报了」: nothing was taken, and nothing stays."""
    context.session.form = None
    event = _event_of(context, form)
    if event is None:
        return Reply(context.knowledge.text("events.gave_up_none"))
    return Reply(context.knowledge.text("events.gave_up", title=event.title))


def refuse_not_member(context: Context, form: Form) -> Reply:
    """The event is for members and he is none: whom to ask, and what else there is."""
    context.session.form = None
    event = _event_of(context, form)
    lead, choices = others_open(context, event)
    title, contact = event.title if event else "", contact_of(event, context)
    text = context.knowledge.text("events.refused_not_member", title=title, contact=contact)
    return Reply(text + lead, intent="event_signup", choices=choices)


def ask_again(context: Context, form: Form) -> Reply:
    """The question in hand once more, after something else was answered."""
    event = _event_of(context, form)
    if event is None:
        offered = tuple(Choice(one["label"], one["send"]) for one in context.session.offered)
        return Reply(context.knowledge.text("events.which"), choices=offered)
    return sign_up_for(context, event, form, first=False)


def _event_of(context: Context, form: Form) -> Event | None:
    return context.knowledge.event(str(form.slots.get("event", "")))


def _gone(context: Context) -> Reply:
    """The event was taken out of the knowledge while its form waited."""
    context.session.form = None
    return Reply(context.knowledge.text("events.list_none", contact=contact_of(None, context)))


# ---------------------------------------------------------------- taking the place


def _take_places(context: Context, event: Event, form: Form, intent: str | None) -> Reply:
    """Sign up; what is said is what the state has done."""
    say, names, phone = context.knowledge.text, list(form.slots["names"]), str(form.slots["phone"])
    try:
        made = context.signups.sign_up(event.id, names, phone)
    except AlreadySignedUp as error:
        return _without(context, event, form, error.signup, intent)
    except NoPlaceLeft:
        context.session.form = None
        lead, choices = others_open(context, event)
        text = say("events.full_now", title=event.title, contact=contact_of(event, context))
        return Reply(text + lead, intent=intent, choices=choices)
    context.people.give_consent("signup", NOTICE_VERSION, True)
    context.session.form = None
    who = "、".join(names)
    also = _also(context, form, names, phone)
    if made[0].status == "waiting":
        rank = "、".join(str(one.rank) for one in made)
        return Reply(
            say("events.waiting", names=who, title=event.title, rank=rank, phone=phone),
            intent=intent,
            choices=also,
        )
    numbers = "\n".join(
        say("events.door_number", number=one.number, name=one.name) + door_link(one, context) for one in made
    )
    text = say(
        "events.confirmed",
        names=who,
        title=event.title,
        when=when_words(event, context),
        where=where_words(event, context),
        numbers=numbers,
        phone=phone,
    )
    if intent is not None:  # everything came in one message: the notice was not read yet
        text += "\n" + say("events.notice")
    if also:
        text += "\n" + say("events.also")
    return Reply(text, intent=intent or ("event_signup" if also else None), choices=also)


def _also(context: Context, form: Form, names: list[str], phone: str) -> tuple[Choice, ...]:
    """The other events that were named in the same message: one tap each, with the same people."""
    events = [one for one in map(context.knowledge.event, form.slots.get("also", [])) if one]
    who = f"{' '.join(names)} {phone}"
    label = context.knowledge.text
    return tuple(
        Choice(
            label("events.sign_up_choice", title=one.title),
            label("events.sign_up_choice", title=one.title) + f" {who}",
        )
        for one in events
    )


def _without(context: Context, event: Event, form: Form, held: SignUp, intent: str | None) -> Reply:
    """One of them has a place: say so, and go on with the others."""
    say = context.knowledge.text
    text = say("events.already", name=held.name, title=event.title, state=_state(context, held))
    others = [name for name in form.slots["names"] if name != held.name]
    if not others:
        context.session.form = None
        return Reply(text + say("events.already_after"), intent=intent)
    form.slots |= {"names": others, "people": len(others), "sure": False}
    form.awaiting = "sure"
    ask = say("events.already_rest", names="、".join(others))
    return Reply(f"{text}\n{ask}", intent=intent, choices=(Choice(say("events.confirm_yes")), Choice("取消")))


#: What is awaited → who takes the answer.
ANSWERS: dict[str, Callable[[Context, Form], Reply]] = {
    "event": choose_event,
    "who": take_who,
    "fewer": fewer,
    "waits": confirm,
    "member": confirm,
    "sure": confirm,
}


def answers(context: Context, form: Form) -> bool:
    """Whether the message is an answer to what the form awaits."""
    slot, text = context.match.slot, context.match.text.strip()
    if form.awaiting == "event":
        found = named(context)
        return bool(
            found.asked
            or found.events
            or by_ordinal(context)
            or (slot("yes_no") and len(context.session.offered) == 1)
        )
    if form.awaiting == "who":
        return bool(
            gives_who(context)
            or slot("people")
            or slot("yes_no")
            or bare_names(context)
            or NO_FULL_NAME.search(text)
        )
    if form.awaiting == "fewer":
        offered = text in [one["label"] for one in context.session.offered]
        named_one = any(name in text for name in form.slots["names"])
        return bool(offered or slot("people") or slot("yes_no") or "候补" in text or named_one)
    return gives_who(context) or _said_yes(context, form) is not None
