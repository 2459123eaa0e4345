"""What words mean, as numbers: words used alike lie close together. From word_vectors.npz beside this file.

The table was made once, offline, with a sentence encoder; its `credits` name the sources and licences.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_TABLE = Path(__file__).with_name("word_vectors.npz")


@cache
def _table() -> tuple[dict[str, int], NDArray[np.int8]]:
    with np.load(_TABLE, allow_pickle=False) as kept:
        words = kept["words"].tobytes().decode().split("\n")
        return {word: row for row, word in enumerate(words)}, kept["vectors"]


#: How many numbers a meaning has.
SIZE = 64


def meaning(words: Iterable[str]) -> NDArray[np.float32] | None:
    """The direction in which `words` point together, of length 1; None where none is known.

    A word that the table lacks stands for the characters in it.
    """
    index, vectors = _table()
    rows: list[int] = []
    for word in words:
        row = index.get(word)
        if row is not None:
            rows.append(row)
        elif len(word) > 1:
            rows.extend([index[char] for char in word if char in index])
    if not rows:
        return None
    total = vectors.take(rows, axis=0).sum(axis=0, dtype=np.float32)
    length = math.sqrt(total @ total)
    return total / np.float32(length) if length else None
