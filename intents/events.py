"""Events: what there is, signing up, my sign-ups, giving a place back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from intents.answers import best_answer
from intents.event_view import (
    contact_of,
    details,
    line,
    signup_line,
    standing,
    standing_words,
    when_words,
    where_words,
)
from intents.text import fold
from intents.types import AlreadySignedUp, Choice, Context, Form, NoPlaceLeft, Reply, SignUp
from knowledge.base import Event

#: How many events one list shows; the rest comes with 「还有吗」.
LISTED = 6

#: The version of the notice that stands in texts/events.toml as `notice`; raise it when its meaning changes.
NOTICE_VERSION = "1"

FREE = re.compile("免费|不要钱|不花钱|不收费|勿要钞票")
NAME = re.compile(r"[一-鿿]{2,4}")
MORE = re.compile(r"^(还有(吗|么|没有?|啥|什么|别的)|别的呢|换一批|下一页)")
CHANGE = re.compile("改|换|错|应该是|新号|更正")
EXCEPTION = re.compile("通融|破例|帮帮忙|想想办法|加个名额|加一个名额|开个后门|行行好|就晚了")
BY_OTHERS = re.compile(
    "(单位|公司|厂里|人事|hr|同事|老公|老婆|别人|工会小组|班长).{0,4}(报的|帮我报|给我报|代报)"
)
DETAIL = re.compile(
    "多少钱|要钱|收费|免费吗|几点|什么时候|啥时候|在哪|哪里|地址|怎么去|能带|要带|老师|几天|多久|名额|谁能|条件|要求"
)
SIGN_UP = re.compile("^(我要|我想|帮我|给我|那就|就|那)?(报名|报吧|报一个|报这个|报它|参加|就这个|要了)")
STATE_ASKED = re.compile("轮到|转正|排到|第几|改好|成功没|报上没|报好没|报进")


class Events:
    """Serves everything about events."""

    name = "events"
    labels = ("event_list", "event_signup", "event_mine", "event_cancel")

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is not None and form.service == self.name and not self._other_wish(context, form):
            return FORMS[form.awaiting](context, form)
        if _wants_new_phone(context):
            return change_phone(context)
        return {
            "event_list": show_events,
            "event_signup": begin_signup,
            "event_mine": show_mine,
            "event_cancel": begin_cancel,
        }[context.match.intent](context)

    def accepts(self, context: Context) -> bool:
        form = context.session.form
        return form is not None and ACCEPTS[form.awaiting](context)

    def continues(self, context: Context) -> bool:
        """A few words that only mean something after what was just shown."""
        if context.session.last_intent not in self.labels:
            return False
        label = _follow_up_label(context)
        if label:
            context.match = replace(context.match, intent=label, decision="answer")
        return bool(label)

    def _other_wish(self, context: Context, form: Form) -> bool:
        """A second event named in the middle, or another label of ours, starts afresh."""
        match = context.match
        if ACCEPTS[form.awaiting](context) or match.decision != "answer" or match.confidence < 0.6:
            return False
        return match.intent in self.labels and match.intent != form.slots.get("label")


def _follow_up_label(context: Context) -> str:
    text, match = fold(context.match.text), context.match
    memory = context.session.memory.get("events", {})
    if EXCEPTION.search(text) or BY_OTHERS.search(text):
        return "event_list"
    if _wants_new_phone(context) or STATE_ASKED.search(text):
        return "event_mine"
    if MORE.search(text) and memory.get("rest"):
        return "event_list"
    sure_of_other = (
        match.decision == "answer" and match.intent not in Events.labels and match.confidence > 0.8
    )
    if sure_of_other or not memory:
        return ""
    if match.slot("ordinal") and memory.get("shown"):
        return "event_list"
    if memory.get("current") and SIGN_UP.search(text):
        return "event_signup"
    if memory.get("current") and len(text) <= 16 and DETAIL.search(text):
        return "event_list"
    return ""


# ---------------------------------------------------------------- which event is meant


def named_events(context: Context) -> list[Event]:
    """The events that the message names, by title, alias or part of them, upcoming ones first."""
    knowledge = context.knowledge
    found = [knowledge.event(str(slot.value)) for slot in context.match.all("event") if slot.value]
    events = [event for event in found if event is not None]
    if not events:
        asked = asked_event(context)
        text = fold(context.match.text)
        events = [
            one
            for one in knowledge.events
            if any(name and name in text for name in (one.title, *one.aliases))
        ]
        if not events and len(asked) >= 2:
            events = [one for one in knowledge.events if asked in one.title or asked in one.aliases]
    return sorted(
        dict.fromkeys(events), key=lambda one: standing(one, context) in ("over", "cancelled", "closed")
    )


def asked_event(context: Context) -> str:
    """The event as the worker wrote it; "" when he named none."""
    slot = context.match.slot("event")
    return slot.text if slot else ""


def remembered(context: Context) -> Event | None:
    """The event that was talked of just now."""
    current = context.session.memory.get("events", {}).get("current", "")
    return context.knowledge.event(current) if current else None


def remember(context: Context, event: Event) -> None:
    context.session.memory.setdefault("events", {})["current"] = event.id


def _by_ordinal(context: Context) -> Event | None:
    slot = context.match.slot("ordinal")
    shown = context.session.memory.get("events", {}).get("shown", [])
    if slot is None or not isinstance(slot.value, int) or not 1 <= slot.value <= len(shown):
        return None
    return context.knowledge.event(shown[slot.value - 1])


# ---------------------------------------------------------------- what there is


def show_events(context: Context) -> Reply:
    """One event's details, the answer to a follow-up, or a numbered list."""
    say, text = context.knowledge.text, fold(context.match.text)
    if EXCEPTION.search(text):
        return Reply(
            say("events.no_exception", contact=contact_of(remembered(context), context)), intent="event_list"
        )
    if BY_OTHERS.search(text):
        return Reply(
            say("events.by_unit", contact=contact_of(remembered(context), context)), intent="event_mine"
        )
    rest = context.session.memory.get("events", {}).get("rest", [])
    if MORE.search(text) and rest:
        return _list(context, say("events.list"), [one for one in map(context.knowledge.event, rest) if one])
    named = named_events(context) or [one for one in [_by_ordinal(context)] if one]
    if not named and not asked_event(context) and DETAIL.search(text) and len(text) <= 16:
        named = [one for one in [remembered(context)] if one]
    if len(named) == 1:
        return show_details(context, named[0])
    if named:
        return _list(context, say("events.list_filtered", asked=asked_event(context)), named)
    topic = best_answer(context.knowledge, context.match, "event_list") if asked_event(context) else None
    if topic is not None and any(word in text for word in topic.keywords):
        return Reply(topic.text, intent="event_list")
    return _list_asked(context)


