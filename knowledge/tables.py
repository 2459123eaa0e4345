"""Files as people save them (CSV, XLSX, TOML, Markdown) into rows that know their file, sheet, row and column."""

from __future__ import annotations

import csv
import io
import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, as_text
from knowledge.problems import Problem, nearest
from knowledge.schema import Field, Table

MAX_BYTES = 32 * 2**20  # of a file
MAX_UNPACKED = 128 * 2**20  # of a workbook
MAX_ROWS = 20_000
MAX_COLUMNS = 200
HEADING_SEARCHED = 10  # rows in which the headings are looked for: some put a title above them


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet as it stands there."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: its values by field name, and where each cell stands."""

    file: str
    sheet: str
    number: int
    values: Mapping[str, Any]
    columns: Mapping[str, tuple[str, str]]  # field name → letter, heading as written

    def problem(self, name: str, advice: str, found: str = "", level: Any = "error") -> Problem:
        """A Problem at this row's cell of field `name`."""
        letter, heading = self.columns.get(name, ("", ""))
        return Problem(self.file, self.sheet, self.number, letter, heading, found, advice, level)


class _Refused(Exception):
    """A file that cannot be read at all; the argument is the advice."""


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
    problems = []
    if len(found) > 1:
        listed = "、".join(path.name for path in found)
        problems.append(Problem(found[1].name, advice=f"「{table.title}」有 {len(found)} 个文件：{listed}，请只留一个"))
    return (found[0] if found else None), problems


def read_table(path: Path, table: Table) -> tuple[list[Row], list[Problem]]:
    """Every row of a CSV or XLSX file, and everything that is wrong with it."""
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        sheets = _sheets(path)
    except (_Refused, Unreadable) as refused:
        return [], [Problem(path.name, advice=str(refused))]
    known_sheets = [sheet for sheet in sheets if _heading_line(sheet[1], table) is not None]
    if not known_sheets:
        listed = "、".join(one.heading for one in table.fields)
        return [], [Problem(path.name, advice=f"没有找到表头，第一行要有这些列：{listed}")]
    for sheet, lines in known_sheets:
        _read_sheet(path.name, sheet, lines, table, rows, problems)
    return rows, problems


