"""A new version answers a few messages before anybody hears it: what services work out once is worked out by then."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.config import Config
from bot.conversation import Bot, respond
from bot.publishing import Published
from bot.state.keys import Keys
from bot.state.store import State
from intents.types import Message

#: One for each service that keeps something for a version: stations their search, claims and events their words.
SAID = (
    "定海附近的驿站",
    "住院花了三千能报多少",
    "有什么活动",
    "我报名的活动",
    "困难补助怎么申请",
    "今天天气怎么样",
)


def rehearse(config: Config, published: Published, *, clock: Callable[[], datetime]) -> None:
    """Let `published` answer on a state that is thrown away. With 5,000 stations the first answer takes 0.1 s."""
    with tempfile.TemporaryDirectory() as folder:
        state = State.open(Path(folder) / "state.db", Keys(bytes(32)))
        try:
            state.publish_events(published.knowledge.occasions, clock())
            bot = Bot(config, state, lambda: published, clock)
            for number, text in enumerate(SAID):
                respond(bot, Message(secrets.token_hex(4), str(number), "text", clock(), text=text))
        finally:
            state.close()
