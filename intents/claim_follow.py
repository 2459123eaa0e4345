"""Questions about a claim that tell no new fact: which question it is, and what is answered.

Each kind has its words in content/words/claims.toml under the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from intents.claim_case import Case
from intents.claim_heard import concepts, concepts_in, has_word
from intents.claim_view import DOUBTFUL, View
from intents.eligibility import Decision
from intents.text import fold
from intents.topics import named_answer
from intents.types import Match
from knowledge.base import Answer, Knowledge

#: The answer that tells mutual aid, the platforms' scheme and the commercial one apart.
SCHEMES = "claim_schemes"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and all that its answer may depend on."""

    knowledge: Knowledge
    view: View
    match: Match
    case: Case
    awaiting: str  # the fact that our own question waits for
    decide: Callable[[], Decision]

    @property
    def decision(self) -> Decision:
        """Made only for the answers that depend on it."""
        return self.decide()


def question_in(knowledge: Knowledge, folded: str, case: Case) -> str:
    """The first kind of question that the text has words of, or none."""
    injured = "subject_injury" in case.subjects
    for kind in ANSWERS:
        if kind == "formality":
            if formalities(knowledge, folded):
                return kind
        elif has_word(knowledge, kind, folded) and (injured or kind != "injury_refused"):
            return kind
    return "how" if folded.strip(" ?？。") in knowledge.words["claims.and_then"] else ""


def formalities(knowledge: Knowledge, folded: str) -> list[str]:
    """The small matters of the procedure that a text names, as keys of the texts."""
    found = concepts_in(knowledge, folded)
    return [name for name in concepts(knowledge, "formality_") if name in found]


def answer(kind: str, asked: Asked) -> str:
    """What is said to a question of that kind."""
    return ANSWERS[kind](asked)


def how(asked: Asked) -> str:
    """The answer that an admin wrote for what was asked, else what to do next."""
    if formalities(asked.knowledge, fold(asked.match.text)):
        return _formality(asked)
    if not asked.view.checklist():
        named = named_answer(asked.knowledge, asked.match, "claim_howto") or _default(asked.knowledge)
        begun = asked.case.decided or bool(asked.view.known(asked.case))
        general = named is not None and named.default and begun
        again = (
            asked.case.decided and not asked.case.steps and has_word(asked.knowledge, "how", asked.match.text)
        )
        if named is not None and not (general or again):
            return named.text
    return next_steps(asked)


def _default(knowledge: Knowledge) -> Answer | None:
    """What is said of applying in general; full text finds too much in words that were misheard."""
    return next((one for one in knowledge.answers if one.label == "claim_howto" and one.default), None)


def next_steps(asked: Asked) -> str:
    """The scheme's own list where it is published, else what to do until it is."""
    view, case = asked.view, asked.case
    told, case.steps = case.steps, True
    if listed := view.checklist():
        return listed
    if case.facts.insurance in ("not_yet", "none"):
        return view.say("how_insurance")
    refused = case.decided and asked.decision.verdict == "not_eligible"
    if told and not has_word(asked.knowledge, "how_whole", fold(asked.match.text)):
        return view.say("how_again")
    return view.say("how_no" if refused else "how")


def how_much(asked: Asked) -> str:
    """The range again, and that the union decides."""
    view, case, payment = asked.view, asked.case, asked.decision.payment
    if asked.awaiting and _floor_meets_cap(asked):
        return _floor(asked)
    if payment is None:
        if asked.awaiting and (cap := view.cap_line(case)):
            return f"{cap}\n{view.say('by_review')}"
        return view.say("rules") if asked.awaiting else view.result(case, asked.decision, ())
    doubts = (view.say(subject) for subject in case.subjects if subject in (*DOUBTFUL, "subject_zhouhuibao"))
    review = () if payment.by_rate else (view.say("by_review"),)
    return "\n".join((*doubts, view.sum(payment, case), *review))


def _why(asked: Asked) -> str:
    if not asked.case.decided and has_word(asked.knowledge, "reckoning", fold(asked.match.text)):
        return asked.view.say("rules")
    asks_why_asked = asked.awaiting or has_word(asked.knowledge, "why_ask", fold(asked.match.text))
    return asked.view.say("why_ask") if asks_why_asked else asked.view.why(asked.case, asked.decision)


def _why_verify(asked: Asked) -> str:
    return asked.view.say("why_open_rules", rules=asked.view.open_rules(limit=6))


def _floor(asked: Asked) -> str:
    """The lowest payment meets what is left of the year."""
    view = asked.view
    if _floor_meets_cap(asked):
        return view.say("floor_meets_cap", cap_line=view.cap_line(asked.case))
    return view.say("floor")


def _floor_meets_cap(asked: Asked) -> bool:
    left, floor = asked.view.left(asked.case), asked.view.scheme.floor.value_on(asked.view.day)
    return left is not None and floor is not None and 0 < left < floor


def _formality(asked: Asked) -> str:
    """What of the procedure he asked for is not published; whom to ask."""
    names = formalities(asked.knowledge, fold(asked.match.text))
    return asked.view.say("formality", what="；".join(asked.view.say(name) for name in names))


def _denied(asked: Asked) -> str:
    """「那就是报不了是吗」「一分都没有吗」."""
    view, case, decision = asked.view, asked.case, asked.decision
    if decision.verdict == "eligible":
        return (
            view.say("denied_not")
            if decision.payment is None or decision.payment.left != 0
            else how_much(asked)
        )
    if decision.verdict == "not_eligible":
        return view.say("denied")
    return "\n".join((view.say("denied_open"), *view.open_lines(case, decision)))


def _counts(asked: Asked) -> str:
    """「这样算吗」: yes by what is published, else why not."""
    return asked.view.say("counts") if asked.decision.verdict == "eligible" else _denied(asked)


def _schemes(asked: Asked) -> str:
    """What tells the three schemes apart, as an admin wrote it."""
    texts = (one.text for one in asked.knowledge.answers if one.id == SCHEMES)
    return next(texts, asked.view.say("rules"))


def _says(key: str) -> Callable[[Asked], str]:
    return lambda asked: asked.view.say(key)


#: Kinds of questions in the order in which they are looked for.
ANSWERS: dict[str, Callable[[Asked], str]] = {
    "injury_refused": _says("injury_refused"),
    "injury_cost": _says("injury_cost"),
    "lookup": _says("lookup"),
    "why_verify": _why_verify,
    "too_little": _says("too_little"),
    "other_help": _says("other_help"),
    "denied": _denied,
    "next_year": _says("next_year"),
    "self_terms": _says("self_terms"),
    "schemes": _schemes,
    "counts": _counts,
    "who_is": _says("who_is"),
    "insurance_office": _says("insurance_office"),
    "enrol": _says("enrol"),
    "ratio": _says("ratio"),
    "floor": _floor,
    "doubt": _says("doubt"),
    "why": _why,
    "formality": _formality,
    "deadline": _says("deadline"),
    "how": how,
    "how_much": how_much,
    "rules": _says("rules"),
}
