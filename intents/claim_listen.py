"""What one message says about a claim: who was ill, whose money, which insurance, which matters it names."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from intents.claim_case import CHOICES, DAYS, Case, choice_text
from intents.claim_heard import Heard, concepts, concepts_in, has_word
from intents.claim_money import hear_money
from intents.claim_people import AND_ANOTHER
from intents.facts import Amount
from intents.text import fold
from intents.types import Context
from knowledge.base import Knowledge


def listen(context: Context, case: Case, limits: Collection[int] = ()) -> Heard:
    """Read the message, with the question in hand in mind. Changes nothing.

    `limits` (分) are the scheme's own figures: 「最低不是有500吗」 does not mean that he paid 500.
    """
    form, knowledge = context.session.form, context.knowledge
    awaiting = form.awaiting if form is not None and form.service == "claims" else ""
    chosen = _chosen(knowledge, context.match.text)
    if chosen:
        return Heard(facts=dict([chosen]))
    text = fold(context.match.text)
    heard = Heard(
        subjects=_subjects(knowledge, text),
        unsure=has_word(knowledge, "unsure", text),
        mends=has_word(knowledge, "mends", text),
        another_stay=has_word(knowledge, "another_stay", text),
    )
    _hear_answer(context, heard)
    hear_money(context, case.facts, heard, awaiting, limits)
    _hear_person(context, case, heard, awaiting)
    if awaiting == "identity":
        _hear_work(context, heard)
    _hear_insurance(context, heard, awaiting)
    if (case.facts.insurance == "not_yet" or case.assumed) and has_word(knowledge, "settled", text):
        heard.facts.setdefault("insurance", "settled")
    if heard.facts.get("received") is None and has_word(knowledge, "nothing_received", text):
        heard.facts["received"] = Amount(0)
    _hear_other_facts(context, heard, awaiting)
    return heard


#: A matter that needs more than a word: 「我62了」, 「先交100块才能报」, 「去年12月住的院今年1月出院」.
_SUBJECT_FORMS = {
    "subject_age": re.compile(
        r"(?<!\d)(?:5[5-9]|6\d|7\d)(?:了|岁|周岁)|[五六七]十[一二三四五六七八九]?(?:岁|多?了)"
    ),
    "subject_scam": re.compile(
        r"先(?:交|付|转|打|给)[^,，。医]{0,3}[\d一二两三五八][\d十百千]*[块元]?.{0,3}才"
    ),
    "subject_cross_year": re.compile("去年.{0,8}住.{0,12}今年.{0,8}出(?:院|来)"),
    "subject_last_year": re.compile(
        r"(?<!\d)(?:20)?(?:1\d|2[0-5])年的?(?:呢|住|看|开刀)|去年.{0,8}住.{0,12}今年.{0,6}结"
    ),
    "subject_self_paid": re.compile("[自个][付负人].{0,14}自费|自费.{0,14}自[付负]"),
}

_INSURED_AT = re.compile("医保(?:是|在|交在|参在|放在)")

#: These are heard also where he speaks of another year.
_OF_ANY_TIME = ("subject_last_received", "subject_cross_year")


def _subjects(knowledge: Knowledge, text: str) -> list[str]:
    """The matters named, each once; one that says what another would goes before it."""
    ours = _this_time(text)
    found = subjects_in(knowledge, ours)
    if ours != text:
        found += [one for one in subjects_in(knowledge, text) if one in _OF_ANY_TIME]
    if (insured := _INSURED_AT.search(text)) and text.startswith(
        knowledge.words["slots.outside"], insured.end()
    ):
        found.append("subject_offsite")  # 医保是温州的
    found += [name for name, form in _SUBJECT_FORMS.items() if form.search(text)]
    said = {other for kept, other in _SAID_BY if kept in found}
    return [name for name in dict.fromkeys(found) if name not in said]


#: An answer that is so short says nothing else.
SHORT = 6

#: 「前年从船上摔下来，今年又胃出血」 tells of this year; 「去年住的院，今年能报吗」 only asks in it.
_ANOTHER_TIME = re.compile(
    "(?:去年|前年|以前|早几年).{2,}(?<![到至])(今年(?!还|能|可|报|申请|再报|来报|行|不能|才).*)"
)


def _this_time(text: str) -> str:
    """What happened before is not what he asks about."""
    found = _ANOTHER_TIME.search(text)
    return found[1] if found else text


# ---------------------------------------------------------------- words of content/words/claims.toml


def subjects_in(knowledge: Knowledge, folded: str) -> list[str]:
    """The matters named that have a sentence of their own: `claims.subject_…` in words and in texts."""
    found = concepts_in(knowledge, folded)
    return [name for name in concepts(knowledge, "subject_") if name in found]


#: The first says what the second would say.
_SAID_BY = (
    ("subject_several", "subject_times"),
    ("subject_clinic", "subject_several"),
    ("subject_last_received", "subject_last_year"),
    ("subject_cross_year", "subject_last_year"),
    ("subject_accident", "subject_injury"),
    ("subject_accident", "subject_fall"),
)


def _chosen(knowledge: Knowledge, text: str) -> tuple[str, str] | None:
    """The fact and value of a choice that was tapped."""
    for fact, values in CHOICES.items():
        for value in values:
            if text.strip() == choice_text(knowledge, value):
                return fact, value
    return None


# ---------------------------------------------------------------- facts, from the slots


def _hear_answer(context: Context, heard: Heard) -> None:
    slot = context.match.slot("yes_no")
    if slot is not None:
        heard.yes = slot.value
        heard.unsure = heard.unsure or slot.value is None


def _hear_person(context: Context, case: Case, heard: Heard, awaiting: str) -> None:
    text = fold(context.match.text)
    himself = _HE_IS_ILL.search(text) or has_word(context.knowledge, "typed_for", text)
    kin = None if himself else context.match.slot("relation")
    beside = awaiting == "identity" and case.facts.own_payment and not case.relation
    if kin is not None and beside and not AND_ANOTHER.search(text):
        heard.subjects.append("subject_family")  # 「孙子在送外卖」 says nothing of who was ill
        return
    slots = context.match.all("identity")
    if kin is not None and kin.value != "employee":
        # 我妈住院，我是骑手: the rules look at her, not at him.
        his = tuple(slot for slot in slots if text[: slot.start].endswith(_OF_THE_ASKER))
        heard.asker = str(his[0].value) if his else ""
        slots = tuple(slot for slot in slots if slot not in his)
    # 种地 is work of which the rules do not speak, whatever the word reminds of.
    slots = tuple(
        slot for slot in slots if "subject_work" not in concepts_in(context.knowledge, fold(slot.text))
    )
    said = [slot.value for slot in slots]
    if said:
        told = said[-1:] if heard.mends else said  # 我是农民工，不对，我是跑闪送的
        heard.facts["identity"] = next((value for value in told if value != "other"), "other")
    elif awaiting == "identity" and _comes_from_elsewhere(context.knowledge, text):
        heard.facts["identity"] = "migrant_worker"
    elif "subject_retired" in heard.subjects or (
        awaiting == "identity" and has_word(context.knowledge, "no_work", text)
    ):
        heard.facts["identity"] = "other"
    if slot := context.match.slot("identity_not"):
        heard.is_not = str(slot.value)
    if kin is not None:
        heard.relation = str(kin.value)
        birth = has_word(context.knowledge, "not_minor", text)  # 生孩子: the mother was in hospital
        heard.minor = kin.value == "child" and not birth and has_word(context.knowledge, "minor", text)
        heard.relation = "" if birth else heard.relation
    elif has_word(context.knowledge, "for_employee", text):
        heard.relation = "employee"
    hospital = context.match.slot("hospital")
    comes_from = hospital is not None and any(slot.start == hospital.start for slot in slots)
    # 「外地来的焊工住院了」 says where he comes from.
    if hospital is not None and not comes_from and "subject_offsite" not in heard.subjects:
        heard.subjects.append("subject_offsite")


def _comes_from_elsewhere(knowledge: Knowledge, text: str) -> bool:
    """「贵州的」「安徽人」 as the whole answer."""
    said = text.strip(" 。！!我是来从").rstrip("的人来过呢啊")
    return said in knowledge.words.get("slots.outside", ())


#: 「我是货轮上的水手」「他在菜场卖鱼的」: work of which the rules do not speak.
_SAYS_WHO = re.compile(
    r"(?:我|他|她|伊|阿拉|咱|俺|本人)?(?:自己|老公|老婆|爸|妈|也|以前)?(?:就)?(?:是|在|做|当|干|跑|开|搞|帮)(?!不)[^?？,，。]{1,12}"
)
_ASKS = re.compile("[?？吗呢么嘛]|哪|什么|怎么|几点|能不能|有没有|可以|报|取消|想|找|知道|晓得|清楚")


def _hear_work(context: Context, heard: Heard) -> None:
    """An answer to what work he does that names none of the two kinds."""
    match, text = context.match, fold(context.match.text).strip(" 。！!")
    sure_of_another = match.decision == "answer" and match.confidence >= 0.9 and match.intent != "oos"
    if "identity" in heard.facts or match.slot("place") or sure_of_another:
        return
    if _SAYS_WHO.fullmatch(text) and not _ASKS.search(text) and "subject_work" not in heard.subjects:
        heard.subjects.append("subject_work")


#: 「家里三个小孩，今年我查出来…」: others are named, but he is the one who was ill.
_HE_IS_ILL = re.compile(
    "我(?:自己|本人|今年|上个月|前段时间|前阵子|也|又|刚|去年|这次)*(?:查出|得了|住院|住了院|生病|生了|做了手术|做手术|开刀|开了刀|确诊|病了)"
)

_OF_THE_ASKER = ("我", "我是", "我在", "我跑", "我开", "我送", "我做", "我自己", "我自己是", "本人", "本人是")


def _hear_insurance(context: Context, heard: Heard, awaiting: str) -> None:
    text = fold(context.match.text)
    if slot := context.match.slot("insured"):
        heard.facts["insurance"] = _INSURANCE[slot.value]
        # 有医保 says that it stands, not that it has paid; as the answer to our question it says both.
        heard.assumes_insurance = awaiting != "insurance" and fold(slot.text).startswith(_STANDS)
    elif has_word(context.knowledge, "not_reported", text):
        heard.facts["insurance"] = "not_yet"
    elif (
        has_word(context.knowledge, "reported", text)
        or heard.covered
        or has_word(context.knowledge, "now_settled", text)
    ):
        heard.facts["insurance"] = "settled"
    elif _says_settled(context.knowledge, text, heard, awaiting):
        heard.facts["insurance"] = "settled"
        heard.assumes_insurance = False
    elif awaiting == "insurance" and heard.yes is not None and not heard.unsure:
        heard.facts["insurance"] = "settled" if heard.yes else "not_yet"


def _says_settled(knowledge: Knowledge, text: str, heard: Heard, awaiting: str) -> bool:
    """「自付5000 报过」 means his insurance, beside a sum or as the answer to that question."""
    shortly = awaiting in ("own_payment", "identity") and len(text) <= SHORT and "领" not in text
    about_it = (awaiting == "insurance" or shortly) or ("own_payment" in heard.facts and "互助" not in text)
    at_desk = awaiting == "insurance" and "没" not in text and has_word(knowledge, "settled_at_desk", text)
    return at_desk or (about_it and has_word(knowledge, "settled", text))


_INSURANCE: dict[Any, str] = {True: "settled", False: "none", "not_yet": "not_yet"}
_STANDS = ("有", "交", "参加", "买", "办", "上")


def _hear_other_facts(context: Context, heard: Heard, awaiting: str) -> None:
    """Facts that only a scheme with more rules asks for: days, ages, membership."""
    if awaiting in DAYS and (slot := context.match.slot("date")):
        day: date = slot.value
        future = day > context.now.date()  # the finder looks ahead; a stay lies behind
        heard.facts[awaiting] = _a_year_before(day) if future else day
    if awaiting in ("member", "offsite", "registered", "child_in_school") and heard.yes is not None:
        heard.facts[awaiting] = heard.yes
    if awaiting in ("age", "insured_months", "hospital_days", "household_income") and (
        slot := context.match.slot("number")
    ):
        heard.facts[awaiting] = int(slot.value)
    if awaiting in ("hospital_grade", "disease", "cause") and not heard.unsure:
        heard.facts[awaiting] = context.match.text.strip(" 。！")[:20]


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - 1, day=28)
