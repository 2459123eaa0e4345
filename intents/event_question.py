"""Questions about one event, answered from what is published; the rest is the organiser's to say."""

from __future__ import annotations

import re
from collections.abc import Callable

from intents.event_view import (
    TAKEN,
    contact_of,
    fee_words,
    standing,
    standing_and_closing,
    standing_words,
    when_words,
    where_words,
    who_words,
)
from intents.text import fold
from intents.types import Context
from knowledge.base import Event

#: What is asked → the words for it. The order is that of the answer.
ASKED = {
    "when": re.compile(
        "几点|什么时候|啥时候?|几时|哪天|哪一天|几号|多久|几天|什么时间|啥时间|时间(?!来得及|够)|星期几|周几|白天|晚上(上|还是)|下班(之?后)?上|几点结束|几小时"
    ),
    "where": re.compile("在哪|哪里|哪儿|地址|地点|怎么去|怎么走|啥地方|什么地方|集合|哪个岛|搿搭"),
    "fee": re.compile(
        "多少钱|几钿|几块|要钱|交钱|收费|收钱|免费[吗么不嘛]|费用|花钱|花多少|付钱|掏钱|自费|自己出|贵不贵|要不要钱"
    ),
    "who": re.compile(
        "几年级|年级|收不收|[收要]吗|收伐|招收|谁能|谁可以|条件|要求|户口|会员|年龄|多大|几岁|限制|男的|女的|退休|外地|家属|(能|可以|可不可以|能不能|好)(去|来|参加|报)(吗|么|不|伐|嘛|$)|对象"
        "|^那?[我他她家].{1,12}(可以|能|行|要紧|有影响).{0,4}(吗|么|不行?|不可以|伐|嘛)[?？。]*$"
    ),
    "left": re.compile(
        "(什么时候|啥时候|几时|几点|几号|哪天).{0,3}报|(要不要|用不用|需不需要)(先|提前)?报名|(要|需要|用)(先|提前)?报名(吗|么|不|嘛|伐)|不报名|直接跑?(去|来|过去)|名额|还有(没有)?位|有没有位|还有票|有位子|满了|报满|还能报|来得及|截止|还报得|几个位|多少人报|什么时候报|啥时候报|(才|再)(能|可以|开始|好)报|报名时间|开始报"
    ),
    "people": re.compile(
        "带上?个?(我|我家|我们家)?(表[妹弟姐哥]|姐|哥|弟|妹|徒弟|同事|工友|爸|妈|老人|父母|小孩|孩子|娃|家属|家里人|人|老婆|老公|朋友)|几个人一起|能报几个|可以报几个|最多报"
    ),
    "next": re.compile("下一?[次回期批]|再(开|办|搞|招)(一个|一次|一期|一回|不|吗)"),
    "about": re.compile(
        "干什么|干啥|做什么|做啥|讲什么|讲啥|内容|介绍|详情|详细|是什么|是啥|玩什么|怎么样|学什么"
    ),
}
#: Whether it takes place as it is published: 「听说取消了」, 「还办不办」, 「改到哪天了」.
FATE = re.compile(
    "(取消|延期|改期|推迟)(不取消|了?(没有?|吗|么|伐|嘛)|不|[?？])"
    "|(听说|说是|据说|都说|都在传|是不是|会不会|有没有).{0,8}(取消|延期|改期|推迟|不办|不搞|不开了?)"
    "|([改延推挪][到期迟]).{0,4}(哪天|几号|什么时候|啥时候|几时)|为(什么|啥|何).{0,3}(不办|取消|改期|延期)"
    "|还(办|搞|开|举办)(不|吗|么|伐|的吧)|照常|如期|办不办|开不开得?成|黄了"
)
#: 「我的取消了没」 is of his own place.
_HIS_OWN = re.compile("(我|帮|替)[^,，。 ]{0,6}(取消|退)")
#: Asked often and in no file: who teaches, what to bring, lunch.
UNWRITTEN = re.compile(
    "晚(一)?点[到来]|迟到|早点?走|提前走|中途|老师|午饭|吃饭|管饭|饭管|管不管|中饭|盒饭|带什么|带啥|要带|自己带|停车|[船车路]费|[船车]钱|班车|大巴|接送|规则|哪本|几节|教到|教会|包会|证书|发证|奖品|奖金|"
    "礼品|纪念品|衣服|穿什么|下雨|刮风|大风|台风|停航|船不开|没船|浪大|起雾|保险|身份证|作业|基础|材料"
)
#: A question that only means something after an event was shown.
BARE = re.compile(
    "(那|请问|它|这个|那个|活动)*(是|要|在)?(哪里?|哪儿|什么地方|啥地方|地址|地点|(?:早上|上午|下午|晚上)?几点钟?(?:开门|开始|开场|入场|结束|散场?|签到)?|什么时候|啥时候|哪天|几号|要钱|多少钱|收费|免费|名额|要求|条件)"
    "(才?(能|可以|开始)?报名?|[到来去]|集合|(再)?(发|给)(我|一下|下))?"
    "(的|是|吗|么|呢|啊|不|伐|嘛|呀|多少|[?。!])*"
)


