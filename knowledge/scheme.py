"""A benefit scheme as its file says it: dated terms with clause and source, unknown being a value of its own.

A section of the file may be 未公布 (a rule exists or may exist, nobody has published it) or 没有 (there is no
such rule). Leaving a section out is an error, so that nothing is unknown by oversight.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, Literal, TypeVar

UNPUBLISHED = "未公布"
ABSENT = "没有"

IDENTITIES = {"new_employment": "新就业形态劳动者", "migrant_worker": "农民工", "other": "其他"}
COSTS = ("自负", "自付", "自费")
METHODS = {"bands": "分档定额", "rates": "分段比例", "daily": "住院津贴"}
CONDITION_FACTS = {"age": "年龄", "member": "工会会员", "insured_months": "参保月数"}

T = TypeVar("T")
Standing = Literal["known", "unpublished", "absent"]


class SchemeError(Exception):
    """A scheme file that cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("；".join(message for message, _ in problems))
        self.problems = tuple(problems)


class NotCovered(Exception):
    """No version of a rule holds on that day."""

    def __init__(self, title: str, day: date) -> None:
        super().__init__(f"「{title}」没有 {day.isoformat()} 适用的版本")
        self.title = title
        self.day = day


@dataclass(frozen=True, slots=True)
class Term(Generic[T]):
    """One version of a rule: its value while it holds, and who said so."""

    standing: Standing
    value: T | None  # None unless known
    since: date | None  # None: the file says that the day is not published
    until: date | None  # None: until further notice
    clause: str
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A rule through time."""

    key: str
    title: str  # as staff and workers call it
    terms: tuple[Term[T], ...]

    def on(self, day: date) -> Term[T]:
        """The version in force on `day`.

        Raises NotCovered where there is none.
        """
        for term in self.terms:
            if term.holds_on(day):
                return term
        raise NotCovered(self.title, day)

    def value_on(self, day: date) -> T | None:
        """The value on `day`; None where it is not published, does not exist, or no version holds."""
        return next((term.value for term in self.terms if term.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class Threshold:
    """What the cost must pass; `inclusive` when exactly the amount is enough."""

    amount: int  # 分
    inclusive: bool

    def passed_by(self, cost: int) -> bool:
        """Whether `cost` (分) is enough."""
        return cost >= self.amount if self.inclusive else cost > self.amount


@dataclass(frozen=True, slots=True)
class Step:
    """Costs over `over` and up to `up_to` (分; None without end) are paid `pay` 分 or `percent` of them."""

    over: int
    up_to: int | None
    pay: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payout:
    """How the payment is reckoned."""

    method: str  # a key of METHODS
    steps: tuple[Step, ...] = ()
    per_day: int = 0  # 分
    max_days: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A first and a last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Benefit:
    """A fixed sum for an event such as a death."""

    event: str
    pay: int  # 分


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one fact of the worker; a bound that is None does not apply."""

    at_least: int | None
    at_most: int | None
    equals: bool | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme. Every rule is dated; money is in 分."""

    id: str
    name: str
    example: bool  # 示例: shown to show the form, never applied to a worker
    summary: str
    contact: str  # a key of contacts.csv
    conditions: tuple[Dated[Condition], ...]  # key: the fact that is tested
    who: Dated[tuple[str, ...]]
    cost: Dated[str]
    after_insurance: Dated[bool]
    per: Dated[str]
    threshold: Dated[Threshold]
    ceiling: Dated[int]
    floor: Dated[int]
    yearly_cap: Dated[int]
    small_remainder: Dated[str]
    payout: Dated[Payout]
    premium: Dated[int]
    enrolment: Dated[Span]
    period: Dated[Span]
    waiting_days: Dated[int]
    year: Dated[str]
    cross_year: Dated[str]
    exclusions: Dated[tuple[str, ...]]
    offsite: Dated[str]
    hospital_grades: Dated[tuple[str, ...]]
    diseases: Dated[tuple[str, ...]]
    benefits: Dated[tuple[Benefit, ...]]
    materials: Dated[tuple[str, ...]]
    channel: Dated[str]
    deadline_days: Dated[int]

    def rules(self) -> tuple[Dated[Any], ...]:
        """Every rule, conditions first, then in the order of the file's template."""
        named = (getattr(self, field.name) for field in fields(self))
        return self.conditions + tuple(rule for rule in named if isinstance(rule, Dated))


# ---------------------------------------------------------------- one value

class _Wrong(Exception):
    """A value that cannot be read; the message is for the admin."""


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise _Wrong(f"看不懂“{raw}”，请填文字")
    return raw.strip()


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong(f"看不懂“{raw}”，请填 true 或 false")
    return raw


