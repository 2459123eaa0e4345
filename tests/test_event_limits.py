"""Who may come, how often, and with whom: said before anything is asked where it is known, else asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from event_case import Talk, compiled, rewrite_events

from bot.conversation import Bot
from bot.publishing import Published
from bot.state.door import Desk, roster
from intents.event_extra import fitting, read
from knowledge.questions import NotAKind, Question, parse

CELLS = {
    "e01": {"限制": "年龄:18-60", "可带家属": "1", "每次可报人数": "5"},
    "e03": {"限制": "工作区域:定海区/普陀区", "可带家属": "0"},
    "e11": {"限制": "孩子年级:一年级-三年级", "另问": "尺码:S/M/L、同意拍照:同意"},
    "e04": {"类别": "大讲堂", "每人限报": "同类每月一次", "开始": "2027-04-23 18:30"},
    "e05": {
        "类别": "大讲堂",
        "每人限报": "同类每月一次",
        "开始": "2027-04-10 18:30",
        "结束": "2027-04-10 20:00",
    },
}


@pytest.fixture
def talk(content_copy: Path, tmp_path: Path, published: Published, make_bot: Callable[..., Bot]) -> Talk:
    rewrite_events(content_copy, {**CELLS, "e05": {**CELLS["e05"], "报名截止": "2027-04-05 17:00"}})
    return Talk(compiled(published, content_copy, tmp_path / "k.db"), make_bot, "2026-11-23T10:00")


def test_a_limit_is_told_with_the_event_and_before_the_name(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("健步走", "年龄：18岁到60岁|每位职工最多带 1 名家属"),
            ("报健步走", "年龄：18岁到60岁"),
            ("王一 19900000421", "年龄"),
            ("45", "报好了！王一"),
        ],
    )


def test_what_is_said_outright_is_refused_at_once(talk: Talk) -> None:
    talk.plays("甲", [("我儿子16岁，给他报健步走", "限年龄：18岁到60岁|没有报上|12351|-姓名和联系")])
    talk.plays("乙", [("给老婆报太极课", "只限职工本人|没有报上")])
    talk.plays("丙", [("健步走 我和老婆还有两个孩子一共4个人报名", "最多带 1 名家属")])


def test_what_is_asked_and_does_not_fit_is_refused_kindly(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("报太极课 王一 19900000422", "工作区域|定海区|普陀区|我不在这里面"),
            ("3", "限工作区域：定海区、普陀区|没有报上|12351"),
            ("我的报名", "没有查到"),
        ],
    )


def test_each_of_several_is_asked_and_shown(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("报亲子手工 王小一、王小二 19900000423", "孩子年级（王小一）"),
            ("一年级", "尺码（王小一）"),
            ("M", "同意拍照，可以吗"),
            ("同意", "孩子年级（王小二）"),
            ("大班", "限孩子年级：一年级到三年级"),
            ("报亲子手工 王小一、王小二 19900000423", "孩子年级（王小一）"),
            ("一年级", "尺码"),
            ("M", "同意拍照"),
            ("同意", "孩子年级（王小二）"),
            ("三年级", "尺码（王小二）"),
            ("L", "王小一（孩子年级 一年级，尺码 M，同意拍照 同意）、王小二（孩子年级 三年级"),
            ("确认", "报好了！|尺码 L"),
            ("我的报名", "孩子年级 三年级"),
        ],
    )
    assert [one.answers["尺码"] for one in roster(talk.bot.state, "e11")] == ["M", "L"]


def test_one_of_a_kind_a_month(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("报读书会 王一 19900000424", "报好了"),
            ("报电工班 王一 19900000424", "王一已经报过“示例职工读书会”|一个月报一次"),
            ("报电工班 王二 19900000424", "报好了"),
        ],
    )


def test_who_is_moved_keeps_the_answers_that_fit(talk: Talk) -> None:
    for said in ("报亲子手工 王一 19900000425", "二年级", "M", "同意"):
        talk.says("甲", said)
    event = talk.bot.published().knowledge.event("e01")
    assert event is not None
    (guest,) = roster(talk.bot.state, "e11")
    assert fitting(event, guest.answers) == {}
    Desk(talk.bot.state, "王芳", talk.clock()).move(guest.id, "e01", lambda given: {"尺码": given["尺码"]})
    assert [one.answers for one in roster(talk.bot.state, "e01")] == [{"尺码": "M"}]


WRITTEN = [
    ("年龄:18-60", Question("年龄", "number", low=18, high=60)),
    ("年龄：18岁以上", Question("年龄", "number", low=18)),
    ("年级:一到六年级", Question("年级", "grade", low=4, high=9)),
    ("年级:大班-初二", Question("年级", "grade", low=3, high=11)),
    ("尺码:S/M/L", Question("尺码", "choice", ("S", "M", "L"))),
    ("备注", Question("备注", "text")),
]


@pytest.mark.parametrize(("written", "wanted"), WRITTEN)
def test_what_an_admin_may_write(written: str, wanted: Question) -> None:
    assert parse(written) == wanted


@pytest.mark.parametrize(
    ("written", "limit", "told"),
    [
        ("孩子年级:年及", False, "是不是“年级”"),
        ("人数:数子", False, "是不是“数字”"),
        ("年龄", True, "年龄:18-60"),
    ],
)
def test_a_misspelt_kind_is_told_with_what_was_meant(written: str, limit: bool, told: str) -> None:
    with pytest.raises(NotAKind, match=told):
        parse(written, limit)


SPOKEN = [("六十二", "62"), ("四十", "40"), ("38岁", "38"), ("我今年四十五了", "45")]


@pytest.mark.parametrize(("said", "wanted"), SPOKEN)
def test_an_age_is_read_as_it_is_said(said: str, wanted: str) -> None:
    assert read(Question("年龄", "number", low=18, high=60), said) == wanted


def test_whether_one_may_at_his_age_is_answered_by_the_limit(talk: Talk) -> None:
    talk.plays("甲", [("健步走", "年龄：18岁到60岁"), ("我62了能报吗", "限年龄：18岁到60岁|这次报不了")])
    talk.plays("乙", [("健步走", "年龄"), ("我45了能报吗", "对象：职工都可以参加；年龄：18岁到60岁")])


def test_a_town_counts_as_the_district_it_lies_in(talk: Talk) -> None:
    talk.plays("甲", [("报太极课 王一 19900000426", "工作区域"), ("我在临城上班", "报好了")])
    talk.plays("乙", [("报太极课 王二 19900000427", "工作区域"), ("岱山的", "限工作区域：定海区、普陀区")])


def test_what_was_said_before_is_not_asked_again(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("给我女儿报亲子手工 二年级", "女儿的姓名"),
            ("黄小美 19900000428", "尺码"),
            ("M", "同意拍照"),
            ("同意", "报好了！黄小美|孩子年级 二年级"),
        ],
    )
    talk.plays("乙", [("给我儿子报亲子手工 他上四年级", "限孩子年级：一年级到三年级|没有报上")])