def show_details(context: Context, event: Event) -> Reply:
    remember(context, event)
    choices = ()
    if standing(event, context) in ("open", "waiting"):
        choices = (Choice(context.knowledge.text("events.sign_up_choice", title=event.title)),)
    return Reply(details(event, context), intent="event_list", choices=choices)


def _list_asked(context: Context) -> Reply:
    """A list by what was asked: free ones, a place, a day, a kind."""
    say, match = context.knowledge.text, context.match
    coming = [one for one in context.knowledge.events if standing(one, context) not in ("over", "cancelled")]
    text = fold(match.text)
    chosen, asked = coming, []
    if FREE.search(text):
        chosen, asked = [one for one in chosen if "免费" in one.fee], ["免费"]
    kinds = {one.kind for one in coming if one.kind and one.kind in text}
    if kinds:
        chosen, asked = [one for one in chosen if one.kind in kinds], [*asked, *sorted(kinds)]
    place = match.slot("place")
    if place is not None and place.value:
        chosen, asked = (
            [one for one in chosen if _at_place(one, str(place.value), context)],
            [*asked, place.text],
        )
    day = match.slot("date")
    if day is not None and isinstance(day.value, date):
        chosen, asked = (
            [one for one in chosen if one.starts_at and one.starts_at.date() == day.value],
            [*asked, day.text],
        )
    if chosen and asked:
        return _list(context, say("events.list_filtered", asked="、".join(asked)), chosen)
    if asked and coming:
        return _list(context, say("events.list_no_match", asked="、".join(asked)), coming)
    if not coming:
        return Reply(say("events.list_none", contact=contact_of(None, context)), intent="event_list")
    unknown = asked_event(context)
    if unknown:
        lead = say("events.unknown_event", asked=unknown, contact=contact_of(None, context))
        return _list(context, lead, coming)
    return _list(context, say("events.list"), coming)


