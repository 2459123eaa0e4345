"""`run.py keys rotate`: people's data under a new key."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import datetime

from bot.state import rotation
from bot.state.database import StateError
from bot.state.keys import KeyProblem, Keys, decoded
from bot.terminal import say, settings
from bot.wechat import SHANGHAI


def keys(options: argparse.Namespace) -> int:
    """Rotate the data key: of the key file, or from BOT_DATA_KEY to BOT_DATA_KEY_NEW."""
    config = settings(options)
    database = config.data / "state.db"
    if not database.is_file():
        say(f"{database}：还没有数据，不用换密钥。")
        return 1
    now = datetime.now(SHANGHAI)
    try:
        if os.environ.get("BOT_DATA_KEY", "").strip():
            old, new = Keys.load(config.data, os.environ), _new_key(os.environ)
            rotation.rotate(database, old, new, now)
            say("已换密钥。现在把 BOT_DATA_KEY 换成 BOT_DATA_KEY_NEW 的值，再启动机器人。")
        else:
            rotation.finish(config.data, database)  # one that was cut short
            rotation.rotate_file(config.data, database, now)
            say("已换密钥，新密钥在数据文件夹的 data.key，请另存一份。")
    except (StateError, KeyProblem) as error:
        say(str(error))
        return 1
    say(
        "请马上运行 run.py backup，并删除以前的备份：它们还是旧密钥的。以前发出的签到码失效，“我的报名”里有新的。"
    )
    return 0


def _new_key(environ: Mapping[str, str]) -> Keys:
    given = environ.get("BOT_DATA_KEY_NEW", "")
    if not given.strip():
        raise KeyProblem("BOT_DATA_KEY_NEW：请放进新的密钥（32 字节，base64 或十六进制）")
    return Keys(decoded(given.strip(), "BOT_DATA_KEY_NEW"))
