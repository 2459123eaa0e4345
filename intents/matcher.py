"""Which wish an utterance states, how sure that is, and why.

A linear classifier learnt from the phrase files gives every label a number. How steeply numbers become
probabilities is fitted on phrases that the classifier had not seen, so that they mean what they say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from intents.concepts import Lexicon
from intents.features import Features, Floats, Reading, features, read
from intents.linear import Linear, fit
from intents.opinion import Opinion
from intents.phrases import Pair, mistyped
from intents.slots import SlotFinder
from intents.text import LONGEST, normalise, spelled
from intents.types import LABELS, Match, Slot
from intents.words import tokenizer
from knowledge.base import Knowledge

#: Where training needs a clock for slots such as 明天; any fixed day does.
TRAINING_DAY = datetime(2026, 1, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Labels that are no service: never a second wish, never offered in a question back.
_TALK = frozenset({"greet", "thanks", "oos"})
#: One phrase in so many is held back to see how sure to be.
_HELD_BACK = 4
#: Messages are plainer than the phrases, and the whole learns more than a fold; half A of the open set set it.
_WHOLE_IS_SURER = 1.7
_ROUNDS = 8
#: What no feature of a message tells more than is not kept.
_LEAST_WEIGHT = 0.06
#: Below this chance an encoder, where there is one, is asked too; its scores count so much beside the words'.
_UNSURE, _SHARE = 0.9, np.float32(0.5)

#: What staff are told each kind of feature is.
_KINDS = {
    "word": "词",
    "char": "字",
    "sound": "音",
    "concept": "概念",
    "slot": "信息",
    "form": "句式",
    "meaning": "词义",
}

Decision = Literal["answer", "ask", "refuse"]
Progress = Callable[[str], None]


class Matcher:
    """Understands one utterance at a time; safe to share between threads once made."""

    #: At least this sure: answer …
    answer_at = 0.5
    #: … at least this sure: ask; below: refuse.
    ask_at = 0.25
    #: Asked where the words leave it unsure.
    opinion: Opinion | None = None

    def __init__(self, reader: Reader, linear: Linear, steepness: float) -> None:
        self._reader = reader
        self._linear = linear
        self._steepness = steepness
        self._columns = [LABELS.index(label) for label in linear.labels]

    @classmethod
    def train(
        cls,
        knowledge: Knowledge,
        progress: Progress | None = None,
        cache_folder: Path | None = None,
        known: dict[str, Pair] | None = None,
    ) -> Matcher:
        """Learn from the phrase files: seconds for 5,000 phrases; the same phrases give the same.

        `known` are phrases that were read before with the same words; it is changed to what was read now.
        """
        report = progress or (lambda line: None)
        reader = Reader(knowledge, cache_folder)
        phrases = [(text, label) for label, texts in knowledge.phrases.items() for text in texts]
        labels = [label for _, label in phrases]
        before = dict(known or {})
        read = {text: before.get(text) or reader.both_ways(text) for text, _ in phrases}
        if known is not None:
            known.clear()
            known.update(read)
        plain = [read[text][0] for text, _ in phrases]
        wrong = [read[text][1] for text, _ in phrases]
        report(f"读完 {len(phrases)} 句说法，正在学习……")
        importance = [1.0] * len(plain) + [0.5] * len(wrong)
        linear = fit([*plain, *wrong], labels * 2, importance, least=2, rounds=_ROUNDS)
        report("正在检验有多大把握……")
        steepness = _fit_steepness(*_unseen(plain, labels))
        return cls(reader, linear.pruned(_LEAST_WEIGHT), steepness)

    def to_bytes(self) -> bytes:
        """What was learnt, for `from_bytes` with the same knowledge."""
        target = io.BytesIO()
        np.savez(target, steepness=np.asarray(self._steepness), **self._linear.arrays())  # type: ignore[arg-type]
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, knowledge: Knowledge, cache_folder: Path | None = None) -> Matcher:
        """A trained matcher, loaded in well under a second beside jieba's own start."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            steepness, linear = float(kept["steepness"]), Linear.from_arrays(kept)
        return cls(Reader(knowledge, cache_folder), linear, steepness)

    def match(self, text: str, now: datetime) -> Match:
        """What `text` wants: answered, asked back with choices, or refused as none of ours."""
        reading = self._reader.read(text, now)
        chances = self._chances(reading)
        if self.opinion is not None and chances.max() < _UNSURE and reading.plain:
            chances = self._chances(reading, self.opinion.scores(reading.plain))
        ranked = tuple(sorted(zip(LABELS, chances.tolist(), strict=True), key=itemgetter(1), reverse=True))
        return self._decide(text, reading, ranked)

    def explain(self, text: str, now: datetime) -> list[str]:
        """Which words, sounds, concepts and slots decided; short lines for staff."""
        reading = self._reader.read(text, now)
        match = self.match(text, now)
        best = [f"{label} {chance:.0%}" for label, chance in match.ranked[:3]]
        lines = [
            f"结论 {match.decision} {match.intent}：" + "，".join(best),
            "分词 " + " ".join(reading.words),
        ]
        lines += [
            f"概念 {hit.concept}：{hit.word}" + ("（同音）" if hit.by_sound else "") for hit in reading.hits
        ]
        lines += [f"信息 {slot.name}={slot.value} “{slot.text}”" for slot in reading.slots]
        if match.ranked[0][0] in self._linear.labels:
            weighed = self._linear.reasons(features(reading), match.ranked[0][0])
            shown = [
                f"{_KINDS[kind]} {spelled(name) if kind == 'sound' else name} {weight:+.2f}"
                for kind, name, weight in weighed
            ]
            lines.append("特征 " + "，".join(shown))
        return lines

    def _chances(self, reading: Reading, second: Floats | None = None) -> Floats:
        scores = np.full(len(LABELS), -1.5, np.float32)
        scores[self._columns] = self._linear.scores(features(reading))
        if second is not None:
            scores += _SHARE * second
        return _softmax(self._steepness * scores)

    def _decide(self, text: str, reading: Reading, ranked: tuple[tuple[str, float], ...]) -> Match:
        def match(intent: str, decision: Decision, sure: float, **more: tuple[str, ...]) -> Match:
            return Match(
                text,
                intent,
                decision,
                sure,
                ranked,
                slots=reading.slots,
                words=reading.words,
                names=_named(reading, ranked[0][0]),
                **more,
            )

        intent, confidence = ranked[0]
        if not reading.plain:
            return match("oos", "refuse", 1.0)
        if confidence >= self.answer_at:
            if intent == "oos":
                return match("oos", "refuse", confidence)
            also = () if intent in _TALK else self._second_wishes(reading, intent)
            return match(intent, "answer", confidence, also=also)
        ours = [(label, chance) for label, chance in ranked if label not in _TALK]
        choices = [label for label, chance in ours[:4] if chance >= 0.1 or label == ours[1][0]]
        chance_of_choices = sum(chance for label, chance in ours if label in choices)
        if chance_of_choices < max(self.ask_at, dict(ranked)["oos"]):
            return match("oos", "refuse", confidence)
        return match(choices[0], "ask", ours[0][1], choices=tuple(choices))

    def _second_wishes(self, reading: Reading, intent: str) -> tuple[str, ...]:
        """Labels of the message's other clauses, where they are clear and another service's."""
        apart = reading.signs >= _TELLS_APART
        clauses = _clauses(reading) if apart or _names_other_business(reading.signs, intent) else []
        if len(clauses) < 2:
            return ()
        found: list[str] = []
        for clause, slots in clauses[:4]:
            part = self._reader.read_with(clause, slots)
            chances = self._chances(part)
            label = LABELS[int(chances.argmax())]
            # 「我还没吃饭」 sounds like 「我还没报上」, and names no sign-up.
            if _chance_of_business(chances, label) < 0.75 or label in _TALK:
                continue
            claims = apart and label.startswith("claim") and "reimburse" in part.signs
            if claims or _names_business(part.signs, label):
                found.append(label)
        if intent not in found:
            return ()
        others = [label for label in dict.fromkeys(found) if not _same_business(label, intent)]
        return tuple(others[:1])