def _at_place(event: Event, place: str, context: Context) -> bool:
    here = context.knowledge.place(event.place)
    return event.place == place or (here is not None and place in (here.parent, here.island))


def _list(context: Context, lead: str, events: Sequence[Event]) -> Reply:
    """A numbered list; open ones first, then by date."""
    if not events:
        return Reply(
            context.knowledge.text("events.list_none", contact=contact_of(None, context)), intent="event_list"
        )
    order = {"open": 0, "waiting": 1, "not_yet": 2}
    ranked = sorted(
        events,
        key=lambda one: (
            order.get(standing(one, context), 3),
            one.starts_at.timestamp() if one.starts_at else 0.0,
        ),
    )
    shown = ranked[:LISTED]
    memory = context.session.memory.setdefault("events", {})
    memory["shown"] = [one.id for one in shown]
    memory["rest"] = [one.id for one in ranked[LISTED:]]
    choices = tuple(Choice(line(one, context), send=one.title) for one in shown)
    return Reply(lead, intent="event_list", choices=choices)


# ---------------------------------------------------------------- signing up


def begin_signup(context: Context) -> Reply:
    """Find the event, refuse at once what cannot be, else ask for who is still missing."""
    say = context.knowledge.text
    named = named_events(context) or [one for one in [_by_ordinal(context)] if one]
    if not named and not asked_event(context):
        named = [one for one in [remembered(context)] if one]
    if len(named) == 1:
        return _signup_for(context, named[0])
    if not named and asked_event(context):
        lead = say("events.unknown_event", asked=asked_event(context), contact=contact_of(None, context))
    else:
        lead = say("events.which")
    open_now = [
        one for one in named or context.knowledge.events if standing(one, context) in ("open", "waiting")
    ]
    if not open_now:
        return Reply(say("events.list_none", contact=contact_of(None, context)), intent="event_signup")
    _keep_who(context, Form("events", "event", {"label": "event_signup"}))
    reply = _list(context, lead, open_now)
    return Reply(reply.text, intent="event_signup", choices=reply.choices)


def _keep_who(context: Context, form: Form) -> None:
    """Names, telephone and head count that came along are kept while another question is asked."""
    _take_who(context, form)
    context.session.form = form


def _signup_for(context: Context, event: Event, form: Form | None = None) -> Reply:
    say = context.knowledge.text
    remember(context, event)
    contact = contact_of(event, context)
    now_is = standing(event, context)
    if now_is not in ("open", "waiting"):
        context.session.form = None
        text = say("events.refused", title=event.title, state=standing_words(event, context), contact=contact)
        others = [one for one in context.knowledge.events if standing(one, context) == "open"][:3]
        if others:
            text += "\n" + say("events.others_open")
        choices = tuple(Choice(line(one, context), send=one.title) for one in others)
        return Reply(text, intent="event_signup", choices=choices)
    form = form or Form("events", "who", {"label": "event_signup"})
    form.awaiting = "who"
    form.slots |= {"event": event.id, "title": say("events.sign_up_choice", title=event.title)}
    _take_who(context, form)
    people = int(form.slots.get("people", 1))
    if people > event.people_per_signup:
        context.session.form = None
        text = say("events.too_many", title=event.title, limit=event.people_per_signup, contact=contact)
        return Reply(text, intent="event_signup")
    context.session.form = form
    return _ask_who(context, form, event, first=True)


