"""Which of the admins' answers a message is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from intents.text import fold
from intents.types import Match
from knowledge.base import Answer, Knowledge

#: Keywords that many topics share: they choose between answers only where no other keyword does.
OF_ANY = re.compile(
    "(要|需要|有|是)?(什么|啥|哪些)?(条件|材料|手续|流程|资格|要求|时间|地点|位置)|怎么(申请|办理?|报名|弄|交|领)|"
    "[什啥]么?时候(报名|发|领)?|多少钱?|多久|去?哪里|报名|申请|进度|通知"
)

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
    named = [one for _, one in covered if not one.default and _covered(text, _own_words(one.keywords))]

    def likeness(pair: tuple[set[int], Answer]) -> tuple[int, int, int]:
        # 「金秋助学要什么条件」 is about the help, not about 「什么条件」.
        own = len(_covered(text, _own_words(pair[1].keywords))) if named else 0
        return own, len(pair[0]), -min(pair[0])

    return max(covered, key=likeness)[1] if covered else None


@cache
def _own_words(keywords: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in keywords if not OF_ANY.fullmatch(word))


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
