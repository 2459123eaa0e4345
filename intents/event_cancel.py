"""Giving a place back: one event of several, one person of a group, all, a place in the waiting list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from intents.event_list import show_events
from intents.event_mine import what_words
from intents.event_named import named, remember, remembered
from intents.event_people import is_kin, kin_said, persons
from intents.event_sessions import sessions_said
from intents.event_signup import GIVES_UP, PRIVACY
from intents.event_view import TAKEN, contact_of, is_over, same_event, standing, standing_words, title_of
from intents.slots.people import SURNAMES
from intents.text import fold
from intents.types import Choice, Context, Form, Reply, SignUp
from knowledge.base import Event, whole_id

EVERYTHING = re.compile(
    "全部|全都|都不|都退|全退|都取消|[两三]个都|[两三]个人都|所有|统统|全取消|一起退|都撤|全撤|都给我"
)
ONE_OF_THEM = re.compile(
    "(退|取消|少|减)(掉|去)?(一|1)个人|只退|[他她]的?名额|的名额退|我的(保留|留着)|去掉一个"
)
THIS_ONE = re.compile("^(那|就)?(这个|那个|刚才|刚刚|刚报的?|它)")
CANCELS = re.compile("取消|退[了掉出]|全退|退报|撤[了回销]|不[去来]了|不参加|去不[了成]|拿掉|划掉")
#: 「我要退健步走」, whatever else it sounds like; 「有人退了没」 is none.
GIVES_BACK = re.compile(
    "(要|想|帮我|给我|替我)(把.{1,8})?(退|取消)(?!休)|取消报名|退报名|(去不[了成]|来不了|不去|不参加)了?(?!.*报)"
)
#: 「去不了怎么办」 asks, and cancels nothing.
QUESTION = re.compile("怎么|咋|如果|要是|万一|能不能|可不可以|会不会|要不要|行不行|什么时候|截止|扣|罚|影响")
REPLACES = re.compile(
    "换成|换(我|个|一个)?.{0,6}(去|来)(?!年)|让.{1,6}[替代]我|换人|换个人|换给|转给|转让|顶替|替我去"
)
#: 「算了不取消了」: nothing must be lost by it.
KEEPS = re.compile("(不|别|不用|不要|先不|不想|没想)(取消|退|撤)(?!休)")
WAITS = re.compile("不等|不排|候补|撤")
#: 「去掉王大明」, 「把陈海波划掉」: one person and nothing besides.
STRIKES_NAME = re.compile(
    "(?:那|再|请|帮我|给我|麻烦)*(?:(?:去掉|拿掉|划掉|删掉|删除|取消|退掉)(?P<after>[一-鿿]{2,4}?)(?:的名额|的报名)?|"
    "把(?P<before>[一-鿿]{2,4}?)(?:的名额|的报名)?(?:去掉|拿掉|划掉|删掉|取消|退掉|退了))(?:吧|了)?"
)


#: 「改成两个」, 「改四个」: how many come, not that nobody does.
_OTHER_COUNT = re.compile("改[成为]?|变成|换成|加到|增加到")


def changes_count(context: Context) -> bool:
    """Whether another number of people is to come."""
    people, text = context.match.slot("people"), fold(context.match.text)
    before = text[: people.start] if people is not None else ""
    return bool(before) and _OTHER_COUNT.search(before[-4:]) is not None and "取消" not in text


def more_of_them(context: Context) -> Reply | None:
    """「改四个」 where one has a place: nobody's place is given up, and whose names are missing is said."""
    people, mine = context.match.slot("people"), to_come(context)
    event = {one.event_id for one in mine}
    if people is None or not changes_count(context) or len(event) != 1 or people.value < len(mine):
        return None
    say, what, missing = context.knowledge.text, what_words(context, mine), people.value - len(mine)
    text = (
        say("events.more_of_them", what=what, missing=missing)
        if missing
        else say("events.still_yours", what=what)
    )
    return Reply(text, intent="event_mine")


