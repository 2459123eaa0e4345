"""Who may claim and how much: tables that an auditor can read, and properties that hold for every worker."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.eligibility import SCHEMES, decided, differences, naive_union
from intents.eligibility import decide
from intents.facts import Amount, Facts
from intents.scheme_cases import case_table, check_case
from knowledge.scheme import Scheme
from knowledge.scheme_file import parse_scheme

CONTENT = Path(__file__).parent.parent / "knowledge" / "content"
CASES = CONTENT / "cases"
TODAY = date(2026, 11, 23)


def scheme(name: str) -> Scheme:
    return parse_scheme(tomllib.loads((CONTENT / "schemes" / f"{name}.toml").read_text(encoding="utf-8")))


UNION = scheme("mutual_aid")
EXAMPLE = scheme("example")


def cases() -> list[object]:
    found = []
    for file in sorted(CASES.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found.append(pytest.param(file.stem, row, id=f"{file.stem}:{row['说明']}"))
    return found


@pytest.mark.parametrize(("name", "row"), cases())
def test_every_case_of_the_tables_comes_out_as_written(name: str, row: dict[str, str]) -> None:
    assert check_case(scheme(name), row) == ""


def test_a_wrong_expectation_is_found() -> None:
    worker = {"身份": "农民工", "医保": "医保已报销", "自己付": "2001", "今年领过": "0"}
    row = worker | {"问的日子": "2026-11-23", "结论": "不符合", "最多": "6,000"}
    assert check_case(UNION, row) == (
        "结论应是不符合，算出来是可以申请；最多应是 6,000，算出来是 5,000"
    )


def test_a_table_of_cases_reads_as_sentences() -> None:
    rows = [case.values[1] for case in cases() if case.values[0] == "mutual_aid"]  # type: ignore[attr-defined]
    lines = case_table(UNION, rows).splitlines()
    assert lines[0] == "差一分不到线｜不符合｜起付线"
    assert lines[2] == "多一分就够｜可以申请｜500 到 5,000 元"


def test_a_scheme_of_which_nothing_is_published_decides_nothing() -> None:
    decision = decide(scheme("hardship"), Facts(household_income=800, member=True), TODAY)
    assert (decision.verdict, decision.to_ask, decision.payment) == ("unknown", (), None)
    assert "家庭人均月收入" in decision.to_verify


def test_other_help_is_decided_as_soon_as_a_condition_is_published() -> None:
    text = (CONTENT / "schemes" / "hardship.toml").read_text(encoding="utf-8")
    line = 'at_most = 1000\nfrom = 2026-01-01\nclause = "示例"\nsource = "示例办法"'
    rules = parse_scheme(tomllib.loads(text.replace('value = "未公布"', line, 1)))
    verdicts = [decide(rules, Facts(household_income=income), TODAY).verdict for income in (1000, 1001)]
    assert verdicts == ["eligible", "not_eligible"]
    assert decide(rules, Facts(), TODAY).to_ask == ("household_income",)


# ---------------------------------------------------------------- properties

edges = st.sampled_from([199_999, 200_000, 200_001, 5_999_999, 6_000_000, 6_000_001])
fen = st.integers(0, 9_000_000) | edges
ranges = st.builds(lambda least, more: Amount(least, most=least + more), fen, st.integers(1, 7_000_000))
amounts = st.builds(Amount, fen, st.sampled_from(["", "", ">", "<", "~"])) | ranges
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
workers = st.builds(
    Facts,
    identity=st.none() | st.sampled_from(["new_employment", "migrant_worker", "other"]),
    insurance=st.none() | st.sampled_from(["settled", "not_yet", "none"]),
    own_payment=st.none() | amounts,
    total=st.none(),
    stays=st.lists(fen, max_size=2).map(tuple),
    received=st.none() | st.builds(Amount, st.integers(0, 600_000), st.sampled_from(["", ">", "<", "~"])),
    stay_on=st.none() | days,
    discharged_on=st.none() | days,
    enrolled_on=st.none() | days,
    age=st.none() | st.integers(14, 70),
    member=st.none() | st.booleans(),
    insured_months=st.none() | st.integers(0, 24),
    hospital_days=st.none() | st.integers(0, 60),
    hospital_grade=st.none() | st.sampled_from(["一级", "二级", "三级"]),
    cause=st.none() | st.sampled_from(["生病", "工伤"]),
    offsite=st.none() | st.booleans(),
)
eligible = st.builds(
    Facts,
    identity=st.sampled_from(["new_employment", "migrant_worker"]),
    insurance=st.just("settled"),
    own_payment=st.builds(Amount, fen),
    received=st.none() | st.builds(Amount, st.integers(0, 600_000)),
    stay_on=st.just(date(2026, 8, 1)),
    discharged_on=st.just(date(2026, 11, 1)),
    enrolled_on=st.just(date(2026, 1, 5)),
    age=st.just(40),
    member=st.just(True),
    insured_months=st.just(12),
    hospital_grade=st.just("三级"),
    cause=st.just("生病"),
    offsite=st.just(False),
)
both = pytest.mark.parametrize("rules", [UNION, EXAMPLE], ids=["mutual_aid", "example"])


@both
@given(facts=workers | eligible)
def test_nobody_is_told_more_than_the_cap_or_what_is_left_of_it(rules: Scheme, facts: Facts) -> None:
    payment = decide(rules, facts, TODAY).payment
    if payment is None:
        return
    cap = rules.yearly_cap.on(TODAY).value
    received = facts.received.bounds()[0] if facts.received else 0
    assert payment.high is not None
    assert 0 <= payment.low <= payment.high <= max(0, cap - received)


@both
@given(facts=eligible, more=st.integers(0, 5_000_000))
def test_paying_more_oneself_never_brings_less(rules: Scheme, facts: Facts, more: int) -> None:
    assert facts.own_payment is not None
    dearer = replace(facts, own_payment=Amount(facts.own_payment.fen + more))
    before, after = decide(rules, facts, TODAY), decide(rules, dearer, TODAY)
    if before.payment is not None:
        assert after.payment is not None
        assert after.payment.low >= before.payment.low
        assert (after.payment.high or 0) >= (before.payment.high or 0)


@both
@given(facts=workers, name=st.sampled_from([field.name for field in fields(Facts) if field.name != "stays"]))
def test_a_fact_taken_away_never_turns_the_verdict_around(rules: Scheme, facts: Facts, name: str) -> None:
    """Knowing less may leave it open, but never makes a no of a yes or a yes of a no."""
    if name == "stay_on":  # another day may be under another version of the rules
        return
    told, silent = decide(rules, facts, TODAY), decide(rules, replace(facts, **{name: None}), TODAY)
    if silent.verdict != "unknown":
        assert told.verdict == silent.verdict
    if silent.payment is not None and told.payment is not None:
        assert silent.payment.low <= told.payment.low
        assert (told.payment.high or 0) <= (silent.payment.high or 0)


@given(facts=workers)
def test_only_what_can_still_change_the_answer_is_asked(facts: Facts) -> None:
    decision = decide(UNION, facts, TODAY)
    assert set(decision.to_ask) <= {"own_payment", "identity", "insurance"}
    if decision.verdict != "unknown":
        assert decision.to_ask == ()


@given(facts=workers)
def test_rules_that_nobody_published_never_change_the_verdict(facts: Facts) -> None:
    decision = decide(UNION, facts, TODAY)
    assert {finding.rule for finding in decision.trace} <= {"threshold", "who", "after_insurance"}
    assert "补助标准" in decision.to_verify


@given(facts=workers, seed=st.randoms())
def test_the_order_in_which_facts_are_told_is_irrelevant(facts: Facts, seed: object) -> None:
    told = [field.name for field in fields(Facts)]
    seed.shuffle(told)  # type: ignore[attr-defined]
    again = Facts()
    for name in told:
        again = replace(again, **{name: getattr(facts, name)})
    assert decide(UNION, again, TODAY) == decide(UNION, facts, TODAY)


@settings(max_examples=500)
@given(facts=workers)
def test_a_second_naive_formulation_agrees(facts: Facts) -> None:
    assert decided(UNION, facts) == naive_union(facts)


@pytest.mark.parametrize("name", list(SCHEMES))
def test_both_formulations_agree_on_random_workers(name: str) -> None:
    """A slice of the 100,000 of `python -m benchmarks.eligibility`."""
    assert differences(name, count=5_000, seed=7) == []


def test_a_formulation_with_another_rule_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCHEMES, "mutual_aid", lambda facts: ("eligible", None))
    assert differences("mutual_aid", count=50, seed=7)


@given(facts=workers, others=workers)
def test_telling_what_was_unknown_never_turns_a_verdict_around(facts: Facts, others: Facts) -> None:
    """A yes or a no stands whatever else is told about what nobody asked for."""
    before = decide(UNION, facts, TODAY)
    unknown = [field.name for field in fields(Facts) if getattr(facts, field.name) is None]
    told = replace(facts, **{name: getattr(others, name) for name in unknown})
    if before.verdict != "unknown":
        assert decide(UNION, told, TODAY).verdict == before.verdict
    assert decide(UNION, replace(facts), TODAY) == before
