"""The real server before a bot that only repeats: `python -m tests.echo_server PORT MODE`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from flask import Flask

from bot import create_app
from bot.config import Config, ConfigError
from bot.server import serve
from intents.types import Message, Reply
from tests.wechat_client import config


def repeat(message: Message) -> Reply:
    if message.text == "慢慢来":
        time.sleep(1)
    return Reply(f"{message.kind}：{message.text}")


def load(settings: Config, ready: Callable[[], bool]) -> Flask:
    return create_app(settings, repeat, ready=ready)


if __name__ == "__main__":
    # A spawned worker imports this file under another name, so the function is named by its real one.
    from tests import echo_server

    try:
        serve(config(sys.argv[2], port=int(sys.argv[1])), echo_server.load)
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
