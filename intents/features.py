"""A message as the classifier sees it: words, characters, sounds, concepts, slots, and how it asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from intents.concepts import Hit, Lexicon
from intents.text import normalise, sounds, without_marks
from intents.types import Slot
from knowledge.word_vectors import meaning


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
    heard: tuple[str, ...]
    hits: tuple[Hit, ...]
    slots: tuple[Slot, ...]
    signs: frozenset[str]  # the concepts found, and "slot:…" for slots, and how long it is


def read(text: str, slots: Sequence[Slot], tokenizer: Tokenizer, lexicon: Lexicon) -> Reading:
    """`text` read once for the classifier and for the rules."""
    plain = without_marks(normalise(text))
    masked = without_marks(normalise(_mask(text, slots))) if slots else plain
    heard, places = sounds(plain)
    hits = lexicon.find(plain, heard, places, tokenizer.FREQ.get)  # type: ignore[arg-type]
    signs = {hit.concept for hit in hits}
    signs.update(f"slot:{slot.name}" for slot in slots)
    signs.add(_length(plain))
    if plain.endswith(("吗", "呢", "不", "没")):
        signs.add("question")
    return Reading(
        text, plain, masked, tuple(tokenizer.lcut(plain)), tuple(heard), tuple(hits), tuple(slots),
        frozenset(signs),
    )  # fmt: skip


def features(reading: Reading) -> dict[str, float]:
    """Named strengths; each kind of feature is scaled to its own weight, whatever the text's length."""
    result: dict[str, float] = {}
    _put_plain(result, reading.words, reading.masked, reading.heard)
    concepts = sorted({hit.concept for hit in reading.hits})
    _put(
        result,
        "concept",
        [f"k:{name}" for name in concepts] * 2 + [f"k:{a}+{b}" for a, b in combinations(concepts[:10], 2)],
    )
    _put(result, "slot", [f"z:{sign}" for sign in reading.signs if sign.startswith("slot:")])
    _put(result, "form", [f"f:{sign}" for sign in reading.signs if sign in _FORMS])
    return result


def plain_features(text: str, cut: Callable[[str], list[str]]) -> dict[str, float]:
    """`features` without concepts, slots and form: what any Chinese text has."""
    plain = without_marks(normalise(text))
    result: dict[str, float] = {}
    _put_plain(result, cut(plain), plain, sounds(plain)[0])
    return result


def _put_plain(result: dict[str, float], words: Sequence[str], text: str, heard: Sequence[str]) -> None:
    strength = WEIGHTS["meaning"]
    result.update((f"v:{i}", strength * value) for i, value in enumerate(meaning(words)))
    words = list(dict.fromkeys(word for word in words if word.strip(" ,.?!")))
    _put(result, "word", [f"w:{word}" for word in words])
    marked = f"^{text}$"
    size = len(marked)
    _put(
        result,
        "char",
        [f"c:{marked[i]}" for i in range(1, size - 1)]
        + [f"c:{marked[i : i + 2]}" for i in range(size - 1)]
        + [f"c:{marked[i : i + 3]}" for i in range(size - 2)],
    )
    _put(
        result,
        "sound",
        [f"s:{sound}" for sound in heard]
        + [f"s:{heard[i]} {heard[i + 1]}" for i in range(len(heard) - 1)]
        + [f"s:{heard[i]} {heard[i + 1]} {heard[i + 2]}" for i in range(len(heard) - 2)],
    )


_LENGTHS = ((3, "tiny"), (7, "short"), (14, "middle"), (30, "long"))
_FORMS = ("tiny", "short", "middle", "long", "longer", "question")


def _put(result: dict[str, float], kind: str, names: list[str]) -> None:
    if names:
        strength = WEIGHTS[kind] / math.sqrt(len(names))
        for name in names:
            result[name] = result.get(name, 0.0) + strength


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
