"""Events: by part of the title of one that is published, by its day, or by a noun that can only be an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intents.slots.lexicon import Hit, Lexicon
from intents.slots.utterance import Utterance
from intents.text import fold
from intents.types import Slot
from knowledge.base import Event


@dataclass(frozen=True, slots=True)
class Words:
    """What slots.toml says about events."""

    kinds: Sequence[str]  # what an event's name ends in: 讲座, 班, 毅行
    topics: Sequence[str]  # what it is about, and a name by itself: 瑜伽, 插花
    not_events: Sequence[str]  # words that end so and are none: 上班, 社会, 春节
    blockers: Sequence[str]  # words that belong to no name: 帮我报, 那个
    too_general: Sequence[str]  # parts of titles that tell no event from another: 活动, 职工


class EventFinder:
    """event: value is the Event's id, or "" for one that is not known here or could be several."""

    def __init__(self, events: Iterable[Event], words: Words) -> None:
        self._events = tuple(events)
        self._general = frozenset(words.too_general)
        self._parts = _parts(self._events, self._general)
        self._bare = frozenset(map(fold, words.kinds))
        self._longest = max(map(len, self._parts), default=0)
        self._kinds = Lexicon(
            [*((word, "kind") for word in words.kinds), *((word, "topic") for word in words.topics),
             *((word, "none") for word in words.not_events)]
        )  # fmt: skip
        blocked = "|".join(map(re.escape, sorted(words.blockers, key=len, reverse=True)))
        self._blocked = re.compile(blocked or r"(?!)")

    def find(self, utterance: Utterance, days: Sequence[Slot] = ()) -> list[Slot]:
        """Events in the order of the text; one that is taken back (啊不是) is left out."""
        text = utterance.text
        spans = self._spans(utterance)
        spans = [
            span
            for i, span in enumerate(spans)
            if not (i + 1 < len(spans) and _TAKEN_BACK.search(text, span[1], spans[i + 1][0]))
        ]
        slots = [utterance.slot("event", self._id(text[start:end]), start, end) for start, end in spans]
        return slots or self._on_day(utterance, days)

    def _spans(self, utterance: Utterance) -> list[tuple[int, int]]:
        hits = list(self._kinds.find(utterance))
        none = [(hit.start, hit.end) for hit in hits if hit.value == "none"]
        named = [
            span
            for span in self._named(utterance.text)
            if not any(a <= span[0] and span[1] <= b for a, b in none)
        ]
        spans = _merged(sorted([*named, *self._nouns(utterance, hits)]))
        whole = [span for span in spans if utterance.text[slice(*span)] not in self._bare]
        return whole or spans[:1]

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        """The longest parts of known titles."""
        start = 0
        while start < len(text) - 1:
            end = next(
                (
                    end
                    for end in range(min(len(text), start + self._longest), start + 1, -1)
                    if text[start:end] in self._parts
                ),
                0,
            )
            if end:
                yield start, end
            start = end or start + 1

    def _nouns(self, utterance: Utterance, hits: Sequence[Hit[str]]) -> Iterator[tuple[int, int]]:
        text = utterance.text
        if not any(hit.value != "none" for hit in hits):
            return
        blocked = [False] * len(text)
        for found in self._blocked.finditer(text):
            blocked[found.start() : found.end()] = [True] * (found.end() - found.start())
        for hit in hits:
            blocked[hit.start : hit.end] = [hit.value == "none"] * (hit.end - hit.start)
        for hit in hits:
            if hit.value == "none":
                continue
            start = hit.start
            while (
                hit.value == "kind"
                and start > 0
                and hit.start - start < 6
                and _NAME.match(text[start - 1])
                and not blocked[start - 1]
            ):
                start -= 1
            if hit.value == "kind" and start == hit.start and len(hit.word) == 1:
                continue
            yield start, hit.end

    def _id(self, words: str) -> str:
        """The only event that these words can mean."""
        matches = self._parts.get(words)
        if matches is None:
            kind = _KIND.search(words)
            matches = self._parts.get(words[: kind.start()], frozenset()) if kind else frozenset()
        return next(iter(matches)) if len(matches) == 1 else ""

    def _on_day(self, utterance: Utterance, days: Sequence[Slot]) -> list[Slot]:
        """周六那场, 28号的活动: the only event of that day."""
        for day in days:
            said = _THAT_ONE.match(utterance.text, day.end) if day.name == "date" else None
            if not said:
                continue
            found = [one for one in self._events if one.starts_at and one.starts_at.date() == day.value]
            if len(found) == 1:
                return [utterance.slot("event", found[0].id, day.start, said.end())]
        return []


_NAME = re.compile(r"[一-鿿a-z]")
_TAKEN_BACK = re.compile(r"不对|不是|[哦啊噢]不|说错|打错|写错|改成|换成")
_THAT_ONE = re.compile(
    r"(?:[上下中]午|晚上)?的?(?:那|这)?(?:个|场|次)?(?:活动|那场|那个)|(?:那|这)(?:个|场|次)|场"
)
_KIND = re.compile(r"(?:体验课?|培训班?|比赛|大赛|活动|讲座|沙龙|课程|班|课|赛|会)$")  # people mix these up
_SIGNS = re.compile(r"[「」『』《》“”\"()（）【】\[\]·:：,，。!！\-—\s]|示例")


def _parts(events: Iterable[Event], general: frozenset[str]) -> dict[str, frozenset[str]]:
    """Every part of a title that tells something → the ids of the events that have it."""
    parts: dict[str, set[str]] = {}
    for event in events:
        for name in (event.title, *event.aliases):
            for piece in filter(None, _SIGNS.split(fold(name))):
                for start in range(len(piece)):
                    for end in range(start + 2, len(piece) + 1):
                        part = piece[start:end]
                        edge = start == 0 or end == len(piece)
                        if part not in general and not part.isdigit() and (end - start >= 3 or edge):
                            parts.setdefault(part, set()).add(event.id)
    return {part: frozenset(ids) for part, ids in parts.items()}


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
