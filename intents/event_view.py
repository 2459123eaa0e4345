"""How an event stands at a moment, and how it reads in the chat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from intents.types import Choice, Context, Form, SignUp
from knowledge.base import Event, whole_id
from knowledge.questions import questions_of

Standing = Literal["open", "waiting", "full", "not_yet", "closed", "over", "cancelled"]

#: An event stands as that of its sessions does that stands first here.
STANDINGS: tuple[Standing, ...] = ("open", "waiting", "not_yet", "full", "closed", "over", "cancelled")

#: The standings in which a sign-up can be taken.
TAKEN = ("open", "waiting")

WEEKDAYS = "一二三四五六日"

#: How many other events are offered where one cannot be had.
OTHERS = 3


def standing(event: Event, context: Context) -> Standing:
    """Whether `event` takes sign-ups now; "waiting" means full with a waiting list."""
    now = context.now
    if event.cancelled:
        return "cancelled"
    sessions = context.knowledge.sessions_of(event)
    if sessions:
        return min((standing(one, context) for one in sessions), key=STANDINGS.index)
    ends = event.ends_at or event.starts_at
    if ends is not None and ends <= now:
        return "over"
    if event.signup_closes_at is not None and event.signup_closes_at <= now:
        return "closed"
    if context.signups.stopped(event.id):
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
    held = [one for one in occasions_of(event, context) if standing(one, context) == now_is]
    if now_is == "open" and any(one.quota is None for one in held):
        return say("events.state_open_unlimited")
    return say(
        "events.state_waiting_first"
        if now_is == "waiting" and not _waiting(held, context)
        else f"events.state_{now_is}",
        left=sum(context.signups.places_left(one.id) for one in held if one.quota is not None),
        waiting=_waiting(held, context),
        opens=moment_words(event.signup_opens_at) if event.signup_opens_at else "",
        closes=moment_words(event.signup_closes_at) if event.signup_closes_at else "",
    )


def _waiting(events: Iterable[Event], context: Context) -> int:
    return sum(context.signups.waiting(one.id) for one in events)


def occasions_of(event: Event, context: Context) -> tuple[Event, ...]:
    """What places are taken at: an event's sessions, or the event itself."""
    return context.knowledge.sessions_of(event) or (event,)


def same_event(one: str, other: str) -> bool:
    """Whether two ids are of one event, or of two of its sessions."""
    return whole_id(one) == whole_id(other)


def is_over(event: Event, context: Context) -> bool:
    """Whether nobody needs to know of it any more: it has ended, or will not be."""
    return standing(event, context) in ("over", "cancelled")


def moment_words(at: datetime) -> str:
    """「2026年12月6日（周日）14:00」."""
    return f"{at.year}年{at.month}月{at.day}日（周{WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def when_words(event: Event, context: Context) -> str:
    """Start and end; the end's day only where it is another one; of sessions, each."""
    sessions = context.knowledge.sessions_of(event)
    if sessions:
        times = [
            context.knowledge.text(
                "events.session_when", session=one.session or one.group, when=when_words(one, context)
            )
            for one in sessions
        ]
        return "；".join(dict.fromkeys(times))
    if event.starts_at is None:
        return context.knowledge.text("events.by_announcement")
    words = moment_words(event.starts_at)
    if event.ends_at is None:
        return words
    same_day = event.ends_at.date() == event.starts_at.date()
    return f"{words}–{event.ends_at:%H:%M}" if same_day else f"{words} 到 {moment_words(event.ends_at)}"


def start_words(event: Event, context: Context) -> str:
    """The start alone, for lists: WeChat shows few bytes."""
    if event.starts_at is None:
        return context.knowledge.text("events.by_announcement")
    return moment_words(event.starts_at)


def where_words(event: Event, context: Context) -> str:
    """Place and address, or that they are to be announced."""
    return event.address or event.place or context.knowledge.text("events.by_announcement")


def who_words(event: Event, context: Context) -> str:
    """Who may come, with the membership where only members may."""
    say = context.knowledge.text
    who = event.who or say("events.everyone")
    if event.members_only and "会员" not in who:
        who = f"{who}（{say('events.members_only')}）"
    limits = [say("events.limit", name=one.name, span=one.span) for one in questions_of(event) if one.limit]
    if event.family is not None:
        key = "events.family" if event.family else "events.family_none"
        limits.append(say(key, limit=event.family))
    if event.once in ("month", "year"):
        limits.append(say(f"events.once_{event.once}"))
    return "；".join([who, *limits])


