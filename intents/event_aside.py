"""While a question of ours waits: what a message wants that does not answer it, and is ours to serve."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from intents import (
    event_answers,
    event_cancel,
    event_mine,
    event_named,
    event_people,
    event_rename,
    event_sessions,
    event_signup,
)
from intents.event_list import ASKS, EXCEPTION, LISTS, MISHEARD, MORE, list_reply, show_events
from intents.event_named import named, rest_of_list
from intents.event_people import gives_who
from intents.event_question import BARE, answer, asked_about
from intents.event_refusals import NOT_MEMBER, refuse_not_member
from intents.event_signup import GIVES_UP, PRIVACY
from intents.event_view import event_of, same_event
from intents.event_wishes import LABELS, SURE, begin
from intents.text import fold
from intents.types import Context, Form, Reply
from knowledge.base import Event

#: 「不是太极 是急救」, 「我说的是电工」, 「算了，我想报电工那个」
CHANGES = re.compile(
    "不是|[错岔]了|[说打搞弄]错|算了|[换改](?!手机|电话|号)|还是|[我你]?(说|讲|要|想要|想报|报)的是|应该是|不想?(报|要|去|学)|没意思"
)
#: 「电话等会发」
LATER = re.compile(
    "(等会儿?|等下|等一下|一会儿?|晚点|晚些|待会儿?|稍后|过会儿?|回头|明天)(再|就)?(发|说|给|填|弄|报|告诉)"
)

#: What stays where another event is wanted.
KEPT = ("names", "phone", "phones", "people", "relations", "answers")

#: 「他的还是我的电话」, 「填谁的号」
WHOSE_PHONE = re.compile(
    "(谁的|哪个的|他的|她的|我的|本人的?|自己的)[^,，。]{0,6}(电话|手机|号码?)(也?[行可]以?)?(吗|么|呀|啊|呢|行|可以|[?？])*$|(电话|手机|号码?)[^,，。]{0,3}(谁的|用我的|填我的|留我的)"
)

#: 「那算了 有没有不要钱的」
LEAVES_FOR = re.compile(
    "^(那|嗯|哦|[,， ])*(算了|不报了|不去了)(吧|啦)?[,，。 ]+(?=.*(有没有|有啥|有什么|哪些|别的|其他))"
)

Aside = Callable[[Context, Form], Reply]


def answers(context: Context, form: Form) -> bool:
    if form.awaiting == "cancel":
        return event_cancel.answers(context, form)
    if form.awaiting == "new_phone":
        return event_mine.is_phone(context)
    if form.awaiting == "new_name":
        return event_rename.is_name(context, form)
    return event_answers.answers(context, form)


def aside_of(context: Context, form: Form) -> Aside | None:
    """What a message wants that does not answer the question in hand, where that is ours to serve."""
    match, text = context.match, fold(context.match.text)
    signing_up = form.awaiting in event_answers.ANSWERS
    if signing_up and form.slots.get("event") and event_answers.one_leaves(context, form):
        return event_answers.drop_one
    if GIVES_UP.search(text):
        return event_signup.give_up if signing_up else _drop
    if signing_up:
        aside = _of_this_event(context, form) if form.slots.get("event") else _before_an_event(context, form)
        if aside is not None:
            return aside
    if answers(context, form):
        return None
    ours = match.decision == "answer" and match.intent in LABELS and match.confidence > SURE
    if ours and match.intent != form.slots.get("label"):
        return _serve_and_ask_again if match.intent in ("event_mine", "event_list") else _start_afresh
    return None


def _before_an_event(context: Context, form: Form) -> Aside | None:
    """While 「您想报哪一个」 waits: a question about one, or a place given back."""
    match = context.match
    if MORE.search(fold(match.text)) and rest_of_list(context):
        return _more_to_choose
    shown = context.session.memory.get("events", {}).get("shown", [])
    the_only_one = context.knowledge.event(shown[0]) if len(shown) == 1 else None
    if the_only_one is not None and asked_about(match.text) and not named(context).asked:
        return partial(_question_of, the_only_one)
    asks = match.decision == "answer" and match.intent == "event_list" and _asks_more(context)
    return _start_afresh if asks or event_cancel.GIVES_BACK.search(fold(match.text)) else None


def _question_of(event: Event, context: Context, form: Form) -> Reply:
    """「外孙女三岁半收吗」, where one event is offered to choose."""
    event_people.note_who(context, form)
    text = answer(event, context, asked_about(context.match.text))
    return _then_ask_again(context, form, Reply(text, intent="event_list"))


def _leave_for_others(context: Context, form: Form) -> Reply:
    """「那算了 有没有不要钱的」: that one is let go, and what else there is shown."""
    context.session.form = None
    context.session.memory.get("events", {}).pop("current", None)
    return show_events(context)


def _more_to_choose(context: Context, form: Form) -> Reply:
    """「更多」 while 「您想报哪一个」 waits: the next of them."""
    return list_reply(context, context.knowledge.text("events.which"), rest_of_list(context))


def _of_this_event(context: Context, form: Form) -> Aside | None:
    """While name and number are asked for: another event, a place given back, a question in the middle."""
    match, text = context.match, fold(context.match.text)
    ours = match.decision == "answer" and match.intent in LABELS
    if LEAVES_FOR.search(text):
        return _leave_for_others
    if _changed_to(context, form) is not None:
        return _sign_up_for_other
    if ours and not all(same_event(one.id, form.slots["event"]) for one in named(context).events):
        return _question if match.intent == "event_list" and _asks_more(context) else _start_afresh
    event = context.knowledge.event(str(form.slots["event"]))
    if event is not None and form.awaiting != "extra" and event_sessions.another(context, event):
        return _other_session
    if event is not None and event.members_only and NOT_MEMBER.search(text):
        return refuse_not_member
    if EXCEPTION.search(text):
        return _serve_and_ask_again
    if gives_who(context):
        return None
    if event is not None and event_cancel.changes_count(context):
        return _other_count
    if event_cancel.GIVES_BACK.search(text) or (ours and match.intent == "event_cancel"):
        return _cancel_form
    if (about_data := _about_data(context, text)) is not None:
        return about_data
    if event_mine.STATE_ASKED.search(text):
        return _not_yet
    return _asks_in_the_middle(context, form, ours)


def _asks_in_the_middle(context: Context, form: Form, ours: bool) -> Aside | None:
    """A question while name and number are asked for, of the event in hand or of another."""
    match, text = context.match, fold(context.match.text)
    if asked_about(text) and _others_called(context, form):
        return _question  # 「电工那个要钱吗」, while another is in hand
    of_others = match.decision == "answer" and not ours and match.confidence > 0.8
    asks = asked_about(text) and len(text) <= 30
    if "unwritten" in asked_about(text) and len(text) <= 10 and not _names_a_station(context):
        return _question  # 「证书包不包」 is of this class, whatever it sounds like
    if asks and (not of_others or BARE.fullmatch(text)):
        return _question
    # 「证考不考」, 「下班之后上课还是白天」: a question of what is in hand
    vague = not match.names - {"event"} and len(text) <= 20 and ASKS.search(text) and not LISTS.search(text)
    return _question if vague and (not of_others or match.intent in MISHEARD) else None


def _changed_to(context: Context, form: Form) -> Event | None:
    """The other event that he wants in the place of the one in hand."""
    text, others = fold(context.match.text), _others_called(context, form)
    if len(others) != 1 or not CHANGES.search(text) or asked_about(text):
        return None
    return None if others[0] in event_named.refused(context) else others[0]


def _others_called(context: Context, form: Form) -> list[Event]:
    return [one for one in event_named.called(context) if not same_event(one.id, form.slots["event"])]


def _sign_up_for_other(context: Context, form: Form) -> Reply:
    """「不是太极 是急救」: the one wanted, with who was told already."""
    event = _changed_to(context, form)
    assert event is not None
    kept = {key: form.slots[key] for key in KEPT if form.slots.get(key)}
    started = Form("events", form.awaiting, {"label": "event_signup"} | kept)
    event_people.note_who(context, started)
    started.awaiting = "event"
    return event_signup.sign_up_for(context, event, started, first=True)


def _other_session(context: Context, form: Form) -> Reply:
    """「那就都去周三的」 before the place is taken."""
    event = context.knowledge.event(str(form.slots["event"]))
    other = event_sessions.another(context, event) if event else None
    assert other is not None
    event_people.note_who(context, form)
    form.slots |= {"waits": False, "sure": False}
    form.awaiting = "session"
    return event_signup.sign_up_for(context, other, form, first=False)


def _asks_more(context: Context) -> bool:
    """More than the name of an event, which alone would answer 「您想报哪一个」."""
    named_only = len(fold(context.match.text)) <= len(named(context).asked) + 2
    return bool(asked_about(context.match.text)) and not named_only


def _start_afresh(context: Context, form: Form) -> Reply:
    """Another event, or another wish of ours, in the place of the one in hand; who comes is kept."""
    context.session.form = None
    reply = begin(context)
    started = context.session.form
    event = context.knowledge.event(str(started.slots.get("event", ""))) if started else None
    kept = {key: form.slots[key] for key in KEPT if form.slots.get(key)}
    if started is None or event is None or not kept.get("names") or started.slots.get("names"):
        return reply
    started.slots |= kept
    started.awaiting = "event"
    return event_signup.sign_up_for(context, event, started, first=True)


def _cancel_form(context: Context, form: Form) -> Reply:
    """「取消报名」 while signing up: what is in hand is dropped; what was signed up before stays."""
    held = [one for one in event_cancel.to_come(context) if same_event(one.event_id, form.slots["event"])]
    whose = form.slots.get("whose", "")
    other = any(event_people.is_kin(word, whose) for word in event_people.kin_said(context))
    if held and not other:  # 「同事的退了吧」 while his name is asked for
        return _start_afresh(context, form)
    return event_signup.give_up(context, form)


def _event_in_hand(context: Context, form: Form) -> tuple[Event, ...]:
    event = context.knowledge.event(str(form.slots["event"]))
    return (event,) if event else ()


def _question(context: Context, form: Form) -> Reply:
    """「要钱吗」 in the middle is answered, of the events named or of the one in hand, and the question asked again."""
    events = event_named.called(context)[:3] or _event_in_hand(context, form)
    asked = asked_about(context.match.text) or ["unwritten"]
    text = "\n".join(answer(event, context, asked) for event in events)
    return _then_ask_again(context, form, Reply(text, intent="event_list"))


def _other_count(context: Context, form: Form) -> Reply:
    """「改成两个」 before the place is taken."""
    event, people = event_of(context, form), context.match.slot("people")
    assert event is not None
    assert people is not None
    if people.value < len(form.slots["names"]):
        names = "、".join(form.slots["names"])
        return Reply(context.knowledge.text("events.who_of_them", names=names))
    form.slots["people"] = int(people.value)
    return event_signup.sign_up_for(context, event, form, first=False)


def _about_data(context: Context, text: str) -> Aside | None:
    """What he says of name and number instead of giving them."""
    if PRIVACY.search(text):
        return _why_data
    if WHOSE_PHONE.search(text) and not context.match.slot("phone"):
        return _whose_phone
    return _later if LATER.search(text) else None


def _why_data(context: Context, form: Form) -> Reply:
    """「不想填」: what the name and the number are for."""
    return _then_ask_again(context, form, Reply(context.knowledge.text("events.why_data")))


def _whose_phone(context: Context, form: Form) -> Reply:
    """「他的还是我的电话」: either will do."""
    return _then_ask_again(context, form, Reply(context.knowledge.text("events.whose_phone")))


def _names_a_station(context: Context) -> bool:
    return bool(context.match.slot("facility") or context.match.slot("station_kind"))


def _later(context: Context, form: Form) -> Reply:
    """「电话等会发」: it is kept in mind, and no place is taken."""
    title = "、".join(event.title for event in _event_in_hand(context, form))
    return Reply(context.knowledge.text("events.later", title=title))


def _not_yet(context: Context, form: Form) -> Reply:
    """「到底报上没」 while a question of the sign-up waits: not yet."""
    if any(same_event(one.event_id, form.slots["event"]) for one in context.signups.mine()):
        return _serve_and_ask_again(context, form)
    title = "、".join(event.title for event in _event_in_hand(context, form))
    text = context.knowledge.text("events.not_yet_done", title=title)
    reply = _then_ask_again(context, form, Reply(text, intent="event_mine"))
    done = context.session.form is None  # a place became free meanwhile, and it is his
    return replace(reply, text=reply.text.removeprefix(text).lstrip()) if done else reply


def _serve_and_ask_again(context: Context, form: Form) -> Reply:
    first = begin(context)
    return _then_ask_again(context, form, first)


def _then_ask_again(context: Context, form: Form, first: Reply) -> Reply:
    """The answer, then the question in hand with its own choices."""
    context.session.form = form
    if form.awaiting not in event_answers.ANSWERS:
        return replace(first, text=first.text + "\n\n" + context.knowledge.text("events.continue"))
    again = event_signup.ask_again(context, form)
    return Reply(f"{first.text}\n\n{again.text}", intent=first.intent, choices=again.choices)


def _drop(context: Context, form: Form) -> Reply:
    context.session.form = None
    return Reply(context.knowledge.text("events.left_as_is"))
