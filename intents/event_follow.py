"""What a few words mean after events were shown, and what a name of ours beside unsure words does."""

from __future__ import annotations

import re
from functools import lru_cache

from intents import (
    event_cancel,
    event_change,
    event_extra,
    event_mine,
    event_offer,
    event_rename,
    event_sessions,
)
from intents.event_list import ASKS as ASKS_ANYTHING
from intents.event_list import BY_OTHERS, EXCEPTION, MISHEARD, MORE, OTHER_KIND
from intents.event_named import by_ordinal, named, part_named, remembered, rest_of_list, takes_it
from intents.event_people import ADDS
from intents.event_question import BARE, asked_about
from intents.event_refusals import NOT_MEMBER
from intents.event_signup import GIVES_UP
from intents.event_view import same_event
from intents.event_wishes import ABOUT_THE_LINE, LABELS, NARROWS, SURE
from intents.text import fold
from intents.topics import BRIEF, says_little
from intents.types import Context
from knowledge.base import Event, Knowledge

#: 「报吧」, 「那就这个」 after an event was shown.
SIGN_UP = re.compile(
    "^(好|行|可以|嗯|那|就|我|要|想|帮我?|给我|来|[,。 ])*(报名|报吧|报了(?![啥什哪几多没吗么])|报一个|报这个|报它|报上|给我报|参加|就这个|就它|要了|登记|算我)"
)
#: 「那我候补」 of an event in hand: where there is still room, a place at once.
WANTS_TO_WAIT = re.compile(
    "(那|我|给我|帮我|就|先|想|要|排)*(候补|排队|排着|排上|等位)(吧|了|一下|着|[。!])*"
)
#: 「那个叉车班呢」
_AROUND_A_NAME = re.compile("(那|这|那个|这个|的|呢|啊|呀|吧|哦)*")
#: Less sure than this of another matter that it does not name, it is of the one in hand.
CLEAR = 0.75
#: 「我离过婚可以吗」, of the event in hand.
MAY_I = re.compile(
    "(可以|能|行|好|要紧|有影响|有关系|收|接受)(不可以|不能|不行)?(吗|么|不行?|伐|嘛|没)?[?？。]*"
)
_OF_OTHERS = (
    "person",
    "phone",
    "phone_invalid",
    "people",
    "ordinal",
    "amount",
    "facility",
    "station_kind",
    "identity",
    "insured",
    "place",
    "event",
)
#: What one asks of a sign-up of one's own has one of these.
OF_HIS_OWN = re.compile("报|名|我的|上没|成没|号|候补|排|几个人|取消|改")
#: 「其他同事自己报 怎么报」
BY_THEMSELVES = re.compile("(他们|她们|大家|其他人?|同事|工友|别人|剩下的?).{0,6}自己报")
CONFIRMS = re.compile("(确认|确定|我?确认了?|已确认)(一下)?[。!！]*")
#: 「五月才能报？」
OPENS_WHEN = re.compile(
    "(那|要|是|得)?[^,，。 ]{0,6}(才|再|就|什么时候|几时)(能|可以|开始|好)报名?(吗|么|啊|呀)?[?？]*"
)
#: 「不排了 五十块也蛮贵」
LEAVES = re.compile("^(那|嗯|哦|啊|算了|[,， ])*(不排|不报|不去|不参加|不学|不等)了")
ANY_ELSE = re.compile("(有没有|还有|有(啥|什么)).{0,2}(别的|其他)")
#: 「那有啥」 after a list.
ANY_OTHER = re.compile(f"{OTHER_KIND.pattern}|那?(都|还)?有(啥|什么|哪些)(呢|啊|活动)?[?？]*")
#: 「那后天呢」, 「下个月有没有」 after a list
ANOTHER_DAY = re.compile("(那|那么|要么)?的?(呢|有没有|有吗|有么|有什么|有啥|有哪些|怎么样)?[?？。]*")
#: 「嗯 就是那个」 after an event: the one he wants.
TAKES_IT = re.compile(
    "(对|嗯|是的?|好的?|行|可以|哦|[,。 ])*(就|就是|就要|要)(这|那)(个|一个|场)(了|吧|啊|呀)?[。!]*"
)
#: 「她要带什么」 after an event is no question about a claim's papers.
BRINGS = re.compile(
    "(那|我|她|他|我们|来的?时?候?|去的?时候?|到时候?|当天)*(要|用|得|需要)?(带|穿|准备)(点|些)?(什么|啥|东西)(东西|衣服)?(去|来)?(吗|呢|[?？])*"
)
#: 「算了 还是去吧」 after a place was given back.
COMES_BACK = re.compile("还是.{0,5}(去|来|参加|报|排着|等着|候补)|又(想|能|可以)(去|来|参加)|不取消了|后悔")
#: 「男的能报不」
WHO_MAY = re.compile(
    "(那|我)?(男的|女的|男人|男同志|女同志|老人|小孩子?|孩子|退休的?|外地的?|家属|非会员|临时工)(也)?(能|可以|好)(不能|不可以)?(报|去|来|参加)(名)?(吗|么|不|伐|[?？])*"
)
ELSEWHERE = re.compile(
    "(那|那么)?[一-鿿]{2,6}?(那边|这边|那里|这里)?(呢|有没有|有吗|有么|有什么|有啥|有哪些)[?？]?"
)
ILLNESS = re.compile("住院|看病|医药|医保|报销|互助|手术|开刀|自费|自付|自负")
#: 「给我儿子报一个」; and the questions that hold the same words.
SIGN_UP_HERE = re.compile("报名|报了(?!吗|么|没)|给.{0,6}报|帮.{0,6}报|报[一个上]|登记|我要报|想报")
ASKS = re.compile("怎么|什么时候|啥时候|几时|几号|条件|要求|吗|么|能不能|可不可以|多少|[?？]")


