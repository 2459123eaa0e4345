"""Medical mutual aid: whether a worker may claim, how much at least and at most, why, and what to do next.

Here is decided whether a message belongs to a claim; `claim_talk` answers it.
"""

from __future__ import annotations

import re

from intents.claim_heard import has_word
from intents.claim_hearing import LABELS, NAME, SECOND_EVENT, SECOND_HUMAN, Hearing
from intents.claim_sums import of_people
from intents.claim_talk import Talk
from intents.slots.numerals import numbers, whole_number
from intents.text import fold
from intents.types import Context, Reply

#: So sure a match of another label is a wish of its own, also right after a result …
SURE = 0.75
#: … unless it is as short as this and names what the result was about.
SHORT = 8


#: 「六千五 报过了」 and no other word.
_SUM_AND_SETTLED = re.compile(
    "[0-9.一二两三四五六七八九十百千万零多块钱元 ,，]+(?:都|已经|医保)*[报结][销算]?[过好完]?了?的?[。! ]*"
)


class Claims:
    """Serves questions about medical mutual aid."""

    name = NAME
    labels = LABELS

    def handle(self, context: Context) -> Reply:
        talk = _talk(context)
        context.made.pop(NAME, None)  # what follows of the same message finds the case as it is then
        return talk.reply()

    def accepts(self, context: Context) -> bool:
        """An answer, another fact of the case, or a question about it."""
        talk = _talk(context)
        match, heard = context.match, talk.heard
        other = talk.other_wish()
        if talk.awaiting and not match.slot("event") and whole_number(talk.text.strip(" 。元块")) is not None:
            return True  # 「1」 where a sum is asked for is no event's number
        if talk.answers_the_question() or heard.covered:
            # 「外卖站点哪里能充电」 names his work, but asks for a station.
            return not (other == "station_find" and talk.awaiting == "identity" and match.confidence >= SURE)
        if talk.awaiting == "identity" and "subject_work" in heard.subjects:
            return True
        if talk.awaiting == "identity" and "subject_family" in heard.subjects:
            return True
        if heard.subjects and "影响" in match.text:  # 「没签合同有影响吗」
            return True
        # 「我不是会员」「上个月刚辞的」 as he is asked about his claim
        if {"subject_membership", "subject_left"} & set(heard.subjects):
            return True
        # 「不知道」 and 「怎么办」 alone sound like a call for help; here they answer and ask on.
        question = talk.question()
        vague = other in ("help", "thanks") and bool(heard.unsure or question)
        if _stays_with_us(talk):
            return True
        if other and match.confidence >= 0.6 and not vague:
            return False
        if match.intent in LABELS and match.decision == "answer":
            return True
        return bool(heard.facts or heard.unsure or heard.subjects or question)

    def continues(self, context: Context) -> bool:
        """Whether the message goes on with a result that was just given, or tells a claim without asking."""
        session, match = context.session, context.match
        event = match.slot("event")
        if event is not None and event.value and "claim" not in match.names and "event" in match.names:
            return False  # 「谢谢啊 还有那个打太极的怎么报」
        if NAME not in session.memory:  # asked for every message: the talk is built only where it may matter
            if len(match.text) <= SHORT and has_word(context.knowledge, "forget", match.text):
                return _talk(context).wants_forgetting()
            begins = _tells_a_claim(context) or _tells_of_a_death(context) or _tells_who(context)
            begins = begins or _tells_only_a_sum(context) or _tells_of_several(context)
            return begins or _asks_of_the_scheme(context) or _takes_up(context)
        talk = _talk(context)
        if talk.wants_forgetting() or talk.taps_ours():
            return True
        if talk.ours and talk.takes_one_of_several():
            return True
        if talk.case.people_asked and len(tuple(numbers(talk.text))) > 1:
            return True  # the sums that were asked for
        if not talk.case.decided:
            more = _adds_to_it(talk) or (talk.ours and _stays_with_us(talk))
            return more or _tells_a_claim(context) or _asks_of_the_scheme(context)
        return talk.answers_about_keeping() or _goes_on(talk)


