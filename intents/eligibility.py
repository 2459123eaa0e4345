"""Whether a worker may claim, how much at least and at most, and why: pure, three-valued, with a trace.

A fact of the worker that is missing can be asked for and is never taken for zero. A rule that nobody has
published is never asked about and never changes the verdict; it is listed for the union to verify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from knowledge.scheme import IDENTITIES, Condition, Dated, NotCovered, Payout, Scheme, Term, Threshold, yuan

Verdict = Literal["eligible", "not_eligible", "unknown"]
Insurance = Literal["settled", "not_yet", "none"]

#: yes, no: decided · missing: a fact of the worker is · open: the published rules do not settle his case ·
#: unpublished: the rule itself is not known.
State = Literal["yes", "no", "missing", "open", "unpublished"]

INSURANCE = {"settled": "医保已报销", "not_yet": "还没走医保", "none": "没有参加医保"}


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in 分 as the worker said it; `approx` is ">" for 多, "<" for 不到, "~" for 左右."""

    fen: int
    approx: str = ""

    def bounds(self) -> tuple[int, int]:
        """The least and the most that may be meant.

        两千多 stays within its thousand; 左右 and 不到 are taken as a tenth and a fifth away at most.
        """
        if self.approx == ">":
            return self.fen + 1, self.fen + _leading_unit(self.fen) - 1
        if self.approx == "<":
            return self.fen * 4 // 5, self.fen - 1
        if self.approx == "~":
            return self.fen * 9 // 10, self.fen * 11 // 10
        return self.fen, self.fen

    def words(self) -> str:
        """As the worker said it, in yuan."""
        pattern = {">": "{} 多元", "<": "不到 {} 元", "~": "约 {} 元"}.get(self.approx, "{} 元")
        return pattern.format(yuan(self.fen))


