"""Phrases as the classifier sees them, kept from one training to the next: only what is new is read again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

import numpy as np

from intents.features import WEIGHTS, Features
from intents.noise import noisy
from knowledge.word_vectors import meaning

_KINDS = tuple(kind for kind in WEIGHTS if kind != "meaning")

#: A phrase as it is, and mistyped.
Pair = tuple[Features, Features]


def mistyped(phrase: str) -> str:
    """The phrase with one or two mistakes, always the same ones."""
    return noisy(phrase, Random(phrase))


def to_bytes(known: dict[str, Pair]) -> bytes:
    """For keeping; nothing in it is executed when read back."""
    rows = [features for pair in known.values() for features in pair]
    names = [row.names.get(kind, []) for row in rows for kind in _KINDS]
    target = io.BytesIO()
    np.savez(
        target,
        phrases=np.frombuffer("\n".join(known).encode(), np.uint8),
        counts=np.asarray([len(some) for some in names], np.int32),
        names=np.frombuffer("\n".join(name for some in names for name in some).encode(), np.uint8),
    )
    return target.getvalue()


def from_bytes(data: bytes) -> dict[str, Pair]:
    """What `to_bytes` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        phrases, names = (kept[key].tobytes().decode().split("\n") for key in ("phrases", "names"))
        rows = _rows(iter(names), kept["counts"].tolist())
        return {phrase: (next(rows), next(rows)) for phrase in phrases if phrase}


def _rows(names: Iterator[str], counts: Iterable[int]) -> Iterator[Features]:
    each = [iter(counts)] * len(_KINDS)
    for row in zip(*each, strict=True):
        found = {kind: list(islice(names, count)) for kind, count in zip(_KINDS, row, strict=True)}
        yield Features(found, meaning(found["word"]))
