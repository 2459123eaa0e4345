"""What is said about the claim in hand: the next question, the result, the end of it, whether to remember.

It asks only what can still change the answer.
"""

from __future__ import annotations

from intents.claim_case import CHOICES, Case, choice_text
from intents.claim_follow import Asked, next_steps
from intents.claim_hearing import LABELS, NAME, Hearing
from intents.eligibility import Decision, decide
from intents.facts import Facts
from intents.types import Choice, Form, Reply

#: The version of the question whether to remember; raise it when its meaning changes.
CONSENT_VERSION = "1"

#: After so many answers that brought nothing the talk goes on without the fact.
FAILED_AT_MOST = 2

#: Nor is it asked for more often than that, whatever else he told meanwhile.
ASKED_AT_MOST = 3


class Telling(Hearing):
    """Replies about the case as it stands after what was heard."""

    def decide(self, facts: Facts | None = None) -> Decision:
        return decide(self.scheme, facts or self.case.facts, self.context.now.date())

    def _asked(self) -> Asked:
        return Asked(self.knowledge, self.view, self.context.match, self.case, self.awaiting, self.decide)

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
            failed, asked = self.case.failed.get(fact, 0), self.case.asked.get(fact, 0)
            if fact not in self.case.skipped and failed < FAILED_AT_MOST and asked < ASKED_AT_MOST:
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
        if fact == "own_payment" and case.relation and not exact and not often:
            return self.view.say("ask_own_payment_other")
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
        rules = rules or (say("ratio") if self.has("ratio") else "")
        if self.tells_only_a_sum() and not self.ours:
            rules = say("guess_sum")
        told_before = self.has("told_before") and not known
        if told_before or (self.after_pause and (heard.facts or self.has("settled"))):
            rules = say("after_pause")
        upset = say("upset") if first and self.has("upset") else ""
        cap = self.view.cap_line(case) if "received" in heard.facts else ""
        insurer = say("insurers_part") if heard.covered and "own_payment" not in heard.facts else ""
        return [upset, rules, lead, cap, insurer, *map(say, heard.subjects)]

    def _choices(self, fact: str) -> tuple[Choice, ...]:
        return tuple(Choice(choice_text(self.knowledge, value)) for value in CHOICES.get(fact, ()))

    def _full_year(self) -> Reply:
        """Nothing is left of this year: what is still unknown need not be asked."""
        self.context.session.form = None
        self.case.decided = True
        received = self.case.facts.received
        text = self.view.say("full_year", received=received.words() if received else "")
        return Reply(f"{self.view.echo(self.case)}\n{text}", intent=LABELS[0])

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


def _trace(decision: Decision) -> tuple[str, ...]:
    """For the phone's drawer."""
    lines = (f"{item.title}: {item.yours or '-'} → {item.state}" for item in decision.trace)
    return (decision.verdict, *lines)


def _counts(decision: Decision) -> tuple[str, ...]:
    """For the staff's figures: the verdict, and the rules that stood against it."""
    return (f"claim {decision.verdict}", *(f"rule {item.title}" for item in decision.because("no")))
