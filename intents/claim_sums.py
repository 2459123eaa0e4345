"""Sums in the words of a message alone: those put right, listed for several stays or people, a month's, the insurer's.

Nothing here knows the case; `claim_money` says whose money each is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from intents.facts import Amount
from intents.slots.numerals import Number

Numbers = Sequence[Number]

#: Before a sum that he got.
GOT = ("拿", "领")
#: Before a sum that the insurance paid; without its name only after a larger sum (5万 报了2万).
_COVERED = re.compile(
    r"(?:医保|统筹|大病保险|大病|[新农]*农合|农保|社保)[^,。; 自己个我剩完后好掉外花]{0,5}?(?:报|付|结|承担|抵)[销算掉了完去过支付]*$"
)
#: 「医保报完付了8800」 is what he paid.
_PAID_AFTER = re.compile(r"[报结][销算掉了]*[完好过后]+[以之后了还又]*[付出掏][了掉]*$")
#: 「医保报过了 八千」: a pause, and then what he paid.
_REPORTED_ALREADY = re.compile(r"[报结][销算]*[过好完][了的]*[ ,，]+$")
_REPORTED = re.compile(r"(?:报[掉了走]+|(?<![能可以会])报销[掉了走]*)$")

#: Between two sums of which he asks which one it is.
_OR = re.compile(r"[元块钱算,， ]*还是[拿给补报有按 ]*")

#: 「不是三千是五千」 and 「是五千不是三千」.
_NOT = ("不是", "勿是", "弗是", "并非")
_BUT = re.compile(r"[元块钱的 ,，。]*(?:而是|应该是|应是|是|嘞是)[ ]?")

#: 「差一块都不行」 names no cost; nobody asks about less than this, in 分.
LEAST = 100_00


def mended(text: str, sums: Numbers) -> tuple[int, int, bool] | None:
    """The wrong and the right sum (分) of 「不是甲是乙」 and 「是乙不是甲」, and whether he speaks of what he received."""
    found = [number for number in sums if number.value * 100 >= LEAST]
    if len(found) != 2:
        return None
    first, second = found
    head, between = text[: first.start].rstrip(), text[first.end : second.start]
    got = any(word in head for word in GOT)
    if head.endswith(_NOT) and _BUT.fullmatch(between):
        return int(first.value * 100), int(second.value * 100), got
    if head.endswith("是") and not head.endswith(_NOT) and between.strip(" 元块钱,，").startswith(_NOT):
        return int(second.value * 100), int(first.value * 100), got
    return None


#: 「一个自付1500，另一个自付3000」: two people, not two stays.
_OWN = r"(?:都)?(?:自付|自负|自费|自己(?:付|出|花|掏)|付|花|出)"
_ONE = re.compile(
    rf"(?:我|她|他|我?老婆|我?老公)[^,，。 \d我她他]{{1,8}}?(?:自[付负己]|付|出|掏)(?:付|出|掏)?了?(?=[\d一两二三四五六七八九])|(?:我|她|他|老婆|老公|一个)(?:自己)?{_OWN}了?(?=[\d一二两三四五六七八九])|(?<!第)(?:一个|一位|一名|另一个|另外一个|还有个)(?!月|多|星期|礼拜|疗程|数|问题)"
)


def mine_among(text: str) -> int:
    """Which of the people that `each_paid` finds is the asker, counted from 0; -1 for none."""
    return next((at for at, said in enumerate(_ONE.findall(text)) if re.match("我(?!老)", said)), -1)


def of_people(text: str) -> bool:
    """Whether it speaks of several people who were ill."""
    return _PEOPLE.search(text) is not None


def each_paid(text: str, sums: Numbers) -> list[Amount]:
    """What several people paid, a sum for each; none where fewer than two are told of."""
    said = _ONE.findall(text)
    if len(said) < 2 or "次" in text or all(re.match("我(?!老)", one) for one in said):
        return []
    found = [number for number in sums if number.value * 100 >= LEAST]
    return [Amount(int(one.value * 100), one.approx) for one in found] if len(found) > 1 else []


#: 「分别自付1800 2600 900」: the stays one after another.
_RESPECTIVELY = re.compile("分别[^\\d一二两三四五六七八九]{0,8}")
#: 「3月自付2600 8月自付1700」.
_OF_A_MONTH = re.compile(r"月份?[^,，。\d]{0,6}(?:自付|自负|自费|付|花|出|掏)了?$")
#: 「三个小哥住院了」: a sum a person, and not a stay.
_PEOPLE = re.compile(
    r"[两二三四五六七八九几\d](?:个|位|名)(?!月|星期|疗程|多)[^,，。次]{0,6}(?:住院|住过院|住了院|生病|生过病|开刀|开过刀|看病)"
)
_BETWEEN = re.compile("[ ,，、和元块跟]*")


def listed(text: str, sums: Numbers) -> list[int]:
    """The sums (分) of several stays that are listed without a word between them."""
    found = _RESPECTIVELY.search(text)
    if found is None:
        of_months = [int(one.value * 100) for one in sums if _OF_A_MONTH.search(text[: one.start])]
        return of_months if len(of_months) > 1 else []
    parts: list[int] = []
    end = found.end()
    for number in sums:
        if number.start >= found.end() and _BETWEEN.fullmatch(text[end : number.start]):
            parts.append(int(number.value * 100))
            end = number.end
    return parts if all(one >= LEAST for one in parts) else []


#: 「领过两次，一次1000，一次800」, up to what he says of this time.
_TIMES = re.compile("(?:领|拿)[了过到]*[两二三四几]次(.*?)(?=现在|这次|这回|自付|自己|自负|住院|又|医保|$)")


def received_in_parts(text: str, sums: Numbers) -> tuple[int, int, int] | None:
    """What he received in several parts, 分, and where in the text they stand."""
    found = _TIMES.search(text)
    if found is None:
        return None
    within = (one for one in sums if found.start(1) <= one.start and one.end <= found.end(1))
    parts = [part for one in within if (part := int(one.value * 100)) >= LEAST]
    return (sum(parts), found.start(1), found.end(1)) if len(parts) > 1 else None


#: 「每个月配药五百 一年六千」: the month's sum is in the year's.
_MONTHLY = re.compile(r"(?:每个?月|一个月)[^,，。 年\d]{0,6}$")


def monthly(text: str, sums: Numbers) -> list[Number]:
    """What he pays a month, where the text names another sum too."""
    found = [number for number in sums if number.value * 100 >= LEAST]
    of_a_month = [number for number in found if _MONTHLY.search(text[: number.start])]
    return of_a_month if len(of_a_month) < len(found) else []


#: 「给100吗」「只有300吗」.
_IS_IT = re.compile(
    r"(?:(?:给|拿|领|补|只有|就)[\d一二两三四五六七八九][\d百千万十]*[元块]?(?:钱)?[吗么嘛]"
    r"|(?:只有|只能|只给|只报|才给|才报|就给|最多|顶多|封顶)(?:能|是|就|有|拿|领|报)*[\d一二两三四五六七八九][\d百千万十]*[元块]?(?:钱)?(?:[吗么嘛啊呀]|是吧|对吧|吧)*)$"
)


def asks_whether_so_much(text: str) -> bool:
    """「给100吗」 asks of the payout."""
    return _IS_IT.search(text.rstrip("?？ ")) is not None


def asks_which(text: str, sums: Numbers) -> bool:
    """「是一千还是两千」 asks how much it will be."""
    return any(_OR.fullmatch(text[one.end : two.start]) for one, two in pairwise(sums))


def covered(text: str, sums: Numbers) -> list[Amount]:
    """The parts that insurance paid: 统筹报了2万1，大病报了3千."""
    largest, parts = 0, []
    for number in sums:
        fen, head = int(number.value * 100), text[: number.start].rstrip()
        already = _PAID_AFTER.search(head) or _REPORTED_ALREADY.search(text[: number.start])
        by_insurer = _COVERED.search(head) and not already
        if fen >= LEAST and (by_insurer or (largest > fen and _REPORTED.search(head))):
            more = ">" if text[number.end :].startswith(("多", "来块", "几块")) else ""
            parts.append(Amount(fen, number.approx or more))
        largest = max(largest, fen)
    return parts


#: 「去年领过3000，今年领过1000」: of the two the second counts.
_THIS_YEAR = re.compile(
    r"(?:去年|前年|上年).*今年[^,，。能想可会要够]{0,4}(?:领|拿)[了过到]+(?:一次|一回)?[ ]*(?=[\d一两二三四五六七八九])"
)


def this_years(text: str, sums: Numbers) -> Number | None:
    """What he received this year, where he names another year's money too."""
    said = _THIS_YEAR.search(text)
    return next((one for one in sums if said and one.start == said.end() and one.value * 100 >= LEAST), None)


#: Around a sum that is a part of what he told: 「2500是去年的」「里面有3000是自费药」.
_PART_BEFORE = re.compile("(?:其中|里面|里头|当中|这里边)[^,，。]{0,6}$")
_PART_AFTER = re.compile("[元块钱多]*(?:也|都|算|应该)*(?:是|属于)?(?:去年|前年|上年|上一年|自费)(?!付|出)")


def is_part(text: str, start: int, end: int) -> bool:
    """「我有2500是去年的」: whether a sum is a part of what he told, named apart for where it belongs."""
    return bool(_PART_BEFORE.search(text[:start]) or _PART_AFTER.match(text, end))