def _heading_line(lines: list[Line], table: Table) -> int | None:
    """Where the headings stand: the early line that has most of them, two at least."""
    counts = [sum(table.field_of(cell) is not None for cell in line.cells) for line in lines[:HEADING_SEARCHED]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def _read_sheet(
    file: str, sheet: str, lines: list[Line], table: Table, rows: list[Row], problems: list[Problem]
) -> None:
    start = _heading_line(lines, table)
    assert start is not None
    columns = _columns(file, sheet, lines[start], table, problems)
    headings = {one.name: (letter_of(at), lines[start].cells[at]) for at, one in columns.items()}
    for line in lines[start + 1 :]:
        if any(line.cells[at] for at in columns if at < len(line.cells)):
            row, wrong = _read_row(file, sheet, line, columns, headings, table)
            problems += wrong
            if row:
                rows.append(row)


def _columns(
    file: str, sheet: str, line: Line, table: Table, problems: list[Problem]
) -> dict[int, Field]:
    columns: dict[int, Field] = {}
    for at, heading in enumerate(line.cells):
        if not heading:
            continue
        one = table.field_of(heading)
        where = {"file": file, "sheet": sheet, "row": line.number, "column": letter_of(at), "heading": heading}
        if one is None:
            advice = f"没有这一列，不会用到{nearest(heading, [field.heading for field in table.fields])}"
            problems.append(Problem(**where, advice=advice, level="warning"))
        elif one in columns.values():
            problems.append(Problem(**where, advice=f"「{one.heading}」有两列，请只留一列"))
        else:
            columns[at] = one
    missing = [one.heading for one in table.fields if one.required and one not in columns.values()]
    if missing:
        problems.append(Problem(file, sheet, line.number, advice=f"表头缺少「{'」「'.join(missing)}」这一列"))
    return columns


def _read_row(
    file: str,
    sheet: str,
    line: Line,
    columns: Mapping[int, Field],
    headings: Mapping[str, tuple[str, str]],
    table: Table,
) -> tuple[Row | None, list[Problem]]:
    values: dict[str, Any] = {one.name: one.empty for one in table.fields}
    problems = []
    for at, one in columns.items():
        text = line.cells[at] if at < len(line.cells) else ""
        letter, heading = headings[one.name]
        if not text:
            if one.required:
                example = f"，例如 {one.example}" if one.example else ""
                problems.append(Problem(file, sheet, line.number, letter, heading, advice=f"不能空着{example}"))
            continue
        try:
            values[one.name] = one.read(text)
        except Unreadable as error:
            problems.append(Problem(file, sheet, line.number, letter, heading, text, str(error)))
    if problems or any(one.required and one not in columns.values() for one in table.fields):
        return None, problems
    return Row(file, sheet, line.number, values, headings), []


# ---------------------------------------------------------------- CSV and XLSX into lines of text


def _sheets(path: Path) -> list[tuple[str, list[Line]]]:
    """The sheets of a file; a CSV file is one sheet without a name. Raises _Refused."""
    if path.stat().st_size > MAX_BYTES:
        raise _Refused(f"文件太大，超过 {MAX_BYTES // 2**20} MB")
    if path.suffix.lower() == ".xlsx":
        return _xlsx_sheets(path)
    return [("", _csv_lines(decode(path)))]


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
    sample = text.lstrip("\n")[:2000].split("\n")[0]
    delimiter = max(",;\t，；", key=sample.count)
    lines = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if number > MAX_ROWS:
                raise _Refused(f"行数太多，超过 {MAX_ROWS} 行")
            if any(cells):
                lines.append(Line(number, [as_text(cell) for cell in cells[:MAX_COLUMNS]]))
    except csv.Error as error:
        raise _Refused(f"表格读不下去（{error}），请用 Excel 或 WPS 重新另存为 CSV") from None
    return lines


def _xlsx_sheets(path: Path) -> list[tuple[str, list[Line]]]:
    import openpyxl  # noqa: PLC0415 - slow to import, and only needed for workbooks

    broken = "表格打不开，请用 Excel 或 WPS 重新另存为 .xlsx"
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise _Refused("表格展开后太大，请删掉用不到的内容再存")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and drop-downs that it does not keep
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return [(sheet.title, list(_xlsx_lines(sheet))) for sheet in book.worksheets]
            finally:
                book.close()
    except _Refused:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part happens to raise
        raise _Refused(broken) from error


def _xlsx_lines(sheet: Any) -> Iterator[Line]:
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    for number, cells in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise _Refused(f"「{sheet.title}」表的行数太多，超过 {MAX_ROWS} 行")
        texts = [as_text(cell) for cell in cells]
        if any(texts):
            yield Line(number, texts)


# ---------------------------------------------------------------- TOML and Markdown


def read_toml(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """A TOML file; {} with a Problem where it cannot be read."""
    try:
        return tomllib.loads(decode(path).replace("\r\n", "\n")), []
    except Unreadable as error:
        return {}, [Problem(path.name, advice=str(error))]
    except tomllib.TOMLDecodeError as error:
        row = getattr(error, "lineno", None) or _line_in(str(error))
        return {}, [Problem(path.name, row=row, advice="这一行写法不对，文字要放在英文双引号里，例如 名字 = \"文字\"")]


def _line_in(message: str) -> int | None:
    """tomllib tells the line only in its message until Python 3.14."""
    words = message.replace(",", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else None


#: The head lines of an answer, as Fields, so that they are read and told of like columns.
ANSWER_HEAD = Table(
    "answers",
    "回答",
    (
        Field("label", "标签", required=True, also=("服务",), example="aid"),
        Field("title", "标题", required=True, example="困难职工帮扶有哪些"),
        Field("keywords", "关键词", "list", also=("关键字",), empty=()),
        Field("default", "默认", "flag", empty=False, example="是"),
    ),
)


def read_markdown(path: Path, head: Table = ANSWER_HEAD) -> tuple[Row | None, list[Problem]]:
    """`标签: …` lines, a line `---`, and the text, which becomes the value `text`."""
    try:
        lines = decode(path).replace("\r\n", "\n").split("\n")
    except Unreadable as error:
        return None, [Problem(path.name, advice=str(error))]
    if "---" not in [line.strip() for line in lines]:
        return None, [Problem(path.name, advice="开头几行（标签、标题、关键词）后面要有单独一行 ---，再写正文")]
    end = [line.strip() for line in lines].index("---")
    values: dict[str, Any] = {one.name: one.empty for one in head.fields}
    problems, places = [], {}
    for number, line in enumerate(lines[:end], 1):
        heading, _, text = line.replace("：", ":", 1).partition(":")
        one = head.field_of(heading) if heading.strip() else None
        if one is None and line.strip():
            near = nearest(heading.strip(), [field.heading for field in head.fields])
            problems.append(Problem(path.name, row=number, found=line.strip(), advice=f"这里只写标签、标题、关键词、默认{near}"))
        elif one and as_text(text):
            places[one.name] = number
            try:
                values[one.name] = one.read(as_text(text))
            except Unreadable as error:
                problems.append(Problem(path.name, row=number, heading=one.heading, found=as_text(text), advice=str(error)))
    for one in head.fields:
        if one.required and one.name not in places and not problems:
            problems.append(Problem(path.name, advice=f"缺少「{one.heading}」，例如 {one.heading}: {one.example}"))
    values["text"] = "\n".join(line.rstrip() for line in lines[end + 1 :]).strip()
    if not values["text"]:
        problems.append(Problem(path.name, row=end + 1, advice="--- 下面没有正文"))
    if problems:
        return None, problems
    return Row(path.name, "", places["label"], values, {one.name: ("", one.heading) for one in head.fields}), []


def read_lines(path: Path) -> tuple[list[tuple[int, str]], list[Problem]]:
    """The numbered lines of a phrase file, without empty ones and # comments."""
    try:
        lines = decode(path).splitlines()
    except Unreadable as error:
        return [], [Problem(path.name, advice=str(error))]
    texts = ((number, as_text(line)) for number, line in enumerate(lines, 1))
    return [(number, text) for number, text in texts if text and not text.startswith("#")], []
