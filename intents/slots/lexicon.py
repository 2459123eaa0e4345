"""Words that mean something, found in a message by their sound: 驿占 is 驿站, 订海 is 定海."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from intents.slots.utterance import Utterance
from intents.text import fold, heard
from knowledge.characters import syllable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A word of the lexicon in a message."""

    value: T
    word: str
    start: int
    end: int
    rivals: tuple[
        T, ...
    ] = ()  # what it may mean as well: other words that sound the same, none of them spelled so


#: Misspelt, these are more likely themselves: 六横到 is not 六横岛, 岱山现在 no 岱山县.
_THEMSELVES = frozenset("到去现向像想上先在里有的就都要会")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    word: str
    value: T


class Lexicon(Generic[T]):
    """Words with what they mean. The time of a search does not grow with the number of words."""

    def __init__(
        self,
        entries: Iterable[tuple[str, T]],
        ordinary: Sequence[str] = (),
        shortest_misspelt: int = 3,
        longer_first: bool = False,
    ) -> None:
        """`ordinary` are everyday words that only sound like an entry: 长途 is not 长涂.

        Words shorter than `shortest_misspelt` are found only as they are spelt. `longer_first`: a longer word with one
        wrong character goes before a shorter one as spelled: 普陀善 is 普陀山, not 普陀.
        """
        self._shortest = shortest_misspelt
        self._longer_first = longer_first
        self._by_sound: dict[str, list[_Entry[T]]] = {}
        lengths: dict[str, set[int]] = {}
        known: set[str] = set()
        for word, value in entries:
            folded = fold(word)
            if not folded or folded in known:
                continue
            known.add(folded)
            sounds = heard(folded)
            self._by_sound.setdefault(sounds, []).append(_Entry(folded, value))
            lengths.setdefault(sounds[:2], set()).add(len(sounds))
        #: The first two sounds, or the only one → the lengths of the words that begin so, longest first.
        self._lengths = {begin: tuple(sorted(found, reverse=True)) for begin, found in lengths.items()}
        self._begins = frozenset(lengths)
        self._singles = frozenset(begin for begin in lengths if len(begin) == 1)
        words = sorted((word for word in map(fold, ordinary) if word not in known), key=len, reverse=True)
        self._ordinary = re.compile("|".join(map(re.escape, words))) if words else None

    def find(self, utterance: Utterance) -> Iterator[Hit[T]]:
        """The words in the message from left to right, none within another."""
        pairs, lengths, singles = utterance.pairs, self._lengths, self._singles
        if self._begins.isdisjoint(pairs) and singles.isdisjoint(utterance.sounds):
            return
        if singles:
            both = zip(pairs, utterance.sounds)  # noqa: B905 - a pair begins at every sound
            starts = [i for i, (pair, sound) in enumerate(both) if pair in lengths or sound in singles]
        else:
            starts = [i for i, pair in enumerate(pairs) if pair in lengths]
        done = 0
        for start in starts:
            hit = self._at(utterance, start) if start >= done else None
            if hit is not None:
                yield hit
                done = hit.end

    def _at(self, utterance: Utterance, start: int) -> Hit[T] | None:
        """The longest word that begins at `start`; what is spelled so goes before what only sounds so."""
        misspelt: Hit[T] | None = None
        sounds, pair = utterance.sounds, utterance.pairs[start]
        lengths = self._lengths.get(pair, ())
        if len(pair) == 2 and pair[0] in self._singles:
            lengths = (*lengths, 1)
        for length in lengths:
            end = start + length
            if end > len(sounds):
                continue  # a slice beyond the end would sound like a shorter word
            for entry in self._by_sound.get(sounds[start:end], ()):
                if utterance.text.startswith(entry.word, start):
                    spelled = Hit(entry.value, entry.word, start, end)
                    longer = misspelt is not None and self._outweighs(utterance, misspelt, spelled)
                    return misspelt if longer else spelled
                if misspelt is None and self._is_misspelling(utterance, entry.word, start, end):
                    rivals = self._rivals(utterance, entry, start, end)
                    misspelt = Hit(entry.value, entry.word, start, end, rivals)
        return misspelt

    def _outweighs(self, utterance: Utterance, misspelt: Hit[T], spelled: Hit[T]) -> bool:
        """Whether a longer word is meant, with one character wrong that sounds just like the right one."""
        if not self._longer_first or misspelt.end <= spelled.end or misspelt.value == spelled.value:
            return False
        wrong = _wrong(utterance, misspelt.word, misspelt.start)
        return len(wrong) == 1 and all(syllable(a) == syllable(b) and a not in _THEMSELVES for a, b in wrong)

    def _rivals(self, utterance: Utterance, misspelt: _Entry[T], start: int, end: int) -> tuple[T, ...]:
        """Other meanings that are as near to what is written."""
        wrong = len(_wrong(utterance, misspelt.word, start))
        return tuple(
            one.value
            for one in self._by_sound[utterance.sounds[start:end]]
            if one.value != misspelt.value and len(_wrong(utterance, one.word, start)) == wrong
        )

    def _is_misspelling(self, utterance: Utterance, word: str, start: int, end: int) -> bool:
        """Whether it is this word with a wrong character: one at least is right, and it is no other word."""
        if len(word) < self._shortest:
            return False
        written = utterance.text[start:end]
        if not any(a == b for a, b in zip(written, word, strict=True)) or not written.isalpha():
            return False
        if self._ordinary is None:
            return True
        first = max(0, start - 2)
        for found in self._ordinary.finditer(utterance.text, first, end + 2):
            overlaps = found.start() < end and found.end() > start
            # A shorter everyday word inside the longer name does not speak against it: 朱家 in 朱家间.
            within = start <= found.start() and found.end() <= end and len(found[0]) < len(word)
            if overlaps and not within:
                return False
        return True


def _wrong(utterance: Utterance, word: str, start: int) -> list[tuple[str, str]]:
    """The characters that are written otherwise than in `word`, each with the right one."""
    written = utterance.text[start : start + len(word)]
    return [(a, b) for a, b in zip(written, word, strict=True) if a != b]
