"""What one message says about a claim, and the words of content/words/claims.toml that it is read by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from intents.facts import Amount
from intents.said import said
from knowledge.base import Knowledge

_FILE = "claims."


@dataclass(slots=True)
class Heard:
    """What one message says about the claim."""

    facts: dict[str, Any] = field(default_factory=dict)
    relation: str = ""
    asker: str = ""  # what he himself is, where another was ill
    minor: bool = False  # a child was ill
    subjects: list[str] = field(default_factory=list)
    another_stay: bool = False
    covered: int = 0  # what the insurance paid, 分
    covered_most: int = 0  # the same at most, where it was told roughly
    spent: bool = False  # 花了 may be the whole bill: he did not say that he paid it himself
    bill: int = 0  # what may be the whole bill although his own payment was asked for, 分
    each: list[Amount] = field(default_factory=list)  # what several people paid, one sum a person
    is_not: str = ""  # an identity that he says he has not
    assumes_insurance: bool = False  # that it has paid is our reading, not his word
    unsure: bool = False  # 不知道, 不清楚
    yes: bool | None = None
    mends: bool = False  # 不对, 其实, 说错了


def has_word(knowledge: Knowledge, concept: str, folded: str) -> bool:
    """Whether a folded text has a word of the concept `claims.<concept>`."""
    return f"{_FILE}{concept}" in said(knowledge, folded)


def concepts_in(knowledge: Knowledge, folded: str) -> frozenset[str]:
    """The concepts of content/words/claims.toml of which a folded text has a word."""
    return frozenset(one.removeprefix(_FILE) for one in said(knowledge, folded) if one.startswith(_FILE))


@lru_cache(maxsize=16)
def concepts(knowledge: Knowledge, prefix: str = "") -> tuple[str, ...]:
    """The names of the concepts that begin so, in the order of their file."""
    names = (key.removeprefix(_FILE) for key in knowledge.words if key.startswith(_FILE))
    return tuple(name for name in names if name.startswith(prefix))


def ends_with(knowledge: Knowledge, concept: str, folded: str) -> bool:
    """Whether a folded text ends with a word of the concept `claims.<concept>`."""
    return folded.endswith(knowledge.words.get(f"{_FILE}{concept}", ()))