def _take_who(context: Context, form: Form) -> None:
    """Fill the form with the names, the telephone and the head count that the message gives."""
    names = [str(slot.value) for slot in context.match.all("person")]
    known = list(form.slots.get("names", []))
    form.slots["names"] = known + [name for name in names if name not in known]
    phone = context.match.slot("phone")
    if phone is not None:
        form.slots["phone"] = str(phone.value)
    people = context.match.slot("people")
    if people is not None and isinstance(people.value, int):
        form.slots["people"] = people.value
    form.slots["people"] = max(int(form.slots.get("people", 1)), len(form.slots["names"]))


def take_who(context: Context, form: Form) -> Reply:
    """The answer to the question for name and telephone."""
    event = context.knowledge.event(str(form.slots["event"]))
    if event is None:
        context.session.form = None
        return Reply(context.knowledge.text("events.list_none", contact=contact_of(None, context)))
    before = (list(form.slots.get("names", [])), form.slots.get("phone"))
    _take_who(context, form)
    if not context.match.all("person") and not form.slots["names"] and _bare_name(context):
        form.slots["names"] = [context.match.text.strip()]
    wrong = context.match.slot("phone_invalid")
    if wrong is not None and not context.match.slot("phone"):
        digits = str(wrong.value)
        return Reply(context.knowledge.text("events.phone_wrong", digits=digits, count=len(digits)))
    changed = before != (form.slots["names"], form.slots.get("phone"))
    if changed:
        form.asked = 1
    return _ask_who(context, form, event, first=False)


def _ask_who(context: Context, form: Form, event: Event, first: bool) -> Reply:
    """Ask for what is missing, or sign up when nothing is."""
    say = context.knowledge.text
    names, phone = form.slots["names"], form.slots.get("phone")
    missing = int(form.slots["people"]) - len(names)
    notice = say("events.notice")
    again = "_again" if form.asked > 1 and not first else ""
    intent = "event_signup" if first else None
    if not names and not phone:
        key = (
            "events.ask_who_waiting"
            if standing(event, context) == "waiting" and not again
            else f"events.ask_who{again}"
        )
        text = say(key, title=event.title, when=when_words(event, context), notice=notice)
    elif not names:
        text = say(f"events.ask_names{again}", notice=notice)
    elif missing > 0:
        text = say("events.ask_more_names", people=form.slots["people"], missing=missing)
    elif not phone:
        text = say(f"events.ask_phone{again}", names="、".join(names), notice=notice)
    elif len(names) > 1 and form.awaiting != "confirm":
        form.awaiting = "confirm"
        text = say(
            "events.confirm",
            title=event.title,
            when=when_words(event, context),
            names="、".join(names),
            phone=phone,
        )
        return Reply(text, intent=intent, choices=(Choice(say("events.confirm_yes")), Choice("取消")))
    else:
        return _sign_up(context, event, names, phone, intent)
    return Reply(text, intent=intent)


def confirm(context: Context, form: Form) -> Reply:
    """Yes signs everybody up; a no or new names go back to the question."""
    event = context.knowledge.event(str(form.slots["event"]))
    answer = context.match.slot("yes_no")
    yes = context.match.text.strip() == context.knowledge.text("events.confirm_yes")
    if event is not None and (yes or (answer is not None and answer.value is True)):
        return _sign_up(context, event, form.slots["names"], str(form.slots["phone"]), None)
    form.awaiting = "who"
    form.slots |= {"names": [], "people": 1}
    return take_who(context, form)


