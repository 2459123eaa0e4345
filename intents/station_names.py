"""Stations known by name: the whole name, or a word of it that no other has (司机之家)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from intents.text import fold
from knowledge.base import Knowledge, Station

#: What is in so many stations' names that it tells none from another.
_GENERIC = re.compile("示例|工会|驿站|职工|书屋|妈咪|暖心|小屋|服务中心|疗休养|基地|创新|工作室")

#: What is left out or put in: 桃花岛驿站 is 示例桃花工会驿站.
_BESIDE = re.compile("工会|(?:岛|镇|乡|街道)(?=(?:工会)?驿站|职工书屋|妈咪|书屋)")

#: A word that stands for a station without its name has so many characters at least.
_TELLING = 4


class Names:
    """The names of one version's stations; a search does not grow with their number."""

    def __init__(self, knowledge: Knowledge) -> None:
        towns = [one for one in knowledge.places if one.kind in ("乡镇街道", "县级", "市")]
        known = sorted({fold(name) for one in towns for name in (one.name, *one.aliases)}, key=len)
        self._places = {fold(name) for one in knowledge.places for name in (one.name, *one.aliases)}
        self._town = re.compile("|".join(map(re.escape, reversed(known))) or r"(?!)")
        self._whole: dict[str, Station] = {}
        self._by_word: dict[str, list[Station]] = {}
        for one in knowledge.stations:
            self._whole.setdefault(_bare(fold(one.name).replace("示例", "")), one)
            for word in self.own_words(one):
                self._by_word.setdefault(word, []).append(one)
        self._lengths_whole, self._lengths_word = _lengths(self._whole), _lengths(self._by_word)

    def own_words(self, station: Station) -> list[str]:
        """The words of its name beside the town's and what every station is called: 渔港, 通宵."""
        rest = self._town.sub(" ", _GENERIC.sub(" ", fold(station.name)))
        return [word for word in rest.split() if len(word) > 1]

    def whole(self, text: str) -> Station | None:
        """The station whose name stands in a folded text, with or without 示例 and 工会."""
        names = _within(_bare(text), self._whole, self._lengths_whole)
        longest = max(names, key=len, default="")
        return self._whole.get(longest)

    def nickname(self, text: str) -> Station | None:
        """The one station that has a word of the text for itself."""
        words = list(_within(text, self._by_word, self._lengths_word))
        found = {one.id: one for word in words for one in self._by_word[word]}
        telling = any(len(word) >= _TELLING for word in words)
        return next(iter(found.values())) if telling and len(found) == 1 else None

    def in_place(self, text: str, places: Collection[str]) -> Station | None:
        """The one station of the places named that has a word of the text for itself: 六横 and 移动."""
        words = set(_within(text, self._by_word, self._lengths_word)) - self._places
        found = {
            one.id: one
            for word in words
            for one in self._by_word[word]
            if {one.place, one.island} & set(places)
        }
        return next(iter(found.values())) if len(found) == 1 else None


@lru_cache(maxsize=4)
def names_of(knowledge: Knowledge) -> Names:
    """The names of one version of the knowledge; it is never changed once opened."""
    return Names(knowledge)


def _bare(text: str) -> str:
    return _BESIDE.sub("", text)


def _lengths(names: Mapping[str, object]) -> list[int]:
    return sorted({len(name) for name in names})


def _within(text: str, names: Mapping[str, object], lengths: Sequence[int]) -> Iterator[str]:
    """Every one of `names` that stands in the text."""
    for start in range(len(text)):
        for length in lengths:
            if (part := text[start : start + length]) in names and len(part) == length:
                yield part
