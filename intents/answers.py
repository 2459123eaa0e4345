"""The topics that have no form: an answer that an admin wrote, found by label and by full text."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.childcare import another_season, asks_of_the_class, classes, is_class
from intents.slots.numerals import numbers
from intents.text import fold
from intents.topics import BRIEF, best_answer, named_answer, says_little, topic_titled
from intents.types import Choice, Context, Match, Reply
from knowledge.base import Answer

#: How many other topics of the same label are offered below an answer.
OTHERS = 4

#: A question that names nothing of its own: after an answer it is about that answer.
ELLIPTICAL = re.compile(
    "^(那|要是|如果|万一|还有|还要|那么)|呢[?？]?$|要?(准备|带)(啥|什么|点啥)|要(不要)?(准备|带|交|填)|(管|帮)(不(管|帮)|吗|得了|我吗)|在[^，。]{0,3}哪里?[?？]?$|什么材料|啥材料|条件|怎么(申请|办|报名?|弄|算|参加)|"
    "去哪|找谁|哪里(办|告|报|申请)|多少钱|[给补赔要能拿发领]多少|多久|多长|几天|什么时候|啥时候|几时|来得及|几月|哪个月|还能报|能去|能不能|可以吗|行吗|行不行|好处|有什么用|"
    "要交?钱|交不交钱|收费|收钱|免费|没建过?档|没入过?会|几岁|几年级"
)
#: Words of such a question that name no topic.
GENERIC = re.compile("要?(准备|带)(啥|什么|点啥)|材料|申请|报名|手续|什么时候|啥时候|几时")
#: What he earns is no cost of an illness: after an answer about hardship it belongs to that.
INCOME = re.compile("挣|工资|收入|月薪|一个月")

#: What is asked → which lines of an answer speak of it.
SPEAKS_OF = (
    (
        re.compile("多久|几天|多长|啥时候|什么时候|几时|哪天|出结果"),
        re.compile(r"\d+ ?[日天年]|什么时候|哪天|多久|几天"),
    ),
    (
        re.compile("多少|几钱|要钱|交钱|收费|免费|花钱"),
        re.compile("多少|收费|免费|要不要钱|费用|补贴"),
    ),
    (re.compile("挣|工资|收入|算困难"), re.compile("收入|分档")),
    (re.compile("材料|准备|带"), re.compile("材料|留好")),
    (
        re.compile("(?<!找)谁|条件|怎么认定|怎么评|几岁|几年级|能去|算不算"),
        re.compile("谁|条件|几年级|算困难|分档"),
    ),
    (re.compile("找谁|找哪|下一步|怎么办"), re.compile("下一步")),
    (re.compile("(老板|单位|公司|厂里)(不|没)"), re.compile("老板不|单位不")),
    (re.compile("哪里|去哪|在哪|怎么去"), re.compile("哪里|去哪|哪边|名单")),
)
#: The last line of an answer says what to do next.
NEXT = "下一步"
#: 「老板不肯呢」 is at most so long.
SHORT = 8
#: How an answer's lines are marked; one that stands alone goes without.
MARK = re.compile(r"^(\d+[.、]|·) *")
#: A short message that is less sure than this may still be about the topic in hand, where that is this likely.
SURE, POSSIBLE = 0.9, 0.05
#: A keyword of so many characters names an answer outright.
NAMED = 3

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
        before = _answered_before(context)
        found_another = (
            answer is not None and not answer.default and answer.id != before.id if before else True
        )
        if before is not None and (not found_another or GENERIC.search(fold(match.text))):
            return _more_of(context, before)
        if answer is None:
            number = knowledge.contacts["union"].number
            return Reply(knowledge.text("talk.answer_unknown", number=number), intent=match.intent)
        return _with_others(context, answer)

    def accepts(self, context: Context) -> bool:
        return False

    def continues(self, context: Context) -> bool:
        """「那怎么报名」「要准备啥」 after an answer: the topic goes on, whatever the words alone would mean."""
        match, last = context.match, context.session.last_intent
        if another_season(context) or asks_of_the_class(context):
            context.match = replace(match, intent="childcare", decision="answer", also=())
            return True
        if match.decision == "ask" and (label := _label_named(context)):
            context.match = replace(match, intent=label, decision="answer", also=())
            return True
        if last not in self.labels or len(match.text) > 20 or OTHER_SERVICE.search(match.text):
            return False
        if last == "aid" and INCOME.search(match.text) and next(numbers(match.text), None):
            context.match = replace(match, intent=last, decision="answer", also=())
            return True
        named = named_answer(context.knowledge, match, last)
        theirs = named is not None and len(match.text) <= SHORT and match.text.rstrip("?？").endswith("呢")
        little = says_little(match, last)
        if match.decision == "answer" and not theirs and not little and _names_its_own(context):
            return False
        if any(map(match.slot, ("amount", "station_kind", "facility", "phone"))) or _names_other_event(
            context
        ):
            return False
        goes_on = little or _is_likeliest(match, last) or ELLIPTICAL.search(fold(match.text)) is not None
        if not goes_on and (match.decision == "answer" or named is None):
            return False
        context.match = replace(match, intent=last, decision="answer", also=())
        return True


def _names_its_own(context: Context) -> bool:
    """Whether the message is another topic's: 「要多少天」 has no word of one, whatever it reminds us of."""
    match = context.match
    if match.intent in ("thanks", "human", "greet") or match.intent == context.session.last_intent:
        return True
    text = fold(match.text)
    if match.intent not in Topics.labels or len(text) > BRIEF or not ELLIPTICAL.search(text):
        return match.intent in Topics.labels
    rest = replace(match, text=text.replace("工会", ""))  # 「工会管不管」 is not about joining it
    return named_answer(context.knowledge, rest, match.intent) is not None


