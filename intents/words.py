"""jieba with our own words: places, stations, events, services and slang from the knowledge base."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterable
from pathlib import Path

import jieba

from knowledge.dictionary import Counts, own

jieba.setLogLevel(logging.WARNING)

#: How often a word of ours is taken to stand; a word that jieba counts so often already is left as it is.
_OURS, _KNOWN = 2000, 100


class Taught(jieba.Tokenizer):  # type: ignore[misc]
    """A jieba that learnt words and remembers what stood in their places, so that others can be made from it."""

    def __init__(self, plain: Counts, words: Iterable[str]) -> None:
        """`plain` is jieba's own word list; it is changed."""
        super().__init__()
        self.FREQ, self._plain_total = plain
        self.initialized = True
        self._before: dict[str, int] = {}
        for word in sorted(set(words)):
            if len(word) > 1 and self.FREQ.get(word, 0) < _KNOWN:
                self._before[word] = self.FREQ.get(word, 0)
                self.FREQ[word] = _OURS
                for end in range(1, len(word)):  # jieba looks on only where a word's beginning is listed
                    self.FREQ.setdefault(word[:end], 0)
        self.total = self._plain_total + _OURS * len(self._before)

    def untaught(self) -> Counts:
        """A copy of the word list as jieba had it (15 ms; reading it takes 300).

        Words of ours stay in it as beginnings of words, counted 0: of those that are none a text is not cut
        otherwise, and a dict from which much was deleted would grow from copy to copy.
        """
        counts = self.FREQ.copy()
        counts.update(self._before)
        return counts, self._plain_total


#: Those that somebody uses: what is made beside one that serves need not read the list again.
_in_use: weakref.WeakSet[Taught] = weakref.WeakSet()


def tokenizer(words: Iterable[str], cache_folder: Path | None = None) -> Taught:
    """A jieba of our own, ready to cut, that knows `words`; the module's own jieba is left alone.

    `cache_folder` must be private: jieba would trust whatever stands in a shared temporary folder.
    """
    another = next(iter(_in_use), None)
    ours = Taught(another.untaught() if another else own(cache_folder), words)
    _in_use.add(ours)
    return ours
