"""The tables as XLSX workbooks for Excel and WPS: drop-downs, notes on headings, every cell a text.

What is written here and read again unchanged compiles to the same bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from knowledge.cells import Unreadable, names_of
from knowledge.schema import TABLES, Field, Table
from knowledge.tables import cells_by_heading, file_of

#: How many rows below the last one the drop-downs and text formats reach.
ROOM = 500
WIDEST = 48  # characters of a column
LONGEST_CELL = 32_767  # what Excel keeps of a cell

WHAT_TO_WRITE = {
    "count": "填整数",
    "limit": "填整数",
    "flag": "填“是”或“否”",
    "list": "几个之间用“、”隔开",
    "choices": "几个之间用“、”隔开",
    "date": "填年月日",
    "time": "填年月日和几点",
    "from": "填年月日，要准就加上几点",
    "until": "填年月日，要准就加上几点",
}


class ExportError(Exception):
    """Tables that cannot be written; the message is for the admin."""


def export_tables(content: Path, target: Path) -> list[Path]:
    """Write every table of a content folder into `target`, a workbook each; returns their paths.

    Raises ExportError; nothing that is there already is overwritten.
    """
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / f"{table.name}.xlsx" for table in TABLES]
    if target.resolve() == content.resolve():
        raise ExportError("请换一个文件夹：内容文件夹里一张表只能有一个文件。")
    if there := [path.name for path in paths if path.exists()]:
        raise ExportError(f"{target} 里已经有 {'、'.join(there)}，请先移走，免得盖掉您的改动。")
    books = [workbook(table, _rows(table, content)) for table in TABLES]
    for book, path in zip(books, paths, strict=True):
        book.save(path)
    return paths


def _rows(table: Table, content: Path) -> list[dict[str, str]]:
    path, problems = file_of(table, content)
    if problems:
        raise ExportError(str(problems[0]))
    try:
        return cells_by_heading(path, table) if path else []
    except Unreadable as error:
        raise ExportError(f"{path.name if path else table.title}：{error}") from None


def workbook(table: Table, rows: Sequence[dict[str, str]]) -> Any:
    """An openpyxl workbook of the rows, its columns those that the table declares, then the others."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = table.title
    declared = {one.heading: one for one in table.fields}
    headings = [*declared, *dict.fromkeys(name for row in rows for name in row if name not in declared)]
    for column, heading in enumerate(headings, 1):
        cells = [row.get(heading, "") for row in rows]
        _head(sheet.cell(1, column), heading, declared.get(heading))
        for number, text in enumerate(cells, 2):
            _write(sheet.cell(number, column), text, table)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(WIDEST, max(map(_width, [heading, *cells])) + 3)
        # A whole column that is text: a telephone or id typed later keeps its zeros, too.
        sheet.column_dimensions[letter].number_format = "@"
        if heading in declared:
            _offer_choices(sheet, declared[heading], f"{letter}2:{letter}{len(rows) + 1 + ROOM}")
    sheet.freeze_panes = "A2"
    return book


def _head(cell: Any, heading: str, field: Field | None) -> None:
    cell.value = heading
    cell.font = Font(bold=True)
    required = field is not None and field.required
    cell.fill = PatternFill("solid", fgColor="FFE8A3" if required else "E8EEF4")
    cell.number_format = "@"
    note = _note(field) if field else "机器人不用这一列"
    if note:
        cell.comment = Comment(note, "", width=280, height=40 + 20 * (note.count("\n") + len(note) // 18))


def _note(field: Field) -> str:
    """What to write in a column."""
    lines = ["必填" if field.required else "", WHAT_TO_WRITE.get(field.kind, ""), field.help]
    if field.choices:
        lines.append("可选：" + "、".join(names_of(field.choices)))
    if field.example:
        lines.append(f"例如：{field.example}")
    return "\n".join(line for line in lines if line)


def _write(cell: Any, text: str, table: Table) -> None:
    if len(text) > LONGEST_CELL:
        raise ExportError(f"「{table.title}」{cell.coordinate} 太长，Excel 一格只能放 {LONGEST_CELL} 个字。")
    cell.number_format = "@"
    if not text:
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"  # never a formula, whatever it begins with …
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))  # … nor one when somebody edits the cell
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _offer_choices(sheet: Any, field: Field, cells: str) -> None:
    """A drop-down where one of a few words is meant; another known word is let pass with a warning."""
    words = names_of(field.choices) if field.kind == "choice" else ["是", "否"]
    if field.kind not in ("choice", "flag"):
        return
    offer = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, errorStyle="warning")
    offer.error, offer.errorTitle = "请从下拉框里选", field.heading
    offer.add(cells)
    sheet.add_data_validation(offer)


def _width(text: str) -> int:
    """How wide the longest line of a text stands, in narrow characters."""
    wide = ("W", "F", "A")
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(each) in wide else 1 for each in line) for line in lines)
