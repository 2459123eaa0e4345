"""The topics that have no form: an answer that an admin wrote, found by label and by full text."""

from __future__ import annotations

from intents.text import fold
from intents.types import Choice, Context, Match, Reply
from knowledge.base import Answer, Knowledge

#: How many other topics of the same label are offered below an answer.
OTHERS = 4


def named_answer(knowledge: Knowledge, match: Match, label: str) -> Answer | None:
    """The answer under `label` whose keywords the message has most of; None where it has none."""
    text = fold(match.text)

    def named(answer: Answer) -> int:
        return sum(len(word) for word in answer.keywords if word in text)

    best = max((one for one in knowledge.answers if one.label == label), key=named, default=None)
    return best if best is not None and named(best) else None


def best_answer(knowledge: Knowledge, match: Match, label: str) -> Answer | None:
    """The answer under `label` by keywords, else by full text, else its default; None where it has no default."""
    named = named_answer(knowledge, match, label)
    if named is not None:
        return named
    for found in knowledge.search_answers(match.words, limit=5):
        if found.label == label:
            return found
    return next((one for one in knowledge.answers if one.label == label and one.default), None)


def topic_titled(knowledge: Knowledge, text: str) -> Answer | None:
    """The answer whose title is exactly `text`: somebody tapped it."""
    return next((answer for answer in knowledge.answers if answer.title == text.strip()), None)


class Topics:
    """Serves the labels that are answered from texts alone."""

    name = "topics"
    labels = ("aid", "legal", "recuperation", "skills", "join_union", "childcare")

    def handle(self, context: Context) -> Reply:
        label = context.match.intent
        answer = topic_titled(context.knowledge, context.match.text) or best_answer(
            context.knowledge, context.match, label
        )
        if answer is None:
            number = context.knowledge.contacts["union"].number
            return Reply(context.knowledge.text("talk.answer_unknown", number=number), intent=label)
        others = [one for one in context.knowledge.answers if one.label == label and one.id != answer.id][
            :OTHERS
        ]
        text = answer.text
        if others:
            text += "\n\n" + context.knowledge.text("talk.topics")
        return Reply(
            text,
            intent=label,
            choices=tuple(Choice(one.title) for one in others),
            why=(f"answer {answer.id}",),
        )

    def accepts(self, context: Context) -> bool:
        return False


TOPICS = Topics()
