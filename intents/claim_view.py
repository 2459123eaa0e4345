"""A decision in the worker's words: every sentence comes from content/texts/claims.toml."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from intents.claim_case import Case
from intents.eligibility import Decision, Finding, unpublished
from intents.facts import INSURANCE, Amount, Facts
from intents.payout import Payment
from intents.types import Context
from knowledge.base import Knowledge
from knowledge.scheme import IDENTITIES, Dated, Scheme, yuan
from knowledge.scheme_file import parse_scheme

#: How many unpublished rules a result names; 「为什么」 names more.
NAMED = 3

#: Unpublished rules that a worker asks about first.
_FIRST = ("payout", "exclusions", "year", "materials", "channel", "deadline_days")

#: Matters of which nobody has published whether they count: a yes is said with them, not without.
DOUBTFUL = (
    *("subject_clinic", "subject_excluded", "subject_offsite", "subject_last_year", "subject_family"),
    *("subject_self_paid", "subject_commercial", "subject_retired", "subject_injury", "subject_work"),
    *("subject_traffic", "subject_fall", "subject_hospital", "subject_advance", "subject_accident"),
    *("subject_cross_year", "subject_employer_paid", "subject_not_enrolled", "subject_left"),
)


class View:
    """Says things about one scheme on one day."""

    def __init__(self, context: Context, scheme: Scheme) -> None:
        self.knowledge = context.knowledge
        self.scheme = scheme
        self.day: date = context.now.date()
        self.figures = _figures(context.knowledge, scheme.id, self.day)

    def say(self, key: str, **values: object) -> str:
        """The sentence `claims.<key>`; the scheme's figures and the telephone numbers can stand in each."""
        text = self.knowledge.text(f"claims.{key}", **{**self.figures, **values})
        return text.replace(" 约 ", "约 ").replace(" 不到 ", "不到 ")  # 自己付约 30,000 元

    # ------------------------------------------------------------ the result

    def result(self, case: Case, decision: Decision, corrected: Sequence[str]) -> str:
        """Verdict, sum, what is left open; the reasons are told when he asks why."""
        parts = [self.echo(case, corrected)]
        if decision.uncovered:
            parts.append(self.say("uncovered", rules="、".join(decision.uncovered)))
        elif decision.verdict == "not_eligible":
            parts.append(self._not_eligible(case, decision))
        elif decision.verdict == "unknown":
            parts += self.open_lines(case, decision)
        elif decision.payment is not None:
            parts.append(self._eligible(decision.payment, case))
        said: tuple[str, ...] = DOUBTFUL if decision.verdict == "eligible" else ()
        if any(finding.rule == "who" for finding in decision.because("no")):
            said = ("subject_retired", "subject_work")  # the verdict has said it
        parts += [self.say(subject) for subject in case.subjects if subject not in said]
        if case.relation:
            parts.append(self.say("for_" + case.relation))
        if decision.payment is not None and decision.payment.left != 0:
            parts.append(self.say("to_verify", rules=self.open_rules()))
        return "\n".join(part for part in parts if part)

    def echo(self, case: Case, corrected: Sequence[str] = ()) -> str:
        """What is known so far, so that he sees a misunderstanding at once."""
        known = self.known(case)
        if not known:
            return ""
        return self.say("corrected" if corrected else "as_told", facts="，".join(known))

    def known(self, case: Case) -> list[str]:
        """The facts in short words."""
        facts, words = case.facts, []
        if facts.identity:
            words.append(self._who(case))
        if facts.insurance:
            words.append(INSURANCE[facts.insurance])
        if facts.own_payment:
            words.append(self.say("paid", amount=facts.own_payment.words()))
        elif facts.total:
            words.append(self.say("total", amount=facts.total.words()))
        words += [self.say("other_stay", amount=yuan(cost)) for cost in facts.stays]
        if facts.received == Amount(0):
            words.append(self.say("received_nothing"))
        elif facts.received:
            words.append(self.say("received", amount=facts.received.words()))
        return words

    def _who(self, case: Case) -> str:
        identity = case.facts.identity or "other"
        if identity != "other":
            return IDENTITIES[identity]
        return self.say("neither_retired" if "subject_retired" in case.subjects else "neither")

    def _eligible(self, payment: Payment, case: Case) -> str:
        if payment.left == 0:
            return f"{self.say('eligible_full')}\n{self.sum(payment, case)}"
        doubts = [subject for subject in case.subjects if subject in DOUBTFUL]
        lines = [self.say("eligible_but" if doubts else "eligible"), *(self.say(doubt) for doubt in doubts)]
        lines.append((self.say("if_counted") if doubts else "") + self.sum(payment, case))
        if case.facts.stays:
            lines.append(self.say("several_enough"))
        ceiling = self.scheme.ceiling.value_on(self.day)
        if ceiling and case.facts.own_payment and case.facts.own_payment.bounds()[1] > ceiling:
            lines.append(self.say("over_ceiling"))
        if case.assumed:
            lines.append(self.say("assumed"))
        return "\n".join(lines)

    def sum(self, payment: Payment, case: Case) -> str:
        """What he may get, never beyond the rules' limits."""
        received = case.facts.received
        if payment.high is None:
            return self.say("sum_open", low=yuan(payment.low))
        if received is None:
            if payment.by_rate is None:
                return self.say("sum_range")
            return self.say("sum_rate", sum=_between(*payment.by_rate))
        if received == Amount(0) and payment.by_rate is None:
            return self.say("sum_from_zero")
        told = {"left": self._left_in_words(payment, received), "received": received.words()}
        if payment.left == 0:
            return self.say("sum_nothing_left", **told)
        if payment.remainder_open:
            return self.say("sum_remainder", **told)
        if payment.by_rate is None:
            return self.say("sum_left", **told)
        return self.say("sum_rate_left", sum=_between(payment.low, payment.high), **told)

    def left(self, case: Case) -> int | None:
        """What is left of the year's cap at most, 分; None where that is not known."""
        cap, received = self.scheme.yearly_cap.value_on(self.day), case.facts.received
        return None if cap is None or received is None else max(0, cap - received.bounds()[0])

    def _left_in_words(self, payment: Payment, received: Amount) -> str:
        """What is left at most; 「一千多」 leaves less than four thousand."""
        if received.approx == ">" and payment.cap and payment.cap > received.fen:
            return self.say("less_than", amount=yuan(payment.cap - received.fen))
        return yuan(payment.left or 0)

    def supposed(self, facts: Facts, decision: Decision) -> str:
        """What it would be with a sum that he only supposes: 「要是五万呢」."""
        if decision.payment is not None:
            outcome = ("" if decision.payment.left == 0 else self.say("if_enough")) + self.sum(
                decision.payment, Case(facts)
            )
        elif decision.verdict == "not_eligible" and decision.because("no")[0].rule == "threshold":
            outcome = self.say("if_below")
        elif decision.verdict == "not_eligible" and decision.because("no")[0].rule == "who":
            outcome = self.say("no_who")
        else:
            outcome = self.say("rules")
        ceiling = self.scheme.ceiling.value_on(self.day)
        over = ceiling and facts.own_payment and facts.own_payment.bounds()[1] > ceiling
        return (
            self.say("supposed", facts="，".join(self.known(Case(facts))))
            + outcome
            + (self.say("over_ceiling") if over else "")
        )

    def each(self, paid: Sequence[Amount], decisions: Sequence[Decision], tail: str) -> str:
        """Several people at once, a line each: who passes the threshold and who does not."""
        lines = [self.say("each_head")]
        for amount, decision in zip(paid, decisions, strict=True):
            key = {"eligible": "each_yes", "not_eligible": "each_no"}.get(decision.verdict, "each_open")
            lines.append(self.say(key, amount=amount.words()))
        return "\n".join((*lines, self.say(tail)))

    def cap_line(self, case: Case) -> str:
        """How far the year's cap is used; empty where he has not said what he received."""
        left, received = self.left(case), case.facts.received
        if left is None or received is None or received == Amount(0):
            return ""
        return self.say("cap_left", received=received.words(), left=yuan(left))

    def _not_eligible(self, case: Case, decision: Decision) -> str:
        refused = decision.because("no")[0]
        if refused.rule == "threshold":
            return self.say("no_exactly" if self._is_threshold(case) else "no_threshold")
        if refused.rule == "who":
            return self.say("no_who")
        return self.say("no_other", title=refused.title, clause=refused.clause, yours=refused.yours)

    def _is_threshold(self, case: Case) -> bool:
        """Whether he paid exactly what must be passed."""
        paid, threshold = case.facts.own_payment, self.scheme.threshold.value_on(self.day)
        alone = paid is not None and not paid.approx and not case.facts.stays
        return alone and threshold is not None and paid is not None and paid.fen == threshold.amount

    def open_lines(self, case: Case, decision: Decision) -> list[str]:
        """Why there is no verdict: what the published rules leave open, or what he could not tell."""
        waits = case.facts.insurance == "not_yet"  # then the cost is open only because of that
        opened = [one for one in decision.because("open") if not (waits and one.rule == "threshold")]
        lines = [self._open_line(finding, case) for finding in opened]
        missing = decision.because("missing")
        asks = [finding.ask for finding in missing if finding.ask in _IFS]
        if case.facts.own_payment is None:  # 「这个数」 of which that sentence speaks
            asks = [ask for ask in asks if ask != "insurance"]
        if case.facts.own_payment is not None:  # he told it, but too roughly to see on which side it lies
            asks = ["exact" if ask == "own_payment" else ask for ask in asks]
        lines += [self.say(f"if_{ask}") for ask in asks]
        others = [finding.title for finding in missing if finding.ask not in _IFS]
        if others:
            lines.append(self.say("if_others", rules="、".join(others)))
        return lines

    def _open_line(self, finding: Finding, case: Case) -> str:
        if finding.rule == "after_insurance":
            return self.say("not_insured" if case.facts.insurance == "none" else "not_yet_insured")
        return self.say("several_open")

    def open_rules(self, limit: int = NAMED) -> str:
        """Titles of what is not published, those that he cares about first."""
        titles = _open_titles(self.knowledge, self.scheme.id, self.day)
        return "、".join(titles[:limit]) + ("等" if len(titles) > limit else "")

    # ------------------------------------------------------------ why, and what to do

    def why(self, case: Case, decision: Decision) -> str:
        """The reasons in sentences, each with its clause; source and date once at the end."""
        lines = [self.say("why_head")]
        for finding in decision.trace:
            key = f"why_{finding.state}"
            lines.append(self.say(key, title=finding.title, clause=finding.clause, yours=finding.yours))
        if decision.payment is not None:
            lines.append(self.say("why_sum"))
            if case.facts.received is not None:
                lines.append("· " + self.sum(decision.payment, case))
        sources = dict.fromkeys((item.source, item.since) for item in decision.trace if item.source)
        for source, since in sources:
            day = since.isoformat() if since else self.say("day_unpublished")
            lines.append(self.say("why_source", source=source, since=day))
        lines.append(self.say("why_verify", rules=self.open_rules(limit=10)))
        return "\n".join(lines)

    def checklist(self) -> str:
        """Materials, place and deadline where they are published; empty where none of them is."""
        materials = self.scheme.materials.value_on(self.day)
        channel = self.scheme.channel.value_on(self.day)
        days = self.scheme.deadline_days.value_on(self.day)
        lines = [f"□ {item}" for item in materials or ()]
        if channel:
            lines.append(self.say("how_channel", channel=channel))
        if days is not None:
            lines.append(self.say("how_deadline", days=days))
        return "\n".join(lines)