def label_of(context: Context) -> str:
    """The label that the message has of what went before; "" where it stands for itself."""
    if ABOUT_THE_LINE.search(fold(context.match.text)):
        return "event_list"
    label = "event_mine" if event_offer.answers(context) else _label_of_title(context)
    label = "event_cancel" if event_change.wanted(context) else label
    if not label and context.session.last_intent in LABELS:
        label = _follow_up_label(context)
    return label or _label_of_who(context) or _label_of_named(context)


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
    fresh = context.session.last_intent in LABELS
    alone = context.session.form is None and (context.match.decision != "answer" or fresh)
    unsure = context.match.decision != "answer"
    helps = unsure and "报" in context.match.text  # 「帮韩梅梅也报」
    adds = ADDS.search(fold(context.match.text)) is not None and bool(context.signups.mine())
    if adds and context.match.slot("person") and context.session.form is None and remembered(context):
        return "event_signup"
    gives_both = context.match.slot("person") and (context.match.slot("phone") or helps)
    return "event_signup" if alone and gives_both and remembered(context) else ""


def _label_of_named(context: Context) -> str:
    """An event of ours is named, or a number on a sign-up wrong, and the words around it did not say enough."""
    match, text = context.match, fold(context.match.text)
    sure = match.decision == "answer" and match.confidence > SURE
    if event_mine.wants_new_phone(context) and not sure and context.signups.mine():
        return "event_mine"
    if (label := _label_of_name_alone(context)) and match.intent not in LABELS:
        return label
    if sure and match.intent not in (*LABELS, "join_union", "claim_check", "claim_howto", "childcare"):
        return ""
    event = named(context).only
    if event is None:
        return ""
    if match.decision == "answer" and match.intent in LABELS:
        return match.intent if set(match.also) & set(_no_second_wish(context)) else ""
    session = event_sessions.narrowed(context, event)
    if session.part_of and match.intent == "join_union":  # 「亲子手工会员组还有吗」
        return "event_list" if asked_about(text) or "还有" in text else "event_signup"
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
    mistaken = of_claims or (
        match.intent == "childcare" and "托" not in text
    )  # 「亲子手工 我儿子七岁好来伐」
    asks_on = match.intent == "skills" and context.session.last_intent in LABELS and asked_about(text)
    if sure and not mistaken and not asks_on:  # 「那电工 女的能学吗」, after another
        return ""
    if event_cancel.CANCELS.search(text):
        return "event_cancel"
    if SIGN_UP_HERE.search(text) and not ASKS.search(text):
        return "event_signup"
    ours = [label for label, _ in match.ranked if label in LABELS and label != "event_cancel"]
    return ours[0] if ours else "event_list"


