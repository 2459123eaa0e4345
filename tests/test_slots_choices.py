"""Short answers."""

from __future__ import annotations

import pytest

from tests.slot_tables import find, values

YES_NO = [
    ("有的", True), ("嗯 有的有的", True), ("应该有吧", True), ("交了", True), ("好嘞", True), ("是的呀", True), ("对 就是这个", True),
    ("没有", False), ("没交", False), ("不是", False), ("算了", False), ("都不是", False), ("还没有", False), ("木有", False),
    ("不晓得", None), ("不太清楚", None), ("忘记了", None), ("哎 记不清了", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), YES_NO)
def test_yes_no_and_dont_know(text: str, value: bool | None) -> None:
    assert values(text, "yes_no") == [value]


@pytest.mark.parametrize(
    "text", ["有没有驿站", "有驿站吗", "不是农民工能报吗", "好累啊", "对象也能去吗", "行政中心在哪"]
)
def test_a_wish_that_begins_like_an_answer_is_none(text: str) -> None:
    assert find(text, "yes_no") == []


ORDINALS = [
    ("第二个", 2),
    ("第二个吧", 2),
    ("2", 2),
    ("２", 2),
    ("二", 2),
    ("②", 2),
    ("选3", 3),
    ("最后一个", -1),
    ("第十二个", 12),
]


@pytest.mark.parametrize(("text", "number"), ORDINALS)
def test_which_one(text: str, number: int) -> None:
    assert values(text, "ordinal") == [number]


@pytest.mark.parametrize("text", ["第一次住院", "第三天", "两个人", "2001"])
def test_what_does_not_choose(text: str) -> None:
    assert find(text, "ordinal") == []
