"""jieba with our own words: places, stations, events, services and slang from the knowledge base."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jieba

jieba.setLogLevel(logging.WARNING)


@cache
def _dictionary(cache_folder: str) -> tuple[dict[str, int], int]:
    """jieba's own word list, read once a process; from `cache_folder`, made there when missing."""
    reader = jieba.Tokenizer()
    if cache_folder:
        reader.tmp_dir = cache_folder
        reader.initialize()
        return reader.FREQ, reader.total
    return reader.gen_pfdict(reader.get_dict_file())  # type: ignore[no-any-return]


def tokenizer(words: Iterable[str], cache_folder: Path | None = None) -> jieba.Tokenizer:
    """A jieba of our own, ready to cut, that knows `words`; the module's own jieba is left alone.

    `cache_folder` must be private: jieba would trust whatever stands in a shared temporary folder.
    """
    frequencies, total = _dictionary(str(cache_folder) if cache_folder else "")
    ours = jieba.Tokenizer()
    ours.FREQ, ours.total, ours.initialized = frequencies.copy(), total, True
    for word in sorted(set(words)):
        if len(word) > 1 and ours.FREQ.get(word, 0) < 100:
            ours.add_word(word, 2000)
    return ours
