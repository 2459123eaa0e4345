"""The phone's page and the three small answers that it asks for."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from math import cos, radians
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from bot.config import Config
from bot.phone.wire import Sent, message_id, message_xml, post, reply_of
from intents.types import Reply
from knowledge.base import Island
from knowledge.coordinates import to_gcj02

STATIC = Path(__file__).parent / "static"

#: The map is drawn flat around this latitude: x = longitude · cos, y = −latitude, in thousandths of a degree.
MAP_LATITUDE = 30.2
EAST = cos(radians(MAP_LATITUDE)) * 1000

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; base-uri 'none'"

#: What a page may send; anything else is refused.
KINDS = ("text", "voice", "image", "menu_click", "event", "location", "map_point")


def phone_blueprint(
    config: Config,
    islands: Callable[[], tuple[Island, ...]],
    answered: Callable[[str, str], Reply | None],
    explain: Callable[[str], list[str]],
) -> Blueprint:
    """The blueprint of `/phone/`.

    `answered(sender, message id)` is the reply with its reasons, `explain(text)` what in the words decided.
    """
    blueprint = Blueprint("phone", __name__, url_prefix="/phone")
    webhook = f"http://{_own_host(config)}:{config.server.port}/wechat"

    @blueprint.get("/")
    def page() -> Response:
        return send_from_directory(STATIC, "index.html")

    @blueprint.get("/<path:name>")
    def static(name: str) -> Response:
        return send_from_directory(STATIC, name)

    @blueprint.get("/settings.json")
    def settings() -> Response:
        return jsonify(mode=config.server.mode)

    @blueprint.get("/islands.json")
    def outlines() -> Response:
        return jsonify(
            [{"name": one.name, "rings": [_flat(ring) for ring in one.rings_wgs84]} for one in islands()]
        )

    @blueprint.post("/send")
    def send() -> tuple[Response, int] | Response:
        asked = request.get_json(silent=True)
        user = _user(asked)
        if user is None or not isinstance(asked, dict):
            return jsonify(error="看不懂这条消息"), 400
        sender = str(asked["from"])[:60]
        # A copy keeps the number and the time of the first delivery: the page sends them back.
        identity, at = (
            _whole(asked.get("id"), secrets.randbits(50)),
            _whole(asked.get("at"), int(time.time())),
        )
        encrypted = config.server.mode == "safe" or (
            config.server.mode == "compatible" and bool(asked.get("safe"))
        )
        try:
            sent = post(webhook, message_xml(user, sender, identity, at), config.credentials, at, encrypted)
        except OSError:
            return jsonify(error="服务器没有在 5 秒内回答"), 502
        reply = answered(sender, message_id(user, identity, at))
        said = str(user.get("text") or user.get("voice") or "")
        why = [*_why(reply), *(explain(said) if said else [])]
        return jsonify({**_shown(sent), "why": why, "id": identity, "at": at})

    @blueprint.after_request
    def guard(response: AnyResponse) -> AnyResponse:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @blueprint.app_errorhandler(404)
    def lost(_: Exception) -> AnyResponse | tuple[str, int]:
        return redirect("/phone/") if request.path == "/" else ("", 404)

    return blueprint


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**53 else default


def _own_host(config: Config) -> str:
    return "127.0.0.1" if config.server.host in ("0.0.0.0", "::", "localhost") else config.server.host


def _flat(ring: tuple[tuple[float, float], ...]) -> list[list[float]]:
    return [[round(lon * EAST, 2), round(-lat * 1000, 2)] for lon, lat in ring]


def _user(asked: Any) -> dict[str, Any] | None:
    """What the person did, as a message of WeChat knows it; None for what no phone can do."""
    if not isinstance(asked, dict) or not isinstance(asked.get("from"), str):
        return None
    user = asked.get("user")
    if isinstance(user, str):
        return {"text": user[:2000]}
    if not isinstance(user, dict) or not any(kind in user for kind in KINDS):
        return None
    if "map_point" in user or "location" in user:
        return _point(user)
    return {kind: str(value)[:2000] for kind, value in user.items() if kind in KINDS}


def _point(user: dict[str, Any]) -> dict[str, Any] | None:
    """A location in GCJ-02, from the map (drawn in WGS-84) or typed."""
    try:
        first, second = (float(number) for number in user.get("map_point") or user["location"])
    except (TypeError, ValueError):
        return None
    if "map_point" in user:
        lon, lat = to_gcj02(first / EAST, -second / 1000)
        return {"location": (lat, lon)}
    return {"location": (first, second)}


def _shown(sent: Sent) -> dict[str, Any]:
    shown = sent.xml if sent.wire == sent.xml else f"{sent.wire}\n\n（解开以后）\n{sent.xml}"
    return {**reply_of(sent.received), "sent": shown, "received": sent.received, "status": sent.status}


def _why(reply: Reply | None) -> list[str]:
    if reply is None:
        return ["这条消息不用回答。"]
    return [f"按 {reply.intent} 回答" if reply.intent else "按正在办的事回答", *reply.why]
