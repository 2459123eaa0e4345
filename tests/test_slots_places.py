"""Places as typed: known by name or sound, unknown by what they end in, outside the city told apart."""

from __future__ import annotations

import pytest

from tests.slot_tables import find, texts

KNOWN = [
    # as typed, words, the place meant
    ("定海哪里能充电", "定海", "定海区"),
    ("订海哪里能充电", "订海", "定海区"),
    ("沈加门有驿站吗", "沈加门", "沈家门街道"),
    ("猪家尖呢", "猪家尖", "朱家尖街道"),
    ("狗起岛有没有", "狗起岛", "枸杞岛"),
    ("去普驼山", "普驼山", "普陀山镇"),
    ("長塗島", "長塗島", "长涂镇"),
    ("衢山岛上呢", "衢山岛", "衢山岛"),
    ("半升洞码头边上", "半升洞码头", "半升洞码头"),
    ("六横台门码头下来", "六横台门码头", "台门码头(六横)"),
    ("岱山高亭有没有热饭的", "岱山高亭", "高亭镇"),
    ("我在临城体育馆对面", "临城体育馆", "临城"),
    ("昌国路附近", "昌国路", "昌国街道"),
    ("環城東路", "環城東路", "城东街道"),
    ("wo zai dinghai", "dinghai", "定海区"),
    ("wozaidinghai nali chongdian", "dinghai", "定海区"),
    ("Zhujiajian you cesuo ma", "Zhujiajian", "朱家尖街道"),
    ("zai dai shan", "dai shan", "岱山县"),
]


@pytest.mark.parametrize(("text", "words", "name"), KNOWN)
def test_a_known_place_is_found_as_it_was_written(text: str, words: str, name: str) -> None:
    assert [(slot.text, slot.value) for slot in find(text, "place")] == [(words, name)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("人民南路上有没有厕所", "人民南路"),
        ("海力生广场附近", "海力生广场"),
        ("我在滨海公园 想喝水", "滨海公园"),
        ("甬东那边有驿站不", "甬东"),
        ("万邦船厂门口", "万邦船厂"),
        ("东门车站", "东门车站"),
        ("过了长岗岭", "长岗岭"),
    ],
)
def test_a_place_that_the_gazetteer_does_not_know_has_no_value(text: str, words: str) -> None:
    assert [(slot.text, slot.value) for slot in find(text, "place")] == [(words, "")]


@pytest.mark.parametrize(
    "text",
    [
        "附近有驿站吗",
        "公司附近哪里可以充电",
        "码头那边有热水吗",
        "跑长途的哪里洗澡",  # 长涂
        "新成立的公司怎么建会",  # 新城
        "葫芦丝班还有吗",  # 葫芦岛
        "舟山市总工会电话",
        "不想跑临城",
        "千岛之约什么时候",  # 千岛街道
    ],
)
def test_what_only_sounds_like_a_place_or_has_no_name_is_none(text: str) -> None:
    assert find(text, "place") == []


def test_two_places_keep_their_order() -> None:
    assert texts("从沈家门坐船去普陀山", "place") == ["沈家门", "普陀山"]


@pytest.mark.parametrize("text", ["上海普陀有吗", "上海市普陀区的驿站", "宁波能用吗"])
def test_a_place_outside_the_city_is_told_apart(text: str) -> None:
    assert find(text, "place") == []
    assert len(find(text, "outside")) == 1


def test_where_somebody_comes_from_is_not_where_he_is() -> None:
    assert find("河南人能报吗", "outside", "place") == []
