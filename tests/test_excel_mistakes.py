"""What users of Excel and WPS get wrong: each is told with its cell and with words that, followed, mend it."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from knowledge_case import CONTACTS, CRISIS, PLACES, events, start, stations, write

from knowledge.compiler import check_content
from knowledge.hours import parse_hours
from knowledge.problems import Problem
from knowledge.reader import Content, read_content

Grid = list[list[str]]

TABLES = {
    "stations": stations({}, {"编号": "s2", "名称": "示例二"}),
    "events": events({}),
    "closures": "站点编号,开始,结束,开放时间,原因\ns1,2026-12-01,2026-12-07,,示例装修\n",
    "holidays": "日期,性质,说明\n2026-01-01,休,元旦\n2026-01-02,休,元旦\n",
    "notices": "编号,内容,开始,结束,服务\nn1,停航,2026-09-12,2026-09-14,event_list\n",
    "contacts": CONTACTS,
    "referrals": "编号,关键词,回答\nferry,船票、轮渡,请问船公司\n",
    "places": PLACES,
}
MISTAKES = list(
    csv.DictReader(
        (Path(__file__).parent / "cases" / "excel_mistakes.csv").read_text("utf-8-sig").splitlines()
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start(tmp_path)
    for name, text in TABLES.items():
        write(tmp_path, f"{name}.csv", text)
    return tmp_path


def written(grid: Grid, cells: str) -> Grid:
    """The grid with cells written: `F2=122.3|G2=29.95`."""
    grid = [list(row) for row in grid]
    for one in cells.split("|"):
        at, _, text = one.partition("=")
        row, column = grid[int(at[1:]) - 1], ord(at[0]) - ord("A")
        row.extend([""] * (column + 1 - len(row)))
        row[column] = text
    return grid


def save_csv(folder: Path, table: str, grid: Grid) -> None:
    with (folder / f"{table}.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(grid)


def save_xlsx(folder: Path, table: str, grid: Grid) -> None:
    (folder / f"{table}.csv").unlink(missing_ok=True)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表一"
    for row in grid:
        sheet.append(row)
    book.save(folder / f"{table}.xlsx")


def test_there_are_eighty_mistakes_and_none_before_they_are_made(folder: Path) -> None:
    assert len({(one["文件"], one["写成"]) for one in MISTAKES}) >= 80
    assert check_content(folder) == []


@pytest.mark.parametrize("save", [save_csv, save_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: f"{case['文件']}-{case['写成']}")
def test_a_mistake_is_told_with_its_cell_and_following_the_words_mends_it(
    folder: Path, case: dict[str, str], save: Callable[[Path, str, Grid], None]
) -> None:
    table = case["文件"]
    broken = written(list(csv.reader(TABLES[table].splitlines())), case["写成"])
    save(folder, table, broken)
    found = check_content(folder)
    sheet = "表一" if save is save_xlsx else ""
    assert case_of(found[0], broken) == (
        f"{table}.{save.__name__[5:]}",
        sheet if case["说在"] else "",
        case["说在"],
    )
    assert (found[0].found, told(found[0])) == (case["看见"], case["怎么说"])
    assert all(one.file == found[0].file for one in found)  # nothing that only follows from it
    save(folder, table, written(broken, case["改成"]))
    assert check_content(folder) == []


def case_of(problem: Problem, grid: Grid) -> tuple[str, str, str]:
    """Where a problem is said to be; its heading must be the one above that cell."""
    if problem.column:
        assert problem.heading == grid[0][ord(problem.column) - ord("A")]
    return problem.file, problem.sheet, f"{problem.column}{problem.row or ''}"


def told(problem: Problem) -> str:
    return ("提醒：" if problem.level == "warning" else "") + problem.advice


# ---------------------------------------------------------------- what is taken as meant

MEANT = [
    ("stations", "D2=普陀区沈家门街道", "D2=沈家门街道"),
    ("stations", "D2=普陀区 沈家门街道", "D2=沈家门街道"),
    ("stations", "I2=８：３０—１７：００", "I2=8:30-17:00"),
    ("stations", "I2=周一至周五8点半到17点", "I2=周一至周五 8:30-17:00"),
    ("stations", "J2=０５８０－１２３４５", "J2=0580-12345"),
    ("stations", "L2=饮水，充电,空调；厕所", "L2=饮水、充电、空调、厕所"),
    ("stations", "L2=热水 插座 卫生间", "L2=饮水、充电、厕所"),
    ("stations", "F2=东经122.3度|G2=29°57′|H2=高德", "F2=122.3|G2=29.95|H2=GCJ-02"),
    ("stations", "M2=２０２６年１１月１日", "M2=2026-11-01"),
    ("stations", "M2=46327", "M2=2026-11-01"),
    ("stations", "B1=站点名称|C1=类别|I1=营业时间（24小时制）|J1=联系电话", "B1=名称"),
    ("stations", "A1=*编号|B1=名 称|L1=服务设施", "A1=编号"),
    ("stations", "O1=我的记号", "N1=备注"),
    ("events", "I2=３０人", "I2=30"),
    ("events", "I2=不限", "I2="),
    ("events", "K2=√", "K2=是"),
    ("events", "K2=不", "K2=否"),
    ("events", "E2=2027年3月6日（周六）下午2点|F2=2027/3/6 16：00", "E2=2027-03-06 14:00|F2=2027-03-06 16:00"),
    ("events", "E2=46452.583333", "E2=2027-03-06 14:00"),
    ("events", "G2=2026.12.1 9:00", "G2=2026-12-01 09:00"),
    ("closures", "D2=关门", "D2="),
    ("notices", "D2=2026年9月14日", "D2=2026-09-14"),
    ("holidays", "A2=2026/1/1|B2=放假", "A2=2026-01-01|B2=休"),
    ("referrals", "B2=船票，轮渡", "B2=船票、轮渡"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "loose", "plain"), MEANT, ids=str)
def test_what_people_write_is_taken_as_meant(folder: Path, table: str, loose: str, plain: str) -> None:
    grid = list(csv.reader(TABLES[table].splitlines()))
    save_csv(folder, table, written(grid, plain))
    expected, problems = read_content(folder)
    assert problems == []
    save_csv(folder, table, written(grid, loose))
    found, problems = read_content(folder)
    assert rows_of(found, table) == rows_of(expected, table)
    assert [one for one in problems if "没有这一列" not in one.advice] == []


def rows_of(content: Content, table: str) -> list[Any]:
    """The rows of a table, opening hours as they are understood."""
    rows = getattr(content, table)
    return [replace(one, hours=str(parse_hours(one.hours))) if table == "stations" else one for one in rows]


# ---------------------------------------------------------------- whole files


def locked(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def with_macros(path: Path) -> None:
    save_xlsx(path.parent, path.stem, [["编号", "名称"]])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"\0")


def a_text_under_its_name(path: Path) -> None:
    path.write_text(TABLES["stations"], encoding="utf-8")


def cut_off(path: Path) -> None:
    save_xlsx(path.parent, path.stem, list(csv.reader(TABLES["stations"].splitlines())))
    path.write_bytes(path.read_bytes()[:2000])


def a_table(path: Path) -> None:
    path.write_text(TABLES["stations"], encoding="utf-8")


def a_lone_quote(path: Path) -> None:
    path.write_text(TABLES["stations"].replace('"示例二"', '"示例"二'), encoding="utf-8")


SAVE_AGAIN = "表格打不开，请用 Excel 或 WPS 重新另存为 .xlsx"
FILES = [
    ("stations.xlsx", locked, "stations.xlsx：表格加了密码，或是旧的 .xls 格式，请去掉密码，另存为 .xlsx"),
    (
        "stations.xlsx",
        with_macros,
        "stations.xlsx：表格里带着宏，不能用，请另存为“Excel 工作簿（.xlsx）”，不要带宏的",
    ),
    ("stations.xlsx", a_text_under_its_name, f"stations.xlsx：{SAVE_AGAIN}"),
    ("stations.xlsx", cut_off, f"stations.xlsx：{SAVE_AGAIN}"),
    ("stations.xls", locked, "stations.xls：这种格式读不了，请用 Excel 或 WPS 另存为 .xlsx"),
    ("stations.et", locked, "stations.et：这种格式读不了，请用 Excel 或 WPS 另存为 .xlsx"),
    ("站点.csv", a_table, "站点.csv：「站点」有两个文件：stations.csv、站点.csv，请只留一个"),
    (
        "stations - 副本.csv",
        a_table,
        "提醒：stations - 副本.csv：像是“stations”的另一份，没有用到；"
        "要用这一份，就改名成 stations.csv，换掉原来的；不用就移走",
    ),
    (
        "站店.xlsx",
        cut_off,
        "提醒：站店.xlsx：不认得这个名字，没有用到；要用就改名，不用就移走，是不是“站点”？",
    ),
    (
        "answers/aid.docx",
        locked,
        "answers/aid.docx：这个文件夹里只读 .md 文件，"
        "请用记事本打开，另存成“文本文件”，名字结尾改成 .md",
    ),
    (
        "phrases/aid.csv",
        a_table,
        "phrases/aid.csv：这个文件夹里只读 .txt 文件，请另存成“文本文件（.txt）”，一行一句",
    ),
    (
        "stations.csv",
        a_lone_quote,
        'stations.csv：第 2 行后面的英文引号 " 没有成对，请用 Excel 或 WPS 打开后重新另存为 CSV',
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "make", "message"), FILES, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_file_saved_in_another_way_is_told_what_to_do(
    folder: Path, name: str, make: Callable[[Path], None], message: str
) -> None:
    if name == "stations.xlsx":
        (folder / "stations.csv").unlink()
    (folder / name).parent.mkdir(exist_ok=True)
    make(folder / name)
    assert [str(one) for one in check_content(folder) if one.file == name] == [message]
    (folder / name).unlink()
    write(folder, "stations.csv", TABLES["stations"])
    assert check_content(folder) == []


# ---------------------------------------------------------------- cells that only a workbook has

CELLS = [
    ("=A1&1", "=A1&1", "公式还没有算出结果，请在 Excel 或 WPS 里改成文字或数字再保存"),
    (
        1234567890123456789,
        "1234567890123457024",
        "数字太长，后面几位已经被表格软件变成 0，请把这一格设成“文本”格式，重新填一遍",
    ),
]


@pytest.mark.parametrize(("value", "found", "advice"), CELLS)
def test_a_cell_that_lost_its_value_is_told_of(
    folder: Path, value: str | int, found: str, advice: str
) -> None:
    save_xlsx(folder, "stations", list(csv.reader(TABLES["stations"].splitlines())))
    book = openpyxl.load_workbook(folder / "stations.xlsx")
    book.worksheets[0]["B2"] = value
    book.save(folder / "stations.xlsx")
    assert check_content(folder) == [Problem("stations.xlsx", "表一", 2, "B", "名称", found, advice)]


def test_a_cell_merged_over_rows_holds_for_each_and_a_hidden_sheet_for_none(folder: Path) -> None:
    expected = read_content(folder)[0].stations
    save_xlsx(folder, "stations", list(csv.reader(TABLES["stations"].splitlines())))
    book = openpyxl.load_workbook(folder / "stations.xlsx")
    for column in "CD":
        book.worksheets[0].merge_cells(f"{column}2:{column}3")
    book.copy_worksheet(book.worksheets[0]).sheet_state = "hidden"
    book.save(folder / "stations.xlsx")
    content, problems = read_content(folder)
    assert (content.stations, problems) == (expected, [])


def test_a_crisis_answer_is_never_missing(folder: Path) -> None:
    (folder / "answers" / "crisis.md").unlink()
    [problem] = check_content(folder)
    assert problem.file == "answers/crisis.md"
    write(folder, "answers/crisis.md", CRISIS)
    assert check_content(folder) == []


# ---------------------------------------------------------------- what is done to a whole sheet


def again_the_headings(sheet: Any) -> None:
    sheet.insert_rows(2)
    for at, one in enumerate(sheet[1], 1):
        sheet.cell(2, at).value = one.value


def a_line_of_explanations(sheet: Any) -> None:
    sheet.insert_rows(2)
    sheet["A2"], sheet["B2"], sheet["I2"] = "（必填）", "（必填）", "（24小时制）"


def a_note_below(sheet: Any) -> None:
    sheet.append([])
    sheet.append(["注：开放时间以现场为准"])


def who_made_it(sheet: Any) -> None:
    sheet.append(["制表人：示例", "", "", "审核：示例"])


def a_sum(sheet: Any) -> None:
    sheet.append(["合计", "2 个"])


def a_copied_sheet(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet).title = "表一 (2)"


def no_heading(sheet: Any) -> None:
    sheet["I1"] = None


def no_needed_heading(sheet: Any) -> None:
    sheet["C1"] = None


def a_column_gone(sheet: Any) -> None:
    sheet.delete_cols(3)


def wrong_in_a_hidden_column(sheet: Any) -> None:
    sheet["C2"] = "职工书尾"
    sheet.column_dimensions["C"].hidden = True


def wrong_in_a_row_that_a_filter_hides(sheet: Any) -> None:
    sheet["D3"] = "沈佳门街道"
    sheet.auto_filter.ref = "A1:N3"
    sheet.row_dimensions[3].hidden = True


def merged_across(sheet: Any) -> None:
    sheet.merge_cells("B2:C2")


def merged_numbers(sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def a_lookup_that_failed(sheet: Any) -> None:
    sheet["D2"] = "#N/A"


def a_formula(sheet: Any) -> None:
    sheet["B2"] = '=CONCATENATE("示例","驿站")'


def a_percentage(sheet: Any) -> None:
    sheet["F2"], sheet["G2"], sheet["H2"] = 1.2229802, 29.95, "WGS-84"
    sheet["F2"].number_format = "0%"


def hours_that_became_a_time(sheet: Any) -> None:
    sheet["I2"] = time(8, 0)


#: What was done to the sheet, where it is told, and in which words.
SHEETS = [
    (again_the_headings, "2", "提醒：这一行又是表头，没有用到，可以删掉"),
    (a_line_of_explanations, "2", "提醒：这一行像是填写说明，没有用到，可以删掉"),
    (a_note_below, "5", "提醒：这一行像是备注或合计，没有用到；放在另一张表里更清楚"),
    (who_made_it, "4", "提醒：这一行像是备注或合计，没有用到；放在另一张表里更清楚"),
    (a_sum, "4", "提醒：这一行像是备注或合计，没有用到；放在另一张表里更清楚"),
    (a_copied_sheet, "A2", "“s1”在「表一」表第 2 行已经有了；这张表要是复制出来的，请整张删掉，不是就换一个编号"),
    (no_heading, "I1", "这一列有内容，但没有表头，请写上表头，是不是「开放时间」；不要这一列就整列删掉"),
    (no_needed_heading, "C1", "这一列有内容，但没有表头，请写上表头，是不是「类型」；不要这一列就整列删掉"),
    (a_column_gone, "1", "表头缺少「类型」，请加上这一列"),
    (wrong_in_a_hidden_column, "C2", "是不是“职工书屋”？"),
    (wrong_in_a_row_that_a_filter_hides, "D3", "地名表里没有“沈佳门街道”，是不是“沈家门街道”？"),
    (merged_across, "C2", "不能空着"),
    (merged_numbers, "A3", "“s1”和第 2 行重复，请换一个编号"),
    (a_lookup_that_failed, "D2", "公式出错了，请改成文字或数字"),
    (a_formula, "B2", "公式还没有算出结果，请在 Excel 或 WPS 里改成文字或数字再保存"),
    (a_percentage, "F2", "经度 1.2229802 不在舟山，应在 121.5 到 123.6 之间；不知道就和纬度一起空着"),
    (hours_that_became_a_time, "I2", "请写成 8:30-11:30 13:30-17:00"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "where", "words"), SHEETS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_done_to_a_sheet_is_told(
    folder: Path, make: Callable[[Any], None], where: str, words: str
) -> None:
    change_sheet(folder, make)
    first = check_content(folder)[0]
    assert (f"{first.column}{first.row}", first.file) == (where, "stations.xlsx")
    assert words in told(first)
    if first.level == "warning":
        assert len(read_content(folder)[0].stations) == 2, "and nothing is lost by it"


def change_sheet(folder: Path, make: Callable[[Any], None]) -> None:
    save_xlsx(folder, "stations", list(csv.reader(TABLES["stations"].splitlines())))
    book = openpyxl.load_workbook(folder / "stations.xlsx")
    make(book.worksheets[0])
    book.save(folder / "stations.xlsx")


def a_title_above(sheet: Any) -> None:
    sheet.insert_rows(1)
    sheet["A1"] = "2026 年站点一览"
    sheet.merge_cells("A1:N1")


def headings_of_headings(sheet: Any) -> None:
    sheet.insert_rows(1)
    sheet["F1"] = "位置"
    sheet.merge_cells("F1:H1")


def another_name(sheet: Any) -> None:
    sheet.title = "Sheet1 (2)"


def a_filter(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:N3"
    sheet.row_dimensions[3].hidden = True


def broken_lines(sheet: Any) -> None:
    sheet["A2"], sheet["I1"], sheet["I2"] = "s1\n", "开放\n时间", "每天\n8:00-20:00"


def notes_at_the_side(sheet: Any) -> None:
    sheet["Q2"] = "问过小李"


HARMLESS = [a_title_above, headings_of_headings, another_name, a_filter, broken_lines, notes_at_the_side]


@pytest.mark.parametrize("make", HARMLESS, ids=lambda make: make.__name__)
def test_what_changes_nothing_that_was_meant_is_not_told_of(
    folder: Path, make: Callable[[Any], None]
) -> None:
    expected = read_content(folder)[0].stations
    change_sheet(folder, make)
    content, problems = read_content(folder)
    assert problems == []
    assert [replace(one, hours=" ".join(one.hours.split())) for one in content.stations] == list(expected)


COPIES = [
    "stations (1).csv",
    "stations - 副本.csv",
    "stations（冲突副本）.csv",
    "stations-王芳的电脑.csv",
    "stations(自动保存的).csv",
]


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_that_a_shared_folder_made_is_told_and_not_used(folder: Path, name: str) -> None:
    write(folder, name, TABLES["stations"].replace("示例驿站", "示例旧名字"))
    [found] = check_content(folder)
    assert (found.file, found.level) == (name, "warning")
    assert "像是“stations”的另一份，没有用到" in found.advice and "改名成 stations.csv" in found.advice
    assert read_content(folder)[0].stations[0].name == "示例驿站"


def test_the_lock_of_an_open_file_is_no_table(folder: Path) -> None:
    for name in ("~$stations.xlsx", ".~lock.stations.csv#", ".~stations.xlsx"):
        (folder / name).write_bytes(b"\x04wangfang" + bytes(150))
    assert check_content(folder) == []