def _count(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise _Wrong(f"看不懂“{raw}”，请填不小于 0 的整数，例如 30")
    return raw


def _fen(raw: Any) -> int:
    """Yuan as the file has them, in 分."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise _Wrong(f"看不懂“{raw}”，请填多少元，例如 2000")
    try:
        fen = Decimal(str(raw).replace(",", "")) * 100
    except InvalidOperation:
        raise _Wrong(f"看不懂“{raw}”，请填多少元，例如 2000") from None
    if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value():
        raise _Wrong(f"“{raw}”不是到分为止的金额，请填例如 2000 或 1999.5")
    return int(fen)


def _percent(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= 100:
        raise _Wrong(f"看不懂“{raw}”，请填 0 到 100 之间的比例，例如 40 表示 40%")
    return Decimal(str(raw))


def _day(raw: Any) -> date:
    """A TOML date, or the ISO text that a compiled file keeps."""
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise _Wrong(f"看不懂“{raw}”，请填日期，例如 2026-01-01") from None


def _list(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        raise _Wrong(f"看不懂“{raw}”，请填一个列表，例如 [\"甲\", \"乙\"]")
    return tuple(_text(item) for item in raw)


def _one_of(allowed: Sequence[str]) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        if raw not in allowed:
            raise _Wrong(f"看不懂“{raw}”，只能填 {'、'.join(allowed)}{_did_you_mean(raw, allowed)}")
        return str(raw)

    return read


def _identities(raw: Any) -> tuple[str, ...]:
    return tuple(_one_of(list(IDENTITIES))(item) for item in _list(raw))


def _did_you_mean(word: Any, allowed: Sequence[str]) -> str:
    close = difflib.get_close_matches(str(word), allowed, n=1)
    return f"。是不是 {close[0]}？" if close else ""


# ---------------------------------------------------------------- one version of a section

Table = Mapping[str, Any]


def _value(read: Callable[[Any], T]) -> Callable[[Table], T]:
    """Reads a section that consists of `value`."""
    def of(table: Table) -> T:
        if "value" not in table:
            raise _Wrong("缺少 value")
        return read(table["value"])

    return of


def _threshold(table: Table) -> Threshold:
    compare = _one_of(["超过", "达到"])(table.get("compare", "超过"))
    return Threshold(_value(_fen)(table), inclusive=compare == "达到")


def _span(table: Table) -> Span:
    if "first" not in table or "last" not in table:
        raise _Wrong("缺少 first 或 last（第一天、最后一天）")
    span = Span(_day(table["first"]), _day(table["last"]))
    if span.last < span.first:
        raise _Wrong(f"最后一天 {span.last} 在第一天 {span.first} 之前")
    return span


def _benefits(table: Table) -> tuple[Benefit, ...]:
    items = table.get("value")
    if not isinstance(items, list | tuple) or not items:
        raise _Wrong("请填一个列表，例如 [{ event = \"身故\", pay = 10000 }]")
    return tuple(Benefit(_text(_cell(item, "event")), _fen(_cell(item, "pay"))) for item in items)


def _cell(item: Any, key: str) -> Any:
    if not isinstance(item, Mapping) or key not in item:
        raise _Wrong(f"列表里有一项缺少 {key}")
    return item[key]


def _payout(table: Table) -> Payout:
    method = _one_of(list(METHODS))(table.get("method", ""))
    if method == "daily":
        per_day, max_days = _fen(_cell(table, "per_day")), _count(_cell(table, "max_days"))
        return Payout(method, per_day=per_day, max_days=max_days)
    steps = table.get("steps")
    if not isinstance(steps, list | tuple) or not steps:
        raise _Wrong("缺少 steps，例如 [{ over = 2000, up_to = 10000, pay = 500 }]")
    return Payout(method, _in_order(tuple(_step(step, method) for step in steps)))


def _step(item: Any, method: str) -> Step:
    over = _fen(_cell(item, "over"))
    up_to = _fen(item["up_to"]) if "up_to" in item else None
    amount = "pay" if method == "bands" else "percent"
    _no_others(item, ("over", "up_to", amount), "steps 里")
    if up_to is not None and up_to <= over:
        raise _Wrong(f"一档的上限 {yuan(up_to)} 不高于下限 {yuan(over)}")
    if method == "bands":
        return Step(over, up_to, pay=_fen(_cell(item, amount)))
    return Step(over, up_to, percent=_percent(_cell(item, amount)))


def _in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, which must follow one another without gap, overlap or a fall in pay."""
    for lower, upper in itertools.pairwise(steps):
        end = None if lower.up_to is None else yuan(lower.up_to)
        if lower.up_to is None or upper.over < lower.up_to:
            raise _Wrong(f"两档重叠：上一档到 {end or '不封顶'}，下一档从 {yuan(upper.over)} 开始")
        if upper.over > lower.up_to:
            raise _Wrong(f"两档之间有空档：上一档到 {end}，下一档从 {yuan(upper.over)} 开始")
        if upper.pay < lower.pay:
            raise _Wrong(f"费用高的一档给 {yuan(upper.pay)}，反而比低的一档 {yuan(lower.pay)} 少")
    return steps


def _condition(table: Table) -> Condition:
    bounds = {key: _count(table[key]) for key in ("at_least", "at_most") if key in table}
    equals = _flag(table["is"]) if "is" in table else None
    if not bounds and equals is None:
        raise _Wrong("缺少 at_least、at_most 或 is（至少写一个）")
    low, high = bounds.get("at_least"), bounds.get("at_most")
    if low is not None and high is not None and low > high:
        raise _Wrong(f"at_least {low} 大于 at_most {high}")
    return Condition(low, high, equals)


def _no_others(table: Table, allowed: Sequence[str], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise _Wrong(f"{where}有看不懂的项“{key}”{_did_you_mean(key, allowed)}")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a scheme file."""

    title: str
    read: Callable[[Table], Any]
    keys: tuple[str, ...] = ("value",)


#: The sections of a scheme file in the order of its template.
SECTIONS: dict[str, Section] = {
    "who": Section("适用的人", _value(_identities)),
    "cost": Section("计入的费用", _value(_one_of(COSTS))),
    "after_insurance": Section("先由基本医保报销", _value(_flag)),
    "per": Section("按次还是全年合计", _value(_one_of(["按次", "全年合计"]))),
    "threshold": Section("起付线", _threshold, ("value", "compare")),
    "ceiling": Section("费用封顶线", _value(_fen)),
    "floor": Section("最低补助", _value(_fen)),
    "yearly_cap": Section("全年最高补助", _value(_fen)),
    "small_remainder": Section("全年余额不足最低补助时", _value(_one_of(["付余额", "不付"]))),
    "payout": Section("补助标准", _payout, ("value", "method", "steps", "per_day", "max_days")),
    "premium": Section("个人缴费", _value(_fen)),
    "enrolment": Section("参加时间", _span, ("value", "first", "last")),
    "period": Section("保障期", _span, ("value", "first", "last")),
    "waiting_days": Section("等待期", _value(_count)),
    "year": Section("一年怎么算", _value(_one_of(["自然年", "保障年度"]))),
    "cross_year": Section("跨年住院", _value(_one_of(["按入院日", "按出院日", "分开算"]))),
    "exclusions": Section("不补助的情形", _value(_list)),
    "offsite": Section("外地就医", _value(_one_of(["一样", "凭分割单", "不补助"]))),
    "hospital_grades": Section("医院等级", _value(_list)),
    "diseases": Section("病种", _value(_list)),
    "benefits": Section("定额补助", _benefits),
    "materials": Section("材料", _value(_list)),
    "channel": Section("在哪里申请", _value(_text)),
    "deadline_days": Section("申请期限", _value(_count)),
}

_HEAD = ("id", "name", "example", "summary", "contact", "condition")
_TERM = ("from", "until", "clause", "source")
_CONDITION = ("fact", "name", "value", "at_least", "at_most", "is")


# ---------------------------------------------------------------- a whole file

class _Reading:
    """One pass over a file: what it says, and everything that is wrong with it."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.problems: list[tuple[str, str]] = []

    def scheme(self) -> Scheme | None:
        """The scheme, or None when there are problems."""
        for key in self.data:
            if key not in _HEAD and key not in SECTIONS:
                near = _did_you_mean(key, [*SECTIONS, *_HEAD])
                self.problem(f"看不懂“{key}”这一节{near}", key)
        head = {key: self.head(key, _text) for key in ("id", "name", "summary", "contact")}
        example = self.head("example", _flag)
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
        except _Wrong as wrong:
            return self.problem(f"{key}：{wrong}", key)

    def rule(self, key: str, section: Section) -> Dated[Any]:
        tables = self.data.get(key)
        if tables is None:
            advice = f"不知道就写 value = \"{UNPUBLISHED}\"，没有这条规定就写 value = \"{ABSENT}\""
            self.problem(f"缺少「{section.title}」一节 [[{key}]]：{advice}", key)
        elif not isinstance(tables, list | tuple) or not all(isinstance(item, Mapping) for item in tables):
            self.problem(f"「{section.title}」请写成 [[{key}]]（两层方括号），可以有几个版本", key)
            tables = None
        terms = [self.term(table, section, f"{key}[{at}]") for at, table in enumerate(tables or ())]
        return Dated(key, section.title, self.through_time(terms, section.title, key))

    def term(self, table: Table, section: Section, key: str) -> Term[Any] | None:
        allowed = (*section.keys, *_TERM)
        try:
            _no_others(table, allowed, "")
            value = table.get("value")
            standing: Standing = (
                "unpublished" if value == UNPUBLISHED else "absent" if value == ABSENT else "known"
            )
            since = table.get("from", UNPUBLISHED if standing != "known" else None)
            if since is None:
                raise _Wrong(f"缺少 from（从哪天起执行，不知道就写 \"{UNPUBLISHED}\"）")
            return Term(
                standing,
                section.read(table) if standing == "known" else None,
                None if since == UNPUBLISHED else _day(since),
                _day(table["until"]) if "until" in table else None,
                _text(table["clause"]) if standing == "known" or "clause" in table else "",
                _text(table["source"]) if standing == "known" or "source" in table else "",
            )
        except _Wrong as wrong:
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
        section = Section("条件", _condition, _CONDITION)
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


def yuan(fen: int) -> str:
    """分 as the worker reads it: 2,000 or 1,999.99."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02d}" if rest else "")
