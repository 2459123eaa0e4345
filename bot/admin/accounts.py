"""账号: one's own password, and for the role 管理 everybody's account."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.guard import SESSION, me, only, session_hash
from bot.admin.office import Office
from bot.admin.passwords import SHORTEST, generated, hashed, is_right
from bot.state.admins import ROLES, LogIn, log_in_id


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/accounts`."""

    def page(words: str = "", status: int = 200) -> ResponseReturnValue:
        return render_template(
            "admin/accounts.html",
            everybody=office.admins.all(),
            roles=ROLES,
            log_ins=[one for one in _log_ins(office) if me().role == "管理" or one.name == me().name],
            here=log_in_id(session_hash(request.cookies.get(SESSION, ""))),
            words=words,
        ), status

    @blueprint.get("/accounts")
    def accounts() -> ResponseReturnValue:
        return page()

    @blueprint.post("/accounts/password")
    def own_password() -> ResponseReturnValue:
        password, name = request.form.get("password", ""), me().name
        if not is_right(request.form.get("before", ""), office.admins.password_of(name)):
            return page("原来的密码不对，没有改。", 400)
        if len(password) < SHORTEST:
            return page(f"新密码至少 {SHORTEST} 个字符，没有改。", 400)
        office.admins.put(name, None, hashed(password), name, office.clock())
        return redirect(url_for("admin.log_in"))

    @blueprint.post("/accounts/end")
    def end_log_in() -> ResponseReturnValue:
        """Anybody ends his own; 管理 ends anybody's."""
        wanted = request.form.get("id", "")
        whose = next((one.name for one in _log_ins(office) if one.id == wanted), None)
        if whose is None:
            return page("那边已经退出了。")
        if whose != me().name and me().role != "管理":
            abort(403)
        office.admins.end_one(wanted, me().name, office.clock())
        return page(f"{whose} 的那一次登录已经退出。")

    @blueprint.post("/accounts/add")
    @only("管理")
    def add_account() -> ResponseReturnValue:
        name = request.form.get("name", "").strip()[:40]
        role = next((one for one in ROLES if one == request.form.get("role")), None)
        if not name or role is None:
            return page("请填姓名、选角色。", 400)
        password = generated()
        office.admins.put(name, role, hashed(password), me().name, office.clock())
        return page(f"{name}（{role}）的密码是 {password} ，只显示这一次，请当面告诉本人，并请他登录后改掉。")

    @blueprint.post("/accounts/remove")
    @only("管理")
    def remove_account() -> ResponseReturnValue:
        name = request.form.get("name", "")
        if name == me().name:
            return page("不能删除自己的账号，请让另一位管理来删。", 400)
        try:
            office.admins.remove(name, me().name, office.clock())
        except KeyError:
            return page("没有这个账号，可能已经删掉了。", 400)
        return page(f"{name} 的账号已删除。")


def _log_ins(office: Office) -> list[LogIn]:
    return office.admins.log_ins(office.clock(), timedelta(minutes=office.config.admin.idle_minutes))