def fee_words(event: Event, context: Context) -> str:
    """The fee, or whom to ask where it is not published."""
    return event.fee or context.knowledge.text("events.unknown", contact=contact_of(event, context))


def contact_of(event: Event | None, context: Context) -> str:
    """Whom to ask about it; the union's own number where the event names nobody."""
    return (event.contact if event else "") or context.knowledge.contacts["union"].number


def line(event: Event, context: Context) -> str:
    """One line of a list."""
    return context.knowledge.text(
        "events.line",
        title=event.title,
        when=start_words(event, context),
        state=standing_words(event, context),
    )


def details(event: Event, context: Context) -> str:
    """Everything that a worker may want to know; of sessions, how each stands."""
    sessions = context.knowledge.sessions_of(event)
    each = "".join(
        "\n"
        + context.knowledge.text(
            "events.session_line", session=_session_words(one), state=standing_words(one, context)
        )
        for one in sessions
    )
    text = context.knowledge.text(
        "events.detail",
        title=event.title,
        description=event.description,
        when=when_words(event, context),
        where=where_words(event, context),
        who=who_words(event, context),
        fee=fee_words(event, context),
        state=standing_and_closing(event, context),
        contact=contact_of(event, context),
    )
    return text + each


def standing_and_closing(event: Event, context: Context) -> str:
    """How it stands, and until when one can sign up where that is published."""
    words, closes = standing_words(event, context), event.signup_closes_at
    if closes is None or standing(event, context) not in TAKEN:
        return words
    return f"{words}；{context.knowledge.text('events.closes_at', closes=moment_words(closes))}"


def _session_words(session: Event) -> str:
    """「周六场·会员」."""
    return "·".join(one for one in (session.session, session.group) if one)


def others_open(context: Context, but: Event | None = None) -> tuple[str, tuple[Choice, ...]]:
    """A line and a few events that still have places, for those who cannot have `but`: of its kind first."""
    whole = context.knowledge.event(but.part_of) if but and but.part_of else but
    found = [one for one in context.knowledge.events if one is not whole and standing(one, context) == "open"]
    found.sort(key=lambda one: (but is None or one.kind != but.kind, _start(one)))
    if but is not None and whole is not None:
        sessions = context.knowledge.sessions_of(whole)
        found[:0] = [one for one in sessions if one is not but and standing(one, context) in TAKEN]
    if not found:
        return "", ()
    lead = "\n" + context.knowledge.text("events.others_open")
    return lead, tuple(Choice(line(one, context), send=one.title) for one in found[:OTHERS])


def ranked(events: Iterable[Event], context: Context) -> list[Event]:
    """Those that take sign-ups first, then by day."""
    order = {"open": 0, "waiting": 1, "not_yet": 2}
    return sorted(events, key=lambda one: (order.get(standing(one, context), 3), _start(one)))


def _start(event: Event) -> float:
    return event.starts_at.timestamp() if event.starts_at else 0.0


def title_of(signup: SignUp, context: Context) -> str:
    """The title of a sign-up's event, also where it was taken out of the knowledge."""
    event = context.knowledge.event(signup.event_id)
    return event.title if event else context.knowledge.text("events.gone")


def door_link(signup: SignUp, context: Context) -> str:
    """The line that leads to the page with his QR code; "" where the bot has no pages."""
    if not context.public_url or signup.status != "confirmed":
        return ""
    url = f"{context.public_url}/door/{context.signups.door_token(signup.id)}"
    return "\n" + context.knowledge.text("events.door_link", name=signup.name, url=url)


def signup_line(signup: SignUp, context: Context) -> str:
    """One of 「我的报名」."""
    event = context.knowledge.event(signup.event_id)
    over = event is not None and is_over(event, context)
    key = f"mine_{standing(event, context)}" if event and over else f"mine_{signup.status}"
    if signup.offered_until is not None and not over:
        key = "mine_offered"
    line = context.knowledge.text(
        f"events.{key}",
        until=moment_words(signup.offered_until) if signup.offered_until else "",
        title=title_of(signup, context),
        when=when_words(event, context) if event else context.knowledge.text("events.by_announcement"),
        where=where_words(event, context) if event else "",
        name=signup.name,
        number=signup.number,
        rank=signup.rank,
        tail=signup.phone[-4:],
        answers="".join(f"｜{name} {answer}" for name, answer in signup.about.answers.items()),
    )
    return line + ("" if over else door_link(signup, context))


def event_of(context: Context, form: Form) -> Event | None:
    """The event that a form is about; None where it was taken out of the knowledge meanwhile."""
    return context.knowledge.event(str(form.slots.get("event", "")))
