"""What a worker has told about one claim, in any order, and what one more message adds to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from intents.eligibility import Amount, Facts
from intents.text import fold
from intents.types import Context, Slot
from knowledge.base import Knowledge

#: The three facts that are asked for by numbered choices, and what each choice stands for.
CHOICES: dict[str, tuple[str, ...]] = {
    "identity": ("new_employment", "migrant_worker", "other"),
    "insurance": ("settled", "not_yet", "none"),
}

_AMOUNTS = ("own_payment", "total", "received")
_DAYS = ("stay_on", "discharged_on", "enrolled_on")


@dataclass(slots=True)
class Case:
    """One claim in talk: the facts, and how far the talk has come."""

    facts: Facts = field(default_factory=Facts)
    relation: str = ""  # for whom he asks; "" for himself
    asked: dict[str, int] = field(default_factory=dict)  # fact → how often it was asked for
    skipped: list[str] = field(default_factory=list)  # facts that he could not tell
    subjects: list[str] = field(default_factory=list)  # matters named that deserve a word, e.g. offsite
    assumed: bool = False  # the insurance was part of our question about the amount, not of his answer
    howto: bool = False  # he also asked what to bring: to be told with the result
    decided: bool = False  # a result was given
    message: str = ""  # the id of the message that was answered last
    kept: str = ""  # "asked": whether to remember was just asked; "done": that was answered or passed

    def to_json(self) -> dict[str, Any]:
        """JSON values, for the session and for what is kept with consent."""
        facts = {key: _plain(value) for key, value in asdict(self.facts).items() if value not in (None, ())}
        return {**asdict(self), "facts": facts}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Case:
        """The case that `to_json` wrote."""
        facts = dict(data.get("facts", {}))
        for key in _AMOUNTS:
            if key in facts:
                facts[key] = Amount(**facts[key])
        for key in _DAYS:
            if key in facts:
                facts[key] = date.fromisoformat(facts[key])
        facts["stays"] = tuple(facts.get("stays", ()))
        return cls(**{**data, "facts": Facts(**facts)})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(slots=True)
class Heard:
    """What one message says about the claim."""

    facts: dict[str, Any] = field(default_factory=dict)
    relation: str = ""
    subjects: list[str] = field(default_factory=list)
    another_stay: bool = False
    after_insurance: bool = False  # the amount answers our question, which names it as after the insurance
    unsure: bool = False  # 不知道, 不清楚
    yes: bool | None = None
    mends: bool = False  # 不对, 其实, 说错了


def listen(context: Context, limits: Collection[int] = ()) -> Heard:
    """Read the message, with the question in hand in mind. Changes nothing.

    `limits` (分) are the scheme's own figures: 「不是说最低500吗」 does not mean that he paid 500.
    """
    form, knowledge = context.session.form, context.knowledge
    awaiting = form.awaiting if form is not None and form.service == "claims" else ""
    chosen = _chosen(knowledge, context.match.text)
    if chosen:
        return Heard(facts=dict([chosen]))
    text = fold(context.match.text)
    heard = Heard(
        subjects=subjects_in(knowledge, text),
        unsure=has_word(knowledge, "unsure", text),
        mends=has_word(knowledge, "mends", text),
        another_stay=has_word(knowledge, "another_stay", text),
        yes=_yes_or_no(context),
    )
    _hear_money(context, heard, awaiting, limits)
    _hear_person(context, heard)
    if "subject_retired" in heard.subjects:
        heard.facts.setdefault("identity", "other")
    _hear_insurance(context, heard, awaiting)
    _hear_other_facts(context, heard, awaiting)
    return heard


def learn(case: Case, heard: Heard) -> list[str]:
    """Take what was heard into the case; returns the facts that he corrected."""
    before, facts = case.facts, dict(heard.facts)
    again = heard.another_stay and case.decided and not heard.mends
    if again and "own_payment" in facts and before.own_payment:
        facts["stays"] = (*before.stays, before.own_payment.fen)
    if "insurance" in facts:
        case.assumed = False
    elif heard.after_insurance and before.insurance is None:
        facts["insurance"], case.assumed = "settled", True
    case.facts = replace(before, **facts)
    case.relation = heard.relation or case.relation
    case.subjects += [name for name in heard.subjects if name not in case.subjects]
    case.skipped = [name for name in case.skipped if name not in facts]
    changed = (name for name in facts if getattr(before, name) not in (None, (), facts[name]))
    return [name for name in changed if name != "stays" and "stays" not in facts]


# ---------------------------------------------------------------- words of content/words/claims.toml


def has_word(knowledge: Knowledge, concept: str, folded: str) -> bool:
    """Whether a folded text has a word of the concept `claims.<concept>`."""
    return any(word in folded for word in knowledge.words.get(f"claims.{concept}", ()))


def subjects_in(knowledge: Knowledge, folded: str) -> list[str]:
    """The matters named that have a sentence of their own: `claims.subject_…` in words and in texts."""
    prefix = "claims.subject_"
    concepts = (key for key in knowledge.words if key.startswith(prefix))
    names = (key.removeprefix("claims.") for key in concepts)
    return [name for name in names if has_word(knowledge, name, folded)]


def choice_text(knowledge: Knowledge, value: str) -> str:
    """The line that a choice shows, e.g. of new_employment."""
    return knowledge.text(f"claims.choice_{value}")


def _chosen(knowledge: Knowledge, text: str) -> tuple[str, str] | None:
    """The fact and value of a choice that was tapped."""
    for fact, values in CHOICES.items():
        for value in values:
            if text.strip() == choice_text(knowledge, value):
                return fact, value
    return None


# ---------------------------------------------------------------- facts, from the slots


def _yes_or_no(context: Context) -> bool | None:
    slot = context.match.slot("yes_no")
    return None if slot is None else slot.value in (True, "yes")


def _hear_money(context: Context, heard: Heard, awaiting: str, limits: Collection[int]) -> None:
    for name in ("received", "total"):
        if slot := context.match.slot(name):
            heard.facts[name] = _amount(slot)
    amounts = [slot for slot in context.match.all("amount") if not _denied(context, slot)]
    text = fold(context.match.text)
    if any(has_word(context.knowledge, concept, text) for concept in ("rules", "doubt", "floor")):
        amounts = [slot for slot in amounts if slot.value not in limits]
    if not amounts:
        return
    if awaiting == "received" and "received" not in heard.facts:
        heard.facts["received"] = _amount(amounts[0])
    else:
        heard.facts["own_payment"] = _amount(amounts[-1] if heard.mends else amounts[0])
        if len(amounts) > 1 and has_word(context.knowledge, "several_stays", text) and not heard.mends:
            heard.facts["stays"] = tuple(slot.value for slot in amounts[1:])
        heard.after_insurance = awaiting == "own_payment"


def _amount(slot: Slot) -> Amount:
    return Amount(int(slot.value), slot.approx)


def _denied(context: Context, slot: Slot) -> bool:
    """「是3万不是3千」: the second is what he does not mean."""
    return fold(context.match.text[: slot.start]).rstrip().endswith(("不是", "没有", "不到是"))


def _hear_person(context: Context, heard: Heard) -> None:
    identities = context.match.all("identity")
    if identities:
        heard.facts["identity"] = identities[-1].value
    if slot := context.match.slot("relation"):
        heard.relation = str(slot.value)


def _hear_insurance(context: Context, heard: Heard, awaiting: str) -> None:
    if slot := context.match.slot("insured"):
        heard.facts["insurance"] = _INSURANCE.get(slot.value, slot.value)
    elif awaiting == "insurance" and heard.yes is not None and not heard.unsure:
        heard.facts["insurance"] = "settled" if heard.yes else "not_yet"


_INSURANCE: dict[Any, str] = {True: "settled", False: "none", "yes": "settled", "no": "none"}


def _hear_other_facts(context: Context, heard: Heard, awaiting: str) -> None:
    """Facts that only a scheme with more rules asks for: days, ages, membership."""
    if awaiting in _DAYS and (slot := context.match.slot("date")):
        heard.facts[awaiting] = slot.value
    if awaiting == "member" and heard.yes is not None:
        heard.facts["member"] = heard.yes
    if awaiting in ("age", "insured_months", "hospital_days") and (slot := context.match.slot("number")):
        heard.facts[awaiting] = int(slot.value)