def _talk(context: Context) -> Talk:
    """What was heard of the message, once for each way in which it is understood."""
    made = context.made.get(NAME)
    if made is not None and made[0] is context.match and made[1] is context.session.form:
        talk: Talk = made[2]
        return talk
    talk = Talk(context)
    context.made[NAME] = (context.match, context.session.form, talk)
    return talk


def _tells_a_claim(context: Context) -> bool:
    """「2450 送外卖 医保报过」 has no verb that asks: what he paid, with who he is or his insurance, says enough."""
    match = context.match
    rider = match.slot("identity") and "医保" in match.text  # 「我骑手 报了医保还有六千三」
    if match.intent == "oos" and (rider or _SUM_AND_SETTLED.fullmatch(match.text)):
        facts = _talk(context).heard.facts
        return facts.get("own_payment") is not None and facts.get("insurance") == "settled"
    if not match.slot("amount"):
        return False
    if match.intent == "join_union":  # 「我是会员 厂里上班 自付七千」
        return has_word(context.knowledge, "ill", match.text) or "自付" in match.text or "自负" in match.text
    if match.intent == "aid":  # the help that he asks for may begin here
        return bool(match.slot("insured"))
    if match.intent.startswith("event_") and not match.slot("event"):  # 「我2001块 快递 报过」
        named = any(has_word(context.knowledge, word, fold(match.text)) for word in SECOND_EVENT)
        told = _talk(context).heard.facts
        return (bool(match.slot("identity")) or {"own_payment", "insurance"} <= set(told)) and not named
    return match.decision != "answer" and bool(match.slot("identity") or match.slot("insured"))


def _tells_who(context: Context) -> bool:
    """「骑手」 alone: who he is, before he says what he wants."""
    match = context.match
    if match.decision == "answer" and match.intent != "oos":
        return False
    return bool(match.slot("identity")) and len(match.text) <= SHORT and _talk(context).only_tells_who()


def _tells_only_a_sum(context: Context) -> bool:
    """「4300」 alone, where nothing else was asked that a number could answer."""
    match, session = context.match, context.session
    if match.decision == "answer" or len(match.text) > SHORT or session.form:
        return False
    return next(numbers(match.text), None) is not None and _talk(context).tells_only_a_sum()


def _tells_of_a_death(context: Context) -> bool:
    """「我爱人送外卖的，人没了」: what the single words remind of comes after that."""
    match = context.match
    if (match.decision == "answer" and match.intent != "oos") or not match.slot("relation"):
        return False
    return bool(match.slot("identity")) and has_word(context.knowledge, "death", fold(match.text))


def _tells_of_several(context: Context) -> bool:
    """「我们队里三个骑手住院了，我替他们问」."""
    match = context.match
    text = fold(match.text)
    if match.slot("event") or any(has_word(context.knowledge, word, text) for word in SECOND_EVENT):
        return False
    sure = match.decision == "answer" and match.intent != "oos" and not match.intent.startswith("event_")
    return not sure and of_people(text)


def _says_reported(context: Context) -> bool:
    """「嗯报过的」 after the pause answers what was asked of the insurance, and asks for no sign-up."""
    match = context.match
    short = len(match.text) <= SHORT and not match.slot("event") and match.intent == "event_mine"
    return short and has_word(context.knowledge, "settled", fold(match.text))


def _takes_up(context: Context) -> bool:
    """「4100」 after the pause that made us forget: it answers what we asked last."""
    match = context.match
    if context.session.last_intent not in LABELS:
        return False
    if _says_reported(context):
        return True
    if match.decision == "answer":
        return False
    bare = len(match.text) <= SHORT and next(numbers(match.text), None) is not None
    return bare or bool(match.slot("identity") or match.slot("insured"))


