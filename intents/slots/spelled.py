"""Names written in Latin letters: dinghai, ding hai, shen'jiamen, yi zhan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knowledge.characters import syllables

#: A shorter spelling is too often a piece of something else.
LETTERS = 5
#: May stand right before a name that is written on without a blank.
BEFORE = "(?:zai|dao|qu|cong)"
LATIN = re.compile("[a-z]{2}")


class SpelledNames:
    """Finds names by the toneless pinyin of their characters."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: name → what it stands for; of two that are spelled alike the first counts."""
        self._meant: dict[str, str] = {}
        patterns = []
        for name, meant in names:
            spelled = syllables(name)
            letters = "".join(spelled)
            if len(spelled) < 2 or "" in spelled or len(letters) < LETTERS or letters in self._meant:
                continue
            self._meant[letters] = meant
            patterns.append("[ ']?".join(spelled))
        ordered = "|".join(sorted(patterns, key=len, reverse=True)) or "(?!)"
        self._pattern = re.compile(f"(?:(?<![a-z])|{BEFORE})({ordered})")

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, what it stands for) of the names in `text`, which is folded."""
        if LATIN.search(text):
            for found in self._pattern.finditer(text):
                letters = re.sub("[ ']", "", found[1])
                yield found.start(1), found.end(1), self._meant[letters]
