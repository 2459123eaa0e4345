"""Who says at once what he is and what he paid is asked three questions at most, however he answers them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from bot.conversation import Bot, respond
from intents.types import Message

WHO = ("跑闪送的", "农民工", "货运司机", "厂里正式工")
PAID = ("自己付了3400", "自付两千左右", "医保后自付1800", "总共花了两万")
ANSWERS = (("1", "3100"), ("不知道", "不知道"), ("报过的", "大概吧"), ("是的", "两千多"), ("嗯嗯", "啊"))

MOST = 3


def questions(bot: Bot, first: str, answers: tuple[str, ...]) -> int:
    """How many are asked until the verdict."""
    lines = [f"{first} 能报吗", *answers, *answers]
    for number, line in enumerate(lines):
        message = Message(f"{first}{answers}", f"{first}{answers}{number}", "text", bot.clock(), text=line)
        reply = respond(bot, message)
        if any(counted.startswith("claim ") for counted in reply.counts):
            return number
    return len(lines)


@pytest.mark.parametrize("answers", ANSWERS)
def test_three_questions_are_enough(answers: tuple[str, ...], make_bot: Callable[..., Bot]) -> None:
    bot = make_bot()
    asked = {f"{who} {paid}": questions(bot, f"{who} {paid}", answers) for who, paid in product(WHO, PAID)}
    assert {first: count for first, count in asked.items() if count > MOST} == {}
    assert any(asked.values())  # some are asked at all
