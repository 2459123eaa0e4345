"""What tests of events share: the shipped events with other cells and sessions, and a worker who talks with the bot."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.chat import Clock, message_from
from bot.conversation import Bot, respond
from bot.publishing import Published
from bot.wechat import plain_text
from knowledge.base import Knowledge
from knowledge.compiler import compile_content

SESSIONS = ("活动编号", "场次编号", "场次", "分组", "开始", "结束", "名额", "已占名额", "对象", "仅限会员")


def rewrite_events(content: Path, changes: Mapping[str, Mapping[str, str]]) -> None:
    """Other cells in events.csv, by id and heading; new headings are added."""
    table = content / "events.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    headings = list(dict.fromkeys([*rows[0], *(one for cells in changes.values() for one in cells)]))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows({**row, **changes.get(row["编号"], {})} for row in rows)


def write_sessions(content: Path, rows: Sequence[Sequence[str]]) -> None:
    """sessions.csv with these rows, cells in the order of SESSIONS."""
    with (content / "sessions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([SESSIONS, *rows])


def compiled(published: Published, content: Path, target: Path) -> Published:
    """What a folder says, with the matcher of the shipped content."""
    compile_content(content, target)
    return replace(published, knowledge=Knowledge(target))


class Talk:
    """A bot that serves `published`, and what it says to each worker."""

    def __init__(self, published: Published, make_bot: Callable[..., Bot], now: str) -> None:
        self.clock = Clock()
        self.clock.set(now)
        self.bot = make_bot(clock=self.clock)
        self.bot.published = lambda: published
        self.bot.state.publish_events(published.knowledge.occasions, self.clock())
        self._messages = 0

    def says(self, worker: str, text: str) -> str:
        """The reply to one message, as a worker reads it."""
        self._messages += 1
        message = message_from(text, worker, str(self._messages), self.clock())
        return plain_text(respond(self.bot, message))

    def plays(self, worker: str, turns: Sequence[tuple[str, str]]) -> None:
        """What he says, and a part of each reply; 「-」 before a part: it must not be there."""
        for said, wanted in turns:
            reply = self.says(worker, said)
            for part in wanted.split("|"):
                assert (part[1:] not in reply) if part.startswith("-") else part in reply, (said, part, reply)
