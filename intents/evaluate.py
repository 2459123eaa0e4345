"""How well the bot understands: labels, refusals, questions back, slots, and whether its confidence is meant."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from intents.match_line import SLOTS, needed_slots
from intents.text import fold
from intents.types import Match

#: The labels of the three services that everything else stands behind.
SERVICES = (
    "claim_check",
    "claim_howto",
    "station_find",
    "event_list",
    "event_signup",
    "event_mine",
    "event_cancel",
)
_WORST = 20
_BINS = 10


class Classifier(Protocol):
    """What can be evaluated."""

    def match(self, text: str, now: datetime) -> Match:
        """What `text` was understood as."""


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance and what a careful reader understands by it."""

    text: str
    intent: str
    also: tuple[str, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    slots_ok: Mapping[str, Any] = field(default_factory=dict)
    near_miss: bool = False

    @property
    def right(self) -> frozenset[str]:
        """The labels that count as right."""
        return frozenset((self.intent, *self.also))


@dataclass(frozen=True, slots=True)
class Error:
    """A line that was understood wrongly, and how sure the bot was of it."""

    text: str
    expected: str
    got: str
    decision: str
    confidence: float
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Found, expected and right slots of one name."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return _share(self.right, self.found)

    @property
    def recall(self) -> float:
        return _share(self.right, self.expected)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, self.found + self.expected)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures; shares are between 0 and 1, and 0 where nothing was to be counted."""

    lines: int
    accuracy: float  # a question back whose choices hold the right label counts half
    services_accuracy: float
    per_intent: Mapping[str, float]
    support: Mapping[str, int]
    asked: float
    asked_rightly: float  # of the questions back, how many offered the right label
    oos_refused: float
    near_misses_refused: float
    in_scope_refused: float
    ece: float  # expected calibration error over ten bins of confidence
    amounts_exact: float
    slots: Mapping[str, Score]
    confusions: Sequence[tuple[str, str, int]]  # expected, got, how often
    worst: Sequence[Error]  # the surest errors first

    def as_dict(self) -> dict[str, Any]:
        """For a machine; the keys stay as they are."""
        shares: tuple[str, ...] = ("accuracy", "services_accuracy", "asked", "asked_rightly", "oos_refused")
        shares += ("near_misses_refused", "in_scope_refused", "ece", "amounts_exact")
        return {
            "lines": self.lines,
            **{name: round(getattr(self, name), 4) for name in shares},
            "per_intent": {
                label: {"accuracy": round(value, 4), "lines": self.support[label]}
                for label, value in self.per_intent.items()
            },
            "slots": {
                name: {
                    "precision": round(score.precision, 4),
                    "recall": round(score.recall, 4),
                    "f1": round(score.f1, 4),
                    "expected": score.expected,
                }
                for name, score in self.slots.items()
            },
            "confusions": [{"expected": a, "got": b, "count": n} for a, b, n in self.confusions],
            "worst": [
                {
                    "text": error.text,
                    "expected": error.expected,
                    "got": error.got,
                    "decision": error.decision,
                    "confidence": round(error.confidence, 4),
                    "explanation": list(error.explanation),
                }
                for error in self.worst
            ],
        }

    def as_text(self) -> str:
        """For people."""
        rows = [
            f"lines                 {self.lines}",
            f"right label           {self.accuracy:6.1%}",
            f"  three services      {self.services_accuracy:6.1%}",
            f"asked back            {self.asked:6.1%}  (with the right choice {self.asked_rightly:.1%})",
            f"out of scope refused  {self.oos_refused:6.1%}",
            f"  near misses         {self.near_misses_refused:6.1%}",
            f"in scope refused      {self.in_scope_refused:6.1%}",
            f"calibration error     {self.ece:6.3f}",
            "",
            *(f"{label:16}{self.support[label]:5}  {value:6.1%}" for label, value in self.per_intent.items()),
            "",
            f"amounts exact         {self.amounts_exact:6.1%}",
            *(
                f"{name:16}{score.expected:5}  precision {score.precision:6.1%}  recall {score.recall:6.1%}"
                f"  F1 {score.f1:6.1%}"
                for name, score in self.slots.items()
            ),
            "",
            *(f"{a} taken for {b}: {n}" for a, b, n in self.confusions[:_WORST]),
            "",
        ]
        for error in self.worst:
            rows.append(
                f"{error.text}  expected {error.expected}, {error.decision} {error.got} {error.confidence:.2f}"
            )
            rows += [f"    {line}" for line in error.explanation]
        return "\n".join(rows)


def read_lines(text: str) -> list[Line]:
    """The lines of a JSON-lines file. Raises ValueError that names the line which is none."""
    lines: list[Line] = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            lines.append(_line(json.loads(row)))
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f'line {number}: expected {{"text": …, "intent": …}}, not {row[:60]}') from error
    return lines


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        str(row["text"]),
        str(row["intent"]),
        tuple(row.get("also") or ()),
        row.get("slots") or {},
        row.get("slots_ok") or {},
        bool(row.get("near_miss")),
    )


def evaluate(lines: Sequence[Line], matcher: Classifier, now: datetime) -> Report:
    """Measure `matcher` on `lines`, each understood at the moment `now`."""
    matches = [matcher.match(line.text, now) for line in lines]
    points = [_points(line, match) for line, match in zip(lines, matches, strict=True)]
    services = [p for line, p in zip(lines, points, strict=True) if line.intent in SERVICES]
    labels = sorted({line.intent for line in lines})
    of_label = {
        label: [p for line, p in zip(lines, points, strict=True) if line.intent == label] for label in labels
    }
    asked = [(line, match) for line, match in zip(lines, matches, strict=True) if match.decision == "ask"]
    outside = [(line, match) for line, match in zip(lines, matches, strict=True) if line.intent == "oos"]
    inside = [(line, match) for line, match in zip(lines, matches, strict=True) if "oos" not in line.right]
    near = [(line, match) for line, match in outside if line.near_miss]
    return Report(
        lines=len(lines),
        accuracy=_mean(points),
        services_accuracy=_mean(services),
        per_intent={label: _mean(found) for label, found in of_label.items()},
        support={label: len(found) for label, found in of_label.items()},
        asked=_share(len(asked), len(lines)),
        asked_rightly=_share(sum(_offers(line, match) for line, match in asked), len(asked)),
        oos_refused=_share(sum(_refused(line, match) for line, match in outside), len(outside)),
        near_misses_refused=_share(sum(_refused(line, match) for line, match in near), len(near)),
        in_scope_refused=_share(sum(match.decision == "refuse" for _, match in inside), len(inside)),
        ece=_calibration_error(lines, matches),
        amounts_exact=_amounts_exact(lines, matches),
        slots={name: _slot_score(name, lines, matches) for name in SLOTS},
        confusions=_confusions(lines, matches),
        worst=_worst(lines, matches, points, matcher, now),
    )


def _points(line: Line, match: Match) -> float:
    if match.decision == "ask":
        return 0.5 if _offers(line, match) else 0.0
    return 1.0 if match.intent in line.right else 0.0


def _offers(line: Line, match: Match) -> bool:
    return not line.right.isdisjoint(match.choices)


def _refused(line: Line, match: Match) -> bool:
    """Refused, or served under another label that also counts as right."""
    return match.decision == "refuse" or (match.decision == "answer" and match.intent in line.right)


def _calibration_error(lines: Sequence[Line], matches: Sequence[Match]) -> float:
    if not lines:
        return 0.0
    sure = np.asarray([match.ranked[0][1] for match in matches])
    hit = np.asarray([m.ranked[0][0] in line.right for line, m in zip(lines, matches, strict=True)], float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(sure[bins == b].mean() - hit[bins == b].mean())) * float((bins == b).mean())
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def _confusions(lines: Sequence[Line], matches: Sequence[Match]) -> list[tuple[str, str, int]]:
    pairs = Counter(
        (line.intent, "ask" if match.decision == "ask" else match.intent)
        for line, match in zip(lines, matches, strict=True)
        if _points(line, match) < 1
    )
    return [(expected, got, count) for (expected, got), count in pairs.most_common()]


def _worst(
    lines: Sequence[Line],
    matches: Sequence[Match],
    points: Sequence[float],
    matcher: Classifier,
    now: datetime,
) -> list[Error]:
    wrong = [
        (match.confidence, line, match)
        for line, match, point in zip(lines, matches, points, strict=True)
        if point == 0
    ]
    wrong.sort(key=lambda one: -one[0])
    explain = getattr(matcher, "explain", None)
    return [
        Error(
            line.text,
            line.intent,
            match.intent,
            match.decision,
            confidence,
            tuple(explain(line.text, now)) if explain else (),
        )
        for confidence, line, match in wrong[:_WORST]
    ]


# ---------------------------------------------------------------- slots


def _slot_score(name: str, lines: Sequence[Line], matches: Sequence[Match]) -> Score:
    right = found = expected = 0
    for line, match in zip(lines, matches, strict=True):
        want = _as_list(line.slots.get(name))
        may = _as_list(line.slots_ok.get(name))
        got = _found_values(name, match)
        hits = [value for value in want if any(_same(name, value, other) for other in got)]
        extra = [v for v in got if not any(_same(name, other, v) for other in [*want, *may])]
        right += len(hits)
        expected += len(want)
        found += len(hits) + len(extra)
    return Score(right, found, expected)


def _found_values(name: str, match: Match) -> list[Any]:
    slots = [slot for slot in needed_slots(match) if slot.name == name]
    if name == "amount":
        return [slot.value / 100 for slot in slots[:1]]
    if name in ("place", "event"):
        return [slot.text for slot in slots]
    values = [slot.value for slot in slots]
    return list(dict.fromkeys(values)) if name == "facility" else values[:1]


def _as_list(value: Any) -> list[Any]:
    if value is None or value is False:
        return []
    return list(value) if isinstance(value, list) else [value]


def _same(name: str, wanted: Any, got: Any) -> bool:
    """Equal; names of places and events also where one is a part of the other, as typed."""
    if name in ("place", "event"):
        one, other = fold(str(wanted)).replace(" ", ""), fold(str(got)).replace(" ", "")
        return bool(other) and (one in other or other in one)
    if name == "amount":
        return abs(float(wanted) - float(got)) < 0.005
    return bool(wanted == got)


def _amounts_exact(lines: Sequence[Line], matches: Sequence[Match]) -> float:
    """Of the lines that name what was paid, those whose amount was found to the cent."""
    wanted = [(line, match) for line, match in zip(lines, matches, strict=True) if "amount" in line.slots]
    exact = sum(
        any(_same("amount", line.slots["amount"], value) for value in _found_values("amount", match))
        for line, match in wanted
    )
    return _share(exact, len(wanted))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
