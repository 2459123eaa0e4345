"""A cell or row changed by a form, and every other byte of the file as it was."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from knowledge_case import EVENT, events, start, write

from knowledge.edits import EditError, add_row, set_cell
from knowledge.schema import CLOSURES, EVENTS, STATIONS
from knowledge.templates import workbook

TEXT = events({"名称": "两行\n的话"}, {"编号": "e2", "名称": "示例二"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_one_cell_of_a_csv_file_changes_and_nothing_else(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", newline)
    (tmp_path / "events.csv").write_bytes(text.encode(encoding))
    path, data = set_cell(tmp_path, EVENTS, "e2", "名额", "45")
    lines, was = data.decode(encoding).split(newline), text.split(newline)
    assert path.name == "events.csv"
    assert [line for line in lines if line not in was] == [was[-2].replace('"', "").replace("30", "45")]
    assert len(lines) == len(was)


def test_a_row_is_added_at_the_end(tmp_path: Path) -> None:
    before = "站点编号,我的记号,开始,结束,原因\r\ns1,甲,2026-12-01,2026-12-02,装修".encode("gb18030")
    (tmp_path / "closures.csv").write_bytes(before)
    _, data = add_row(tmp_path, CLOSURES, {"站点编号": "s2", "开始": "2026-12-05", "原因": "盘点，半天"})
    assert data == before + "\r\ns2,,2026-12-05,,盘点，半天\r\n".encode("gb18030")


def test_a_table_that_is_not_there_yet_is_begun(tmp_path: Path) -> None:
    path, data = add_row(tmp_path, CLOSURES, {"站点编号": "s2", "开始": "2026-12-05"})
    assert (path.name, data.decode("utf-8-sig")) == (
        "closures.csv",
        "站点编号,开始,结束,开放时间,原因\r\ns2,2026-12-05,,,\r\n",
    )


def test_a_workbook_keeps_its_drop_downs_notes_widths_and_other_sheets(tmp_path: Path) -> None:
    book = workbook(EVENTS, [EVENT, EVENT | {"编号": "e2"}])
    book.create_sheet("我的草稿")["A1"] = "=1+1"
    book.save(tmp_path / "活动.xlsx")
    path, data = set_cell(tmp_path, EVENTS, "e2", "名额", "=2+2")
    path.write_bytes(data)
    was, now = book["活动"], openpyxl.load_workbook(path)["活动"]
    column = [cell.value for cell in now[1]].index("名额") + 1
    assert (now.cell(3, column).value, now.cell(3, column).data_type) == ("=2+2", "s")
    now.cell(3, column).value = "30"
    assert [[cell.value for cell in row] for row in now] == [[cell.value for cell in row] for row in was]
    assert len(now.data_validations.dataValidation) == len(was.data_validations.dataValidation)
    assert [cell.comment and cell.comment.text for cell in now[1]] == [
        cell.comment and cell.comment.text for cell in was[1]
    ]
    assert now.column_dimensions["B"].width == was.column_dimensions["B"].width
    assert openpyxl.load_workbook(path)["我的草稿"]["A1"].value == "=1+1"


def test_what_cannot_be_changed_is_told(tmp_path: Path) -> None:
    start(tmp_path)
    with pytest.raises(EditError, match="还没有「站点」这张表"):
        set_cell(tmp_path, STATIONS, "s1", "开放时间", "24小时")
    write(tmp_path, "events.csv", events({}, {}))
    with pytest.raises(EditError, match="有 2 行"):
        set_cell(tmp_path, EVENTS, "e1", "名额", "3")
    write(tmp_path, "closures.csv", "站点编号,开始\n")
    with pytest.raises(EditError, match="没有「原因」这一列"):
        add_row(tmp_path, CLOSURES, {"站点编号": "s1", "原因": "装修"})