def _sign_up(context: Context, event: Event, names: Sequence[str], phone: str, intent: str | None) -> Reply:
    say = context.knowledge.text
    context.session.form = None
    contact = contact_of(event, context)
    left = context.signups.places_left(event.id)
    if event.quota is not None and 0 < left < len(names):
        text = say("events.not_enough", title=event.title, left=left, people=len(names), contact=contact)
        return Reply(text, intent=intent)
    try:
        context.people.give_consent("signup", NOTICE_VERSION, True)
        made = context.signups.sign_up(event.id, names, phone)
    except AlreadySignedUp as error:
        state = say(
            f"events.already_{error.signup.status}", number=error.signup.number, rank=error.signup.rank
        )
        return Reply(
            say("events.already", name=error.signup.name, title=event.title, state=state), intent=intent
        )
    except NoPlaceLeft:
        return Reply(say("events.full_now", title=event.title, contact=contact), intent=intent)
    who = "、".join(names)
    if made[0].status == "waiting":
        return Reply(say("events.waiting", names=who, title=event.title, rank=made[0].rank), intent=intent)
    numbers = "\n".join(say("events.door_number", number=one.number, name=one.name) for one in made)
    text = say(
        "events.confirmed",
        names=who,
        title=event.title,
        when=when_words(event, context),
        where=where_words(event, context),
        numbers=numbers,
        phone=phone,
    )
    return Reply(text, intent=intent)


def choose_event(context: Context, form: Form) -> Reply:
    """The answer to 「您想报哪一个」."""
    named = named_events(context) or [one for one in [_by_ordinal(context)] if one]
    if named:
        return _signup_for(context, named[0], form)
    _take_who(context, form)
    return Reply(context.knowledge.text("events.which"), choices=_offered(context))


def _offered(context: Context) -> tuple[Choice, ...]:
    return tuple(Choice(one["label"], one["send"]) for one in context.session.offered)


def _bare_name(context: Context) -> bool:
    return bool(NAME.fullmatch(context.match.text.strip())) and context.match.decision != "answer"


# ---------------------------------------------------------------- my sign-ups


def show_mine(context: Context) -> Reply:
    """This worker's active sign-ups, and what he can do with them."""
    say = context.knowledge.text
    signups = [(one, context.knowledge.event(one.event_id)) for one in context.signups.mine()]
    lines = [signup_line(one, event, context) for one, event in signups if event]
    if not lines:
        return Reply(say("events.mine_none", contact=contact_of(None, context)), intent="event_mine")
    return Reply("\n".join([say("events.mine"), *lines, say("events.mine_after")]), intent="event_mine")


def _wants_new_phone(context: Context) -> bool:
    text = fold(context.match.text)
    if not CHANGE.search(text):
        return False
    return bool(context.match.slot("phone")) or bool(
        re.search("(手机|电话|号码).{0,6}(改|换|错)|(改|换).{0,4}(手机|电话|号码)", text)
    )


def change_phone(context: Context) -> Reply:
    """Put the new number on all of his sign-ups, or on those of the event he names."""
    say = context.knowledge.text
    signups = _of_named(context, context.signups.mine())
    if not signups:
        return Reply(say("events.mine_none", contact=contact_of(None, context)), intent="event_mine")
    phone, wrong = context.match.slot("phone"), context.match.slot("phone_invalid")
    if phone is None:
        context.session.form = Form("events", "new_phone", {"label": "event_mine"})
        if wrong is not None:
            digits = str(wrong.value)
            return Reply(say("events.phone_wrong", digits=digits, count=len(digits)), intent="event_mine")
        return Reply(say("events.phone_change_ask"), intent="event_mine")
    return _change_to(context, signups, str(phone.value))


def _change_to(context: Context, signups: Sequence[SignUp], phone: str) -> Reply:
    changed = context.signups.change_phone([one.id for one in signups], phone)
    context.session.form = None
    text = context.knowledge.text("events.phone_changed", phone=phone, what=_what(context, changed))
    return Reply(text, intent="event_mine")


def new_phone(context: Context, form: Form) -> Reply:
    """The answer to 「新的手机号是多少」."""
    phone, wrong = context.match.slot("phone"), context.match.slot("phone_invalid")
    if phone is not None:
        return _change_to(context, context.signups.mine(), str(phone.value))
    if wrong is not None:
        digits = str(wrong.value)
        return Reply(context.knowledge.text("events.phone_wrong", digits=digits, count=len(digits)))
    return Reply(context.knowledge.text("events.phone_change_ask"))


# ---------------------------------------------------------------- giving a place back


