"""Words that must not be said keep a version from being published, and each place is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.banned import banned_in, read_banned
from knowledge.compiler import check_content

SAID = [
    ("参加了就包赔", "包赔"),
    ("参加了就包 赔", "包赔"),
    ("参加了就包·赔", "包赔"),
    ("VIP 通道", "vip"),
    ("一包棉花", ""),
]


@pytest.mark.parametrize(("text", "found"), SAID)
def test_a_word_is_found_however_it_is_spaced(text: str, found: str) -> None:
    assert banned_in(text, ("包赔", "vip")) == found


def test_every_place_is_told_by_file_row_and_column(content_copy: Path) -> None:
    """The control: without the list the same content is sound."""
    answer, table = content_copy / "answers" / "legal.md", content_copy / "events.csv"
    answer.write_text(answer.read_text(encoding="utf-8") + "这里保证无忧。\n", encoding="utf-8")
    table.write_bytes(table.read_bytes().replace("示例活动：".encode(), "保证无忧：".encode(), 1))
    assert not any(one.level == "error" for one in check_content(content_copy))
    (content_copy / "words" / "banned.toml").write_text('banned = ["保证无忧"]', encoding="utf-8")
    lines = len(answer.read_text(encoding="utf-8").splitlines())
    told = {(one.file, one.row, one.heading) for one in check_content(content_copy) if one.level == "error"}
    assert told == {("legal.md", lines, ""), ("events.csv", 2, "简介")}


SCHEMES = [
    ("补助由工会包赔", "补助由工会包赔", 'summary = "补助由工会包赔"', True),
    ("包 赔", "包赔", 'summary = "示例：包 赔"', True),
    ("最多", "最多", "", False),  # not written there: it is in the sentences that the rules are told with
    ("没有的话", "没有的话", "", None),
]


@pytest.mark.parametrize(("banned", "told", "line", "by_line"), SCHEMES)
def test_a_scheme_says_it_neither_in_its_file_nor_in_the_sentences_made_of_it(
    content_copy: Path, banned: str, told: str, line: str, by_line: bool | None
) -> None:
    path = content_copy / "schemes" / "example.toml"
    old = 'summary = "示例：演示规定怎么写，不是真的方案"'
    text = path.read_text(encoding="utf-8").replace("最多", "至多")
    assert old in text
    path.write_text(text.replace(old, line or old), encoding="utf-8")
    (content_copy / "words" / "banned.toml").write_text(f'banned = ["{told}"]', encoding="utf-8")
    found = [one for one in check_content(content_copy) if one.file == path.name]
    assert bool(found) == (by_line is not None)
    assert all(f"“{told}”是不能" in one.advice or f"有“{told}”" in one.advice for one in found)
    assert all((one.row is not None) == by_line for one in found)


@pytest.mark.parametrize("written", ["banned = 3", 'banned = ["甲", 4]', "banned = ["])
def test_a_list_that_cannot_be_read_is_told(content_copy: Path, written: str) -> None:
    (content_copy / "words" / "banned.toml").write_text(written, encoding="utf-8")
    words, problems = read_banned(content_copy)
    assert words == ()
    assert [one.file for one in problems] == ["banned.toml"]


def test_a_word_of_nothing_but_signs_bans_nothing(content_copy: Path) -> None:
    (content_copy / "words" / "banned.toml").write_text('banned = [" ", "-", "。"]', encoding="utf-8")
    assert read_banned(content_copy) == ((), [])
