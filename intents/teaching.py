"""What new phrases would change: every phrase judged by a classifier that did not see it, with and without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from intents.features import Floats, features
from intents.linear import fit
from intents.matcher import TRAINING_DAY, Reader
from knowledge.base import Knowledge

#: Each phrase is held back once.
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A phrase that is judged otherwise with the new ones."""

    text: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effects:
    """How many of `phrases` were judged right without the new ones and with them, and which changed."""

    phrases: int
    right_before: int
    right_after: int
    changes: tuple[Change, ...]
    taught: tuple[Change, ...]  # the new phrases themselves: what they would have been taken for so far


def effects(
    knowledge: Knowledge,
    new: Mapping[str, Sequence[str]],
    progress: Callable[[str], None] = lambda line: None,
    cache_folder: Path | None = None,
) -> Effects:
    """What teaching `new` (label → phrases) does to all phrases, by cross-validation; some twenty seconds for 5,000."""
    reader = Reader(knowledge, cache_folder)
    phrases = [(text, label) for label, texts in knowledge.phrases.items() for text in texts]
    taught = [(text, label) for label, texts in new.items() for text in texts]
    progress(f"正在读 {len(phrases)} 句说法……")
    rows = [features(reader.read(text, TRAINING_DAY)) for text, _ in phrases]
    new_rows = [features(reader.read(text, TRAINING_DAY)) for text, _ in taught]
    order = list(range(len(phrases)))
    Random(1).shuffle(order)
    before, after = [""] * len(phrases), [""] * len(phrases)
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = sorted(set(order) - set(held))
        known, labels = [rows[i] for i in rest], [phrases[i][1] for i in rest]
        for judged, more in ((before, []), (after, taught)):
            linear = fit(
                known + new_rows[: len(more)], labels + [label for _, label in more], least=2, rounds=12
            )
            for i in held:
                judged[i] = _best(linear.labels, linear.scores(rows[i]))
        progress(f"已检验 {(fold + 1) * 100 // FOLDS}%")
    linear = fit(rows, [label for _, label in phrases], least=2, rounds=12)
    so_far = [_best(linear.labels, linear.scores(row)) for row in new_rows]
    truth = [label for _, label in phrases]
    return Effects(
        len(phrases),
        sum(map(str.__eq__, before, truth)),
        sum(map(str.__eq__, after, truth)),
        tuple(
            Change(text, label, old, now)
            for (text, label), old, now in zip(phrases, before, after, strict=True)
            if old != now
        ),
        tuple(Change(text, label, old, label) for (text, label), old in zip(taught, so_far, strict=True)),
    )


def _best(labels: Sequence[str], scores: Floats) -> str:
    return labels[int(scores.argmax())]
