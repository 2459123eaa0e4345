"""The edge: HTTP, WeChat, people's data."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, Response

from bot.config import Config
from bot.webhook import webhook_blueprint
from bot.wechat import Account
from intents.types import Message, Reply

#: Said only where no knowledge is at hand to say it better.
APOLOGY = "不好意思，刚才出了点小问题，请再发一次。"


def create_app(
    config: Config,
    answer: Callable[[Message], Reply],
    *,
    phone: Blueprint | None = None,
    ready: Callable[[], bool] = lambda: True,
    apology: str = APOLOGY,
) -> Flask:
    """The application: `/wechat`, `/healthz`, and the phone page where the configuration shows it.

    `ready` tells whether every worker can answer; `apology` is said when `answer` fails.
    """
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(webhook_blueprint(Account.of(config), answer, apology))

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n" if ready() else "starting\n", 200 if ready() else 503, mimetype="text/plain")

    if phone is not None and config.shows_phone:
        app.register_blueprint(phone)
    return app
