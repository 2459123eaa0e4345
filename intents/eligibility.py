"""Whether a worker may claim, how much at least and at most, and why: pure, three-valued, with a trace.

A fact of the worker that is missing can be asked for and is never taken for zero. A rule that nobody has
published is never asked about and never changes the verdict; it is listed for the union to verify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from intents.facts import INSURANCE, Facts
from intents.payout import Cost, Payment, payment, views
from knowledge.scheme import IDENTITIES, Condition, Dated, NotCovered, Scheme, Term, Threshold, yuan

Verdict = Literal["eligible", "not_eligible", "unknown"]

#: yes, no: decided · missing: a fact of the worker is · open: the published rules do not settle his case ·
#: unpublished: the rule itself is not known.
State = Literal["yes", "no", "missing", "open", "unpublished"]


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
class Decision:
    """The verdict by the published conditions, and all that led to it."""

    verdict: Verdict
    trace: tuple[Finding, ...]
    payment: Payment | None  # only when eligible
    to_ask: tuple[str, ...]  # facts that can still change the verdict, the most telling first
    uncovered: tuple[str, ...]  # titles of rules without a version for that day: the admin's error
    scheme: Scheme
    day: date  # whose figures were applied

    @property
    def to_verify(self) -> tuple[str, ...]:
        """Titles of the rules that are not published; they never change the verdict."""
        return tuple(rule.title for rule in unpublished(self.scheme, self.day))

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
    paid = None
    if verdict == "eligible":
        try:
            paid = payment(scheme, facts, case.day)
        except NotCovered as gap:
            uncovered.append(gap.title)
            verdict = "unknown"
    return Decision(verdict, tuple(trace), paid, to_ask, tuple(uncovered), scheme, case.day)


def unpublished(scheme: Scheme, day: date) -> list[Dated[Any]]:
    """The rules of which nobody knows on that day what they say."""
    return [
        rule
        for rule in scheme.rules()
        if any(term.holds_on(day) and term.standing == "unpublished" for term in rule.terms)
    ]


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
    if not states:  # nothing at all is published
        return "unknown"
    return "unknown" if states & {"missing", "open"} else "eligible"


def _unless_decided(trace: list[Finding], to_ask: tuple[str, ...]) -> tuple[str, ...]:
    """Nothing that can be asked changes a no."""
    return () if any(finding.state == "no" for finding in trace) else to_ask


def _finding(rule: Dated[Any], term: Term[Any], yours: str, state: State, ask: str = "") -> Finding:
    return Finding(rule.key, rule.title, yours, state, term.clause, term.source, term.since, ask)


# ---------------------------------------------------------------- the rules, the most telling first


def _threshold(case: _Case) -> Iterable[Finding]:
    rule = case.scheme.threshold
    term = case.term(rule)
    value = case.known(rule)
    if value is None:
        return
    states = {_passes(value, view) for view in views(case.scheme, case.facts, case.day)}
    yours = _cost_in_words(case.facts)
    if states == {None} and case.facts.insurance == "not_yet":
        yield _finding(rule, term, yours, "open")  # the figure does not exist before the insurance has paid
    elif states == {None}:
        yield _finding(rule, term, yours, "missing", "own_payment")
    elif len(states) == 1:
        yield _finding(rule, term, yours, "yes" if states.pop() else "no")
    else:  # one stay alone is not enough and all together are: nobody has said which counts
        yield _finding(rule, term, yours, "open")


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
