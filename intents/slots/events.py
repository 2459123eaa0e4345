"""Events: by part of the title of one that is published, by its day, or by a noun that can only be an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

from intents.slots.lexicon import Hit, Lexicon
from intents.slots.spelled import SpelledNames
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
    not_asked: Sequence[str]  # parts of what else one registers for or cancels: 名额, 登记
    leading: Sequence[str]  # words that no name begins with: 学插花, 去听讲座
    too_general: Sequence[str]  # parts of titles that tell no event from another: 活动, 职工
    ordinary: Sequence[str] = ()  # everyday words that only sound like a name: 插话 is not 插花


@dataclass(frozen=True, slots=True)
class _Core:
    start: int
    end: int
    bare: bool  # nothing but a kind, such as 讲座


class EventFinder:
    """event: value is the Event's id, or "" for one that is not known here or could be several."""

    def __init__(self, events: Iterable[Event], words: Words) -> None:
        self._events = tuple(events)
        self._general = frozenset(words.too_general)
        self._parts = _parts(self._events, self._general)
        self._longest: dict[str, int] = {}  # the first two characters → the length of the longest part
        for part in self._parts:
            self._longest[part[:2]] = max(len(part), self._longest.get(part[:2], 0))
        names = [(name, event.id) for event in self._events for name in _names(event, self._general)]
        self._heard = Lexicon(names, words.ordinary, 2)
        self._latin = SpelledNames(names)
        self._kinds = Lexicon(
            [*((word, "kind") for word in words.kinds), *((word, "topic") for word in words.topics),
             *((word, "none") for word in words.not_events)]
        )  # fmt: skip
        blocked = "|".join(map(re.escape, sorted(words.blockers, key=len, reverse=True)))
        self._blocked = re.compile(blocked or r"(?!)")
        self._not_asked = tuple(words.not_asked)
        leading = "|".join(map(re.escape, sorted(words.leading, key=len, reverse=True)))
        self._leading = re.compile(leading or r"(?!)")

    def find(self, utterance: Utterance, days: Sequence[Slot] = ()) -> list[Slot]:
        """Events in the order of the text; one that is taken back (啊不是) is left out."""
        text = self._righted(utterance)
        hits = list(self._kinds.find(utterance))
        found = self._with_what_stands_before(text, hits, self._cores(text, hits))
        kept = [
            (start, core, end)
            for i, (start, core, end) in enumerate(found)
            if not (i + 1 < len(found) and _TAKEN_BACK.search(text, end, found[i + 1][0]))
        ]
        if not kept and utterance.has_any(_OF_ASKING) and (asked := self._asked_for(text)):
            kept = [asked]
        slots = [
            utterance.slot(
                "event",
                self._id(text[start:end])
                or (_FOR_WHOM.fullmatch(text, start, core) and self._id(text[core:end]))
                or "",
                start,
                end,
            )
            for start, core, end in kept
        ]
        return slots or self._on_day(utterance, days) or self._in_latin(utterance)

    def _righted(self, utterance: Utterance) -> str:
        """The text with names that are spelt by ear put right: 贯蛋 is 掼蛋. Every character stays in its place."""
        text = utterance.text
        for hit in self._heard.find(utterance):
            text = text[: hit.start] + hit.word + text[hit.end :]
        return text

    def _in_latin(self, utterance: Utterance) -> list[Slot]:
        found = self._latin.find(utterance.text)
        return [utterance.slot("event", event_id, start, end) for start, end, event_id in found]

    def _asked_for(self, text: str) -> tuple[int, int, int] | None:
        """报个拼豆: a name that nobody has heard of, where only an event's can stand."""
        found = _ASKED_FOR.search(text)
        if not found or self._blocked.search(found["name"]) or self._leading.match(found["name"]):
            return None
        if any(word in found["name"] for word in self._not_asked):
            return None
        return found.start("name"), found.start("name"), found.end("name")

    def _cores(self, text: str, hits: Sequence[Hit[str]]) -> list[_Core]:
        """What surely belongs to an event's name."""
        none = [(hit.start, hit.end) for hit in hits if hit.value == "none"]
        cores = [_Core(hit.start, hit.end, hit.value == "kind") for hit in hits if hit.value != "none"]
        cores += [
            _Core(start, end, False)
            for start, end in self._named(text)
            if not any(a < end and start < b for a, b in none)
        ]
        merged: list[_Core] = []
        for core in sorted(cores, key=lambda core: (core.start, core.end)):
            if merged and core.start <= merged[-1].end:
                last = merged[-1]
                merged[-1] = _Core(last.start, max(core.end, last.end), last.bare and core.bare)
            else:
                merged.append(core)
        return merged

    def _named(self, text: str) -> Iterator[tuple[int, int]]:
        """The longest parts of known titles."""
        longest = self._longest
        starts = [i for i, pair in enumerate(map(add, text, text[1:])) if pair in longest]
        reached = 0
        for start in starts:
            if start < reached:
                continue
            ends = range(min(len(text), start + longest[text[start : start + 2]]), start + 1, -1)
            end = next((end for end in ends if text[start:end] in self._parts), 0)
            if end:
                yield start, end
                reached = end

    def _with_what_stands_before(
        self, text: str, hits: Sequence[Hit[str]], cores: Sequence[_Core]
    ) -> list[tuple[int, int, int]]:
        """Start of the name, of its sure part, and end: 防诈骗 + 讲座. A bare 培训 counts only where it is all."""
        if not cores:
            return []
        blocked = [False] * len(text)
        for found in self._blocked.finditer(text):
            blocked[found.start() : found.end()] = [True] * (found.end() - found.start())
        for hit in hits:
            blocked[hit.start : hit.end] = [hit.value == "none"] * (hit.end - hit.start)
        spans, bare, done = [], [], 0
        for core in cores:
            if core.end <= done:
                continue  # the 班 of 书法入门班
            start, least = core.start, max(done, core.start - (8 if core.bare else 5))
            while start > least and _NAME.match(text[start - 1]) and not blocked[start - 1]:
                start -= 1
            cut_off = start > done and _NAME.match(text[start - 1]) and not blocked[start - 1]
            if not core.bare and cut_off:
                start = core.start
            while leading := self._leading.match(text, start, core.start):
                start = leading.end()
            if not core.bare and core.start - start == 1:
                start = core.start
            done = core.end
            if not core.bare and (more := _MORE_NAME.match(text, core.end)):
                done = more.end()
            if start < core.start or not core.bare:
                spans.append((start, core.start, done))
            elif core.end - core.start > 1:
                bare.append((start, core.start, core.end))
        return spans or bare[:1]

    def _id(self, words: str) -> str:
        """The only event that these words can mean."""
        words = _SIGNS.sub("", words)
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
_MORE_NAME = re.compile(
    r"(?:专场|小|公益|零?基础|入门|初级|中级|高级|提高|兴趣|体验|周末)*(?:课堂|训练|教学|班|课|团|营|操|舞|展(?!示)|节(?!课)|秀|队|赛)(?![长友员])"
)
_ASKED_FOR = re.compile(
    r"(?:(?<![挂填上])报(?:一?个|上|一?下|一下)?|取消|退掉?|参加|想学)(?:那个|这个|个)?"
    r"(?P<name>[一-鿿]{2,5}?)(?=[吧啊呀哈噢哦,。 !?~的]|$)"
)
_OF_ASKING = frozenset("报消退参想")
_FOR_WHOM = re.compile(r"(?:女|男|青年|单身|职工|员工|工会|公益|免费|午间|周末)+")
_TAKEN_BACK = re.compile(r"不对|不是|[哦啊噢]不|说错|打错|写错|改成|换成")
_THAT_ONE = re.compile(
    r"(?:[上下中]午|晚上)?的?(?:那|这)?(?:个|场|次)?(?:活动|那场|那个)|(?:那|这)(?:个|场|次)|场"
)
_KIND = re.compile(r"(?:体验课?|培训班?|比赛|大赛|活动|讲座|沙龙|课程|班|课|赛|会)$")  # people mix these up
_SIGNS = re.compile(r"[「」『』《》“”\"()（）【】\[\]·:：,，。!！\-—\s]|示例")


def _names(event: Event, general: frozenset[str]) -> Iterator[str]:
    """What an event is called: its title and other names, without signs."""
    for name in (event.title, *event.aliases):
        for piece in _SIGNS.split(fold(name)):
            if len(piece) > 1 and piece not in general and not piece.isdigit():
                yield piece


def _parts(events: Iterable[Event], general: frozenset[str]) -> dict[str, frozenset[str]]:
    """Every part of a title that tells something → the ids of the events that have it."""
    parts: dict[str, set[str]] = {}
    for event in events:
        for piece in _names(event, frozenset()):
            for start in range(len(piece)):
                for end in range(start + 2, len(piece) + 1):
                    part = piece[start:end]
                    edge = start == 0 or end == len(piece)
                    if edge and part not in general and not part.isdigit():
                        parts.setdefault(part, set()).add(event.id)
    return {part: frozenset(ids) for part, ids in parts.items()}
