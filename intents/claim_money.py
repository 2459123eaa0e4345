"""Whose money a message about a claim names: his own payment, the bill, the insurer's part, what he received.

A sum in a question about the payout, or of somebody else, is only talked about: it changes no fact.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from intents.claim_heard import Heard, ends_with, has_word
from intents.claim_sums import (
    GOT,
    LEAST,
    Numbers,
    asks_whether_so_much,
    asks_which,
    covered,
    each_paid,
    is_part,
    listed,
    mended,
    monthly,
    of_people,
    received_in_parts,
    this_years,
)  # fmt: skip
from intents.facts import Amount, Facts
from intents.slots.numerals import Number, numbers
from intents.text import fold
from intents.types import Context, Slot
from knowledge.base import Knowledge

#: Slots whose words may hold a number that is no cost.
_NUMBERED = ("received", "total", "date", "period", "time", "people", "phone_invalid", "event", "stays")
#: What is counted is no money.
_COUNTED = ("年", "月", "日", "号", "点", "个", "人", "次", "天", "岁", "级", "路", "床", "楼", "室", "%")
#: Before a sum that he got, that somebody else paid or would pay, and that is only about so much.
_PAID_TO_HIM = ("报", "赔", "给", "补", "发", "最低", "最高", "最多", "最少", "起付线", "封顶")
_ABOUT = ("大概", "大约", "约", "差不多", "将近", "估计")

#: Before a sum that he hopes for: 能拿满5000, 我就要5000.
_HOPED = re.compile(
    r"(?:能|可以|会|就要|想要|我要|应该)(?:不能|不会)?(?:拿|领|给|报|补|赔|发)?[到满够我个]*$"
)
_HOPED_AFTER = re.compile("[元块钱]*(?:能|可以|会)(?:不能|不会)?(?:拿|领|到手|报到|给我)")
#: Before a sum that an insurer or somebody else paid him.
_COMPENSATED = re.compile("(?:赔|理赔|赔付)[了过给我 ]*$")
#: Before a sum that somebody else gave him: 单位给我补的1000.
_FROM_OTHERS = re.compile("(?:单位|公司|老板|平台|工地|商保|商业险|亲戚|朋友|工友|众筹)[^,，。自]{0,8}$")
#: Before a sum of which nobody has published whether it counts, and before one that does.
_SELF_FUNDED = re.compile("自费[药的部分项目]*[是有了 ]*$")
_OWN_SHARE = re.compile("(?:自付|自负|个人负担|个人自付)[的部分是有了 ]*$")
#: Before a sum that he earns.
_EARNED = re.compile("(?:挣|工资|收入|月薪|赚)[了个才只就有是大概约 ]*$")
#: 「领过一次2000」.
_GOT_ONCE = re.compile("(?:(?:领|拿)[了过到]*(?:一次|一回|过)|报[了过]*(?:一次|一回))[,， ]*$")
#: 「去年领过3000」 is not of this year.
_LAST_YEAR = re.compile("(?:去年|前年|上年)[^今]{0,6}(?:领|拿|报[了过]*(?:一次|一回))")
#: Then what he spent is the whole bill.
_INSURERS_PART_UNKNOWN = re.compile(
    "(?:不知道|不晓得|不清楚|没看|忘了|搞不清)[^,，。]{0,4}医保[^,，。]{0,4}(?:多少|几钿)"
)
#: Before the sum of several stays.
_IN_ALL = re.compile(r"(?:一共|总共|合计|加起来|加一起|共)[^\d]{0,6}$")
#: Questions in which a limit of the rules is only quoted.
_OF_LIMITS = ("doubt", "floor", "too_little")


def hear_money(context: Context, before: Facts, heard: Heard, awaiting: str, limits: Collection[int]) -> None:
    """Put the sums of the message into `heard.facts`; `limits` (分) are the scheme's own figures."""
    text, asked_own = fold(context.match.text), awaiting == "own_payment"
    sums = tuple(numbers(text))
    if put_right := mended(text, sums):
        _hear_mended(put_right, before, heard, awaiting)
        return
    if _is_all_said(context, text, sums, heard) or (
        len(sums) == 1 and asks_whether_so_much(text) and not asked_own
    ):
        return
    text = _without_parts(text, sums, heard)
    paid, total, received = _as_said(context, text)
    parts = covered(text, sums)
    heard.covered = sum(part.fen for part in parts)
    heard.covered_most = sum(part.bounds()[1] for part in parts)
    _hear_received(received, text, sums, heard)
    if paid is None and not heard.covered:
        paid = _lone_sum(context, heard, limits, text)
    if paid is not None and (
        _is_quoted(context.knowledge, paid, text, limits, asked_own)
        or (before.own_payment and is_part(text, paid.start, paid.end))
    ):
        paid = None
    if paid is not None and heard.covered and paid.value > heard.covered and not _is_his(context, paid, text):
        paid, total = None, total or paid  # 花了8万 医保报掉5万
    if paid is not None and _INSURERS_PART_UNKNOWN.search(text):
        paid, total = None, total or paid  # 花了3万多，不知道医保报了多少
    if total is not None and _hear_total(context, heard, paid, total, asked_own):
        return
    if paid is None or paid.value in (*(part.fen for part in parts), heard.covered):
        return
    if awaiting == "received":
        heard.facts.setdefault("received", _amount(paid))
        return
    first, *others = _stays(context.knowledge, paid, text)
    if total is not None and heard.covered and first.fen == total.value - heard.covered:
        first = _amount(total).less(heard.covered, heard.covered_most)
    heard.facts["own_payment"] = _left_of_right_bill(before, heard, first) or first
    heard.spent = text[: paid.start].rstrip(" 了").endswith("花") and not _is_his(context, paid, text)
    if others:
        heard.facts["stays"] = tuple(other.fen for other in others)
    heard.assumes_insurance = asked_own


