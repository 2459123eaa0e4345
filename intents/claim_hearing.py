"""What a message is in the talk about one claim: an answer, another fact, a question, a yes to being remembered."""

from __future__ import annotations

from functools import lru_cache

from intents.claim_case import Case
from intents.claim_follow import question_in
from intents.claim_heard import Heard, has_word
from intents.claim_listen import listen
from intents.claim_view import View
from intents.facts import Facts
from intents.text import fold
from intents.types import Context
from knowledge.base import Knowledge
from knowledge.scheme import Scheme
from knowledge.scheme_file import parse_scheme

NAME = "claims"
LABELS = ("claim_check", "claim_howto")

#: The id of the scheme file that this service applies.
SCHEME = "mutual_aid"

#: A question of which nothing was understood but that it goes on is at most so long.
SHORT = 8

#: A message of nothing but these characters says yes once more.
CONFIRMING = frozenset("有的说了是对嗯啊呀过报医保可以行 ,，。!！")


class Hearing:
    """One message about a claim beside the case in hand; nothing is changed here."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.knowledge: Knowledge = context.knowledge
        self.scheme = _scheme(context.knowledge)
        self.view = View(context, self.scheme)
        self.text = fold(context.match.text)
        form = context.session.form
        self.awaiting = form.awaiting if form is not None and form.service == NAME else ""
        self.ours = context.session.last_intent in LABELS  # whether the last reply was of this service
        self.case, self.recalled = self._case()
        #: He was asked something before the pause after which nothing is left of it.
        self.after_pause = self.ours and NAME not in context.session.memory and not self.recalled
        self.heard: Heard = listen(context, self.case, self.view.limits())

    def _case(self) -> tuple[Case, bool]:
        """The case in hand, else the one that was kept with his consent."""
        held = self.context.session.memory.get(NAME)
        if held:
            return Case.from_json(held), False
        people = self.context.people
        kept = people.recall(NAME) if people.consent(NAME) else None
        if not kept:
            return Case(), False
        case = Case.from_json(kept)
        if case.kept_on[:4] != str(
            self.context.now.year
        ):  # what was paid and received then is another year's
            case.facts = Facts(identity=case.facts.identity)
        return case, True

    def has(self, concept: str) -> bool:
        """Whether the message has a word of `claims.<concept>`."""
        return has_word(self.knowledge, concept, self.text)

    def question(self) -> str:
        """Which question about the claim it asks, or none."""
        return question_in(self.knowledge, self.text, self.case)

    def place(self) -> str:
        """The place of 「岱山的」「岱山哪里办」, after an answer of ours."""
        slot = self.context.match.slot("place")
        kinds = ("station_kind", "facility", "event")
        other = any(self.context.match.slot(kind) for kind in kinds)
        return "" if slot is None or other or self.awaiting or len(self.text) > SHORT else slot.text

    def answers_the_question(self) -> bool:
        """Whether it answers the very question in hand."""
        return bool(self.awaiting) and self.awaiting in self.heard.facts

    def answers_about_keeping(self) -> bool:
        """A plain 要 or 不用, and nothing else, while whether to remember is asked; 记住 also later."""
        if self.says("keep_plainly"):
            return self.case.decided
        # 要 may answer somebody else's question
        return self.ours and self.case.kept == "asked" and (self.says("keep_yes") or self.says("keep_no"))

    def taps_ours(self) -> bool:
        """Whether it is one of the lines that stood below our last reply, tapped or typed."""
        lines = ("why_choice", "how_choice", "keep_yes", "keep_no")
        return self.ours and self.context.match.text.strip() in {self.view.say(line) for line in lines}

    def says(self, concept: str) -> bool:
        """Whether the whole message is a word of the concept; a 好的 in passing is no consent."""
        return self.text.strip(" 。！!，,~吧呀啊") in self.knowledge.words.get(f"claims.{concept}", ())

    def asks_on(self) -> bool:
        """「那企业职工呢」: a short question of which nothing was understood but that it goes on."""
        text = self.context.match.text.rstrip("?？ 。")
        return (
            self.context.match.decision != "answer"
            and len(text) <= SHORT
            and text.endswith(("呢", "吗", "么"))
        )

    def only_confirms(self) -> bool:
        """「是的是的」 after the result: he answers again what he was asked before."""
        said = self.heard.yes is True or self.heard.facts == {"insurance": self.case.facts.insurance}
        return self.ours and said and set(self.text) <= CONFIRMING

    def wants_forgetting(self) -> bool:
        """Whether he takes back his yes to being remembered."""
        kept = self.case.decided or self.context.people.consent(NAME)
        return kept and self.has("forget") and not self.says("keep_no")

    def about_somebody_else(self) -> bool:
        """After a result for one person, a first word about another starts a case of its own."""
        heard = self.heard
        another = heard.relation != self.case.relation or self.has("another_person")
        return self.case.decided and bool(heard.relation) and another

    def supposes(self) -> bool:
        """「要是五万呢」 after a result changes nothing of the case."""
        supposed = self.has("suppose") or (
            self.text.rstrip("?？ ").endswith("呢") and len(self.text) <= SHORT + 4
        )
        return self.case.decided and bool(self.heard.facts) and supposed and not self.heard.mends

    def asks_only_how(self) -> bool:
        """A question about materials, place or progress; facts told on the way are kept for later."""
        match = self.context.match
        also = "claim_check" in match.also and bool(self.heard.facts)
        asks_whether = also or self.has("check") or self.has("how_much")
        if self.case.decided and self.question() not in ("", "how"):
            return False
        return match.intent == "claim_howto" and not asks_whether and not self.answers_the_question()


@lru_cache(maxsize=2)  # the version served, and the one before it
def _scheme(knowledge: Knowledge) -> Scheme:
    """The scheme that is applied to workers. Raises LookupError where the content has none."""
    for data in knowledge.schemes:
        if data["id"] == SCHEME:
            return parse_scheme(data)
    raise LookupError(f"no scheme {SCHEME} in content/schemes")
