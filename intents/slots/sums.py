"""What is a sum of money in a message: written in any form, told from dates, counts and numbers to call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from intents.slots.numerals import DIGITS, Number
from intents.slots.utterance import Utterance

Role = Literal["own", "total", "covered", "received", "rule", "other", "plain"]

MOST = Decimal(100_000_000)  # yuan; what is larger is no sum of a worker

_CURRENCY = re.compile(
    r"(?P<more>[多几余来])? ?(?:块钱?|元钱?|圆|[快筷](?:钱|(?=[ ,。了吧]|$))|洋钿|大洋|rmb|人民币|¥)"
)
_D = "".join(DIGITS)
_SMALL_CHANGE = re.compile(
    rf"零?(?P<jiao>[\d{_D}])(?:[毛角](?P<fen>[\d{_D}])?分?)?(?![\d千万百十个年月天次])"
)
AFTER = re.compile(
    r" ?(?:(?P<more>多|几|余|来(?=[块元 ,。]|$)|出(?:一?点)?头|挂零|冒(?:一?点)?头|开外|朝上|以上|\+(?! ?\d)|好几)(?:一?点点?)?|(?P<about>把(?=[块元 ,。]|$)|左右|上下|样子|光景)|(?P<less>(?:(?:都|还|也)?(?:不到|勿到|弗到|没到|没有到)|以[下内](?=$|[ ,。了吧])|(?:还|就)?(?:差|少)(?:一?点))(?:一?点点?)?))"
)
_BEFORE = re.compile(
    r"(?:(?P<less>不到|不超过|没超过|没过|不足|没到|没有到|没满|不满|将近|接近|快要?|近|靠|小|差一?点|毛)"
    r"|(?P<more>超[过出]|不止|大于|高于|多于|起码|至少|超|>|刚过)"
    r"|(?P<about>大概|大约|约莫?|差不多|估计|左右|估摸着?|毛估估|约摸|≈|~))[了有是个要的 ]{0,2}$"
)
#: 一块儿去, 加一块: nobody asks about one yuan.
_TOGETHER = re.compile(rf"一块(?!钱|[\d{_D}](?![\d千万百十]))")
# What is counted, weighed or dated is not money.
_COUNTED = re.compile(
    r"[多几来余]?(?:个(?!w)|人|名|位|口|岁|周岁|年|月|日|号|天|周|星期|礼拜|小时|钟|分钟|刻|(?<!多)点|时|次|回|场|期|届|层|楼|栋|幢|室|米|公里|里(?![头面边])|斤|吨|"
    r"度|平|班|级|组|辆|条|张|份|页|步|户|家|折|%|村|弄|针|瓶|盒|片|册|本|节|台|只|倍|线|路|股|升|克|桌|件|单|趟|单元|"
    r"km|kg|房|病房|床|病区|[.]\d|拉来|跑|马拉松|[-:/]\d|之约|克力)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_LIKE = re.compile(r"(?:19|20)\d\d|\d{1,2}\.\d{1,2}")
#: 1999够不够, 2000整, 比2000多点
_ENOUGH = re.compile("够|整(?![个年天月])|多一?点|[领拿报]过")
_SPENT_JUST_BEFORE = re.compile(
    r"(?:自[付负费理掏](?:部分|段|的)?|(?:个人|自己)(?:负担|承担|支付|现金)?(?:部分|段)?|zi ?fu|花|花了|花掉|花费|刷了|刷掉|刷卡|用了|用掉|付|付了|出了|自己出|我出|掏了?|交了|负担|支付|承担|共|合计|总计|金额|费用?|药费|贴了?|过|到手|报了|领了|拿了|刚好|正好|恰好|是|就|剩|剩下|还剩|已?[领拿报]|[上这那][次回趟]|第[一二三四][次回趟]|[¥:=])"
    r"(?:[: 是了的约大概共额为有个超过刚够满不止]|满打满算|差不多|将近|勉强|估计|起码|至少){0,6}$"
)

_HOTLINE = re.compile(r"1(?:1[0-49]|2[02])|12[34]\d\d|9[56]\d{3}")
_CALLED = re.compile(
    r"(?:打|拨|电话|热线|编号|号码|号|血压|血糖|体温|身高|体重|比例|分数|尾号|邮编|代码|编码|型号)[了过:是 ]{0,2}$"
)
_ABOUT_COSTS = re.compile(
    r"自[付负费理掏己]|[报付掏花费医院病药刀互补]|手术|[两三][次回]|[第前后][一二三两][次回趟]|[上这][次回趟]|[块元]"
)

_PAID_NOTHING = re.compile(r"自[付费理掏]了?$")


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum in the text. `fen` is in 分."""

    fen: int
    start: int
    end: int
    approx: str
    role: Role = "plain"


def sums_in(utterance: Utterance) -> list[Sum]:
    """Every sum of the message from left to right; a range is one, about its lower end."""
    text = utterance.text
    result: list[Sum] = []
    for number in _with_shared_units(text, utterance.numbers):
        if result and number.start < result[-1].end:
            continue  # the 5 of 12块5
        one = _as_sum(text, number)
        if one is None and result and _is_next(text, result[-1], number):
            one = Sum(fen_of(number.value), number.start, number.end, number.approx)
        if one is not None:
            result.append(one)
    return _ranges(text, result)


