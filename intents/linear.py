"""A linear classifier in plain numpy: ridge regression on labels, solved by conjugate gradients."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: What large weights cost.
PENALTY = 1.0

Floats = NDArray[np.float32]
#: What speaks for an utterance's label: feature → strength.
Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of features for labels."""

    labels: tuple[str, ...]
    index: dict[str, int]  # feature → row of weights
    weights: Floats  # features × labels

    def scores(self, features: Features) -> Floats:
        """One number a label, about +1 where it fits and −1 where not."""
        known = [
            (row, value) for name, value in features.items() if (row := self.index.get(name)) is not None
        ]
        if not known:
            return np.full(len(self.labels), -1.0, np.float32)
        rows, values = zip(*known, strict=True)
        scores: Floats = np.asarray(values, np.float32) @ self.weights.take(rows, axis=0) + self.weights[-1]
        return scores

    def reasons(self, features: Features, label: str, limit: int = 8) -> list[tuple[str, float]]:
        """The features that weigh most for or against a label."""
        column = self.labels.index(label)
        weighed = [
            (name, value * float(self.weights[self.index[name], column]))
            for name, value in features.items()
            if name in self.index
        ]
        return sorted(weighed, key=lambda pair: -abs(pair[1]))[:limit]

    def to_bytes(self) -> bytes:
        """For keeping; nothing in it is executed when read back."""
        names = "\n".join(self.index).encode()
        target = io.BytesIO()
        np.savez(
            target,
            labels=np.frombuffer("\n".join(self.labels).encode(), np.uint8),
            names=np.frombuffer(names, np.uint8),
            weights=self.weights,
        )
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Linear:
        """What `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            labels = tuple(kept["labels"].tobytes().decode().split("\n"))
            names = kept["names"].tobytes().decode().split("\n")
            return cls(labels, {name: row for row, name in enumerate(names)}, kept["weights"])


class Design:
    """The training rows as sparse arrays, by row and by column."""

    def __init__(self, rows: Sequence[Features], least: int = 1) -> None:
        seen = Counter(name for row in rows for name in row)
        names = [name for name, count in seen.items() if count >= least]
        self.index = {name: column for column, name in enumerate(names)}
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        constant = len(names)
        for row in rows:
            for name, value in row.items():
                column = self.index.get(name)
                if column is not None:
                    columns.append(column)
                    values.append(value)
            columns.append(constant)
            values.append(1.0)
            starts.append(len(columns))
        self.width = constant + 1
        self.columns = np.asarray(columns, np.int32)
        self.values = np.asarray(values, np.float32)
        self.starts = np.asarray(starts[:-1], np.int64)
        counts = np.diff(np.asarray(starts))
        order = np.argsort(self.columns, kind="stable")
        self._rows = np.repeat(np.arange(len(rows), dtype=np.int32), counts)[order]
        self._values = self.values[order]
        self._starts = np.searchsorted(self.columns[order], np.arange(self.width))

    def times(self, weights: Floats) -> Floats:
        """rows × labels."""
        return _sum_by(weights, self.columns, self.values, self.starts)

    def transposed_times(self, right: Floats) -> Floats:
        """features × labels."""
        return _sum_by(right, self._rows, self._values, self._starts)


def _sum_by(
    matrix: Floats, take: NDArray[np.int32], values: Floats, starts: NDArray[np.int64], block: int = 200_000
) -> Floats:
    """Sums of `values * matrix[take]` from each start to the next, a block at a time to spare memory."""
    result = np.empty((len(starts), matrix.shape[1]), np.float32)
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + block)))
        end = starts[last] if last < len(starts) else len(take)
        part = slice(int(starts[first]), int(end))
        products = matrix[take[part]] * values[part, None]
        result[first:last] = np.add.reduceat(products, starts[first:last] - starts[first], axis=0)
        first = last
    return result


def ridge(design: Design, targets: Floats, importance: Floats, penalty: float, rounds: int = 25) -> Floats:
    """Weights that bring `design` to `targets` (rows × labels), rows counting by `importance`.

    Conjugate gradients on the normal equations; `penalty` keeps weights small.
    """
    weights = np.zeros((design.width, targets.shape[1]), np.float32)
    residual = design.transposed_times(importance[:, None] * targets)
    direction = residual.copy()
    norm = (residual * residual).sum(axis=0)
    for _ in range(rounds):
        image = design.transposed_times(importance[:, None] * design.times(direction)) + penalty * direction
        step = norm / np.maximum((direction * image).sum(axis=0), 1e-12)
        weights += step * direction
        residual -= step * image
        smaller = (residual * residual).sum(axis=0)
        if float(smaller.max()) < 1e-4:
            break
        direction = residual + (smaller / np.maximum(norm, 1e-12)) * direction
        norm = smaller
    return weights


def fit(
    rows: Sequence[Features],
    labels: Sequence[str],
    importance: Sequence[float] | None = None,
    *,
    least: int = 1,
    rounds: int = 25,
) -> Linear:
    """A Linear that tells `labels` apart; frequent labels are kept from drowning rare ones.

    `least`: features that fewer rows have are left out.
    """
    names = tuple(sorted(set(labels)))
    design = Design(rows, least)
    column = {name: i for i, name in enumerate(names)}
    targets = np.full((len(rows), len(names)), -1.0, np.float32)
    targets[np.arange(len(rows)), [column[label] for label in labels]] = 1.0
    counts = Counter(labels)
    typical = len(rows) / len(names)
    weight = np.asarray([(typical / counts[label]) ** 0.5 for label in labels], np.float32)
    if importance is not None:
        weight *= np.asarray(importance, np.float32)
    return Linear(names, design.index, ridge(design, targets, weight, PENALTY, rounds))
