"""Tables go out as workbooks for Excel and WPS, and come back unchanged to the byte."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from bot.commands import main
from knowledge.compiler import compile_content
from knowledge.schema import NOTICES, STATIONS, TABLES
from knowledge.templates import ExportError, export_tables


def dump(content: Path, target: Path) -> list[str]:
    """Everything that the compiled tables hold."""
    compile_content(content, target)
    with closing(sqlite3.connect(target)) as database:
        return list(database.iterdump())


def put_back(exported: Path, content: Path) -> None:
    """What an admin does: the workbooks into the content folder, the CSV files out of it."""
    for path in exported.glob("*.xlsx"):
        (content / f"{path.stem}.csv").unlink(missing_ok=True)  # a table may have no file yet
        shutil.copy(path, content)


def add_row(content: Path, table: str, values: list[str]) -> None:
    with (content / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(values)


def test_exported_and_put_back_unchanged_is_no_change(content_copy: Path, tmp_path: Path) -> None:
    before = dump(content_copy, tmp_path / "before.db")
    assert [path.stem for path in export_tables(content_copy, tmp_path / "out")] == [
        one.name for one in TABLES
    ]
    put_back(tmp_path / "out", content_copy)
    assert dump(content_copy, tmp_path / "after.db") == before


def test_cells_that_a_spreadsheet_would_spoil_come_back(content_copy: Path, tmp_path: Path) -> None:
    spoilt = [
        "=1+1",
        '=HYPERLINK("http://example.org","点我")',
        "+8613800",
        "-2",
        "@SUM(A1)",
        "2026-01-02",
        "1/2",
        "1E5",
        "TRUE",
        "00123",
        "123456789012345678",
        "一行\n又一行",
        "'引号",
        "#N/A",
    ]
    for number, text in enumerate(spoilt):
        add_row(content_copy, "notices", [f"{number:03}", text, "2026-09-12", "2026-09-14", ""])
    before = dump(content_copy, tmp_path / "before.db")
    assert all(any(text.split("\n")[0].replace("'", "''") in line for line in before) for text in spoilt)
    export_tables(content_copy, tmp_path / "out")
    put_back(tmp_path / "out", content_copy)
    assert dump(content_copy, tmp_path / "after.db") == before


def test_no_cell_is_a_formula_or_a_number(content_copy: Path, tmp_path: Path) -> None:
    add_row(content_copy, "notices", ["f", '=cmd|"/c calc"!A1', "2026-09-12", "2026-09-14", ""])
    for path in export_tables(content_copy, tmp_path / "out"):
        cells = [
            cell for row in openpyxl.load_workbook(path).active for cell in row if cell.value is not None
        ]
        assert {cell.data_type for cell in cells} == {"s"}
        assert {cell.number_format for cell in cells} == {"@"}
        assert all(cell.quotePrefix for cell in cells if cell.value.startswith("="))


def test_a_plain_workbook_would_hold_the_formula(tmp_path: Path) -> None:
    """The negative control of the test above."""
    book = openpyxl.Workbook()
    book.active["A1"] = '=cmd|"/c calc"!A1'
    book.save(tmp_path / "plain.xlsx")
    assert openpyxl.load_workbook(tmp_path / "plain.xlsx").active["A1"].data_type == "f"


def test_a_workbook_helps_who_fills_it_in(content_copy: Path, tmp_path: Path) -> None:
    export_tables(content_copy, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "stations.xlsx").active
    headings = {cell.value: cell for cell in sheet[1]}
    assert list(headings) == [one.heading for one in STATIONS.fields]
    assert sheet.freeze_panes == "A2"
    notes = {heading: cell.comment.text for heading, cell in headings.items() if cell.comment}
    assert "必填" in notes["编号"] and "定了不要改" in notes["编号"]
    assert "饮水" in notes["设施"] and "、" in notes["设施"]
    offers = {str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
    kind = headings["类型"].column_letter
    assert offers[f"{kind}2"].strip('"').split(",")[0] == "工会驿站"
    assert all(len(offer) <= 255 for offer in offers.values())  # what Excel takes in a list written out
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


def test_columns_of_ones_own_are_kept(content_copy: Path, tmp_path: Path) -> None:
    path = content_copy / "notices.csv"
    path.write_text(
        "编号,我的记号,内容,开始,结束\na,待定,示例通知,2026-09-12,2026-09-14\n", encoding="gb18030"
    )
    export_tables(content_copy, tmp_path / "out")
    rows = list(openpyxl.load_workbook(tmp_path / "out" / "notices.xlsx").active.iter_rows(values_only=True))
    assert rows == [
        (*(one.heading for one in NOTICES.fields), "我的记号"),
        ("a", "示例通知", "2026-09-12", "2026-09-14", None, "待定"),
    ]


def test_what_somebody_is_editing_is_never_overwritten(content_copy: Path, tmp_path: Path) -> None:
    export_tables(content_copy, tmp_path / "out")
    with pytest.raises(ExportError, match=r"stations\.xlsx"):
        export_tables(content_copy, tmp_path / "out")
    with pytest.raises(ExportError, match="换一个文件夹"):
        export_tables(content_copy, content_copy)


def test_the_command_names_the_files(
    content_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", "--content", str(content_copy), "--to", str(tmp_path / "out")]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("stations.xlsx")
    assert main(command) == 1