class Reader:
    """Reads texts with the words of one version of the knowledge."""

    def __init__(self, knowledge: Knowledge, cache_folder: Path | None = None) -> None:
        self._lexicon = Lexicon(
            {**knowledge.words, "concepts.referral": [w for r in knowledge.referrals for w in r.keywords]}
        )
        self._slots = SlotFinder(knowledge)
        self._tokenizer = tokenizer([*self._lexicon.words(), *_names(knowledge)], cache_folder)

    def read(self, text: str, now: datetime) -> Reading:
        """`text`, of which no more than LONGEST characters count."""
        text = text[:LONGEST]
        return self.read_with(text, self._slots.find(text, now))

    def both_ways(self, phrase: str) -> Pair:
        """A phrase's features, as it is and mistyped."""
        plain, wrong = (self.read(text, TRAINING_DAY) for text in (phrase, mistyped(phrase)))
        return features(plain), features(wrong)

    def read_with(self, text: str, slots: Sequence[Slot]) -> Reading:
        """`text` whose slots are known."""
        return read(text, slots, self._tokenizer, self._lexicon)


def _names(knowledge: Knowledge) -> list[str]:
    names = [name for place in knowledge.places for name in (place.name, *place.aliases)]
    names += [station.name for station in knowledge.stations]
    names += [name for event in knowledge.events for name in (event.title, *event.aliases)]
    return [name for name in map(normalise, names) if len(name) > 1]


_JOINTS = re.compile(
    r"[\s,.?!，。？！；;、…]+|还有|另外|顺便|顺带|对了|再问|再帮|同时|又想|又要|还想|还要|也想|也要"
)


