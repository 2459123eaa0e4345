"""A small content folder to write mistakes into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.compiler import check_content

PLACES = """名称,类型,上级,所在岛,经度,纬度,道路组,来源,精度
普陀区,县级,舟山市,舟山岛(舟山本岛),122.29802,29.95763,本岛公路网,,
沈家门街道,乡镇街道,普陀区,舟山岛(舟山本岛),122.29802,29.95763,本岛公路网,,
朱家尖街道,乡镇街道,普陀区,朱家尖岛,122.38881,29.92228,本岛公路网,,
普陀山镇,乡镇街道,普陀区,普陀山岛,122.38047,29.98657,普陀山岛,,
海丰码头,地标,,,,,,,
"""
STATION_HEADINGS = "编号,名称,类型,所在地,地址,经度,纬度,坐标系,开放时间,电话,运营单位,设施,位置日期,备注"
STATION = {
    "编号": "s1",
    "名称": "示例驿站",
    "类型": "工会驿站",
    "所在地": "沈家门街道",
    "开放时间": "每天 8:00-20:00",
    "设施": "饮水、充电",
}
EVENT_HEADINGS = "编号,名称,类别,地点,开始,结束,报名开始,报名截止,名额,已占名额,候补,每次可报人数"
EVENT = {
    "编号": "e1",
    "名称": "示例健步走",
    "类别": "健步走",
    "地点": "沈家门街道",
    "开始": "2027-03-06 14:00",
    "结束": "2027-03-06 16:00",
    "报名开始": "2026-12-01 09:00",
    "报名截止": "2027-03-01 17:00",
    "名额": "30",
    "候补": "是",
}


CONTACTS = """编号,名称,电话,时间,说明
union,职工维权热线,12351,,
psychological,心理援助热线,12356,,
police,报警,110,,
emergency,急救,120,,
city,市民热线,12345,,
labour,人社热线,12333,,
legal_aid,法律援助热线,12348,,
medical_insurance,医保热线,12393,,
"""
CRISIS = "标签: human\n标题: 心里难受\n---\n请打 12356。\n"


def start(folder: Path) -> Path:
    """Write what no content may be without, and a few places."""
    write(folder, "places.csv", PLACES)
    write(folder, "contacts.csv", CONTACTS)
    write(folder, "answers/crisis.md", CRISIS)
    return folder


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    """Write one file of the content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)


def stations(*changes: dict[str, str]) -> str:
    """stations.csv with a row for each change of STATION."""
    return _table(STATION_HEADINGS, [STATION | change for change in changes])


def events(*changes: dict[str, str]) -> str:
    """events.csv with a row for each change of EVENT."""
    return _table(EVENT_HEADINGS, [EVENT | change for change in changes])


def _table(headings: str, rows: Sequence[dict[str, str]]) -> str:
    names = headings.split(",")
    lines = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    return "\n".join([headings, *lines]) + "\n"


def told(folder: Path) -> list[str]:
    """What check_content says of a folder."""
    return [str(problem) for problem in check_content(folder)]
