"""A message as the finders read it: folded, cut to a length that is worth reading, and with its sounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from intents.text import LONGEST, character_sound, fold
from intents.types import Slot


@dataclass(frozen=True)
class Utterance:
    """One message; every position in `text` is the same position in `typed`."""

    typed: str
    text: str
    now: datetime

    @classmethod
    def read(cls, typed: str, now: datetime) -> Utterance:
        """`typed` as the finders want it; what stands beyond LONGEST characters is not read."""
        typed = typed[:LONGEST]
        return cls(typed, fold(typed), now)

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """How each character sounds, by a southern ear."""
        return tuple(map(character_sound, self.text))

    def slot(self, name: str, value: Any, start: int, end: int, approx: str = "") -> Slot:
        """A slot whose words are those between `start` and `end`, as typed."""
        return Slot(name, value, self.typed[start:end], start, end, approx)
