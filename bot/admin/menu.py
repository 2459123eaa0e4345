"""公众号菜单: seen as in WeChat, each button with what the bot takes it for; changed, and given to the account."""

from __future__ import annotations

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line, signed
from bot.admin.guard import me, only
from bot.admin.office import Office
from bot.files import replace_file
from bot.state.outbox import Tokens
from knowledge.menu import ABOVE, BAR, FILE, Button, as_toml, read_menu, wrong_with

#: WeChat's errcodes whose cause the staff can do something about.
REFUSALS = {
    40013: "AppID 不对。",
    40125: "AppSecret 不对。",
    40164: "这台服务器的地址不在公众号的 IP 白名单里。",
    48001: "这个公众号没有自定义菜单的权限（个人号、没认证的号不行）。",
    45009: "今天推送的次数用完了，明天再试。",
}

log = logging.getLogger("bot.admin")


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/menu`."""
    content, credentials = office.config.content, office.config.credentials

    def page(menu: tuple[Button, ...], words: str = "", wrong: list[str] | None = None) -> str:
        return render_template(
            "admin/menu.html",
            menu=menu,
            meant={button.says: _meant(office, button.says) for one in menu for button in one.above},
            bar=BAR,
            above=ABOVE,
            words=words,
            wrong=wrong or [],
            may_push=bool(credentials.secret),
        )

    @blueprint.get("/menu")
    def menu() -> ResponseReturnValue:
        menu, problems = read_menu(content)
        return page(menu, wrong=[one.advice for one in problems])

    @blueprint.post("/menu")
    def set_menu() -> ResponseReturnValue:
        given = _given()
        if wrong := wrong_with(given):
            return page(given, wrong=wrong), 400
        replace_file(content / FILE, as_toml(given).encode())
        signed(office, me().name)
        office.admins.record("menu", f"{me().name}: saved", office.clock())
        return redirect(url_for("admin.menu"))

    @blueprint.post("/menu/push")
    @only("管理")
    def push() -> ResponseReturnValue:
        menu, problems = read_menu(content)
        if problems or not menu or not credentials.secret:
            return page(menu, wrong=[one.advice for one in problems] or ["现在还不能推送。"]), 400
        from bot.wechat_api import Api, NotSent  # brings an HTTP client that answering needs not

        try:
            Api(credentials.appid, credentials.secret, Tokens(office.state, office.clock)).set_menu(menu)
        except NotSent as refusal:
            log.error("menu not pushed: errcode %d", refusal.code)
            return page(menu, wrong=[refused(refusal.code)]), 502
        office.admins.record("menu", f"{me().name}: pushed", office.clock())
        return page(menu, "已经推到公众号，几分钟后大家就能看到；取消关注再关注可以马上看到。")


def refused(code: int) -> str:
    """Why the menu did not arrive, for the staff."""
    return f"微信没有收下（{code}）。{REFUSALS.get(code, '请过一会儿再试，或者请维护的人看一下。')}"


def _meant(office: Office, says: str) -> str:
    """What the bot takes a button's words for, in words; "" where it would ask back or say that it is not ours."""
    published = office.published()
    match = published.matcher.match(says, office.clock())
    return published.knowledge.text(f"labels.{match.intent}") if match.decision == "answer" else ""


def _given() -> tuple[Button, ...]:
    """The form's menu; rows left empty are none."""
    menu = []
    for at in range(BAR):
        name = one_line(request.form.get(f"name{at}", ""), 20).replace("：", "").replace(":", "")
        above = []
        for row in range(ABOVE):
            title = one_line(request.form.get(f"name{at}-{row}", ""), 20).replace("：", "").replace(":", "")
            if title:
                says = one_line(request.form.get(f"says{at}-{row}", ""), 100)
                above.append(Button(title, says or title))
        if name or above:
            menu.append(Button(name, above=tuple(above)))
    return tuple(menu)