def _left_of_right_bill(before: Facts, heard: Heard, said: Amount) -> Amount | None:
    """「不对，是38900」 where the bill was 38400 and the insurance paid a part: what is left of the right one."""
    total, own = before.total, before.own_payment
    if not heard.mends or total is None or own is None or "total" in heard.facts or total.fen <= own.fen:
        return None
    if abs(said.fen - total.fen) >= abs(said.fen - own.fen):
        return None
    heard.facts["total"] = said
    return said.less(total.fen - own.fen)


def _is_all_said(context: Context, text: str, sums: Numbers, heard: Heard) -> bool:
    """Whether the sums are listed, of several people, or only talked about: then nothing else is meant."""
    if _of_others(context.knowledge, text) or asks_which(text, sums):
        return True
    heard.each, stays = each_paid(text, sums), listed(text, sums)
    if len(stays) > 1 and of_people(text):
        heard.each = [Amount(one) for one in stays]
    if not heard.each and len(stays) > 1:
        heard.facts["own_payment"], heard.facts["stays"] = Amount(stays[0]), tuple(stays[1:])
    return bool(heard.each) or len(stays) > 1


def _without_parts(text: str, sums: Numbers, heard: Heard) -> str:
    """The text with blanks for the parts in which he received his money, which are added up, and for a month's sum."""
    blank = [(number.start, number.end) for number in monthly(text, sums)]
    if got := received_in_parts(text, sums):
        heard.facts["received"] = Amount(got[0])
        blank.append(got[1:])
    for start, end in blank:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _hear_received(received: Slot | None, text: str, sums: Numbers, heard: Heard) -> None:
    """What he received this year; of 去年领过3000，今年领过1000 the second."""
    if received is not None:
        heard.facts.setdefault("received", _amount(received))
        return
    if (got := this_years(text, sums)) is not None:
        heard.facts.setdefault("received", Amount(int(got.value * 100), got.approx))


