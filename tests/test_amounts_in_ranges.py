"""A sum told roughly is a range, and a range less a sum is a range: 二十多万 less 十四万 is six to sixteen."""

import pytest

from intents.facts import Amount

LEFT = [
    # the bill, what the insurer paid at least and at most, what is left in words
    (Amount(20_000_000, ">"), 14_000_000, 14_000_000, "60,000 到 160,000 元"),
    (Amount(10_000_000), 6_000_000, 6_999_999, "30,000 到 40,000 元"),
    (Amount(1_800_000), 1_100_000, 1_100_000, "7,000 元"),
    (Amount(200_000, most=300_000), 100_000, 100_000, "1,000 到 2,000 元"),
    (Amount(300_000, "<"), 280_000, 280_000, "0 到 200 元"),
]


@pytest.mark.parametrize(("bill", "least", "most", "left"), LEFT)
def test_what_is_left_of_a_rough_bill_is_a_range(bill: Amount, least: int, most: int, left: str) -> None:
    assert bill.less(least, most).words() == left


def test_the_ends_of_a_range_are_what_a_rule_looks_at() -> None:
    assert Amount(200_000, most=300_000).bounds() == (200_000, 300_000)