def _leading_unit(fen: int) -> int:
    """One thousand for 3,000, one hundred for 2,500: the digit that 多 leaves open."""
    unit = 100
    while fen >= unit * 10 and fen % (unit * 10) == 0:
        unit *= 10
    return unit


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one illness of one worker; None is not known. Money in 分."""

    identity: str | None = None  # a key of IDENTITIES
    insurance: Insurance | None = None
    own_payment: Amount | None = None  # what he paid himself for the stay in question
    total: Amount | None = None  # the whole bill: his own payment is at most that
    stays: tuple[int, ...] = ()  # his own payments for other stays of the same year
    received: Amount | None = None  # paid to him by this scheme in the same year
    stay_on: date | None = None
    discharged_on: date | None = None
    enrolled_on: date | None = None
    age: int | None = None
    member: bool | None = None
    insured_months: int | None = None
    hospital_days: int | None = None
    hospital_grade: str | None = None
    disease: str | None = None
    cause: str | None = None  # in the words of the scheme's exclusions
    offsite: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied: what it says, the worker's own figure, and how it comes out."""

    rule: str  # a key of the scheme file
    title: str
    yours: str  # the worker's figure in words; "" not known
    state: State
    clause: str = ""
    source: str = ""
    since: date | None = None
    ask: str = ""  # the fact that would settle it


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


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict by the published conditions, and all that led to it."""

    verdict: Verdict
    trace: tuple[Finding, ...]
    payment: Payment | None  # only when eligible
    to_ask: tuple[str, ...]  # facts that can still change the verdict, the most telling first
    to_verify: tuple[str, ...]  # titles of rules that are not published
    uncovered: tuple[str, ...] = ()  # titles of rules without a version for that day: the admin's error

    def because(self, *states: State) -> tuple[Finding, ...]:
        """The findings that came out so."""
        return tuple(finding for finding in self.trace if finding.state in states)


def decide(scheme: Scheme, facts: Facts, on: date) -> Decision:
    """Apply `scheme` to `facts`, asked on the day `on`. Order of facts and time of day do not matter.

    The figures are those of the day of the stay, where it is known.
    """
    case = _Case(scheme, facts, on, facts.stay_on or on)
    trace, uncovered = [], []
    for check in _CHECKS:
        try:
            trace += list(check(case))
        except NotCovered as gap:
            uncovered.append(gap.title)
    missing = tuple(dict.fromkeys(finding.ask for finding in trace if finding.state == "missing"))
    to_ask = _unless_decided(trace, missing)
    verdict = _verdict(trace, uncovered)
    payment = None
    if verdict == "eligible":
        try:
            payment = _payment(case)
        except NotCovered as gap:
            uncovered.append(gap.title)
            verdict = "unknown"
    return Decision(verdict, tuple(trace), payment, to_ask, _unpublished(case), tuple(uncovered))


@dataclass(frozen=True, slots=True)
class _Case:
    scheme: Scheme
    facts: Facts
    on: date
    day: date

    def term(self, rule: Dated[Any]) -> Term[Any]:
        return rule.on(self.day)

    def known(self, rule: Dated[Any]) -> Any:
        """The value in force, or None."""
        return rule.on(self.day).value


def _verdict(trace: Iterable[Finding], uncovered: list[str]) -> Verdict:
    states = {finding.state for finding in trace}
    if uncovered:
        return "unknown"
    if "no" in states:
        return "not_eligible"
    return "unknown" if states & {"missing", "open"} else "eligible"


def _unless_decided(trace: list[Finding], to_ask: tuple[str, ...]) -> tuple[str, ...]:
    """Nothing that can be asked changes a no."""
    return () if any(finding.state == "no" for finding in trace) else to_ask


def _unpublished(case: _Case) -> tuple[str, ...]:
    titles = []
    for rule in case.scheme.rules():
        if any(term.holds_on(case.day) and term.standing == "unpublished" for term in rule.terms):
            titles.append(rule.title)
    return tuple(titles)


def _finding(rule: Dated[Any], term: Term[Any], yours: str, state: State, ask: str = "") -> Finding:
    return Finding(rule.key, rule.title, yours, state, term.clause, term.source, term.since, ask)


# ---------------------------------------------------------------- the rules, the most telling first


def _threshold(case: _Case) -> Iterable[Finding]:
    rule = case.scheme.threshold
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    views = _views(case)
    states = {_passes(value, view) for view in views}
    yours = _cost_in_words(case.facts)
    if states == {None} and case.facts.insurance == "not_yet":
        yield _finding(rule, term, yours, "open")  # the figure does not exist before the insurance has paid
    elif states == {None}:
        yield _finding(rule, term, yours, "missing", "own_payment")
    elif len(states) == 1:
        yield _finding(rule, term, yours, "yes" if states.pop() else "no")
    else:  # one stay alone is not enough and all together are: nobody has said which counts
        yield _finding(rule, term, yours, "open")


Cost = tuple[int, int]  # the least and the most that it may be, 分


def _views(case: _Case) -> list[list[Cost]]:
    """The costs that count, in each way of counting that the rules leave possible."""
    per = case.known(case.scheme.per)
    stays = [_own_payment(case.facts), *((cost, cost) for cost in case.facts.stays)]
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


def _passes(threshold: Threshold, costs: list[Cost]) -> bool | None:
    if any(threshold.passed_by(low) for low, _ in costs):
        return True
    return None if any(threshold.passed_by(high) for _, high in costs) else False


def _cost_in_words(facts: Facts) -> str:
    words = []
    if facts.own_payment:
        words.append(f"自己付 {facts.own_payment.words()}")
    elif facts.total:
        words.append(f"总费用 {facts.total.words()}")
    words += [f"另一次 {yuan(cost)} 元" for cost in facts.stays]
    return "，".join(words)


def _who(case: _Case) -> Iterable[Finding]:
    rule = case.scheme.who
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    identity = case.facts.identity
    if identity is None:
        yield _finding(rule, term, "", "missing", "identity")
    else:
        yield _finding(rule, term, IDENTITIES[identity], "yes" if identity in value else "no")


def _after_insurance(case: _Case) -> Iterable[Finding]:
    rule = case.scheme.after_insurance
    term = case.term(rule)
    if not case.known(rule):
        return
    insurance = case.facts.insurance
    if insurance is None:
        yield _finding(rule, term, "", "missing", "insurance")
    else:
        yield _finding(rule, term, INSURANCE[insurance], "yes" if insurance == "settled" else "open")


def _conditions(case: _Case) -> Iterable[Finding]:
    for rule in case.scheme.conditions:
        term = case.term(rule)
        value = case.known(rule)
        if value is None:
            continue
        figure = getattr(case.facts, rule.key)
        if figure is None:
            yield _finding(rule, term, "", "missing", rule.key)
        else:
            state: State = "yes" if _meets(value, figure) else "no"
            yield _finding(rule, term, _figure_in_words(figure), state)


def _meets(condition: Condition, figure: int | bool) -> bool:
    if condition.equals is not None and figure is not condition.equals:
        return False
    return (condition.at_least is None or figure >= condition.at_least) and (
        condition.at_most is None or figure <= condition.at_most
    )


def _figure_in_words(figure: int | bool) -> str:
    return {True: "是", False: "不是"}[figure] if isinstance(figure, bool) else str(figure)


def _waiting(case: _Case) -> Iterable[Finding]:
    rule, facts = case.scheme.waiting_days, case.facts
    term = case.term(rule)
    value = case.known(rule)
    if not value:
        return
    if facts.enrolled_on is None or facts.stay_on is None:
        yield _finding(rule, term, "", "missing", "enrolled_on" if facts.enrolled_on is None else "stay_on")
        return
    days = (facts.stay_on - facts.enrolled_on).days
    yield _finding(rule, term, f"参加后第 {days} 天住院", "yes" if days >= value else "no")


def _enrolment(case: _Case) -> Iterable[Finding]:
    yield from _within(case, case.scheme.enrolment, "enrolled_on", "{} 参加")


def _period(case: _Case) -> Iterable[Finding]:
    yield from _within(case, case.scheme.period, "stay_on", "{} 住院")


def _within(case: _Case, rule: Dated[Any], fact: str, words: str) -> Iterable[Finding]:
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    day: date | None = getattr(case.facts, fact)
    if day is None:
        yield _finding(rule, term, "", "missing", fact)
    else:
        inside = value.first <= day <= value.last
        yield _finding(rule, term, words.format(day.isoformat()), "yes" if inside else "no")


def _exclusions(case: _Case) -> Iterable[Finding]:
    yield from _listed(case, case.scheme.exclusions, "cause", forbidden=True)


def _diseases(case: _Case) -> Iterable[Finding]:
    yield from _listed(case, case.scheme.diseases, "disease", forbidden=False)


def _grades(case: _Case) -> Iterable[Finding]:
    yield from _listed(case, case.scheme.hospital_grades, "hospital_grade", forbidden=False)


def _listed(case: _Case, rule: Dated[Any], fact: str, forbidden: bool) -> Iterable[Finding]:
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    word: str | None = getattr(case.facts, fact)
    if word is None:
        yield _finding(rule, term, "", "missing", fact)
    else:
        yield _finding(rule, term, word, "yes" if (word in value) != forbidden else "no")


def _offsite(case: _Case) -> Iterable[Finding]:
    rule = case.scheme.offsite
    term = case.term(rule)
    value = case.known(rule)
    if value in (None, "一样"):
        return
    offsite = case.facts.offsite
    if offsite is None:
        yield _finding(rule, term, "", "missing", "offsite")
    elif offsite:
        yield _finding(rule, term, "外地就医", "no" if value == "不补助" else "yes")
    else:
        yield _finding(rule, term, "本地就医", "yes")


def _deadline(case: _Case) -> Iterable[Finding]:
    rule, facts = case.scheme.deadline_days, case.facts
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    if facts.discharged_on is None:
        yield _finding(rule, term, "", "missing", "discharged_on")
        return
    days = (case.on - facts.discharged_on).days
    yield _finding(rule, term, f"出院 {days} 天", "yes" if days <= value else "no")


_CHECKS: tuple[Callable[[_Case], Iterable[Finding]], ...] = (
    _threshold,
    _who,
    _after_insurance,
    _exclusions,
    _conditions,
    _period,
    _enrolment,
    _waiting,
    _offsite,
    _grades,
    _diseases,
    _deadline,
)


# ---------------------------------------------------------------- the sum


def _payment(case: _Case) -> Payment:
    """What may be paid; between the floor and what is left of the year's cap where no rate is published."""
    scheme, facts = case.scheme, case.facts
    floor, cap = case.known(scheme.floor), case.known(scheme.yearly_cap)
    received = facts.received.bounds() if facts.received else (0, _ANY)
    left = (0, _ANY) if cap is None else (max(0, cap - received[1]), max(0, cap - received[0]))
    reckoned = _reckoned(case)
    rule = case.known(scheme.small_remainder)
    due = max(reckoned[0], floor or 0), max(reckoned[1], floor or 0)
    by_rate = (
        None if case.known(scheme.payout) is None else (min(due[0], cap or _ANY), min(due[1], cap or _ANY))
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


def _reckoned(case: _Case) -> tuple[int, int]:
    """Least and most by the payout rule alone, before floor and cap."""
    payout, threshold = case.known(case.scheme.payout), case.known(case.scheme.threshold)
    ceiling = case.known(case.scheme.ceiling)
    if payout is None:
        return 0, _ANY
    if payout.method == "daily":
        return _daily(payout, case.facts.hospital_days)
    sums = []
    for view in _views(case):
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