def _asks_of_the_scheme(context: Context) -> bool:
    """「这个互助是不是要先入会」 names the scheme, 「我没入会，住院了能报吗」 the illness: not about joining the union."""
    match, knowledge = context.match, context.knowledge
    text = match.text
    kinds = ("subject_membership", "subject_premium", "other_help", "enrol", "schemes")
    of_its_terms = any(has_word(knowledge, kind, fold(text)) for kind in kinds)
    if "互助" in text and of_its_terms:
        return True
    if match.intent in LABELS:  # unsure of it: 「我在朱家尖 住院报销去哪里办」
        return match.decision == "ask" and "报销" in text and has_word(knowledge, "ill", text)
    if match.intent in ("join_union", "human", "oos") and has_word(knowledge, "upset", text):
        return has_word(knowledge, "ill", text)
    if match.intent.startswith("event_") and ("互助" in text or "报销" in text) and "活动" not in text:
        return not match.slot("event")  # 「我要报医疗互助」 is no sign-up
    if "医疗互助" in text and (match.decision != "answer" or match.intent in ("help", "oos", "greet")):
        return True
    return of_its_terms and match.intent in ("join_union", "aid") and has_word(knowledge, "ill", text)


def _goes_on(talk: Hearing) -> bool:
    """Whether it says or asks something about the result in hand."""
    match, heard = talk.context.match, talk.heard
    claims = match.intent in LABELS
    other = talk.other_wish()
    if talk.only_confirms() or (talk.ours and _stays_with_us(talk)):
        return True
    if other == "thanks" and talk.question():  # 「行吧 那我怎么弄」
        return talk.ours
    if other and other != "help" and match.confidence >= SURE:
        if (
            other == "join_union" and "subject_membership" in heard.subjects
        ):  # 「要入会吗」 is no wish to join
            return talk.text.rstrip("?？ 。").endswith(("吗", "不", "么", "嘛"))
        # 「孩子的不行吗」 is about this, not about childcare
        return heard.minor and len(match.text) <= SHORT
    if heard.facts or claims:
        return True
    question = talk.question()
    return talk.ours and bool(talk.place() or heard.subjects or heard.minor or question or talk.asks_on())


def _stays_with_us(talk: Hearing) -> bool:
    """What only means something here, whatever the words remind the matcher of."""
    if any(talk.has(kind) for kind in ("lookup", "later", "why_ask", "stop", "who_is", "enrol")):
        return True
    if talk.awaiting and talk.has("only_asking"):  # 「我没生病」
        return True
    if talk.ours and talk.case.facts.insurance == "none" and talk.has("make_up"):  # 「现在去补上行吗」
        return True
    unpaid = talk.heard.facts.get("insurance") in ("not_yet", "none")
    if talk.awaiting and unpaid and not any(map(talk.has, SECOND_HUMAN)):  # 「还没报 直接找你们行不行」
        return True
    if talk.case.decided and "subject_offsite" in talk.heard.subjects:  # 「医保是温州的」
        return True
    if "subject_injury" in talk.case.subjects and (talk.has("injury_cost") or talk.has("injury_refused")):
        return True
    if (
        talk.case.ended and talk.heard.subjects
    ):  # 「家里人能领吗」 after a death, 「平台有保障」 after an injury
        return True
    procedure = talk.question() == "formality" and len(talk.context.match.text) <= 2 * SHORT
    elsewhere = ("place", "station_kind", "facility", "event")
    if talk.ours and talk.case.decided and procedure and not any(map(talk.context.match.slot, elsewhere)):
        return True  # 「下午去有人吗」「我叫我儿子去行不行」
    questions = ("denied", "too_little", "other_help", "why_verify", "deadline", "counts", "formality")
    about_it = not talk.context.match.names_other_than("claim")  # 「工资的事还有别的办法吗」 is not
    if talk.case.decided and (
        "subject_advance" in talk.heard.subjects or (about_it and any(map(talk.has, questions)))
    ):
        return True
    if talk.ours and "subject_paid_when" in talk.heard.subjects and len(talk.context.match.text) <= SHORT:
        return True  # 「要等多久」
    told = {"identity", "insurance"} & set(talk.heard.facts)
    return bool(told) and len(talk.context.match.text) <= SHORT


def _adds_to_it(talk: Hearing) -> bool:
    """「我是骑手」「岱山的」「多久截止」 after an answer of ours that asked nothing."""
    match = talk.context.match
    if talk.ours and match.intent not in LABELS and match.decision == "answer" and not talk.other_wish():
        return bool(talk.heard.subjects or talk.question())
    adds = bool(talk.heard.facts or talk.heard.subjects or talk.heard.relation or talk.place())
    return talk.ours and adds and (match.decision != "answer" or match.confidence < SURE)


CLAIMS = Claims()
