"""A person who may be in danger, and requests for what is not his: seen before anything else."""

from __future__ import annotations

import re
from functools import lru_cache

from intents.text import fold
from knowledge.base import Knowledge


def in_danger(knowledge: Knowledge, text: str) -> bool:
    """Whether the text speaks of wanting to die; figures of speech such as 「累死了」 do not count."""
    harmless = _any_of(knowledge.words.get("crisis.not_danger", ()))
    return names(knowledge, "crisis.danger", harmless.sub("。", fold(text)))


def names(knowledge: Knowledge, concept: str, text: str) -> bool:
    """Whether the text has a word of a concept of content/words."""
    return _any_of(knowledge.words.get(concept, ())).search(fold(text)) is not None


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, the longest first; of no words, nothing."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
