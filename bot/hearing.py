"""What a message is heard as: the match of its words, or the label that they name outright."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.publishing import Published
from intents.matcher import Matcher
from intents.minute import REMEMBERED, forget
from intents.types import LABELS, Match, Message
from knowledge.base import Knowledge

#: Dictated with a pause after each character: 外 卖 员.
SPELLED_OUT = re.compile(r"(?:\S ){3,}\S")
#: What makes a digit a key, as in 5️⃣: nothing to the understanding.
KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")

NOTHING = Match("", "oos", "refuse", 0.0, ())
PLACE = Match("", "station_find", "answer", 1.0, (("station_find", 1.0),))

#: Matcher.match, or what stands for it.
Understand = Callable[[str, datetime], Match]


class Minute:
    """A matcher that works out once what many say in the same minute: a menu key, 「报名」 in a rush.

    Nothing depends on the second. What was said is forgotten when the next minute's first text comes; nobody's name
    was with it.
    """

    def __init__(self, understand: Understand) -> None:
        self._understand = understand
        self._minute: datetime | None = None
        self._matches: dict[str, Match] = {}

    def match(self, text: str, now: datetime) -> Match:
        """What `text` means in the minute of `now`."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute or len(self._matches) >= REMEMBERED:
            self._minute, self._matches = minute, {}
            forget()
        matches = self._matches  # another thread may begin a new minute
        if text not in matches:
            matches[text] = self._understand(text, minute)
        return matches[text]


def words_of(message: Message) -> str:
    """What the worker said, or what his tap on the menu says for him."""
    words = (message.event_key if message.kind == "event" else message.text).translate(KEYCAP)
    return words.replace(" ", "") if SPELLED_OUT.fullmatch(words) else words


def hear(message: Message, now: datetime, published: Published) -> Match:
    """What `message` wants."""
    return PLACE if message.kind == "location" else hear_text(words_of(message), now, published)


#: 「不是活动 是看病报销」: what he says after it is what he wants.
NO_EVENTS = re.compile(
    "^[不没]{1,2}(?:是|要|问|报|说|想)?(?:问|要|说|报|找)?(?:活动|报名)(?:的事|的)?[,，。、 ]+"
    "(?:而?是|我?(?:是|问|要|想|说)+)?(?=.{2})"
)


#: 「谢谢 对了你们工会在哪上班」: what comes after the thanks is what he wants.
THANKS_FIRST = re.compile(
    "^[好哦嗯行的,，。 ]*(?:谢谢|多谢|感谢)(?:你们?|您|侬|啊|了|哈|啦|师傅|老师)*[,，。!！ ]+(?:对了|还有|另外|再问(?:一下|下|个)?|顺便(?:问下)?)[,，。 ]*(?=.{4})"
)


def hear_text(text: str, now: datetime, published: Published) -> Match:
    """What `text` wants: a tapped choice, a menu key, the title of a topic or an event names its label outright."""
    if not text.strip():
        return NOTHING
    text = THANKS_FIRST.sub("", NO_EVENTS.sub("", text.strip()))
    match = _minute_of(published.matcher).match(text, now)
    named = _titles(published.knowledge).get(text.strip())
    return replace(match, intent=named, decision="answer", confidence=1.0, also=()) if named else match


@lru_cache(maxsize=2)
def _minute_of(matcher: Matcher) -> Minute:
    return Minute(matcher.match)


@lru_cache(maxsize=4)
def _titles(knowledge: Knowledge) -> dict[str, str]:
    labels = {knowledge.text(f"labels.{label}"): label for label in LABELS} | {one: one for one in LABELS}
    topics = {answer.title: answer.label for answer in knowledge.answers}
    return topics | {event.title: "event_list" for event in knowledge.events} | labels
