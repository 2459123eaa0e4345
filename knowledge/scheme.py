"""A benefit scheme: dated terms with clause and source, unknown being a value of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

IDENTITIES = {"new_employment": "新就业形态劳动者", "migrant_worker": "农民工", "other": "其他"}
METHODS = {"bands": "分档定额", "rates": "分段比例", "daily": "住院津贴"}
#: Facts that a condition may test.
CONDITION_FACTS = {
    "age": "年龄",
    "member": "工会会员",
    "insured_months": "参保月数",
    "household_income": "家庭人均月收入",
    "registered": "困难职工建档",
    "child_in_school": "子女在读",
}

T = TypeVar("T")
Standing = Literal["known", "unpublished", "absent"]


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


def yuan(fen: int) -> str:
    """分 as the worker reads it: 2,000 or 1,999.99."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02d}" if rest else "")
