"""What many say in the same minute is understood once, and nothing is remembered for longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.hearing import REMEMBERED, Minute, words_of
from bot.wechat import SHANGHAI
from intents.minute import once_a_minute
from intents.types import Match, Message

NOON = datetime(2026, 11, 23, 12, 0, 20, tzinfo=SHANGHAI)


class Listener:
    """Understands nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime]] = []

    def match(self, text: str, now: datetime) -> Match:
        self.asked.append((text, now))
        return Match(text, "oos", "refuse", 0.0, ())


def test_what_is_worked_out_of_words_is_forgotten_as_the_minute_ends() -> None:
    worked_out: list[str] = []

    @once_a_minute
    def length(text: str) -> int:
        worked_out.append(text)
        return len(text)

    minute = Minute(Listener().match)
    minute.match("报名", NOON)
    assert (length("报名"), length("报名"), worked_out) == (2, 2, ["报名"])
    minute.match("报名", NOON + timedelta(minutes=1))
    assert (length("报名"), worked_out) == (2, ["报名", "报名"])


def test_what_a_thousand_write_in_a_minute_is_understood_once() -> None:
    listener = Listener()
    minute = Minute(listener.match)

    matches = {id(minute.match("报名", NOON + timedelta(seconds=n % 40))) for n in range(1000)}

    assert len(matches) == 1
    assert listener.asked == [("报名", NOON.replace(second=0))]


def test_the_next_minute_is_another_one_for_tonight_and_tomorrow() -> None:
    listener = Listener()
    minute = Minute(listener.match)

    minute.match("今晚还开吗", NOON)
    minute.match("今晚还开吗", NOON + timedelta(minutes=1))

    assert [now.minute for _, now in listener.asked] == [0, 1]


def test_no_more_than_so_many_texts_are_remembered() -> None:
    listener = Listener()
    minute = Minute(listener.match)

    for number in range(REMEMBERED + 1):
        minute.match(str(number), NOON)
    minute.match("0", NOON)

    assert len(listener.asked) == REMEMBERED + 2  # the first was forgotten to make room


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("外 卖 员 自 付 八 千", "外卖员自付八千"),
        ("1 9 8 0", "1980"),
        ("5️⃣", "5"),
        ("王小舟 19900000000", "王小舟 19900000000"),
        ("定海 充电", "定海 充电"),
        ("a b", "a b"),
    ],
)
def test_what_is_spelled_out_or_a_key_is_heard_as_words(typed: str, heard: str) -> None:
    assert words_of(Message("openid", "1", "text", NOON, text=typed)) == heard