#: Facts whose absence has a sentence of its own in a result.
_IFS = ("own_payment", "identity", "insurance")


def _between(low: int, high: int) -> str:
    return yuan(low) if low == high else f"{yuan(low)} 到 {yuan(high)}"


@lru_cache(maxsize=16)  # the schemes and versions in use, today and around midnight
def _figures(knowledge: Knowledge, scheme_id: str, day: date) -> dict[str, object]:
    """What every sentence may name: the scheme's figures, and telephone numbers."""
    scheme = scheme_of(knowledge, scheme_id)
    rules: dict[str, Dated[Any]] = {
        "threshold": scheme.threshold,
        "ceiling": scheme.ceiling,
        "floor": scheme.floor,
        "cap": scheme.yearly_cap,
    }
    unknown = knowledge.text("claims.unpublished")
    figures: dict[str, object] = {name: _figure(rule, day, unknown) for name, rule in rules.items()}
    contacts = knowledge.contacts
    figures |= {"number": contacts[scheme.contact].number, "scheme": scheme.name}
    others = ("labour", "legal_aid", "medical_insurance", "police")
    return figures | {f"number_{name}": contacts[name].number for name in others}


@lru_cache(maxsize=16)
def _open_titles(knowledge: Knowledge, scheme_id: str, day: date) -> tuple[str, ...]:
    """What is not published, those rules that he cares about first."""
    rules = unpublished(scheme_of(knowledge, scheme_id), day)
    rules.sort(key=lambda rule: _FIRST.index(rule.key) if rule.key in _FIRST else len(_FIRST))
    return tuple(rule.title for rule in rules)


def _figure(rule: Dated[Any], day: date, unknown: str) -> str:
    value = rule.value_on(day)
    if value is None:
        return unknown
    return yuan(value if isinstance(value, int) else value.amount)


@lru_cache(maxsize=16)
def scheme_of(knowledge: Knowledge, scheme_id: str) -> Scheme:
    """The scheme of that id. Raises LookupError where the content has none."""
    for data in knowledge.schemes:
        if data["id"] == scheme_id:
            return parse_scheme(data)
    raise LookupError(f"no scheme {scheme_id} in content/schemes")


@lru_cache(maxsize=16)
def limits(knowledge: Knowledge, scheme_id: str) -> frozenset[int]:
    """The scheme's own figures in 分, as a worker may quote them."""
    scheme = scheme_of(knowledge, scheme_id)
    found = {term.value for rule in (scheme.ceiling, scheme.floor, scheme.yearly_cap) for term in rule.terms}
    found |= {term.value.amount for term in scheme.threshold.terms if term.value}
    return frozenset(figure for figure in found if figure is not None)
