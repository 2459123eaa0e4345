"""Which of the admins' answers a message is about."""

from __future__ import annotations

from intents.text import fold
from intents.types import Match
from knowledge.base import Answer, Knowledge


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
