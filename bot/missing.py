"""Events that people are signed up for and that content or a version has no more, told to the one who left them out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.state import publish
from bot.state.database import connect_to_read
from bot.state.publish import Held
from bot.wechat import SHANGHAI
from knowledge.base import Event, whole_id
from knowledge.problems import Problem
from knowledge.schema import EVENTS, SESSIONS, Table
from knowledge.tables import Row, file_of, read_table


def left_out(data: Path, events: Sequence[Event]) -> list[Held]:
    """What people are signed up for by the state in `data`, and is not among `events`."""
    path = data / "state.db"
    if not path.is_file():
        return []
    with closing(connect_to_read(path)) as connection:
        return publish.left_out(connection, events, datetime.now(SHANGHAI))


def missing(held: Sequence[Held], content: Path) -> list[Problem]:
    """An error for each of the events, in the file where it was or in the row that took its place."""
    return [_problem(one, content) for one in held]


def not_in_version(held: Sequence[Held]) -> str:
    """Why a version that lacks these events cannot be gone back to."""
    events = "、".join(f"{_named(one)}（{one.signups} 人）" for one in held)
    return f"这个版本里没有已经有人报名的活动：{events}。退回去，他们的报名就没有着落了，所以没有退回。要退，请先取消这些活动。"


def _problem(one: Held, content: Path) -> Problem:
    event, signups = whole_id(one.id), f"已有 {one.signups} 人报名（含候补）"
    if event != one.id:
        advice = (
            f"少了场次 {_named(one)}：{signups}，不能删。请放回这一行；不办了就在「取消」填 是，发布后再删"
        )
        return Problem(_file(SESSIONS, content), heading="场次编号", advice=advice)
    if rows := [row for row in _rows(SESSIONS, content) if row.values["event"] == event]:
        advice = f"活动 {_named(one)} {signups}，报的是不分场次的，现在不能再分场次。请另加一个活动来分场次"
        return rows[0].problem("event", advice)
    advice = f"少了活动 {_named(one)}：{signups}，不能删。请放回这一行；不办了就在「取消」填 是，发布后再删"
    return Problem(_file(EVENTS, content), heading="编号", advice=advice)


def _named(one: Held) -> str:
    return f"{one.id}“{one.title}”"


def _file(table: Table, content: Path) -> str:
    path = _path(table, content)
    return path.name if path else f"{table.name}.csv"


def _rows(table: Table, content: Path) -> list[Row]:
    path = _path(table, content)
    return read_table(path, table)[0] if path else []


def _path(table: Table, content: Path) -> Path | None:
    return file_of(table, content)[0] if content.is_dir() else None
