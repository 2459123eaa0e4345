"""News told without being asked, where the account may: one process sends, each piece once; what fails waits for a reply."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.config import Config
from bot.state import outbox
from bot.state.outbox import Tokens
from bot.state.store import State
from bot.state.work import Say

#: How often the sender looks, and how long it stays the sender without looking.
LOOK_SECONDS = 2.0
LEASE = timedelta(seconds=60)

log = logging.getLogger("bot.outbound")

#: Sends a text to an openid; raises NotSent.
Tell = Callable[[str, str], None]


def start(config: Config, state: State, say: Callable[[], Say], clock: Callable[[], datetime]) -> None:
    """Remind people of their day; and where the configuration says so, send news; in a thread of its own."""
    credentials = config.credentials  # a demo has no secret
    tell: Tell | None = None
    if config.wechat.outbound != "none" and credentials.secret:
        from bot.wechat_api import Api  # brings an HTTP client that answering needs not

        tell = Api(credentials.appid, credentials.secret, Tokens(state, clock)).tell
    threading.Thread(
        target=_keep_sending, args=(state, say, clock, tell), daemon=True, name="outbound"
    ).start()


def _keep_sending(
    state: State, say: Callable[[], Say], clock: Callable[[], datetime], tell: Tell | None
) -> None:
    holder, pause = secrets.token_hex(8), threading.Event()
    while not pause.wait(LOOK_SECONDS):
        try:
            now = clock()
            if outbox.lease(state, "outbound", holder, now, LEASE):
                outbox.remind(state, now)
                if tell is not None:
                    send(state, say(), clock, tell)
        except Exception as error:  # a busy database, an unknown answer: it is tried again
            log.error("nothing sent: %s", type(error).__name__)


def send(state: State, say: Say, clock: Callable[[], datetime], tell: Tell) -> int:
    """Send what waits and may be sent; returns how many arrived."""
    from bot.wechat_api import NotSent

    arrived = 0
    for one in outbox.claim(state, clock(), say):
        try:
            tell(one.openid, one.text)
        except NotSent as refusal:
            log.warning("news %d not sent: errcode %d", one.id, refusal.code)
            outbox.settle(state, one.id, refusal.code, clock())
        else:
            outbox.settle(state, one.id, None, clock())
            arrived += 1
    return arrived
