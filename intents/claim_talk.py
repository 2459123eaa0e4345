"""The talk about one claim: what a message adds to the case, and the reply.

It asks only what can still change the answer. The case lives in `session.memory["claims"]` until the pause after
which the conversation forgets it; it is kept longer only after a recorded yes.
"""

from __future__ import annotations

from dataclasses import replace

from intents.claim_case import CHOICES, Case, choice_text, learn
from intents.claim_follow import Asked, answer, how, how_much, next_steps
from intents.claim_hearing import LABELS, NAME, SHORT, Hearing
from intents.eligibility import Decision, decide
from intents.facts import Amount, Facts
from intents.slots.numerals import numbers
from intents.types import Choice, Form, Reply

#: The version of the question whether to remember; raise it when its meaning changes.
CONSENT_VERSION = "1"

#: After so many answers that brought nothing the talk goes on without the fact.
FAILED_AT_MOST = 2

#: Sums (分) that nobody pays for an illness: said wrong, or to try us out.
NO_COST = (100_00, 10_000_000_00)


#: 「跨年怎么算」「为什么门诊要核实」: the matter named is what is asked about.
_ALSO_OF_SUBJECTS = ("rules", "why", "why_verify")


class Talk(Hearing):
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

    def _answer(self) -> Reply:
        if self.context.session.last_intent == "legal" and self.has("injury_cost"):
            return Reply(self.view.say("injury_cost"), intent=LABELS[0])
        self._begin_for_another()
        if self.heard.each:
            return self._each()
        if self.supposes():
            return self._suppose()
        if (reply := self._first_of_all()) is not None:
            return reply
        corrected = learn(self.case, self.heard)
        learnt = bool(self.heard.facts or self.heard.covered or corrected)
        if self.asks_only_how():
            others = tuple(label for label in self.context.match.also if label not in LABELS)
            self.context.match = replace(self.context.match, also=others)
            place = self.place()
            where = self.view.say("place_asked", place=place) if place else ""
            return self._with_question(where or self._subjects() or how(self._asked()))
        asked_too = "claim_howto" in self.context.match.also or (
            learnt and (self.has("how") or self.has("formality"))
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

    def _full_year(self) -> Reply:
        """Nothing is left of this year: what is still unknown need not be asked."""
        self.context.session.form = None
        received = self.case.facts.received
        text = self.view.say("full_year", received=received.words() if received else "")
        return Reply(f"{self.view.echo(self.case)}\n{text}", intent=LABELS[0])

    def _begin_for_another(self) -> None:
        """A word about another person after a result, or about himself again, begins a case of its own."""
        if self.about_somebody_else():
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
            if self.has(kind) and (kind == "lookup" or "own_payment" not in self.heard.facts):
                self._has_no_second_wish()
                return self._with_question(answer(kind, self._asked()))
        if self.has("later"):
            return self._later()
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
            if label in LABELS or (self.has(f"second_{label}") and label not in said)
        )
        if also != match.also:
            self.context.match = replace(match, also=also)

    def _has_no_second_wish(self) -> None:
        """The help that a sentence speaks of is in the reply already."""
        self.context.match = replace(self.context.match, also=())

    def decide(self, facts: Facts | None = None) -> Decision:
        return decide(self.scheme, facts or self.case.facts, self.context.now.date())

    def _asked(self) -> Asked:
        return Asked(self.knowledge, self.view, self.context.match, self.case, self.decide(), self.awaiting)

    def _suppose(self) -> Reply:
        before, told = self.case.facts, self.heard.facts
        if list(told) == ["own_payment"] and _is_nearer(
            told["own_payment"], before.received, before.own_payment
        ):
            told = {"received": told["own_payment"]}  # 「领过 4,500」「4,600 呢」
        facts = replace(before, **told)
        text = self.view.supposed(facts, self.decide(facts))
        return Reply(text, intent=self._label(), choices=self._after_choices())

    def _each(self) -> Reply:
        """Several people in one message: who of them passes, without a case of their own."""
        known = replace(self.case.facts, **self.heard.facts)
        facts = [Facts(known.identity, known.insurance or "settled", paid) for paid in self.heard.each]
        text = self.view.each(self.heard.each, [self.decide(one) for one in facts])
        self.context.session.form = None
        return Reply(text, intent=self._label())

    def _aside(self) -> Reply | None:
        """A question that is answered without new facts: how to apply, why, another matter."""
        kind = self.question()
        if self.case.ended == "injury" and not self.heard.subjects and kind in ("", "how_much", "denied"):
            kind = "injury_cost"
        if place := self.place():
            return self._with_question(self.view.say("place_asked", place=place))
        if not self.case.decided and not self.awaiting:
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

    def _subjects(self) -> str:
        """A sentence for each matter named; whom to ask, where none of them says it."""
        said = [self.view.say(subject) for subject in self.heard.subjects]
        number = self.knowledge.contacts[self.scheme.contact].number
        if said and number not in said[-1]:
            said.append(self.view.say("ask_union"))
        return "\n".join(said)

    def _with_question(self, text: str) -> Reply:
        """An answer in passing; the question in hand is put again behind it."""
        if self.awaiting:
            self.case.asides += 1
            again = f"ask_{self.awaiting}_again" if self.case.asides == 1 else "whenever"
            text = f"{text}\n\n{self.view.say(again)}"
            return Reply(text, intent=self._label(), choices=self._choices(self.awaiting))
        return Reply(text, intent=self._label(), choices=self._after_choices())

    def _label(self) -> str:
        intent = self.context.match.intent
        return intent if intent in LABELS else LABELS[0]

    # ------------------------------------------------------------ asking

    def _next_question(self, decision: Decision) -> str:
        """The most telling fact that is still open and was not asked for in vain too often."""
        for fact in decision.to_ask:
            if fact not in self.case.skipped and self.case.failed.get(fact, 0) < FAILED_AT_MOST:
                return fact
        return ""

    def ask(self, fact: str) -> Reply:
        first = not self.awaiting
        parts = [*self._before_asking(first), self._question(fact)]
        if first and self.case.howto:
            parts.append(self.view.say("materials_later"))
        self.context.session.form = Form(NAME, fact)
        text = "\n".join(part for part in parts if part)
        return Reply(text, intent=self._label() if first else None, choices=self._choices(fact))

    def _question(self, fact: str) -> str:
        case = self.case
        often = case.asked.get(fact, 0)
        case.asked[fact] = often + 1
        work_named = "subject_work" in self.heard.subjects or (not often and "subject_work" in case.subjects)
        if fact == "identity" and work_named:
            return self.view.say("ask_identity_nearest")
        exact = fact == "own_payment" and case.facts.own_payment is not None
        return self.view.say(("ask_exact" if exact else f"ask_{fact}") + ("_again" if often else ""))

    def _before_asking(self, first: bool) -> list[str]:
        """What he told, said back, and a word on each matter that he named."""
        case, heard, say = self.case, self.heard, self.view.say
        known = self.view.known(case)
        lead = say("noted", facts="，".join(known)) if known and heard.facts else ""
        if first and list(heard.facts) == ["identity"] and "subject_work" not in heard.subjects:
            lead = say("noted_who", who=known[0])
        if first and self.recalled:
            lead = say("recalled", facts="，".join(known))
        rules = say("rules") if first and not known and self.has("rules") else ""
        rules = rules or (
            say("doubt") if first and self.has("doubt") and not heard.facts.get("own_payment") else ""
        )
        rules = rules or (say("ratio") if first and self.has("ratio") else "")
        if self.after_pause and heard.facts:
            rules = say("after_pause")
        upset = say("upset") if first and self.has("upset") else ""
        cap = self.view.cap_line(case) if "received" in heard.facts else ""
        insurer = say("insurers_part") if heard.covered and "own_payment" not in heard.facts else ""
        return [upset, rules, lead, cap, insurer, *map(say, heard.subjects)]

    def _choices(self, fact: str) -> tuple[Choice, ...]:
        return tuple(Choice(choice_text(self.knowledge, value)) for value in CHOICES.get(fact, ()))

    # ------------------------------------------------------------ the result and what follows it

    def result(self, decision: Decision, corrected: list[str]) -> Reply:
        case, say = self.case, self.view.say
        parts = [say("from_last_time")] if self.recalled else []
        if not case.decided and not self.awaiting and self.has("upset"):
            parts.append(say("upset"))
        parts.append(self.view.result(case, decision, () if self.recalled else corrected))
        if decision.verdict != "eligible" or self.has("hard"):
            parts.append(say("next_best"))
        if case.howto and "claim_howto" not in self.context.match.also:
            case.decided = True
            parts.append("\n" + next_steps(self._asked()))
        case.howto, case.decided, case.ended = False, True, ""
        self.context.session.form = None
        parts.append(say("after_ill" if decision.verdict == "eligible" else "after"))
        if not case.kept and self.view.known(case) and not self.context.people.consent(NAME):
            case.kept = "asked"
            parts.append(say("keep_ask"))
        elif self.context.people.consent(NAME):
            self.context.people.keep(NAME, self._to_keep())
        choices = self._after_choices(help_first=decision.verdict != "eligible")
        label = None if self.awaiting else LABELS[0]
        return Reply(
            "\n".join(parts), intent=label, choices=choices, why=_trace(decision), counts=_counts(decision)
        )

    def _after_choices(self, help_first: bool = False) -> tuple[Choice, ...]:
        say = self.view.say
        choices = [Choice(say("why_choice")), Choice(say("how_choice"))]
        if help_first:
            choices.append(Choice(self.knowledge.text("labels.aid")))
        if self.case.kept == "asked":
            choices += [Choice(say("keep_yes")), Choice(say("keep_no"))]
        return tuple(choices) if self.case.decided else ()

    def _ends(self, key: str, label: str) -> Reply:
        """A matter that goes another way first: no sum, whom to ask, and the service that helps next."""
        self.context.session.form = None
        self.case.decided, self.case.ended = True, key
        choices = (Choice(self.knowledge.text(f"labels.{label}")),)
        return Reply(self.view.say(key), intent=self._label(), choices=choices)

    # ------------------------------------------------------------ remembering

    def keep(self) -> Reply:
        given = self.says("keep_yes")
        people = self.context.people
        people.give_consent(NAME, CONSENT_VERSION, given)
        if given:
            people.keep(NAME, self._to_keep())
        self.case.kept = "done"
        return Reply(self.view.say("kept" if given else "not_kept"), intent=self._label())

    def forget(self) -> Reply:
        if self.context.people.consent(NAME):
            self.context.people.give_consent(NAME, CONSENT_VERSION, False)
        self.context.session.memory.pop(NAME, None)
        return Reply(self.view.say("forgotten"), intent=self._label())

    def _to_keep(self) -> dict[str, object]:
        """What helps next time; how the talk went does not."""
        today = self.context.now.date().isoformat()
        return Case(self.case.facts, self.case.relation, kept="done", kept_on=today).to_json()


def _is_nearer(said: Amount, one: Amount | None, other: Amount | None) -> bool:
    """Whether a bare sum is rather another value of the first than of the second."""
    return one is not None and (other is None or abs(said.fen - one.fen) < abs(said.fen - other.fen))


def _trace(decision: Decision) -> tuple[str, ...]:
    """For the phone's drawer."""
    lines = (f"{item.title}: {item.yours or '-'} → {item.state}" for item in decision.trace)
    return (decision.verdict, *lines)


def _counts(decision: Decision) -> tuple[str, ...]:
    """For the staff's figures: the verdict, and the rules that stood against it."""
    return (f"claim {decision.verdict}", *(f"rule {item.title}" for item in decision.because("no")))
