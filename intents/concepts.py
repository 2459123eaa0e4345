"""Concepts: named word lists from content/words/concepts.toml, found in a text by spelling and by sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from intents.text import normalise, sounds

#: The file of content/words whose concepts take part in understanding.
_PREFIX = "concepts."


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a concept in a text."""

    concept: str
    word: str  # as the list spells it
    start: int  # in the normalised text
    end: int
    by_sound: bool


class Lexicon:
    """All concepts' words, indexed by their first two characters and by their first two sounds."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._spelled: dict[str, tuple[str, ...]] = {}
        self._heard: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for key, spellings in words.items():
            if key.startswith(_PREFIX):
                for word in spellings:
                    self._add(key.removeprefix(_PREFIX), normalise(word))
        self._heard_lengths: dict[str, tuple[int, ...]] = {}
        for heard in self._heard:
            lengths = {len(heard), *self._heard_lengths.get(heard[:2], ())}
            self._heard_lengths[heard[:2]] = tuple(sorted(lengths, reverse=True))

    def _add(self, concept: str, word: str) -> None:
        if not word:
            return
        known = self._spelled.get(word, ())
        if concept not in known:
            self._spelled[word] = (*known, concept)
        lengths = {len(word), *self._lengths.get(word[:2], ())}
        self._lengths[word[:2]] = tuple(sorted(lengths, reverse=True))
        heard = sounds(word)[0]
        if len(heard) > 1 and not word.isascii() and heard not in self._heard:
            self._heard[heard] = (word, self._spelled[word])

    def words(self) -> list[str]:
        """Every word, for jieba's dictionary."""
        return [word for word in self._spelled if not word.isascii()]

    def find(self, text: str, heard: str, places: Sequence[int], is_word: Callable[[str], bool]) -> list[Hit]:
        """The concepts in a normalised text; a word inside a longer one does not count.

        `heard` and `places` are `sounds(text)`. What is heard counts where it is not spelled as another
        word (`is_word`), or shares a character with the word that it sounds like.
        """
        hits = self._find_spelled(text)
        covered = bytearray(len(text) + 1)
        for hit in hits:
            covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
        return hits + self._find_heard(text, heard, places, covered, is_word)

    def _find_spelled(self, text: str) -> list[Hit]:
        hits: list[Hit] = []
        reached = 0
        size = len(text)
        known = self._lengths
        pairs = (*map(add, text, text[1:]), text[-1:])
        both = zip(pairs, text)  # noqa: B905 - a pair begins at every character
        starts = [i for i, (pair, first) in enumerate(both) if pair in known or first in known]
        for start in starts:
            lengths = known.get(pairs[start], ())
            if len(pairs[start]) == 2 and text[start] in known:
                lengths = (*lengths, 1)
            for length in lengths:
                end = start + length
                if end <= reached:
                    break
                if end > size:
                    continue
                word = text[start:end]
                concepts = self._spelled.get(word)
                if concepts and not _inside_latin_word(text, start, end):
                    hits.extend(Hit(concept, word, start, end, False) for concept in concepts)
                    reached = end
                    break
        return hits

    def _find_heard(
        self,
        text: str,
        heard: str,
        places: Sequence[int],
        covered: bytearray,
        is_word: Callable[[str], bool],
    ) -> list[Hit]:
        hits: list[Hit] = []
        reached = 0
        starts = [i for i, pair in enumerate(map(add, heard, heard[1:])) if pair in self._heard_lengths]
        for first in starts:
            for length in self._heard_lengths[heard[first : first + 2]]:
                last = first + length
                if last <= reached:
                    break
                if last > len(heard):
                    continue
                found = self._heard.get(heard[first:last])
                if found is None:
                    continue
                start, end = places[first], _end(text, places, last)
                written = text[start:end]
                if length == 2 and " " in written and not written.isascii():
                    continue  # 「下大雨 怎么」 has no 渔政 in it
                if all(covered[start:end]) or not _may_mean(written, found[0], is_word):
                    continue
                hits.extend(Hit(concept, found[0], start, end, True) for concept in found[1])
                reached = last
                break
        return hits


def _end(text: str, places: Sequence[int], last: int) -> int:
    """Where in the text the sound before `last` ends."""
    if last < len(places) and places[last] > places[last - 1]:
        return places[last]
    return len(text) if last == len(places) else places[last - 1] + 1


def _may_mean(written: str, word: str, is_word: Callable[[str], bool]) -> bool:
    if written.isascii():
        return len(written) > 3
    return bool(set(written) & set(word)) or not is_word(written)


def _inside_latin_word(text: str, start: int, end: int) -> bool:
    return (text[start].isascii() and text[start].isalpha() and start > 0 and _is_latin(text[start - 1])) or (
        text[end - 1].isascii() and text[end - 1].isalpha() and end < len(text) and _is_latin(text[end])
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
