"""`run.py admin`: the accounts of the staff's screen, for who has the server in hand."""

from __future__ import annotations

import argparse
from datetime import datetime

from bot.admin.passwords import generated, hashed
from bot.chat import SHANGHAI
from bot.config import ConfigError
from bot.state.admins import Admins, Role
from bot.terminal import say, settings
from bot.worker import open_state

#: Who does it, in the audit trail.
OPERATOR = "服务器命令行"


def admin(options: argparse.Namespace) -> int:
    """Open, list, renew and take away accounts."""
    config = settings(options)
    if options.act != "list" and not (options.name or "").strip():
        raise ConfigError("NAME", "nothing", "the name of the person, e.g. 王芳")
    state = open_state(config, config.data)
    try:
        return _act(Admins(state), options.act, (options.name or "").strip(), options.role)
    finally:
        state.close()


def _act(admins: Admins, act: str, name: str, role: Role) -> int:
    now = datetime.now(SHANGHAI)
    accounts = {one.name: one for one in admins.all()}
    if act == "list":
        for one in accounts.values():
            print(f"{one.name}\t{one.role}\t{one.added_at:%Y-%m-%d}")
        return 0
    if act == "add" and name in accounts:
        say(f"已经有「{name}」的账号了；换密码请用：run.py admin password {name}")
        return 1
    if act != "add" and name not in accounts:
        say(f"没有「{name}」的账号。现有：{'、'.join(accounts) or '一个也没有'}")
        return 1
    if act == "remove":
        admins.remove(name, OPERATOR, now)
        say(f"「{name}」的账号已删除。")
        return 0
    password = generated()
    admins.put(name, role if act == "add" else None, hashed(password), OPERATOR, now)
    say(f"「{name}」的密码（只显示这一次，登录后请改掉）：")
    print(password)
    return 0
