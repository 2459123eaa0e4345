"""What there is: lists by kind, place and day, and one event's details."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from intents.event_named import (
    Named,
    by_ordinal,
    meant,
    named,
    names_of,
    part_named,
    remember,
    remember_list,
    remembered,
    rest_of_list,
)
from intents.event_question import answer, asked_about
from intents.event_refusals import NOT_MEMBER
from intents.event_sessions import in_talk, narrowed
from intents.event_view import (
    TAKEN,
    contact_of,
    details,
    is_over,
    line,
    others_open,
    ranked,
    same_event,
    standing,
    standing_words,
)
from intents.text import fold
from intents.topics import named_answer
from intents.types import Choice, Context, Reply
from knowledge.base import Event

#: How many events one list shows; the rest comes with 「还有吗」.
LISTED = 6

FREE = re.compile("(要钱|收费|花钱)的.{0,3}(不去|不要|不报|算了)|免费|不要钱|不花钱|不收费|不用钱|白参加")
STILL_FREE = re.compile("(能|可以)报(?!多少|几|销)|还有名额|有名额|没满|有位|报得上|报得进|还能参加")
MORE = re.compile(r"^(更多|后面的|还有(吗|么|没有?|啥|什么|别的|其他)|别的呢|其他呢|换一批|下一页|再来几个)")
EXCEPTION = re.compile(
    "通融|破例|帮帮忙|想想办法|想办法|加个名额|加一个名额|多加一个|开个?后门|行行好|就晚了|塞一个|塞个人|塞进|挤一个|求求|拜托拜托|特殊照顾"
)
BY_OTHERS = re.compile(
    "(单位|公司|厂里|工会小组|班长|领导|人事|hr|行政|同事|老公|老婆|家里人|朋友|儿子|女儿|别人|人家).{0,4}(帮我报|给我报|替我报|统一报|报)的"
    "|(换了?|用了?别?的?|用老[婆公]的?)(微信|手机).{0,3}报的"
)
#: It asks for several.
LISTS = re.compile("哪些|有(什么|啥|哪)|都有|其他|别的|最近|近期")
#: An illness beside a claim's words is what the other wish is about: 「看病能报多少 再看看有啥活动」.
ILLNESS = re.compile("看病|住院|生病|开刀")
#: 「唱歌的呢」, 「那钓鱼的有没有」
OTHER_KIND = re.compile("那?(?![暑寒]假)([一-鿿]{2,5}?)的(呢|有吗|有没有|有么)[?？]*")
#: A question, whatever it asks.
ASKS = re.compile(
    "[?？吗么伐呢]$|啥|什么|怎么|咋|几|哪|多少|多[远久大长]|行不行|可不可以|能不能|要不要|([一-鿿])不\\1"
)
#: What a few words after an event are easily taken for.
MISHEARD = (
    "event_mine",
    "claim_check",
    "claim_howto",
    "legal",
    "aid",
    "skills",
    "recuperation",
    "join_union",
)
#: Not the 班 of a class.
WORK = re.compile("[上下加夜早晚中白值轮倒跟换]班|班组|班长")


def show_events(context: Context) -> Reply:
    """One event's details, the answer to a follow-up, or a numbered list."""
    say, text = context.knowledge.text, fold(context.match.text)
    if EXCEPTION.search(text):
        return no_exception(context, "event_list")
    if BY_OTHERS.search(text):
        return by_others(context)
    if MORE.search(text) and rest_of_list(context):
        return list_reply(context, say("events.list"), rest_of_list(context))
    if MORE.match(text) and text.strip() == "更多":
        return Reply(say("talk.no_more"), intent="event_list")
    found = named(context)
    if found.only:
        return show_details(context, narrowed(context, found.only))
    if found.events:
        return list_reply(context, say("events.list_filtered", asked=found.asked), found.events)
    if not found.asked and (reply := _of_what_was_shown(context, text)) is not None:
        return reply
    if found.asked and (topic := topic_reply(context, found)):
        return topic
    if found.near:
        return list_reply(context, near_lead(context, found), found.near)
    return _list_asked(context, found)


