"""What a scheme pays: the costs that count, and the least and the most that they bring. Money in 分."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from intents.facts import Facts
from knowledge.scheme import Payout, Scheme

Cost = tuple[int, int]  # the least and the most that it may be, 分


@dataclass(frozen=True, slots=True)
class Payment:
    """What may be paid, in 分; `high` is None where the rules give no limit."""

    low: int
    high: int | None
    floor: int | None  # the lowest payment, where one is published
    cap: int | None  # the most in a year
    left: int | None  # of the cap, at most; None while it is unknown what was received
    remainder_open: bool = False  # less than the floor is left, and no rule says what happens then
    by_rate: tuple[int, int] | None = None  # least and most by the published rate, before what was received


def views(scheme: Scheme, facts: Facts, day: date) -> list[list[Cost]]:
    """The costs that count, in each way of counting that the rules leave possible."""
    per = scheme.per.on(day).value
    stays = [_own_payment(facts), *((cost, cost) for cost in facts.stays)]
    together = [(sum(low for low, _ in stays), sum(high for _, high in stays))]
    if len(stays) == 1 or per == "按次":
        return [stays]
    return [together] if per == "全年合计" else [stays, together]


#: Stands for a cost of which nothing is known.
_ANY = 10**12


def _own_payment(facts: Facts) -> Cost:
    """What the worker paid himself; before the insurance has paid, his figure is only an upper bound."""
    most = facts.total.bounds()[1] if facts.total else _ANY
    if facts.own_payment is None:
        return 0, most
    low, high = facts.own_payment.bounds()
    return (0 if facts.insurance == "not_yet" else min(low, most)), min(high, most)


def payment(scheme: Scheme, facts: Facts, day: date) -> Payment:
    """What may be paid; between the floor and what is left of the year's cap where no rate is published."""
    floor, cap = scheme.floor.on(day).value, scheme.yearly_cap.on(day).value
    received = facts.received.bounds() if facts.received else (0, _ANY)
    left = (0, _ANY) if cap is None else (max(0, cap - received[1]), max(0, cap - received[0]))
    reckoned = _reckoned(scheme, facts, day)
    rule = scheme.small_remainder.on(day).value
    due = max(reckoned[0], floor or 0), max(reckoned[1], floor or 0)
    by_rate = (
        None if scheme.payout.on(day).value is None else (min(due[0], cap or _ANY), min(due[1], cap or _ANY))
    )
    low = _limited(due[0], left[0], floor, rule, at_least=True)
    high = _limited(due[1], left[1], floor, rule, at_least=False)
    return Payment(
        low,
        None if high >= _ANY else high,
        floor,
        cap,
        None if cap is None or facts.received is None else left[1],
        remainder_open=bool(facts.received and floor and 0 < left[1] < floor and rule is None),
        by_rate=by_rate,
    )


def _limited(pay: int, left: int, floor: int | None, rule: str | None, at_least: bool) -> int:
    """`pay` within what is left of the year; less than the floor is paid, not paid, or nobody has said."""
    if floor is not None and left < floor and (rule == "不付" or (rule is None and at_least)):
        return 0
    return min(pay, left)


def _reckoned(scheme: Scheme, facts: Facts, day: date) -> tuple[int, int]:
    """Least and most by the payout rule alone, before floor and cap."""
    payout, threshold = scheme.payout.on(day).value, scheme.threshold.on(day).value
    ceiling = scheme.ceiling.on(day).value
    if payout is None:
        return 0, _ANY
    if payout.method == "daily":
        return _daily(payout, facts.hospital_days)
    sums = []
    for view in views(scheme, facts, day):
        counted = [cost for cost in view if threshold is None or threshold.passed_by(cost[1])]
        for bound in (0, 1):
            costs = [cost[bound] if ceiling is None else min(cost[bound], ceiling) for cost in counted]
            sums.append(sum(_by_steps(payout, cost) for cost in costs))
    return min(sums), max(sums)


def _daily(payout: Payout, days: int | None) -> tuple[int, int]:
    if days is None:
        return 0, payout.per_day * payout.max_days
    pay = payout.per_day * min(days, payout.max_days)
    return pay, pay


def _by_steps(payout: Payout, cost: int) -> int:
    """The sum for one cost: of its step, or the rates of all the steps that it reaches."""
    reached = [step for step in payout.steps if cost > step.over]
    if payout.method == "bands":
        return reached[-1].pay if reached else 0
    parts = ((min(cost, step.up_to or cost) - step.over) * step.percent / 100 for step in reached)
    return int(sum(parts, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP))
