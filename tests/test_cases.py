"""Case files stand beside the schemes: a row that comes out otherwise is told with its cell, and is not published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.cases import check_cases
from bot.chat import Clock, message_from
from bot.commands import main
from bot.conversation import Bot, respond
from bot.publishing import Published, current_version, publish
from knowledge.base import Knowledge
from knowledge.compiler import ContentError, compile_content

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

# ---------------------------------------------------------------- for who answers for the rules


def draft_of(folder: Path, old: str, new: str) -> Path:
    text = (SHIPPED / "schemes" / "mutual_aid.toml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "draft.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_draft_tells_which_rule_and_which_cases_it_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = draft_of(tmp_path, 'compare = "超过"', 'compare = "达到"')
    assert main(["rules", "--draft", str(draft)]) == 0
    out = capsys.readouterr().out
    assert "起付线：超过（正好不算） 2,000 元 → 达到（正好也算） 2,000 元" in out
    assert "案例：34 个，1 个结果不一样" in out
    assert "正好在线上不算超过：不符合｜起付线 → 可以申请｜500 到 5,000 元" in out


def test_a_draft_that_cannot_be_read_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = draft_of(tmp_path, "value = 60000", 'value = "很多"')
    assert main(["rules", "--draft", str(draft)]) == 1
    assert "draft.toml 第 42 行：「费用封顶线」：看不懂“很多”" in capsys.readouterr().err


def test_two_days_tell_what_changed_between_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--diff", "2026-03-20", "2026-08-20"]) == 0
    out = capsys.readouterr().out
    assert "补助标准：分档定额" in out and "→ 分段比例" in out
    assert "分档第一档：可以申请｜500 到 500 元 → 可以申请｜600 到 600 元" in out
    union = out[out.index("农民工医疗互助") :]
    assert "规定：0 条不一样\n案例：34 个，0 个结果不一样" in union


def test_the_trace_names_rule_figure_result_clause_source_and_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--trace"]) == 0
    out = capsys.readouterr().out
    line = "起付线 → 自己付 2,000.01 元 → 满足 → 个人自负费用超过 2,000 元（舟山市总工会工作报告，执行日期没有公布）"
    assert line in out
    assert "起付线 → 自己付 1,499.99 元 → 不满足 → 示例第四条：达到 1,500 元（示例办法（2025），2025-01-01 起）" in out


def test_cases_go_out_as_workbooks_and_come_back(content_copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["export", "--content", str(content_copy), "--to", str(out)]) == 0
    sheet = openpyxl.load_workbook(out / "cases" / "mutual_aid.xlsx").active
    assert '"新就业形态劳动者,农民工,其他"' in [one.formula1 for one in sheet.data_validations.dataValidation]
    shutil.copy(out / "cases" / "mutual_aid.xlsx", content_copy / "cases")
    twice = "一个方案的案例只能有一个文件，请移走多出来的"
    assert [one.advice for one in check_cases(content_copy)] == [twice, twice]
    (content_copy / "cases" / "mutual_aid.csv").unlink()
    assert check_cases(content_copy) == []


def test_a_row_of_a_workbook_is_told_with_its_cell(content_copy: Path, tmp_path: Path) -> None:
    main(["export", "--content", str(content_copy), "--to", str(tmp_path / "out")])
    book = openpyxl.load_workbook(tmp_path / "out" / "cases" / "example.xlsx")
    headings = [cell.value for cell in book.active[1]]
    row = {"身份": "农民工", "医保": "医保已报销", "自己付": 1499.99, "住院": date(2025, 8, 1), "结论": "可以申请"}
    cells = row | {"问的日子": date(2025, 8, 20)}
    book.active.append([cells.get(heading) for heading in headings])
    (content_copy / "cases" / "example.csv").unlink()
    book.save(content_copy / "cases" / "example.xlsx")
    [problem] = check_cases(content_copy)
    assert problem.row == book.active.max_row
    assert "「结论」：结论应是可以申请，算出来是不符合" in str(problem)


def test_a_version_with_a_later_date_is_tried_with_a_set_clock(
    published: Published, tmp_path: Path, make_bot: Callable[..., Bot]
) -> None:
    """What `chat --content DRAFT --at 2027-01-05` does; the matcher need not learn for it."""
    content = Path(shutil.copytree(SHIPPED, tmp_path / "content"))
    path = content / "schemes" / "mutual_aid.toml"
    later = '[[threshold]]\nvalue = 1500\nfrom = 2027-01-01\nclause = "示例"\nsource = "示例办法"\n\n[[ceiling]]'
    path.write_text(path.read_text(encoding="utf-8").replace("[[ceiling]]", later, 1), encoding="utf-8")
    compile_content(content, tmp_path / "later.db")
    bot = make_bot(clock=Clock())
    bot.published = lambda: replace(published, knowledge=Knowledge(tmp_path / "later.db"))
    said = {}
    for day in ("2026-12-31T20:00", "2027-01-05T20:00"):
        bot.clock.set(day)  # type: ignore[attr-defined]
        message = message_from("骑手 医保报完自己付了1800 能报吗", day, day, bot.clock())
        said[day[:4]] = respond(bot, message).text
    assert "还够不上" in said["2026"] and "要超过 2,000 元" in said["2026"]
    assert "可以申请" in said["2027"]
