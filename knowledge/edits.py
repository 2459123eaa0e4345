"""One cell or row of a table's file changed, all else in the file as it was: its encoding, notes, widths, other columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, as_text
from knowledge.schema import EVENTS, SESSIONS, Table
from knowledge.sheets import decode, delimiter_of, read_sheets
from knowledge.tables import columns_of, file_of

#: A workbook larger than this is edited in the spreadsheet program.
MOST_BYTES = 4 * 2**20


class EditError(Exception):
    """A change that cannot be made; the message is for the admin."""


def set_cell(content: Path, table: Table, row_id: str, heading: str, text: str) -> tuple[Path, bytes]:
    """The file of a table, and its bytes with one cell changed: in the row whose first field is `row_id`.

    Raises EditError.
    """
    return set_cells(content, table, {table.fields[0].heading: row_id}, {heading: text})


def set_event(content: Path, event_id: str, cells: Mapping[str, str]) -> tuple[Path, bytes]:
    """The file of an event or of one of its sessions, and its bytes with cells changed, by heading. Raises EditError."""
    event, mark, number = event_id.partition("~")
    if not mark:
        return set_cells(content, EVENTS, {"编号": event}, cells)
    return set_cells(content, SESSIONS, {"活动编号": event, "场次编号": number}, cells)


def set_cells(
    content: Path, table: Table, row: Mapping[str, str], cells: Mapping[str, str]
) -> tuple[Path, bytes]:
    """The file of a table, and its bytes with cells changed in the one row that holds `row`; both by heading.

    Raises EditError.
    """
    path = _file(content, table)
    sheet, columns, start = _where(path, table)
    if missing := [heading for heading in (*row, *cells) if heading not in columns]:
        raise EditError(f"{path.name} 里没有「{missing[0]}」这一列，请在表格里加上")
    lines = sheet.lines[start + 1 :]
    rows = [one.number for one in lines if all(one.cell(columns[name]) == text for name, text in row.items())]
    if len(rows) != 1:
        raise EditError(f"{path.name} 里编号是“{'、'.join(row.values())}”的行有 {len(rows)} 行，应当是一行")
    values = {columns[heading]: text for heading, text in cells.items()}
    if path.suffix.lower() == ".xlsx":
        return path, _xlsx(path, sheet.name, rows[0], values)
    return path, _csv(path, rows[0], values)


def add_row(content: Path, table: Table, values: Mapping[str, str]) -> tuple[Path, bytes]:
    """The file of a table, and its bytes with a row added at the end; `values` by heading. Raises EditError."""
    found, problems = file_of(table, content)
    if problems:
        raise EditError(str(problems[0]))
    if found is None:
        headings = [one.heading for one in table.fields]
        text = _record([headings, [values.get(one, "") for one in headings]], ",", "\r\n")
        return content / f"{table.name}.csv", text.encode("utf-8-sig")
    sheet, columns, _ = _where(found, table)
    if missing := [heading for heading in values if heading not in columns]:
        raise EditError(f"{found.name} 里没有「{missing[0]}」这一列，请在表格里加上")
    cells = {columns[heading]: text for heading, text in values.items()}
    if found.suffix.lower() == ".xlsx":
        return found, _xlsx(found, sheet.name, sheet.lines[-1].number + 1, cells)
    return found, _csv(found, None, cells)


def _file(content: Path, table: Table) -> Path:
    path, problems = file_of(table, content)
    if problems or path is None:
        raise EditError(str(problems[0]) if problems else f"还没有「{table.title}」这张表")
    return path


def _where(path: Path, table: Table) -> tuple[Any, dict[str, int], int]:
    """The sheet that holds the table, the column of every declared heading, and where the headings stand."""
    try:
        sheets = read_sheets(path)
    except Unreadable as error:
        raise EditError(f"{path.name}：{error}") from None
    for sheet in sheets:
        found = columns_of(sheet, table)
        if found is not None:
            start, columns = found
            return sheet, {one.heading: at for at, one in columns.items()}, start
    raise EditError(f"{path.name} 里没有找到表头")


def _csv(path: Path, row: int | None, cells: Mapping[int, str]) -> bytes:
    """The bytes of a CSV file with cells of a record (counted from 1; None: a new one) changed."""
    data = path.read_bytes()
    text = decode(path)
    delimiter = delimiter_of(text)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = list(io.StringIO(text, newline=""))
    if row is None:
        before = text if text.endswith(("\n", "\r")) or not text else text + end
        return _encoded(before + _record([_changed([], cells)], delimiter, end), data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 0
    for number, record in enumerate(reader, 1):
        if number == row:
            changed = _record([_changed(record, cells)], delimiter, end)
            return _encoded("".join([*lines[:first], changed, *lines[reader.line_num :]]), data)
        first = reader.line_num
    raise EditError(f"{path.name} 没有第 {row} 行")


def _changed(record: Sequence[str], cells: Mapping[int, str]) -> list[str]:
    width = max(len(record), max(cells) + 1)
    return [cells.get(at, record[at] if at < len(record) else "") for at in range(width)]


def _record(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def _encoded(text: str, before: bytes) -> bytes:
    """The text in the encoding that the file had; in UTF-8 with a mark where that cannot say it."""
    if before[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.encode("utf-16")
    if before[:3] == b"\xef\xbb\xbf":
        return text.encode("utf-8-sig")
    try:
        before.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode("gb18030")
    return text.encode("utf-8")


def _xlsx(path: Path, sheet: str, row: int, cells: Mapping[int, str]) -> bytes:
    import openpyxl

    if path.stat().st_size > MOST_BYTES:
        raise EditError(f"{path.name} 太大，请下载下来用表格改")
    book = openpyxl.load_workbook(path)  # whole, with formats, drop-downs and notes
    for column, text in cells.items():
        cell = book[sheet].cell(row, column + 1)
        cell.value = as_text(text) or None
        if text:
            cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = "@"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
