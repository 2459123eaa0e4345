"""Which of the admins' answers a message is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intents.text import fold
from intents.types import Match
from knowledge.base import Answer, Knowledge

#: Keywords that many topics share: they choose between answers only where no other keyword does.
OF_ANY = re.compile(
    "(要|需要|有|是)?(什么|啥|哪些)?(条件|材料|手续|流程|资格|要求|时间|地点|位置)|怎么(申请|办理?|报名|弄|交|领)|"
    "[什啥]么?时候(报名|发|领)?|[补赔给发拿要]?多少钱?|多久|去?哪里|报名|申请|进度|通知"
)

#: The answer for a person in danger; it is given for that and for nothing else.
CRISIS = "crisis"
#: The answer for who was hurt at work; 「那互助呢」 after it asks whether that counts.
INJURY = "legal_injury"


#: Labels that a few everyday words remind of: 多少, 怎么, 几月份, 要户口吗.
_VAGUE = (
    "claim_check",
    "claim_howto",
    "aid",
    "legal",
    "recuperation",
    "skills",
    "join_union",
    "childcare",
    "event_list",
)
#: So short a message may say nothing of what it is about.
BRIEF = 10


def says_little(match: Match, label: str) -> bool:
    """Whether a message is so short, and so without a word of any other business, that it is about what `label` is about."""
    return len(match.text) <= BRIEF and match.intent in _VAGUE and not match.names_other_than(label)


def named_answer(knowledge: Knowledge, match: Match, label: str) -> Answer | None:
    """The answer under `label` whose keywords cover most of the message, of several what is named first.

    None where no keyword stands in it.
    """
    text = fold(match.text)
    topics = [one for one in knowledge.answers if one.label == label and one.id != CRISIS]
    found = {one.id: words for one in topics if (words := [word for word in one.keywords if word in text])}
    covered = [one for one in topics if one.id in found]
    own = {id_: [word for word in words if not OF_ANY.fullmatch(word)] for id_, words in found.items()}
    specific = any(own[one.id] for one in covered if not one.default)

    def likeness(one: Answer) -> tuple[int, int, int]:
        # 「金秋助学要什么条件」 is about the help, not about 「什么条件」.
        places = _places(text, found[one.id])
        return len(_places(text, own[one.id])) if specific else 0, len(places), -min(places)

    return max(covered, key=likeness, default=None)


def _places(text: str, words: Iterable[str]) -> set[int]:
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
