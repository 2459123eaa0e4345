"""Events: those that are published, and names that can only be an event's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intents.match_line import needed_slots
from intents.types import Match
from tests.slot_tables import NOW, find, finder, shipped, texts

NAMES = [
    ("帮我报一下海岛瑜伽", "海岛瑜伽"),
    ("那个防溺水讲座在哪", "防溺水讲座"),
    ("我想学陶艺", "陶艺"),
    ("退掉古筝课", "古筝课"),
    ("给我妈报个绘画班", "绘画班"),
    ("篮球赛 我们队8个人", "篮球赛"),
    ("讲座几点开始", "讲座"),
    ("报个拼豆吧", "拼豆"),
    ("取消骑行，不对，是飞盘", "飞盘"),
    ("女职工心理疏导课还有位子吗", "女职工心理疏导课"),
]


@pytest.mark.parametrize(("text", "words"), NAMES)
def test_an_event_is_found_as_it_was_written(text: str, words: str) -> None:
    assert texts(text, "event") == [words]


@pytest.mark.parametrize(
    ("text", "event"), [("贯蛋比赛几号", "e16"), ("义珍在哪里", "e14"), ("bao shufa", "e09"), ("建步走还能报不", "e01")]
)
def test_a_published_event_is_known_by_its_sound(text: str, event: str) -> None:
    assert [slot.value for slot in find(text, "event")] == [event]


@pytest.mark.parametrize("text", ["我亲自来", "太急了", "一阵子没来", "插话一句", "保洁阿姨行不行"])
def test_what_only_sounds_like_an_event_is_none(text: str) -> None:
    assert not find(text, "event")


@pytest.mark.parametrize(
    "text",
    [
        "我要报名",
        "取消报名",
        "下班了",
        "工会是干什么的",
        "春节放假几天",
        "上课时间不对",
        "今天夜班",
        "报销",
        "有机会吗",
        "报错了",
    ],
)
def test_everyday_words_are_no_events(text: str) -> None:
    assert find(text, "event") == []


def test_a_published_event_is_known_by_its_title_an_alias_or_a_part() -> None:
    event = next(one for one in shipped().events if one.aliases)
    for name in (event.title, *event.aliases):
        assert find(f"我要报{name}", "event")[0].value == event.id


def test_slots_beside_the_point_of_a_label_are_left_out() -> None:
    match = Match("", "event_signup", "answer", 1.0, (), slots=finder().find("我在定海想报瑜伽", NOW))
    assert {slot.name for slot in match.slots} == {"place", "event"}
    assert {slot.name for slot in needed_slots(match)} == {"event"}
    assert needed_slots(replace(match, intent="thanks")) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("书法入门班取消", "书法入门班"), ("茶艺初级班几点", "茶艺初级班"), ("瑜伽周末体验课还有吗", "瑜伽周末体验课")],
)
def test_a_level_belongs_to_the_name_of_a_class(text: str, name: str) -> None:
    assert texts(text, "event") == [name]
