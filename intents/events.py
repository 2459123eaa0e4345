"""Events: the service. What there is, signing up, my sign-ups, giving a place back, each in a file of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from intents import (
    event_answers,
    event_cancel,
    event_change,
    event_extra,
    event_mine,
    event_offer,
    event_people,
    event_sessions,
    event_signup,
)
from intents.event_list import BY_OTHERS, EXCEPTION, MORE, list_reply, show_events
from intents.event_named import by_ordinal, named, part_named, remembered, rest_of_list, takes_it
from intents.event_people import gives_who
from intents.event_question import BARE, answer, asked_about
from intents.event_refusals import NOT_MEMBER, refuse_not_member
from intents.event_signup import GIVES_UP, PRIVACY
from intents.event_view import same_event
from intents.text import fold
from intents.types import Context, Form, Reply
from knowledge.base import Event, Knowledge

#: 「报吧」, 「那就这个」 after an event was shown.
SIGN_UP = re.compile(
    "^(好|行|可以|嗯|那|就|我|要|想|帮我?|给我|来|[,。 ])*(报名|报吧|报了(?![啥什哪几多没吗么])|报一个|报这个|报它|报上|给我报|参加|就这个|就它|要了|登记|算我)"
)  #: 「免费的呢」 after a list.
NARROWS = re.compile(
    "(要钱|收费|花钱)的.{0,3}(不去|不要|不报|算了)|(那|有没有|有)?(免费|不要钱|不花钱|还能报|能报|还有名额|有名额)的?(呢|吗|有吗|有哪些|[?？])?"
)
#: 「那我候补」 of an event in hand: where there is still room, a place at once.
WANTS_TO_WAIT = re.compile(
    "(那|我|给我|帮我|就|先|想|要|排)*(候补|排队|排着|排上|等位)(吧|了|一下|着|[。!])*"
)
#: 「她要带什么」 after an event is no question about a claim's papers.
BRINGS = re.compile(
    "(那|我|她|他|我们|来的?时?候?|去的?时候?|到时候?|当天)*(要|用|得|需要)?(带|穿|准备)(点|些)?(什么|啥|东西)(东西|衣服)?(去|来)?(吗|呢|[?？])*"
)
#: 「算了 还是去吧」 after a place was given back.
COMES_BACK = re.compile("还是(想|要)?(去|来|参加|报)|又(想|能|可以)(去|来|参加)|不取消了|后悔")
ELSEWHERE = re.compile(
    "(那|那么)?[一-鿿]{2,6}?(那边|这边|那里|这里)?(呢|有没有|有吗|有么|有什么|有啥|有哪些)[?？]?"
)
#: Above this, what a message was understood as stands.
SURE = 0.65
ILLNESS = re.compile("住院|看病|医药|医保|报销|互助|手术|开刀|自费|自付|自负")
#: 「把报名的人名单发我」: what others have signed up for is theirs.
ROSTER = re.compile(
    "名单.{0,3}(发|给)|都有谁|谁报了|谁参加|哪些人报|(报名|参加)的人的?(电话|手机|姓名|名字|名单)"
)
#: 「给我儿子报一个」; and the questions that hold the same words.
SIGN_UP_HERE = re.compile("报名|报了(?!吗|么|没)|给.{0,6}报|帮.{0,6}报|报[一个上]|登记|我要报|想报")
ASKS = re.compile("怎么|什么时候|啥时候|几时|几号|条件|要求|吗|么|能不能|可不可以|多少|[?？]")

#: 「电话等会发」
LATER = re.compile(
    "(等会儿?|等下|等一下|一会儿?|晚点|晚些|待会儿?|稍后|过会儿?|回头|明天)(再|就)?(发|说|给|填|弄|报|告诉)"
)

BEGIN: dict[str, Callable[[Context], Reply]] = {
    "event_list": show_events,
    "event_signup": event_signup.begin_signup,
    "event_mine": event_mine.show_mine,
    "event_cancel": event_cancel.begin_cancel,
}
TAKE: dict[str, Callable[[Context, Form], Reply]] = {
    **event_answers.ANSWERS,
    "cancel": event_cancel.choose_cancel,
    "new_phone": event_mine.new_phone,
}


class Events:
    """Serves everything about events."""

    name = "events"
    labels = ("event_list", "event_signup", "event_mine", "event_cancel")

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is None or form.service != self.name:
            return _begin(context)
        aside = _aside(context, form)
        return aside(context, form) if aside else TAKE[form.awaiting](context, form)

    def accepts(self, context: Context) -> bool:
        form = context.session.form
        return form is not None and (_aside(context, form) is not None or _answers(context, form))

    def continues(self, context: Context) -> bool:
        """A few words that only mean something after what was just shown."""
        label = "event_mine" if event_offer.answers(context) else _label_of_title(context)
        label = "event_cancel" if event_change.wanted(context) else label
        if not label and context.session.last_intent in self.labels:
            label = _follow_up_label(context)
        label = label or _label_of_who(context) or _label_of_named(context)
        if label:
            context.match = replace(context.match, intent=label, decision="answer", also=())
        return bool(label)


def _begin(context: Context) -> Reply:
    if event_offer.answers(context):
        return event_offer.handle(context)
    if event_mine.wants_new_phone(context):
        return event_mine.change_phone(context)
    if change := event_change.wanted(context):
        return event_change.change_session(context, *change)
    intent = context.match.intent
    if ROSTER.search(fold(context.match.text)):
        return Reply(context.knowledge.text("talk.private"), intent=intent)
    words = fold(context.match.text)
    gives_back = event_cancel.GIVES_BACK.search(words) and not NARROWS.fullmatch(words)
    if intent in ("event_signup", "event_list") and gives_back:
        intent = "event_cancel"
    if event_mine.CANCELLED.search(fold(context.match.text)):
        intent = "event_mine"
    return BEGIN[intent](context)


def _label_of_title(context: Context) -> str:
    """Somebody tapped an event of a list, or 「报名…」 below its details."""
    return _choices(context.knowledge).get(context.match.text.strip(), "")


@lru_cache(maxsize=4)
def _choices(knowledge: Knowledge) -> dict[str, str]:
    """What stands in lists and below details → the label that it means."""
    events = (*knowledge.events, *knowledge.occasions)
    sign_up = ("events.sign_up_choice", "events.others_choice")
    labels = {knowledge.text(key, title=one.title): "event_signup" for one in events for key in sign_up}
    return labels | {one.title: "event_list" for one in events}


def _label_of_who(context: Context) -> str:
    """Name and number alone answer a question that another service's question has pushed aside."""
    fresh = context.session.last_intent in Events.labels
    alone = context.session.form is None and (context.match.decision != "answer" or fresh)
    gives_both = context.match.slot("person") and context.match.slot("phone")
    return "event_signup" if alone and gives_both and remembered(context) else ""