def _is_likeliest(match: Match, last: str) -> bool:
    """「没单位也收吗」: what the words alone leave open is about the topic in hand."""
    if match.decision == "ask":
        return last in match.choices
    refused = match.decision == "refuse" and len(match.text) <= 2 * BRIEF
    unsure = refused or (match.confidence < SURE and len(match.text) <= BRIEF)
    return unsure and dict(match.ranked).get(last, 0.0) >= POSSIBLE


def _label_named(context: Context) -> str:
    """「什么是3+N」: the only label that has an answer of that name, where we would have to ask back."""
    text = fold(context.match.text)
    named = []
    for label in Topics.labels:
        answer = named_answer(context.knowledge, context.match, label)
        if answer is not None and any(len(word) >= NAMED and word in text for word in answer.keywords):
            named.append(label)
    return named[0] if len(named) == 1 else ""


def _names_other_event(context: Context) -> bool:
    slot = context.match.slot("event")
    event = context.knowledge.event(str(slot.value)) if slot is not None else None
    return event is not None and not (context.session.last_intent == "childcare" and is_class(event))


def _answered_before(context: Context) -> Answer | None:
    """The answer given last, where the message goes on with the same topic and names nothing new."""
    knowledge, match = context.knowledge, context.match
    if context.session.last_intent != match.intent or topic_titled(knowledge, match.text):
        return None
    id_ = context.session.memory.get("topics", {}).get(match.intent, "")
    before = next((one for one in knowledge.answers if one.id == id_), None)
    text = fold(match.text)
    asks = ELLIPTICAL.search(text) is not None
    # 「要什么材料」 names no topic of its own, although one of them has 材料 among its keywords.
    rest = GENERIC.sub(" ", text) if asks else text
    named = named_answer(knowledge, replace(match, text=rest), match.intent)
    goes_on = (asks or len(text) <= BRIEF) if named is None else named is before
    return before if goes_on else None


def _more_of(context: Context, answer: Answer) -> Reply:
    """What the answer says of this very question; that the rest is not published, and whom to ask."""
    text = fold(context.match.text)
    wanted = [speaks for asks, speaks in SPEAKS_OF if asks.search(text)]
    lines = [line for line in answer.text.splitlines() if line and not line.startswith(NEXT)]
    said = [line for line in lines if any(one.search(line) for one in wanted)] or _with_its_words(
        context, lines
    )
    next_line = next((line for line in answer.text.splitlines() if line.startswith(NEXT)), "")
    if not said and not any(one.search(next_line) for one in wanted):
        number = context.knowledge.contacts["union"].number
        said = [context.knowledge.text("talk.answer_open", title=answer.title, number=number)]
    return Reply("\n".join(filter(None, (*said, next_line))), intent=answer.label, why=(f"答案 {answer.id}",))


def _with_its_words(context: Context, lines: list[str]) -> list[str]:
    """The one or two lines that share most words with the question: 「没单位也能入吗」 and 「没固定单位也可以先来问」."""
    words = {word for word in context.match.words if len(word) > 1 and not ELLIPTICAL.search(word)}
    shared = {line: sum(word in line for word in words) for line in lines}
    most = max(shared.values(), default=0)
    return [MARK.sub("", line) for line in lines if most and shared[line] == most][:2]


def _with_others(context: Context, answer: Answer) -> Reply:
    others = [one for one in context.knowledge.answers if one.label == answer.label and one.id != answer.id][
        :OTHERS
    ]
    text = answer.text
    if others:
        text += "\n\n" + context.knowledge.text("talk.topics")
    given = context.session.memory.get("topics", {})
    context.session.memory["topics"] = {**given, answer.label: answer.id}
    choices = (*_named_event(context), *(Choice(one.title) for one in others))
    return Reply(text, intent=answer.label, choices=choices, why=(f"答案 {answer.id}",))


def _named_event(context: Context) -> tuple[Choice, ...]:
    """「我想学叉车」: the class that is announced stands first among what he can ask next."""
    slot = context.match.slot("event")
    event = context.knowledge.event(str(slot.value)) if slot is not None else None
    return (Choice(event.title),) if event is not None and not event.cancelled else ()


TOPICS = Topics()
