"""A program of its own: one XLSX file in, its sheets as JSON out, within fixed memory and time.

`python -I -S knowledge/xlsx.py FILE` prints `{"sheets": [[name, [[row, [cell, …], {column: advice}], …]], …]}` or
`{"refused": advice}`. Whoever made the file may mean harm or not know what is in it, so nothing of the bot is loaded
here: only the standard library, which also makes it start at once. Formulas are never computed, only what the
spreadsheet program last computed is read. Source of the format: ECMA-376 part 1, 18.2 to 18.8.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

MEMORY = 512 * 2**20  # bytes
SECONDS = 4  # of processor time; who started this waits no longer than SECONDS_WAITED
SECONDS_WAITED = 4.5

MAX_UNPACKED = 128 * 2**20  # bytes of all the parts read
MAX_TEXT = 16 * 2**20  # characters in all cells
MAX_ROWS = 20_000  # with something in them
MAX_COLUMNS = 200
MAX_BLANK_ROWS = 200_000
MAX_STRINGS = 400_000
MAX_MERGED = 2_000

BROKEN = "表格打不开，请用 Excel 或 WPS 重新另存为 .xlsx"
LOCKED = "表格加了密码，或是旧的 .xls 格式，请去掉密码，另存为 .xlsx"
MACROS = "表格里带着宏，不能用，请另存为“Excel 工作簿（.xlsx）”，不要带宏的"
TOO_LARGE = "表格展开后太大，请删掉用不到的内容再存"
TOO_MANY_BLANKS = "「{title}」表下面有几十万个空行，请把有内容的行复制到一张新表里再存"
NOT_COMPUTED = "公式还没有算出结果，请在 Excel 或 WPS 里改成文字或数字再保存"
FAILED_FORMULA = "公式出错了，请改成文字或数字"
TOO_MANY_DIGITS = "数字太长，后面几位已经被表格软件变成 0，请把这一格设成“文本”格式，重新填一遍"

#: Office's numbers of formats for dates, and which of them are only times of day (18.8.30).
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
TIME_FORMATS = {18, 19, 20, 21, 45, 46, 47}
#: A formula that would start another program (DDE): cmd|'/c …'!A0.
OUTSIDE = re.compile(r"\w\|\s*'")

Attributes = Mapping[str, str]


class Refused(Exception):
    """A file that is not read; the argument is what to do about it."""


class Part:
    """One XML part of the package, read as a stream that never counts more than it may."""

    unpacked = 0  # of all parts together

    def __init__(self, start: Callable[[str, Attributes], None], end: Callable[[str, str], None]) -> None:
        self.start, self.end = start, end
        self.text: list[str] = []

    def read(self, stream: IO[bytes]) -> None:
        """Parse the stream, names without their namespaces, `end` with the text since the last start."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text.append
        parser.StartDoctypeDeclHandler = _no_doctype
        while chunk := stream.read(2**16):
            Part.unpacked += len(chunk)
            if Part.unpacked > MAX_UNPACKED:  # … and as it is
                raise Refused(TOO_LARGE)
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        self.start(name.rpartition(" ")[2], attributes)

    def _end(self, name: str) -> None:
        self.end(name.rpartition(" ")[2], "".join(self.text))
        self.text.clear()


def _no_doctype(*declared: object) -> None:
    raise Refused(BROKEN)  # no spreadsheet program writes one; it is how entities are made to explode


def _nothing(*what: object) -> None:
    """For elements of which only the start or the end says something."""


# ---------------------------------------------------------------- the package


class Package:
    """The parts of a file by their names, whatever case they were written in."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.names = {name.replace("\\", "/").lstrip("/").lower(): name for name in packed.namelist()}
        if any("vbaproject" in name for name in self.names):
            raise Refused(MACROS)

    def read(self, name: str, start: Any, end: Any = _nothing) -> None:
        """Read one part, if there is one."""
        if (stored := self.names.get(name.lower())) is not None:
            with self.packed.open(stored) as stream:
                Part(start, end).read(stream)

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → kind and name of every part that `part` refers to."""
        folder, file = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, given: Attributes) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, given["Target"])).lstrip("/")
                found[given["Id"]] = (given["Type"].rpartition("/")[2], path)

        self.read(posixpath.join(folder, "_rels", f"{file}.rels"), start)
        return found


