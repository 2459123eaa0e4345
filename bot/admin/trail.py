"""操作记录: who did what; a line that was changed afterwards shows."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.admin.guard import only
from bot.admin.office import Office

SHOWN = 300

#: The acts of the trail in the staff's words.
WORDS = {
    "log-in": "登录",
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
    "rollback": "退回版本",
    "menu": "公众号菜单",
    "backup": "备份",
    "erase": "删除一个人的信息",
}


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/trail`."""

    @blueprint.get("/trail")
    @only("管理")
    def trail() -> ResponseReturnValue:
        acts, broken = office.state.trail()
        return render_template(
            "admin/trail.html",
            acts=acts[: -SHOWN - 1 : -1],
            broken=broken,
            all=len(acts),
            acts_in_words=WORDS,
        )
