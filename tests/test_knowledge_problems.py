"""What an admin reads about a mistake in a file or between files; of cells: test_excel_mistakes.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from knowledge_case import CONTACTS, PLACES, events, start, stations, told, write

from knowledge.reader import NEEDED_CONTACTS
from knowledge.sentences import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return start(tmp_path)


def test_rows_without_a_mistake_are_told_of_nothing(folder: Path) -> None:
    write(folder, "stations.csv", stations({}))
    write(folder, "events.csv", events({}))
    assert told(folder) == []


FILE_MISTAKES = [
    (
        "stations.csv",
        stations({}, {"名称": "示例另一个"}),
        "stations.csv 第 3 行 A 列「编号」：“s1”和第 2 行重复，请换一个编号",
    ),
    (
        "stations.csv",
        stations({}, {"编号": "s2"}),
        "提醒：stations.csv 第 3 行 B 列「名称」：“示例驿站”和第 2 行同名同地，像是同一个站点",
    ),
    (
        "stations.csv",
        "编号,名称,所在地\ns1,示例,沈家门街道\n",
        "stations.csv 第 1 行：表头缺少「类型」，请加上这一列",
    ),
    (
        "events.csv",
        "编号,名称,类别,名鹅\ne1,示例,书法,30\n",
        "提醒：events.csv 第 1 行 D 列「名鹅」：没有这一列，不会用到，是不是“名额”？",
    ),
    (
        "events.csv",
        "编号,名称,类别,名额,人数\ne1,示例,书法,30,30\n",
        "events.csv 第 1 行 E 列「人数」：「名额」有两列，请只留一列",
    ),
    (
        "notices.csv",
        "编号,内容,开始,结束,服务\nn1,停航,2026-09-12,2026-09-11,\n",
        "notices.csv 第 2 行 D 列「结束」：结束 2026-09-11 23:59 在开始 2026-09-12 00:00 之前，请改其中一个",
    ),
    (
        "notices.csv",
        "编号,内容,开始,结束,服务\nn1,停航,2026-09-12,2026-09-13,event_lst\n",
        "notices.csv 第 2 行 E 列「服务」：没有“event_lst”这项服务，是不是“event_list”？",
    ),
    ("phrases/legl.txt", "欠薪\n", "legl.txt：没有“legl”这项服务，是不是“legal”？"),
    (
        "answers/aid.md",
        "标签: ayd\n标题: 帮扶\n---\n正文\n",
        "aid.md 第 1 行「标签」：没有“ayd”这项服务，是不是“aid”？",
    ),
    (
        "answers/aid.md",
        "标签: aid\n标题: 帮扶\n",
        "aid.md：开头几行（标签、标题、关键词）后面要有单独一行 ---，再写正文",
    ),
    ("answers/aid.md", "标签: aid\n---\n正文\n", "aid.md：缺少「标题」，例如 标题: 困难职工帮扶有哪些"),
    ("answers/aid.md", "标签: aid\n标题: 帮扶\n---\n\n", "aid.md 第 3 行：--- 下面没有正文"),
    (
        "answers/aid.md",
        "标签: aid\n标提: 帮扶\n---\n正文\n",
        "aid.md 第 2 行：看不懂“标提: 帮扶”，这里只写标签、标题、关键词、默认，是不是“标题”？",
    ),
    (
        "words/private.toml",
        'illness = "病"\n',
        'private.toml 第 1 行：“illness”请写成一列词，例如 illness = ["词", "另一个词"]',
    ),
    (
        "texts/talk.toml",
        "# 话\ngreet = 您好\n",
        'talk.toml 第 2 行：写法不对：文字要放在英文双引号里，例如 名字 = "文字"，同一个名字只能写一次',
    ),
    (
        "texts/labels.toml",
        'thanks = "谢{谢"\n',
        "labels.toml 第 1 行：“thanks”里的花括号写得不对，要成对，里面只写名字，例如 {title}",
    ),
    (
        "texts/labels.toml",
        'thanks = "谢{name}"\n',
        "labels.toml 第 1 行：“thanks”里的 {name} 没有内容可填，这句话里不能用花括号",
    ),
    (
        "texts/labels.toml",
        'thanks = "{a.__class__}"\n',
        "labels.toml 第 1 行：“thanks”里的花括号写得不对，要成对，里面只写名字，例如 {title}",
    ),
    (
        "texts/labels.toml",
        'thank = "谢谢"\n',
        "提醒：labels.toml 第 1 行：“thank”这句话机器人不会说到，是不是“labels.thanks”？",
    ),
    (
        "islands.geojson",
        '{"type": "FeatureCollection"}',
        "islands.geojson：岛屿轮廓读不出来（KeyError），请换回原来的文件",
    ),
    (
        "places.csv",
        PLACES + "石场,别名,朱加尖街道,,,,,,\n",
        "places.csv 第 7 行 C 列「上级」：没有叫“朱加尖街道”的地名，是不是“朱家尖街道”？",
    ),
    (
        "places.csv",
        PLACES + "普陀区,县级,舟山市,,,,,,\n",
        "places.csv 第 7 行 A 列「名称」：“普陀区”重复了，一个地名只写一行",
    ),
]


FILE_MISTAKES += [
    (
        "contacts.csv",
        CONTACTS.replace("12351", ""),
        "contacts.csv 第 2 行 C 列「电话」：这个电话机器人会告诉职工，不能空着",
    ),
    (
        "answers/crisis.md",
        "标签: human\n",
        "crisis.md：开头几行（标签、标题、关键词）后面要有单独一行 ---，再写正文",
    ),
]


@pytest.mark.parametrize(("name", "text", "message"), FILE_MISTAKES)
def test_a_mistake_in_a_file_is_told_with_its_place(folder: Path, name: str, text: str, message: str) -> None:
    write(folder, name, text)
    assert told(folder) == [message]


def test_an_empty_folder_is_told_what_no_content_may_be_without(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        *(f"contacts.csv：要有编号是 {name} 的一行，写上电话，机器人会告诉职工" for name in NEEDED_CONTACTS),
        "answers/crisis.md：要有这一篇，机器人随时可能用到",
    ]


def test_a_scheme_whose_contact_nobody_knows_is_an_error(folder: Path) -> None:
    scheme = (SHIPPED.parent / "schemes" / "mutual_aid.toml").read_text("utf-8")
    write(folder, "schemes/mutual_aid.toml", scheme.replace('contact = "union"', 'contact = "unoin"'))
    assert told(folder) == ["mutual_aid.toml「contact」：contacts.csv 里没有编号“unoin”，是不是“union”？"]


def test_two_schemes_of_one_name_are_an_error(folder: Path) -> None:
    scheme = (SHIPPED.parent / "schemes" / "mutual_aid.toml").read_text("utf-8")
    write(folder, "schemes/mutual_aid.toml", scheme)
    write(folder, "schemes/mutual_aid_copy.toml", scheme)
    assert told(folder) == ["mutual_aid_copy.toml：编号 id 是“mutual_aid”的方案已经有了，请换一个"]


def test_two_outlines_of_one_island_are_an_error(folder: Path) -> None:
    island = json.dumps(
        {
            "properties": {"name": "某岛", "county": "普陀区", "road_group": "某岛"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[122, 30], [122.1, 30], [122, 30.1], [122, 30]]],
            },
        }
    )
    write(folder, "islands.geojson", f'{{"features": [{island}, {island}]}}')
    assert told(folder) == ["islands.geojson：“某岛”有 2 份轮廓，请合成一份"]


def test_a_table_without_its_headings_is_told_which_it_needs(folder: Path) -> None:
    write(folder, "notices.csv", "甲,乙\n1,2\n")
    assert told(folder) == ["notices.csv：没有找到表头，第一行要有这些列：编号、内容、开始、结束、服务"]


def test_the_same_phrase_under_two_labels_is_a_warning(folder: Path) -> None:
    write(folder, "phrases/aid.txt", "# 说法\n家里困难\n家里困难\n")
    write(folder, "phrases/legal.txt", "家里困难\n")
    assert told(folder) == ["提醒：legal.txt 第 1 行：“家里困难”在 aid.txt 第 2 行也有，请只留一处"]


def test_two_default_answers_of_a_label_are_an_error(folder: Path) -> None:
    for name in ("a", "b"):
        write(folder, f"answers/{name}.md", f"标签: aid\n标题: {name}\n默认: 是\n---\n正文\n")
    assert told(folder) == ["b.md「默认」：“aid”有 2 篇写了“默认: 是”：a.md、b.md，请只留一篇"]


def test_two_files_of_one_table_are_an_error(folder: Path) -> None:
    write(folder, "stations.csv", stations({}))
    write(folder, "站点.csv", stations({}))
    assert told(folder) == ["站点.csv：「站点」有两个文件：stations.csv、站点.csv，请只留一个"]


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    write(folder, "stations.csv", stations({"类型": "亭子"}, {"编号": "s2", "设施": "泳池"}))
    write(folder, "events.csv", events({"名额": "很多", "候补": "也许"}))
    assert len(told(folder)) == 4


def test_a_point_on_another_island_or_at_sea_is_an_error(folder: Path) -> None:
    shipped = Path(__file__).parent.parent / "knowledge" / "content" / "islands.geojson"
    write(folder, "islands.geojson", shipped.read_text("utf-8"))
    points = {
        "on 朱家尖": ("122.38881", "29.92228"),
        "at sea": ("122.35", "29.75"),
        "right": ("122.29802", "29.95763"),
    }
    rows = [
        {"编号": f"s{at}", "名称": f"示例{at}", "经度": lon, "纬度": lat, "坐标系": "WGS-84"}
        for at, (lon, lat) in enumerate(points.values())
    ]
    write(folder, "stations.csv", stations(*rows))
    island = "舟山岛(舟山本岛)"
    assert told(folder) == [
        "stations.csv 第 2 行 F 列「经度」："
        f"这个点在朱家尖岛上，“沈家门街道”却在{island}，请核对坐标、坐标系和所在地",
        f"stations.csv 第 3 行 F 列「经度」：这个点落在海里，不在{island}上，请核对坐标、坐标系和所在地",
    ]
