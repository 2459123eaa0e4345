"""What a place is and has, and when it must be open."""

from __future__ import annotations

import pytest

from knowledge.schema import FACILITIES as KNOWN_FACILITIES
from tests.slot_tables import find, shipped, values

FACILITIES = [
    ("手机快没电了", ["charging"]),
    ("冲电的地方", ["charging"]),
    ("微菠炉热饭", ["microwave"]),
    ("有空调又有WiFi的", ["aircon", "wifi"]),
    ("上個廁所 接點熱水", ["toilet", "water"]),
    ("想歇歇脚 喝口水", ["rest", "water"]),
    ("给娃喂奶", ["nursing"]),
    ("有没有创可贴", ["medicine"]),
    ("借书", ["books"]),
    ("充话费去哪", []),
    ("职工图书室几点开", []),  # the kind of place, not a thing in it
]


@pytest.mark.parametrize(("text", "expected"), FACILITIES)
def test_facilities_are_named_in_many_ways(text: str, expected: list[str]) -> None:
    assert values(text, "facility") == expected


KINDS = [
    ("驿占在哪", ["rest_station"]),
    ("骑手驿站", ["rest_station"]),
    ("妈咪小屋", ["nursing_room"]),
    ("職工書屋", ["bookhouse"]),
    ("职工服务中心晚上几点关", ["service_center"]),
    ("菜鸟驿站取件", []),
    ("一站式服务", []),
    ("社区卫生服务中心", []),
]


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kinds_of_places_by_the_names_that_people_use(text: str, expected: list[str]) -> None:
    assert values(text, "station_kind") == expected


@pytest.mark.parametrize(
    "text", ["现在还开着的驿站", "这么晚了哪个点开着", "大半夜的哪里还亮灯", "书屋关了吗 还开着没"]
)
def test_open_now_is_heard(text: str) -> None:
    assert values(text, "open_now") == [True]


@pytest.mark.parametrize("text", ["24小时的", "通宵开的有没有", "二十四小时营业", "整夜都开", "昼夜开放吗"])
def test_what_never_shuts_is_heard(text: str) -> None:
    assert values(text, "all_day") == [True]


@pytest.mark.parametrize("text", ["今天24号", "通宵加班没给钱", "全天工作十小时"])
def test_long_hours_of_work_are_no_opening(text: str) -> None:
    assert find(text, "all_day") == []


def test_driving_is_not_opening() -> None:
    assert find("现在送外卖能入会吗", "open_now") == []


OPEN_AT = [
    ("晚上八点还开的有吗", "2026-11-23T20:00+08:00"),
    ("明天早上六点开门的驿站", "2026-11-24T06:00+08:00"),
    ("六点以后还能进的", "2026-11-23T18:00+08:00"),
]


@pytest.mark.parametrize(("text", "moment"), OPEN_AT)
def test_an_hour_with_opening_is_a_moment(text: str, moment: str) -> None:
    assert values(text, "open_at") == [moment]


def test_every_facility_that_is_heard_is_one_that_stations_can_have() -> None:
    heard = {
        key.removeprefix("slots.facility_") for key in shipped().words if key.startswith("slots.facility_")
    }
    assert heard - {"none"} <= set(KNOWN_FACILITIES.values())