def read_workbook(path: str) -> list[Any]:
    """The sheets that one sees, as this program prints them. Raises Refused."""
    with Path(path).open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Refused(LOCKED)
    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:  # as the file itself says …
            raise Refused(TOO_LARGE)
        package = Package(packed)
        book = next(name for kind, name in package.targets("").values() if kind == "officeDocument")
        parts = package.targets(book)
        named: list[tuple[str, str]] = []
        since_1904 = False

        def start(name: str, given: Attributes) -> None:
            nonlocal since_1904
            if name == "workbookPr":
                since_1904 = given.get("date1904") in ("1", "true")
            elif name == "sheet" and given.get("state", "visible") == "visible":
                id = next(
                    one for key, one in given.items() if key.endswith(" id")
                )  # r:id, in one of two namespaces
                kind, part = parts.get(id, ("", ""))
                if kind == "worksheet":
                    named.append((given["name"], part))

        package.read(book, start)
        by_kind = dict(parts.values())
        strings = _strings(package, by_kind.get("sharedStrings", ""))
        formats = _formats(package, by_kind.get("styles", ""))
        return [
            [name, SheetReading(strings, formats, since_1904, name).read(package, part)]
            for name, part in named
        ]


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by number; what is only there to be pronounced is left out."""
    found: list[str] = []
    pieces: list[str] = []
    aside = 0

    def start(name: str, given: Attributes) -> None:
        nonlocal aside
        aside += name == "rPh"
        if name == "si":
            pieces.clear()

    def end(name: str, text: str) -> None:
        nonlocal aside
        aside -= name == "rPh"
        if name == "t" and not aside:
            pieces.append(text)
        elif name == "si":
            found.append("".join(pieces))
            if len(found) > MAX_STRINGS:
                raise Refused(TOO_LARGE)

    package.read(part, start, end)
    return found


def _formats(package: Package, part: str) -> list[str]:
    """For every style of a cell: "date", "time", "moment" (both), or "" for other numbers."""
    written: dict[int, str] = {}
    found: list[str] = []
    inside = ""

    def start(name: str, given: Attributes) -> None:
        nonlocal inside
        if name in ("cellStyleXfs", "cellXfs"):
            inside = name
        elif name == "numFmt":
            written[int(given["numFmtId"])] = given.get("formatCode", "")
        elif name == "xf" and inside == "cellXfs":
            number = int(given.get("numFmtId", "0"))
            found.append(_kind(number, written.get(number)))

    package.read(part, start)
    return found


def _kind(number: int, code: str | None) -> str:
    if code is None:
        if number not in DATE_FORMATS:
            return ""
        return "time" if number in TIME_FORMATS else "moment" if number == 22 else "date"
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.split(";")[0].lower())
    day = bool(re.search(r"[yd]", re.sub(r"\[[^\]]*\]", "", plain)))
    clock = bool(re.search(r"h|\[m\]|s", re.sub(r"\[(?![hms]+\])[^\]]*\]", "", plain)))
    return "moment" if day and clock else "date" if day else "time" if clock else ""


# ---------------------------------------------------------------- one sheet


class SheetReading:
    """One pass over the rows of a sheet."""

    texts = 0  # characters of all sheets together

    def __init__(self, strings: list[str], formats: list[str], since_1904: bool, title: str) -> None:
        self.strings, self.formats, self.title = strings, formats, title
        self.epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
        self.rows: dict[int, list[Any]] = {}
        self.merged: list[str] = []
        self.row = 0
        self.seen = 0  # rows, also those with nothing in them
        self.column = -1
        self.cell: dict[str, str] = {}
        self.aside = 0

    def read(self, package: Package, part: str) -> list[list[Any]]:
        """Every row that has something in it: its number, its cells, and what is wrong with some of them."""
        package.read(part, self.start, self.end)
        for area in self.merged:
            self.fill_down(area)
        return [[number, *self.rows[number]] for number in sorted(self.rows)]

    def start(self, name: str, given: Attributes) -> None:
        if name == "row":
            self.row = int(given.get("r", self.row + 1))
            self.column = -1
            self.seen += 1
            if self.seen > MAX_BLANK_ROWS:
                raise Refused(TOO_MANY_BLANKS.format(title=self.title))
        elif name == "c":
            self.column = _column(given["r"]) if "r" in given else self.column + 1
            self.cell = {"kind": given.get("t", "n"), "style": given.get("s", "0"), "text": ""}
        elif name == "mergeCell" and len(self.merged) < MAX_MERGED:
            self.merged.append(given["ref"])
        self.aside += name == "rPh"

    def end(self, name: str, text: str) -> None:
        self.aside -= name == "rPh"
        if name == "v":
            self.cell["value"] = text
        elif name == "f":
            self.cell["formula"] = text
        elif name == "t" and not self.aside and self.cell:
            self.cell["text"] += text
        elif name == "c":
            self.keep()

    def keep(self) -> None:
        """Put the cell that was read into its row."""
        if not 0 <= self.column < MAX_COLUMNS:
            return
        text, advice = self.value(self.cell)
        if not text:
            return
        if self.row not in self.rows and len(self.rows) >= MAX_ROWS:
            raise Refused(f"「{self.title}」表的行数太多，超过 {MAX_ROWS} 行")
        SheetReading.texts += len(text)
        if SheetReading.texts > MAX_TEXT:
            raise Refused(TOO_LARGE)
        cells, wrong = self.rows.setdefault(self.row, [[], {}])
        cells.extend([""] * (self.column + 1 - len(cells)))
        cells[self.column] = text
        if advice:
            wrong[self.column] = advice

    def value(self, cell: Mapping[str, str]) -> tuple[str, str]:
        """A cell as one would have typed it, and what is wrong with it."""
        formula = cell.get("formula")
        kind, value = cell["kind"], cell.get("value", "")
        if formula is not None and ((not value and kind == "n") or OUTSIDE.search(formula)):
            return f"={formula}", NOT_COMPUTED
        if kind == "inlineStr":
            return cell["text"], ""
        if kind == "s":
            return self.strings[int(value)] if value else "", ""
        if kind == "b":
            return ("是" if value == "1" else "否"), ""
        if kind == "e":
            return value, FAILED_FORMULA
        if kind == "d":
            return value, ""
        return self.number(value, int(cell["style"])) if kind == "n" and value else (value, "")

    def number(self, value: str, style: int) -> tuple[str, str]:
        """A number as it is shown: a date where its format says so."""
        number = float(value)
        kind = self.formats[style] if style < len(self.formats) else ""
        if kind and 0 <= number < 2_958_466:  # the year 9999
            # Office keeps days in binary: 8:30 may be a breath before half past.
            moment = self.epoch + timedelta(days=number, seconds=0.5)
            day, clock = f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"
            if kind == "time":
                return (clock if number < 1 else f"{day} {clock}"), ""
            return (day if kind == "date" and clock == "00:00" else f"{day} {clock}"), ""
        if not number.is_integer():
            return repr(number), ""
        return str(int(number)), TOO_MANY_DIGITS if abs(number) >= 10**15 else ""

    def fill_down(self, area: str) -> None:
        """A cell merged over several rows says the same for each of them."""
        first, _, last = area.partition(":")
        column, top, bottom = _column(first), _row(first), _row(last or first)
        cells, _ = self.rows.get(top, [[], {}])
        if column >= len(cells) or not cells[column]:
            return
        for number in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
            if number in self.rows:  # not a row that is empty but for this
                others = self.rows[number][0]
                others.extend([""] * (column + 1 - len(others)))
                others[column] = cells[column]


def _column(reference: str) -> int:
    """The column of "AB12", counted from 0."""
    column = 0
    for letter in reference.rstrip("0123456789$"):
        if letter != "$":
            column = column * 26 + ord(letter.upper()) - 64
    return column - 1


def _row(reference: str) -> int:
    return int(re.sub(r"\D", "", reference))


# ---------------------------------------------------------------- the program


def bound() -> None:
    """Let the system end this program when it takes more than it may, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the one who started it still ends it, and the sizes are counted here
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main(path: str) -> None:
    """Print what the file says."""
    bound()
    try:
        answer: dict[str, Any] = {"sheets": read_workbook(path)}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": TOO_LARGE}
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, RuntimeError, NotImplementedError,
        StopIteration, LookupError, ValueError, OverflowError,
    ):  # fmt: skip
        answer = {"refused": BROKEN}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
