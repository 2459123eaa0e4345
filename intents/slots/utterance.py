"""A message as the finders read it: folded, cut to a length that is worth reading, with its sounds and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import Any

from intents.slots.numerals import Number, numbers
from intents.text import LONGEST, fold, heard
from intents.types import Slot


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message; every position in `text` is the same position in `typed`. Read once, for all finders."""

    typed: str
    text: str
    now: datetime
    characters: frozenset[str]
    sounds: str  # a sign for how each character sounds, by a southern ear
    pairs: tuple[str, ...]  # at each place its sound and the next one; the last one's alone
    numbers: tuple[Number, ...]

    @classmethod
    def read(cls, typed: str, now: datetime) -> Utterance:
        """`typed` as the finders want it; what stands beyond LONGEST characters is not read."""
        typed = typed[:LONGEST]
        text = fold(typed)
        sounds = heard(text)
        pairs = (*map(add, sounds, sounds[1:]), sounds[-1:])
        return cls(typed, text, now, frozenset(text), sounds, pairs, tuple(numbers(text)))

    def has_any(self, characters: frozenset[str]) -> bool:
        """Whether one of these stands in it: without them a finder need not look."""
        return not self.characters.isdisjoint(characters)

    def slot(self, name: str, value: Any, start: int, end: int, approx: str = "") -> Slot:
        """A slot whose words are those between `start` and `end`, as typed."""
        return Slot(name, value, self.typed[start:end], start, end, approx)
