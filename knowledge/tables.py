"""Sheets into rows by their Table: values that know their file, sheet, row and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, names_of
from knowledge.problems import Level, Problem, nearest
from knowledge.schema import Field, Table
from knowledge.sheets import Line, Sheet, read_sheets

_AS_ABOVE = {"同上", "〃", "″", '"', "同前"}
_UNKNOWN = {"待定", "未定", "不详", "未知", "不清楚", "暂无", "暂缺", "-", "--", "—", "——", "/"}
#: A cell that says how to fill in the column, and how a line begins that speaks about the table.
_EXPLAINED = re.compile(r"[(（【\[].*[)）】\]]", re.S)
_NOTE = re.compile(
    r"(?:备?注|说明|合计|总计|小计|共计|制表|填表|审核|统计|联系人|更新于|更新时间)(?:人|[:：\s]|$)"
)
HEADING_SEARCHED = 10  # rows in which the headings are looked for: some put a title above them


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: its values by field name, and where each cell stands."""

    file: str
    sheet: str
    number: int
    values: Mapping[str, Any]
    columns: Mapping[str, tuple[str, str]]  # field name → letter, heading as written

    def problem(self, name: str, advice: str, level: Level = "error") -> Problem:
        """A Problem at this row's cell of field `name`."""
        letter, heading = self.columns.get(name, ("", ""))
        return Problem(self.file, self.sheet, self.number, letter, heading, "", advice, level)


