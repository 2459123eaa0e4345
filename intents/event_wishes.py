"""A wish about events: to see them, to sign up, what is one's own, to give a place back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from intents import (
    event_cancel,
    event_change,
    event_mine,
    event_offer,
    event_rename,
    event_signup,
)
from intents.event_list import answer_question, show_events
from intents.event_named import called, meant
from intents.event_question import asked_about, asks_its_fate
from intents.event_view import same_event
from intents.text import fold
from intents.types import Context, Reply

#: What events serve.
LABELS = ("event_list", "event_signup", "event_mine", "event_cancel")
#: Above this, what a message was understood as stands.
SURE = 0.65
#: 「免费的呢」 after a list.
NARROWS = re.compile(
    "(要钱|收费|花钱)的.{0,3}(不去|不要|不报|算了)|(那|有没有|有)?(免费|不要钱|不花钱|还能报|能报|还有名额|有名额)的?(呢|吗|有吗|有哪些|[?？])?"
)
#: 「把报名的人名单发我」: what others have signed up for is theirs.
ROSTER = re.compile(
    "名单.{0,3}(发|给)|都有谁|谁报了|谁参加|哪些人报|(报名|参加)的人的?(电话|手机|姓名|名字|名单)"
)

#: 「候补是啥意思」, 「排后面的轮得到吗」
ABOUT_THE_LINE = re.compile(
    "(候补|排队|后补).{0,3}(是|叫)?(什么|啥|怎么|咋).{0,2}(意思|回事|弄的|样的)|什么(是|叫)(候补|排候补)|排(在)?后面.{0,5}轮得到|候补.{0,6}(一般|通常|大概).{0,4}轮"
)
#: 「我女儿六岁能去不」, 「我能带我表妹一起不」: who may come is asked first.
MAY_COME = re.compile(
    "(能|可以|可不可以|能不能|好不好|好|要不要|需要|用)(去|来|参加|带[^,，。 ]{1,6}?(?:一起|去|来)?)(不(?!了)|吗|么|伐|嘛|行不行)"
    "|不报名.{0,4}(去|来|行|可以)|(要不要|需要|用不用|要|用)(先|提前)?报名(不|吗|么|伐|嘛|[?？]|$)"
)
#: Without one of these 「叉车那个啥时候」 is no wish to sign up.
TAKES = re.compile(
    "报|参加|登记|算我|加我|加上|[去来学听看玩]|名额|位|[留占抢]|名字|姓名|手机|电话|1[3-9]\\d{9}"
)
#: 「我有没有报太极」
ASKS_MINE = re.compile("(我|帮我看看?|看看?我).{0,4}(有没有|有无|是不是|到底)(报(?!销)|登记)(过|上|了|名)?")
#: 「月嫂班能报了吗」 asks of the event, not of what is his.
OPENS = re.compile("(能|可以|开始|让)报(名)?了?(吗|么|没|不|伐|[?？]|$)")

BEGIN: dict[str, Callable[[Context], Reply]] = {
    "event_list": show_events,
    "event_signup": event_signup.begin_signup,
    "event_mine": event_mine.show_mine,
    "event_cancel": event_cancel.begin_cancel,
}


def begin(context: Context) -> Reply:
    """Serve the wish that the message is."""
    if (changed := _change_of_his(context)) is not None:
        return changed
    intent, words = context.match.intent, fold(context.match.text)
    if intent not in LABELS:  # in the middle of a sign-up 「通融一下」 is ours, whatever it sounds like
        intent = "event_mine" if event_mine.STATE_ASKED.search(words) else "event_list"
    if ABOUT_THE_LINE.search(words):
        return Reply(context.knowledge.text("events.about_the_line"), intent="event_list")
    if ROSTER.search(words):
        return Reply(context.knowledge.text("talk.private"), intent=intent)
    fate = asks_its_fate(words) and not context.session.memory.get("events", {}).get("cancelled")
    if fate and len(events := called(context) or meant(context).events) == 1:
        reply = answer_question(context, events[0])
        held = [one for one in context.signups.mine() if same_event(one.event_id, events[0].id)]
        yours = context.knowledge.text("events.still_yours", what=event_mine.what_words(context, held))
        return replace(reply, text=f"{reply.text}\n{yours}") if held else reply
    if ASKS_MINE.search(words):
        return event_mine.show_mine(context)
    gives_back = event_cancel.GIVES_BACK.search(words) and not NARROWS.fullmatch(words)
    gives_back = gives_back or event_cancel.not_that_but_this(context)
    if intent in ("event_signup", "event_list") and gives_back:
        intent = "event_cancel"
    asks = asked_about(words) and not (TAKES.search(words) and not MAY_COME.search(words))
    if intent == "event_signup" and asks and not any(map(context.match.slot, ("person", "phone"))):
        intent = "event_list"
    if intent == "event_mine" and OPENS.search(words):
        intent = "event_list"
    if event_mine.CANCELLED.search(words):
        intent = "event_mine"
    return BEGIN[intent](context)


def _change_of_his(context: Context) -> Reply | None:
    """What is to be another of a sign-up that he has: the answer to an offer, number, name, session, how many."""
    if event_offer.answers(context):
        return event_offer.handle(context)
    if event_mine.wants_new_phone(context):
        return event_mine.change_phone(context)
    if event_rename.wants_new_name(context):
        return event_rename.change_name(context)
    if change := event_change.wanted(context):
        return event_change.change_session(context, *change)
    return event_cancel.more_of_them(context)
