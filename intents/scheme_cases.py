"""Case tables that an auditor can read: a row says a worker's facts and what must come out.

The same rows run in the tests and for whoever changes a scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from intents.eligibility import Decision, decide
from intents.facts import INSURANCE, Amount, Facts
from knowledge.cells import read_date
from knowledge.schema import Field, Kind, Table
from knowledge.scheme import IDENTITIES, Scheme, yuan

VERDICTS = {"可以申请": "eligible", "不符合": "not_eligible", "还不能定": "unknown"}
_APPROX = {"多": ">", "不到": "<", "约": "~"}
_YES_NO = {"是": True, "否": False}


#: Facts and how their cells are read.
_DAYS = {"住院": "stay_on", "出院": "discharged_on", "参加": "enrolled_on"}
_COUNTS = {
    "年龄": "age",
    "参保月数": "insured_months",
    "住院天数": "hospital_days",
    "家庭人均月收入": "household_income",
}
_FLAGS = {"会员": "member", "外地": "offsite", "建档": "registered", "子女在读": "child_in_school"}
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
    decision = decide(scheme, facts_of(row), day_of(row))
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
    cells = (
        (field, read, (row.get(heading) or "").strip()) for heading, (read, field, _) in _READERS.items()
    )
    return Facts(**{field: read(text) for field, read, text in cells if field and text})


def day_of(row: Mapping[str, str]) -> date:
    """The day on which the case is asked. Raises ValueError."""
    return read_date(row["问的日子"])


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
    **{name: (_YES_NO.__getitem__, field, "写是或者否") for name, field in _FLAGS.items()},
    **{name: (read_date, field, "写成 2026-03-01") for name, field in _DAYS.items()},
    **{name: (int, field, "写一个整数") for name, field in _COUNTS.items()},
    **{name: (str, field, "写几个字") for name, field in _WORDS.items()},
    "问的日子": (read_date, "", "写成 2026-11-23"),
    "结论": (VERDICTS.__getitem__, "", f"写{'、'.join(VERDICTS)}"),
}

#: What the drop-downs of a template offer.
_CHOICES: Mapping[str, Iterable[str]] = {
    "身份": _IDENTITIES,
    "医保": _INSURANCE,
    **dict.fromkeys(_FLAGS, _YES_NO),
    "结论": VERDICTS,
}

#: Every column that a case file may have.
HEADINGS = ("说明", *_READERS, "最少", "最多", "哪一条")


def template(scheme: Scheme) -> Table:
    """The columns of a case file for this scheme: what its rules look at, and what must come out."""
    looked_at = _facts_looked_at(scheme)
    fields = [Field("说明", "说明", help="这个案例说的是什么")]
    for heading, (_, fact, advice) in _READERS.items():
        if not fact or fact in looked_at:
            words = {word: word for word in _CHOICES.get(heading, ())}
            kind: Kind = "choice" if words else "text"
            fields.append(
                Field(
                    heading, heading, kind, heading in REQUIRED, choices=words, help="" if words else advice
                )
            )
    fields += [Field(name, name, help="应该算出多少元；空着就不比") for name in ("最少", "最多")]
    fields.append(Field("哪一条", "哪一条", help="哪一条规定决定的，例如 起付线；空着就不比"))
    return Table(scheme.id, f"{scheme.name}的案例", tuple(fields))


def _facts_looked_at(scheme: Scheme) -> set[str]:
    """The facts that some version of the rules asks for, and those that say a cost or a payment in another way."""
    facts = {"own_payment", "total", "stays", "received"}
    for rule in scheme.rules():
        for term in rule.terms:
            facts.update(decide(scheme, Facts(), term.since or date.min).to_ask)
    if any(term.value and term.value.method == "daily" for term in scheme.payout.terms):
        facts.add("hospital_days")
    return facts


def case_table(scheme: Scheme, rows: Iterable[Mapping[str, str]]) -> str:
    """What the scheme says to every row, a line each: case, verdict, least and most or what decided."""
    decisions = ((row, decide(scheme, facts_of(row), day_of(row))) for row in rows)
    return "\n".join(f"{row.get('说明') or '-'}｜{outcome(decision)}" for row, decision in decisions)


def outcome(decision: Decision) -> str:
    """The verdict, and least and most or what decided it."""
    verdict = next(word for word, name in VERDICTS.items() if name == decision.verdict)
    low, high = amounts_of(decision)
    return f"{verdict}｜{f'{low} 到 {high} 元' if high else '、'.join(deciding_rules(decision))}"


def case_trace(scheme: Scheme, row: Mapping[str, str]) -> list[str]:
    """Every rule that was applied to the row: rule → the worker's figure → how it comes out → clause, source, date."""
    decision = decide(scheme, facts_of(row), day_of(row))
    lines = [f"{row.get('说明') or '-'}｜{outcome(decision)}"]
    for one in decision.trace:
        since = f"{one.since.isoformat()} 起" if one.since else "执行日期没有公布"
        yours = one.yours or "不知道"
        lines.append(f"  {one.title} → {yours} → {STATES[one.state]} → {one.clause}（{one.source}，{since}）")
    return lines


STATES = {
    "yes": "满足",
    "no": "不满足",
    "missing": "还不知道",
    "open": "规定没说到，还不知道",
    "unpublished": "没有公布",
}
