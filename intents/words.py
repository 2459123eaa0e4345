"""jieba with our own words: places, stations, events, services and slang from the knowledge base."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import jieba

from knowledge.dictionary import dictionary

jieba.setLogLevel(logging.WARNING)


def tokenizer(words: Iterable[str], cache_folder: Path | None = None) -> jieba.Tokenizer:
    """A jieba of our own, ready to cut, that knows `words`; the module's own jieba is left alone.

    `cache_folder` must be private: jieba would trust whatever stands in a shared temporary folder.
    """
    frequencies, total = dictionary(cache_folder)
    ours = jieba.Tokenizer()
    ours.FREQ, ours.total, ours.initialized = frequencies.copy(), total, True
    for word in sorted(set(words)):
        if len(word) > 1 and ours.FREQ.get(word, 0) < 100:
            ours.add_word(word, 2000)
    return ours
