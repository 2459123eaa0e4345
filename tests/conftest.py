"""What tests share: the shipped knowledge, published once, and a bot with real state on a clock that the test sets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.chat import Clock
from bot.config import Config, load
from bot.conversation import Bot
from bot.publishing import Published, publish
from bot.publishing import load as load_published
from bot.state.keys import Keys
from bot.state.store import State

# How long an example takes tells of the machine, not of the code: time is measured in benchmarks/.
settings.register_profile("bot", deadline=None)
settings.load_profile("bot")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the shipped content is published."""
    data = tmp_path_factory.mktemp("var")
    publish(ROOT / "knowledge" / "content", data)
    return data


@pytest.fixture(scope="session")
def published(data_dir: Path) -> Published:
    """The shipped content, compiled and trained."""
    return load_published(data_dir)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped content with few phrases, quickly learnt, published: `content` and `var`."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(ROOT / "knowledge" / "content", folder / "content")
    for path in (folder / "content" / "phrases").glob("*.txt"):
        lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        path.write_text("\n".join(lines[:8]) + "\n", "utf-8")
    publish(folder / "content", folder / "var")
    return folder


@pytest.fixture
def make_bot(published: Published, tmp_path: Path) -> Iterator[Callable[..., Bot]]:
    """A bot on state of its own; `make_bot()` twice on one path is a restart."""
    opened: list[State] = []

    def make(
        path: Path = tmp_path / "state.db", clock: Clock | None = None, config: Config | None = None
    ) -> Bot:
        config = config or load(ROOT / "config.toml", {}, {"data": tmp_path})
        state = State.open(path, Keys.load(tmp_path, {}))
        opened.append(state)
        bot = Bot(config, state, lambda: published, clock or Clock())
        state.publish_events(published.knowledge.events, bot.clock())
        return bot

    yield make
    for state in opened:
        state.close()


@pytest.fixture
def content_copy(tmp_path: Path) -> Path:
    """The shipped content, to be broken at will."""
    return Path(shutil.copytree(ROOT / "knowledge" / "content", tmp_path / "content"))