def _of_current(context: Context, event: Event) -> Reply | None:
    """A question about the event that is talked of, or what else is said to it: 「我没简历」."""
    text = context.match.text
    if event.members_only and NOT_MEMBER.search(fold(text)):
        return show_details(context, event)
    if context.made.get("by_themselves"):
        how = context.knowledge.text("events.by_themselves", title=event.title)
        return Reply(how, intent="event_list")
    if asked_about(text):
        return answer_question(context, event)
    asks, of_it = ASKS.search(fold(text)) is not None, context.made.get("of_the_event") is True
    narrows = "活动" in text or any(make(context) for make in FILTERS)
    if asks and (of_it or not narrows):
        return answer_question(context, event)
    if not of_it:
        return None
    remember(context, event)
    say = context.knowledge.text
    heard = say("events.heard", title=event.title, contact=contact_of(event, context))
    return Reply(heard, intent="event_list", choices=sign_up_choice(context, event))


def _of_what_was_shown(context: Context, text: str) -> Reply | None:
    """「第二个」, 「周六那场」, 「唱歌的呢」, a question of the event in hand: where no event is named."""
    if pointed := by_ordinal(context) or part_named(context):
        return show_details(context, pointed)
    current = remembered(context)
    session = in_talk(context, current) if current else None
    if session and len(text) <= 20:
        return show_details(context, session)
    if (kind := OTHER_KIND.fullmatch(text)) and not _of_kind(context) and not asked_about(text):
        coming = [one for one in context.knowledge.events if not is_over(one, context)]
        return list_reply(context, context.knowledge.text("events.list_no_match", asked=kind[1]), coming)
    of_others = context.made.get("by_themselves") is True
    if current is None or len(text) > 20 or (LISTS.search(text) and not of_others):
        return None
    return _of_current(context, current)


def show_details(context: Context, event: Event) -> Reply:
    """Everything about `event`; what was asked and stands in no file is said so."""
    remember(context, event)
    text = details(event, context)
    asked = asked_about(context.match.text)
    if event.members_only and NOT_MEMBER.search(fold(context.match.text)):
        contact = contact_of(event, context)
        refused = context.knowledge.text("events.refused_not_member", title=event.title, contact=contact)
        return Reply(f"{refused}\n\n{text}", intent="event_list")
    if "people" in asked:
        text += "\n" + answer(event, context, ["people"])
    if "unwritten" in asked:
        text += "\n" + context.knowledge.text("events.unwritten", contact=contact_of(event, context))
    return Reply(text, intent="event_list", choices=sign_up_choice(context, event))


def answer_question(context: Context, event: Event) -> Reply:
    """A short answer about the event that is talked of."""
    remember(context, event)
    asked = asked_about(context.match.text) or ["unwritten"]
    return Reply(answer(event, context, asked), intent="event_list", choices=sign_up_choice(context, event))


def sign_up_choice(context: Context, event: Event) -> tuple[Choice, ...]:
    """A line to tap where the event takes sign-ups."""
    held = any(same_event(one.event_id, event.id) for one in context.signups.mine())
    if held or standing(event, context) not in TAKEN:
        return ()
    return (Choice(context.knowledge.text("events.sign_up_choice", title=event.title)),)


def topic_reply(context: Context, found: Named) -> Reply | None:
    """What is known of 艺术节 or 午间一小时 where nothing of that name can be signed up for."""
    match = replace(context.match, text=found.asked)
    topic = named_answer(context.knowledge, match, "event_list")
    if topic is None:
        return None
    lead, choices = others_open(context)
    none_yet = context.knowledge.text("events.not_published", asked=found.asked)
    return Reply(f"{none_yet}\n{topic.text}{lead}", intent="event_list", choices=choices)


def near_lead(context: Context, found: Named) -> str:
    """Before events of which only a part is called so; 培训 is a part of each of them and needs no excuse."""
    say = context.knowledge.text
    if all(any(found.asked in name for name in names_of(one)) for one in found.near):
        return say("events.list_filtered", asked=found.asked)
    return say("events.near", asked=found.asked, contact=contact_of(None, context))


def _list_asked(context: Context, found: Named) -> Reply:
    """A list by what was asked: free ones, those with places, a place, a day, a kind."""
    say = context.knowledge.text
    coming = [one for one in context.knowledge.events if not is_over(one, context)]
    if not coming:
        return Reply(say("events.list_none", contact=contact_of(None, context)), intent="event_list")
    filters = [one for make in FILTERS if (one := make(context))]
    chosen = [event for event in coming if all(fits(event) for _, fits in filters)]
    asked = "、".join(words for words, _ in filters)
    if found.asked:
        lead = say("events.unknown_event", asked=found.asked, contact=contact_of(None, context))
        kind = _of_kind(context)
        return list_reply(context, lead, chosen or [one for one in coming if kind and kind[1](one)] or coming)
    if not asked:
        return list_reply(context, say("events.list"), coming)
    if not chosen:
        kind = _of_kind(context)
        return list_reply(
            context,
            say("events.list_no_match", asked=asked),
            [one for one in coming if kind and kind[1](one)] or coming,
        )
    return list_reply(context, say("events.list_filtered", asked=asked), chosen)


