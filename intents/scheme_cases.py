"""Case tables that an auditor can read: a row says a worker's facts and what must come out.

The same rows run in the tests and for whoever changes a scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from intents.eligibility import INSURANCE, Amount, Decision, Facts, decide
from knowledge.scheme import IDENTITIES, Scheme, yuan

VERDICTS = {"可以申请": "eligible", "不符合": "not_eligible", "还不能定": "unknown"}
_APPROX = {"多": ">", "不到": "<", "约": "~"}
_YES_NO = {"是": True, "否": False}


#: Facts and how their cells are read.
_DAYS = {"住院": "stay_on", "出院": "discharged_on", "参加": "enrolled_on"}
_COUNTS = {"年龄": "age", "参保月数": "insured_months", "住院天数": "hospital_days"}
_WORDS = {"医院": "hospital_grade", "病种": "disease", "原因": "cause"}

#: Every case has them.
REQUIRED = ("问的日子", "结论")


def check_case(scheme: Scheme, row: Mapping[str, str]) -> str:
    """What is different from the row's expectation, in Chinese; empty when all is right.

    An empty cell of an expectation is not compared.
    """
    return "；".join(text for _, text in differences(scheme, row))


def differences(scheme: Scheme, row: Mapping[str, str]) -> list[tuple[str, str]]:
    """The heading of every expectation that is not met, and what came out instead."""
    decision = decide(scheme, facts_of(row), date.fromisoformat(row["问的日子"]))
    wrong = []
    if VERDICTS[row["结论"]] != decision.verdict:
        said = next(word for word, verdict in VERDICTS.items() if verdict == decision.verdict)
        wrong.append(("结论", f"结论应是{row['结论']}，算出来是{said}"))
    low, high = amounts_of(decision)
    for heading, found in (("最少", low), ("最多", high)):
        expected = row.get(heading, "")
        if expected.replace(",", "") != found.replace(",", "") and expected:
            wrong.append((heading, f"{heading}应是 {expected}，算出来是 {found or '没有'}"))
    clause, deciding = row.get("哪一条", ""), deciding_rules(decision)
    if clause and clause not in deciding:
        wrong.append(("哪一条", f"应由「{clause}」决定，算出来是{'、'.join(deciding) or '没有哪一条'}"))
    return wrong


def unreadable(row: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Heading, text and advice of every cell that cannot be read."""
    wrong = []
    for heading, (read, _, advice) in _READERS.items():
        text = (row.get(heading) or "").strip()
        if not text and heading in REQUIRED:
            wrong.append((heading, "", f"不能空着，{advice}"))
        try:
            _ = read(text) if text else None
        except (KeyError, ValueError, ArithmeticError):
            wrong.append((heading, text, advice))
    return wrong


def amounts_of(decision: Decision) -> tuple[str, str]:
    """Least and most in yuan as a table shows them; empty without a payment."""
    if decision.payment is None:
        return "", ""
    high = decision.payment.high
    return yuan(decision.payment.low), "不限" if high is None else yuan(high)


def deciding_rules(decision: Decision) -> tuple[str, ...]:
    """Titles of the rules that made the verdict what it is."""
    if decision.uncovered:
        return decision.uncovered
    states = ("no",) if decision.verdict == "not_eligible" else ("missing", "open")
    return tuple(finding.title for finding in decision.trace if finding.state in states)


def facts_of(row: Mapping[str, str]) -> Facts:
    """The facts of a row; an empty cell is not known, never zero.

    Raises KeyError or ValueError for a cell that cannot be read.
    """
    cells = ((field, read, (row.get(heading) or "").strip()) for heading, (read, field, _) in _READERS.items())
    return Facts(**{field: read(text) for field, read, text in cells if field and text})


def amount(text: str) -> Amount:
    """「2000」「2000多」「不到3000」「约2500」 as money."""
    for word, approx in _APPROX.items():
        if word in text:
            return Amount(_fen(text.replace(word, "")), approx)
    return Amount(_fen(text))


def _fen(text: str) -> int:
    return int(Decimal(text.replace(",", "").strip()) * 100)


def _fens(text: str) -> tuple[int, ...]:
    return tuple(_fen(part) for part in text.split("、"))


_IDENTITIES = {title: key for key, title in IDENTITIES.items()}
_INSURANCE = {title: key for key, title in INSURANCE.items()}
_AMOUNT = "写成 2000、2000多、不到3000 或者 约2500"

#: Heading → how its cell is read, the fact that it is, and what to write.
_READERS: Mapping[str, tuple[Callable[[str], Any], str, str]] = {
    "身份": (_IDENTITIES.__getitem__, "identity", f"写{'、'.join(_IDENTITIES)}"),
    "医保": (_INSURANCE.__getitem__, "insurance", f"写{'、'.join(_INSURANCE)}"),
    "自己付": (amount, "own_payment", _AMOUNT),
    "总费用": (amount, "total", _AMOUNT),
    "今年领过": (amount, "received", _AMOUNT),
    "另外几次": (_fens, "stays", "几个数用、隔开，例如 3000、1200"),
    "会员": (_YES_NO.__getitem__, "member", "写是或者否"),
    "外地": (_YES_NO.__getitem__, "offsite", "写是或者否"),
    **{name: (date.fromisoformat, field, "写成 2026-03-01") for name, field in _DAYS.items()},
    **{name: (int, field, "写一个整数") for name, field in _COUNTS.items()},
    **{name: (str, field, "写几个字") for name, field in _WORDS.items()},
    "问的日子": (date.fromisoformat, "", "写成 2026-11-23"),
    "结论": (VERDICTS.__getitem__, "", f"写{'、'.join(VERDICTS)}"),
}

#: Every column that a case file may have.
HEADINGS = ("说明", *_READERS, "最少", "最多", "哪一条")


def case_table(scheme: Scheme, rows: Iterable[Mapping[str, str]]) -> str:
    """What the scheme says to every row, a line each: case, verdict, least and most or what decided."""
    lines = []
    for row in rows:
        decision = decide(scheme, facts_of(row), date.fromisoformat(row["问的日子"]))
        verdict = next(word for word, name in VERDICTS.items() if name == decision.verdict)
        low, high = amounts_of(decision)
        pay = f"{low} 到 {high} 元" if high else "、".join(deciding_rules(decision))
        lines.append(f"{row.get('说明') or '-'}｜{verdict}｜{pay}")
    return "\n".join(lines)
