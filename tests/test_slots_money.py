"""Sums as people write them, and whose they are. Yuan in the tables; the finder says 分."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.slots.numerals import numbers
from tests.slot_tables import find, values

WRITTEN = [
    # as typed, the number
    ("3万2", 32_000),
    ("3w5", 35_000),
    ("3w25", 32_500),
    ("1k5", 1_500),
    ("9千5", 9_500),
    ("一万三", 13_000),
    ("叁仟捌佰", 3_800),
    ("六仟五", 6_500),
    ("两千零五十", 2_050),
    ("2千零5十", 2_050),
    ("三万零五百", 30_500),
    ("1万2千3百", 12_300),
    ("一万零八百二十", 10_820),
    ("1,234.56", Decimal("1234.56")),
    ("3点5万", 35_000),
    ("三点二万", 32_000),
    ("十几万", 100_000),
    ("七八千", 7_000),
    ("三五千", 3_000),
    ("一万五六", 15_000),
    ("一万零几百", 10_000),
    ("二零二六", 2_026),
    ("五迁", 5_000),
    ("两干五", 2_500),
    ("壹萬貳仟", 12_000),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_a_number_is_read_however_it_is_written(text: str, value: Decimal) -> None:
    from intents.text import fold

    assert [number.value for number in numbers(fold(text))] == [value]


@pytest.mark.parametrize("text", ["千岛", "几千", "好几万", "百分之", "千把"])
def test_a_unit_without_a_number_is_none(text: str) -> None:
    assert list(numbers(text)) == []


OWN = [
    # as typed, what he paid himself, approximation
    ("阑尾炎开刀自己付了三千块", 3_000, ""),
    ("花了两千多，有没有份", 2_000, ">"),
    ("自付不到三千", 3_000, "<"),
    ("也就两万出头", 20_000, ">"),
    ("大概三千二的样子，住院的", 3_200, "~"),
    ("住院费3000块左右", 3_000, "~"),
    ("5块 哦不 5万", 50_000, ""),
    ("三千……打错了，三万", 30_000, ""),
    ("是3万不是3千", 30_000, ""),
    ("不是三千 是一万三", 13_000, ""),
    ("一共花了5万，医保报了3万2，自己掏1万8", 18_000, ""),
    ("总费用2.8万，医保报了1.9万", 9_000, ""),
    ("医保报过了 3200", 3_200, ""),
    ("扣掉医保以后5600元", 5_600, ""),
    ("第一次住院自付1500，第二次2200", 3_700, ""),
    ("两次住院，一次三千一次五千", 8_000, ""),
    ("住了三次，每次1500", 4_500, ""),
    ("三百二十一块五毛六", Decimal("321.56"), ""),
    ("自付12块5", Decimal("12.5"), ""),
    ("起付是两千，我花了2千零5十", 2_050, ""),
    ("工资一个月5000 住院自己花了9000", 9_000, ""),
    ("今年拿过4600，这次又自己出了1万1", 11_000, ""),
    ("看病花了6000 能给500吗", 6_000, ""),
    ("我56岁，10月8号住院5天，个人负担 7,230.45", Decimal("7230.45"), ""),
    ("万把块钱总有的", 10_000, "~"),
    ("自己出了6100 医保报过", 6_100, ""),
    ("我送快递的，2060", 2_060, ""),
    ("快递 7300", 7_300, ""),
    ("zifu 4100", 4_100, ""),
    ("单位报了4000 我自己出2000", 2_000, ""),
    ("开刀花了9万 医保报掉6万", 30_000, ""),
    ("心脏搭桥七万多 报了四万", 30_000, ">"),
    ("住院费16000，新农合报销掉9000", 7_000, ""),
    ("勿是四千六是六千四", 6_400, ""),
    ("5200打错了 是2500", 2_500, ""),
    ("自付6200 报过医保了", 6_200, ""),
    ("2.6个w 自付", 26_000, ""),
    ("自付0元", 0, ""),
    ("4200", 4_200, ""),
    ("两万吧", 20_000, ""),
]


@pytest.mark.parametrize(("text", "yuan", "approx"), OWN)
def test_his_own_payment_is_found_among_other_sums(text: str, yuan: Decimal, approx: str) -> None:
    (slot,) = find(text, "amount")
    assert (Decimal(slot.value) / 100, slot.approx) == (yuan, approx)
    assert isinstance(slot.value, int)


@pytest.mark.parametrize(
    "text",
    [
        "我的手机19900000521",
        "打12351没人接",
        "我今年四十五岁",
        "2026年10月8日住的院",
        "一共两百多人参加",
        "住了十二天",
        "千岛之约还能报吗",
        "满2000才有吗",
        "起付线2000，封顶60000",
        "坐3路车几点到",
        "走了一万步",
        "今年领过3000了",
        "到底是两千还是三千",
        "人家自付八千拿了2400 对吗",
        "我同事自付九千领了2700 真的假的",
        "医保报了4100",
        "自付负三千",
        "住院押金六百怎么退",
        "退款260几时到",
    ],
)
def test_what_is_counted_dated_or_ruled_is_no_payment(text: str) -> None:
    assert find(text, "amount") == []


AMOUNTS = [
    tuple(line.split("|"))
    for line in Path(__file__).with_name("amounts.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_his_own_payment_is_read_in_every_form_and_nothing_else_is(text: str, expected: str) -> None:
    told = [f"{Decimal(slot.value) / 100:f}{slot.approx}" for slot in find(text, "amount")]
    assert told == ([] if expected == "-" else [expected])


_DIGITS, _FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


def in_characters(number: int, digits: str, units: Sequence[str], ten_thousand: str) -> str:
    """A number below a hundred million as it is read aloud: 一万零五十."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        zero = digits[0] if 0 < low < 1000 else ""
        rest = in_characters(low, digits, units, ten_thousand) if low else ""
        return in_characters(high, digits, units, ten_thousand) + ten_thousand + zero + rest
    told, skipped = "", False
    for place, unit in zip((1000, 100, 10, 1), units, strict=True):
        digit = number // place % 10
        if digit:
            told += (digits[0] if skipped and told else "") + digits[digit] + unit
        skipped = digit == 0
    return told


