"""Which concepts of content/words a text has a word of: one pass finds them all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import add

from intents.minute import once_a_minute
from intents.text import fold
from knowledge.base import Knowledge

#: Files of content/words that are read in ways of their own.
_NOT_HERE = ("concepts.", "slots.", "banned.")
#: What may end a clause: 「活。」 in a list is 活 before one of these.
CLAUSE_ENDS = r"(?=[了啦啊呀吧呢哦\s，。,.!！?？~…]|$)"


def names(knowledge: Knowledge, concept: str, text: str) -> bool:
    """Whether the text has a word of a concept: `crisis.emergency`."""
    return concept in said(knowledge, fold(text))


@once_a_minute
def said(knowledge: Knowledge, folded: str) -> frozenset[str]:
    """The concepts, as file.concept, of which a folded text has a word."""
    return _index(knowledge).concepts(folded)


@lru_cache(maxsize=4)
def _index(knowledge: Knowledge) -> _Index:
    return _Index({key: words for key, words in knowledge.words.items() if not key.startswith(_NOT_HERE)})


class _Index:
    """Words by their first two characters: few of those that a text has begin a word."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._by_start: dict[str, list[tuple[str, re.Pattern[str] | None, str]]] = {}
        for concept, spellings in words.items():
            for word in spellings:
                plain = word.removesuffix("。")
                ends = re.compile(re.escape(plain) + CLAUSE_ENDS) if plain != word else None
                self._by_start.setdefault(plain[:2], []).append((plain, ends, concept))

    def concepts(self, text: str) -> frozenset[str]:
        starts = self._by_start.keys() & {*text, *map(add, text, text[1:])}
        return frozenset(
            concept
            for start in starts
            for word, ends, concept in self._by_start[start]
            if word in text and (ends is None or ends.search(text))
        )
