"""Numbers as people write them: 3万2, 3w5, 1k5, 叁仟捌佰, 两千零五十, 2千零5十, 1,234.56, 十几万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "两": 2, "俩": 2, "仨": 3, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
UNITS = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "拾": 10,
    "佰": 100,
    "仟": 1000,
    "k": 1000,
    "w": 10_000,
}

_DECIMAL = {char: str(digit) for char, digit in DIGITS.items()}
_D = "".join(DIGITS)
_TOKEN = re.compile(
    rf"(?P<point>[\d{_D}]点[\d{_D}]+(?=[百千万仟佰w块元]))"
    rf"|(?P<arabic>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?P<digit>[{_D}])"
    rf"|(?P<more>个?[多几来余](?=[十百千万拾佰仟]|个?[kw](?![a-z])))"
    rf"|(?P<unit> ?[十百千万拾佰仟](?!分之)| ?个?[kw](?![a-z]))"
)
# 五迁多块, 三白块, 亮千多: what a keyboard makes of a number's characters, where nothing but a number can stand.
_HEARD_AS = {
    char: meant
    for meant, heard in {
        "千": "迁签牵谦纤干钱前", "百": "白柏摆", "万": "玩完弯碗晚挽", "一": "医衣依", "两": "亮量凉梁", "三": "散伞", "四": "思司寺似",
        "五": "舞武午半", "六": "溜流刘", "七": "妻期", "八": "扒吧巴叭", "九": "久酒救旧",
    }.items()
    for char in heard
}  # fmt: skip
_MISHEARD = re.compile(
    rf"(?<=[\d{_D}])(?:[迁签牵谦纤干](?=[\d{_D}多几来块元百白]|$)|[钱前](?=[\d{_D}多几](?!号|月|天))|[白柏摆](?=[多几来块元]|[{_D}][十块])"
    rf"|[玩完弯](?=[{_D}多几来块元])|[碗晚挽](?=[{_D}](?:[块元 ,。]|$)))"
    rf"|[医衣依亮量凉梁散伞思司寺似舞武午溜流刘妻期扒吧巴叭久酒救旧](?=[千万仟][\d{_D}多几来块元])"
    rf"|(?<=[\d{_D}][万千])半(?=[块元 ,。吧了]|$)"
)
#: Every number has one of these, written as they should be.
_NUMERALS = frozenset(_D) | frozenset(UNITS) | frozenset("0123456789")
_BEFORE = re.compile(r"[几数分第]$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    value: Decimal
    start: int
    end: int
    approx: str  # ">" 十几万, "~" 七八千
    unit: int  # the highest of 十, 百, 千, 万 in it; 1 for none
    arabic: str  # the digits where it is nothing but digits


def numbers(text: str) -> Iterator[Number]:
    """The numbers in a folded text, from left to right."""
    if _NUMERALS.isdisjoint(text):
        return
    text = _MISHEARD.sub(lambda found: _HEARD_AS[found.group()], text)
    at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        if found.lastgroup in ("unit", "more"):
            # 千 alone is a name (千岛), 几千 is no number; 十 alone is ten.
            ten = found.group() in ("十", "拾") and not _BEFORE.search(text[: found.start()])
            if found.lastgroup == "more" or not ten:
                at = _skip_units(text, at)
                continue
        tokens = [found]
        while (token := _TOKEN.match(text, at)) and _follows(tokens[-1], token):
            tokens.append(token)
            at = token.end()
        while tokens and (tokens[-1].lastgroup == "more" or _counts_what_follows(tokens, text, at)):
            at = tokens.pop().start()
        yield _number(tokens)


def whole_number(text: str) -> Number | None:
    """The number that the whole of a folded text is."""
    number = next(numbers(text), None)
    return number if number and number.start == 0 and number.end == len(text) else None


def _counts_what_follows(tokens: list[re.Match[str]], text: str, at: int) -> bool:
    """一次三千一次五千, 花了三万一分钱没给: the second 一 belongs to 次 and 分钱, not to 三千 and 三万."""
    digit_after_unit = (
        len(tokens) > 1
        and tokens[-1].lastgroup == "digit"
        and tokens[-2].lastgroup == "unit"
        and tokens[-2].group() not in ("十", "拾")
    )
    return digit_after_unit and text.startswith(
        ("次", "回", "趟", "个", "天", "人", "岁", "分钱", "毛钱", "点没", "分没"), at
    )


def _skip_units(text: str, at: int) -> int:
    while (token := _TOKEN.match(text, at)) and token.lastgroup in ("unit", "more"):
        at = token.end()
    return at


def _follows(last: re.Match[str], token: re.Match[str]) -> bool:
    if token.lastgroup == "arabic":
        return last.lastgroup == "unit" or last.group() in "零〇○"
    if token.lastgroup == "point":
        return last.lastgroup == "unit"
    if token.lastgroup == "digit":
        return last.lastgroup != "arabic" or token.group() in "零〇○"
    return token.lastgroup == "unit" or last.lastgroup != "more"


def _number(tokens: list[re.Match[str]]) -> Number:  # noqa: PLR0912 - one branch a kind of token
    total = section = Decimal(0)  # section: what is below 万
    current: Decimal | None = None
    unit, highest, zero, approx = 1, 1, False, ""
    tail = ""  # the digits after the last unit
    for i, token in enumerate(tokens):
        kind, text = token.lastgroup, token.group().strip().lstrip("个")
        if kind == "arabic":
            current, tail = Decimal(text.replace(",", "")), text
        elif kind == "point":
            whole, _, part = text.partition("点")
            current = Decimal(f"{_DECIMAL.get(whole, whole)}.{''.join(_DECIMAL.get(c, c) for c in part)}")
            tail = text
        elif kind == "digit":
            digit = DIGITS[text]
            if digit == 0 and current is None and unit > 1:
                zero = True
            elif current is None:
                current, tail = Decimal(digit), text
            elif _is_range(tokens, i, current, digit):
                approx = "~"
            else:
                current, tail = current * 10 + digit, tail + text
        elif kind == "more":
            approx = ">"
        else:
            if current is None and i and tokens[i - 1].lastgroup == "more" and UNITS[text] < 10_000:
                continue  # 一万零几百
            unit = UNITS[text]
            highest = max(highest, unit)
            if unit == 10_000:
                total += (section + (current or 0) or Decimal(1)) * unit
                section = Decimal(0)
            else:
                section += (Decimal(1) if current is None else current) * unit
            current, zero, tail = None, False, ""
    if current is not None:
        section += _tail(current, tail, unit, zero)
    arabic = tokens[0].group() if len(tokens) == 1 and tokens[0].lastgroup == "arabic" else ""
    return Number(total + section, tokens[0].start(), tokens[-1].end(), approx, highest, arabic)


def _is_range(tokens: list[re.Match[str]], i: int, current: Decimal, digit: int) -> bool:
    """七八千, 两三万: a digit and the next one, before a unit or alone. The lower counts."""
    last = i + 1 == len(tokens) and (i == 1 or tokens[i - 2].lastgroup == "unit")
    return (last or tokens[min(i + 1, len(tokens) - 1)].lastgroup == "unit") and (
        digit == current + 1 or (current == 3 and digit == 5)
    )


def _tail(current: Decimal, tail: str, unit: int, zero: bool) -> Decimal:
    """What stands after the last unit: 3万2 is 32,000, 3万2000 too, 三千零五 is 3,005."""
    if unit == 1 or zero or "." in tail or "点" in tail:
        return current
    places = len(str(unit)) - 1
    if len(tail) == 1:
        return current * unit / Decimal(10)
    if len(tail) < places and unit == 10_000 and not tail.endswith("0"):
        return current * unit / Decimal(10 ** len(tail))  # 3w25 is 32,500
    return current