@given(st.integers(100, 99_999_999))
def test_a_number_reads_back_the_same_in_every_form(number: int) -> None:
    forms = [
        f"{number}",
        f"{number:,}",
        f"{number}.00",
        in_characters(number, _DIGITS, ("千", "百", "十", ""), "万"),
        in_characters(number, _FORMAL, ("仟", "佰", "拾", ""), "万"),
        in_characters(number, _DIGITS, ("千", "百", "十", ""), "萬"),
    ]
    if number % 1000 == 0:
        forms.append(f"{number // 1000}k")
    if number % 100 == 0:
        forms += [f"{Decimal(number) / 10_000}万", f"{Decimal(number) / 10_000}w"]
    for form in forms:
        (slot,) = find(f"自付{form}元", "amount")
        assert (slot.value, slot.approx) == (number * 100, ""), form


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([("万", 10_000), ("千", 1_000), ("百", 100)]))
def test_the_digit_after_a_unit_counts_tenths_of_it(first: int, second: int, unit: tuple[str, int]) -> None:
    name, size = unit
    value = first * size + second * size // 10
    for form in (f"{first}{name}{second}", f"{_DIGITS[first]}{name}{_DIGITS[second]}"):
        (slot,) = find(f"自付{form}", "amount")
        assert (slot.value, slot.approx) == (value * 100, "")


RECEIVED = [
    ("之前报过2300", 2300),
    ("今年四月给过我两千八", 2800),
    ("已领4600 再来能给多少", 4600),
    ("上半年报了1200 这次自付9000", 1200),
    ("一共拿了2900", 2900),
    ("今年拿满了5000 现在又开刀花了1万", 5000),
]


@pytest.mark.parametrize(("text", "yuan"), RECEIVED)
def test_what_the_year_already_brought_is_received(text: str, yuan: int) -> None:
    assert values(text, "received") == [yuan * 100]


def test_a_total_alone_stands_as_amount_too_with_the_same_words() -> None:
    amount, total = find("住院总共两万", "amount", "total")
    assert (amount.value, amount.start, amount.end) == (total.value, total.start, total.end)


def test_what_others_got_was_not_received() -> None:
    assert values("人家自付八千拿了2400 对吗", "received") == []
    assert values("能不能拿满5000", "received") == []


def test_a_bill_less_what_insurance_paid_is_his_own_and_the_bill_stays() -> None:
    assert values("开刀花了9万 医保报掉6万", "total") == [9_000_000]
    assert values("自己付了9万 医保报掉6万", "amount") == [9_000_000]  # said to be his own


def test_a_bare_number_is_a_number_and_below_ten_no_sum() -> None:
    assert [(slot.name, slot.value) for slot in find("3", "number", "amount")] == [("number", 3)]
    assert values("45", "number") == [45]
    assert values("没领过，0", "number") == []


def test_two_hundred_digits_take_no_time() -> None:
    assert find("1,2" * 70, "phone") == []
    assert find("十" * 200, "phone") == []
