"""Greeting, thanks, help, and what is none of our business."""

from __future__ import annotations

import re

from intents.care import thanked
from intents.said import names
from intents.text import fold
from intents.topics import named_answer
from intents.types import Choice, Context, Reply
from knowledge.base import Knowledge, Referral

#: What the menu offers, in this order.
MENU = ("claim_check", "station_find", "event_list", "event_mine", "aid", "legal", "human")

#: He is there, and has not said anything yet.
MURMUR = re.compile("[嗯恩哦噢喔啊额呃哎唉诶欸我那这好在喂]{1,3}|那个|这个|就是|等下|等一下")

#: Somebody wants to know whom he is talking to.
IS_IT_A_BOT = re.compile(
    "你?是(不是)?(个)?(机器人|真人|人工智能|程序|电脑|ai)|跟机器(人)?说话|有真人吗|"
    "你(是|叫)(谁|啥|什么)|谁(做|造|开发|写|搞)(了|出)?的?你|你是谁(做|造|开发)"
)

#: He is not content with us; it is us whom he does not believe.
COMPLAINS = re.compile(
    "投诉|举报你们|曝光|态度|差评|什么破|垃圾|没用的|^(大?骗子|骗人的?)$|"
    "(你们?|工会)(这个?)?(工会|机器人)?(都|就|净|全)?是?.{0,3}(骗子|骗人|骗钱|坑人|忽悠)"
)
ACCUSES = re.compile("骗|坑人|忽悠")

PUNCTUATION = " ,.!?，。！？~"


def menu(knowledge: Knowledge) -> tuple[Choice, ...]:
    """The services as tappable lines."""
    return tuple(Choice(knowledge.text(f"labels.{label}")) for label in MENU)


def referral(knowledge: Knowledge, text: str) -> Referral | None:
    """Whose matter it is, by the longest keyword that the text names."""
    text = fold(text)
    found = [(len(word), one) for one in knowledge.referrals for word in one.keywords if word in text]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def asks_who_we_are(context: Context) -> bool:
    """「你是真人吗」「谁做的你」."""
    return IS_IT_A_BOT.search(fold(context.match.text)) is not None


def who_we_are(context: Context) -> str:
    """No person, and where to find one."""
    return context.knowledge.text("talk.bot", **_numbers(context))


def complaint(context: Context) -> str:
    """What is said to who complains of us; "" where he does not."""
    complains = COMPLAINS.search(fold(context.match.text)) is not None
    return context.knowledge.text("talk.complaint", **_numbers(context)) if complains else ""


def _numbers(context: Context) -> dict[str, str]:
    contacts = context.knowledge.contacts
    names = {"union": "union", "care": "psychological", "city": "city"}
    return {name: contacts[contact].number for name, contact in names.items()}


class SmallTalk:
    """Serves what needs no knowledge of a service."""

    name = "smalltalk"
    labels = ("greet", "thanks", "help", "oos")

    def handle(self, context: Context) -> Reply:
        return getattr(self, f"_{context.match.intent}")(context)  # type: ignore[no-any-return]

    def accepts(self, context: Context) -> bool:
        return False

    def _greet(self, context: Context) -> Reply:
        return Reply(context.knowledge.text("talk.greet"), intent="greet", choices=menu(context.knowledge))

    def _thanks(self, context: Context) -> Reply:
        return thanked(context) or Reply(context.knowledge.text("talk.thanks"), intent="thanks")

    def _help(self, context: Context) -> Reply:
        say = context.knowledge.text
        if asks_who_we_are(context):
            return Reply(who_we_are(context), intent="help")
        topic = named_answer(context.knowledge, context.match, "help")
        if topic is not None:
            return Reply(topic.text, intent="help")
        return Reply(
            f"{say('talk.help_more')}\n\n{say('talk.help')}", intent="help", choices=menu(context.knowledge)
        )

    def _oos(self, context: Context) -> Reply:
        knowledge, text = context.knowledge, context.match.text
        number = knowledge.contacts["union"].number
        if MURMUR.fullmatch(fold(text).strip(PUNCTUATION)):
            return Reply(knowledge.text("talk.listening"), intent="greet")
        if asks_who_we_are(context):
            return Reply(who_we_are(context), intent="help")
        if ACCUSES.search(text) and complaint(context):  # 骗子 alone would be somebody else's fraud
            return Reply(complaint(context), intent="human")
        whose = referral(knowledge, text)
        if whose is not None:
            return Reply(whose.text, intent="oos", why=(f"referral {whose.id}",))
        for kind in ("advert", "abuse"):
            if _is(knowledge, kind, text):
                return Reply(knowledge.text(f"talk.{kind}", number=number), intent="oos", why=(kind,))
        if context.session.last_intent == "oos":
            return Reply(
                knowledge.text("talk.refuse_again", number=number), intent="oos", choices=menu(knowledge)
            )
        if not any("一" <= character <= "鿿" for character in text):
            return Reply(knowledge.text("talk.nonsense"), intent="oos")
        return Reply(knowledge.text("talk.refuse"), intent="oos")


def _is(knowledge: Knowledge, kind: str, text: str) -> bool:
    """Whether the text has a word of `abuse.<kind>`, or is nothing but one of those that are abuse alone."""
    alone = fold(text).strip(PUNCTUATION) in knowledge.words.get("abuse.alone", ())
    return names(knowledge, f"abuse.{kind}", text) or (alone and kind == "abuse")


SMALLTALK = SmallTalk()
