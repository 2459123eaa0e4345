"""Taking the places: what is said is what the state has done."""

from __future__ import annotations

from intents.event_extra import answers_of, answers_words
from intents.event_people import phone_words, phones_of, relations_of
from intents.event_refusals import already_words
from intents.event_view import (
    contact_of,
    door_link,
    others_open,
    same_event,
    title_of,
    when_words,
    where_words,
)
from intents.types import About, AlreadySignedUp, Choice, Context, Form, NoPlaceLeft, Reply, SignUp
from knowledge.base import Event, Knowledge

#: The version of the notice that stands in texts/events.toml as `notice`; raise it when its meaning changes.
NOTICE_VERSION = "1"


def take_places(context: Context, event: Event, form: Form, intent: str | None) -> Reply:
    """Sign up; what is said is what the state has done."""
    say, names, phone = context.knowledge.text, list(form.slots["names"]), str(form.slots["phone"])
    try:
        made = context.signups.sign_up(
            event.id,
            names,
            phone,
            list(map(About, answers_of(form, names), relations_of(form, names), phones_of(form, names))),
            rivals_of(event, context.knowledge),
        )
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
            say("events.waiting", names=who, title=event.title, rank=rank, phone=phone_words(context, form)),
            intent=intent,
            choices=also,
        )
    said = dict(zip(names, answers_of(form, names), strict=True))
    numbers = "\n".join(
        say("events.door_number", number=one.number, name=one.name)
        + (f"｜{answers_words(said[one.name])}" if said.get(one.name) else "")
        + door_link(one, context)
        for one in made
    )
    text = say(
        "events.confirmed",
        names=who,
        title=event.title,
        when=when_words(event, context),
        where=where_words(event, context),
        numbers=numbers,
        phone=phone_words(context, form),
    )
    if intent is not None:  # everything came in one message: the notice was not read yet
        text += "\n" + say("events.notice")
    if also:
        text += "\n" + say("events.also")
    return Reply(text, intent=intent or ("event_signup" if also else None), choices=also)


def rivals_of(event: Event, knowledge: Knowledge) -> list[str]:
    """What nobody may have a place at beside this one: its other sessions, and others of its kind in the period."""

    def forbids(one: Event) -> bool:
        if one.id == event.id or event.once == "session":
            return False
        return same_event(one.id, event.id) or (one.once == event.once and _period(one) == _period(event))

    return [one.id for one in knowledge.occasions if forbids(one)]


def _period(event: Event) -> tuple[object, ...]:
    """The kind and the month or year, where one person may come once in it; else the event alone."""
    if event.starts_at is None or event.once not in ("month", "year"):
        return (event.id,)
    return (event.kind, event.starts_at.year, event.starts_at.month if event.once == "month" else 0)


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
    title = title_of(held, context)
    if any(one.id == held.id for one in context.signups.mine()):
        text = say("events.already", name=held.name, title=title, state=already_words(context, held))
    else:  # what another account signed up is told to that one
        text = say(
            "events.already_elsewhere", name=held.name, title=title, contact=contact_of(event, context)
        )
    if not same_event(held.event_id, event.id):
        text += say(f"events.once_{event.once}")
    others = [name for name in form.slots["names"] if name != held.name]
    if not others:
        context.session.form = None
        return Reply(text + say("events.already_after"), intent=intent)
    form.slots |= {"names": others, "people": len(others), "sure": False}
    form.awaiting = "sure"
    ask = say("events.already_rest", names="、".join(others))
    return Reply(f"{text}\n{ask}", intent=intent, choices=(Choice(say("events.confirm_yes")), Choice("取消")))
