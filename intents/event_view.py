"""How an event stands at a moment, and how it reads in the chat."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from intents.types import Context, SignUp
from knowledge.base import Event

Standing = Literal["open", "waiting", "full", "not_yet", "closed", "over", "cancelled"]

WEEKDAYS = "一二三四五六日"


def standing(event: Event, context: Context) -> Standing:
    """Whether `event` takes sign-ups now; "waiting" means full with a waiting list."""
    now = context.now
    if event.cancelled:
        return "cancelled"
    ends = event.ends_at or event.starts_at
    if ends is not None and ends <= now:
        return "over"
    if event.signup_closes_at is not None and event.signup_closes_at <= now:
        return "closed"
    if event.signup_opens_at is not None and event.signup_opens_at > now:
        return "not_yet"
    if event.quota is None or context.signups.places_left(event.id) > 0:
        return "open"
    return "waiting" if event.waiting_list else "full"


def standing_words(event: Event, context: Context) -> str:
    """The standing as a worker reads it, e.g. 「可以报名，还有 12 个名额」."""
    say = context.knowledge.text
    now_is = standing(event, context)
    if now_is == "open" and event.quota is None:
        return say("events.state_open_unlimited")
    return say(
        f"events.state_{now_is}",
        left=context.signups.places_left(event.id) if event.quota is not None else "",
        waiting=context.signups.waiting(event.id),
        opens=moment_words(event.signup_opens_at) if event.signup_opens_at else "",
        closes=moment_words(event.signup_closes_at) if event.signup_closes_at else "",
    )


def moment_words(at: datetime) -> str:
    """「2026年12月6日（周日）14:00」."""
    return f"{at.year}年{at.month}月{at.day}日（周{WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def when_words(event: Event, context: Context) -> str:
    """Start and end; the end's day only where it is another one."""
    if event.starts_at is None:
        return context.knowledge.text("events.by_announcement")
    words = moment_words(event.starts_at)
    if event.ends_at is None:
        return words
    same_day = event.ends_at.date() == event.starts_at.date()
    return f"{words}–{event.ends_at:%H:%M}" if same_day else f"{words} 到 {moment_words(event.ends_at)}"


def where_words(event: Event, context: Context) -> str:
    """Place and address, or that they are to be announced."""
    return event.address or event.place or context.knowledge.text("events.by_announcement")


def contact_of(event: Event | None, context: Context) -> str:
    """Whom to ask about it; the union's own number where the event names nobody."""
    return (event.contact if event else "") or context.knowledge.contacts["union"].number


def line(event: Event, context: Context) -> str:
    """One line of a list."""
    return context.knowledge.text(
        "events.line",
        title=event.title,
        when=when_words(event, context),
        state=standing_words(event, context),
    )


def details(event: Event, context: Context) -> str:
    """Everything that a worker may want to know."""
    say = context.knowledge.text
    contact = contact_of(event, context)
    who = event.who or say("events.everyone")
    if event.members_only and "会员" not in who:
        who = f"{who}（{say('events.members_only')}）"
    return say(
        "events.detail",
        title=event.title,
        description=event.description,
        when=when_words(event, context),
        where=where_words(event, context),
        who=who,
        fee=event.fee or say("events.unknown", contact=contact),
        state=standing_words(event, context),
        contact=contact,
    )


def signup_line(signup: SignUp, event: Event, context: Context) -> str:
    """One of 「我的报名」."""
    return context.knowledge.text(
        f"events.mine_{signup.status}",
        title=event.title,
        when=when_words(event, context),
        name=signup.name,
        number=signup.number,
        rank=signup.rank,
    )
