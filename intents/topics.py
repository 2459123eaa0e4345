"""Which of the admins' answers a message is about."""

from __future__ import annotations

from collections.abc import Iterable

from intents.text import fold
from intents.types import Match
from knowledge.base import Answer, Knowledge

#: The answer for a person in danger; it is given for that and for nothing else.
CRISIS = "crisis"
#: The answer for who was hurt at work; 「那互助呢」 after it asks whether that counts.
INJURY = "legal_injury"


def named_answer(knowledge: Knowledge, match: Match, label: str) -> Answer | None:
    """The answer under `label` whose keywords cover most of the message, of several what is named first.

    None where no keyword stands in it.
    """
    text = fold(match.text)
    topics = [one for one in knowledge.answers if one.label == label and one.id != CRISIS]
    covered = [(places, one) for one in topics if (places := _covered(text, one.keywords))]
    return max(covered, key=lambda pair: (len(pair[0]), -min(pair[0])))[1] if covered else None


def _covered(text: str, words: Iterable[str]) -> set[int]:
    """The places of the text that belong to one of the words."""
    places: set[int] = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.update(range(at, at + len(word)))
            at = text.find(word, at + 1)
    return places


def best_answer(knowledge: Knowledge, match: Match, label: str) -> Answer | None:
    """The answer under `label` by keywords, else by full text, else its default; None where it has no default."""
    named = named_answer(knowledge, match, label)
    if named is not None:
        return named
    for found in knowledge.search_answers(match.words, limit=5):
        if found.label == label and found.id != CRISIS:
            return found
    return next((one for one in knowledge.answers if one.label == label and one.default), None)


def topic_titled(knowledge: Knowledge, text: str) -> Answer | None:
    """The answer whose title is exactly `text`: somebody tapped it."""
    return next((answer for answer in knowledge.answers if answer.title == text.strip()), None)
