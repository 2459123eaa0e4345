"""The sections of a scheme file: what each may hold, and how one version of it is read."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from knowledge.scheme import IDENTITIES, METHODS, Benefit, Condition, Payout, Span, Step, Threshold, yuan

COSTS = ("自负", "自付", "自费")

T = TypeVar("T")
Table = Mapping[str, Any]


# ---------------------------------------------------------------- one value


class Wrong(Exception):
    """A value that cannot be read; the message is for the admin."""


def read_text(raw: Any) -> str:
    """A text that is not empty."""
    if not isinstance(raw, str) or not raw.strip():
        raise Wrong(f"看不懂“{raw}”，请填文字")
    return raw.strip()


def read_flag(raw: Any) -> bool:
    """true or false."""
    if not isinstance(raw, bool):
        raise Wrong(f"看不懂“{raw}”，请填 true 或 false")
    return raw


def _count(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise Wrong(f"看不懂“{raw}”，请填不小于 0 的整数，例如 30")
    return raw


def _fen(raw: Any) -> int:
    """Yuan as the file has them, in 分."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Wrong(f"看不懂“{raw}”，请填多少元，例如 2000")
    try:
        fen = Decimal(str(raw).replace(",", "")) * 100
    except InvalidOperation:
        raise Wrong(f"看不懂“{raw}”，请填多少元，例如 2000") from None
    if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value():
        raise Wrong(f"“{raw}”不是到分为止的金额，请填例如 2000 或 1999.5")
    return int(fen)


def _percent(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= 100:
        raise Wrong(f"看不懂“{raw}”，请填 0 到 100 之间的比例，例如 40 表示 40%")
    return Decimal(str(raw))


def read_day(raw: Any) -> date:
    """A TOML date, or the ISO text that a compiled file keeps."""
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise Wrong(f"看不懂“{raw}”，请填日期，例如 2026-01-01") from None


def _list(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        raise Wrong(f'看不懂“{raw}”，请填一个列表，例如 ["甲", "乙"]')
    return tuple(read_text(item) for item in raw)


def _one_of(allowed: Sequence[str]) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        if raw not in allowed:
            raise Wrong(f"看不懂“{raw}”，只能填 {'、'.join(allowed)}{did_you_mean(raw, allowed)}")
        return str(raw)

    return read


def _identities(raw: Any) -> tuple[str, ...]:
    return tuple(_one_of(list(IDENTITIES))(item) for item in _list(raw))


def did_you_mean(word: Any, allowed: Sequence[str]) -> str:
    """「。是不是 …？」 with the allowed word that looks most like it, or nothing."""
    close = difflib.get_close_matches(str(word), allowed, n=1)
    return f"。是不是 {close[0]}？" if close else ""


# ---------------------------------------------------------------- one version of a section


def _value(read: Callable[[Any], T]) -> Callable[[Table], T]:
    """Reads a section that consists of `value`."""

    def of(table: Table) -> T:
        if "value" not in table:
            raise Wrong("缺少 value")
        return read(table["value"])

    return of


def _threshold(table: Table) -> Threshold:
    compare = _one_of(["超过", "达到"])(table.get("compare", "超过"))
    return Threshold(_value(_fen)(table), inclusive=compare == "达到")


def _span(table: Table) -> Span:
    if "first" not in table or "last" not in table:
        raise Wrong("缺少 first 或 last（第一天、最后一天）")
    span = Span(read_day(table["first"]), read_day(table["last"]))
    if span.last < span.first:
        raise Wrong(f"最后一天 {span.last} 在第一天 {span.first} 之前")
    return span


def _benefits(table: Table) -> tuple[Benefit, ...]:
    items = table.get("value")
    if not isinstance(items, list | tuple) or not items:
        raise Wrong('请填一个列表，例如 [{ event = "身故", pay = 10000 }]')
    return tuple(Benefit(read_text(_cell(item, "event")), _fen(_cell(item, "pay"))) for item in items)


def _cell(item: Any, key: str) -> Any:
    if not isinstance(item, Mapping) or key not in item:
        raise Wrong(f"列表里有一项缺少 {key}")
    return item[key]


def _payout(table: Table) -> Payout:
    method = _one_of(list(METHODS))(table.get("method", ""))
    if method == "daily":
        per_day, max_days = _fen(_cell(table, "per_day")), _count(_cell(table, "max_days"))
        return Payout(method, per_day=per_day, max_days=max_days)
    steps = table.get("steps")
    if not isinstance(steps, list | tuple) or not steps:
        raise Wrong("缺少 steps，例如 [{ over = 2000, up_to = 10000, pay = 500 }]")
    return Payout(method, _in_order(tuple(_step(step, method) for step in steps)))


def _step(item: Any, method: str) -> Step:
    over = _fen(_cell(item, "over"))
    up_to = _fen(item["up_to"]) if "up_to" in item else None
    amount = "pay" if method == "bands" else "percent"
    no_others(item, ("over", "up_to", amount), "steps 里")
    if up_to is not None and up_to <= over:
        raise Wrong(f"一档的上限 {yuan(up_to)} 不高于下限 {yuan(over)}")
    if method == "bands":
        return Step(over, up_to, pay=_fen(_cell(item, amount)))
    return Step(over, up_to, percent=_percent(_cell(item, amount)))


def _in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, which must follow one another without gap, overlap or a fall in pay."""
    for lower, upper in itertools.pairwise(steps):
        end = None if lower.up_to is None else yuan(lower.up_to)
        if lower.up_to is None or upper.over < lower.up_to:
            raise Wrong(f"两档重叠：上一档到 {end or '不封顶'}，下一档从 {yuan(upper.over)} 开始")
        if upper.over > lower.up_to:
            raise Wrong(f"两档之间有空档：上一档到 {end}，下一档从 {yuan(upper.over)} 开始")
        if upper.pay < lower.pay:
            raise Wrong(f"费用高的一档给 {yuan(upper.pay)}，反而比低的一档 {yuan(lower.pay)} 少")
    return steps


def read_condition(table: Table) -> Condition:
    """One version of a condition. Raises Wrong."""
    bounds = {key: _count(table[key]) for key in ("at_least", "at_most") if key in table}
    equals = read_flag(table["is"]) if "is" in table else None
    if not bounds and equals is None:
        raise Wrong("缺少 at_least、at_most 或 is（至少写一个）")
    low, high = bounds.get("at_least"), bounds.get("at_most")
    if low is not None and high is not None and low > high:
        raise Wrong(f"at_least {low} 大于 at_most {high}")
    return Condition(low, high, equals)


def no_others(table: Table, allowed: Sequence[str], where: str) -> None:
    """Raises Wrong for a key that nobody reads."""
    for key in table:
        if key not in allowed:
            raise Wrong(f"{where}有看不懂的项“{key}”{did_you_mean(key, allowed)}")


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
    "after_insurance": Section("先由基本医保报销", _value(read_flag)),
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
    "channel": Section("在哪里申请", _value(read_text)),
    "deadline_days": Section("申请期限", _value(_count)),
}

HEAD = ("id", "name", "example", "summary", "contact", "others", "condition")
TERM = ("from", "until", "clause", "source")
CONDITION_KEYS = ("fact", "name", "value", "at_least", "at_most", "is")