def letter_of(column: int) -> str:
    """Excel's letter of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def file_of(table: Table, content: Path) -> tuple[Path | None, list[Problem]]:
    """The file that holds `table`, if there is one."""
    names = {f"{stem}{ending}" for stem in (table.name, table.title) for ending in (".csv", ".tsv", ".xlsx")}
    found = sorted(path for path in content.iterdir() if path.name.lower() in names)
    if len(found) <= 1:
        return (found[0] if found else None), []
    listed = "、".join(path.name for path in found)
    return found[0], [Problem(found[1].name, advice=f"「{table.title}」有两个文件：{listed}，请只留一个")]


def read_table(path: Path, table: Table) -> tuple[list[Row], list[Problem]]:
    """Every row of a CSV or XLSX file, and everything that is wrong with it."""
    try:
        sheets = [_SheetReading(sheet, table) for sheet in read_sheets(path)]
    except Unreadable as refused:
        return [], [Problem(path.name, advice=str(refused))]
    ours = [sheet for sheet in sheets if sheet.start is not None]  # a workbook may hold other sheets beside
    if not ours:
        listed = "、".join(one.heading for one in table.fields)
        return [], [Problem(path.name, advice=f"没有找到表头，第一行要有这些列：{listed}")]
    rows = [row for sheet in ours for row in sheet.rows()]
    return rows, [problem for sheet in ours for problem in sheet.problems]


def cells_by_heading(path: Path, table: Table) -> list[dict[str, str]]:
    """Every row of a file as it stands there, under the declared headings and those that are not ours.

    Raises Unreadable for a file that cannot be read.
    """
    found = []
    for sheet in read_sheets(path):
        reading = _SheetReading(sheet, table)
        if reading.start is None:
            continue
        headings = sheet.lines[reading.start]
        ours = reading.columns(headings)
        names = {at: ours[at].heading if at in ours else one for at, one in enumerate(headings.cells)}
        for line in sheet.lines[reading.start + 1 :]:
            found.append({name: line.cell(at) for at, name in names.items() if name})
    return found


def _for_example(one: Field) -> str:
    if one.choices:
        return f"，请从这些里选：{'、'.join(names_of(one.choices))}"
    return f"，例如 {one.example}" if one.example else ""


def columns_of(sheet: Sheet, table: Table) -> tuple[int, dict[int, Field]] | None:
    """Where in `sheet.lines` the headings of a table stand, and the field of each column; None: not in this sheet."""
    reading = _SheetReading(sheet, table)
    if reading.start is None:
        return None
    return reading.start, reading.columns(sheet.lines[reading.start])


class _SheetReading:
    """One pass over a sheet."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.sheet = sheet
        self.table = table
        self.problems: list[Problem] = []
        self.start = self.heading_line()

    def heading_line(self) -> int | None:
        """Where the headings stand: the early line that has most of them, two at least."""
        early = self.sheet.lines[:HEADING_SEARCHED]
        counts = [sum(self.table.field_of(cell) is not None for cell in line.cells) for line in early]
        best = max(counts, default=0)
        return counts.index(best) if best >= 2 else None

    def problem(self, line: Line, column: int | None, **what: Any) -> None:
        letter = "" if column is None else letter_of(column)
        self.problems.append(Problem(self.sheet.file, self.sheet.name, line.number, letter, **what))

    def rows(self) -> list[Row]:
        assert self.start is not None
        headings = self.sheet.lines[self.start]
        columns = self.columns(headings)
        missing = [one for one in self.table.fields if one.required and one not in columns.values()]
        if missing and any(not one.heading for one in self.problems):
            return []  # a column without its heading was told of
        if missing:
            names = "".join(f"「{one.heading}」" for one in missing)
            self.problem(headings, None, advice=f"表头缺少{names}，请加上这一列")
            return []
        where = {one.name: (letter_of(at), headings.cell(at)) for at, one in columns.items()}
        rows = []
        for line in self.below:
            if beside := self._not_a_row(line, columns, headings):
                self.problem(line, None, advice=beside, level="warning")
                continue
            values = self.values(line, columns, headings)
            if values is not None:
                rows.append(Row(self.sheet.file, self.sheet.name, line.number, values, where))
        return rows

    def columns(self, line: Line) -> dict[int, Field]:
        columns: dict[int, Field] = {}
        for at, heading in enumerate(line.cells):
            one = self.table.field_of(heading) if heading else None
            if one is None and heading:
                near = nearest(heading, [field.heading for field in self.table.fields])
                advice = f"没有这一列，不会用到{near}"
                self.problem(line, at, heading=heading, advice=advice, level="warning")
            elif one and one in columns.values():
                self.problem(line, at, heading=heading, advice=f"「{one.heading}」有两列，请只留一列")
            elif one:
                columns[at] = one
            elif any(at < len(line.cells) - 1 and below.cell(at) for below in self.below):
                self.problem(line, at, advice=self._heading_for(columns, line))
        return columns

    @property
    def below(self) -> list[Line]:
        """The lines under the headings."""
        return self.sheet.lines[(self.start or 0) + 1 :]

    def _heading_for(self, columns: Mapping[int, Field], line: Line) -> str:
        written = [one for cell in line.cells if (one := self.table.field_of(cell))]
        lacking = [one.heading for one in self.table.fields if one not in written]
        which = (
            f"，是不是「{lacking[0]}」"
            if len(lacking) == 1
            else f"，例如「{'」「'.join(lacking[:4])}」"
            if lacking
            else ""
        )
        return f"这一列有内容，但没有表头，请写上表头{which}；不要这一列就整列删掉"

    def _not_a_row(self, line: Line, columns: Mapping[int, Field], headings: Line) -> str:
        """Why a line below the headings is none of the table's rows; "" where it is one."""
        filled = {at: text for at, text in enumerate(line.cells) if text}
        repeated = sum(text == headings.cell(at) for at, text in filled.items() if at in columns)
        if repeated >= 2 and 2 * repeated > len(filled):
            return "这一行又是表头，没有用到，可以删掉"
        if filled and all(_EXPLAINED.fullmatch(text) for text in filled.values()):
            return "这一行像是填写说明，没有用到，可以删掉"
        if len(filled) <= 3 and _NOTE.match(next(iter(filled.values()), "")):
            required = {at for at, one in columns.items() if one.required}
            if not required <= filled.keys():
                return "这一行像是备注或合计，没有用到；放在另一张表里更清楚"
        return ""

    def values(self, line: Line, columns: Mapping[int, Field], headings: Line) -> dict[str, Any] | None:
        """The values of a row by field name; None for one that is empty or has problems."""
        if not any(line.cell(at) for at in columns):
            return None
        values: dict[str, Any] = {one.name: one.empty for one in self.table.fields}
        told = len(self.problems)
        for at, one in columns.items():
            text, heading = line.cell(at), headings.cell(at)
            if at in line.wrong:
                self.problem(line, at, heading=heading, found=text, advice=line.wrong[at])
            elif text in _AS_ABOVE:
                self.problem(
                    line, at, heading=heading, found=text, advice="不要写“同上”，请把上一行的内容再写一遍"
                )
            elif not text and one.required:
                self.problem(line, at, heading=heading, advice=f"不能空着{_for_example(one)}")
            elif text:
                try:
                    values[one.name] = one.read(text)
                except Unreadable as error:
                    unknown = text in _UNKNOWN and not one.required and one.name != "quota"  # none is unlimited
                    advice = "当作不知道、没有填；不知道的格子空着就行" if unknown else str(error)
                    level: Level = "warning" if unknown else "error"
                    self.problem(line, at, heading=heading, found=text, advice=advice, level=level)
        return None if any(one.level == "error" for one in self.problems[told:]) else values
