"""A person to talk to: the telephone, when somebody answers it, a note for the staff; and who is worn out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from intents.said import names
from intents.smalltalk import asks_who_we_are, complaint, who_we_are
from intents.text import fold
from intents.topics import best_answer
from intents.types import Choice, Context, Form, Reply

#: Words with which a note is begun.
NOTE_WORDS = ("留言", "我要留言", "我留个言", "留个言")

#: The telephone that we gave did not help.
NOBODY_THERE = re.compile("没人(接|理|应|在)|不接|打不通|占线|没打通|下班了|无人接听|打过了|没用")

#: After we named the telephone: when does somebody answer it?
WHEN_STAFFED = re.compile(
    "有人(在|接|值班|上班|办公)?[吗嘛么不没]|几点(上|下)班|几点(开|关)|(上|下)班(了)?[吗没]|什么时候(上班|有人)|"
    "(周末|周[六日天]|礼拜[六日天]|星期[六日天]|晚上|中午|节假日|明天|今天)(也|还|会)?(有人|上班|在|接|打得通)"
)
#: And where is the union?
WHERE = re.compile("(地址|位置|在哪|哪里|几路车|怎么(去|走)|上门|当面|现场)")
#: 「地址在哪」 is at most so long.
SHORT = 10

#: The answer for who is worn out; full text alone does not make it that.
MIND = "mind"


class Human:
    """Serves who wants a person, and takes his note."""

    name = "human"
    labels = ("human",)

    def handle(self, context: Context) -> Reply:
        form = context.session.form
        if form is not None and form.service == self.name:
            return _take_note(context)
        if context.match.text.strip() in NOTE_WORDS:
            context.session.form = Form(
                self.name, "note", {"title": context.knowledge.text("talk.human_note")}
            )
            return Reply(context.knowledge.text("talk.ask_note"), intent="human")
        return Reply(
            _said(context), intent="human", choices=(Choice(context.knowledge.text("talk.human_note")),)
        )

    def accepts(self, context: Context) -> bool:
        return bool(context.match.text.strip())

    def continues(self, context: Context) -> bool:
        """「留言」 after we offered it; a question about the telephone that we gave; somebody worn out."""
        after = context.session.last_intent == "human" and (
            context.match.text.strip() in NOTE_WORDS or any(asks(context) for asks in FOLLOW_UPS)
        )
        goes_on = after or _is_tired(context)
        if goes_on:
            context.match = replace(context.match, intent="human", decision="answer", also=())
        return goes_on


def _said(context: Context) -> str:
    """What fits this very wish for a person; else the telephone and its hours."""
    if asks_who_we_are(context):
        return who_we_are(context)
    for asks, say in FOLLOW_UPS.items():
        if asks(context):
            return say(context)
    return complaint(context) or _telephone(context)


def _nobody_there(context: Context) -> bool:
    return NOBODY_THERE.search(fold(context.match.text)) is not None


def _say_other_ways(context: Context) -> str:
    return context.knowledge.text("talk.human_again", city=context.knowledge.contacts["city"].number)


def _asks_where(context: Context) -> bool:
    """「地址在哪」, and no place or kind of station named with it."""
    match = context.match
    others = any(map(match.slot, ("place", "facility", "station_kind", "event")))
    short = len(match.text) <= SHORT and not others
    return short and context.session.last_intent == "human" and WHERE.search(fold(match.text)) is not None


def _say_where(context: Context) -> str:
    return context.knowledge.text("talk.human_where", number=context.knowledge.contacts["union"].number)


def _asks_when(context: Context) -> bool:
    asks = WHEN_STAFFED.search(fold(context.match.text)) is not None
    return asks and context.session.last_intent == "human"


def _say_when(context: Context) -> str:
    union = context.knowledge.contacts["union"]
    key = "talk.human_hours" if union.hours else "talk.human_when"
    return context.knowledge.text(key, number=union.number, hours=union.hours)


#: Questions about the telephone that was given, and what is said to them.
FOLLOW_UPS: dict[Callable[[Context], bool], Callable[[Context], str]] = {
    _nobody_there: _say_other_ways,
    _asks_where: _say_where,
    _asks_when: _say_when,
}


def _telephone(context: Context) -> str:
    knowledge = context.knowledge
    answer, union = best_answer(knowledge, context.match, "human"), knowledge.contacts["union"]
    if answer is not None and answer.id == MIND and not _names_tiredness(context):
        answer = next(one for one in knowledge.answers if one.label == "human" and one.default)
    text = answer.text if answer else knowledge.text("talk.answer_unknown", number=union.number)
    hours = knowledge.text("talk.human_hours", number=union.number, hours=union.hours)
    return f"{text}\n{hours}" if union.hours else text


def _names_tiredness(context: Context) -> bool:
    return names(context.knowledge, "crisis.tired", context.match.text)


def _is_tired(context: Context) -> bool:
    """「压力大，老是失眠」 where the matcher saw nothing of ours."""
    clear = context.match.decision == "answer" and context.match.intent != "oos"
    return not clear and _names_tiredness(context)


def _take_note(context: Context) -> Reply:
    number = context.people.leave_note(context.match.text)
    context.session.form = None
    phone = context.knowledge.contacts["union"].number
    return Reply(context.knowledge.text("talk.note_kept", number=number, phone=phone))


HUMAN = Human()
