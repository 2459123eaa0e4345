"""`run.py event cancel|postpone`: one row of the file is changed and published, and who signed up hears of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from event_case import rewrite_events, write_sessions

from bot.chat import Clock
from bot.commands_events import CHANGES, change
from bot.config import Config, ConfigError, load
from bot.publishing import load as load_published
from bot.state.store import State
from bot.worker import open_state
from knowledge.base import Event
from knowledge.edits import set_event

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def config(content_copy: Path, data_dir: Path, tmp_path: Path) -> Config:
    data = Path(shutil.copytree(data_dir, tmp_path / "data"))
    return load(ROOT / "config.toml", {}, {"data": data, "content": content_copy})


def event_of(config: Config) -> Event:
    event = load_published(config.data).knowledge.event("e01")
    assert event is not None
    return event


def news(state: State) -> list[str]:
    with state.transaction("甲", Clock()(), durable=True, say=lambda key, **_: key) as tx:
        return tx.people.news()


def test_cancelling_writes_the_row_publishes_and_leaves_news(config: Config) -> None:
    state, now = open_state(config, config.data), Clock()()
    state.publish_events([event_of(config)], now)
    with state.transaction("甲", now, durable=True, say=lambda key, **_: key) as tx:
        tx.signups.sign_up("e01", ["王一"], "19900000431")
    assert change(config, event_of(config), CHANGES["cancel"](event_of(config), [])) == 0
    assert event_of(config).cancelled
    assert news(state) == ["news.cancelled"]
    state.close()


def test_a_change_with_errors_is_put_back(config: Config) -> None:
    table = config.content / "events.csv"
    before = table.read_bytes()
    cells = {"开始": "2026-09-01 08:00", "结束": "2026-08-01 08:00"}
    assert change(config, event_of(config), cells) == 1
    assert table.read_bytes() == before


def test_postponing_keeps_how_long_it_lasts(config: Config) -> None:
    cells = CHANGES["postpone"](event_of(config), ["2027-11-13T09:00"])
    assert cells == {"开始": "2027-11-13 09:00", "结束": "2027-11-13 11:30"}
    with pytest.raises(ConfigError, match="2026-12-12T14:00"):
        CHANGES["postpone"](event_of(config), ["next week"])


def test_a_session_is_changed_in_its_own_row(content_copy: Path) -> None:
    rewrite_events(content_copy, {"e03": {"名额": ""}})
    write_sessions(
        content_copy,
        [("e03", "1", "一", "", "2027-03-20 14:00"), ("e03", "2", "二", "", "2027-03-21 14:00")],
    )
    path, data = set_event(content_copy, "e03~2", {"开始": "2027-03-22 14:00"})
    assert path.name == "sessions.csv"
    assert "e03,2,二,,2027-03-22 14:00" in data.decode()
