"""操作记录: who did what; a line that was changed afterwards shows."""

from __future__ import annotations

import re

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.admin.guard import only
from bot.admin.office import Office
from intents.types import LABELS

SHOWN = 300

#: The acts of the trail in the staff's words.
WORDS = {
    "log-in": "登录",
    "log-in ended": "让人退出登录",
    "account": "开通账号或换密码",
    "account removed": "删除账号",
    "unheard": "处理没听懂的话",
    "note": "处理留言",
    "publish": "发布",
    "check-in": "签到",
    "walk-in": "现场报名",
    "move": "改到别的活动",
    "taken out": "代为取消报名",
    "stopped": "停止报名",
    "reopened": "恢复报名",
    "told": "给报名的人留话",
    "roster": "下载名单",
    "rollback": "退回到以前的版本",
    "menu": "公众号菜单",
    "backup": "备份",
    "restore": "恢复备份",
    "key": "换数据密钥",
    "erase": "删除一个人的信息",
}


#: What a line of the trail is about, as it is written down and as the staff read it.
TOLD = (
    (r"quota None", "名额不限"),
    (r"quota (\d+)", r"名额 \1"),
    (r", elsewhere 0", ""),
    (r", elsewhere (\d+)", r"，别处已占 \1"),
    (r", cancelled False", ""),
    (r", cancelled True", "，已取消"),
    (r", promoted 0", ""),
    (r", promoted (\d+)", r"，候补转正 \1 人"),
    (r"(\d+) files$", r"\1 个文件"),
    (r"struck off (\d+)$", r"不用管 \1 条"),
    (r"taught (\w+) (\d+)$", r"教会「\1」\2 句"),
    (r"answered (\d+)$", r"写了回答，\1 条"),
    (r"saved$", "保存"),
    (r"pushed$", "推到公众号"),
    (r"(\d+) done$", r"\1 号办好了"),
    (r"(\d+) open again$", r"\1 号重新打开"),
    (r"(\d+) erased again$", r"再次删除 \1 人"),
    (r"one worker$", "一位职工"),
    (r": [0-9a-f]{16}$", ""),
    (r" to ", " 改到 "),
)


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/trail`."""

    @blueprint.get("/trail")
    @only("管理")
    def trail() -> ResponseReturnValue:
        acts, broken = office.state.trail()
        knowledge = office.published().knowledge
        names = {one.id: one.title for one in (*knowledge.events, *knowledge.occasions)}
        names |= {label: knowledge.text(f"labels.{label}") for label in LABELS}
        return render_template(
            "admin/trail.html",
            acts=acts[: -SHOWN - 1 : -1],
            broken=broken,
            all=len(acts),
            acts_in_words=WORDS,
            told=lambda about: _told(about, names),
        )


def _told(about: str, names: dict[str, str]) -> str:
    for written, read in TOLD:
        about = re.sub(written, read, about)
    return re.sub(r"[\w-]+", lambda word: names.get(word[0], word[0]), about, flags=re.ASCII)
