"""Events: how they stand at a moment, what a message calls them, who comes: tables to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.chat import Clock, message_from
from bot.conversation import Bot, respond
from bot.publishing import Published
from bot.state.store import State
from intents.event_list import show_events
from intents.event_named import named
from intents.event_people import bare_names, persons, wrong_phone
from intents.event_question import asked_about
from intents.event_view import moment_words, standing, standing_words, when_words
from intents.slots import SlotFinder
from intents.types import Context, Form, Match, Message, Session, Slot
from knowledge.base import Event

SHANGHAI = ZoneInfo("Asia/Shanghai")
MESSAGE = Message("worker", "1", "text", datetime(2026, 11, 23, tzinfo=SHANGHAI))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


EVENT = Event(
    id="x",
    title="示例活动",
    kind="户外",
    description="",
    place="新城",
    address="",
    starts_at=at("2026-12-06 14:00"),
    ends_at=at("2026-12-06 16:00"),
    signup_opens_at=at("2026-11-20 09:30"),
    signup_closes_at=at("2026-12-05 17:00"),
    quota=2,
    taken_elsewhere=0,
    waiting_list=False,
    people_per_signup=1,
    who="",
    members_only=False,
    fee="",
    contact="",
    retention_days=30,
)


class Told:
    """What a table says of the places, where the state would count them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def places_left(self, event_id: str) -> int:
        return self.left

    def waiting(self, event_id: str) -> int:
        return 3

    def stopped(self, event_id: str) -> bool:
        return False

    def mine(self) -> list[Any]:
        return []


@pytest.fixture
def heard(published: Published) -> Callable[..., Context]:
    """A context in which a worker has said something; slots are those that the finder finds."""
    finder = SlotFinder(published.knowledge)

    def hear(text: str, now: str = "2026-11-23 10:00", left: int = 5, intent: str = "event_list") -> Context:
        slots: tuple[Slot, ...] = finder.find(text, at(now))
        match = Match(text, intent, "answer", 1.0, ((intent, 1.0),), slots=slots)
        people: Any = None
        places: Any = Told(left)
        return Context(MESSAGE, match, Session(), published.knowledge, places, people, at(now))

    return hear


# ---------------------------------------------------------------- how an event stands

WAITS = replace(EVENT, waiting_list=True)


@pytest.mark.parametrize(
    ("event", "moment", "wanted"),
    [
        (EVENT, ("2026-11-20 09:29", 2), ("not_yet", "2026年11月20日（周五）09:30 开始报名")),
        (EVENT, ("2026-11-20 09:30", 2), ("open", "可以报名，还有 2 个名额")),
        (EVENT, ("2026-12-05 16:59", 1), ("open", "可以报名，还有 1 个名额")),
        (EVENT, ("2026-12-05 17:00", 1), ("closed", "2026年12月5日（周六）17:00 已截止报名")),
        (EVENT, ("2026-12-06 16:00", 1), ("over", "已经结束")),
        (EVENT, ("2026-11-25 09:00", 0), ("full", "名额满了，没有候补")),
        (WAITS, ("2026-11-25 09:00", 0), ("waiting", "名额满了，可以排候补（已有 3 人在等）")),
        (WAITS, ("2026-11-19 09:00", 0), ("not_yet", "2026年11月20日（周五）09:30 开始报名")),
        (replace(EVENT, cancelled=True), ("2026-11-25 09:00", 2), ("cancelled", "已取消")),
        (replace(EVENT, quota=None), ("2026-11-25 09:00", 0), ("open", "可以报名")),
        (replace(EVENT, ends_at=None), ("2026-12-06 14:00", 1), ("over", "已经结束")),
    ],
)
def test_an_event_stands_as_its_times_and_places_say(
    heard: Callable[..., Context], event: Event, moment: tuple[str, int], wanted: tuple[str, str]
) -> None:
    now, left = moment
    context = heard("", now, left)
    assert (standing(event, context), standing_words(event, context)) == wanted


@pytest.mark.parametrize(
    ("starts", "ends", "wanted"),
    [
        ("2026-12-06 14:00", "2026-12-06 16:00", "2026年12月6日（周日）14:00–16:00"),
        ("2026-12-06 14:00", "2026-12-07 16:00", "2026年12月6日（周日）14:00 到 2026年12月7日（周一）16:00"),
        ("2026-12-31 23:00", "2027-01-01 01:00", "2026年12月31日（周四）23:00 到 2027年1月1日（周五）01:00"),
        ("2026-12-06 14:00", None, "2026年12月6日（周日）14:00"),
        (None, None, "以通知为准"),
    ],
)
def test_the_time_names_the_second_day_only_where_there_is_one(
    heard: Callable[..., Context], starts: str | None, ends: str | None, wanted: str
) -> None:
    event = replace(EVENT, starts_at=at(starts) if starts else None, ends_at=at(ends) if ends else None)
    assert when_words(event, heard("")) == wanted


def test_a_moment_has_year_weekday_and_minute() -> None:
    assert moment_words(at("2027-01-03 09:05")) == "2027年1月3日（周日）09:05"


