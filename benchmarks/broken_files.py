"""Content that is hostile or broken: `python -m benchmarks.broken_files [--inputs 10000]`.

Hostile workbooks: each must be refused within 5 s and 512 MB; the floor is an ordinary workbook of 5,000 rows. Broken
inputs: content files with bytes changed, cut, doubled or put in, or in a wrong encoding, each through the compiler,
which must tell of them or read them, never fail, and never leave half a knowledge base.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl

from knowledge.cells import Unreadable
from knowledge.compiler import ContentError, compile_content
from knowledge.sheets import read_sheets

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 5.0, 512.0

# ---------------------------------------------------------------- hostile workbooks

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW = "<row><c t='inlineStr'><is><t>甲</t></is></c></row>"


def workbook(sheet: Iterator[str], **more: str) -> bytes:
    """A workbook of one sheet, written as a stream: it may be larger than the memory that is had here."""

    def relations(kind: str, target: str) -> str:
        one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
        shared = f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="strings.xml"/>'
        return f'<Relationships xmlns="{PACKAGE}">{one}{shared}</Relationships>'

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", relations("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/_rels/workbook.xml.rels", relations("worksheet", "sheet.xml"))
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="甲" r:id="r1"/></sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        for name, text in more.items():
            archive.writestr(f"xl/{name}", text)
        with archive.open("xl/sheet.xml", "w") as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for piece in sheet:
                part.write(piece.encode())
            part.write(b"</sheetData></worksheet>")
    return packed.getvalue()


def rows(count: int, row: str = ROW, at_once: int = 1000) -> Iterator[str]:
    return (row * at_once for _ in range(count // at_once))


def lying(data: bytes) -> bytes:
    """The same package, saying that every part is small."""
    found = io.BytesIO(data)
    with zipfile.ZipFile(found) as packed:
        sizes = {one.file_size for one in packed.infolist()}
    for size in sizes:
        data = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    return data


def exploding() -> bytes:
    """Entities that stand for entities: a few bytes that are gigabytes when read."""
    levels = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10))
    return workbook(
        iter(["&e9;"]), **{"strings.xml": f'<!DOCTYPE x [<!ENTITY e0 "甲">{levels}]><sst>&e9;</sst>'}
    )


def with_macros() -> bytes:
    return workbook(rows(1000), **{"vbaProject.bin": "x"})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "1,000,000 rows": lambda: workbook(rows(1_000_000)),
    "1,000,000 rows of 8 cells": lambda: workbook(
        rows(1_000_000, "<row>" + "<c><v>1</v></c>" * 8 + "</row>")
    ),
    "1,000,000 empty rows": lambda: workbook(rows(1_000_000, "<row><c s='1'/><c s='1'/></row>")),
    "a zip bomb of 500 MB": lambda: workbook(iter([" " * 2**20] * 500)),
    "a zip bomb that lies about its size": lambda: lying(workbook(iter([" " * 2**20] * 300))),
    "a cell of 100 MB": lambda: workbook(
        iter(["<row><c t='inlineStr'><is><t>", *["甲" * 2**18] * 130, "</t></is></c></row>"])
    ),
    "1,000,000 shared texts": lambda: workbook(
        iter([]), **{"strings.xml": f"<sst xmlns='{MAIN}'>" + "<si><t>甲乙丙丁</t></si>" * 10**6 + "</sst>"}
    ),
    "elements 1,000,000 deep": lambda: workbook(rows(1_000_000, "<a>")),
    "exploding entities": exploding,
    "macros": with_macros,
    "1,000,000 formulas": lambda: workbook(rows(1_000_000, "<row><c><f>A1+1</f></c></row>")),
}


def ordinary() -> bytes:
    """5,000 stations, as an admin may upload them."""
    book = openpyxl.Workbook()
    for at in range(5000):
        book.worksheets[0].append(
            [f"s{at}", f"示例驿站{at}", "工会驿站", "沈家门街道", "示例地址", "122.3", "29.95", "WGS-84",
             "每天 8:00-20:00", "12351", "示例单位", "饮水、充电", "", ""]
        )  # fmt: skip
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(data: bytes, folder: Path) -> tuple[str, float]:
    """What is said of a workbook ("read" where it is), and how many seconds that took."""
    path = folder / "stations.xlsx"
    path.write_bytes(data)
    began = time.perf_counter()
    try:
        read_sheets(path)
        said = "read"
    except Unreadable as refused:
        said = str(refused)
    return said, time.perf_counter() - began


def try_hostile(folder: Path) -> bool:
    """Print a line for each hostile workbook; whether all were refused in time and memory."""
    said, floor = read(ordinary(), folder)
    print(f"an ordinary workbook of 5,000 rows: {said} in {floor:.2f} s")
    good = True
    for name, make in HOSTILE.items():
        data = make()
        said, seconds = read(data, folder)
        # The largest of all children so far: it may only stay below the limit.
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        good = good and said != "read" and seconds < SECONDS and megabytes < MEGABYTES
        print(f"{name} ({len(data) / 2**20:.1f} MB): {seconds:.2f} s, {megabytes:.0f} MB so far: {said}")
    return good


# ---------------------------------------------------------------- broken inputs

MARKS = [
    '"',
    ",",
    "\n",
    "：",
    "１２",
    "{",
    "[",
    "9" * 12,
    "\0",
    "=",
    "1e999",
    "nan",
    "²",
    "①",
    "٣",
    "]]>",
    "<!--",
    "𠮷",
]
ENCODINGS = ("utf-16", "utf-16-le", "big5", "euc-kr", "shift-jis", "utf-7", "utf-32", "gb18030", "utf-8-sig")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file with a few bytes changed, cut, doubled or put in, or in another encoding."""
    if chance.random() < 0.1:
        return data.decode(errors="replace").encode(chance.choice(ENCODINGS), errors="replace")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        before, after = data[:at], data[at:]
        data = chance.choice(
            [
                before + bytes([chance.randrange(256)]) + after[1:],
                before + after[chance.randint(1, 30) :],
                before + chance.choice(MARKS).encode() + after,
                before + data[: chance.randint(0, 200)] + after,
                before,
            ]
        )
    return data


