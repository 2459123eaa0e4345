"""An event in several sessions and groups: each has its own time and places, and one person comes to one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from event_case import Talk, compiled, rewrite_events, write_sessions

from bot.conversation import Bot
from bot.publishing import Published
from bot.state.door import roster
from intents.event_sessions import sessions_said
from knowledge.base import Event

ROWS = [
    ("e03", "1", "周六场", "", "2027-03-20 14:00", "2027-03-20 15:30", "2"),
    ("e03", "2", "周日场", "", "2027-03-21 09:00", "2027-03-21 10:30", "1"),
    ("e03", "3", "晚上场", "", "2027-03-24 18:30", "2027-03-24 20:00", "30"),
    ("e11", "m", "", "会员", "", "", "2", "", "", "是"),
    ("e11", "o", "", "非会员", "", "", "1"),
]


@pytest.fixture
def talk(content_copy: Path, tmp_path: Path, published: Published, make_bot: Callable[..., Bot]) -> Talk:
    """The taiji class on three days, the afternoon for families in two groups."""
    rewrite_events(content_copy, {"e03": {"名额": ""}, "e11": {"名额": ""}})
    write_sessions(content_copy, ROWS)
    return Talk(compiled(published, content_copy, tmp_path / "k.db"), make_bot, "2026-11-23T10:00")


def test_a_session_is_chosen_by_number_and_shown_wherever_the_place_is(talk: Talk) -> None:
    talk.plays(
        "小李",
        [
            (
                "太极课",
                "周六场 2027年3月20日|周日场 2027年3月21日|可以报名，还有 33 个名额|· 周日场：可以报名，还有 1 个名额",
            ),
            ("报太极课", "要选一下场次|周六场|周日场|晚上场"),
            ("2", "周日场|姓名和联系手机号"),
            ("李丽 19900000411", "报上了“示例太极体验课（周日场）”|2027年3月21日（周日）09:00"),
            ("我的报名", "示例太极体验课（周日场）|3月21日"),
        ],
    )
    assert [one.name for one in roster(talk.bot.state, "e03~2")] == ["李丽"]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("报太极课第二场 王小舟 19900000412", "周日场）”"),
        ("太极课周日那场帮我报一下 王小舟 19900000412", "周日场）”"),
        ("报太极课晚上的 王小舟 19900000412", "晚上场）”"),
        ("报名太极课 3月20号那场 王小舟 19900000412", "周六场）”"),
        ("报亲子手工，我不是会员 王小舟 19900000412", "（非会员）”"),
        ("报亲子手工 非会员 王小舟 19900000412", "（非会员）”"),
        ("报亲子手工 王小舟 19900000412", "是哪一组"),
    ],
)
def test_a_session_said_outright_is_not_asked_for(talk: Talk, said: str, wanted: str) -> None:
    assert wanted in talk.says("小王", said)


def test_name_and_number_given_before_the_session_are_kept(talk: Talk) -> None:
    talk.plays(
        "小陈",
        [
            ("报太极课 陈大海 19900000413", "要选一下场次"),
            ("要钱吗", "免费|要选一下场次"),
            ("周六的吧", "报好了！陈大海报上了“示例太极体验课（周六场）”"),
        ],
    )


def test_each_session_has_its_own_places_and_its_own_line(talk: Talk) -> None:
    talk.says("甲", "报太极课第二场 王一 19900000414")
    talk.plays(
        "乙",
        [
            ("报太极课周日场", "名额满了，可以先排候补|周六场、晚上场"),
            ("王二 19900000415", "候补|第 1 位"),
        ],
    )
    talk.plays("甲", [("太极课不去了", "已经取消")])
    talk.plays("乙", [("我的报名", "周日场|已报上")])


def test_one_person_comes_to_one_session(talk: Talk) -> None:
    talk.says("甲", "报太极课第二场 王一 19900000414")
    talk.plays(
        "甲",
        [
            ("报太极课周六场 王一 19900000414", "已经报过“示例太极体验课（周日场）”"),
            ("给别人报太极课", "要选一下场次"),
            ("周六场 王二 19900000414", "报好了！王二"),
            (
                "周日那场退了",
                "已经取消：示例太极体验课（周日场）（王一）|还留着：示例太极体验课（周六场）（王二）",
            ),
        ],
    )


SPOKEN = [
    ("第三场", ["晚上场"]),
    ("礼拜天的", ["周日场"]),
    ("周末", ["周六场", "周日场"]),
    ("下午那个", ["周六场"]),
    ("随便", ["周六场", "周日场", "晚上场"]),
]


@pytest.mark.parametrize(("said", "wanted"), SPOKEN)
def test_what_words_tell_of_a_session(talk: Talk, said: str, wanted: list[str]) -> None:
    knowledge = talk.bot.published().knowledge
    event = knowledge.event("e03")
    assert isinstance(event, Event)
    assert [one.session for one in sessions_said(said, None, knowledge.sessions_of(event))] == wanted


def test_a_place_is_changed_for_one_at_another_session(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("报太极课周日场 王一 19900000416", "报好了"),
            ("换到晚上场行不行", "可以换|换到示例太极体验课（晚上场）"),
            ("1", "换好了！王一从“示例太极体验课（周日场）”换到了“示例太极体验课（晚上场）”"),
            ("那把晚上的退了 报周六的", "换到了“示例太极体验课（周六场）”"),
        ],
    )
    talk.says("乙", "报太极课周日场 王二 19900000417")
    talk.plays("甲", [("换到周日", "没有换|名额满了|还给您留着"), ("我的报名", "周六场|-周日场")])


def test_another_session_may_be_named_while_signing_up(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("报太极课周日场", "周日场）”"),
            ("还是周六的吧", "周六场）”"),
            ("王一 19900000418", "报上了“示例太极体验课（周六场）”"),
            ("晚上的还有吗", "示例太极体验课（晚上场）|还有 30 个名额"),
        ],
    )


def test_any_session_is_one_that_has_places(talk: Talk) -> None:
    talk.plays("甲", [("报太极课", "要选一下场次"), ("随便哪场都行", "（周六场）”")])


def test_a_group_is_asked_about_by_its_name(talk: Talk) -> None:
    talk.plays(
        "甲",
        [
            ("亲子手工会员组还有吗", "示例亲子手工（会员）|还有 2 个名额"),
            ("我是会员 报名 刘芳 19900000419", "报上了“示例亲子手工（会员）”|-您还问到"),
        ],
    )


def test_a_place_that_becomes_free_before_he_says_yes_to_the_line_is_his(talk: Talk) -> None:
    talk.says("甲", "报太极课周日场 王一 19900000410")
    talk.plays("乙", [("报太极课周日场 王二 19900000409", "要排吗")])
    talk.says("甲", "太极课不去了")
    talk.plays("乙", [("轮到我没", "报好了！王二|-还差一步")])
