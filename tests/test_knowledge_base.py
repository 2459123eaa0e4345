"""The compiled knowledge: swapped whole, quick to open, shared between threads; and what ships."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from knowledge_case import events, start, stations, write

from knowledge.base import Knowledge
from knowledge.cells import SHANGHAI
from knowledge.compiler import ContentError, compile_content
from knowledge.coordinates import to_gcj02, to_wgs84
from knowledge.outlines import islands_of
from knowledge.scheme_file import parse_scheme
from knowledge.sentences import SHIPPED

CONTENT = SHIPPED.parent


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content, compiled."""
    target = tmp_path_factory.mktemp("knowledge") / "knowledge.db"
    compile_content(CONTENT, target)
    return target


@pytest.fixture(scope="module")
def knowledge(database: Path) -> Knowledge:
    """The shipped content, opened."""
    return Knowledge(database)


def test_every_shipped_example_says_that_it_is_one(knowledge: Knowledge) -> None:
    assert len(knowledge.stations) >= 24
    assert len(knowledge.events) >= 10
    assert all("示例" in one.name and "示例" in one.address for one in knowledge.stations)
    assert all("示例" in one.title and "示例" in one.description for one in knowledge.events)
    assert {one.phone for one in knowledge.stations} | {one.contact for one in knowledge.events} == {
        "",
        "12351",
    }


def test_every_shipped_station_stands_on_its_island(knowledge: Knowledge) -> None:
    for one in knowledge.stations:
        found = islands_of(knowledge).at(one.lon_wgs84, one.lat_wgs84)
        assert found is not None and found.island.name == one.island, one.name


def test_the_shipped_schemes_and_sentences_can_be_used(knowledge: Knowledge) -> None:
    assert [parse_scheme(one).id for one in knowledge.schemes]
    assert knowledge.text("labels.legal")
    with pytest.raises(KeyError):
        knowledge.text("labels.nothing")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("沈家门", "沈家门街道"),
        ("本岛", "舟山岛(舟山本岛)"),
        ("舟山岛", "舟山岛(舟山本岛)"),
        ("新城", "新城"),
        ("临城", "临城"),
        ("普陀山", "普陀山镇"),
        ("普陀", "普陀区"),
        ("六横", "六横镇"),
        ("岱山", "岱山县"),
        ("岱山本岛", "岱山岛"),
        ("东极", "庙子湖岛"),
        ("大鱼山", "鱼山岛(大鱼山)"),
        ("马峙", "小干岛(含马峙)"),
        ("漳州湾码头", "樟州湾(漳州湾)码头"),
        ("半升洞", "半升洞码头"),
        ("桃花", "桃花镇"),
        ("武港码头", "武港码头"),
    ],
)
def test_a_place_is_found_by_the_names_that_people_use(knowledge: Knowledge, said: str, meant: str) -> None:
    found = knowledge.place(said)
    assert found
    assert found.name == meant


def test_a_name_belongs_to_one_place_only(knowledge: Knowledge) -> None:
    names = [name for one in knowledge.places for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))


def test_a_place_without_a_point_is_kept(knowledge: Knowledge) -> None:
    found = knowledge.place("武港码头")
    assert found
    assert found.lon_wgs84 is None


def test_answers_are_found_by_their_words(knowledge: Knowledge) -> None:
    for one in knowledge.answers:
        if one.keywords:
            assert one.id in [each.id for each in knowledge.search_answers(one.keywords[:4], limit=3)]
    assert knowledge.search_answers(["", "？", '"', "*", "NEAR(", "没有这样的词"]) == []


def test_a_notice_stands_for_its_time_and_its_services(tmp_path: Path) -> None:
    write(tmp_path, "notices.csv", "编号,内容,开始,结束,服务\nn1,停航,2026-09-12 08:00,2026-09-14,legal\n")
    knowledge = compiled(tmp_path)
    start = datetime(2026, 9, 12, 8, tzinfo=SHANGHAI)
    assert [one.id for one in knowledge.notices_at(start, "legal")] == ["n1"]
    assert not knowledge.notices_at(start, "aid")
    assert not knowledge.notices_at(start - timedelta(minutes=1), "legal")
    assert not knowledge.notices_at(start + timedelta(days=3), "legal")


