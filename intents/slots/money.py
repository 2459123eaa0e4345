"""Sums of money, and whose they are: what he paid himself, the whole bill, what was received already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from intents.slots.owners import CORRECTED, own_payment, together, with_roles, without_corrected
from intents.slots.sums import AFTER, MOST, Sum, approx_after, approx_before, fen_of, sums_in
from intents.slots.utterance import Utterance
from intents.types import Slot

_SOME = re.compile(
    r"(?<![\d一二三四五六七八九十几])(?P<unit>[千万百])把来?(?:块钱?|元|(?=[ ,。吧了]|$))"
    r"|(?:[费付负掏花出掉了要有贴]|费用|药费)(?P<up>上(?:了)?(?P<above>[千万]))(?:块钱?|元|的)?(?=[ ,。?!了吧]|$)"
)


_OF_SOME = frozenset("把上")


def find_money(utterance: Utterance) -> list[Slot]:
    """amount (his own payment), total and received."""
    text = utterance.text
    sums = with_roles(utterance.text, without_corrected(utterance.text, sums_in(utterance)))
    slots = []
    if not sums and utterance.has_any(_OF_SOME) and (some := _SOME.search(text)):
        value = Decimal({"百": 100, "千": 1000, "万": 10_000}[some["unit"] or some["above"]])
        sums = [Sum(fen_of(value), *some.span("up" if some["above"] else 0), ">" if some["above"] else "~")]
    own = own_payment(utterance.text, sums)
    if own is not None:
        slots.append(utterance.slot("amount", own.fen, own.start, own.end, own.approx))
    for role in ("total", "received"):
        found = [one for one in sums if one.role == role]
        if found:
            one = together(found) if role == "received" else found[-1]
            slots.append(utterance.slot(role, one.fen, one.start, one.end, one.approx))
    return slots


_BARE_START = re.compile(r"[嗯呃额啊哦是就有 ,.]*(?:刚好|正好|恰好|大概|大约|约|差不多|不到|快|将近|超过)?")
_BARE_WRONG = re.compile(
    r"[嗯呃额啊哦是就 ,.]*[\d.,千百万十零一二两三四五六七八九kw块元]+[ ,.。!…]*"
    r"(?:不对|[哦啊噢喔额呃]?不[是对]?|说错了?|打错了?|写错了?|错了|更正|应该是|改成|口误|不好意思|[是 ,.。!…])+"
)
_BARE_END = re.compile(r"[ .。,!了吧的啊呢]*$")


_BESIDE = re.compile(r"(?:我|是|的|了|吧|大概|[ ,.。])*(?:块钱?|元)?(?:我|是|的|了|吧|[ ,.。])*")


def find_sum_beside(utterance: Utterance, words: Sequence[Slot]) -> list[Slot]:
    """外卖 5000: an `amount` that stands with nothing but what he is."""
    if not words:
        return []
    text, number = utterance.text, next(iter(utterance.numbers), None)
    if number is None or not 100 <= number.value < MOST or number.end - number.start > 8:
        return []
    taken = [(number.start, number.end), *((slot.start, slot.end) for slot in words)]
    rest = "".join(char for i, char in enumerate(text) if not any(a <= i < b for a, b in taken))
    if not _BESIDE.fullmatch(rest):
        return []
    return [utterance.slot("amount", fen_of(number.value), number.start, number.end, number.approx)]


def _added_up(utterance: Utterance) -> Slot | None:
    """1000+2000加1782, and nothing else: their sum."""
    numbers, text = utterance.numbers, utterance.text
    if len(numbers) < 2 or any(one.value < 100 or one.value >= MOST for one in numbers):
        return None
    gaps = [text[a.end : b.start] for a, b in pairwise(numbers)]
    rest = text[: numbers[0].start] + text[numbers[-1].end :]
    if not all(_PLUS.fullmatch(gap) for gap in gaps) or not _BARE_END.fullmatch(rest):
        return None
    total = sum((one.value for one in numbers), Decimal(0))
    return utterance.slot("amount", fen_of(total), numbers[0].start, numbers[-1].end)


_PLUS = re.compile("(?:块钱?|元)? ?(?:[+＋、,]|加上?|和|再加) ?")


def find_bare_number(utterance: Utterance, slots: list[Slot]) -> list[Slot]:
    """A message that is nothing but a number: `number`, and an `amount` too when it is no choice of a list."""
    text = utterance.text
    if not any(slot.name == "amount" for slot in slots) and (added := _added_up(utterance)):
        return [added]
    said = [number for number in utterance.numbers if CORRECTED.search(text[: number.start])]
    number = next(iter(said or utterance.numbers), None)
    begin = _BARE_START.match(text) if number else None
    if said and number and _BARE_WRONG.fullmatch(text[: number.start]):
        begin = re.match(".*", text[: number.start])  # 8600，哦不，6800
    if begin is None or number is None or number.start != begin.end() or number.value >= MOST:
        return []
    after = AFTER.match(text, number.end)
    end = after.end() if after else number.end
    if not _BARE_END.match(text, end):
        return []
    found = []
    if number.value == number.value.to_integral_value():
        found.append(utterance.slot("number", int(number.value), number.start, number.end))
    if (number.value >= 10 or number.value == 0) and not any(slot.name == "amount" for slot in slots):
        approx = number.approx or approx_after(after) or approx_before(text[: number.start])
        found.append(utterance.slot("amount", fen_of(number.value), number.start, end, approx))
    return found