#: What a list is narrowed by: the worker's words for it, and which events fit.
Filter = tuple[str, Callable[[Event], bool]]


def _free(context: Context) -> Filter | None:
    said = FREE.search(fold(context.match.text))
    return ("免费", lambda event: event.fee.startswith("免费")) if said else None


def _with_places(context: Context) -> Filter | None:
    said = STILL_FREE.search(fold(context.match.text))
    return ("能报名", lambda event: standing(event, context) in TAKEN) if said else None


def _at_place(context: Context) -> Filter | None:
    slot = context.match.slot("place")
    if slot is None or not slot.value:
        return None

    def fits(event: Event) -> bool:
        here = context.knowledge.place(event.place)
        return event.place == slot.value or (here is not None and slot.value in (here.parent, here.island))

    return slot.text, fits


SATURDAY = 5
EVENING = re.compile("夜里|夜校|晚上(上课|上班的|有空|开|的)|下了?班(之?后|以后)?(能|可以|有空|学)")
EVENING_HOUR = 17
#: 「有没有周末的活动」 means any weekend, 「这周末有什么」 the coming one.
ANY_WEEKEND = re.compile("(?<![这本下上个])周末(?!.{0,2}(这|本))")


def _on_day(context: Context) -> Filter | None:
    if ANY_WEEKEND.search(fold(context.match.text)):
        return "周末", lambda event: event.starts_at is not None and event.starts_at.weekday() >= SATURDAY
    for slot in context.match.slots:
        first, last = slot.value if slot.name == "period" else (slot.value, slot.value)
        if slot.name in ("date", "period") and isinstance(first, date):
            return slot.text, _between(first, last)
    return None


def _between(first: date, last: date) -> Callable[[Event], bool]:
    def fits(event: Event) -> bool:
        if event.starts_at is None:
            return False
        ends = event.ends_at or event.starts_at
        return event.starts_at.date() <= last and ends.date() >= first

    return fits


def _of_kind(context: Context) -> Filter | None:
    """爬山 fits what is outdoors: any word of a concept in words/events.toml means all of them."""
    text = WORK.sub("", fold(context.match.text))
    if "claim" in context.match.names:
        text = ILLNESS.sub("", text)
    for concept, words in context.knowledge.words.items():
        said = next((word for word in words if word in text), "") if concept.startswith("events.") else ""
        if said:
            return said, partial(_has_any, words)
    kind = next((one.kind for one in context.knowledge.events if one.kind and one.kind in text), "")
    return (kind, lambda event: event.kind == kind) if kind else None


def _in_the_evening(context: Context) -> Filter | None:
    """「夜里上课的有伐」"""
    said = EVENING.search(fold(context.match.text))
    if said is None:
        return None
    return said.group(), lambda event: event.starts_at is not None and event.starts_at.hour >= EVENING_HOUR


FILTERS = (_free, _with_places, _at_place, _on_day, _in_the_evening, _of_kind)


def _has_any(words: Sequence[str], event: Event) -> bool:
    names = (event.title, event.kind, *event.aliases)
    return any(word in name for word in words for name in names)


def list_reply(context: Context, lead: str, events: Sequence[Event]) -> Reply:
    """A numbered list; open ones first, then by day."""
    order = ranked(events, context)
    remember_list(context, order[:LISTED], order[LISTED:])
    if len(order) == 1:
        remember(context, order[0])
    text = lead if len(order) <= LISTED else f"{lead}{context.knowledge.text('events.list_more')}"
    choices = tuple(Choice(line(one, context), send=one.title) for one in order[:LISTED])
    return Reply(text, intent="event_list", choices=choices)


# ---------------------------------------------------------------- what cannot be done here


def no_exception(context: Context, intent: str) -> Reply:
    """「通融一下」: kindly no, whom to ask, and what else there is."""
    found = meant(context)
    event = found.only
    text = context.knowledge.text("events.no_exception", contact=contact_of(event, context))
    if event is not None:
        text = f"“{event.title}”{standing_words(event, context)}。{text}"
    lead, choices = others_open(context, event)
    return Reply(text + lead, intent=intent, choices=choices)


def by_others(context: Context) -> Reply:
    """「是单位报的」: this account holds no sign-up of others."""
    contact = contact_of(meant(context).only, context)
    return Reply(context.knowledge.text("events.by_unit", contact=contact), intent="event_mine")
