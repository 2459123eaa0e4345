"""A scheme as prose that staff can proof-read: every rule, its versions, clause and source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from knowledge.scheme import (
    IDENTITIES,
    METHODS,
    Benefit,
    Condition,
    Dated,
    Payout,
    Scheme,
    Span,
    Term,
    Threshold,
    yuan,
)

#: Rules whose figure is money; the other whole numbers count days.
_MONEY = ("ceiling", "floor", "yearly_cap", "premium")


def scheme_prose(scheme: Scheme) -> str:
    """The whole scheme in Chinese sentences, one rule a line, its versions below one another."""
    lines = [scheme.name, scheme.summary, ""]
    for rule in scheme.rules():
        lines += [_sentence(rule, term) for term in rule.terms]
    return "\n".join(lines)


def rules_on(scheme: Scheme, day: date) -> dict[str, str]:
    """Title of every rule → what it says on `day`, without its dates and source."""
    found = {}
    for rule in scheme.rules():
        term = next((term for term in rule.terms if term.holds_on(day)), None)
        found[rule.title] = _says(rule, term) if term else "没有这一天的版本"
    return found


def _says(rule: Dated[Any], term: Term[Any]) -> str:
    return _STANDINGS.get(term.standing) or _value(rule.key, term.value)


_STANDINGS = {"unpublished": "没有公布", "absent": "没有这条规定"}


def _sentence(rule: Dated[Any], term: Term[Any]) -> str:
    text = f"{rule.title}：{_says(rule, term)}。"
    if term.standing == "known":
        text += f"{_when(term)}；{term.clause}（{term.source}）"
    return text


def _when(term: Term[Any]) -> str:
    start = f"{term.since.isoformat()} 起" if term.since else "执行日期没有公布"
    return f"{start}，到 {term.until.isoformat()}" if term.until else start


def _value(key: str, value: Any) -> str:
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return f"{yuan(value)} 元" if key in _MONEY else f"{value} 天"
    if isinstance(value, tuple):
        return "、".join(_item(item) for item in value)
    return str(value)


def _item(item: Any) -> str:
    if isinstance(item, Benefit):
        return f"{item.event} {yuan(item.pay)} 元"
    return IDENTITIES.get(item, str(item))


def _threshold(value: Threshold) -> str:
    word = "达到（正好也算）" if value.inclusive else "超过（正好不算）"
    return f"{word} {yuan(value.amount)} 元"


def _span(value: Span) -> str:
    return f"{value.first.isoformat()} 到 {value.last.isoformat()}"


def _condition(value: Condition) -> str:
    parts = []
    if value.at_least is not None:
        parts.append(f"不少于 {value.at_least}")
    if value.at_most is not None:
        parts.append(f"不超过 {value.at_most}")
    if value.equals is not None:
        parts.append("要是" if value.equals else "不能是")
    return "，".join(parts)


def _payout(value: Payout) -> str:
    if value.method == "daily":
        return f"{METHODS[value.method]}，每天 {yuan(value.per_day)} 元，最多 {value.max_days} 天"
    steps = []
    for step in value.steps:
        end = f"到 {yuan(step.up_to)} 元" if step.up_to is not None else "以上"
        pay = f"{step.percent}%" if value.method == "rates" else f"{yuan(step.pay)} 元"
        steps.append(f"超过 {yuan(step.over)} 元{end}给 {pay}")
    return f"{METHODS[value.method]}，{'；'.join(steps)}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Threshold: _threshold,
    Span: _span,
    Condition: _condition,
    Payout: _payout,
}
