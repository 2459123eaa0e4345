"""TOML, Markdown and phrase files, with what is wrong with each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from knowledge.cells import Unreadable, as_text
from knowledge.problems import Problem, nearest
from knowledge.schema import ANSWERS
from knowledge.sheets import decode
from knowledge.tables import Row


def read_toml(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """A TOML file; {} with a Problem where it cannot be read."""
    try:
        return tomllib.loads(decode(path).replace("\r\n", "\n")), []
    except Unreadable as error:
        return {}, [Problem(path.name, advice=str(error))]
    except tomllib.TOMLDecodeError as error:
        advice = '写法不对：文字要放在英文双引号里，例如 名字 = "文字"，同一个名字只能写一次'
        return {}, [Problem(path.name, row=_line_in(str(error)), advice=advice)]


def _line_in(message: str) -> int | None:
    """tomllib tells the line only in its message."""
    words = message.replace(",", " ").replace(")", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else None


def read_answer(path: Path) -> tuple[Row | None, list[Problem]]:
    """Head lines such as `标签: aid`, a line `---`, and the text, which becomes the value `text`."""
    try:
        lines = [line.rstrip() for line in decode(path).splitlines()]
    except Unreadable as error:
        return None, [Problem(path.name, advice=str(error))]
    if "---" not in lines:
        advice = "开头几行（标签、标题、关键词）后面要有单独一行 ---，再写正文"
        return None, [Problem(path.name, advice=advice)]
    end = lines.index("---")
    values: dict[str, Any] = {one.name: one.empty for one in ANSWERS.fields}
    values["text"] = "\n".join(lines[end + 1 :]).strip()
    problems, found_at = [], {}
    for number, line in enumerate(lines[:end], 1):
        heading, _, text = line.replace("：", ":", 1).partition(":")
        one = ANSWERS.field_of(heading) if heading.strip() else None
        if one is None and line.strip():
            near = nearest(heading.strip(), [field.heading for field in ANSWERS.fields])
            advice = f"这里只写标签、标题、关键词、默认{near}"
            problems.append(Problem(path.name, row=number, found=line, advice=advice))
        elif one and as_text(text):
            found_at[one.name] = number
            try:
                values[one.name] = one.read(as_text(text))
            except Unreadable as error:
                where = Problem(path.name, "", number, "", one.heading, as_text(text), str(error))
                problems.append(where)
    for one in ANSWERS.fields:
        if one.required and one.name not in found_at and not problems:
            advice = f"缺少「{one.heading}」，例如 {one.heading}: {one.example}"
            problems.append(Problem(path.name, advice=advice))
    if not values["text"]:
        problems.append(Problem(path.name, row=end + 1, advice="--- 下面没有正文"))
    if problems:
        return None, problems
    return Row(path.name, "", found_at["label"], values, {"label": ("", "标签")}), []


def read_lines(path: Path) -> tuple[list[tuple[int, str]], list[Problem]]:
    """The numbered lines of a phrase file, without empty ones and # comments."""
    try:
        lines = decode(path).splitlines()
    except Unreadable as error:
        return [], [Problem(path.name, advice=str(error))]
    texts = ((number, as_text(line)) for number, line in enumerate(lines, 1))
    return [(number, text) for number, text in texts if text and not text.startswith("#")], []
