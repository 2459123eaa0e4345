"""The topics that have no form: an answer that an admin wrote, found by label and by full text."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.childcare import another_season, classes, is_class
from intents.text import fold
from intents.topics import best_answer, named_answer, topic_titled
from intents.types import Choice, Context, Reply
from knowledge.base import Answer

#: How many other topics of the same label are offered below an answer.
OTHERS = 4

#: A question that names nothing of its own: after an answer it is about that answer.
ELLIPTICAL = re.compile(
    "^(那|要是|如果|万一|还有|还要|那么)|呢[?？]?$|要?(准备|带)(啥|什么|点啥)|什么材料|啥材料|条件|怎么(申请|办|报名|弄|算|参加)|"
    "去哪|找谁|哪里(办|告|报|申请)|多少钱|多久|几天|什么时候|啥时候|来得及|还能报|能去|能不能|可以吗|行吗|行不行|好处|有什么用"
)
#: Words of a service of its own: with one of them the question is no longer about the topic.
OTHER_SERVICE = re.compile("报销|互助|驿站|充电|我的报名|取消报名|人工")


class Topics:
    """Serves the labels that are answered from texts alone."""

    name = "topics"
    labels = ("aid", "legal", "recuperation", "skills", "join_union", "childcare")

    def handle(self, context: Context) -> Reply:
        if context.match.intent == "childcare" and (reply := classes(context)) is not None:
            return reply
        knowledge, match = context.knowledge, context.match
        answer = topic_titled(knowledge, match.text) or best_answer(knowledge, match, match.intent)
        number = knowledge.contacts["union"].number
        if answer is None or answer.id == _answered_before(context):
            return Reply(knowledge.text("talk.answer_unknown", number=number), intent=match.intent)
        return _with_others(context, answer)

    def accepts(self, context: Context) -> bool:
        return False

    def continues(self, context: Context) -> bool:
        """「那怎么报名」「要准备啥」 after an answer: the topic goes on, whatever the words alone would mean."""
        match, last = context.match, context.session.last_intent
        if another_season(context):
            context.match = replace(match, intent="childcare", decision="answer", also=())
            return True
        if last not in self.labels or len(match.text) > 20 or OTHER_SERVICE.search(match.text):
            return False
        if match.decision == "answer" and match.intent in (*self.labels, "thanks", "human", "greet"):
            return False
        if any(map(match.slot, ("amount", "station_kind", "facility", "phone"))) or _names_other_event(
            context
        ):
            return False
        goes_on = ELLIPTICAL.search(fold(match.text)) is not None
        if not goes_on and (
            match.decision == "answer" or named_answer(context.knowledge, match, last) is None
        ):
            return False
        context.match = replace(match, intent=last, decision="answer", also=())
        return True


def _names_other_event(context: Context) -> bool:
    slot = context.match.slot("event")
    event = context.knowledge.event(str(slot.value)) if slot is not None else None
    return event is not None and not (context.session.last_intent == "childcare" and is_class(event))


def _answered_before(context: Context) -> str:
    """The answer given last, where the message goes on with the same topic and names nothing new."""
    memory = context.session.memory.get("topics", {})
    if context.session.last_intent != context.match.intent or topic_titled(
        context.knowledge, context.match.text
    ):
        return ""
    named = named_answer(context.knowledge, context.match, context.match.intent)
    return "" if named is not None and named.id != memory.get("answer") else str(memory.get("answer", ""))


def _with_others(context: Context, answer: Answer) -> Reply:
    others = [one for one in context.knowledge.answers if one.label == answer.label and one.id != answer.id][
        :OTHERS
    ]
    text = answer.text
    if others:
        text += "\n\n" + context.knowledge.text("talk.topics")
    context.session.memory["topics"] = {"answer": answer.id}
    choices = tuple(Choice(one.title) for one in others)
    return Reply(text, intent=answer.label, choices=choices, why=(f"答案 {answer.id}",))


TOPICS = Topics()
