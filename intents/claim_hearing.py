"""What a message is in the talk about one claim: an answer, another fact, a question, a yes to being remembered."""

from __future__ import annotations

import re

from intents.claim_case import Case
from intents.claim_follow import question_in
from intents.claim_heard import Heard, concepts_in
from intents.claim_listen import listen
from intents.claim_people import AND_ANOTHER, asks_whether_together, whose
from intents.claim_sums import LEAST, asks_whether_so_much, asks_which
from intents.claim_view import View, limits, scheme_of
from intents.facts import Facts
from intents.slots.numerals import numbers, whole_number
from intents.text import fold
from intents.types import Context
from knowledge.base import Knowledge

NAME = "claims"
LABELS = ("claim_check", "claim_howto")

#: The id of the scheme file that this service applies.
SCHEME = "mutual_aid"

#: A question of which nothing was understood but that it goes on is at most so long.
SHORT = 8

#: The words of a wish for an event, and for a person to talk to.
SECOND_EVENT = ("second_event_list", "second_event_signup", "second_event_mine", "second_event_cancel")
SECOND_HUMAN = ("second_human",)

#: After a result for somebody of his family: 「我自己也住院了」.
_HE_HIMSELF = re.compile("(?:^|[ ,，。])(?:那)?我(?:自己|本人|也)(?!付|出|掏|花|承担|负)")
#: What he may do once his insurance has paid.
_ONCE_SETTLED = re.compile(
    "[报结][销算]?[好完过了][了]?(?:以后|之后|后|再)?[^,，。]{0,3}(?:是不是|能不能|可不可以|就能|就可以|能来|再来)"
)
#: A message of nothing but these characters says yes once more.
CONFIRMING = frozenset("有的说了是对嗯啊呀过报医保可以行就这个那没错样 ,，。!！")


class Hearing:
    """One message about a claim beside the case in hand; nothing is changed here."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.knowledge: Knowledge = context.knowledge
        self.scheme = scheme_of(context.knowledge, SCHEME)
        self.view = View(context, self.scheme)
        self.text = fold(context.match.text)
        self.said = concepts_in(context.knowledge, self.text)
        form = context.session.form
        self.awaiting = form.awaiting if form is not None and form.service == NAME else ""
        self.ours = context.session.last_intent in LABELS  # whether the last reply was of this service
        self.case, self.recalled = self._case()
        #: He was asked something before the pause after which nothing is left of it.
        self.after_pause = self.ours and NAME not in context.session.memory and not self.recalled
        self.heard: Heard = listen(context, self.case, limits(context.knowledge, SCHEME))

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

    def other_wish(self) -> str:
        """The label of another service that the message is clearly for, or none.

        「那可以合起来吗」「多久截止」 remind the matcher of events, 「多少钱一个人」 of a person to talk to; a wish for an
        event names one or says 报名, one for a person says 人工.
        """
        match = self.context.match
        other = match.intent if match.decision == "answer" and match.intent not in LABELS else ""
        told = self.heard.facts or self.heard.subjects or self.question()
        if told and (other == "human" or other.startswith("event_")):
            words = SECOND_HUMAN if other == "human" else SECOND_EVENT
            return other if match.slot("event") or any(map(self.has, words)) else ""
        return other

    def only_tells_who(self) -> bool:
        """「骑手」「我是送快递的」, and no other word."""
        slots = self.context.match.all("identity")
        rest = self.text
        for slot in slots:
            rest = rest.replace(fold(slot.text), "")
        published = bool(slots) and all(slot.value != "other" for slot in slots)
        return published and not rest.strip(" ,，。!！我是一个名位的在做当呀啊哦")

    def tells_only_a_sum(self) -> bool:
        """「4300」, and no other word."""
        number = whole_number(self.text.strip(" 。!！元块钱多"))
        return number is not None and number.value * 100 >= LEAST and not self.context.match.slot("phone")

    def has(self, concept: str) -> bool:
        """Whether the message has a word of `claims.<concept>`."""
        return concept in self.said

    def question(self) -> str:
        """Which question about the claim it asks, or none."""
        kind = question_in(self.knowledge, self.text, self.case)
        of_a_sum = asks_whether_so_much(self.text) or asks_which(self.text, tuple(numbers(self.text)))
        return kind or ("how_much" if of_a_sum else "")

    def place(self) -> str:
        """The place of 「岱山的」「岱山哪里办」, after an answer of ours."""
        slot = self.context.match.slot("place")
        kinds = ("station_kind", "facility", "event")
        other = any(self.context.match.slot(kind) for kind in kinds)
        longest = 2 * SHORT if self.has("how") else SHORT
        return "" if slot is None or other or self.awaiting or len(self.text) > longest else slot.text

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
        just_kept = self.ours and self.context.people.consent(NAME) and self.says("forget_it")
        return kept and bool(self.has("forget") or just_kept) and not self.says("keep_no")

    def about_somebody_else(self) -> bool:
        """After a result for one person, a first word about another starts a case of its own."""
        heard = self.heard
        another = bool(heard.relation) and (
            heard.relation != self.case.relation
            or self.has("another_person")
            or bool(AND_ANOTHER.search(self.text))
        )
        another = another and (self.case.decided or bool(AND_ANOTHER.search(self.text)))
        himself = (
            self.case.decided
            and bool(self.case.relation)
            and not heard.relation
            and _HE_HIMSELF.search(self.text)
        )
        by_proxy = not heard.facts and self.question() == "formality"  # 「我叫我儿子去行不行」
        return bool((another and not by_proxy) or (himself and heard.facts))

    def takes_one_of_several(self) -> bool:
        """「先算她的」「第三个呢」 and 「合在一起算吗」, after several people were told of."""
        sums = tuple(numbers(self.text))
        people = self.case.people
        event = self.context.match.slot("event") or any(map(self.has, SECOND_EVENT))
        return (
            bool(people)
            and not event
            and (
                whose(people, self.case.mine, self.text, sums) is not None or asks_whether_together(self.text)
            )
        )

    def supposes(self) -> bool:
        """「要是五万呢」 after a result changes nothing of the case."""
        supposed = self.has("suppose") or (
            self.text.rstrip("?？ ").endswith("呢") and len(self.text) <= SHORT + 4
        )
        told = bool(self.heard.facts) and not self.heard.mends and not self.has("adds")
        return self.case.decided and told and supposed

    def asks_of_after_settling(self) -> bool:
        """「老家报好以后是不是就能来」 of who said that the insurance has not paid yet."""
        return self.case.facts.insurance == "not_yet" and _ONCE_SETTLED.search(self.text) is not None

    def asks_only_how(self) -> bool:
        """A question about materials, place or progress; facts told on the way are kept for later."""
        match = self.context.match
        if self.heard.mends and self.heard.facts:  # 「看错了 单子上写的是…」
            return False
        also = "claim_check" in match.also and bool(self.heard.facts)
        asks_whether = also or self.has("check") or self.has("how_much")
        if self.case.decided and self.question() not in ("", "how"):
            return False
        return match.intent == "claim_howto" and not asks_whether and not self.answers_the_question()
