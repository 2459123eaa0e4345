"""The statistical layers alone, for public data: what they learn from any texts and labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from intents.features import plain_features
from intents.linear import fit
from intents.types import Match
from intents.words import tokenizer

_STEEPNESS = 5.0
#: With so many examples a label a closer fit pays; with a handful it learns their accidents.
_MANY = 50


class PlainClassifier:
    """The statistical layers alone: jieba's words, characters and sounds; none of the domain's knowledge."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._cut = tokenizer(()).lcut
        rows = [plain_features(text, self._cut) for text, _ in pairs]
        labels = [label for _, label in pairs]
        many = len(pairs) >= _MANY * len(set(labels))
        self._linear = fit(rows, labels, rounds=60 if many else 25)

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest label and its chance."""
        match = self.match(text)
        return match.intent, match.confidence

    def match(self, text: str, now: datetime | None = None) -> Match:
        """A Match that always answers."""
        scores = _STEEPNESS * self._linear.scores(plain_features(text, self._cut))
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances)
        ranked = tuple((self._linear.labels[i], float(chances[i])) for i in order)
        return Match(text, ranked[0][0], "answer", ranked[0][1], ranked)


def train_plain(pairs: Sequence[tuple[str, str]]) -> PlainClassifier:
    """Learn texts and their labels as the matcher learns its phrases.

    Raises ValueError for fewer than two labels.
    """
    if len({label for _, label in pairs}) < 2:
        raise ValueError("at least two labels are needed")
    return PlainClassifier(pairs)
