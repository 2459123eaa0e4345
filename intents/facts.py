"""What is known of one illness of one worker. A fact that is missing is None and never taken for zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.scheme import yuan

Insurance = Literal["settled", "not_yet", "none"]

INSURANCE = {"settled": "医保已报销", "not_yet": "还没走医保", "none": "没有参加医保"}


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in 分 as the worker said it; `approx` is ">" for 多, "<" for 不到, "~" for 左右."""

    fen: int
    approx: str = ""
    most: int = 0  # where he leaves a range (两三千): its upper end; `fen` is the lower

    def bounds(self) -> tuple[int, int]:
        """The least and the most that may be meant.

        两千多 stays within its thousand; 左右 and 不到 are taken as a tenth and a fifth away at most.
        """
        if self.most:
            return self.fen, self.most
        if self.approx == ">":
            return self.fen + 1, self.fen + _leading_unit(self.fen) - 1
        if self.approx == "<":
            return self.fen * 4 // 5, self.fen - 1
        if self.approx == "~":
            return self.fen * 9 // 10, self.fen * 11 // 10
        return self.fen, self.fen

    def less(self, part: int, part_most: int = 0) -> Amount:
        """What is left without a part of it (分), which is `part_most` at most; a range where either is not exact."""
        low, high = self.bounds()
        least, most = max(0, low - max(part, part_most)), high - part
        return Amount(least) if least == most else Amount(least, most=most)

    def words(self) -> str:
        """As the worker said it, in yuan; of a range its ends."""
        if self.most:
            return f"{yuan(_whole(self.fen))} 到 {yuan(_whole(self.most))} 元"
        pattern = {">": "{} 多元", "<": "不到 {} 元", "~": "约 {} 元"}.get(self.approx, "{} 元")
        return pattern.format(yuan(self.fen))


def _whole(fen: int) -> int:
    """To the yuan: what 二十多万 leaves begins a 分 above twenty."""
    return (fen + 50) // 100 * 100


def _leading_unit(fen: int) -> int:
    """One thousand for 3,000, one hundred for 2,500: the digit that 多 leaves open."""
    unit = 100
    while fen >= unit * 10 and fen % (unit * 10) == 0:
        unit *= 10
    return unit


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one illness of one worker; None is not known. Money in 分."""

    identity: str | None = None  # a key of IDENTITIES
    insurance: Insurance | None = None
    own_payment: Amount | None = None  # what he paid himself for the stay in question
    total: Amount | None = None  # the whole bill: his own payment is at most that
    stays: tuple[int, ...] = ()  # his own payments for other stays of the same year
    received: Amount | None = None  # paid to him by this scheme in the same year
    stay_on: date | None = None
    discharged_on: date | None = None
    enrolled_on: date | None = None
    age: int | None = None
    member: bool | None = None
    insured_months: int | None = None
    household_income: int | None = None  # yuan a month and person
    registered: bool | None = None  # as a worker in hardship
    child_in_school: bool | None = None
    hospital_days: int | None = None
    hospital_grade: str | None = None
    disease: str | None = None
    cause: str | None = None  # in the words of the scheme's exclusions
    offsite: bool | None = None
