"""jieba's own word list, read once a process and shared by all that cut texts."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any


@cache
def dictionary(cache_folder: Path | None = None) -> tuple[dict[str, int], int]:
    """The words with their counts, and the sum of these; nobody may change them.

    `cache_folder`, where it is made when missing, must be private: jieba would trust whatever stands in a shared
    temporary folder. Without one it is made anew, in a second.
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
    plain.FREQ, plain.total = dictionary(cache_folder)
    plain.initialized = True
    return plain
