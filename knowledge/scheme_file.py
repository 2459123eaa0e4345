"""Reads and checks a scheme file.

A section of the file may be 未公布 (a rule exists or may exist, nobody has published it) or 没有 (there is no
such rule). Leaving a section out is an error, so that nothing is unknown by oversight; `others = "未公布"` says
it of all that are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from knowledge.scheme import (
    CONDITION_FACTS,
    Condition,
    Dated,
    Payout,
    Scheme,
    Standing,
    Term,
    Threshold,
    yuan,
)
from knowledge.scheme_sections import (
    CONDITION_KEYS,
    HEAD,
    SECTIONS,
    TERM,
    Section,
    Table,
    Wrong,
    did_you_mean,
    no_others,
    read_condition,
    read_day,
    read_flag,
    read_text,
)

UNPUBLISHED = "未公布"
ABSENT = "没有"


class SchemeError(Exception):
    """A scheme file that cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("；".join(message for message, _ in problems))
        self.problems = tuple(problems)


class _Reading:
    """One pass over a file: what it says, and everything that is wrong with it."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.problems: list[tuple[str, str]] = []

    def scheme(self) -> Scheme | None:
        """The scheme, or None when there are problems."""
        for key in self.data:
            if key not in HEAD and key not in SECTIONS:
                near = did_you_mean(key, [*SECTIONS, *HEAD])
                self.problem(f"看不懂“{key}”这一节{near}", key)
        head = {key: self.head(key, read_text) for key in ("id", "name", "summary", "contact")}
        example = self.head("example", read_flag)
        if self.data.get("others", UNPUBLISHED) not in (UNPUBLISHED, ABSENT):
            self.problem(f'others 只能写 "{UNPUBLISHED}" 或者 "{ABSENT}"，说的是没有写出来的各节', "others")
        rules = {key: self.rule(key, section) for key, section in SECTIONS.items()}
        conditions = self.conditions()
        self.compare(rules)
        if self.problems:
            return None
        everything: dict[str, Any] = head | rules
        return Scheme(example=bool(example), conditions=conditions, **everything)

    def problem(self, message: str, key: str) -> None:
        self.problems.append((message, key))

    def head(self, key: str, read: Callable[[Any], Any]) -> Any:
        if key not in self.data:
            return self.problem(f"缺少 {key}", key)
        try:
            return read(self.data[key])
        except Wrong as wrong:
            return self.problem(f"{key}：{wrong}", key)

    def rule(self, key: str, section: Section) -> Dated[Any]:
        tables = self.data.get(key)
        if tables is None and self.data.get("others") in (UNPUBLISHED, ABSENT):
            tables = [{"value": self.data["others"]}]
        if tables is None:
            advice = f'不知道就写 value = "{UNPUBLISHED}"，没有这条规定就写 value = "{ABSENT}"'
            self.problem(f"缺少「{section.title}」一节 [[{key}]]：{advice}", key)
        elif not isinstance(tables, list | tuple) or not all(isinstance(item, Mapping) for item in tables):
            self.problem(f"「{section.title}」请写成 [[{key}]]（两层方括号），可以有几个版本", key)
            tables = None
        terms = [self.term(table, section, f"{key}[{at}]") for at, table in enumerate(tables or ())]
        return Dated(key, section.title, self.through_time(terms, section.title, key))

    def term(self, table: Table, section: Section, key: str) -> Term[Any] | None:
        allowed = (*section.keys, *TERM)
        try:
            no_others(table, allowed, "")
            value = table.get("value")
            standing: Standing = (
                "unpublished" if value == UNPUBLISHED else "absent" if value == ABSENT else "known"
            )
            since = table.get("from", UNPUBLISHED if standing != "known" else None)
            if since is None:
                raise Wrong(f'缺少 from（从哪天起执行，不知道就写 "{UNPUBLISHED}"）')
            return Term(
                standing,
                section.read(table) if standing == "known" else None,
                None if since == UNPUBLISHED else read_day(since),
                read_day(table["until"]) if "until" in table else None,
                read_text(table["clause"]) if standing == "known" or "clause" in table else "",
                read_text(table["source"]) if standing == "known" or "source" in table else "",
            )
        except Wrong as wrong:
            self.problem(f"「{section.title}」：{wrong}", key)
        except KeyError as missing:
            self.problem(f"「{section.title}」：缺少 {missing.args[0]}（条款原文和出处都要写）", key)
        return None

    def through_time(self, found: Sequence[Term[Any] | None], title: str, key: str) -> tuple[Term[Any], ...]:
        """The versions in order, each ending where the next begins; gaps and overlaps are problems."""
        if None in found:
            return ()
        terms = sorted((term for term in found if term), key=lambda term: term.since or date.min)
        joined: list[Term[Any]] = []
        for at, term in enumerate(terms):
            following = terms[at + 1] if at + 1 < len(terms) else None
            if following is None or following.since is None:
                if following is not None:
                    self.problem(f"「{title}」有两个版本都没有开始日期", f"{key}[{at + 1}]")
                joined.append(term)
                continue
            last = following.since - timedelta(days=1)
            where = f"{key}[{at + 1}]"
            if term.until is not None and term.until > last:
                self.problem(f"「{title}」两个版本日期重叠：{following.since} 前一版还没结束", where)
            elif term.until is not None and term.until < last:
                self.problem(f"「{title}」两个版本之间有空档：{term.until} 到 {following.since}", where)
            joined.append(Term(term.standing, term.value, term.since, last, term.clause, term.source))
        for at, term in enumerate(joined):
            if term.until and term.since and term.until < term.since:
                self.problem(f"「{title}」结束日期 {term.until} 在开始日期 {term.since} 之前", f"{key}[{at}]")
        return tuple(joined)

    def conditions(self) -> tuple[Dated[Condition], ...]:
        tables = self.data.get("condition", ())
        if not isinstance(tables, list | tuple) or not all(isinstance(item, Mapping) for item in tables):
            self.problem("条件请写成 [[condition]]（两层方括号）", "condition")
            return ()
        by_fact: dict[str, list[Term[Any] | None]] = {}
        titles: dict[str, str] = {}
        section = Section("条件", read_condition, CONDITION_KEYS)
        for at, table in enumerate(tables):
            fact = table.get("fact")
            if fact not in CONDITION_FACTS:
                known = "、".join(f"{key}（{title}）" for key, title in CONDITION_FACTS.items())
                self.problem(f"条件的 fact 看不懂“{fact}”，只能填 {known}", f"condition[{at}]")
                continue
            titles[fact] = str(table.get("name", CONDITION_FACTS[fact]))
            by_fact.setdefault(fact, []).append(self.term(table, section, f"condition[{at}]"))
        return tuple(
            Dated(fact, titles[fact], self.through_time(terms, titles[fact], "condition"))
            for fact, terms in by_fact.items()
        )

    def compare(self, rules: Mapping[str, Dated[Any]]) -> None:
        """What no single section can show: the figures that hold on the same day must fit together."""
        figures = {key: rules[key] for key in ("threshold", "ceiling", "floor", "yearly_cap", "payout")}
        starts = {term.since or date.min for rule in figures.values() for term in rule.terms}
        for day in sorted(starts):
            held = {key: rule.value_on(day) for key, rule in figures.items()}
            for message, key in _misfits(**held):
                if (message, key) not in self.problems:
                    self.problem(message, key)


def _misfits(
    threshold: Threshold | None,
    ceiling: int | None,
    floor: int | None,
    yearly_cap: int | None,
    payout: Payout | None,
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if floor is not None and yearly_cap is not None and floor > yearly_cap:
        found.append((f"最低补助 {yuan(floor)} 高于全年最高补助 {yuan(yearly_cap)}", "floor"))
    if threshold and ceiling is not None and threshold.amount >= ceiling:
        found.append((f"起付线 {yuan(threshold.amount)} 不低于费用封顶线 {yuan(ceiling)}", "ceiling"))
    steps = payout.steps if payout else ()
    if steps and threshold and steps[0].over > threshold.amount:
        gap = f"起付线是 {yuan(threshold.amount)}，第一档却从 {yuan(steps[0].over)} 开始"
        found.append((f"补助标准有空档：{gap}", "payout"))
    top = steps[-1].up_to if steps else None
    if top is not None and (ceiling is None or top < ceiling):
        limit = "不封顶" if ceiling is None else f"封顶 {yuan(ceiling)}"
        found.append((f"补助标准有空档：最后一档只到 {yuan(top)}，费用{limit}", "payout"))
    return found


def check_scheme(data: Mapping[str, Any], file: str) -> list[tuple[str, str]]:
    """Everything that is wrong with a scheme file, as (message, key); `line_of` finds the key's line.

    A key is the name of a section, with `[n]` for the n-th version of it, counted from 0.
    """
    reading = _Reading(data)
    reading.scheme()
    example = bool(data.get("example"))
    if example and "示例" not in str(data.get("name", "")):
        reading.problem(f"{file} 是示例方案，名称里要有「示例」", "name")
    return reading.problems


def parse_scheme(data: Mapping[str, Any]) -> Scheme:
    """The scheme of a parsed file (dates may be ISO texts).

    Raises SchemeError with every problem.
    """
    reading = _Reading(data)
    scheme = reading.scheme()
    if scheme is None:
        raise SchemeError(reading.problems)
    return scheme


def line_of(source: str, key: str) -> int | None:
    """The line (from 1) on which a key of `check_scheme` stands in the file's text."""
    name, _, at = key.rstrip("]").partition("[")
    pattern = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(name)}[\"']?\s*(\]|=)")
    lines = [number for number, line in enumerate(source.splitlines(), 1) if pattern.match(line)]
    index = int(at or 0)
    return lines[index] if index < len(lines) else None