def _without_blanks(paid: Slot, text: str) -> Slot:
    """What the finder added up over the words that are blanks now is no part of what he paid."""
    found = (int(one.value * 100) for one in numbers(text[paid.start : paid.end]))
    left = [fen for fen in found if fen >= LEAST]
    return replace(paid, value=sum(left)) if left and sum(left) < paid.value else paid


def _hear_total(context: Context, heard: Heard, paid: Slot | None, total: Slot, asked_own: bool) -> bool:
    """Put the bill into the facts; returns whether the own payment stood for the same words."""
    before = fold(context.match.text)[max(0, total.start - 8) : total.start]
    if has_word(context.knowledge, "received", before):
        heard.facts.setdefault("received", _amount(total))
        return False
    if asked_own and not (heard.covered and paid is None):
        heard.bill = 0 if paid is None or _is_own(context, paid, total) else total.value
        return False
    if paid is not None and _is_own(context, paid, total):
        return False
    heard.facts["total"] = _amount(total)
    return paid is not None and (paid.start, paid.value) == (total.start, total.value)


# ---------------------------------------------------------------- sums that are put right, or only talked about


def _hear_mended(mended: tuple[int, int, bool], before: Facts, heard: Heard, awaiting: str) -> None:
    wrong, right, got = mended
    name = "own_payment"
    for other in ("received", "total"):
        told = getattr(before, other)
        if told is not None and told.fen == wrong and (before.own_payment or told).fen != wrong:
            name = other
    if got or awaiting == "received":
        name = "received"
    heard.mends = True
    total, own = before.total, before.own_payment
    if (
        name == "own_payment"
        and total
        and own
        and total.fen - own.fen == wrong != own.fen
        and right < total.fen
    ):
        heard.facts[name] = total.less(right)  # 医保报的不是两万二 是两万五
        return
    heard.facts[name] = Amount(right)


def _of_others(knowledge: Knowledge, text: str) -> bool:
    """「别人自付一万拿了三千」: somebody else's case, without a word about his own."""
    starts = [text.find(word) for word in knowledge.words.get("claims.others", ()) if word in text]
    starts = [
        at for at in starts if not text[:at].endswith(("帮", "给", "替", "在", "到", "跟"))
    ]  # 帮人家杀鱼
    return bool(starts) and "我" not in text[min(starts) :]


_OUTPATIENT = re.compile("门诊|药店|买药|药费")
_COUNTS = re.compile(".{0,4}(算不算|算吗|算么|也算|能算|算不算进|算进去)")


def _is_quoted(knowledge: Knowledge, paid: Slot, text: str, limits: Collection[int], asked_own: bool) -> bool:
    """「最低不是有500吗」「为啥只有1200」「差一块都不行」「能拿满吗」: a sum that is talked about, not one that he paid."""
    if paid.value in limits and any(has_word(knowledge, concept, text) for concept in _OF_LIMITS):
        return True
    if _HOPED.search(text[: paid.start].rstrip()) or _EARNED.search(text[: paid.start]):
        return True
    says_so = ends_with(knowledge, "paid_by_him", text[: paid.start].rstrip(" 了"))
    if _HOPED_AFTER.match(text, paid.end) and not says_so:
        return True
    if _OUTPATIENT.search(text[: paid.start]) and _COUNTS.match(text, paid.end) and not asked_own:
        return True  # 「门诊还花了300算不算」: not what he paid in hospital
    condition = text[paid.end :].lstrip("元块钱").startswith(("以上", "才", "起", "封顶"))
    if asked_own or (says_so and not condition):
        return False
    asks_why = has_word(knowledge, "why", text) and not has_word(knowledge, "spent", text)
    return asks_why or paid.value < LEAST or (paid.value in limits and has_word(knowledge, "rules", text))


# ---------------------------------------------------------------- whose a sum is