def begin_cancel(context: Context) -> Reply:
    """Cancel what is clearly meant; ask which where several could be."""
    mine, words = to_come(context), fold(context.match.text)
    if mine and KEEPS.search(words):
        return Reply(context.knowledge.text("events.left_as_is"), intent="event_cancel")
    if mine and (REPLACES.search(words) or not_that_but_this(context)):
        return _other_event(context, mine) or _no_replacing(context, mine)
    if not mine and not CANCELS.search(words) and not EVERYTHING.search(words):
        return _nothing_meant(context)
    if not mine and GIVES_UP.search(words) and "取消" not in words:
        return Reply(context.knowledge.text("events.gave_up_none"), intent="event_cancel")
    if mine and (kin := _whose_place(context)) and not any(one.name in context.match.text for one in mine):
        return _of_kin(context, mine, kin)
    called = [one for one in mine if one.name in context.match.text]
    meant = called if called and not named(context).events else _of_people(context, _of_event(context, mine))
    if not meant or ((persons(context) or _strikes_another(context)) and not called):
        return Reply(_nothing(context, mine), intent="event_cancel")
    if QUESTION.search(words):
        return _ask_which(context, meant, "event_cancel", "events.cancel_how")
    events = {one.event_id for one in meant}
    everything = EVERYTHING.search(words) and (len(events) == 1 or not named(context).asked)
    one_of_them = len(mine) > 1 and not called and ONE_OF_THEM.search(words)
    sure = bool(called) or not named(context).asked or _sure(context, meant)
    if (len(meant) == 1 and sure and not one_of_them) or everything:
        return _cancel(context, meant, "event_cancel")
    return _ask_which(context, meant, "event_cancel")


#: 「把女儿的退了」, 「老公不去了」; 「我儿子生病，取消健步走」 only tells why.
_PLACE_OF = "(的|那个|那份|不[去来参]|退|取消|[去来]不|报的)"


def _whose_place(context: Context) -> list[str]:
    """The words for those of his whose place is to be given back."""
    text = context.match.text
    return [word for word in kin_said(context) if re.search(re.escape(word) + _PLACE_OF, text)]


def _of_kin(context: Context, mine: Sequence[SignUp], kin: Sequence[str]) -> Reply:
    """「把女儿的退了」: hers where it is known whose is whose; else it is asked, and nothing is cancelled."""
    held = _of_event(context, mine)
    theirs = [one for one in held if any(is_kin(word, one.about.relation) for word in kin)]
    if theirs and not QUESTION.search(fold(context.match.text)):
        return _cancel(context, theirs, "event_cancel")
    unknown = theirs or [one for one in held if not one.about.relation]
    if not unknown:
        contact = contact_of(None, context)
        text = context.knowledge.text("events.cancel_none", asked="、".join(kin), contact=contact)
        has = context.knowledge.text("events.cancel_has", what=what_words(context, mine))
        return Reply(f"{text}\n{has}", intent="event_cancel")
    return _ask_which(context, unknown, "event_cancel")


def _no_replacing(context: Context, mine: Sequence[SignUp]) -> Reply:
    """「换成我同事去」: a free place belongs to the first who waits."""
    contact = contact_of(context.knowledge.event(mine[0].event_id), context)
    return Reply(context.knowledge.text("events.replace", contact=contact), intent="event_cancel")


def _wanted_instead(context: Context, mine: Sequence[SignUp]) -> Event | None:
    """The event named that he has no place at."""
    ids = [one.event_id for one in mine]
    others = [one for one in named(context).events if not any(same_event(id_, one.id) for id_ in ids)]
    return others[0] if len(others) == 1 else None


def not_that_but_this(context: Context) -> bool:
    """「搞错了 不是太极是读书会」, where he has a place at the first."""
    if re.search("不是.{1,8}是", fold(context.match.text)) is None:
        return False
    mine = to_come(context)
    held = [
        one for one in named(context).events if any(same_event(sign_up.event_id, one.id) for sign_up in mine)
    ]
    return len(named(context).events) == len(held) + 1 and bool(held)


def _other_event(context: Context, mine: Sequence[SignUp]) -> Reply | None:
    """「换成太极课」: first a place there, then this one is given back, a tap each."""
    say, event = context.knowledge.text, _wanted_instead(context, mine)
    if event is None or any(same_event(one.event_id, event.id) for one in mine):
        return None
    current = remembered(context)
    held = [one for one in mine if current and same_event(one.event_id, current.id)] or list(mine[-1:])
    contact = contact_of(event, context)
    if standing(event, context) not in TAKEN:
        state = standing_words(event, context)
        text = say("events.refused", title=event.title, state=state, contact=contact)
        return Reply(
            f"{text}\n{say('events.cancel_left', what=what_words(context, mine))}", intent="event_cancel"
        )
    sign_up = say("events.sign_up_choice", title=event.title)
    who = " ".join([*(one.name for one in held), held[0].phone])
    back = [say("events.cancel_choice", title=title_of(one, context), name=one.name) for one in held]
    text = say("events.change_event", title=event.title, what=what_words(context, held))
    return Reply(
        text, intent="event_cancel", choices=(Choice(sign_up, f"{sign_up} {who}"), *(map(Choice, back)))
    )