def asked_about(text: str) -> list[str]:
    """What a message asks of an event, in the order of the answer; "unwritten" for what no file says."""
    text = fold(text)
    if asks_its_fate(text):
        return ["fate"]
    asked = [name for name, pattern in ASKED.items() if pattern.search(text)]
    if "left" in asked and re.search(
        "(什么时候|啥时候|几时|几点|几号|哪天).{0,3}(能报|可以报|报|开始报|截止)", text
    ):
        asked = ["left"]
    if "next" in asked:
        return ["next"]
    return [*asked, "unwritten"] if UNWRITTEN.search(text) else asked


def asks_its_fate(text: str) -> bool:
    """Whether a folded text asks if an event takes place as published; it cancels nothing."""
    return FATE.search(text) is not None and not _HIS_OWN.search(text)


def answer(event: Event, context: Context, asked: list[str]) -> str:
    """A line for each thing asked, naming the event."""
    say = context.knowledge.text
    lines: dict[str, Callable[[], str]] = {
        "when": lambda: when_words(event, context),
        "where": lambda: where_words(event, context),
        "fee": lambda: fee_words(event, context),
        "who": lambda: _who(event, context),
        "left": lambda: _left(event, context),
        "people": lambda: say(
            "events.people_limit", limit=event.people_per_signup, who=who_words(event, context)
        ),
        "next": lambda: say("events.not_known", contact=contact_of(event, context)),
        "fate": lambda: _fate(event, context),
        "about": lambda: event.description or say("events.by_announcement"),
        "unwritten": lambda: unwritten(event, context),
    }
    body = "\n".join(say(f"events.answer_{name}", answer=lines[name]()) for name in asked)
    return say("events.answer", title=event.title, answers=body)


#: Of whom a question may be that the file says nothing of.
OF_WHOM = re.compile(
    "老人|老年|小孩|孩子|儿童|几岁|多大|年龄|几年级|男的|女的|退休|外地|家属|怀孕|孕妇|残疾|离.?婚|[一二两三四五六七八九十0-9]+岁|临时工|非会员"
)


def _who(event: Event, context: Context) -> str:
    """Who may come; and that the rest is not written, where somebody is asked about of whom it says nothing."""
    said, words = OF_WHOM.search(fold(context.match.text)), who_words(event, context)
    if said is None or said.group() in f"{words}{event.description}":
        return words
    return f"{words}。{context.knowledge.text('events.unwritten', contact=contact_of(event, context))}"


def _fate(event: Event, context: Context) -> str:
    """Cancelled, or as it is published, for all that is known here."""
    contact = contact_of(event, context)
    if standing(event, context) in ("cancelled", "over"):
        return context.knowledge.text(
            "events.fate_over", state=standing_words(event, context), contact=contact
        )
    when, where = when_words(event, context), where_words(event, context)
    return context.knowledge.text("events.fate_as_published", when=when, where=where, contact=contact)


def _left(event: Event, context: Context) -> str:
    """Whether there is a place; where there is none, what can still be done."""
    words = standing_and_closing(event, context)
    if "截止" in context.match.text and event.signup_closes_at is None and standing(event, context) in TAKEN:
        return f"{words}；{context.knowledge.text('events.closes_unknown')}"
    if standing(event, context) not in ("closed", "full"):
        return words
    return f"{words}\n{context.knowledge.text('events.too_late', contact=contact_of(event, context))}"


def unwritten(event: Event, context: Context) -> str:
    """What the file does say, and who knows the rest."""
    text = context.knowledge.text("events.unwritten", contact=contact_of(event, context))
    return f"{event.description}{text}" if event.description else text