def _label_of_name_alone(context: Context) -> str:
    """「叉车班」 and no other word: what it is, or what was just spoken of with it."""
    found, text = named(context), fold(context.match.text).strip(" ,.，。!！?？~")
    if not found.asked or not found.only:
        return ""
    rest = text.replace(fold(found.asked), "", 1).strip()
    if not _AROUND_A_NAME.fullmatch(rest) or any(one.name == "person" for one in context.match.slots):
        return ""
    return "event_cancel" if context.session.last_intent == "event_cancel" else "event_list"


def _no_second_wish(context: Context) -> tuple[str, ...]:
    """「叉车培训轮到我没有」 says nothing of skills, 「讲座地址在哪」 nothing of stations."""
    asks_where = not context.match.slot("facility") and not context.match.slot("station_kind")
    return ("skills", "childcare", *(("station_find",) if asks_where else ()))


def _follow_up_label(context: Context) -> str:
    """What a few words mean after an event or a list was shown; "" where they stand for themselves."""
    text, match = fold(context.match.text), context.match
    sure = match.decision == "answer" and match.confidence > SURE
    current, last = remembered(context), context.session.last_intent or ""
    if label := _label_of_words_alone(context, current):
        return label
    if BY_OTHERS.search(text) or event_mine.wants_new_phone(context) or event_rename.wants_new_name(context):
        return "event_mine"
    if event_cancel.REPLACES.search(text) and context.signups.mine():
        return "event_cancel"
    if part_named(context):
        return "event_signup" if takes_it(text) else "event_list"
    if (current is not None and _asks_of_it(context, last)) or NARROWS.fullmatch(text):
        return "event_list"
    if MORE.search(text) and (rest_of_list(context) or text == "更多"):
        return "event_list"
    if by_ordinal(context):
        return "event_signup" if "报" in text else "event_list"
    if sure and match.intent in LABELS:
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
    asked = asked_about(text)
    of_others = (
        "oos" in match.names and "unwritten" not in asked
    )  # 「今天天气怎么样」, not 「那天刮大风怎么办」
    return "event_list" if len(text) <= 16 and asked and not of_others else ""


def _asks_of_it(context: Context, last: str) -> bool:
    """「几点去」, 「自己掏钱不」: short questions about the event in hand that name nothing else."""
    text, asked = fold(context.match.text), asked_about(context.match.text)
    if BARE.fullmatch(text):
        return True
    if not asked or by_ordinal(context):
        return False
    paying = "fee" in asked and len(text) <= BRIEF and not context.match.slot("amount")
    return paying or says_little(context.match, last)


def _label_of_words_alone(context: Context, current: Event | None) -> str:
    """What some words mean after events, whatever else they sound like; "" for others."""
    text, last = fold(context.match.text), context.session.last_intent
    if EXCEPTION.search(text):
        return "event_list"
    if event_mine.TOLD.search(text) and (current is not None or context.signups.mine()):
        return "event_mine"
    if current is not None and (label := _label_of_current(context, current)):
        return label
    if last in LABELS and context.match.intent == "skills" and ANY_ELSE.search(text):
        return "event_list"  # 「有没有别的能学门手艺的」
    if current is None and last in ("event_list", "event_signup") and ANY_OTHER.fullmatch(text):
        return "event_list"
    if last == "event_cancel" and (label := _label_of_name_alone(context)):
        return label
    return "event_list" if last == "event_list" and _same_elsewhere(context) else ""