def compiled(content: Path) -> Knowledge:
    """Compile a folder and open it."""
    if not (content / "contacts.csv").exists():
        start(content)
    target = content / "built.db"
    compile_content(content, target)
    return Knowledge(target)


def test_what_the_files_say_comes_back_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "stations.csv", stations({"位置日期": "2026-11-01", "所在地": "沈家门"}))
    write(tmp_path, "events.csv", events({"名额": "不限"}))
    knowledge = compiled(tmp_path)
    station = knowledge.stations[0]
    assert (station.place, station.facilities) == ("沈家门街道", ("water", "charging"))
    assert (station.island, station.accuracy) == ("舟山岛(舟山本岛)", "按沈家门街道位置估计")
    assert str(station.moving_since) == "2026-11-01"
    event = knowledge.event("e1")
    assert event
    assert (event.quota, event.waiting_list, event.people_per_signup) == (None, True, 1)
    assert event.starts_at == datetime(2027, 3, 6, 14, tzinfo=SHANGHAI)
    assert event.starts_at.tzinfo == SHANGHAI


def test_a_content_without_sentences_has_the_shipped_sentences(tmp_path: Path) -> None:
    assert compiled(tmp_path).text("labels.legal")


def test_a_content_may_say_a_sentence_otherwise(tmp_path: Path) -> None:
    write(tmp_path, "texts/labels.toml", 'legal = "欠薪和工伤"\n')
    knowledge = compiled(tmp_path)
    assert knowledge.text("labels.legal") == "欠薪和工伤"
    assert knowledge.text("labels.aid")


def test_a_broken_file_leaves_the_last_good_database(tmp_path: Path) -> None:
    write(start(tmp_path), "stations.csv", stations({}))
    target = tmp_path / "built.db"
    version = compile_content(tmp_path, target).version
    before = target.read_bytes()
    write(tmp_path, "stations.csv", stations({"类型": "亭子"}))
    with pytest.raises(ContentError) as raised:
        compile_content(tmp_path, target)
    assert len(raised.value.problems) == 1
    assert target.read_bytes() == before
    assert Knowledge(target).version == version
    assert not list(tmp_path.glob(".built*"))


def test_an_open_knowledge_answers_on_when_the_file_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, "answers/aid.md", "标签: aid\n标题: 帮扶\n关键词: 困难\n---\n旧的\n")
    old = compiled(tmp_path)
    write(tmp_path, "answers/aid.md", "标签: aid\n标题: 帮扶\n关键词: 困难\n---\n新的\n")
    new = compiled(tmp_path)
    assert [one.text for one in old.search_answers(["困难"])] == ["旧的"]
    assert [one.text for one in new.search_answers(["困难"])] == ["新的"]
    assert old.version != new.version


def test_the_same_files_give_the_same_version_in_every_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from knowledge.compiler import compile_content;"
        "print(compile_content(Path(sys.argv[1]), Path(sys.argv[2])).version)"
    )
    versions = {
        subprocess.run(
            [sys.executable, "-c", program, str(CONTENT), str(tmp_path / f"{seed}.db")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=CONTENT.parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(versions) == 1


def test_a_knowledge_is_shared_between_threads(knowledge: Knowledge) -> None:
    words = [one.keywords[:3] for one in knowledge.answers if one.keywords]
    expected = [knowledge.search_answers(each) for each in words]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [knowledge.search_answers(each) for each in words], range(16)):
            assert found == expected


def test_opening_is_quick(database: Path) -> None:
    took = []
    for _ in range(5):
        start = time.perf_counter()
        Knowledge(database)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.05


def test_gcj02_and_wgs84_convert_there_and_back(knowledge: Knowledge) -> None:
    for one in knowledge.places:
        if one.lon_wgs84 is not None and one.lat_wgs84 is not None:
            gcj02 = to_gcj02(one.lon_wgs84, one.lat_wgs84)
            there = abs(gcj02[0] - one.lon_wgs84) * 96_000, abs(gcj02[1] - one.lat_wgs84) * 111_000
            assert 200 < sum(there) < 1_500  # metres: unconverted it would be wrong
            back = to_wgs84(*gcj02)
            assert abs(back[0] - one.lon_wgs84) * 96_000 < 0.001
            assert abs(back[1] - one.lat_wgs84) * 111_000 < 0.001
