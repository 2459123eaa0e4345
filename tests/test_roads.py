"""A new bridge is one row: from its day on, what needed a boat is reached by road."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from knowledge_case import start, told, write

from intents.station_index import stations_of
from intents.station_search import Search, start_of
from knowledge.base import Knowledge
from knowledge.compiler import compile_content
from knowledge.roads import Bridge, Roads

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADINGS = "名称,一头,另一头,通车日期,停用日期\n"


def test_bridges_join_groups_one_after_another_from_their_days_on() -> None:
    roads = Roads(
        [
            Bridge("甲桥", "a", "b", date(2027, 7, 1), None),
            Bridge("乙桥", "b", "c", date(2027, 9, 1), date(2027, 9, 30)),
        ]
    )
    assert roads.reached("a", date(2027, 6, 30)) == {"a"}
    assert roads.reached("a", date(2027, 7, 1)) == {"a", "b"}
    assert roads.reached("c", date(2027, 9, 15)) == {"a", "b", "c"}
    assert roads.reached("c", date(2027, 10, 1)) == {"c"}
    assert roads.reached("", date(2027, 9, 15)) == set()


@pytest.fixture
def bridged(content_copy: Path, tmp_path: Path) -> Iterator[Knowledge]:
    """The shipped content with one row more."""
    (content_copy / "bridges.csv").write_text(HEADINGS + "示例大桥,六横岛,朱家尖街道,2027-07-01,\n", "utf-8")
    compile_content(content_copy, tmp_path / "knowledge.db")
    yield Knowledge(tmp_path / "knowledge.db")


@pytest.mark.parametrize(("day", "by_road"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_from_its_first_day_a_bridge_makes_the_other_side_reachable(
    bridged: Knowledge, day: date, by_road: bool
) -> None:
    here = start_of(bridged, Search(place="六横"))
    assert here is not None
    now = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    found = {one.station.id: one.by_road for one in stations_of(bridged).nearest(here, Search(), now, 31)}
    assert found["s19"] and found["s16"] is by_road and not found["s28"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("甲桥,沈家门街道,普陀山镇,2027-07-01,", []),
        ("甲桥,沈家们街道,普陀山镇,2027-07-01,", ["B 列「一头」：“沈家们街道”没有道路组"]),
        ("甲桥,沈家门街道,普陀山镇,2027-07-01,2027-06-01", ["E 列「停用日期」：停用 2027-06-01 在通车"]),
        ("甲桥,沈家门街道,普陀山镇,快了,", ["D 列「通车日期」：看不懂“快了”"]),
    ],
)
def test_a_row_that_names_nothing_known_is_told(tmp_path: Path, row: str, said: list[str]) -> None:
    write(start(tmp_path), "bridges.csv", HEADINGS + row + "\n")
    found = told(tmp_path)
    assert len(found) == len(said)
    assert all(one.startswith(f"bridges.csv 第 2 行 {part}") for one, part in zip(found, said, strict=True))
