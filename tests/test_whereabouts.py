"""Where stations stand: what is told of a wrong datum, an address on another island, one station written twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from knowledge_case import start, stations, told, write

from knowledge.coordinates import to_gcj02

ISLANDS = Path(__file__).parent.parent / "knowledge" / "content" / "islands.geojson"
MAIN = "舟山岛(舟山本岛)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(start(tmp_path), "islands.geojson", ISLANDS.read_text("utf-8"))
    return tmp_path


def at(lon: float, lat: float, datum: str, **more: str) -> dict[str, str]:
    return {"经度": f"{lon:.6f}", "纬度": f"{lat:.6f}", "坐标系": datum, **more}


def test_the_same_point_in_either_datum_is_right_where_it_is_named(folder: Path) -> None:
    point = (122.29802, 29.95763)
    write(folder, "stations.csv", stations(at(*point, "WGS-84"), at(*to_gcj02(*point), "GCJ-02", 编号="s2", 类型="职工书屋", 名称="示例书屋")))  # fmt: skip
    assert told(folder) == []


def test_a_point_that_is_right_in_the_other_datum_says_so(folder: Path) -> None:
    sent = to_gcj02(122.4, 30.02432)  # the north-eastern shore of 普陀山岛: 500 m farther it is the sea
    write(folder, "stations.csv", stations(at(*sent, "WGS-84", 所在地="普陀山镇")))
    found = told(folder)
    assert len(found) == 1 and found[0].endswith("按 GCJ-02 算就在普陀山岛上，是不是坐标系填错了？"), found


def test_an_address_on_another_island_is_a_warning(folder: Path) -> None:
    write(folder, "stations.csv", stations({"地址": "朱家尖街道示例路 1 号"}))
    where = f"地址写着朱家尖街道（朱家尖岛），所在地“沈家门街道”却在{MAIN}，请核对"
    assert told(folder) == [f"提醒：stations.csv 第 2 行 E 列「地址」：{where}"]


def test_one_station_written_twice_under_two_names_is_a_warning(folder: Path) -> None:
    near = at(122.2981, 29.95763, "WGS-84", 编号="s2", 名称="示例另一个名字")
    write(folder, "stations.csv", stations(at(122.29802, 29.95763, "WGS-84"), near))
    advice = "和第 2 行同类、同一个点（相距不到 30 米），像是同一个站点"
    assert told(folder) == [f"提醒：stations.csv 第 3 行 F 列「经度」：{advice}"]
    far = at(122.2991, 29.95763, "WGS-84", 编号="s2", 名称="示例另一个名字")
    write(folder, "stations.csv", stations(at(122.29802, 29.95763, "WGS-84"), far))
    assert told(folder) == []


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (at(29.95763, 122.29802, "WGS-84"), "写反了"),
        (at(121.47, 31.23, "WGS-84"), "不在舟山"),
        (at(122.35, 29.75, "WGS-84"), "落在海里"),
        (at(122.38881, 29.92228, "WGS-84"), f"在朱家尖岛上，“沈家门街道”却在{MAIN}"),
        ({"开放时间": "看门人在就开"}, "开放时间"),
        (at(122.29802, 29.95763, ""), "坐标系"),
    ],
)
def test_each_mistake_is_told_with_its_row_and_column(folder: Path, row: dict[str, str], part: str) -> None:
    write(folder, "stations.csv", stations(row))
    found = told(folder)
    assert len(found) == 1 and part in found[0], found
    assert found[0].startswith("stations.csv 第 2 行 "), found