def _label_of_named(context: Context) -> str:
    """An event of ours is named, or a number on a sign-up wrong, and the words around it did not say enough."""
    match, text = context.match, fold(context.match.text)
    sure = match.decision == "answer" and match.confidence > SURE
    if event_mine.wants_new_phone(context) and not sure and context.signups.mine():
        return "event_mine"
    if sure and match.intent not in (*Events.labels, "claim_check", "claim_howto", "childcare"):
        return ""
    event = named(context).only
    if event is None:
        return ""
    if match.decision == "answer" and match.intent in Events.labels:
        return match.intent if set(match.also) & set(_no_second_wish(context)) else ""
    if "托班" in event.title + event.kind and match.intent == "childcare":
        if SIGN_UP_HERE.search(text) and not ASKS.search(text):
            return "event_signup"
        return "event_list" if asked_about(text) else ""
    # 「掼蛋还能报吗」 sounds like 「医药费还能报吗」.
    of_claims = (
        match.intent in ("claim_check", "claim_howto")
        and not match.slot("amount")
        and not ILLNESS.search(text)
    )
    if sure and not of_claims:
        return ""
    if event_cancel.CANCELS.search(text):
        return "event_cancel"
    if SIGN_UP_HERE.search(text) and not ASKS.search(text):
        return "event_signup"
    ours = [label for label, _ in match.ranked if label in Events.labels and label != "event_cancel"]
    return ours[0] if ours else "event_list"


def _no_second_wish(context: Context) -> tuple[str, ...]:
    """「叉车培训轮到我没有」 says nothing of skills, 「讲座地址在哪」 nothing of stations."""
    asks_where = not context.match.slot("facility") and not context.match.slot("station_kind")
    return ("skills", "childcare", *(("station_find",) if asks_where else ()))


def _follow_up_label(context: Context) -> str:
    """What a few words mean after an event or a list was shown; "" where they stand for themselves."""
    text, match = fold(context.match.text), context.match
    sure = match.decision == "answer" and match.confidence > SURE
    current = remembered(context)
    if label := _label_of_words_alone(context, current):
        return label
    if BY_OTHERS.search(text) or event_mine.wants_new_phone(context) or event_mine.NAME_CHANGE.search(text):
        return "event_mine"
    if event_cancel.REPLACES.search(text) and context.signups.mine():
        return "event_cancel"
    if part_named(context):
        return "event_signup" if takes_it(text) else "event_list"
    if (current is not None and BARE.fullmatch(text)) or NARROWS.fullmatch(text):
        return "event_list"
    if MORE.search(text) and (rest_of_list(context) or text == "更多"):
        return "event_list"
    if by_ordinal(context):
        return "event_signup" if "报" in text else "event_list"
    if sure and match.intent in Events.labels:
        return ""
    if (
        event_mine.CHANGED.search(text)
        or event_mine.CANCELLED.search(text)
        or event_mine.STATE_ASKED.search(text)
    ):
        return "event_mine"
    if sure or current is None:
        return ""
    if GIVES_UP.search(text) and any(same_event(one.event_id, current.id) for one in context.signups.mine()):
        return "event_cancel"
    if SIGN_UP.search(text):
        return "event_signup"
    return "event_list" if len(text) <= 16 and asked_about(text) else ""


