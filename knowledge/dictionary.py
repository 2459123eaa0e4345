"""jieba's own word list. It takes 60 MB: only who compiles keeps it, beside the lists that tokenizers of ours made of it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

#: Words with their counts, and the sum of these.
Counts = tuple[dict[str, int], int]

#: The list where it was kept, by its cache folder; nobody may change it.
_kept: dict[Path | None, Counts] = {}


def keep(cache_folder: Path | None = None) -> Counts:
    """The list, read no more than once in a process; nobody may change it."""
    if cache_folder not in _kept:
        _kept[cache_folder] = _read(cache_folder)
    return _kept[cache_folder]


def own(cache_folder: Path | None = None) -> Counts:
    """The list, to be changed at will: read now (0.3 s), or copied (15 ms) where it was kept."""
    if cache_folder in _kept:
        counts, total = _kept[cache_folder]
        return counts.copy(), total
    return _read(cache_folder)


def _read(cache_folder: Path | None) -> Counts:
    """From jieba's cache in `cache_folder`, which is made where it is missing.

    The folder must be private: jieba would trust whatever stands in a shared temporary one. Without a folder the
    list is made anew, in a second.
    """
    import jieba  # half a second to load, and not needed for reading what is compiled

    jieba.setLogLevel(logging.WARNING)
    reader = jieba.Tokenizer()
    if cache_folder is None:
        return reader.gen_pfdict(reader.get_dict_file())  # type: ignore[no-any-return]
    reader.tmp_dir = str(cache_folder)
    reader.initialize()
    return reader.FREQ, reader.total


def plain_tokenizer(cache_folder: Path | None = None) -> Any:
    """A jieba without words of ours, ready to cut; it must not be taught any."""
    import jieba

    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = keep(cache_folder)
    plain.initialized = True
    return plain