# ---------------------------------------------------------------- which event is meant


@pytest.mark.parametrize(
    ("text", "events", "near"),
    [
        ("健步走几点集合", ["e01"], []),
        ("毅行我也要报", ["e02"], []),
        ("太级拳报名", ["e03"], []),  # by its sound
        ("示例书法班", ["e09"], []),
        ("电工考证班要多少钱", ["e05"], []),
        ("相亲会我报一个", ["e12"], []),
        ("海岛摄影我要", [], ["e02"]),  # a part of the name only: to be asked about
        ("焊工技能比武啥时候报名", [], []),
        ("职工艺术节哪天", [], []),  # sounds like the end of 读书节 and is not
        ("瑜伽课", [], []),
        ("我要报名", [], []),
        ("暑托班收几年级", [], []),  # the one that is published is in winter
        ("寒托班收几年级", ["e13"], []),
    ],
)
def test_an_event_is_meant_only_where_nothing_of_its_name_is_left_over(
    heard: Callable[..., Context], text: str, events: list[str], near: list[str]
) -> None:
    found = named(heard(text))
    assert [one.id for one in found.events] == events
    assert [one.id for one in found.near] == near


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("有什么免费的活动", "e01", "e08"),
        ("定海有啥活动", "e03", "e02"),
        ("12月有什么活动", "e14", "e01"),
        ("有没有爬山的活动", "e02", "e09"),
        ("还有名额的有哪些", "e01", "e07"),
    ],
)
def test_a_list_holds_what_was_asked_for(
    heard: Callable[..., Context], text: str, wanted: str, unwanted: str
) -> None:
    context = heard(text)
    show_events(context)
    memory = context.session.memory["events"]
    listed = memory["shown"] + memory["rest"]
    assert wanted in listed and unwanted not in listed


def test_an_event_that_is_over_is_not_listed(heard: Callable[..., Context]) -> None:
    context = heard("有什么活动", now="2027-05-01 09:00")
    show_events(context)
    memory = context.session.memory["events"]
    days = [context.knowledge.event(one) for one in memory["shown"] + memory["rest"]]
    assert days and all(one and one.ends_at and one.ends_at.date() >= date(2027, 5, 1) for one in days)


# ---------------------------------------------------------------- questions and people


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("要钱吗", ["fee"]),
        ("在哪里 几点开始", ["when", "where"]),
        ("什么时候开始报名", ["left"]),
        ("还报得上吗 满了没", ["left"]),
        ("老师是谁", ["unwritten"]),
        ("好的", []),
    ],
)
def test_a_question_is_known_by_its_words(text: str, asked: list[str]) -> None:
    assert asked_about(text) == asked


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王小舟 19900000317", ["王小舟"]),
        ("林朵朵的妈妈 孙小梅 19900000688", ["孙小梅"]),
        ("陈师傅 19900000456", []),
        ("陈阿海、李小花", ["陈阿海", "李小花"]),
    ],
)
def test_a_person_is_who_comes(heard: Callable[..., Context], text: str, names: list[str]) -> None:
    assert persons(heard(text)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("阿依古丽·买买提", ["阿依古丽·买买提"]),
        ("我叫阿布都", ["阿布都"]),
        ("我的报名", []),
        ("不知道", []),
        ("手机号", []),
        ("排候补", []),
    ],
)
def test_a_name_that_no_list_knows_is_taken_where_a_name_is_awaited(
    heard: Callable[..., Context], text: str, names: list[str]
) -> None:
    context = heard(text, intent="oos")
    context.match = replace(context.match, decision="refuse", confidence=0.3)
    assert bare_names(context) == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1990000052", "10 位"),
        ("199000005211", "12 位"),
        ("1990000", "7 位"),
        ("12345678901", "不像手机号"),
        ("19900000521", ""),
        ("王小舟", ""),
    ],
)
def test_a_wrong_number_is_told_by_its_digits(heard: Callable[..., Context], text: str, said: str) -> None:
    context = heard(text)
    context.session.form = Form("events", "who")
    assert said in wrong_phone(context)
    assert bool(said) == bool(wrong_phone(context))


# ---------------------------------------------------------------- promises


def test_a_sign_up_records_the_consent_that_its_notice_asked_for(make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    state: State = bot.state
    say = bot.published().knowledge.text

    def consented() -> bool:
        with state.transaction("worker", clock(), say=say) as tx:
            return tx.people.consent("signup")

    assert not consented()
    for number, text in enumerate(["我要报名健步走", "王小舟 19900000317"]):
        assert not consented()
        respond(bot, message_from(text, "worker", str(number), clock()))
    assert consented()


def test_a_copy_of_the_last_message_takes_no_second_place(make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    say = bot.published().knowledge.text
    message = message_from("报名健步走 王小舟 19900000317", "worker", "same", clock())
    assert respond(bot, message) == respond(bot, message)
    with bot.state.transaction("worker", clock(), say=say) as tx:
        assert len(tx.signups.mine()) == 1
