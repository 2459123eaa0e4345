"""One route for WeChat: bytes in, bytes out. What goes wrong is logged without content, never shown.

The order of `receive`: signature, size, body, message, answer. Query strings and bodies are never logged.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from bot.delivery import Malformed
from bot.wechat import SHANGHAI, SUCCESS, Account, Delivery, Forbidden
from intents.types import Message, Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: A real delivery is well below; a text has at most 2,048 bytes.
BODY_BYTES = 16 * 1024

log = logging.getLogger("bot.webhook")


class TooLarge(Exception):
    """A body above BODY_BYTES."""


def webhook_blueprint(account: Account, answer: Callable[[Message], Reply], apology: str) -> Blueprint:
    """The blueprint that serves `/wechat` for `account`; `apology` is said when `answer` fails."""
    blueprint = Blueprint("webhook", __name__)

    @blueprint.get("/wechat")
    def verify() -> Response:
        try:
            return _plain(account.echo(request.args))
        except (Forbidden, Malformed) as refusal:
            return _refused(refusal)

    @blueprint.post("/wechat")
    def receive() -> Response:
        try:
            account.check(request.args)
            delivery = account.receive(request.args, _body(request.environ))
        except Forbidden as refusal:
            return _refused(refusal)
        except TooLarge:
            log.warning("refused: a body of more than %d bytes", BODY_BYTES)
            return _plain(b"", 413)
        except Malformed as fault:
            # WeChat would only send it again: it is received, and nothing is said.
            log.warning("malformed: %s", fault)
            return _plain(SUCCESS)
        return Response(_reply(account, delivery, answer, apology), mimetype="text/xml")

    return blueprint


def _reply(account: Account, delivery: Delivery, answer: Callable[[Message], Reply], apology: str) -> bytes:
    now = datetime.now(SHANGHAI)
    try:
        return account.render(answer(delivery.message), delivery, now)
    except (
        Exception
    ) as error:  # the one broad except: whatever fails, the worker gets a kind word and WeChat a 200
        log.error("message %s failed: %s", _hash(delivery.message), _where(error))
        sorry = Reply() if delivery.message.kind == "event" else Reply(apology)
        return account.render(sorry, delivery, now)


def read_signed(account: Account, environ: WSGIEnvironment) -> bytes | None:
    """The body, or a little more of it than the route takes; None where it refuses without reading."""
    try:
        first = reversed(parse_qsl(environ["QUERY_STRING"]))  # of a doubled field the first counts
        account.check(dict(first))
        return _read(environ)
    except (Forbidden, TooLarge):
        return None


def _body(environ: WSGIEnvironment) -> bytes:
    """The body, never more than BODY_BYTES of it. Raises TooLarge.

    Read from the server's stream itself: `request.data` would run the form parser, for 71 µs.
    """
    body = _read(environ)
    if len(body) > BODY_BYTES:
        raise TooLarge
    return body


def _read(environ: WSGIEnvironment) -> bytes:
    """As much as was announced; without a length (chunked) the server's stream ends by itself. Raises TooLarge."""
    length = environ.get("CONTENT_LENGTH", "")
    announced = int(length) if length.isdecimal() else BODY_BYTES + 1
    if length and announced > BODY_BYTES:
        raise TooLarge
    body: bytes = environ["wsgi.input"].read(announced)
    return body


def _refused(refusal: Exception) -> Response:
    log.warning("refused: %s", refusal)
    return _plain(b"", 403)


def _plain(body: bytes, status: int = 200) -> Response:
    return Response(body, status, mimetype="text/plain")


def _hash(message: Message) -> str:
    """What stands for a message in the log: nobody can tell the worker from it."""
    return hashlib.sha256(f"{message.sender}\0{message.id}".encode()).hexdigest()[:12]


def _where(error: Exception) -> str:
    """The exception's type and the line that raised it; its text may quote the worker."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__} in {frame.name}, line {frame.lineno} of {frame.filename.rpartition('/')[2]}"
    )
