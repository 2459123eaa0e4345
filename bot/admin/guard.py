"""What stands before every page: who it is, the token of a POST, and the headers of every answer."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from bot.admin.office import Office
from bot.state.admins import Admin, Role

SESSION = "union_admin"

#: What a browser may load for a page: our own files, and nothing of anybody else.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

#: What is shown to whom has not logged in.
OPEN = ("admin.log_in", "admin.static")

Arguments = ParamSpec("Arguments")


def protect(blueprint: Blueprint, office: Office) -> None:
    """Let nobody in without logging in, no POST without its token, and nothing out without its headers."""

    @blueprint.before_request
    def who_is_it() -> ResponseReturnValue | None:
        g.admin = None
        token = request.cookies.get(SESSION, "")
        if token and request.endpoint != "admin.static":
            idle = timedelta(minutes=office.config.admin.idle_minutes)
            g.admin = office.admins.seen(session_hash(token), office.clock(), idle)
        g.token = office.sign("form", token)
        if request.method == "POST" and not hmac.compare_digest(request.form.get("token", ""), g.token):
            abort(400)
        if g.admin is None and request.endpoint not in OPEN:
            return redirect(url_for("admin.log_in"))
        return None

    @blueprint.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "admin.static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.errorhandler(400)
    def stale(_: Exception) -> ResponseReturnValue:
        return render_template("admin/sorry.html", words="这一页放得太久了，请返回、刷新后再点一次。"), 400

    @blueprint.errorhandler(403)
    def not_allowed(_: Exception) -> ResponseReturnValue:
        return render_template("admin/sorry.html", words="这一项只有「管理」角色可以用。"), 403


def session_hash(token: str) -> bytes:
    """What is kept of a session's cookie."""
    return hashlib.sha256(token.encode()).digest()


def only(
    role: Role,
) -> Callable[[Callable[Arguments, ResponseReturnValue]], Callable[Arguments, ResponseReturnValue]]:
    """Keep everybody else out of a page."""

    def keep(page: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, ResponseReturnValue]:
        @functools.wraps(page)
        def guarded(*arguments: Arguments.args, **named: Arguments.kwargs) -> ResponseReturnValue:
            if me().role != role:
                abort(403)
            return page(*arguments, **named)

        return guarded

    return keep


def me() -> Admin:
    """Who looks at the page."""
    admin: Admin = g.admin
    return admin
