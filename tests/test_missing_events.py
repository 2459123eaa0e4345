"""An event that people are signed up for is not lost by a row that goes: it can be cancelled or put off, not deleted."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from event_case import rewrite_events, write_sessions
from wechat_client import config

from bot.commands import main
from bot.commands_content import promise_of
from bot.missing import left_out
from bot.publishing import NoSuchVersion, current_version, preview, publish, read_draft, roll_back
from bot.state.publish import SignUpsLeft
from bot.state.store import State
from bot.worker import open_state
from intents.types import NoPlaceLeft
from knowledge.base import Event, Knowledge
from knowledge.compiler import ContentError
from tests.state_case import EVENT, NOW, Town

LATER = {"开始": "2099-06-01 09:00", "结束": "2099-06-01 11:00", "报名截止": "2099-05-01 17:00"}


@pytest.fixture
def content(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small / "content", tmp_path / "content"))


@pytest.fixture
def data(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small / "var", tmp_path / "var"))


def delete(content: Path, event: str) -> None:
    """Take an event's row out of events.csv, as an admin does in Excel."""
    table = content / "events.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] != event]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def publishes(content: Path, data: Path) -> None:
    publish(content, data, promise=promise_of(config(data=data)))


@contextmanager
def opened(data: Path) -> Iterator[State]:
    with closing(open_state(config(data=data), data)) as state:
        yield state


def signs_up(data: Path, event: str, *names: str) -> None:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    with opened(data) as state, state.transaction("worker", now, True, say=str) as tx:
        tx.signups.sign_up(event, names, "19900000431")


@pytest.fixture
def walk(content: Path, data: Path) -> str:
    """Two people are signed up for e01; the id of the version that has it."""
    rewrite_events(content, {"e01": LATER})
    publishes(content, data)
    signs_up(data, "e01", "李丽", "王小舟")
    return current_version(data)


def told(content: Path, data: Path) -> str:
    """What publishing says is wrong; the version served stays, and the screen shows the same as a draft's error."""
    before = current_version(data)
    with pytest.raises(ContentError) as refused:
        publishes(content, data)
    assert current_version(data) == before
    assert [one["advice"] for one in read_draft(data)["problems"]] == [
        one.advice for one in refused.value.problems
    ]
    return str(refused.value)


def test_a_row_deleted_while_people_are_signed_up_is_refused(
    content: Path, data: Path, walk: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (content / "events.csv").read_bytes()
    delete(content, "e01")
    wanted = (
        "events.csv「编号」：少了活动 e01“示例健步走”：已有 2 人报名（含候补），不能删。"
        "请放回这一行；不办了就在「取消」填 是，发布后再删"
    )
    assert told(content, data) == wanted
    assert main(["check", "--content", str(content), "--data", str(data)]) == 1
    assert wanted in capsys.readouterr().out
    (content / "events.csv").write_bytes(before)
    publishes(content, data)
    assert not read_draft(data), "put back, nothing is wrong any more"


def test_without_the_look_into_the_state_their_places_would_be_nowhere(
    content: Path, data: Path, walk: str
) -> None:
    delete(content, "e01")
    publish(content, data)
    left = Knowledge(data / "versions" / current_version(data) / "knowledge.db").occasions
    assert [(one.id, one.signups) for one in left_out(data, left)] == [("e01", 2)]


def test_sessions_given_afterwards_are_refused_with_their_row(content: Path, data: Path, walk: str) -> None:
    rewrite_events(content, {"e01": {"名额": ""}})
    write_sessions(
        content,
        [
            ("e03", "1", "周六场", "", "2099-03-20 14:00", "2099-03-20 15:30", "2"),
            ("e01", "1", "上午场", "", "2099-06-01 09:00", "2099-06-01 11:00", "9"),
        ],
    )
    rewrite_events(content, {"e03": {"名额": ""}})
    assert told(content, data) == (
        "sessions.csv 第 3 行 A 列「活动编号」：活动 e01“示例健步走” 已有 2 人报名（含候补），"
        "报的是不分场次的，现在不能再分场次。请另加一个活动来分场次"
    )


def test_a_session_deleted_is_refused_by_its_name(content: Path, data: Path) -> None:
    rewrite_events(content, {"e03": {"名额": ""}})
    both = [
        ("e03", "1", "周六场", "", "2099-03-20 14:00", "2099-03-20 15:30", "2"),
        ("e03", "2", "周日场", "", "2099-03-21 14:00", "2099-03-21 15:30", "2"),
    ]
    write_sessions(content, both)
    publishes(content, data)
    signs_up(data, "e03~2", "李丽")
    write_sessions(content, both[:1])
    assert told(content, data).startswith(
        "sessions.csv「场次编号」：少了场次 e03~2“示例太极体验课（周日场）”"
    )
    write_sessions(content, both[1:])
    publishes(content, data)  # nobody is signed up for the other one


def test_cancelled_and_told_it_may_go(content: Path, data: Path, walk: str) -> None:
    rewrite_events(content, {"e01": {"取消": "是"}})
    publishes(content, data)
    delete(content, "e01")
    publishes(content, data)
    assert not read_draft(data)


def test_a_draft_shows_it_before_it_is_published(
    content: Path, data: Path, walk: str, tmp_path: Path
) -> None:
    delete(content, "e01")
    preview(content, data, tmp_path / "draft")
    report = (tmp_path / "draft" / "report.json").read_text("utf-8")
    assert "少了活动 e01" in report
    assert not (tmp_path / "draft" / "matcher.npz").exists(), "it cannot be published"


def test_going_back_to_before_the_event_is_refused(content: Path, data: Path) -> None:
    whole = (content / "events.csv").read_bytes()
    delete(content, "e01")
    publishes(content, data)
    without = current_version(data)
    (content / "events.csv").write_bytes(whole)
    rewrite_events(content, {"e01": LATER})
    publishes(content, data)
    signs_up(data, "e01", "李丽")
    with pytest.raises(NoSuchVersion, match="e01“示例健步走”（1 人）"):
        roll_back(without, content, data, promise_of(config(data=data)))
    assert current_version(data) != without


def test_what_nobody_holds_may_go_and_takes_nobody_any_more(tmp_path: Path) -> None:
    """A server that still has the version before asks the state, which knows."""
    town = Town(tmp_path)
    town.state.replace_events([], NOW)
    with pytest.raises(NoPlaceLeft):
        town.joins("李丽")
    town.state.replace_events([EVENT], NOW)  # the row is back
    assert town.joins("李丽")


def test_who_is_only_waiting_holds_an_event_too_and_who_cancelled_does_not(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.publish(quota=0)
    assert [one.status for one in town.joins("李丽")] == ["waiting"]
    with pytest.raises(SignUpsLeft, match="walk"):
        town.state.replace_events([], NOW)
    town.leaves("李丽")
    town.state.replace_events([], NOW)


def test_what_is_over_may_go(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.joins("李丽")
    over = EVENT.ends_at or EVENT.starts_at
    assert isinstance(EVENT, Event) and over is not None
    with pytest.raises(SignUpsLeft):
        town.state.replace_events([], over - timedelta(seconds=1))
    town.state.replace_events([], over + timedelta(seconds=1))
