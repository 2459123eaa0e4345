"""What one worker process holds: the state opened here, the version served, and what it does by itself."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask

from bot import create_app, outbound, publishing
from bot.admin import admin_blueprint
from bot.admin.office import Office, load_secret
from bot.config import Config
from bot.conversation import Bot, respond
from bot.door_page import door_blueprint
from bot.pages import pages_blueprint
from bot.phone import phone_blueprint
from bot.rehearsal import rehearse
from bot.state import figures
from bot.state.keys import Keys
from bot.state.rotation import finish as finish_rotation
from bot.state.store import Keeping, State
from bot.tally import Tally
from bot.turn import in_turn
from bot.webhook import read_signed
from bot.wechat import SHANGHAI, Account
from intents.matcher import Matcher

#: How long a version that is being loaded keeps the interpreter from a message.
STEP_SECONDS = 0.0002
#: How soon a worker notices that another version was published.
LOOK_SECONDS = 0.5
#: How often what is no longer needed is erased.
PURGE_EVERY = timedelta(minutes=1)

#: How often what was counted is written down.
COUNT_EVERY = timedelta(seconds=5)

#: What the parent loaded before it forked, by version: its pages are shared by all workers.
_matchers: dict[str, Matcher] = {}

log = logging.getLogger("bot.worker")


class Latest:
    """The version served; `refresh` exchanges it whole, and keeps the last good one."""

    def __init__(
        self,
        load: Callable[[], publishing.Published],
        newest: Callable[[], str],
        rehearse: Callable[[publishing.Published], None] = lambda published: None,
    ) -> None:
        self._load = load
        self._rehearse = rehearse
        self._newest = newest
        self._current = load()
        self._refused = ""

    def __call__(self) -> publishing.Published:
        return self._current

    def refresh(self) -> None:
        """Load the version that was published last, where it is another one than the one served."""
        newest = self._newest()
        if newest in (self._current.version, self._refused):
            return
        try:
            with _in_small_steps():
                loaded = self._load()
                self._rehearse(loaded)
            self._current = loaded
            del loaded
            publishing.give_back()
            log.info("serving version %s", self._current.version)
        except Exception as error:  # a half-copied or foreign version must not stop the one that works
            self._refused = newest
            log.error("version %s cannot be loaded: %s", newest, type(error).__name__)


@contextmanager
def _in_small_steps() -> Iterator[None]:
    """Let messages have the interpreter back at once.

    A message lets it go at each of its ten statements; while a version is loaded beside it, each time it would wait
    for 5 ms until it is its turn again. Nor is garbage searched among what is being loaded, which stops everybody.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(STEP_SECONDS)
    try:
        with publishing.no_collections():
            yield
    finally:
        sys.setswitchinterval(usual)


def open_state(config: Config, data: Path) -> State:
    """The state database in `data`, made where there is none, with its keys."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    finish_rotation(data, data / "state.db")
    keeping = Keeping(copies_minutes=config.conversation.copies_minutes)
    return State.open(data / "state.db", Keys.load(data, os.environ), keeping)


def load_before_fork(config: Config) -> None:
    """Load in the parent what its workers can share. Its database is closed again: none may cross a fork."""
    with suppress(Exception):  # what is wrong there, the workers meet and report
        current = publishing.load(config.data, levels=config.matcher)
        _matchers[current.version] = current.matcher


def application(config: Config, ready: Callable[[], bool]) -> Flask:
    """Everything that a worker needs to answer, loaded; called in the worker itself."""
    latest = Latest(
        partial(publishing.load, config.data, _matchers, config.matcher),
        partial(publishing.current_version, config.data),
        partial(rehearse, config, clock=lambda: datetime.now(SHANGHAI)),
    )
    _matchers.clear()  # or it would stay when another version is served
    publishing.give_back()
    state = open_state(config, config.data)
    state.publish_events(
        latest().knowledge.occasions, datetime.now(SHANGHAI)
    )  # a restored state may not know them
    bot, tally = Bot(config, state, latest, lambda: datetime.now(SHANGHAI)), Tally()
    threading.Thread(target=_keep_house, args=(latest, state, tally), daemon=True, name="house").start()
    outbound.start(config, state, lambda: latest().knowledge.text, bot.clock)
    apology = latest().knowledge.text("talk.failed")
    phone = phone_blueprint(
        config,
        lambda: latest().knowledge.islands,
        state.answered,
        lambda text: latest().matcher.explain(text, datetime.now(SHANGHAI)),
    )
    app = create_app(config, tally.counting(partial(respond, bot)), phone=phone, ready=ready, apology=apology)
    if config.server.public_url:
        app.register_blueprint(pages_blueprint(lambda: latest().knowledge, bot.clock))
        url = config.server.public_url
        app.register_blueprint(door_blueprint(state, lambda: latest().knowledge, bot.clock, url))
    if config.admin.shown:
        secret = load_secret(config.data, os.environ)
        app.register_blueprint(admin_blueprint(Office(config, state, latest, bot.clock, secret)))
    read = partial(read_signed, Account.of(config))
    app.wsgi_app = in_turn(app.wsgi_app, state.turn, "/wechat", read)  # type: ignore[assignment]
    return app


def _write_down(tally: Tally, state: State, now: datetime) -> None:
    if counts := tally.taken():
        try:
            figures.add(state, counts, now)
        except Exception as error:
            log.error("figures lost: %s", type(error).__name__)


def _keep_house(latest: Latest, state: State, tally: Tally) -> None:
    """Look for another version, write down what was counted, erase what is no longer needed; for ever."""
    pause = threading.Event()
    counted = purged = datetime.min.replace(tzinfo=SHANGHAI)
    while not pause.wait(LOOK_SECONDS):
        latest.refresh()
        now = datetime.now(SHANGHAI)
        if now - counted > COUNT_EVERY:
            counted = now
            _write_down(tally, state, now)
        if now - purged > PURGE_EVERY:
            purged = now
            try:
                state.purge(now)
            except Exception as error:  # a busy database is purged a minute later
                log.error("nothing purged: %s", type(error).__name__)
