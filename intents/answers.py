"""The topics that have no form: an answer that an admin wrote, found by label and by full text."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.event_list import answer_question, sign_up_choice
from intents.event_named import remember
from intents.event_question import asked_about
from intents.event_view import details, line
from intents.text import fold
from intents.topics import best_answer, named_answer, topic_titled
from intents.types import Choice, Context, Reply
from knowledge.base import Answer, Event

#: How many other topics of the same label are offered below an answer.
OTHERS = 4

#: A question that names nothing of its own: after an answer it is about that answer.
ELLIPTICAL = re.compile(
    "^(那|要是|如果|万一|还有|还要|那么)|呢[?？]?$|要?(准备|带)(啥|什么|点啥)|什么材料|啥材料|条件|怎么(申请|办|报名|弄|算|参加)|"
    "去哪|找谁|哪里(办|告|报|申请)|多少钱|多久|几天|什么时候|啥时候|来得及|还能报|能去|能不能|可以吗|行吗|行不行|好处|有什么用"
)
#: Words of a service of its own: with one of them the question is no longer about the topic.
OTHER_SERVICE = re.compile("报销|互助|驿站|充电|我的报名|取消报名|人工")

#: Winter or summer: what tells one class from another.
SEASONS = ("寒", "暑")


class Topics:
    """Serves the labels that are answered from texts alone."""

    name = "topics"
    labels = ("aid", "legal", "recuperation", "skills", "join_union", "childcare")

    def handle(self, context: Context) -> Reply:
        if context.match.intent == "childcare" and (reply := _classes(context)) is not None:
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


def is_class(event: Event) -> bool:
    """Whether it is one of the childcare classes."""
    return "托" in event.kind or "托班" in event.title


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


def _classes(context: Context) -> Reply | None:
    """The classes that are announced as events: the one that is meant in full, several as a list."""
    match, say = context.match, context.knowledge.text
    text = fold(match.text)
    classes = [one for one in context.knowledge.events if is_class(one)]
    named = topic_titled(context.knowledge, match.text) or named_answer(context.knowledge, match, "childcare")
    season = next((one for one in SEASONS if one in text), "")
    general = named is not None and not named.default and not season
    season = season or _season_in_talk(context)
    meant = [one for one in classes if season in one.title] if season else classes
    if general or not classes:
        return None
    if season and not meant:
        text = say("talk.class_unknown", season=season, number=context.knowledge.contacts["union"].number)
        return Reply(text, intent="childcare", choices=_lines(context, classes))
    if len(meant) == 1:
        if context.session.last_intent == "childcare" and asked_about(match.text):
            return replace(answer_question(context, meant[0]), intent="childcare")
        remember(context, meant[0])
        return Reply(
            details(meant[0], context), intent="childcare", choices=sign_up_choice(context, meant[0])
        )
    return Reply(say("talk.classes"), intent="childcare", choices=_lines(context, meant))


def _season_in_talk(context: Context) -> str:
    """The season of the class that was shown just now."""
    if context.session.last_intent != "childcare":
        return ""
    current = context.session.memory.get("events", {}).get("current", "")
    event = context.knowledge.event(current) if current else None
    return next((one for one in SEASONS if event is not None and one in event.title), "")


def _lines(context: Context, events: list[Event]) -> tuple[Choice, ...]:
    return tuple(Choice(line(one, context), send=one.title) for one in events)


TOPICS = Topics()
