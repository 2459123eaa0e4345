"""A linear classifier in plain numpy: ridge regression on labels, solved by conjugate gradients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.features import WEIGHTS, Features, Floats
from knowledge.word_vectors import SIZE

#: What large weights cost.
PENALTY = 1.0
_MEANING = np.float32(WEIGHTS["meaning"])

#: Rows of weights that are no named feature's: the constant, then the numbers of the meaning.
_FIRST_NAMED = 1 + SIZE


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of features for labels."""

    labels: tuple[str, ...]
    index: dict[str, dict[str, int]]  # kind → feature → row of weights
    weights: Floats | NDArray[np.float16]  # the constant, the meaning, the features × labels

    def scores(self, features: Features) -> Floats:
        """One number a label, about +1 where it fits and −1 where not."""
        rows, strengths, counts = [0], [1.0], [1]
        for kind, names, strength in features.strengths():
            known = self.index.get(kind)
            found = list(filter(None, map(known.get, names))) if known else ()
            rows += found
            strengths.append(strength)
            counts.append(len(found))
        weights = self.weights.take(rows, axis=0).astype(np.float32)
        scores: Floats = np.repeat(np.array(strengths, np.float32), counts) @ weights
        if features.meaning is not None:
            scores += _MEANING * (features.meaning @ self.weights[1:_FIRST_NAMED].astype(np.float32))
        return scores

    def reasons(self, features: Features, label: str, limit: int = 8) -> list[tuple[str, str, float]]:
        """Kind, name and weight of the features that weigh most for or against a label."""
        column = self.labels.index(label)
        weighed: Counter[tuple[str, str]] = Counter()
        for kind, names, strength in features.strengths():
            for name in names:
                row = self.index.get(kind, {}).get(name)
                if row is not None:
                    weighed[kind, name] += strength * float(self.weights[row, column])  # type: ignore[assignment]
        if features.meaning is not None:
            towards = _MEANING * float(features.meaning @ self.weights[1:_FIRST_NAMED, column])
            weighed["meaning", "all"] = towards  # type: ignore[assignment]
        most = sorted(weighed.items(), key=lambda pair: -abs(pair[1]))[:limit]
        return [(kind, name, weight) for (kind, name), weight in most]

    def pruned(self, least: float) -> Linear:
        """Without the features that give no label `least` (a third of them), in half precision; no answer changes for it."""
        telling = np.abs(self.weights).max(axis=1) >= least
        rows = [np.arange(_FIRST_NAMED)]
        index: dict[str, dict[str, int]] = {}
        first = _FIRST_NAMED
        for kind, names in self.index.items():
            kept = {name: row for name, row in names.items() if telling[row]}
            rows.append(np.fromiter(kept.values(), np.int64, len(kept)))
            index[kind] = dict(zip(kept, range(first, first + len(kept)), strict=True))
            first += len(kept)
        return Linear(self.labels, index, self.weights[np.concatenate(rows)].astype(np.float16))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For keeping."""
        return {
            "labels": _as_bytes(self.labels),
            "kinds": _as_bytes(self.index),
            "counts": np.asarray([len(names) for names in self.index.values()]),
            "names": _as_bytes(name for names in self.index.values() for name in names),
            "weights": self.weights,
        }

    @classmethod
    def from_arrays(cls, kept: Mapping[str, NDArray[Any]]) -> Linear:
        """What `arrays` gave."""
        rows = enumerate(_as_names(kept["names"]), _FIRST_NAMED)
        index = {
            kind: {name: row for row, name in islice(rows, int(count))}
            for kind, count in zip(_as_names(kept["kinds"]), kept["counts"], strict=True)
        }
        return cls(tuple(_as_names(kept["labels"])), index, kept["weights"])


def _as_bytes(names: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def _as_names(data: NDArray[np.uint8]) -> list[str]:
    return data.tobytes().decode().split("\n") if data.size else []


class Design:
    """The training rows: what every row has as one dense matrix, the named features sparse, by row and by column."""

    def __init__(self, rows: Sequence[Features], least: int = 1) -> None:
        self.index = _index(rows, least)
        columns: list[int] = []
        strengths: list[float] = []
        runs: list[int] = []  # how many columns have each strength
        counts: list[int] = []
        self.dense = np.ones((len(rows), _FIRST_NAMED), np.float32)
        for i, row in enumerate(rows):
            before = len(columns)
            self.dense[i, 1:] = 0 if row.meaning is None else _MEANING * row.meaning
            for kind, names, strength in row.strengths():
                found = list(filter(None, map(self.index[kind].get, names)))
                columns += found
                strengths.append(strength)
                runs.append(len(found))
            counts.append(len(columns) - before)
        self.width = _FIRST_NAMED + sum(map(len, self.index.values()))
        named = np.asarray(columns, np.int32) - _FIRST_NAMED
        values = np.repeat(np.asarray(strengths, np.float32), runs)
        order = np.argsort(named, kind="stable")
        of_row = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
        self._by_row = _Sums(np.asarray(counts), named, values)
        self._by_column = _Sums(
            np.bincount(named, minlength=self.width - _FIRST_NAMED), of_row[order], values[order]
        )

    def times(self, weights: Floats) -> Floats:
        """rows × labels."""
        return self.dense @ weights[:_FIRST_NAMED] + self._by_row.of(weights[_FIRST_NAMED:])

    def transposed_times(self, right: Floats) -> Floats:
        """features × labels."""
        return np.concatenate((self.dense.T @ right, self._by_column.of(right)))

    def squares(self, importance: Floats) -> Floats:
        """For each feature the sum of its squares, rows counting by `importance`."""
        dense = (importance[:, None] * self.dense**2).sum(axis=0)
        return np.concatenate((dense, self._by_column.of_squares(importance)))


class _Sums:
    """Weighted sums of a matrix's rows, a sum for each count; those alike long are done at once, padded."""

    def __init__(self, counts: NDArray[np.int64], take: NDArray[np.int32], values: Floats) -> None:
        self._size = len(counts)
        self._blocks: list[tuple[NDArray[np.int64], NDArray[np.int32], Floats]] = []
        starts = np.cumsum(counts) - counts
        padded = np.ceil(_STEP ** np.ceil(np.log(np.maximum(counts, 1)) / np.log(_STEP) - 1e-9)).astype(
            np.int64
        )
        for length in np.unique(padded[counts > 0]):
            alike = np.flatnonzero((padded == length) & (counts > 0))
            for part in np.array_split(alike, max(1, len(alike) * length // _BLOCK)):
                inside = np.arange(length) < counts[part, None]
                at = np.where(inside, starts[part, None] + np.arange(length), 0)
                weights = np.where(inside, values[at], np.float32(0))[:, None, :]
                self._blocks.append((part, np.where(inside, take[at], 0), weights))

    def of(self, matrix: Floats) -> Floats:
        """The sums, as rows."""
        result = np.zeros((self._size, matrix.shape[1]), np.float32)
        for rows, take, values in self._blocks:
            result[rows] = np.matmul(values, matrix.take(take, axis=0))[:, 0]
        return result

    def of_squares(self, column: Floats) -> Floats:
        """The same sums of one column with each weight squared."""
        result = np.zeros(self._size, np.float32)
        for rows, take, values in self._blocks:
            result[rows] = (values[:, 0] ** 2 * column[take]).sum(axis=1)
        return result


#: Sums are padded to powers of this, and done so many terms at once as the processor's cache holds.
_STEP = 1.2
_BLOCK = 20_000


def _index(rows: Sequence[Features], least: int) -> dict[str, dict[str, int]]:
    """Kind → feature that at least `least` rows have → its row of weights."""
    kinds = dict.fromkeys(kind for row in rows for kind in row.names)
    seen = {
        kind: Counter(chain.from_iterable(dict.fromkeys(row.names.get(kind, ())) for row in rows))
        for kind in kinds
    }
    index: dict[str, dict[str, int]] = {}
    first = _FIRST_NAMED
    for kind, counts in seen.items():
        names = [name for name, count in counts.items() if count >= least]
        index[kind] = dict(zip(names, range(first, first + len(names)), strict=True))
        first += len(names)
    return index


def ridge(design: Design, targets: Floats, importance: Floats, penalty: float, rounds: int) -> Floats:
    """Weights that bring `design` to `targets` (rows × labels), rows counting by `importance`.

    Conjugate gradients on the normal equations, each feature scaled by how often it stands; `penalty` keeps
    weights small, and so do few `rounds`.
    """
    scale: Floats = np.reciprocal(design.squares(importance) + np.float32(penalty))[:, None]
    weights = np.zeros((design.width, targets.shape[1]), np.float32)
    residual = design.transposed_times(importance[:, None] * targets)
    scaled = scale * residual
    direction = scaled.copy()
    norm = (residual * scaled).sum(axis=0)
    for _ in range(rounds):
        image = design.transposed_times(importance[:, None] * design.times(direction)) + penalty * direction
        step = norm / np.maximum((direction * image).sum(axis=0), 1e-12)
        weights += step * direction
        residual -= step * image
        scaled = scale * residual
        smaller = (residual * scaled).sum(axis=0)
        if float(smaller.max()) < 1e-6:
            break
        direction = scaled + (smaller / np.maximum(norm, 1e-12)) * direction
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

    `least`: features that fewer rows have are left out. Thousands of rows need few `rounds` and mean what
    they say the better for it; a handful needs many.
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
