"""Medical mutual aid: whether a worker may claim, how much at least and at most, why, and what to do next.

The talk asks only what can still change the answer. The case lives in `session.memory["claims"]` until the
pause after which the conversation forgets it; it is kept longer only after a recorded yes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from intents.claim_case import CHOICES, Case, choice_text, learn, listen
from intents.claim_heard import Heard, has_word
from intents.claim_view import DOUBTFUL, View
from intents.eligibility import Decision, Facts, decide
from intents.slots.numerals import numbers
from intents.text import fold
from intents.topics import best_answer
from intents.types import Choice, Context, Form, Reply
from knowledge.base import Knowledge
from knowledge.scheme import Scheme, parse_scheme

#: The id of the scheme file that this service applies.
SCHEME = "mutual_aid"

#: The version of the question whether to remember; raise it when its meaning changes.
CONSENT_VERSION = "1"

#: After so many answers that brought nothing the talk goes on without the fact.
FAILED_AT_MOST = 2

#: So sure a match of another label is a wish of its own, also right after a result …
SURE = 0.75
#: … unless it is as short as this and names what the result was about.
SHORT = 8

#: A message of nothing but these characters says yes once more.
CONFIRMING = frozenset("有的说了是对嗯啊呀过报医保可以行 ,，。!！")

#: Words after a result that only mean something there, in the order in which they are looked for.
FOLLOW_UPS = ("injury_cost", "lookup", "floor", "doubt", "why", "how", "how_much", "rules")


class Claims:
    """Serves questions about medical mutual aid."""

    name = "claims"
    labels = ("claim_check", "claim_howto")

    def handle(self, context: Context) -> Reply:
        return _Talk(context).reply()

    def accepts(self, context: Context) -> bool:
        """An answer, another fact of the case, or a question about it."""
        talk = _Talk(context)
        match, heard = context.match, talk.heard
        other = match.intent if match.decision == "answer" and match.intent not in self.labels else ""
        if talk.answers_the_question() or heard.covered:
            # 「外卖站点哪里能充电」 names his work, but asks for a station.
            return not (other == "station_find" and talk.awaiting == "identity" and match.confidence >= SURE)
        # 「不知道」 and 「怎么办」 alone sound like a call for help; here they answer and ask on.
        vague = other in ("help", "thanks") and bool(heard.unsure or talk.follow_up())
        if talk.stays_with_us():
            return True
        if other and match.confidence >= 0.6 and not vague:
            return False
        if match.intent in self.labels and match.decision == "answer":
            return True
        return bool(heard.facts or heard.unsure or heard.subjects or talk.follow_up())

    def continues(self, context: Context) -> bool:
        """Whether the message goes on with a result that was just given, or tells a claim without asking."""
        session = context.session
        if Claims.name not in session.memory:  # asked for every message: the talk is built only where it may matter
            if len(context.match.text) <= SHORT and has_word(context.knowledge, "forget", context.match.text):
                return _Talk(context).wants_forgetting()
            return _tells_a_claim(context)
        talk = _Talk(context)
        if talk.wants_forgetting() or talk.taps_ours():
            return True
        if not talk.case.decided:
            return _tells_a_claim(context) or talk.adds_to_it()
        return talk.answers_about_keeping() or talk.goes_on()


def _tells_a_claim(context: Context) -> bool:
    """「2450 送外卖 医保报过」 has no verb that asks: what he paid, with who he is or his insurance, says enough."""
    match = context.match
    unsure = match.decision != "answer"
    return unsure and bool(match.slot("amount")) and bool(match.slot("identity") or match.slot("insured"))


class _Talk:
    """One message in the talk about one case."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.knowledge: Knowledge = context.knowledge
        self.scheme = _scheme(context.knowledge)
        self.view = View(context, self.scheme)
        form = context.session.form
        self.awaiting = form.awaiting if form is not None and form.service == Claims.name else ""
        self.case, self.recalled = self._case()
        self.heard: Heard = listen(context, self.case, self.view.limits())

    def _case(self) -> tuple[Case, bool]:
        """The case in hand, else the one that was kept with his consent."""
        held = self.context.session.memory.get(Claims.name)
        if held:
            return Case.from_json(held), False
        people = self.context.people
        kept = people.recall(Claims.name) if people.consent(Claims.name) else None
        if not kept:
            return Case(), False
        case = Case.from_json(kept)
        if case.kept_on[:4] != str(self.context.now.year):  # what was paid and received then is another year's
            case.facts = Facts(identity=case.facts.identity)
        return case, True

    # ------------------------------------------------------------ what the message is

    def answers_the_question(self) -> bool:
        """Whether it answers the very question in hand."""
        return bool(self.awaiting) and self.awaiting in self.heard.facts

    def answers_about_keeping(self) -> bool:
        """A plain 要 or 不用, and nothing else, while whether to remember is asked; 记住 also later."""
        if self._says("keep_plainly"):
            return self.case.decided
        ours = self.context.session.last_intent in Claims.labels  # 要 may answer somebody else's question
        return ours and self.case.kept == "asked" and (self._says("keep_yes") or self._says("keep_no"))

    def taps_ours(self) -> bool:
        """Whether it is one of the lines that stood below our last reply, tapped or typed."""
        ours = self.context.session.last_intent in Claims.labels
        lines = ("why_choice", "how_choice", "keep_yes", "keep_no")
        return ours and self.context.match.text.strip() in {self.view.say(line) for line in lines}

    def _says(self, concept: str) -> bool:
        """Whether the whole message is a word of the concept; a 好的 in passing is no consent."""
        text = fold(self.context.match.text).strip(" 。！!，,~吧呀啊")
        return text in self.knowledge.words.get(f"claims.{concept}", ())

    def goes_on(self) -> bool:
        """Whether it says or asks something about the result in hand."""
        match, heard = self.context.match, self.heard
        claims = match.intent in Claims.labels
        ours = self.context.session.last_intent in Claims.labels
        if self.only_confirms() or (ours and self.stays_with_us()):
            return True
        if match.decision == "answer" and not claims and match.intent != "help" and match.confidence >= SURE:
            return heard.minor and len(match.text) <= SHORT  # 「孩子的不行吗」 is about this, not about childcare
        if heard.facts or claims:
            return True
        return ours and bool(heard.subjects or heard.minor or self.follow_up() or self.asks_on())

    def stays_with_us(self) -> bool:
        """What only means something here, whatever the words remind the matcher of."""
        if any(self._has(kind) for kind in ("lookup", "later", "why_ask")):
            return True
        if "subject_injury" in self.case.subjects and self._has("injury_cost"):
            return True
        match = self.context.match
        told = {"identity", "insurance"} & set(self.heard.facts)
        return bool(told) and len(match.text) <= SHORT

    def adds_to_it(self) -> bool:
        """「我是骑手」 after an answer of ours that asked nothing."""
        match = self.context.match
        ours = self.context.session.last_intent in Claims.labels
        return ours and bool(self.heard.facts) and (match.decision != "answer" or match.confidence < SURE)

    def asks_on(self) -> bool:
        """「那企业职工呢」: a short question of which nothing was understood but that it goes on."""
        text = self.context.match.text.rstrip("?？ 。")
        return self.context.match.decision != "answer" and len(text) <= SHORT and text.endswith(("呢", "吗", "么"))

    def only_confirms(self) -> bool:
        """「是的是的」 after the result: he answers again what he was asked before."""
        ours = self.context.session.last_intent in Claims.labels
        text = set(fold(self.context.match.text))
        said = self.heard.yes is True or self.heard.facts == {"insurance": self.case.facts.insurance}
        return ours and said and text <= CONFIRMING

    def _has_no_second_wish(self) -> None:
        """The help that a sentence speaks of is in the reply already."""
        self.context.match = replace(self.context.match, also=())

    def wants_forgetting(self) -> bool:
        """Whether he takes back his yes to being remembered."""
        kept = self.case.decided or self.context.people.consent(Claims.name)
        return kept and self._has("forget") and not self._says("keep_no")

    def follow_up(self) -> str:
        """Which question about the result it asks, or none."""
        return next((kind for kind in FOLLOW_UPS if self._has(kind)), "")

    # ------------------------------------------------------------ the reply

    def reply(self) -> Reply:
        if self.wants_forgetting():
            return self.forget()
        if self.case.message == self.context.message.id:
            # The second wish of a message whose first was just served.
            reply = self._with_question(self.how())
        elif self.answers_about_keeping():
            reply = self.keep()
        else:
            if self.case.kept == "asked":
                self.case.kept = "done"  # silence is a no for now
            reply = self._answer()
        self.case.message = self.context.message.id
        self.context.session.last_intent = Claims.labels[0]  # also when the reply to a form has no label
        self.context.session.memory[Claims.name] = self.case.to_json()
        return reply

    def _answer(self) -> Reply:
        if self.context.session.last_intent == "legal" and self._has("injury_cost"):
            return Reply(self.view.say("injury_cost"), intent=Claims.labels[0])
        if self._about_somebody_else():
            self.case = Case(kept=self.case.kept)
        if self.awaiting and self._has("only_asking") and not self.heard.facts:
            self.context.session.form = None
            return Reply(f"{self.rules()}\n{self.view.say('only_asking')}")
        if self._has("later") and "own_payment" not in self.heard.facts:
            self.context.session.form = None
            return Reply(self.view.say("later"), intent=self._label())
        if self.heard.minor:
            return self.ends("minor", "aid")
        if "subject_scam" in self.heard.subjects:
            return self.ends("subject_scam", "human")
        if self._has("death"):
            self._has_no_second_wish()
            return self.ends("death", "aid")
        corrected = learn(self.case, self.heard)
        learnt = bool(self.heard.facts or self.heard.covered or corrected)
        if self._asks_only_how():
            return self._with_question(self.how())
        asked_too = "claim_howto" in self.context.match.also or (learnt and self._has("how"))
        self.case.howto = self.case.howto or asked_too
        if not learnt and (reply := self._aside()) is not None:
            return reply
        if self.awaiting and not learnt:
            self.case.failed[self.awaiting] = self.case.failed.get(self.awaiting, 0) + 1
            if self.heard.unsure:
                self.case.skipped.append(self.awaiting)
        decision = self.decide()
        question = self._next_question(decision)
        if "subject_injury" in self.heard.subjects:
            self._has_no_second_wish()
            return self.ends("injury", "legal")
        return self.ask(question) if question else self.result(decision, corrected)

    def decide(self) -> Decision:
        return decide(self.scheme, self.case.facts, self.context.now.date())

    def _about_somebody_else(self) -> bool:
        """After a result for one person, a first word about another starts a case of its own."""
        return self.case.decided and bool(self.heard.relation) and self.heard.relation != self.case.relation

    def _asks_only_how(self) -> bool:
        """A question about materials, place or progress; facts told on the way are kept for later."""
        match = self.context.match
        asks_whether = "claim_check" in match.also or self._has("check") or self._has("how_much")
        return match.intent == "claim_howto" and not asks_whether and not self.answers_the_question()

    def _has(self, concept: str) -> bool:
        return has_word(self.knowledge, concept, fold(self.context.match.text))

    def _aside(self) -> Reply | None:
        """A question that is answered without new facts: how to apply, why, another matter."""
        kind = self.follow_up()
        if not self.case.decided and not self.awaiting:
            return self._subjects() if self.heard.subjects and not self.view.known(self.case) else None
        if kind:
            return self._with_question(getattr(self, kind)())
        if self.heard.subjects:
            return self._subjects()
        if self.case.decided and next(numbers(self.context.match.text), None):
            return self._with_question(self.how_much())  # 「是一千还是两千」 asks what he may get
        if self.case.decided and (self.only_confirms() or self.asks_on()):
            return self._with_question(self.view.say("confirmed" if self.only_confirms() else "not_known"))
        return None

    def _subjects(self) -> Reply:
        text = "\n".join(self.view.say(subject) for subject in self.heard.subjects)
        return self._with_question(f"{text}\n{self.view.say('ask_union')}")

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
        return intent if intent in Claims.labels else Claims.labels[0]

    # ------------------------------------------------------------ asking

    def _next_question(self, decision: Decision) -> str:
        """The most telling fact that is still open and was not asked for in vain too often."""
        for fact in decision.to_ask:
            if fact not in self.case.skipped and self.case.failed.get(fact, 0) < FAILED_AT_MOST:
                return fact
        return ""

    def ask(self, fact: str) -> Reply:
        case, first = self.case, not self.awaiting
        often = case.asked.get(fact, 0)
        case.asked[fact] = often + 1
        exact = fact == "own_payment" and case.facts.own_payment is not None
        key = ("ask_exact" if exact else f"ask_{fact}") + ("_again" if often else "")
        known = self.view.known(case)
        lead = self.view.say("noted", facts="，".join(known)) if known and self.heard.facts else ""
        if first and list(self.heard.facts) == ["identity"]:
            lead = self.view.say("noted_who", who=known[0])
        if first and self.recalled:
            lead = self.view.say("recalled", facts="，".join(known))
        rules = self.view.say("rules") if first and not known and self._has("rules") else ""
        subjects = (self.view.say(subject) for subject in self.heard.subjects)
        cap = self.view.cap_line(case) if "received" in self.heard.facts else ""
        insurer = self.view.say("insurers_part") if self.heard.covered and "own_payment" not in self.heard.facts else ""
        later = self.view.say("materials_later") if first and case.howto else ""
        parts = [rules, lead, cap, insurer, *subjects, self.view.say(key), later]
        self.context.session.form = Form(Claims.name, fact)
        text = "\n".join(part for part in parts if part)
        return Reply(text, intent=self._label() if first else None, choices=self._choices(fact))

    def _choices(self, fact: str) -> tuple[Choice, ...]:
        return tuple(Choice(choice_text(self.knowledge, value)) for value in CHOICES.get(fact, ()))

    # ------------------------------------------------------------ the result and what follows it

    def result(self, decision: Decision, corrected: list[str]) -> Reply:
        case = self.case
        text = self.view.result(case, decision, () if self.recalled else corrected)
        if self.recalled:
            text = f"{self.view.say('from_last_time')}\n{text}"
        if decision.verdict != "eligible":
            text += "\n" + self.view.say("next_best")
        if case.howto and "claim_howto" not in self.context.match.also:
            text += "\n\n" + (self.view.checklist() or self.view.say("how"))
        case.howto, case.decided = False, True
        self.context.session.form = None
        text += "\n" + self.view.say("after")
        if not case.kept and self.view.known(case) and not self.context.people.consent(Claims.name):
            case.kept = "asked"
            text += "\n" + self.view.say("keep_ask")
        elif self.context.people.consent(Claims.name):
            self.context.people.keep(Claims.name, self._to_keep())
        choices = self._after_choices(help_first=decision.verdict != "eligible")
        label = None if self.awaiting else Claims.labels[0]
        return Reply(text, intent=label, choices=choices, why=_trace(decision))

    def _after_choices(self, help_first: bool = False) -> tuple[Choice, ...]:
        say = self.view.say
        choices = [Choice(say("why_choice")), Choice(say("how_choice"))]
        if help_first:
            choices.append(Choice(self.knowledge.text("labels.aid")))
        if self.case.kept == "asked":
            choices += [Choice(say("keep_yes")), Choice(say("keep_no"))]
        return tuple(choices) if self.case.decided else ()

    def ends(self, key: str, label: str) -> Reply:
        """A matter that goes another way first: no sum, whom to ask, and the service that helps next."""
        self.context.session.form = None
        self.case.decided = True
        choices = (Choice(self.knowledge.text(f"labels.{label}")),)
        return Reply(self.view.say(key), intent=self._label(), choices=choices)

    def why(self) -> str:
        if self.awaiting:
            return self.view.say("why_ask")
        return self.view.why(self.case, self.decide())

    def how(self) -> str:
        """The scheme's own list where it is published, else what to do until it is."""
        if listed := self.view.checklist():
            return listed
        answer = best_answer(self.knowledge, self.context.match, "claim_howto")
        if answer is not None and not (self.case.decided and self._has("how")):
            return answer.text
        if self.case.facts.insurance in ("not_yet", "none"):
            return self.view.say("how_insurance")
        refused = self.case.decided and self.decide().verdict == "not_eligible"
        return self.view.say("how_no" if refused else "how")

    def doubt(self) -> str:
        return self.view.say("doubt")

    def floor(self) -> str:
        """The lowest payment meets what is left of the year."""
        left, floor = self.view.left(self.case), self.scheme.floor.value_on(self.context.now.date())
        if left is not None and floor is not None and left < floor:
            return self.view.say("floor_meets_cap", cap_line=self.view.cap_line(self.case))
        return self.view.say("floor")

    def injury_cost(self) -> str:
        return self.view.say("injury_cost")

    def lookup(self) -> str:
        return self.view.say("lookup")

    def rules(self) -> str:
        return self.view.say("rules")

    def how_much(self) -> str:
        decision = self.decide()
        if decision.payment is None:
            return self.rules() if self.awaiting else self.view.result(self.case, decision, ())
        doubts = (self.view.say(subject) for subject in self.case.subjects if subject in DOUBTFUL)
        review = () if decision.payment.by_rate else (self.view.say("by_review"),)
        return "\n".join((*doubts, self.view.sum(decision.payment, self.case), *review))

    # ------------------------------------------------------------ remembering

    def keep(self) -> Reply:
        given = self._says("keep_yes")
        people = self.context.people
        people.give_consent(Claims.name, CONSENT_VERSION, given)
        if given:
            people.keep(Claims.name, self._to_keep())
        self.case.kept = "done"
        return Reply(self.view.say("kept" if given else "not_kept"), intent=self._label())

    def forget(self) -> Reply:
        if self.context.people.consent(Claims.name):
            self.context.people.give_consent(Claims.name, CONSENT_VERSION, False)
        self.context.session.memory.pop(Claims.name, None)
        return Reply(self.view.say("forgotten"), intent=self._label())

    def _to_keep(self) -> dict[str, object]:
        """What helps next time; how the talk went does not."""
        today = self.context.now.date().isoformat()
        return Case(self.case.facts, self.case.relation, kept="done", kept_on=today).to_json()


@lru_cache(maxsize=2)  # the version served, and the one before it
def _scheme(knowledge: Knowledge) -> Scheme:
    """The scheme that is applied to workers. Raises LookupError where the content has none."""
    for data in knowledge.schemes:
        if data["id"] == SCHEME:
            return parse_scheme(data)
    raise LookupError(f"no scheme {SCHEME} in content/schemes")


def _trace(decision: Decision) -> tuple[str, ...]:
    """For the phone's drawer."""
    lines = (f"{item.title}: {item.yours or '-'} → {item.state}" for item in decision.trace)
    return (decision.verdict, *lines)


CLAIMS = Claims()