def begin_cancel(context: Context) -> Reply:
    """Cancel what is clearly meant; ask which where several could be."""
    say = context.knowledge.text
    mine = context.signups.mine()
    meant = _of_named(context, mine)
    people = {str(slot.value) for slot in context.match.all("person")}
    meant = [one for one in meant if one.name in people] or meant
    if not meant:
        asked = asked_event(context) or say("events.cancel_any")
        return Reply(
            say("events.cancel_none", asked=asked, contact=contact_of(None, context)), intent="event_cancel"
        )
    everything = bool(re.search("全部|全都|都不|都退|全退|都取消|两个都|所有", fold(context.match.text)))
    if len(meant) == 1 or (
        everything and (len({one.event_id for one in meant}) == 1 or not asked_event(context))
    ):
        return _cancel(context, meant, "event_cancel")
    context.session.form = Form(
        "events", "cancel", {"label": "event_cancel", "ids": [one.id for one in meant]}
    )
    return Reply(say("events.cancel_which"), intent="event_cancel", choices=_cancel_choices(context, meant))


def _of_named(context: Context, signups: Sequence[SignUp]) -> list[SignUp]:
    """Those of the event that the message names; all where it names none, none where it names one he has not."""
    if not asked_event(context):
        return list(signups)
    asked = fold(asked_event(context))
    ids = {event.id for event in named_events(context)}

    def is_meant(one: SignUp) -> bool:
        event = context.knowledge.event(one.event_id)
        return one.event_id in ids or (event is not None and asked in event.title)

    return [one for one in signups if is_meant(one)]


def _cancel_choices(context: Context, signups: Sequence[SignUp]) -> tuple[Choice, ...]:
    say = context.knowledge.text
    choices = []
    for one in signups:
        event = context.knowledge.event(one.event_id)
        choices.append(Choice(say("events.cancel_choice", title=event.title if event else "", name=one.name)))
    return (*choices, Choice(say("events.cancel_all")))


def choose_cancel(context: Context, form: Form) -> Reply:
    """The answer to 「要取消哪一个」."""
    ids = set(form.slots["ids"])
    offered = [one for one in context.signups.mine() if one.id in ids]
    choices = _cancel_choices(context, offered)
    text = context.match.text.strip()
    if text == choices[-1].label or re.search("全部|都", text):
        return _cancel(context, offered, None)
    by_words = [
        one for one, choice in zip(offered, choices, strict=False) if text == choice.label or one.name in text
    ]
    named = by_words or (_of_named(context, offered) if asked_event(context) else [])
    if len(named) == 1:
        return _cancel(context, named, None)
    return Reply(context.knowledge.text("events.cancel_which"), choices=choices)


def _cancel(context: Context, signups: Sequence[SignUp], intent: str | None) -> Reply:
    context.session.form = None
    waiting = all(one.status == "waiting" for one in signups)
    what = _what(context, signups)
    context.signups.cancel([one.id for one in signups])
    return Reply(
        context.knowledge.text(f"events.cancelled{'_waiting' if waiting else ''}", what=what), intent=intent
    )


def _what(context: Context, signups: Sequence[SignUp]) -> str:
    words = []
    for one in signups:
        event = context.knowledge.event(one.event_id)
        words.append(
            context.knowledge.text("events.cancelled_what", title=event.title if event else "", name=one.name)
        )
    return "、".join(words)


FORMS = {
    "event": choose_event,
    "who": take_who,
    "confirm": confirm,
    "cancel": choose_cancel,
    "new_phone": new_phone,
}

ACCEPTS = {
    "event": lambda context: bool(named_events(context)) or _by_ordinal(context) is not None,
    "who": lambda context: (
        any(map(context.match.slot, ("person", "phone", "phone_invalid"))) or _bare_name(context)
    ),
    "confirm": lambda context: (
        any(map(context.match.slot, ("yes_no", "person", "phone")))
        or context.match.text.strip() == context.knowledge.text("events.confirm_yes")
    ),
    "cancel": lambda context: (
        bool(re.search("取消|全部|都", context.match.text)) or bool(asked_event(context))
    ),
    "new_phone": lambda context: any(map(context.match.slot, ("phone", "phone_invalid"))),
}

EVENTS = Events()
