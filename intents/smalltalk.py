"""Greeting, thanks, help, a person to talk to, and what is none of our business."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.danger import names
from intents.text import fold
from intents.topics import best_answer, named_answer
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Knowledge, Referral

#: What the menu offers, in this order.
MENU = ("claim_check", "station_find", "event_list", "event_mine", "aid", "legal", "human")

#: Words with which a note is begun.
NOTE_WORDS = ("留言", "我要留言", "我留个言", "留个言")

#: He is there, and has not said anything yet.
MURMUR = re.compile("[嗯恩哦噢喔啊额呃哎唉诶欸我那这好在喂]{1,3}|那个|这个|就是|等下|等一下")

#: Somebody wants to know whom he is talking to.
IS_IT_A_BOT = re.compile(
    "你?是(不是)?(个)?(机器人|真人|人工智能|程序|电脑|ai)|跟机器(人)?说话|有真人吗|你(是|叫)(谁|啥|什么)|谁(做|造|开发|写|搞)(了|出)?的?你|你是谁(做|造|开发)"
)

#: After we named the telephone: when does somebody answer it?
WHEN_STAFFED = re.compile(
    "有人(在|接|值班|上班|办公)?[吗嘛么不没]|几点(上|下)班|几点(开|关)|(上|下)班(了)?[吗没]|什么时候(上班|有人)|"
    "(周末|周[六日天]|礼拜[六日天]|星期[六日天]|晚上|中午|节假日|明天|今天)(也|还|会)?(有人|上班|在|接|打得通)"
)

#: The telephone that we gave did not help.
NOBODY_THERE = re.compile("没人(接|理|应|在)|不接|打不通|占线|没打通|下班了|无人接听|打过了|没用")


#: He is not content with us.
COMPLAINS = re.compile("投诉|举报你们|曝光|态度|差评|什么破|垃圾|没用的")


#: Not somebody else: it is us whom he does not believe.
ACCUSES = re.compile(
    "(你们?|工会)(这个?)?(工会|机器人)?(都|就|净|全)?是?.{0,3}(骗子|骗人|骗钱|坑人|忽悠)|^(大?骗子|骗人的?)$"
)

#: The answer for who is worn out; full text alone does not make it that.
MIND = "mind"


def _is_tired(context: Context) -> bool:
    """「压力大，老是失眠」 where the matcher saw nothing of ours."""
    match = context.match
    if match.decision == "answer" and match.intent != "oos":
        return False
    return names(context.knowledge, "crisis.tired", match.text)


def menu(knowledge: Knowledge) -> tuple[Choice, ...]:
    """The services as tappable lines."""
    return tuple(Choice(knowledge.text(f"labels.{label}")) for label in MENU)


def referral(knowledge: Knowledge, text: str) -> Referral | None:
    """Whose matter it is, by the longest keyword that the text names."""
    text = fold(text)
    found = [(len(word), one) for one in knowledge.referrals for word in one.keywords if word in text]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _numbers(context: Context) -> dict[str, str]:
    contacts = context.knowledge.contacts
    names = {"union": "union", "care": "psychological", "city": "city"}
    return {name: contacts[contact].number for name, contact in names.items()}


class SmallTalk:
    """Serves what needs no knowledge of a service."""

    name = "smalltalk"
    labels = ("greet", "thanks", "help", "human", "oos")

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is not None and form.service == self.name:
            return self._take_note(context)
        return getattr(self, f"_{context.match.intent}")(context)  # type: ignore[no-any-return]

    def accepts(self, context: Context) -> bool:
        return bool(context.match.text.strip())

    def continues(self, context: Context) -> bool:
        """「留言」 after we offered it; nobody picked up the telephone that we gave."""
        if _is_tired(context):
            context.match = replace(context.match, intent="human", decision="answer", also=())
            return True
        if context.session.last_intent != "human":
            return False
        text = context.match.text.strip()
        folded = fold(text)
        asks = NOBODY_THERE.search(folded) or WHEN_STAFFED.search(folded)
        if text not in NOTE_WORDS and not asks:
            return False
        context.match = replace(context.match, intent="human", decision="answer", also=())
        return True

    def _greet(self, context: Context) -> Reply:
        return Reply(context.knowledge.text("talk.greet"), intent="greet", choices=menu(context.knowledge))

    def _thanks(self, context: Context) -> Reply:
        if context.session.memory.get("care"):
            return Reply(context.knowledge.text("talk.thanks_care", **_numbers(context)), intent="thanks")
        return Reply(context.knowledge.text("talk.thanks"), intent="thanks")

    def _help(self, context: Context) -> Reply:
        say = context.knowledge.text
        if IS_IT_A_BOT.search(fold(context.match.text)):
            return Reply(say("talk.bot", **_numbers(context)), intent="help")
        topic = named_answer(context.knowledge, context.match, "help")
        if topic is not None:
            return Reply(topic.text, intent="help")
        return Reply(
            f"{say('talk.help_more')}\n\n{say('talk.help')}", intent="help", choices=menu(context.knowledge)
        )

    def _human(self, context: Context) -> Reply:
        if context.match.text.strip() in NOTE_WORDS:
            context.session.form = Form(
                self.name, "note", {"title": context.knowledge.text("talk.human_note")}
            )
            return Reply(context.knowledge.text("talk.ask_note"), intent="human")
        note = (Choice(context.knowledge.text("talk.human_note")),)
        if IS_IT_A_BOT.search(fold(context.match.text)):
            return Reply(
                context.knowledge.text("talk.bot", **_numbers(context)), intent="human", choices=note
            )
        if NOBODY_THERE.search(fold(context.match.text)):
            text = context.knowledge.text("talk.human_again", city=context.knowledge.contacts["city"].number)
            return Reply(text, intent="human", choices=note)
        if context.session.last_intent == "human" and WHEN_STAFFED.search(fold(context.match.text)):
            return Reply(self._when_staffed(context.knowledge), intent="human", choices=note)
        if COMPLAINS.search(fold(context.match.text)) or ACCUSES.search(fold(context.match.text)):
            text = context.knowledge.text("talk.complaint", **_numbers(context))
            return Reply(text, intent="human", choices=note)
        answer = best_answer(context.knowledge, context.match, "human")
        if (
            answer is not None
            and answer.id == MIND
            and not names(context.knowledge, "crisis.tired", context.match.text)
        ):
            answer = next(one for one in context.knowledge.answers if one.label == "human" and one.default)
        union = context.knowledge.contacts["union"]
        text = answer.text if answer else context.knowledge.text("talk.answer_unknown", number=union.number)
        if union.hours:
            text += "\n" + context.knowledge.text("talk.human_hours", number=union.number, hours=union.hours)
        return Reply(text, intent="human", choices=note)

    def _when_staffed(self, knowledge: Knowledge) -> str:
        union = knowledge.contacts["union"]
        key = "talk.human_hours" if union.hours else "talk.human_when"
        return knowledge.text(key, number=union.number, hours=union.hours)

    def _take_note(self, context: Context) -> Reply:
        number = context.people.leave_note(context.match.text)
        context.session.form = None
        phone = context.knowledge.contacts["union"].number
        return Reply(context.knowledge.text("talk.note_kept", number=number, phone=phone))

    def _oos(self, context: Context) -> Reply:
        knowledge, text = context.knowledge, context.match.text
        number = knowledge.contacts["union"].number
        if MURMUR.fullmatch(fold(text).strip(" ,.!?，。！？~")):
            return Reply(knowledge.text("talk.listening"), intent="greet")
        if IS_IT_A_BOT.search(fold(text)):
            return Reply(knowledge.text("talk.bot", **_numbers(context)), intent="help")
        if ACCUSES.search(fold(text)):
            return Reply(knowledge.text("talk.complaint", **_numbers(context)), intent="human")
        whose = referral(knowledge, text)
        if whose is not None:
            return Reply(whose.text, intent="oos", why=(f"referral {whose.id}",))
        alone = fold(text).strip(" ,.!?，。！？~") in knowledge.words.get("abuse.alone", ())
        for kind in ("advert", "abuse"):
            if names(knowledge, f"abuse.{kind}", text) or (alone and kind == "abuse"):
                return Reply(knowledge.text(f"talk.{kind}", number=number), intent="oos", why=(kind,))
        if context.session.last_intent == "oos":
            return Reply(
                knowledge.text("talk.refuse_again", number=number), intent="oos", choices=menu(knowledge)
            )
        if not any("一" <= character <= "鿿" for character in text):
            return Reply(knowledge.text("talk.nonsense"), intent="oos")
        return Reply(knowledge.text("talk.refuse"), intent="oos")


SMALLTALK = SmallTalk()
