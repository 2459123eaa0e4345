"""Sheets into rows by their Table: values that know their file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, names_of
from knowledge.problems import Level, Problem, nearest
from knowledge.schema import Field, Table
from knowledge.sheets import Line, Sheet, read_sheets

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
        if missing:
            names = "".join(f"「{one.heading}」" for one in missing)
            self.problem(headings, None, advice=f"表头缺少{names}，请加上这一列")
            return []
        where = {one.name: (letter_of(at), headings.cell(at)) for at, one in columns.items()}
        rows = []
        for line in self.sheet.lines[self.start + 1 :]:
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
        return columns

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
            elif not text and one.required:
                self.problem(line, at, heading=heading, advice=f"不能空着{_for_example(one)}")
            elif text:
                try:
                    values[one.name] = one.read(text)
                except Unreadable as error:
                    self.problem(line, at, heading=heading, found=text, advice=str(error))
        return values if len(self.problems) == told else None
