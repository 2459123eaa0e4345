"""Every conversation in tests/dialogues/*.txt, played to the bot from first to last line.

A file holds dialogues; each begins with its `# 标题`. Lines:
    小李: 我想报名            what 小李 types; 「小李（语音）: …」 speaks; 「小李（位置）: 29.98,122.21」 sends a location (GCJ-02)
    机器人: 请发 … 手机号     the reply contains these parts in this order
    机器人不说: 已报名        the reply to the line above does not contain it
    时间: 2026-12-01 09:00    sets the clock
    隔: 40                    so many minutes pass
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat import Clock, message_from
from bot.conversation import Bot, respond
from bot.wechat import plain_text

FOLDER = Path(__file__).parent / "dialogues"


def dialogues() -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                found.append((f"{path.stem}: {line[2:]}", []))
            elif line.strip():
                found[-1][1].append(line)
    return found


def user_of(kind: str, words: str) -> object:
    if kind == "语音":
        return {"voice": words}
    if kind == "位置":
        return {"location": [float(number) for number in words.split(",")]}
    if kind == "菜单":
        return {"menu_click": words}
    if kind:
        return {{"图片": "image", "关注": "event"}[kind]: "subscribe"}
    return words


def parts_in_order(reply: str, wanted: str) -> bool:
    at = 0
    for part in wanted.split("…"):
        found = reply.find(part.strip(), at)
        if found < 0:
            return False
        at = found + len(part.strip())
    return True


@pytest.mark.parametrize(("title", "lines"), dialogues(), ids=[title for title, _ in dialogues()])
def test_a_dialogue_goes_as_written(title: str, lines: list[str], make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    reply, said = "", 0
    for line in lines:
        who, words = (part.strip() for part in line.split(":", 1))
        if who == "时间":
            clock.set(words.replace(" ", "T"))
        elif who == "隔":
            clock.offset += timedelta(minutes=float(words))
        elif who == "机器人":
            assert parts_in_order(reply, words), f"{title}\nwanted: {words}\nreply:  {reply}"
        elif who == "机器人不说":
            assert words not in reply, f"{title}\nunwanted: {words}\nreply:  {reply}"
        else:
            said += 1
            name, _, kind = who.rstrip("）").partition("（")
            reply = plain_text(respond(bot, message_from(user_of(kind, words), name, f"{said}", clock())))
