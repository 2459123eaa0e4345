"""What kind of place is meant (station_kind), and what it must have (facility)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intents.slots.lexicon import Lexicon
from intents.slots.spelled import SpelledNames
from intents.slots.utterance import Utterance
from intents.types import Slot


class ThingFinder:
    """Slots of one name, a value for each group of words."""

    def __init__(self, name: str, words: Mapping[str, Sequence[str]], ordinary: Sequence[str] = ()) -> None:
        """`words`: value → the words for it; the value "" holds words that name none of them (充话费)."""
        self._name = name
        self._lexicon = Lexicon(
            ((word, value) for value, group in words.items() for word in group), ordinary, 2
        )
        self._latin = SpelledNames(
            (word, value) for value, group in words.items() for word in group if value and not word.isascii()
        )

    def find(self, utterance: Utterance) -> list[Slot]:
        """Each value once, in the order of the text."""
        slots: dict[str, Slot] = {}
        for hit in self._lexicon.find(utterance):
            if hit.value:
                slots.setdefault(hit.value, utterance.slot(self._name, hit.value, hit.start, hit.end))
        for start, end, value in self._latin.find(utterance.text):
            slots.setdefault(value, utterance.slot(self._name, value, start, end))
        return list(slots.values())
