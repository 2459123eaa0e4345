"""The talk about one claim: what a message adds to the case, and which reply goes first.

The case lives in `session.memory["claims"]` until the pause after
which the conversation forgets it; it is kept longer only after a recorded yes.
"""

from __future__ import annotations

from dataclasses import replace

from intents.claim_case import Case, learn
from intents.claim_follow import answer, how, how_much
from intents.claim_hearing import LABELS, NAME, SHORT
from intents.claim_people import asks_whether_together, named_for_all, whose
from intents.claim_sums import LEAST, mine_among, of_people
from intents.claim_telling import Telling
from intents.eligibility import decide
from intents.facts import Amount, Facts
from intents.slots.numerals import numbers
from intents.topics import INJURY
from intents.types import Form, Reply

#: Sums (分) that nobody pays for an illness: said wrong, or to try us out.
NO_COST = (100_00, 10_000_000_00)


#: Questions that make 「怎么办」 a second wish.
_ABOUT_THE_WAY = ("how", "formality", "deadline")

#: 「跨年怎么算」「为什么门诊要核实」: the matter named is what is asked about.
_ALSO_OF_SUBJECTS = ("rules", "why", "why_verify")


class Talk(Telling):
    """The reply to one message, and what it changes in the case."""

    def reply(self) -> Reply:
        self._keep_real_second_wishes()
        if self.wants_forgetting():
            return self.forget()
        if self.case.message == self.context.message.id:
            # The second wish of a message whose first was just served.
            reply = self._with_question(how(self._asked()))
        elif self.answers_about_keeping():
            reply = self.keep()
        else:
            if self.case.kept == "asked":
                self.case.kept = "done"  # silence is a no for now
            reply = self._answer()
        self.case.message = self.context.message.id
        self.context.session.last_intent = LABELS[0]  # also when the reply to a form has no label
        self.context.session.memory[NAME] = self.case.to_json()
        return reply

    def _asks_after_an_injury(self) -> bool:
        """「那互助呢」 of who was just told what to do about an injury at work."""
        session = self.context.session
        told = session.memory.get("topics", {}).get("legal") == INJURY
        names_it = told and "互助" in self.text and len(self.text) <= SHORT
        return session.last_intent == "legal" and (names_it or self.has("injury_cost"))

    def _answer(self) -> Reply:
        if self._asks_after_an_injury():
            return Reply(self.view.say("injury_cost"), intent=LABELS[0])
        if (reply := self._of_several()) is not None:
            return reply
        if self.supposes():
            return self._suppose()
        if (reply := self._first_of_all()) is not None:
            return reply
        if not self.awaiting and not self.case.decided and self.only_tells_who():
            learn(self.case, self.heard)
            return Reply(self.view.say("told_who", who=self.view.known(self.case)[0]), intent=LABELS[0])
        corrected = learn(self.case, self.heard)
        if self.has("refuses") and self.case.facts.own_payment is None:
            self.case.skipped += ["own_payment", "insurance"]
        learnt = bool(self.heard.facts or self.heard.covered or corrected)
        if self.asks_only_how():
            others = tuple(label for label in self.context.match.also if label not in LABELS)
            self.context.match = replace(self.context.match, also=others)
            place = self.place()
            where = self.view.say("place_asked", place=place) if place else ""
            return self._with_question(where or self._subjects() or how(self._asked()))
        asked_too = "claim_howto" in self.context.match.also or (
            learnt and self.question() in ("how", "formality")
        )
        self.case.howto = self.case.howto or asked_too
        if not learnt and (reply := self._aside()) is not None:
            return reply
        if self.awaiting and not learnt:
            self.case.failed[self.awaiting] = self.case.failed.get(self.awaiting, 0) + 1
            if self.heard.unsure:
                self.case.skipped.append(self.awaiting)
        decision = self.decide()
        question = self._next_question(decision) or ("received" if self._got_an_unknown_sum() else "")
        if "subject_injury" in self.heard.subjects:
            self._has_no_second_wish()
            return self._ends("injury", "legal")
        if question and self.view.left(self.case) == 0:
            return self._full_year()
        return self.ask(question) if question else self.result(decision, corrected)

    def _got_an_unknown_sum(self) -> bool:
        """「今年领过一次，忘了多少」: the next sum that he names is that one."""
        case = self.case
        open_ = case.facts.received is None and "received" not in case.asked
        return open_ and not case.decided and self.has("got_before")

    def _of_several(self) -> Reply | None:
        """Several people at once: their sums, whose turn it is; else whether another than before was ill."""
        case, heard = self.case, self.heard
        sums = tuple(one for one in numbers(self.text) if one.value * 100 >= LEAST)
        if case.people_asked and not heard.each and not heard.covered:
            heard.each = [Amount(int(one.value * 100)) for one in sums] if len(sums) > 1 else []
        if heard.each:
            return self._each()
        told = "own_payment" in heard.facts or self.awaiting or case.decided
        if not case.people and not told and of_people(self.text):
            self._has_no_second_wish()
            learn(case, heard)
            case.people_asked = True
            return Reply(self.view.say("each_ask"), intent=LABELS[0])
        if case.people and asks_whether_together(self.text) and not sums:
            return Reply(self.view.say("each_apart"), intent=LABELS[0])
        at = whose(case.people, case.mine, self.text, sums)
        if at is None:
            self._begin_for_another()
        elif case.facts.own_payment != Amount(case.people[at]):
            known = Facts(case.facts.identity, case.facts.insurance)
            self.case = Case(known, people=case.people, mine=case.mine, kept=case.kept)
            heard.facts.pop("stays", None)
            heard.facts["own_payment"] = Amount(case.people[at])
            self.context.match = replace(self.context.match, intent=LABELS[0], also=())
        return None

    def _begin_for_another(self) -> None:
        """A word about another person after a result, or about himself again, begins a case of its own."""
        if self.about_somebody_else() and self.case.ended != "death":
            self.case = Case(kept=self.case.kept)
        elif self.case.relation and self.has("myself"):
            self.case = Case(Facts(identity=self.case.asker or None), kept=self.case.kept)

    def _first_of_all(self) -> Reply | None:
        """What goes before any reckoning: he only asks, comes back later, a child, a fraud, a death."""
        if self.awaiting and self.has("only_asking") and not self.heard.facts:
            self.context.session.form = None
            return Reply(f"{self.view.say('rules')}\n{self.view.say('only_asking')}")
        if self.has("stop") and not self.heard.facts:
            self.context.session.form = None
            return Reply(self.view.say("stop"), intent=self._label())
        for kind in ("lookup", "who_is", "insurance_office", "enrol", "other_help", "self_terms", "schemes"):
            if self._asks_for(kind) and (kind == "lookup" or "own_payment" not in self.heard.facts):
                self._has_no_second_wish()
                return self._with_question(answer(kind, self._asked()))
        if (self.has("later") and not self.has("now_settled")) or self.asks_of_after_settling():
            return self._later()
        if self.case.decided and self.has("adds") and not self.heard.mends:
            return self._with_question(self.view.say("adds_open"))  # 「那加上门诊的三百呢」
        if self.has("planned") and self.heard.facts.get("insurance") != "settled" and not self.case.decided:
            self.heard.facts.pop("own_payment", None)
            learn(self.case, self.heard)
            self.context.session.form = None
            return Reply(self.view.say("planned"), intent=LABELS[0])
        if self.case.ended == "injury" and self.has("injury_refused"):
            return self._with_question(self.view.say("injury_refused"))
        if self.case.ended == "death" and not self.has("death"):
            return Reply(self.view.say("death_again"), intent=self._label())
        if self.heard.minor:
            self.case.relation, self.case.asker = self.heard.relation, self.heard.asker
            return self._ends("minor", "aid")
        if "subject_scam" in self.heard.subjects:
            return self._ends("subject_scam", "human")
        if self.has("death"):
            self._has_no_second_wish()
            return self._ends("death", "aid")
        return None

    def _asks_for(self, kind: str) -> bool:
        uninsured = kind == "insurance_office" and self.case.facts.insurance == "none"
        return self.has(kind) or (uninsured and self.has("make_up"))

    def _later(self) -> Reply:
        """He goes to his insurer first; a sum that he expects is none that he paid."""
        self._has_no_second_wish()
        self.context.session.form = None
        expected = self.heard.facts.pop("own_payment", None)
        self.heard.facts.pop("insurance", None)
        learn(self.case, self.heard)
        if expected is None:
            return Reply(self.view.say("later"), intent=self._label())
        decision = decide(self.scheme, Facts(own_payment=expected), self.context.now.date())
        key = "later_below" if decision.verdict == "not_eligible" else "later_enough"
        return Reply(self.view.say(key, amount=expected.words()), intent=self._label())

    def _keep_real_second_wishes(self) -> None:
        """「单位统一申报」 is no dispute, 「退休」 no cancellation: another wish has words of its own."""
        match = self.context.match
        said = ("join_union",) if "subject_membership" in self.heard.subjects else ()
        also = tuple(
            label
            for label in match.also
            if (label in LABELS and (label != "claim_howto" or self.question() in _ABOUT_THE_WAY))
            or (self.has(f"second_{label}") and label not in said)
        )
        if also != match.also:
            self.context.match = replace(match, also=also)

    def _has_no_second_wish(self) -> None:
        """The help that a sentence speaks of is in the reply already."""
        self.context.match = replace(self.context.match, also=())

    def _suppose(self) -> Reply:
        before, told = self.case.facts, self.heard.facts
        if list(told) == ["own_payment"] and _is_nearer(
            told["own_payment"], before.received, before.own_payment
        ):
            told = {"received": told["own_payment"]}  # 「领过 4,500」「4,600 呢」
        facts = replace(before, **told)
        text = "\n".join(
            [self.view.supposed(facts, self.decide(facts)), *map(self.view.say, self.heard.subjects)]
        )
        return Reply(text, intent=self._label(), choices=self._after_choices())

    def _each(self) -> Reply:
        """Several people in one message: who of them passes, without a case of their own."""
        self._has_no_second_wish()
        known = replace(self.case.facts, **self.heard.facts)
        if "identity" in self.heard.facts and not self._is_of_all():
            known = replace(known, identity=None)
        if known.insurance is None and self.has("settled") and "没" not in self.text:
            known = replace(known, insurance="settled")
        facts = [Facts(known.identity, known.insurance or "settled", paid) for paid in self.heard.each]
        employees = self.heard.relation == "employee" or self.has("for_employee")
        tail = "each_tail_employees" if employees else "each_tail"
        text = self.view.each(self.heard.each, [self.decide(one) for one in facts], tail)
        self.context.session.form = None
        self.case = Case(
            Facts(known.identity, known.insurance),
            people=[paid.fen for paid in self.heard.each],
            mine=mine_among(self.text),
            kept=self.case.kept,
        )
        return Reply(text, intent=LABELS[0])

    def _is_of_all(self) -> bool:
        """Whether the work named is that of all the people: 「都跑外卖」「三个骑手」, not 「我跑外卖，她…」."""
        slot = self.context.match.slot("identity")
        return slot is not None and named_for_all(self.text[: slot.end])

    def _aside(self) -> Reply | None:
        """A question that is answered without new facts: how to apply, why, another matter."""
        kind = self.question()
        if self.case.ended == "injury" and not self.heard.subjects and kind in ("", "how_much", "denied"):
            kind = "injury_cost"
        if place := self.place():
            return self._with_question(self.view.say("place_asked", place=place))
        if not self.case.decided and not self.awaiting:
            asks_the_way = self.ours or self.context.match.intent not in LABELS
            if kind in _ABOUT_THE_WAY and asks_the_way:  # 「多久截止」 after what there is to be done
                return self._with_question(answer(kind, self._asked()))
            if self.has("why") and self.has("reckoning") and not self.heard.facts:
                return self._with_question(self.view.say("rules"))
            about_someone = self.view.known(self.case) or self.heard.relation or self.has("ill")
            return (
                self._with_question(self._subjects()) if self.heard.subjects and not about_someone else None
            )
        if self.case.decided and self._asks_of_the_stay_instead():
            return self.result(self.decide(), [])
        if kind and not (kind in _ALSO_OF_SUBJECTS and self.heard.subjects):
            return self._with_question(answer(kind, self._asked()))
        if self.heard.subjects and not (
            self.awaiting == "identity" and "subject_work" in self.heard.subjects
        ):
            return self._with_question(self._subjects())
        if self.has("paid_by_him") and self._names_no_cost():
            self.context.session.form = Form(NAME, "own_payment")  # 「自付 0 元」「自付一个亿」
            return Reply(self.view.say("ask_right_sum"))
        if self.case.decided and next(numbers(self.context.match.text), None):
            return self._with_question(how_much(self._asked()))  # 「是一千还是两千」 asks what he may get
        if self.case.decided and (self.only_confirms() or self.asks_on()):
            return self._with_question(self.view.say("confirmed" if self.only_confirms() else "not_known"))
        return None

    def _names_no_cost(self) -> bool:
        least, most = NO_COST
        return any(not least <= number.value * 100 <= most for number in numbers(self.text))

    def _asks_of_the_stay_instead(self) -> bool:
        """「那住院呢」 after a result about out-patient costs."""
        about = "subject_clinic" in self.case.subjects and self.has("inpatient") and len(self.text) <= SHORT
        about = about and not self.heard.subjects
        if about:
            self.case.subjects.remove("subject_clinic")
        return about


def _is_nearer(said: Amount, one: Amount | None, other: Amount | None) -> bool:
    """Whether a bare sum is rather another value of the first than of the second."""
    return one is not None and (other is None or abs(said.fen - one.fen) < abs(said.fen - other.fen))
