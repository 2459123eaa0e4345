"""Saves that race, every other one broken: the last good version serves on. `python -m benchmarks.publishing` has 200."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from benchmarks.racing import ANSWER, ASKED, Race, met
from bot import config, publishing
from bot.conversation import Bot, respond
from bot.state.keys import Keys
from bot.state.store import State
from bot.watcher import watch
from bot.wechat import plain_text
from bot.worker import Latest
from intents.types import Message
from tests.state_case import NOW
from tests.test_webhook_server import wait_for

SAVES = 18
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def asking(answer: Callable[[], str], race: Race) -> Iterator[list[str]]:
    """Somebody asks without pause while the block runs; the wrong replies."""
    stop, wrong = threading.Event(), list[str]()
    count = [0]

    def ask() -> None:
        while not stop.wait(0.02):
            count[0] += 1
            try:
                reply = answer()
            except Exception as error:
                reply = f"{type(error).__name__}: {error}"
            if not race.is_right(reply):
                wrong.append(reply)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join()
    assert count[0] > 50


@pytest.fixture
def race(small: Path, tmp_path: Path) -> Race:
    content = Path(shutil.copytree(small / "content", tmp_path / "content"))
    shutil.copytree(small / "var", tmp_path / "var")
    return Race(content, seed=20261123, stand=(0.8, 1.6))


def test_saves_that_race_never_make_a_wrong_answer(race: Race, tmp_path: Path) -> None:
    data = tmp_path / "var"
    publishing.publish(race.content, data)
    state = State.open(tmp_path / "state.db", Keys(bytes(32)))
    latest = Latest(partial(publishing.load, data), partial(publishing.current_version, data))
    state.publish_events(latest().knowledge.occasions, NOW)
    bot = Bot(config.load(ROOT / "config.toml", {}, {"data": tmp_path}), state, latest, lambda: NOW)
    numbers = iter(range(10**6))

    def answer() -> str:
        latest.refresh()
        number = next(numbers)
        return plain_text(respond(bot, Message(f"worker-{number}", str(number), "text", NOW, text=ASKED)))

    def publish() -> bool:
        if publishing.needs_publishing(race.content, data):
            publishing.publish(race.content, data)
        return True

    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(race.content, publish, stop, 0.05))
    watcher.start()
    with met(data) as broken, asking(answer, race) as wrong:
        race.run(SAVES)
        last = race.save_good()
        wait_for(lambda: f"示例第{last}次好" in answer(), 20)
    stop.set()
    watcher.join()
    state.close()
    assert wrong == []
    assert race.broken >= SAVES // 3 and len(broken) >= 3, "it was met, not only passed over"


def test_the_control_who_reads_the_files_themselves_answers_wrongly(race: Race) -> None:
    with asking(lambda: (race.content / ANSWER).read_text("utf-8"), race) as wrong:
        race.run(9)
    assert len(wrong) > 10
