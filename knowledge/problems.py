"""What is wrong with a content file, told so that the one who wrote it can put it right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `str(problem)` is the line that an admin reads.

    `row` counts from 1 as Excel does and is None for a whole file; `column` is a letter; `found` is the cell
    that could not be read, and `advice` what to write instead.
    """

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    heading: str = ""
    found: str = ""
    advice: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        where = self.file
        if self.sheet:
            where += f"「{self.sheet}」表"
        if self.row is not None:
            where += f" 第 {self.row} 行"
        if self.column:
            where += f" {self.column} 列"
        if self.heading:
            where += f"「{self.heading}」"
        what = f"看不懂“{_short(self.found)}”，{self.advice}" if self.found else self.advice
        return f"{'提醒：' if self.level == 'warning' else ''}{where}：{what}"


class ContentError(Exception):
    """Content that cannot be compiled; `problems` tells every error and warning at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Sequence[str]) -> str:
    """「，是不是“…”？」 with the known word that looks most like `word`, or "" where none does."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"，是不是“{close[0]}”？" if close else ""


def _short(found: str, limit: int = 30) -> str:
    line = " ".join(found.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
