"""Case tables that an auditor can read: a row says a worker's facts and what must come out.

The same rows run in the tests and for whoever changes a scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from intents.eligibility import INSURANCE, Amount, Decision, Facts, decide
from knowledge.scheme import IDENTITIES, Scheme, yuan

VERDICTS = {"可以申请": "eligible", "不符合": "not_eligible", "还不能定": "unknown"}
_APPROX = {"多": ">", "不到": "<", "约": "~"}
_YES_NO = {"是": True, "否": False}


def check_case(scheme: Scheme, row: Mapping[str, str]) -> str:
    """What is different from the row's expectation, in Chinese; empty when all is right.

    An empty cell of an expectation is not compared.
    """
    decision = decide(scheme, facts_of(row), date.fromisoformat(row["问的日子"]))
    wrong = []
    if VERDICTS[row["结论"]] != decision.verdict:
        said = next(word for word, verdict in VERDICTS.items() if verdict == decision.verdict)
        wrong.append(f"结论应是{row['结论']}，算出来是{said}")
    low, high = amounts_of(decision)
    for heading, found in (("最少", low), ("最多", high)):
        expected = row.get(heading, "")
        if expected and expected != found:
            wrong.append(f"{heading}应是 {expected}，算出来是 {found or '没有'}")
    clause, deciding = row.get("哪一条", ""), deciding_rules(decision)
    if clause and clause not in deciding:
        wrong.append(f"应由「{clause}」决定，算出来是{'、'.join(deciding) or '没有哪一条'}")
    return "；".join(wrong)


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
    return Facts(**{field: value for field, value in _cells(row) if value is not None})


def _cells(row: Mapping[str, str]) -> list[tuple[str, Any]]:
    identities = {title: key for key, title in IDENTITIES.items()}
    insurance = {title: key for key, title in INSURANCE.items()}

    def cell(heading: str, read: Any) -> Any:
        text = (row.get(heading) or "").strip()
        return read(text) if text else None

    days = {"住院": "stay_on", "出院": "discharged_on", "参加": "enrolled_on"}
    counts = {"年龄": "age", "参保月数": "insured_months", "住院天数": "hospital_days"}
    words = {"医院": "hospital_grade", "病种": "disease", "原因": "cause"}
    return [
        ("identity", cell("身份", identities.__getitem__)),
        ("insurance", cell("医保", insurance.__getitem__)),
        ("own_payment", cell("自己付", amount)),
        ("total", cell("总费用", amount)),
        ("received", cell("今年领过", amount)),
        ("stays", cell("另外几次", lambda text: tuple(_fen(part) for part in text.split("、")))),
        ("member", cell("会员", _YES_NO.__getitem__)),
        ("offsite", cell("外地", _YES_NO.__getitem__)),
        *((field, cell(heading, date.fromisoformat)) for heading, field in days.items()),
        *((field, cell(heading, int)) for heading, field in counts.items()),
        *((field, cell(heading, str)) for heading, field in words.items()),
    ]


def amount(text: str) -> Amount:
    """「2000」「2000多」「不到3000」「约2500」 as money."""
    for word, approx in _APPROX.items():
        if word in text:
            return Amount(_fen(text.replace(word, "")), approx)
    return Amount(_fen(text))


def _fen(text: str) -> int:
    return int(Decimal(text.replace(",", "").strip()) * 100)


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
