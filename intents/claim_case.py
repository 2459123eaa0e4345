"""What a worker has told about one claim, in any order, and how what was heard changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from intents.claim_heard import Heard
from intents.facts import Amount, Facts
from knowledge.base import Knowledge

#: The three facts that are asked for by numbered choices, and what each choice stands for.
CHOICES: dict[str, tuple[str, ...]] = {
    "identity": ("new_employment", "migrant_worker", "other"),
    "insurance": ("settled", "not_yet", "none"),
}

_AMOUNTS = ("own_payment", "total", "received")
#: Facts that are days.
DAYS = ("stay_on", "discharged_on", "enrolled_on")


@dataclass(slots=True)
class Case:
    """One claim in talk: the facts, and how far the talk has come."""

    facts: Facts = field(default_factory=Facts)
    relation: str = ""  # for whom he asks; "" for himself
    asker: str = ""  # what he himself is, where he asks for another
    asked: dict[str, int] = field(default_factory=dict)  # fact → how often it was asked for
    failed: dict[str, int] = field(default_factory=dict)  # fact → how often the answer brought nothing
    asides: int = 0  # questions of his that were answered while ours waited
    skipped: list[str] = field(default_factory=list)  # facts that he could not tell
    covered: int = 0  # what the insurance paid, 分
    covered_most: int = 0  # the same at most, where it was told roughly
    spent: bool = False  # his own payment was told as 花了, before he spoke of his insurance
    subjects: list[str] = field(default_factory=list)  # matters named that deserve a word, e.g. offsite
    assumed: bool = False  # the insurance was part of our question about the amount, not of his answer
    steps: bool = False  # what to do next was told once
    howto: bool = False  # he also asked what to bring: to be told with the result
    decided: bool = False  # a result was given
    ended: str = ""  # what the result was instead of a reckoning: "injury", "death" …
    kept_on: str = ""  # ISO date on which it was kept
    message: str = ""  # the id of the message that was answered last
    people: list[int] = field(default_factory=list)  # what each of several people paid, 分
    mine: int = -1  # which of them he is himself; -1 where he did not say
    people_asked: bool = False  # he was asked for the sums of several people
    kept: str = ""  # "asked": whether to remember was just asked; "done": that was answered or passed

    def to_json(self) -> dict[str, Any]:
        """JSON values, for the session and for what is kept with consent."""
        facts = {key: _plain(value) for key, value in _told(self.facts).items()}
        return {**{name: getattr(self, name) for name in _OF_A_CASE}, "facts": facts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Case:
        """The case that `to_json` wrote."""
        facts = dict(data.get("facts", {}))
        for key in _AMOUNTS:
            if key in facts:
                facts[key] = Amount(**facts[key])
        for key in DAYS:
            if key in facts:
                facts[key] = date.fromisoformat(facts[key])
        facts["stays"] = tuple(facts.get("stays", ()))
        return cls(**{**data, "facts": Facts(**facts)})


_OF_A_CASE = tuple(one.name for one in fields(Case))
_OF_FACTS = tuple(one.name for one in fields(Facts))


def _plain(value: Any) -> Any:
    if isinstance(value, Amount):
        return {"fen": value.fen, "approx": value.approx, "most": value.most}
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def learn(case: Case, heard: Heard) -> list[str]:
    """Take what was heard into the case; returns the facts that he corrected."""
    before, facts = case.facts, dict(heard.facts)
    again = heard.another_stay and case.decided and not heard.mends
    if again and "own_payment" in facts and before.own_payment:
        facts["stays"] = (*before.stays, before.own_payment.fen)
    _take_insurers_part(case, heard, facts)
    from_elsewhere = facts.get("identity") == "migrant_worker" and before.identity == "new_employment"
    if from_elsewhere and not heard.mends:  # 「他是湖南人」 of a courier: he stays one
        facts.pop("identity")
    if heard.is_not and heard.is_not == before.identity:
        facts.setdefault("identity", None)
    if "insurance" in facts or before.insurance is None:
        case.assumed = heard.assumes_insurance and facts.setdefault("insurance", "settled") == "settled"
    case.facts = replace(before, **facts)
    case.relation = heard.relation or case.relation
    case.asker = heard.asker or case.asker
    if facts or not case.decided:  # 「那门诊呢」 after a result is a question, not a fact of this case
        case.subjects += [name for name in heard.subjects if name not in case.subjects]
    if "subject_accident" in heard.subjects:  # he says that it was not at work
        case.subjects = [name for name in case.subjects if name not in ("subject_fall", "subject_injury")]
    case.skipped = [name for name in case.skipped if name not in facts]
    return [] if "stays" in facts else _changed(before, facts, heard.mends)


def _take_insurers_part(case: Case, heard: Heard, facts: dict[str, Any]) -> None:
    """What is left for him of a bill of which the insurance paid a part, told before or now."""
    before = case.facts
    if heard.covered or case.decided:
        case.covered, case.covered_most = heard.covered, heard.covered_most
    total = facts.get("total") or before.total
    if "own_payment" in facts:
        case.spent = heard.spent and "insurance" not in facts
    elif case.spent and heard.covered and before.own_payment and before.own_payment.fen > heard.covered:
        facts["own_payment"] = before.own_payment.less(heard.covered, heard.covered_most)
        case.spent = False
    told = "own_payment" in facts or (before.own_payment is not None and not heard.covered)
    if case.covered and total and total.fen > case.covered and not told:
        facts["own_payment"] = total.less(case.covered, case.covered_most)
        facts["insurance"] = "settled"
    if case.covered and heard.bill > case.covered:
        facts["own_payment"] = Amount(heard.bill - case.covered)
    if case.decided and "total" in facts and "own_payment" not in facts and not heard.another_stay:
        facts.setdefault("own_payment", _left_of(before, facts["total"]))
    if case.decided and "total" in facts:  # another bill, of which his share is not known yet
        facts.setdefault("own_payment", None)


def _left_of(before: Facts, total: Amount) -> Amount | None:
    """「总的是6万」 after a bill of 5万 of which the insurance paid a part: his is what that part leaves of it."""
    if before.total is None or before.own_payment is None or before.insurance != "settled":
        return None
    part = before.total.fen - before.own_payment.fen
    return total.less(part) if 0 < part < total.fen else None


def _changed(before: Facts, facts: dict[str, Any], mends: bool) -> list[str]:
    """The facts that are another than before; 两千多 and then the exact figure is none."""
    changed = [name for name in facts if getattr(before, name) not in (None, (), facts[name])]
    rough = before.own_payment is not None and (before.own_payment.approx or before.own_payment.most)
    return [name for name in changed if not (name == "own_payment" and rough and not mends)]


def _told(facts: Facts) -> dict[str, Any]:
    values = ((name, getattr(facts, name)) for name in _OF_FACTS)
    return {name: value for name, value in values if value not in (None, ())}


def choice_text(knowledge: Knowledge, value: str) -> str:
    """The line that a choice shows, e.g. of new_employment."""
    return knowledge.text(f"claims.choice_{value}")