def _clauses(reading: Reading) -> list[tuple[str, list[Slot]]]:
    """The clauses of a message that are long enough to be a wish, each with its slots."""
    edges = [(0, 0), *(joint.span() for joint in _JOINTS.finditer(reading.text))]
    edges.append((len(reading.text), len(reading.text)))
    clauses: list[tuple[str, list[Slot]]] = []
    for (_, start), (end, _) in pairwise(edges):
        if end - start >= 4:
            inside = [slot for slot in reading.slots if start <= slot.start and slot.end <= end]
            clauses.append((reading.text[start:end], [_moved(slot, -start) for slot in inside]))
    return clauses


def _moved(slot: Slot, by: int) -> Slot:
    return replace(slot, start=slot.start + by, end=slot.end + by)


#: 「我住院了 想问问能不能报」: a claim, told in two clauses.
_TELLS_APART = {"medical", "reimburse"}
# What a wish of each label cannot do without: no word of another's, no second wish.
_BUSINESS = {
    "claim_check": {"how_much", "limits", "entitled", "own_pay", "slot:amount", "claiming"},
    "claim_howto": {"materials", "hand_in", "claiming"},
    "station_find": {"station", "nursing", "bookhouse", "center", "facility", "rest", "slot:station_kind"},
    "event": {"event", "sign_up", "mine", "cancel", "slot:event"},
    "aid": {"hardship", "aid_name", "school_help"},
    "legal": {"wages", "dismissal", "contract", "injury", "dispute", "working_time"},
    "recuperation": {"recuperation"},
    "skills": {"skills"},
    "join_union": {"join"},
    "childcare": {"childcare"},
    "human": {"human"},
}


#: The words by which a message is a service's, however short it is. 多少, 怎么, 报名, 能不能 are everybody's.
_NOUNS = {
    "claim": {
        "claiming",
        "scheme",
        "reimburse",
        "medical",
        "insurance",
        "other_scheme",
        "slot:amount",
    },
    "station": _BUSINESS["station_find"] | {"slot:facility"},
    "event": {"event", "mine", "cancel", "slot:event"},
    "join": _BUSINESS["join_union"],
    **{name: _BUSINESS[name] for name in ("aid", "legal", "recuperation", "skills", "childcare", "human")},
}


def _named(reading: Reading, likeliest: str) -> frozenset[str]:
    """Whose nouns a message has as they are spelt; where it sounds like none of ours, that too."""
    signs = {hit.concept for hit in reading.hits if not hit.by_sound}
    signs |= {f"slot:{slot.name}" for slot in reading.slots}
    found = {name for name, words in _NOUNS.items() if not signs.isdisjoint(words)}
    return frozenset(found | {"oos"} if likeliest == "oos" else found)


def _names_other_business(signs: frozenset[str], intent: str) -> bool:
    return any(name != _business(intent) and not signs.isdisjoint(words) for name, words in _BUSINESS.items())


def _chance_of_business(chances: Floats, label: str) -> float:
    """「住院报销怎么弄」 asks how or whether: either way it is about a claim."""
    return float(sum(chances[i] for i, one in enumerate(LABELS) if one[:5] == label[:5]))


def _names_business(signs: frozenset[str], label: str) -> bool:
    return not signs.isdisjoint(_BUSINESS.get(_business(label), ()))


def _business(label: str) -> str:
    return "event" if label.startswith("event_") else label


def _same_business(label: str, intent: str) -> bool:
    return _business(label) == _business(intent)


# ---------------------------------------------------------------- how much to trust


def _unseen(rows: Sequence[Features], labels: Sequence[str]) -> tuple[Floats, list[str]]:
    """What a classifier says of phrases that were held back when it learnt from the others, and their labels."""
    order = list(range(len(rows)))
    Random(1).shuffle(order)
    held = order[::_HELD_BACK]
    rest = [i for at, i in enumerate(order) if at % _HELD_BACK]
    scores = np.full((len(held), len(LABELS)), -1.5, np.float32)
    if len({labels[i] for i in rest}) > 1:
        linear = fit([rows[i] for i in rest], [labels[i] for i in rest], least=2, rounds=_ROUNDS)
        columns = [LABELS.index(label) for label in linear.labels]
        for at, i in enumerate(held):
            scores[at, columns] = linear.scores(rows[i])
    return scores, [labels[i] for i in held]


def _fit_steepness(scores: Floats, labels: Sequence[str]) -> float:
    """The factor on scores that makes the true labels of unseen phrases likeliest."""
    truth = np.asarray([LABELS.index(label) for label in labels])
    fitted = min((1.0 + step / 4 for step in range(41)), key=lambda one: _surprise(one * scores, truth))
    return _WHOLE_IS_SURER * fitted


def _surprise(logits: Floats, truth: NDArray[np.int64]) -> float:
    top = logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return float((total - logits[np.arange(len(truth)), truth]).mean())


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum(), np.float32)
