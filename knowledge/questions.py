"""What an event asks beside name and telephone, and the limits on who may come, as an admin writes them into a cell.

「孩子年级:年级、尺码:S/M/L、同来几人:数字、同意拍照:同意、备注」; without a kind it is text. A limit is a question whose answer
must fit: 「年龄:18-60」, 「孩子年级:一年级-六年级」, 「工作区域:定海区/普陀区」.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from knowledge.problems import nearest

if TYPE_CHECKING:
    from knowledge.base import Event

Kind = Literal["text", "choice", "number", "grade", "consent"]
KINDS: dict[str, Kind] = {"数字": "number", "年级": "grade", "同意": "consent", "文字": "text"}

_GRADES = (
    *("托班", "小班", "中班", "大班", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    *("初一", "初二", "初三", "高一", "高二", "高三"),
)
_LATER = {"七年级": "初一", "八年级": "初二", "九年级": "初三"}
_RANGE = re.compile("(.+?)(?:-|到|至|~|—|–)(.+)")
_AT_LEAST = re.compile(r"(\d+)(?:周?岁)?(?:及|或)?以上|满(\d+)(?:周?岁)?")
_AT_MOST = re.compile(r"(\d+)(?:周?岁)?(?:及|或)?以下|不超过(\d+)(?:周?岁)?")


class NotAKind(ValueError):
    """What stands behind the colon is no kind of answer; the message is for the admin."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an event asks, and what it takes for an answer that fits."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    low: int | None = None  # of a number, or a place in the order of grades
    high: int | None = None
    limit: bool = False  # who answers otherwise cannot come

    @property
    def span(self) -> str:
        """The limit in words: 「18 到 60」, 「一年级到六年级」, 「定海区、普陀区」."""
        if self.kind == "choice":
            return "、".join(self.choices)
        low, high = (None if at is None else self._said(at) for at in (self.low, self.high))
        if low and high:
            return low if low == high else f"{low}到{high}"
        return f"{low}以上" if low else f"{high}以下" if high else ""

    def fits(self, answer: str) -> bool:
        """Whether an answer as it was read is within what is wanted."""
        if self.kind == "choice":
            return answer in self.choices
        if self.kind not in ("number", "grade") or (self.low is None and self.high is None):
            return True
        at = int(answer) if self.kind == "number" else grade_rank(answer)
        return (
            at is not None and (self.low is None or self.low <= at) and (self.high is None or at <= self.high)
        )

    def _said(self, at: int) -> str:
        return _GRADES[at] if self.kind == "grade" else f"{at}岁" if "龄" in self.name else str(at)


@lru_cache(maxsize=256)
def questions_of(event: Event) -> tuple[Question, ...]:
    """What an event asks, its limits first."""
    limits = [parse(words, limit=True) for words in event.limits]
    return (*limits, *(parse(words) for words in event.questions))


def parse(words: str, limit: bool = False) -> Question:
    """A question as an admin writes it. Raises NotAKind."""
    name, _, kind = words.replace("：", ":").partition(":")
    name, kind = name.strip(), kind.strip()
    choices = tuple(part.strip() for part in kind.split("/") if part.strip())
    if len(choices) > 1:
        return Question(name, "choice", choices, limit=limit)
    span = _span(kind)
    if span is not None:
        return Question(name, *span, limit=limit)
    if limit:
        if not kind:
            raise NotAKind(f"“{name}”后面要写冒号和范围，例如 年龄:18-60、工作区域:定海区/普陀区")
        return Question(name, "choice", choices, limit=True)
    if kind and kind not in KINDS:
        near = nearest(kind, list(KINDS))
        raise NotAKind(
            f"看不懂“{kind}”{near}；冒号后面写 数字、年级、同意、文字，或者用斜杠隔开的选项（S/M/L），"
            "或者范围（18-60）"
        )
    return Question(name, KINDS.get(kind, "text"))


def _span(kind: str) -> tuple[Kind, tuple[str, ...], int | None, int | None] | None:
    """「18-60」, 「18岁以上」, 「一年级-六年级」; None for what is no range."""
    if least := _AT_LEAST.fullmatch(kind):
        return "number", (), int(least[1] or least[2]), None
    if most := _AT_MOST.fullmatch(kind):
        return "number", (), None, int(most[1] or most[2])
    ends = _RANGE.fullmatch(kind)
    if ends is None:
        return None
    low, high = (end.strip() for end in ends.groups())
    numbers = [re.fullmatch(r"(\d{1,4})(?:周?岁)?", end) for end in (low, high)]
    if numbers[0] and numbers[1]:
        return "number", (), int(numbers[0][1]), int(numbers[1][1])
    if len(low) == 1 and high.endswith("年级"):
        low += "年级"  # 「一到六年级」
    grades = grade_rank(low), grade_rank(high)
    return None if None in grades else ("grade", (), *grades)


def grade_rank(grade: str) -> int | None:
    """The place of a grade in the order of school years; None for what is none."""
    plain = grade.removeprefix("幼儿园").removeprefix("小学")
    plain = _LATER.get(plain, plain)
    return _GRADES.index(plain) if plain in _GRADES else None
