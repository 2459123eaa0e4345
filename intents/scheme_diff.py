"""What another version of the rules changes: the rules that read otherwise, and the cases that come out otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intents.eligibility import decide
from intents.facts import Facts
from intents.scheme_cases import day_of, facts_of, outcome
from knowledge.scheme import Scheme
from knowledge.scheme_prose import rules_on


@dataclass(frozen=True, slots=True)
class Version:
    """A scheme as it holds on a day; without one, every case keeps the day on which it is asked."""

    scheme: Scheme
    day: date | None = None


def changed_rules(before: Version, after: Version, today: date) -> list[str]:
    """The rules that do not say the same, a line each."""
    old, new = (rules_on(one.scheme, one.day or today) for one in (before, after))
    titles = dict.fromkeys((*old, *new))
    pairs = ((title, old.get(title, "没有这一节"), new.get(title, "没有这一节")) for title in titles)
    return [f"{title}：{was} → {now}" for title, was, now in pairs if was != now]


def changed_cases(before: Version, after: Version, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """The cases that do not come out the same, a line each."""
    pairs = ((row.get("说明") or "-", _comes_out(before, row), _comes_out(after, row)) for row in rows)
    return [f"{case}：{was} → {now}" for case, was, now in pairs if was != now]


def _comes_out(version: Version, row: Mapping[str, str]) -> str:
    """As if the whole illness had been so much earlier or later that the case is asked on the version's day."""
    asked = day_of(row)
    day = version.day or asked
    return outcome(decide(version.scheme, _moved(facts_of(row), day - asked), day))


def _moved(facts: Facts, by: timedelta) -> Facts:
    days = {name: getattr(facts, name) for name in ("stay_on", "discharged_on", "enrolled_on")}
    return replace(facts, **{name: day + by for name, day in days.items() if day is not None})
