"""CSV and XLSX files as people save them, into sheets of text: every cell as one would have typed it."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, as_text

MAX_BYTES = 32 * 2**20  # of a file
MAX_UNPACKED = 128 * 2**20  # of a workbook
MAX_ROWS = 20_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet as it stands there; `number` counts from 1 as Excel does."""

    number: int
    cells: list[str]

    def cell(self, column: int) -> str:
        """The cell of a column counted from 0; "" past the end."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, without its empty rows."""

    file: str
    name: str  # "" for a CSV file
    lines: list[Line]


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a file. Raises Unreadable with what to do about a file that cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(f"文件太大，超过 {MAX_BYTES // 2**20} MB")
    if path.suffix.lower() == ".xlsx":
        return _workbook(path)
    return [Sheet(path.name, "", _csv_lines(decode(path)))]


def decode(path: Path) -> str:
    """A text file in UTF-8 (with or without BOM), UTF-16 with BOM or GB18030. Raises Unreadable."""
    data = path.read_bytes()
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("文字编码认不出来，请另存为 UTF-8")


def _csv_lines(text: str) -> list[Line]:
    headings = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t，；", key=headings.count)
    lines = []
    try:
        # Strict, because a lone quote would otherwise swallow all the rows below it into one cell.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, cells in enumerate(reader, 1):
            if any(cells):
                lines.append(Line(number, [as_text(cell) for cell in cells[:MAX_COLUMNS]]))
            if number > MAX_ROWS:
                raise Unreadable(f"行数太多，超过 {MAX_ROWS} 行")
    except csv.Error:
        last = f"第 {lines[-1].number} 行后面" if lines else "开头"
        raise Unreadable(f'{last}的英文引号 " 没有成对，请用 Excel 或 WPS 打开后重新另存为 CSV') from None
    return lines


def _workbook(path: Path) -> list[Sheet]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise Unreadable("表格展开后太大，请删掉用不到的内容再存")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and drop-downs that it does not keep
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return [Sheet(path.name, one.title, list(_xlsx_lines(one))) for one in book.worksheets]
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part happens to raise
        raise Unreadable("表格打不开，请用 Excel 或 WPS 重新另存为 .xlsx") from error


def _xlsx_lines(sheet: Any) -> Iterator[Line]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
        if number > MAX_ROWS:
            raise Unreadable(f"「{sheet.title}」表的行数太多，超过 {MAX_ROWS} 行")
        texts = [as_text(cell) for cell in cells]
        if any(texts):
            yield Line(number, texts)
