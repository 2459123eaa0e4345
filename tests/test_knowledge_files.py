"""Files as people save them: whatever Excel, WPS or Notepad makes of a table, it says the same."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from knowledge_case import EVENT, STATION, events, start, stations, told, write

from knowledge import cells
from knowledge.cells import SHANGHAI, Unreadable
from knowledge.compiler import compile_content
from knowledge.reader import read_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return start(tmp_path)


def workbook(folder: Path, name: str, rows: list[list[Any]], title: str = "Sheet1") -> None:
    """Write an XLSX file with one sheet of `rows`."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(folder / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_csv_file_says_the_same_however_it_was_saved(
    folder: Path, encoding: str, delimiter: str, newline: str
) -> None:
    write(folder, "stations.csv", stations({}))
    expected = read_content(folder)[0].stations
    text = stations({}).replace(",", delimiter).replace("\n", newline)
    (folder / "stations.csv").write_bytes(text.encode(encoding))
    content, problems = read_content(folder)
    assert (content.stations, problems) == (expected, [])


def test_a_workbook_says_the_same_as_the_csv_file(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    targets = [tmp_path_factory.mktemp("built") / name for name in ("csv.db", "xlsx.db")]
    write(folder, "events.csv", events({}))
    first = compile_content(folder, targets[0])
    (folder / "events.csv").unlink()
    changed = EVENT | {
        "开始": datetime(2027, 3, 6, 14),
        "结束": datetime(2027, 3, 6, 16),
        "名额": 30.0,
        "候补": True,
    }
    workbook(folder, "events.xlsx", [list(changed), list(changed.values())])
    second = compile_content(folder, targets[1])
    assert first.version == second.version


def test_a_mistake_in_a_workbook_is_told_with_its_sheet(folder: Path) -> None:
    rows = [["2026 年站点"], [], list(STATION), list((STATION | {"类型": 3}).values())]
    workbook(folder, "站点.xlsx", rows, title="普陀")
    [message] = told(folder)
    assert message.startswith("站点.xlsx「普陀」表 第 4 行 C 列「类型」：看不懂“3”，请从这些里选")


def test_other_headings_stars_and_brackets_are_taken_as_meant(folder: Path) -> None:
    text = (
        stations({})
        .replace("名称", "驿站名称*")
        .replace("开放时间", "营业时间（24小时制）")
        .replace("电话", "联系电话")
    )
    write(folder, "stations.csv", text)
    content, problems = read_content(folder)
    assert ([one.name for one in content.stations], problems) == (["示例驿站"], [])


def test_empty_rows_are_skipped_and_rows_keep_excels_number(folder: Path) -> None:
    lines = stations({}, {"编号": "s2", "名称": "示例二", "类型": "亭"}).splitlines()
    write(folder, "stations.csv", "\n".join([lines[0], "", ",,,,", lines[1], "", lines[2]]) + "\n")
    [message] = told(folder)
    assert message.startswith("stations.csv 第 6 行 C 列「类型」")


def bomb() -> bytes:
    """A workbook that unpacks to 200 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 200 * 2**20)
    return packed.getvalue()


def many_rows() -> bytes:
    """A CSV file with more rows than anybody needs."""
    return ("编号,名称,类型,所在地\n" + "1,示例,驿站,沈家门\n" * 20_001).encode()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("stations.xlsx", b"not a workbook", "stations.xlsx：表格打不开，请用 Excel 或 WPS 重新另存为 .xlsx"),
        ("stations.xlsx", bomb(), "stations.xlsx：表格展开后太大，请删掉用不到的内容再存"),
        ("stations.csv", many_rows(), "stations.csv：行数太多，超过 20000 行"),
        ("stations.csv", b"\x00\x01\x02\xff", "stations.csv：文字编码认不出来，请另存为 UTF-8"),
        (
            "stations.csv",
            '编号,名称\n"示例'.encode() + b",x\n" * 3,
            'stations.csv：第 1 行后面的英文引号 " 没有成对',
        ),
        ("answers/aid.md", b"\xff\x00\xff", "aid.md：文字编码认不出来，请另存为 UTF-8"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_word(
    folder: Path, name: str, data: bytes, message: str
) -> None:
    write(folder, name, "")
    (folder / name).write_bytes(data)
    [told_once] = told(folder)
    assert told_once.startswith(message)


def at(*parts: int) -> datetime:
    """A moment in Zhoushan."""
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01 08:30", at(2026, 12, 1, 8, 30)),
        ("2026/12/1 8:30", at(2026, 12, 1, 8, 30)),
        ("2026.12.1 8：30", at(2026, 12, 1, 8, 30)),
        ("２０２６年１２月１日８点半", at(2026, 12, 1, 8, 30)),
        ("2026年12月1日（周二）下午2点", at(2026, 12, 1, 14)),
        ("2026年12月1日 晚上7点30分", at(2026, 12, 1, 19, 30)),
        ("2026-12-01T14:00:00", at(2026, 12, 1, 14)),
        ("20261201 14:00", at(2026, 12, 1, 14)),
        ("2026-12-01 24:00", at(2026, 12, 2, 0)),
        ("46357.59375", at(2026, 12, 1, 14, 15)),
    ],
)
def test_times_are_read_as_people_and_excel_write_them(text: str, expected: datetime) -> None:
    assert cells.read_time(text) == expected


@pytest.mark.parametrize("text", ["2026-12-01", "2026/12/1", "2026年12月1号", "20261201", "46357"])
def test_days_are_read_as_people_and_excel_write_them(text: str) -> None:
    assert cells.read_date(text) == date(2026, 12, 1)
    assert cells.read_from(text) == at(2026, 12, 1)
    assert cells.read_until(text) == at(2026, 12, 1, 23, 59)
    with pytest.raises(Unreadable, match="还要写上几点，例如 2026-12-01 14:00"):
        cells.read_time(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("30", 30), ("３０人", 30), ("1,200 个", 1200), ("30.0", 30), ("0", 0)]
)
def test_counts_are_read_in_any_width_and_with_their_word(text: str, expected: int) -> None:
    assert cells.read_count(text) == expected


@pytest.mark.parametrize("text", ["是", "有", "√", "Ｙ", "TRUE", "1"])
def test_yes_is_read_in_many_forms(text: str) -> None:
    assert cells.read_flag(text) is True


@pytest.mark.parametrize("text", ["否", "无", "×", "no", "FALSE", "0"])
def test_no_is_read_in_many_forms(text: str) -> None:
    assert cells.read_flag(text) is False


def test_lists_are_read_with_any_comma() -> None:
    assert cells.read_list("饮水、充电，空调,厕所；雨具\n药箱、饮水") == (
        "饮水",
        "充电",
        "空调",
        "厕所",
        "雨具",
        "药箱",
    )


@pytest.mark.parametrize("text", ["122.20488", "１２２．２０４８８", "东经122.20488°", "E122.20488"])
def test_degrees_are_read_with_their_marks(text: str) -> None:
    assert cells.read_degrees(text) == 122.20488
    assert cells.read_degrees("122°12′17.568″") == 122.20488