def _nothing_meant(context: Context) -> Reply:
    """「那钓鱼比赛呢」, 「别记了」 from somebody who has signed up for nothing."""
    if PRIVACY.search(fold(context.match.text)):
        return Reply(context.knowledge.text("events.why_data"), intent="event_signup")
    if named(context).asked:
        return show_events(context)
    # 「算了太远了」 of an event that was only looked at
    key = "gave_up_none" if remembered(context) is not None else "nothing_to_cancel"
    return Reply(context.knowledge.text(f"events.{key}"), intent="event_cancel")


def _sure(context: Context, signups: Sequence[SignUp]) -> bool:
    """Whether it is called just as the worker called it; 亲子游 is not the 亲子手工 that he has."""
    ids = {event.id for event in named(context).events}
    return all(
        whole_id(one.event_id) in ids or named(context).asked in title_of(one, context) for one in signups
    )


def to_come(context: Context) -> list[SignUp]:
    """His sign-ups for what is not over."""

    def is_to_come(one: SignUp) -> bool:
        event = context.knowledge.event(one.event_id)
        return event is None or not is_over(event, context)

    return [one for one in context.signups.mine() if is_to_come(one)]


def _of_event(context: Context, signups: Sequence[SignUp]) -> list[SignUp]:
    """Those of the event named, of its day, or of the one just talked of; all where nothing tells."""
    found = named(context)
    if found.asked or found.events:
        ids = {event.id for event in (*found.events, *found.near)}
        held = [
            one for one in signups if whole_id(one.event_id) in ids or found.asked in title_of(one, context)
        ]
        return _of_session(context, held)
    day = context.match.slot("date")
    if day is not None and isinstance(day.value, date):
        on_day = [one for one in signups if _day_of(context, one) == day.value]
        if on_day:
            return on_day
    waiting = [one for one in signups if one.status == "waiting"]
    if waiting and WAITS.search(fold(context.match.text)):
        signups = waiting
    current = remembered(context)
    if current is not None and (signups is waiting or THIS_ONE.search(fold(context.match.text))):
        return [one for one in signups if same_event(one.event_id, current.id)] or list(signups)
    return _of_session(context, signups)


def _of_session(context: Context, signups: Sequence[SignUp]) -> list[SignUp]:
    """Those of the session that the words tell from others: 「周日那场不去了」."""
    events = [
        one for one in map(context.knowledge.event, dict.fromkeys(one.event_id for one in signups)) if one
    ]
    if not all(one.part_of for one in events):
        return list(signups)
    day = context.match.slot("date")
    said = {one.id for one in sessions_said(context.match.text, day.value if day else None, events)}
    return [one for one in signups if one.event_id in said]


def _day_of(context: Context, signup: SignUp) -> date | None:
    event = context.knowledge.event(signup.event_id)
    return event.starts_at.date() if event and event.starts_at else None


def _strikes_another(context: Context) -> str:
    """The name that is struck out and is no event's: 「去掉王大明」; "" for 「去掉一个」, 「取消太极」."""
    found = STRIKES_NAME.fullmatch(context.match.text.strip())
    name = (found["after"] or found["before"]) if found else ""
    return name if name and name[0] in SURNAMES and not named(context).asked else ""


def _of_people(context: Context, signups: Sequence[SignUp]) -> list[SignUp]:
    people = persons(context)
    return [one for one in signups if one.name in people or one.name in context.match.text] or list(signups)


def _nothing(context: Context, mine: Sequence[SignUp]) -> str:
    """No such sign-up here: perhaps under another account or by the employer; nothing was cancelled."""
    say, found = context.knowledge.text, named(context)
    people = persons(context) or [name for name in [_strikes_another(context)] if name]
    done = context.session.memory.get("events", {}).get("cancelled")
    if done and not mine and not found.asked and not people:  # 「对的取消」, once it is done
        return say("events.cancel_done", what=done)
    contact = contact_of(found.only, context)
    text = (
        say("events.cancel_none", asked=found.asked or "、".join(people), contact=contact)
        if found.asked or people
        else say("events.cancel_none_at_all", contact=contact)
    )
    return "\n".join([text, say("events.cancel_has", what=what_words(context, mine))]) if mine else text


def _ask_which(
    context: Context, signups: Sequence[SignUp], intent: str | None, key: str = "events.cancel_which"
) -> Reply:
    say = context.knowledge.text
    slots = {"label": "event_cancel", "ids": [one.id for one in signups], "title": say("events.cancel_title")}
    context.session.form = Form("events", "cancel", slots)
    return Reply(say(key), intent=intent, choices=_choices(context, signups))


