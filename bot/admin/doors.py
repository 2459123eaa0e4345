"""Log-in and log-out. Who guesses waits ever longer; who logged in here before is not kept waiting by others."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from bot.admin.guard import SESSION, session_hash
from bot.admin.office import Office
from bot.admin.passwords import is_right

DEVICE = "union_device"
DEVICE_SECONDS = 400 * 86400

#: Wrong passwords that cost nothing: from one address or one known device, and for one account from anywhere unknown.
FROM_ONE, FOR_ONE = 5, 50


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/login` and `/admin/logout`."""

    @blueprint.route("/login", methods=["GET", "POST"])
    def log_in() -> ResponseReturnValue:
        if request.method == "GET":
            return _door(office, "")
        name, now = request.form.get("name", "").strip()[:40], office.clock()
        sources = _sources(office, name)
        wait = max(office.admins.wait(source, free, now) for source, free in sources)
        if wait:
            return _door(office, f"试错太多次了，请过 {_words(wait)}再试。"), 429
        if not is_right(request.form.get("password", ""), office.admins.password_of(name)):
            for source, _ in sources:
                office.admins.failed(source, now)
            return _door(office, "姓名或密码不对。"), 403
        for source, _ in sources:
            office.admins.succeeded(source, now)
        return _let_in(office, name)

    @blueprint.post("/logout")
    def log_out() -> ResponseReturnValue:
        office.admins.end(session_hash(request.cookies.get(SESSION, "")), office.clock())
        response = redirect(url_for("admin.log_in"))
        response.delete_cookie(SESSION, path="/admin")
        return response


def _door(office: Office, words: str) -> str:
    return render_template("admin/login.html", words=words, nobody=not office.admins.all())


def _let_in(office: Office, name: str) -> Response:
    token = secrets.token_urlsafe(32)
    office.admins.begin(session_hash(token), name, office.clock())
    response = redirect(url_for("admin.today"))
    device = secrets.token_urlsafe(16)
    signed = f"{device}.{office.sign('device', name, device)}"
    secure = office.config.server.public_url.startswith("https:")
    for cookie, value, seconds in ((SESSION, token, None), (DEVICE, signed, DEVICE_SECONDS)):
        response.set_cookie(
            cookie, value, seconds, path="/admin", secure=secure, httponly=True, samesite="Strict"
        )
    return response


def _sources(office: Office, name: str) -> list[tuple[bytes, int]]:
    """What a wrong password is counted for: a device that `name` logged in from before answers for itself alone."""
    device, _, signature = request.cookies.get(DEVICE, "").partition(".")
    keys = office.state.keys
    if device and hmac.compare_digest(signature, office.sign("device", name, device)):
        return [(keys.hash("device", device), FROM_ONE)]
    return [(keys.hash("client", _client(office)), FROM_ONE), (keys.hash("account", name), FOR_ONE)]


def _client(office: Office) -> str:
    """The address that asks; behind a proxy the one that the proxy saw."""
    if office.config.admin.behind_proxy and request.access_route:
        return str(request.access_route[-1])
    return request.remote_addr or ""


def _words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} 秒" if seconds < 90 else f"{-(-seconds // 60)} 分钟"
