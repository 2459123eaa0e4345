"""`run.py backup` and `run.py restore`."""

from __future__ import annotations

import argparse
from datetime import datetime

from bot import backups
from bot.state.database import StateError
from bot.state.keys import KeyProblem
from bot.terminal import say, settings
from bot.wechat import SHANGHAI


def backup(options: argparse.Namespace) -> int:
    """Make a backup now, or list those there are."""
    config = settings(options)
    if options.list:
        for one in backups.all_backups(config):
            print(f"{one.made_at:%Y-%m-%d %H:%M}  {one.size / 2**20:.1f} MB  {one.path}")
        return 0
    try:
        made = backups.make(config, datetime.now(SHANGHAI))
    except (StateError, KeyProblem, OSError) as error:
        say(str(error))
        return 1
    print(made.path)
    return 0


def restore(options: argparse.Namespace) -> int:
    """Bring back what a backup holds."""
    config = settings(options)
    try:
        again = backups.put_back(config, options.file, datetime.now(SHANGHAI))
    except (StateError, KeyProblem, OSError) as error:
        say(str(error))
        return 1
    say(f"已恢复。备份以后要求删除的 {again} 个人，已经再次删除。")
    return 0
