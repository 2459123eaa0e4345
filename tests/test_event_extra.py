"""What an event asks beside name and telephone: checked as it is given, kept sealed, shown on the roster alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat import Clock, message_from
from bot.conversation import Bot, respond
from bot.publishing import Published
from bot.roster import as_csv
from bot.state.door import roster
from bot.wechat import plain_text
from intents.event_extra import read
from knowledge.base import Knowledge
from knowledge.compiler import compile_content
from knowledge.questions import Question, questions_of

ASKED = "孩子年级:年级、尺码:S/M/L、同来几人：数字、同意拍照:同意、备注"

ANSWERS = [
    ("grade", "三年级", "三年级"),
    ("grade", "3", "三年级"),
    ("grade", "他上小学二年级了", "二年级"),
    ("grade", "初二", "初二"),
    ("grade", "幼儿园大班", "幼儿园大班"),
    ("grade", "初八", None),
    ("grade", "王小舟", None),
    ("number", "2", "2"),
    ("number", "两个人", "2"),
    ("number", "一共３个", "3"),
    ("number", "很多", None),
    ("number", "2 3", None),
    ("consent", "同意", "同意"),
    ("consent", "可以的", "同意"),
    ("consent", "不同意", "不同意"),
    ("consent", "不可以", "不同意"),
    ("consent", "拍什么", None),
    ("text", " 花生过敏。", "花生过敏"),
    ("text", "", None),
]


@pytest.mark.parametrize(("kind", "text", "wanted"), ANSWERS)
def test_an_answer_is_read_as_its_kind_wants(kind: str, text: str, wanted: str | None) -> None:
    assert read(Question("问", kind), text) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"), [("M", "M"), ("要xl的", "XL"), ("我要Ｌ", "L"), ("最大的", None), ("S或M", None)]
)
def test_one_of_several_is_chosen_by_its_name(text: str, wanted: str | None) -> None:
    assert read(Question("尺码", "choice", ("S", "M", "L", "XL")), text) == wanted


@pytest.fixture
def asking(content_copy: Path, tmp_path: Path, published: Published) -> Published:
    """The shipped events, of which the first asks everything."""
    table = content_copy / "events.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[0].append("另问")
    for number, row in enumerate(rows[1:]):
        row.append("" if number else ASKED)
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    compile_content(content_copy, tmp_path / "knowledge.db")
    return replace(published, knowledge=Knowledge(tmp_path / "knowledge.db"))


def test_the_chat_asks_one_thing_after_another_and_the_roster_shows_it(
    asking: Published, make_bot: Callable[..., Bot]
) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    bot.published = lambda: asking
    bot.state.publish_events(asking.knowledge.events, clock())
    assert len(questions_of(asking.knowledge.events[0])) == 5
    talk = [
        ("报健步走 王小舟 19900000317", "孩子年级"),
        ("不知道", "孩子年级"),
        ("要钱吗", "免费"),
        ("三年级", "尺码"),
        ("2", "同来几人"),
        ("2", "同意拍照"),
        ("同意", "备注"),
        ("花生过敏", "报好了！王小舟"),
        ("手机号改成19900000318", "改好了"),
    ]
    for number, (said, wanted) in enumerate(talk):
        reply = plain_text(respond(bot, message_from(said, "worker", str(number), clock())))
        assert wanted in reply, (said, reply)
    guests = roster(bot.state, asking.knowledge.events[0].id)
    lines = list(csv.reader(io.StringIO(as_csv(guests).decode("utf-8-sig"))))
    assert lines[0][-5:] == ["孩子年级", "尺码", "同来几人", "备注", "同意拍照"]
    assert lines[1][2] == "19900000318"
    assert lines[1][-5:] == ["三年级", "M", "2", "花生过敏", "同意"]


def test_who_does_not_consent_is_not_signed_up(asking: Published, make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    bot.published = lambda: asking
    bot.state.publish_events(asking.knowledge.events, clock())
    reply = ""
    for number, said in enumerate(["报健步走 王小舟 19900000317", "3", "S", "1", "不同意"]):
        reply = plain_text(respond(bot, message_from(said, "worker", str(number), clock())))
    assert "没有报上" in reply
    assert roster(bot.state, asking.knowledge.events[0].id) == []
