"""Case files stand beside the schemes: a row that comes out otherwise is told with its cell, and is not published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cases import check_cases
from bot.commands import main
from bot.publishing import current_version, publish
from knowledge.compiler import ContentError

SHIPPED = Path(__file__).parent.parent / "knowledge" / "content"
HEAD = "说明,身份,医保,自己付,今年领过,问的日子,结论,最多"


def with_cases(folder: Path, text: str, name: str = "mutual_aid.csv") -> Path:
    shutil.copytree(SHIPPED / "schemes", folder / "schemes", dirs_exist_ok=True)
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "cases" / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_cases_come_out_as_written() -> None:
    assert check_cases(SHIPPED) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("甲,农民工,医保已报销,2000.01,0,2026-11-23,可以申请,5000", ""),
        (
            "甲,农民工,医保已报销,2000,0,2026-11-23,可以申请,",
            "第 2 行 G 列「结论」：结论应是可以申请，算出来是不符合",
        ),
        ("甲,农民工,医保已报销,3000,0,2026-11-23,可以申请,6000", "第 2 行 H 列「最多」：最多应是 6000，算出来是 5,000"),
        ("甲,工人,医保已报销,3000,0,2026-11-23,可以申请,", "第 2 行 B 列「身份」：看不懂“工人”，写"),
        ("甲,农民工,医保已报销,三千,0,2026-11-23,可以申请,", "第 2 行 D 列「自己付」：看不懂“三千”，写成 2000"),
        ("甲,农民工,医保已报销,3000,0,,可以申请,", "第 2 行 F 列「问的日子」：不能空着"),
    ],
)
def test_a_row_is_told_with_its_cell(tmp_path: Path, row: str, told: str) -> None:
    problems = check_cases(with_cases(tmp_path, f"{HEAD}\n{row}\n"))
    assert [str(one).startswith(f"cases/mutual_aid.csv {told}") for one in problems] == [True] * bool(told)


def test_headings_and_schemes_that_do_not_exist_are_told(tmp_path: Path) -> None:
    with_cases(tmp_path, "说明,身分,问的日子,结论\n甲,农民工,2026-11-23,还不能定\n")
    with_cases(tmp_path, HEAD, "mutual_aids.csv")
    assert [str(one) for one in check_cases(tmp_path)] == [
        "cases/mutual_aid.csv 第 1 行 B 列「身分」：没有这一列，是不是“身份”？",
        "cases/mutual_aids.csv：schemes 里没有方案 mutual_aids.toml，是不是“mutual_aid”？",
    ]


def test_content_with_a_case_that_fails_is_not_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, data = tmp_path / "content", tmp_path / "var"
    shutil.copytree(SHIPPED, content)
    with_cases(content, f"{HEAD}\n甲,农民工,医保已报销,2000,0,2026-11-23,可以申请,\n")
    with pytest.raises(ContentError, match="算出来是不符合"):
        publish(content, data)
    assert current_version(data) == ""
    folders = ["--content", str(content), "--data", str(data)]
    assert main(["check", *folders]) == 1
    assert "第 2 行 G 列「结论」" in capsys.readouterr().out


def test_rules_prints_prose_and_what_comes_out_now(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    out = capsys.readouterr().out
    assert "起付线：超过（正好不算） 2,000 元" in out
    assert "多一分就够｜可以申请｜500 到 5,000 元" in out