def _choices(context: Context, signups: Sequence[SignUp]) -> tuple[Choice, ...]:
    say = context.knowledge.text
    each = [
        Choice(say("events.cancel_choice", title=title_of(one, context), name=one.name)) for one in signups
    ]
    return (*each, Choice(say("events.cancel_all")))


def choose_cancel(context: Context, form: Form) -> Reply:
    """The answer to 「要取消哪一个」."""
    ids, text = set(form.slots["ids"]), context.match.text.strip()
    offered = [one for one in context.signups.mine() if one.id in ids]
    if not offered:
        context.session.form = None
        return Reply(context.knowledge.text("events.cancel_none_left"))
    if REPLACES.search(fold(text)):
        context.session.form = None
        return _no_replacing(context, offered)
    choices = _choices(context, offered)
    answer = context.match.slot("yes_no")
    if answer is not None and answer.value is False:
        context.session.form = None
        return Reply(context.knowledge.text("events.cancel_kept"))
    if text == choices[-1].label or EVERYTHING.search(fold(text)) or fold(text) in ("都", "全部", "都要取消"):
        return _cancel(context, offered, None)
    by_words = [one for one, choice in zip(offered, choices, strict=False) if text == choice.label]
    by_words = by_words or [one for one in offered if len(text) in (1, 2) and one.name[1:] == text]
    kin = kin_said(context)
    theirs = [one for one in offered if any(is_kin(word, one.about.relation) for word in kin)]
    chosen = (
        by_words
        or theirs
        or _pointed_at(context, offered)
        or _of_people(context, _of_event(context, offered))
    )
    if len(chosen) < len(offered) and len({one.event_id for one in chosen}) == 1:
        if len(chosen) == 1 or len({one.event_id for one in offered}) > 1:
            return _cancel(context, chosen, None) if len(chosen) == 1 else _ask_which(context, chosen, None)
    return Reply(context.knowledge.text("events.cancel_which"), choices=choices)


def _pointed_at(context: Context, offered: Sequence[SignUp]) -> list[SignUp]:
    slot = context.match.slot("ordinal")
    if slot is None or not isinstance(slot.value, int) or not 0 < slot.value <= len(offered):
        return []
    return [offered[slot.value - 1]]


def _cancel(context: Context, signups: Sequence[SignUp], intent: str | None) -> Reply:
    """Give the places up; what is said is what the state has done."""
    context.session.form = None
    waiting = {one.id for one in signups if one.status == "waiting"}
    context.session.memory.setdefault("events", {})["cancelled"] = what_words(context, signups)
    given_up = context.signups.cancel([one.id for one in signups])
    say, parts = context.knowledge.text, []
    for key, group in (
        ("events.cancelled", [one for one in given_up if one.id not in waiting]),
        ("events.cancelled_waiting", [one for one in given_up if one.id in waiting]),
    ):
        if group:
            parts.append(say(key, what=what_words(context, group)))
    event = context.knowledge.event(signups[0].event_id)
    if event is not None:
        remember(context, event)  # 「算了 还是去吧」
    left = to_come(context)
    if left:
        parts.append(say("events.cancel_left", what=what_words(context, left)))
    parts += [say("events.kept_not", title=one.title) for one in _kept_in_vain(context, signups)]
    return Reply("\n".join(parts) or say("events.cancel_none_left"), intent=intent)


def _kept_in_vain(context: Context, given_up: Sequence[SignUp]) -> list[Event]:
    """「健步走不去了 义诊留着」: those that he means to keep, and never signed up for."""
    held = [*given_up, *context.signups.mine()]
    keeps = re.search("留着|保留|还[去在要]|照去|不退", fold(context.match.text)) is not None
    others = named(context).events if keeps else ()
    return [one for one in others if not any(same_event(sign_up.event_id, one.id) for sign_up in held)]


def answers(context: Context, form: Form) -> bool:
    """Whether the message says which one."""
    match, text = context.match, fold(context.match.text)
    names = [one.name for one in context.signups.mine() if one.id in set(form.slots["ids"])]
    return bool(
        re.search("取消|全部|都|退", text)
        or REPLACES.search(text)
        or any(name in match.text for name in names)
        or match.slot("ordinal")
        or match.slot("yes_no")
        or any(name[1:] == match.text.strip() for name in names)
        or kin_said(context)
        or named(context).asked
    )