def _label_of_current(context: Context, current: Event) -> str:
    """What is said of the event in hand, that was shown or signed up for just now."""
    text, last = fold(context.match.text), context.session.last_intent
    gives_back = event_cancel.CANCELS.search(text)
    if not gives_back and len(text) <= 16 and event_sessions.in_talk(context, current):
        return "event_signup" if re.search("报|要|选|就", text) else "event_list"
    if current.limits and event_extra.says_age(text):
        return "event_signup" if event_extra.said_unfit(text, current) else "event_list"
    if last == "event_cancel" and COMES_BACK.search(text):
        return "event_signup"
    if last not in LABELS:
        return ""
    if current.members_only and NOT_MEMBER.search(text) and len(text) <= 2 * BRIEF:
        return "event_list"
    if BY_THEMSELVES.search(text):
        context.made["by_themselves"] = True
        return "event_list"
    if CONFIRMS.fullmatch(text) and context.signups.mine():
        return "event_mine"  # once more, after it was done
    if WANTS_TO_WAIT.fullmatch(text) or TAKES_IT.fullmatch(text):
        return "event_signup"
    if LEAVES.search(text) and not ILLNESS.search(text):
        return "event_cancel"
    if WHO_MAY.fullmatch(text) or BRINGS.fullmatch(text) or _asks_of_himself(context):
        return "event_list"
    if gives_back or not _names_nothing_else(context):
        return ""
    context.made["of_the_event"] = True
    return "event_list"


def _names_nothing_else(context: Context) -> bool:
    """「唱歌的呢」, 「我没简历」, 「五月才能报？」: it sounds like another matter, and has no word of one."""
    match, text = context.match, fold(context.match.text)
    if OPENS_WHEN.fullmatch(text):
        return True
    if match.slot("yes_no") or text.strip("。!！") in ("确认", "确定") or re.search("[暑寒]假", text):
        return False  # an answer, or the class of another season
    of_others = "oos" in match.names or ILLNESS.search(text) is not None
    if "unwritten" in asked_about(text) and len(text) <= BRIEF and not of_others:
        return True  # 「船钱报不」, not 「船票怎么买」
    if match.names or len(text) > 2 * BRIEF or any(map(match.slot, _OF_OTHERS)):
        return False
    if match.intent == "oos":
        return ASKS_ANYTHING.search(text) is not None and not text.startswith(("你", "您"))
    if match.intent == "event_mine" and OF_HIS_OWN.search(text):
        return False
    return (
        match.intent in MISHEARD
        or match.decision == "ask"
        or (match.intent == "station_find" and len(text) <= 6)
    )


def _asks_of_himself(context: Context) -> bool:
    """「我离过婚可以吗」: whether he may come as he is, where it sounds like nothing that anybody serves."""
    match, text = context.match, fold(context.match.text)
    unsure = match.decision != "answer" or match.confidence < CLEAR
    unknown = match.decision == "refuse" or (unsure and not match.names)
    own = text.startswith(("我", "那我", "他", "她", "家"))
    return unknown and own and len(text) <= 2 * BRIEF and MAY_I.search(text[-5:]) is not None


def _same_elsewhere(context: Context) -> bool:
    """「普陀有没有」, 「那嵊泗呢」 after a list of events."""
    match = context.match
    day = next((one for one in match.slots if one.name in ("date", "period")), None)
    if day is not None and ANOTHER_DAY.fullmatch(match.text.replace(day.text, "", 1).strip()):
        return True
    if match.slot("facility") or match.slot("station_kind") or not match.slot("place"):
        return False
    return ELSEWHERE.fullmatch(fold(match.text)) is not None