def small_content(folder: Path) -> None:
    """Every kind of content file, the first rows of the shipped ones, and a table as a workbook."""
    shipped = ROOT / "knowledge" / "content"
    shutil.copytree(shipped, folder, dirs_exist_ok=True)
    (folder / "islands.geojson").unlink()
    for name in ("stations", "closures"):
        (folder / f"{name}.csv").unlink()
    for name in ("slots", "concepts", "events", "claims", "abuse"):
        (folder / "words" / f"{name}.toml").unlink()
    for path in (folder / "texts").iterdir():
        if path.stem not in ("labels", "talk"):  # the shipped sentences stand in for the others
            path.unlink()
    for kind in ("phrases", "answers", "cases"):
        for path in sorted((folder / kind).iterdir())[4:]:
            if path.stem != "crisis":
                path.unlink()
    stations = [
        ["编号", "名称", "类型", "所在地", "经度", "纬度", "坐标系", "开放时间", "设施"],
        [
            "s1",
            "示例驿站",
            "工会驿站",
            "定海区",
            122.10315,
            30.01796,
            "WGS-84",
            "每天 8:00-20:00",
            "饮水、充电",
        ],
    ]
    book = openpyxl.Workbook()
    for row in stations:
        book.worksheets[0].append(row)
    book.save(folder / "stations.xlsx")
    events = (folder / "events.csv").read_text("utf-8").splitlines()[:6]
    (folder / "events.csv").write_text("\n".join(events) + "\n", "utf-8")


def try_broken(inputs: int, folder: Path, seed: int = 20261123) -> Counter[str]:
    """Break one file after the other and compile; what came of it, counted. Raises whatever the compiler lets out."""
    content, target = folder / "content", folder / "knowledge.db"
    small_content(content)
    compile_content(content, target)
    chance = random.Random(seed)
    files = sorted(path for path in content.rglob("*") if path.is_file())
    outcomes: Counter[str] = Counter()
    for _ in range(inputs):
        path = chance.choice(files)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, chance))
        before = target.read_bytes()
        try:
            compile_content(content, target)
            outcomes["read"] += 1
            with closing(sqlite3.connect(target)) as database:
                sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except ContentError as error:
            outcomes["told"] += 1
            sound = target.read_bytes() == before and all(one.file and one.advice for one in error.problems)
        outcomes["wrong"] += not sound
        path.write_bytes(whole)
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many broken inputs (default: 10000)")
    parser.add_argument("--seed", type=int, default=20261123, help="which inputs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        good = try_hostile(Path(name))
        began = time.perf_counter()
        outcomes = try_broken(options.inputs, Path(name), options.seed)
        seconds = time.perf_counter() - began
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{options.inputs} broken inputs: {dict(outcomes)} in {seconds:.0f} s, {largest:.0f} MB at most"
        )
    return 0 if good and not outcomes["wrong"] else 1


if __name__ == "__main__":
    sys.exit(main())
