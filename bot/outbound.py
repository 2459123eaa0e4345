"""News told without being asked, where the account may: one process sends, each piece once; what fails waits for a reply."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Config, WeChat
from bot.state import outbox
from bot.state.outbox import Outgoing, Tokens
from bot.state.store import State
from bot.state.work import Say

#: How often the sender looks, and how long it stays the sender without looking.
LOOK_SECONDS = 2.0
LEASE = timedelta(seconds=60)

if TYPE_CHECKING:
    from bot.wechat_api import Api

log = logging.getLogger("bot.outbound")

#: Sends a piece of news; raises NotSent.
Tell = Callable[[Outgoing], None]


def start(config: Config, state: State, say: Callable[[], Say], clock: Callable[[], datetime]) -> None:
    """Remind people of their day; and where the configuration says so, send news; in a thread of its own."""
    credentials = config.credentials  # a demo has no secret
    how, tell = config.wechat, None
    if (how.outbound != "none" or how.notice != "none") and credentials.secret:
        from bot.wechat_api import Api  # brings an HTTP client that answering needs not

        tell = teller(Api(credentials.appid, credentials.secret, Tokens(state, clock)), how)
    late = how.notice != "none"
    threading.Thread(
        target=_keep_sending, args=(state, say, clock, tell, late), daemon=True, name="outbound"
    ).start()


def teller(api: Api, how: WeChat) -> Tell:
    """Sends a piece of news by the way that the account has: a customer-service text, else a notice."""
    fields = [one.split("=") for one in how.notice_fields.split()]

    def tell(one: Outgoing) -> None:
        from bot.wechat_api import NotSent

        if how.outbound == "customer_service" and one.recent:
            try:
                return api.tell(one.openid, one.text)
            except NotSent as refusal:
                if how.notice == "none" or not refusal.code:  # where nobody knows, it may have arrived
                    raise
        words = {name: one.facts[fact] for name, fact in fields}
        return api.notify(one.openid, how.notice, how.notice_template, words)

    return tell


def _keep_sending(
    state: State, say: Callable[[], Say], clock: Callable[[], datetime], tell: Tell | None, late: bool
) -> None:
    holder, pause = secrets.token_hex(8), threading.Event()
    while not pause.wait(LOOK_SECONDS):
        try:
            now = clock()
            if outbox.lease(state, "outbound", holder, now, LEASE):
                outbox.remind(state, now)
                if tell is not None:
                    send(state, say(), clock, tell, late)
        except Exception as error:  # a busy database, an unknown answer: it is tried again
            log.error("nothing sent: %s", type(error).__name__)


def send(state: State, say: Say, clock: Callable[[], datetime], tell: Tell, late: bool = False) -> int:
    """Send what waits and may be sent (`late`: also to who has been silent for long); returns how many arrived."""
    from bot.wechat_api import NotSent

    arrived = 0
    for one in outbox.claim(state, clock(), say, late=late):
        try:
            tell(one)
        except NotSent as refusal:
            log.warning("news %d not sent: errcode %d", one.id, refusal.code)
            outbox.settle(state, one.id, refusal.code, clock())
        else:
            outbox.settle(state, one.id, None, clock())
            arrived += 1
    return arrived