def _is_next(text: str, last: Sum, number: Number) -> bool:
    """The 1500 of 拿过1000和1500."""
    joined = re.fullmatch("[和跟、加+]", text[last.end : number.start])
    return bool(joined) and 100 <= number.value < MOST and not _COUNTED.match(text, number.end)


def _as_sum(text: str, number: Number) -> Sum | None:
    value, end, approx = number.value, number.end, number.approx
    before = text[max(0, number.start - 10) : number.start]
    if _TOGETHER.match(text, number.start):
        return None
    currency = _CURRENCY.match(text, end)
    if not currency and not _looks_like_money(text, number, before):
        return None
    least = 0 if _PAID_NOTHING.search(before) else Decimal("0.01")
    if not least <= value < MOST or before.endswith(("第", "no", "no.", "几", "付负", "费负", "-")):
        return None
    if currency:
        end = currency.end()
        approx = ">" if currency["more"] else approx
        change = _SMALL_CHANGE.match(text, end) if not approx else None
        if change:
            value += _small_change(change)
            end = change.end()
    after = AFTER.match(text, end)
    if after and not (after["less"] and text[after.end() : after.end() + 1].isdigit()):
        end = after.end()
        approx = approx_after(after)
        follow = _CURRENCY.match(text, end)
        end = follow.end() if follow else end
        late = AFTER.match(text, end)
        if late and late["about"]:
            end, approx = late.end(), approx or "~"
    approx = approx or approx_before(before)
    start = number.start - 1 if before.endswith("¥") else number.start
    return Sum(fen_of(value), start, end, approx)


_APPROX = {"less": "<", "more": ">", "about": "~"}


def approx_after(found: re.Match[str] | None) -> str:
    """ ">", "<" or "~" for what AFTER found: 多, 不到, 左右."""
    return _APPROX[str(found.lastgroup)] if found else ""


def approx_before(before: str) -> str:
    """The same for the words that stand before a sum."""
    found = _BEFORE.search(before)
    return _APPROX[str(found.lastgroup)] if found else ""


def _looks_like_money(text: str, number: Number, before: str) -> bool:
    if _COUNTED.match(text, number.end):
        return False
    if number.unit >= 100 and number.value >= 100:
        return True
    if before.endswith("¥"):
        return True
    if not number.arabic:
        told = text[number.start : number.end]
        return len(told) >= 3 and number.value >= 100 and bool(_SPENT_JUST_BEFORE.search(before))
    digits = number.arabic.replace(",", "")
    if len(digits.partition(".")[0]) > 8 or (digits.startswith("0") and not digits.startswith("0.")):
        return False
    spent = _SPENT_JUST_BEFORE.search(before)
    if spent:
        return number.value >= 10
    if number.value >= 100 and _ENOUGH.match(text, number.end):
        return True
    if _DATE_LIKE.fullmatch(digits) or _HOTLINE.fullmatch(digits) or _CALLED.search(before):
        return False
    if number.value >= 100 and len(digits) <= 6 and _ABOUT_COSTS.search(text):
        return True
    return "," in number.arabic or len(digits.partition(".")[2]) == 2


def _small_change(change: re.Match[str]) -> Decimal:
    jiao, fen = (int(DIGITS.get(digit, digit)) for digit in (change["jiao"], change["fen"] or "0"))
    return Decimal(jiao) / 10 + Decimal(fen) / 100


def fen_of(yuan: Decimal) -> int:
    """Yuan as 分."""
    return int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


_UP_TO = re.compile(r" ?(?:到|至|-|~) ?")
_OR_SO = re.compile(r" ?(?:到|至|-|~|、|,) ?")


def _ranges(text: str, sums: list[Sum]) -> list[Sum]:
    """三千到四千 is one sum, about the lower."""
    result: list[Sum] = []
    for one in sums:
        last = result[-1] if result else None
        if last and last.fen < one.fen and _UP_TO.fullmatch(text[last.end : one.start]):
            result[-1] = replace(last, end=one.end, approx="~")
        else:
            result.append(one)
    return result


def _with_shared_units(text: str, found: Sequence[Number]) -> list[Number]:
    """四到五千, 4、5千, 4000-5000: two numbers are one, about the lower, in the unit of the higher."""
    result: list[Number] = []
    for number in found:
        last = result[-1] if result else None
        gap = text[last.end : number.start] if last else ""
        if last and last.value < number.value and last.unit == 1 and _OR_SO.fullmatch(gap):
            shared = last.value < 100 and number.unit >= 100 and last.value * number.unit < number.value
            lower = last.value * number.unit if shared else last.value
            alike = len(last.arabic) >= 3 and len(number.arabic) >= 3 and gap.strip() not in ("、", ",")
            if shared or (alike and number.value < 10 * last.value and not _YEAR.fullmatch(number.arabic)):
                result[-1] = Number(lower, last.start, number.end, "~", number.unit, number.arabic)
                continue
        if last and gap == "、" and number.unit * 10 == last.unit > 1:
            if number.value == last.value % last.unit + number.unit:  # 一万二、三千
                result[-1] = replace(last, end=number.end, approx="~")
                continue
        result.append(number)
    return result
