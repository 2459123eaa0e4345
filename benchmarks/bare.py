"""The floor: the smallest Flask + wechatpy account that answers, as wechatpy's examples write it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

from bot.config import Config


def load(config: Config, _ready: Callable[[], bool]) -> Flask:
    """An echo in the configured mode."""
    app = Flask(__name__)
    token, safe = config.credentials.token, config.server.mode == "safe"
    crypto = WeChatCrypto(token, config.credentials.aes_key, config.credentials.appid)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.post("/wechat")
    def wechat() -> str:
        query = request.args
        try:
            check_signature(token, query["signature"], query["timestamp"], query["nonce"])
            body = request.data
            if safe:
                signed = query["msg_signature"], query["timestamp"], query["nonce"]
                body = crypto.decrypt_message(body, *signed)
        except (InvalidSignatureException, InvalidAppIdException):
            abort(403)
        message = parse_message(body)
        xml = create_reply(message.content, message).render()
        return str(crypto.encrypt_message(xml, query["nonce"], query["timestamp"]) if safe else xml)

    return app
