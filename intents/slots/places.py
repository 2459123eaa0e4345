"""Places: the gazetteer's, by any of their names and by sound; roads, piers and schools that it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intents.slots.lexicon import Lexicon
from intents.slots.spelled import SpelledNames
from intents.slots.utterance import Utterance
from intents.types import Slot
from knowledge.base import Place

#: What people put behind a short name: 长涂岛, 虾峙镇, 新城那边 is not one of them.
_ENDINGS = (
    "岛",
    "镇",
    "乡",
    "街道",
    "县",
    "区",
    "山",
    "码头",
    "渔港",
    "港",
    "村",
    "社区",
    "本岛",
    "老街",
    "市区",
    "城区",
)
#: Between the names of places that a word may mean.
_OR = "|"

_JOINT = re.compile(r" ?(?:的|市|-|,)?")


@dataclass(frozen=True, slots=True)
class Words:
    """What slots.toml says about places."""

    outside: Sequence[str]  # towns and provinces that are not this city: 上海, 宁波
    landmarks: Sequence[str]  # what names of landmarks end in: 路, 码头, 菜场
    generic: Sequence[str]  # landmarks without a name: 马路, 单位旁边
    blockers: Sequence[str]  # words that belong to no name: 附近, 哪个, 我在
    ordinary: Sequence[str]  # everyday words that sound like a place: 长途
    not_here: Sequence[str]  # words that hold a place's name and mean none: 葫芦丝, 花鸟画


class PlaceFinder:
    """place, place_among and outside, as intents/slots/__init__.py says."""

    def __init__(self, places: Iterable[Place], words: Words) -> None:
        places = list(places)
        self._kinds = {place.name: place.kind for place in places}
        entries: list[tuple[str, str]] = [(word, "") for word in words.not_here]
        shared: dict[str, list[str]] = {}
        for place in places:
            entries += [(name, place.name) for name in (place.name, *place.aliases)]
            for name in place.shared:
                shared.setdefault(name, []).append(place.name)
        entries += [(name, _OR.join(meant)) for name, meant in shared.items()]
        self._known: Lexicon[str] = Lexicon(_with_endings(entries), words.ordinary, 2, longer_first=True)
        self._spelled = SpelledNames((name, meant) for name, meant in entries if meant)
        self._outside = re.compile(
            "|".join(map(re.escape, sorted(words.outside, key=len, reverse=True))) or r"(?!)"
        )
        ends = "|".join(map(re.escape, sorted(words.landmarks, key=len, reverse=True)))
        self._landmark = re.compile(ends or r"(?!)")
        blocked = "|".join(map(re.escape, sorted(words.blockers, key=len, reverse=True)))
        self._blocked = re.compile(blocked or r"(?!)")
        self._generic = frozenset(words.generic)

    def find(self, utterance: Utterance, taken: Sequence[Slot] = ()) -> list[Slot]:
        """Places in the order of the text; 六横峧头 is one. Words in `taken` slots are not read as places."""
        spans = [
            span
            for span in self._spans(utterance)
            if not _inside(span, taken)
            and not _NOT_THERE.search(utterance.text, max(0, span[0] - 5), span[0])
        ]
        spans += [span for span in self._unknown(utterance, spans) if not _inside(span, taken)]
        text = utterance.text
        slots: list[Slot] = []
        outside = [found.span() for found in self._outside.finditer(text)]
        for start, end, name in _merged(text, sorted(spans)):
            before = next(
                (one for one in outside if one[0] < start and _JOINT.fullmatch(text, one[1], start)), None
            )
            if before:
                outside.remove(before)
                slots.append(utterance.slot("outside", text[before[0] : before[1]], before[0], end))
            else:
                outside = [one for one in outside if one[1] <= start or one[0] >= end]
                meant = tuple(dict.fromkeys(name.split(_OR)))
                among = len(meant) > 1
                slots.append(
                    utterance.slot("place_among" if among else "place", meant if among else name, start, end)
                )
        slots += [
            utterance.slot("outside", text[start:end], start, end)
            for start, end in outside
            if not text.startswith(("人", "来的", "过来的", "话", "菜", "路", "户口"), end)
        ]
        return sorted(slots, key=lambda slot: slot.start)

    def _spans(self, utterance: Utterance) -> Iterator[tuple[int, int, str]]:
        text = utterance.text
        for hit in self._known.find(utterance):
            if hit.value and not text.startswith(
                ("市总工会", "总工会", "工会", "区总工会", "县总工会"), hit.end
            ):
                yield hit.start, hit.end, _OR.join((hit.value, *hit.rivals))
        yield from self._spelled.find(text)

    def _unknown(
        self, utterance: Utterance, known: list[tuple[int, int, str]]
    ) -> Iterator[tuple[int, int, str]]:
        """解放路, 李柱山码头, 大展那边: what ends like a landmark, or stands before 那边, and has a name."""
        text = utterance.text
        landmarks = list(self._landmark.finditer(text))
        if not landmarks:
            return
        covered = [False] * (len(text) + 1)
        for start, end, _ in known:
            covered[start:end] = [True] * (end - start)
        blocked = covered.copy()
        for found in self._blocked.finditer(text):
            blocked[found.start() : found.end()] = [True] * (found.end() - found.start())
        done = 0
        for found in landmarks:
            ending = found.group()
            locative = ending in _LOCATIVES
            end = found.start() if locative else found.end()
            if end <= done or (end and covered[end - 1]) or _LONGER_WORD.match(text, found.start()):
                continue
            start = _name_start(text, found.start(), done, blocked)
            name = text[start : found.start()]
            if start and covered[start - 1]:  # 昌国 + 路, 嵊泗 + 李柱山码头
                if _ROAD.fullmatch(ending) and not name:
                    if text.startswith(("上", "过", "人", "费"), end):
                        continue
                    start = _road_start(text, start, covered, blocked)
            elif (
                len(name) < (2 if locative or ending in _SHORT else 1)
                or text[start:end] in self._generic
                or name in self._generic
                or (locative and start and text[start - 1].isalnum() and not _INTRODUCED.search(text[:start]))
            ):
                continue
            yield start, end, ""
            done = end


def _name_start(text: str, end: int, least: int, blocked: list[bool]) -> int:
    """Where the name that ends at `end` may begin: at most six characters before."""
    start = end
    while start > max(least, end - 6) and not blocked[start - 1] and "一" <= text[start - 1] <= "鿿":
        start -= 1
    return start


#: 毅行路线, 来回路费, 街舞
_LONGER_WORD = re.compile("路[线程费况由]|街舞|港币|岛民|村民|村里|村委|桥牌")
_ROAD = re.compile(r"路|街|大道|巷")


def _road_start(text: str, start: int, covered: list[bool], blocked: list[bool]) -> int:
    """环城东路 begins before 城东."""
    while start and covered[start - 1]:
        start -= 1
    return _name_start(text, start, max(0, start - 2), blocked)


_NOT_THERE = re.compile(r"(?:不想|不愿意?|不用|懒得)(?:再|还)?(?:跑|去|到|来)到?$")
_LOCATIVES = frozenset(
    (
        "那边",
        "这边",
        "附近",
        "旁边",
        "边上",
        "周边",
        "那一带",
        "一带",
        "那块",
        "这块",
        "那头",
        "这头",
        "那里",
        "那儿",
        "这儿",
        "门口",
        "对面",
        "这一片",
        "那一片",
        "隔壁",
    )
)
_SHORT = frozenset("路街港湾岭村山岛桥镇峙岙")
_INTRODUCED = re.compile(r"(?:在|到|去|从|离|于|往|靠|近|的|就|问一?下|是)$")


def _inside(span: tuple[int, int, str], taken: Sequence[Slot]) -> bool:
    """Whether a longer slot holds these words: 千岛之约 is no place. A wish for what is open reaches over one."""
    return any(
        slot.name != "open_now"
        and slot.start <= span[0]
        and slot.end >= span[1]
        and slot.end - slot.start > span[1] - span[0]
        for slot in taken
    )


def _merged(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Places that touch are one, and the last that is known names it."""
    merged: list[tuple[int, int, str]] = []
    for start, end, name in spans:
        if merged and start <= merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(end, before[1]), name or before[2])
        else:
            merged.append((start, end, name))
    return merged


def _with_endings(entries: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The names, and then each short one with what people put behind it."""
    yield from entries
    for word, name in entries:
        if name and 2 <= len(word) <= 3 and not word.endswith(_ENDINGS):
            for ending in _ENDINGS:
                yield word + ending, name