# ---------------------------------------------------------------- while a question waits


def _label_of_words_alone(context: Context, current: Event | None) -> str:
    """What some words mean after events, whatever else they sound like; "" for others."""
    text, last = fold(context.match.text), context.session.last_intent
    if EXCEPTION.search(text):
        return "event_list"
    gives_back = event_cancel.CANCELS.search(text)
    if current and not gives_back and len(text) <= 16 and event_sessions.in_talk(context, current):
        return "event_signup" if re.search("报|要|选|就", text) else "event_list"
    if current is not None and current.limits and event_extra.says_age(text):
        return "event_signup" if event_extra.said_unfit(text, current) else "event_list"
    if event_mine.TOLD.search(text) and (current is not None or context.signups.mine()):
        return "event_mine"
    if last == "event_cancel" and current is not None and COMES_BACK.search(text):
        return "event_signup"
    if current is not None and last in Events.labels and WANTS_TO_WAIT.fullmatch(text):
        return "event_signup"
    if current is not None and last in Events.labels and BRINGS.fullmatch(text):
        return "event_list"
    return "event_list" if last == "event_list" and _same_elsewhere(context) else ""


def _same_elsewhere(context: Context) -> bool:
    """「普陀有没有」, 「那嵊泗呢」 after a list of events."""
    match = context.match
    if match.slot("facility") or match.slot("station_kind") or not match.slot("place"):
        return False
    return ELSEWHERE.fullmatch(fold(match.text)) is not None


def _answers(context: Context, form: Form) -> bool:
    if form.awaiting == "cancel":
        return event_cancel.answers(context, form)
    if form.awaiting == "new_phone":
        return event_mine.is_phone(context)
    return event_answers.answers(context, form)


Aside = Callable[[Context, Form], Reply]


def _aside(context: Context, form: Form) -> Aside | None:
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
    if _answers(context, form):
        return None
    ours = match.decision == "answer" and match.intent in Events.labels and match.confidence > SURE
    if ours and match.intent != form.slots.get("label"):
        return _serve_and_ask_again if match.intent in ("event_mine", "event_list") else _start_afresh
    return None


def _before_an_event(context: Context, form: Form) -> Aside | None:
    """While 「您想报哪一个」 waits: a question about one, or a place given back."""
    match = context.match
    if MORE.search(fold(match.text)) and rest_of_list(context):
        return _more_to_choose
    asks = match.decision == "answer" and match.intent == "event_list" and _asks_more(context)
    return _start_afresh if asks or event_cancel.GIVES_BACK.search(fold(match.text)) else None


def _more_to_choose(context: Context, form: Form) -> Reply:
    """「更多」 while 「您想报哪一个」 waits: the next of them."""
    return list_reply(context, context.knowledge.text("events.which"), rest_of_list(context))


def _of_this_event(context: Context, form: Form) -> Aside | None:
    """While name and number are asked for: another event, a place given back, a question in the middle."""
    match, text = context.match, fold(context.match.text)
    ours = match.decision == "answer" and match.intent in Events.labels
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
    if event_cancel.GIVES_BACK.search(text) or (ours and match.intent == "event_cancel"):
        return _cancel_form
    if PRIVACY.search(text):
        return _why_data
    if LATER.search(text):
        return _later
    if event_mine.STATE_ASKED.search(text):
        return _not_yet
    of_others = match.decision == "answer" and not ours and match.confidence > 0.8
    asks = asked_about(text) and len(text) <= 30
    if "unwritten" in asked_about(text) and len(text) <= 10 and not _names_a_station(context):
        return _question  # 「证书包不包」 is of this class, whatever it sounds like
    return _question if asks and (not of_others or BARE.fullmatch(text)) else None


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
    reply = _begin(context)
    started = context.session.form
    event = context.knowledge.event(str(started.slots.get("event", ""))) if started else None
    kept = {
        key: form.slots[key]
        for key in ("names", "phone", "people", "relations", "answers")
        if form.slots.get(key)
    }
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
    events = named(context).events[:3] or _event_in_hand(context, form)
    asked = asked_about(context.match.text) or ["unwritten"]
    text = "\n".join(answer(event, context, asked) for event in events)
    return _then_ask_again(context, form, Reply(text, intent="event_list"))


def _why_data(context: Context, form: Form) -> Reply:
    """「不想填」: what the name and the number are for."""
    return _then_ask_again(context, form, Reply(context.knowledge.text("events.why_data")))


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
    return _then_ask_again(context, form, Reply(text, intent="event_mine"))


def _serve_and_ask_again(context: Context, form: Form) -> Reply:
    first = _begin(context)
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


EVENTS = Events()