def _as_said(context: Context, text: str) -> tuple[Slot | None, Slot | None, Slot | None]:
    """The finder's own payment, bill and received sum; 「自付5000 报过」 is his own, whatever follows it."""
    match = context.match
    paid, total, received = (
        slot if slot is not None and text[slot.start : slot.end].strip() else None
        for slot in map(match.slot, ("amount", "total", "received"))
    )
    if paid is not None and text[: paid.start].rstrip().endswith(_FROM_HIS_CARD):
        paid = next(
            (
                one
                for one in _free_slots(context, text)
                if ends_with(context.knowledge, "paid_by_him", text[: one.start].rstrip(" 了"))
            ),
            None,
        )
    if paid is not None and text != fold(match.text):
        paid = _without_blanks(paid, text)
    if paid is not None and _SELF_FUNDED.search(text[: paid.start]):
        own = [one for one in _free_slots(context, text) if _OWN_SHARE.search(text[: one.start])]
        paid = own[0] if len(own) == 1 else paid  # 自费药三千 自付两千二
    if received is None and paid is not None and _GOT_ONCE.search(text[: paid.start]):
        received, paid = replace(paid, name="received"), None
    received = received or _got_once(context, text)
    if received is not None and _HOPED.search(text[: received.start].rstrip()):
        received = None
    if received is not None and _LAST_YEAR.search(text[: received.end]):
        received = None
    if paid is not None and (_is_telephone(context, paid) or _COMPENSATED.search(text[: paid.start])):
        paid = None
    if paid is not None:
        paid = _without_paid_to_him(paid, text)
    if (
        received is not None
        and paid is None
        and ends_with(context.knowledge, "paid_by_him", text[: received.start].rstrip(" 了"))
    ):
        paid, received = replace(received, name="amount"), None
    return paid, total, received


def _got_once(context: Context, text: str) -> Slot | None:
    """「自付5千，今年领过一次2000」: the second of two sums."""
    return next(
        (
            Slot("received", int(one.value * 100), text[one.start : one.end], one.start, one.end, one.approx)
            for one in _free_numbers(context, text)
            if _GOT_ONCE.search(text[: one.start])
        ),
        None,
    )


def _without_paid_to_him(paid: Slot, text: str) -> Slot:
    """「自付2万，商业险又赔了1万8」: the finder added up what only one of them is his."""
    parts = [number for number in numbers(text[paid.start : paid.end]) if number.value * 100 >= LEAST]
    if len(parts) < 2:
        return paid
    heads = [text[: paid.start + part.start].rstrip(" 了") for part in parts]
    his = [part for part, head in zip(parts, heads, strict=True) if not head.endswith(_PAID_TO_HIM)]
    if len(his) in (0, len(parts)):
        return paid
    return replace(paid, value=sum(int(part.value * 100) for part in his), approx=his[0].approx)


def _lone_sum(context: Context, heard: Heard, limits: Collection[int], text: str) -> Slot | None:
    """「外卖 5000 医保报过」: in talk about a claim the only number that is nothing else is what he paid."""
    match = context.match
    ours = match.intent in ("claim_check", "oos") or context.session.last_intent == "claim_check"
    if not ours or match.slot("phone"):
        return None
    own = []
    for number in _free_numbers(context, text):
        before = text[: number.start].rstrip(" 了过满到掉走销")
        fen, words = int(number.value * 100), match.text[number.start : number.end]
        more = ">" if text[number.end :].startswith(("多", "来块", "几块")) else ""
        approx = number.approx or more or ("~" if before.endswith(_ABOUT) else "")
        one = Slot("amount", fen, words, number.start, number.end, approx)
        if before.endswith(GOT) or _GOT_ONCE.search(before):
            before_it = text[: number.start].rstrip()
            if not _HOPED.search(before_it) and not _LAST_YEAR.search(before_it):
                heard.facts.setdefault("received", _amount(one))
        elif (
            not before.endswith(_PAID_TO_HIM)
            and not _FROM_OTHERS.search(before)
            and not _is_quoted(context.knowledge, one, text, limits, False)
        ):
            own.append(one)
    return own[0] if len(own) == 1 else None


