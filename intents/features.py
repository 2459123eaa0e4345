"""A message as the classifier sees it: words, characters, sounds, concepts, slots, and how it asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import add
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from intents.concepts import Hit, Lexicon
from intents.text import normalise, sounds, without_marks
from intents.types import Slot
from knowledge.word_vectors import meaning

Floats = NDArray[np.float32]


class Tokenizer(Protocol):
    """What we use of jieba."""

    FREQ: dict[str, int]

    def lcut(self, sentence: str) -> list[str]: ...


#: How much each kind of feature counts, as held-out phrases showed; sounds half of what is written.
WEIGHTS = {"meaning": 1.0, "word": 0.6, "char": 1.4, "sound": 0.6, "concept": 0.5, "slot": 0.4, "form": 0.2}

#: What stands for a found slot among the characters, so that one place or sum is like another.
_MASKS = {"amount": "α", "place": "π", "place_among": "π", "phone": "φ", "event": "ε", "identity": "ι"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with everything that was found in it."""

    text: str  # as typed, at most the longest that is read
    plain: str  # normalised
    masked: str  # normalised, with a sign for each place, sum and number
    words: tuple[str, ...]
    heard: str  # a sign for each sound
    hits: tuple[Hit, ...]
    slots: tuple[Slot, ...]
    signs: frozenset[str]  # the concepts found, and "slot:…" for slots, and how long it is


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a label: names of each kind, all of a kind alike strong, and where the words point."""

    names: dict[str, list[str]]  # kind → names; one that stands twice counts twice
    meaning: Floats | None

    def strengths(self) -> list[tuple[str, list[str], float]]:
        """Kind, names and the strength of each: a kind is scaled to its own weight, whatever the text's length."""
        return [
            (kind, names, WEIGHTS[kind] / math.sqrt(len(names)))
            for kind, names in self.names.items()
            if names
        ]


def read(text: str, slots: Sequence[Slot], tokenizer: Tokenizer, lexicon: Lexicon) -> Reading:
    """`text` read once for the classifier and for the rules."""
    plain = without_marks(normalise(text))
    masked = _mask(text, slots) if slots else text
    masked = plain if masked == text else without_marks(normalise(masked))
    heard, places = sounds(plain)
    hits = lexicon.find(plain, heard, places, tokenizer.FREQ.get)  # type: ignore[arg-type]
    signs = {hit.concept for hit in hits}
    signs.update([f"slot:{slot.name}" for slot in slots])
    signs.add(_length(plain))
    if plain.endswith(("吗", "呢", "不", "没")):
        signs.add("question")
    return Reading(
        text, plain, masked, tuple(tokenizer.lcut(plain)), heard, tuple(hits), tuple(slots), frozenset(signs)
    )


def features(reading: Reading) -> Features:
    """Everything that the classifier weighs."""
    found = _plain_features(reading.words, reading.masked, reading.heard)
    concepts = sorted({hit.concept for hit in reading.hits})
    found.names["concept"] = concepts * 2 + [f"{a}+{b}" for a, b in combinations(concepts[:10], 2)]
    found.names["slot"] = sorted(sign for sign in reading.signs if sign.startswith("slot:"))
    found.names["form"] = sorted(_FORMS & reading.signs)
    return found


def plain_features(text: str, cut: Callable[[str], list[str]]) -> Features:
    """`features` without concepts, slots and form: what any Chinese text has."""
    plain = without_marks(normalise(text))
    return _plain_features(cut(plain), plain, sounds(plain)[0])


def _plain_features(words: Sequence[str], text: str, heard: str) -> Features:
    words = [word for word in dict.fromkeys(words) if word.strip(" ,.?!")]
    return Features(
        {"word": words, "char": _grams(text, f"^{text}$"), "sound": _grams(heard, heard)}, meaning(words)
    )


def _grams(text: str, marked: str) -> list[str]:
    """The characters of a text, and the pairs and triples of the same text with its ends marked, if they are."""
    pairs = list(map(add, marked, marked[1:]))
    return [*text, *pairs, *map(add, pairs, marked[2:])]


_LENGTHS = ((3, "tiny"), (7, "short"), (14, "middle"), (30, "long"))
_FORMS = frozenset({"tiny", "short", "middle", "long", "longer", "question"})


def _length(text: str) -> str:
    size = len(text)
    return next((name for most, name in _LENGTHS if size <= most), "longer")


def _mask(text: str, slots: Sequence[Slot]) -> str:
    parts: list[str] = []
    at = 0
    for slot in sorted(slots, key=lambda slot: slot.start):
        sign = _MASKS.get(slot.name)
        if sign and slot.start >= at:
            parts += [text[at : slot.start], sign]
            at = slot.end
    return "".join([*parts, text[at:]])
