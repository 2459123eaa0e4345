"""CSV and XLSX files as people save them, into sheets of text: every cell as one would have typed it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge import xlsx
from knowledge.cells import Unreadable, as_text
from knowledge.xlsx import MAX_COLUMNS, MAX_ROWS

MAX_BYTES = 32 * 2**20  # of a file


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet as it stands there; `number` counts from 1 as Excel does."""

    number: int
    cells: list[str]
    #: What to write in cells that hold no value, such as a formula that failed, by column from 0.
    wrong: Mapping[int, str] = field(default_factory=dict)

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


def delimiter_of(text: str) -> str:
    """What stands between the cells of a CSV file: what its headings have most of."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t，；", key=headings.count)


def _csv_lines(text: str) -> list[Line]:
    delimiter = delimiter_of(text)
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
    """The sheets of a workbook, which a process of its own reads: it may be hostile."""
    line = [sys.executable, "-I", "-S", xlsx.__file__, str(path)]
    try:
        done = subprocess.run(line, capture_output=True, timeout=xlsx.SECONDS_WAITED, check=True)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unreadable(xlsx.TOO_LARGE) from None
    except (subprocess.CalledProcessError, ValueError):  # ended by the system: too much memory or time
        raise Unreadable(xlsx.TOO_LARGE) from None
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return [Sheet(path.name, name, list(_xlsx_lines(rows))) for name, rows in answer["sheets"]]


def _xlsx_lines(rows: list[Any]) -> Iterator[Line]:
    for number, cells, wrong in rows:
        texts = [as_text(cell) for cell in cells]
        if any(texts):
            yield Line(number, texts, {int(column): advice for column, advice in wrong.items()})