#: Before what his insurance card paid, which he does not count as paid by himself.
_FROM_HIS_CARD = ("账户支付", "账户", "医保卡", "医保卡支付", "医保卡里")


def _free_slots(context: Context, text: str) -> list[Slot]:
    """The free numbers as own payments, from the last to the first, without those that his card paid."""
    found = [
        Slot("amount", int(one.value * 100), text[one.start : one.end], one.start, one.end, one.approx)
        for one in _free_numbers(context, text)
    ]
    return [one for one in reversed(found) if not text[: one.start].rstrip().endswith(_FROM_HIS_CARD)]


def _free_numbers(context: Context, text: str) -> list[Number]:
    telephones = {one.number for one in context.knowledge.contacts.values()}
    taken = [(slot.start, slot.end) for slot in context.match.slots if slot.name in _NUMBERED]
    return [
        number
        for number in numbers(text)
        if number.value * 100 >= LEAST
        and text[number.start : number.end] not in telephones
        and not any(start < number.end and number.start < end for start, end in taken)
        and not text[number.end :].startswith(_COUNTED)
    ]


#: 两三千, 十七八万, 四千六七: two digits of which one is meant.
_TWO_DIGITS = re.compile("([一二两三四五六七八])([二三四五六七八九])")


def _is_telephone(context: Context, slot: Slot) -> bool:
    """「我打12351」 names no sum."""
    return any(one.number == slot.text.strip() for one in context.knowledge.contacts.values() if one.number)


def _amount(slot: Slot) -> Amount:
    """As he said it; of 两三千 and 三千到四千 both ends."""
    fen = int(slot.value)
    if slot.approx != "~":
        return Amount(fen, slot.approx)
    words = fold(slot.text)
    ends = [words, _TWO_DIGITS.sub(r"\2", words)]
    said = [int(one.value * 100) for end in ends for one in numbers(end)]
    return Amount(fen, most=max(said)) if fen in said and max(said) > fen else Amount(fen, slot.approx)


def _is_his(context: Context, paid: Slot, text: str) -> bool:
    """Whether words beside the sum say that he paid it himself."""
    near = text[max(0, paid.start - 6) : paid.start] + text[paid.end : paid.end + 4]
    return has_word(context.knowledge, "own", near)


def _is_own(context: Context, paid: Slot, total: Slot) -> bool:
    """Whether the sum called 总共 is his own payment: 医保报完我自己总共出了四千三."""
    if paid.start != total.start:
        return False
    if paid.value != total.value:  # the bill less what the insurance paid
        return False
    insured = context.match.slot("insured")
    before = fold(context.match.text)[: paid.end]
    return has_word(context.knowledge, "own", before) or (insured is not None and insured.start < paid.start)


def _stays(knowledge: Knowledge, paid: Slot, text: str) -> list[Amount]:
    """The finder adds up what several stays cost; the rules may look at each alone."""
    said = [number for number in numbers(fold(paid.text)) if number.value * 100 >= LEAST]
    parts = [int(number.value * 100) for number in said]
    if len(parts) > 1 and _IN_ALL.search(fold(paid.text)[: said[-1].start]) and parts[-1] > sum(parts[:-1]):
        parts[-1] -= sum(parts[:-1])  # 一次1500，两次一共3100
        paid = replace(paid, value=sum(parts))
    if paid.approx or not has_word(knowledge, "several_stays", text):
        return [_amount(paid)]
    if len(parts) == 1 and parts[0] and paid.value % parts[0] == 0:
        return [Amount(parts[0])] * (paid.value // parts[0])  # 三次，每次 1800
    return [Amount(part) for part in parts] if sum(parts) == paid.value else [_amount(paid)]
