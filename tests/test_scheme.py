"""What is wrong with a scheme file is said at once, in Chinese, with the section and its line."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.scheme import NotCovered, yuan
from knowledge.scheme_file import SchemeError, check_scheme, line_of, parse_scheme
from knowledge.scheme_prose import scheme_prose

SCHEMES = Path(__file__).parent.parent / "knowledge" / "content" / "schemes"


def source(name: str) -> str:
    return (SCHEMES / f"{name}.toml").read_text(encoding="utf-8")


def changed(old: str, new: str, name: str = "example") -> list[tuple[str, str]]:
    """The problems of a shipped scheme in which one piece of text was changed."""
    text = source(name)
    assert old in text
    return check_scheme(tomllib.loads(text.replace(old, new, 1)), f"{name}.toml")


@pytest.mark.parametrize("name", sorted(path.stem for path in SCHEMES.glob("*.toml")))
def test_the_shipped_schemes_have_no_problem(name: str) -> None:
    assert check_scheme(tomllib.loads(source(name)), f"{name}.toml") == []


def test_the_unions_scheme_says_what_is_published_and_nothing_else() -> None:
    rules = parse_scheme(tomllib.loads(source("mutual_aid"))).rules()
    known = {rule.key for rule in rules if rule.terms[0].standing == "known"}
    assert known == {"who", "cost", "after_insurance", "threshold", "ceiling", "floor", "yearly_cap"}


@pytest.mark.parametrize(
    ("old", "new", "message", "key"),
    [
        ("[[ceiling]]", "[[celling]]", "看不懂“celling”这一节。是不是 ceiling？", "celling"),
        ("[[ceiling]]", "[[ceilings]]", "缺少「费用封顶线」一节", "ceiling"),
        ("compare = ", "compere = ", "有看不懂的项“compere”。是不是 compare？", "threshold[0]"),
        ("value = 40000", "value = \"很多\"", "看不懂“很多”，请填多少元", "ceiling[0]"),
        ("value = 40000", "value = 40000.005", "不是到分为止的金额", "ceiling[0]"),
        ("value = 40000", "value = true", "请填多少元", "ceiling[0]"),
        ("value = 300\n", "value = 9000\n", "最低补助 9,000 高于全年最高补助 8,000", "floor"),
        ("value = 40000", "value = 1800", "起付线 2,000 不低于费用封顶线 1,800", "ceiling"),
        ("until = 2025-12-31", "until = 2025-11-30", "两个版本之间有空档", "threshold[1]"),
        ("until = 2025-12-31", "until = 2026-01-31", "两个版本日期重叠", "threshold[1]"),
        ("over = 5000, up_to", "over = 6000, up_to", "两档之间有空档：上一档到 5,000", "payout[1]"),
        ("over = 5000, up_to", "over = 4000, up_to", "两档重叠：上一档到 5,000", "payout[1]"),
        ("pay = 1500", "pay = 100", "反而比低的一档", "payout[1]"),
        ("over = 2000, up_to = 5000", "over = 3000, up_to = 5000", "第一档却从 3,000 开始", "payout"),
        ("up_to = 40000, percent", "up_to = 30000, percent", "最后一档只到 30,000", "payout"),
        ("percent = 20 ", "percent = 120 ", "请填 0 到 100 之间的比例", "payout[2]"),
        ("at_least = 16", "at_least = 70", "at_least 70 大于 at_most 65", "condition[0]"),
        ("fact = \"age\"", "fact = \"height\"", "条件的 fact 看不懂“height”", "condition[0]"),
        ("source = \"示例办法\"\n", "", "缺少 source", "who[0]"),
        ("from = 2025-01-01\n", "", "缺少 from（从哪天起执行", "who[0]"),
        ("first = 2025", "first = 2027", "最后一天 2026-12-31 在第一天 2027-01-01 之前", "enrolment[0]"),
        ("name = \"示例互助方案\"", "name = \"互助方案\"", "名称里要有「示例」", "name"),
        ("\"new_employment\", ", "\"new_employmnt\", ", "是不是 new_employment？", "who[0]"),
        ("id = \"example\"\n", "", "缺少 id", "id"),
        ("example = true\n", "example = true\nothers = \"待定\"\n", "others 只能写", "others"),
    ],
)
def test_a_mistake_is_named_with_its_section(old: str, new: str, message: str, key: str) -> None:
    problems = changed(old, new)
    assert any(message in said and at == key for said, at in problems), problems


def test_every_mistake_is_told_at_once() -> None:
    text = source("example").replace("value = 40000", "value = \"多\"").replace("percent = 20", "percent = 0")
    data = tomllib.loads(text)
    assert len(check_scheme(data, "example.toml")) == 2
    with pytest.raises(SchemeError) as wrong:
        parse_scheme(data)
    assert len(wrong.value.problems) == 2


def test_the_line_of_a_mistake_is_found() -> None:
    text = source("example")
    lines = text.splitlines()
    second = line_of(text, "threshold[1]")
    assert second is not None and lines[second - 1] == "[[threshold]]" and "value = 2000" in lines[second]
    assert lines[(line_of(text, "id") or 0) - 1].startswith("id =")
    assert line_of(text, "nowhere") is None


def test_another_date_has_another_figure_and_a_date_without_version_has_none() -> None:
    threshold = parse_scheme(tomllib.loads(source("example"))).threshold
    last_year, this_year = threshold.on(date(2025, 12, 31)).value, threshold.on(date(2026, 1, 1)).value
    assert last_year and this_year
    assert (last_year.amount, last_year.inclusive) == (150_000, True)
    assert (this_year.amount, this_year.inclusive) == (200_000, False)
    with pytest.raises(NotCovered, match="「起付线」没有 2024-12-31 适用的版本"):
        threshold.on(date(2024, 12, 31))


def test_a_scheme_survives_being_stored_with_its_dates_as_text() -> None:
    def stored(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: stored(item) for key, item in value.items()}
        if isinstance(value, list):
            return [stored(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    data = tomllib.loads(source("example"))
    assert parse_scheme(stored(data)) == parse_scheme(data)


def test_money_reads_as_people_write_it() -> None:
    assert [yuan(fen) for fen in (0, 1, 50_000, 199_999, 200_000, 6_000_001)] == [
        "0", "0.01", "500", "1,999.99", "2,000", "60,000.01",
    ]


@pytest.mark.parametrize("name", ["mutual_aid", "example"])
def test_the_prose_names_every_rule_with_its_source(name: str) -> None:
    scheme = parse_scheme(tomllib.loads(source(name)))
    prose = scheme_prose(scheme)
    assert all(f"{rule.title}：" in prose for rule in scheme.rules())
    assert all(term.source in prose for rule in scheme.rules() for term in rule.terms)


def test_the_prose_says_steps_and_what_is_not_published() -> None:
    example = scheme_prose(parse_scheme(tomllib.loads(source("example"))))
    rates = "补助标准：分段比例，超过 2,000 元到 10,000 元给 20%；超过 10,000 元到 40,000 元给 12.5%。"
    assert rates in example
    assert "起付线：达到（正好也算） 1,500 元。2025-01-01 起，到 2025-12-31；" in example
    union = scheme_prose(parse_scheme(tomllib.loads(source("mutual_aid"))))
    assert "补助标准：没有公布。" in union


def test_others_says_of_every_section_left_out_that_nobody_published_it() -> None:
    rules = parse_scheme(tomllib.loads(source("hardship"))).rules()
    assert {term.standing for rule in rules for term in rule.terms} == {"unpublished"}
    left_out = source("hardship").replace("others =", "# others =")
    problems = check_scheme(tomllib.loads(left_out), "hardship.toml")
    assert len(problems) == 24 and "不知道就写 value" in problems[0][0]
