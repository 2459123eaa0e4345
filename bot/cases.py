"""The case files beside the schemes, `cases/<scheme>.csv`: a row a worker, and what the rules must say to him."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from intents.scheme_cases import HEADINGS, REQUIRED, differences, template, unreadable
from knowledge.cells import Unreadable
from knowledge.problems import Problem, nearest
from knowledge.scheme import Scheme
from knowledge.scheme_file import SchemeError, parse_scheme
from knowledge.sheets import Line, Sheet, decode, read_sheets
from knowledge.tables import letter_of


def check_cases(content: Path) -> list[Problem]:
    """Every row of the case files that cannot be read or comes out otherwise than written."""
    schemes = read_schemes(content)
    problems = []
    files = case_files(content)
    for path in files:
        if any(one.stem == path.stem and one != path for one in files):
            problems.append(
                Problem(f"cases/{path.name}", advice="一个方案的案例只能有一个文件，请移走多出来的")
            )
            continue
        scheme = schemes.get(path.stem)
        if scheme is not None:
            problems += _check_file(path, scheme)
        elif not (content / "schemes" / f"{path.stem}.toml").is_file():
            advice = f"schemes 里没有方案 {path.stem}.toml{nearest(path.stem, list(schemes))}"
            problems.append(Problem(f"cases/{path.name}", advice=advice))
    return problems


def read_schemes(content: Path) -> dict[str, Scheme]:
    """The schemes without errors, by the names of their files; `check_content` tells of the others."""
    found = {}
    for path in sorted((content / "schemes").glob("*.toml")):
        try:
            found[path.stem] = parse_scheme(tomllib.loads(decode(path)))
        except (Unreadable, tomllib.TOMLDecodeError, SchemeError):
            continue
    return found


def case_files(content: Path) -> list[Path]:
    """The case files, without what editors put beside them."""
    files = (path for ending in ("csv", "xlsx") for path in (content / "cases").glob(f"*.{ending}"))
    return sorted(path for path in files if not path.name.startswith((".", "~")))


def export_cases(content: Path, target: Path) -> list[Path]:
    """Write a workbook of cases for every scheme, with drop-downs and notes; returns their paths.

    Raises ExportError; nothing that is there already is overwritten.
    """
    from knowledge.templates import ExportError, workbook  # openpyxl is loaded where it is needed

    target.mkdir(parents=True, exist_ok=True)
    written = {path.stem: path for path in case_files(content)}
    paths = []
    for name, scheme in read_schemes(content).items():
        path = target / f"{name}.xlsx"
        if path.exists():
            raise ExportError(f"{target} 里已经有 {path.name}，请先移走，免得盖掉您的改动。")
        rows = [row for _, _, row in rows_of(written[name])] if name in written else []
        workbook(template(scheme), rows).save(path)
        paths.append(path)
    return paths


def rows_of(path: Path) -> Iterator[tuple[Sheet, Line, dict[str, str]]]:
    """The rows below the headings. Raises Unreadable for a file that cannot be read."""
    for sheet in read_sheets(path):
        if not sheet.lines:
            continue
        headings = [heading.strip() for heading in sheet.lines[0].cells]
        for line in sheet.lines[1:]:
            yield sheet, line, {heading: line.cell(at).strip() for at, heading in enumerate(headings)}


def _check_file(path: Path, scheme: Scheme) -> list[Problem]:
    name = f"cases/{path.name}"
    try:
        rows = list(rows_of(path))
    except Unreadable as error:
        return [Problem(name, advice=str(error))]
    if not rows:
        return []
    sheet, _, first = rows[0]
    columns = {heading: letter_of(at) for at, heading in enumerate(first)}
    problems = [
        Problem(name, sheet.name, 1, columns[heading], heading, "", f"没有这一列{nearest(heading, HEADINGS)}")
        for heading in first
        if heading and heading not in HEADINGS
    ]
    missing = "".join(f"「{heading}」" for heading in REQUIRED if heading not in first)
    if missing:
        return [*problems, Problem(name, sheet.name, 1, advice=f"表头缺少{missing}，请加上这一列")]
    for sheet, line, row in rows:
        for heading, found, advice in _wrong(scheme, row):
            column = columns.get(heading, "")
            problems.append(Problem(name, sheet.name, line.number, column, heading, found, advice))
    return problems


def _wrong(scheme: Scheme, row: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Heading, the cell that cannot be read, and what to do about it."""
    return unreadable(row) or [(heading, "", text) for heading, text in differences(scheme, row)]
