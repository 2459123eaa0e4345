"""Backups: encrypted, whole or refused, made on a schedule, and a way back that forgets again whom we forgot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from state_case import EVENT, NOW, PHONE, say

from bot import backups
from bot.commands import main
from bot.config import Config
from bot.state import sealed
from bot.state.database import StateError
from bot.state.keys import KeyProblem, Keys
from bot.worker import open_state
from tests.wechat_client import config

NAME = "示例小李"


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """A data folder with one worker signed up for one event."""
    settings = config(data=tmp_path / "var")
    state = open_state(settings, settings.data)
    state.publish_events([EVENT], NOW)
    with state.transaction("o-li", NOW, durable=True, say=say) as tx:
        tx.signups.sign_up(EVENT.id, [NAME], PHONE)
    state.close()
    return settings


def signed_up(settings: Config) -> int:
    state = open_state(settings, settings.data)
    try:
        with state.transaction("o-li", NOW, say=say) as tx:
            return len(tx.signups.mine())
    finally:
        state.close()


def forget(settings: Config) -> None:
    state = open_state(settings, settings.data)
    state.erase("o-li", NOW)
    state.close()


def test_a_backup_brings_back_what_was_lost(settings: Config) -> None:
    made = backups.make(settings, NOW)
    for file in settings.data.glob("state.db*"):
        file.unlink()
    assert signed_up(settings) == 0
    assert backups.put_back(settings, made.path, NOW) == 0
    assert signed_up(settings) == 1


def test_who_was_erased_after_the_backup_is_erased_again(settings: Config) -> None:
    made = backups.make(settings, NOW)
    forget(settings)
    assert backups.put_back(settings, made.path, NOW + timedelta(days=1)) == 1
    assert signed_up(settings) == 0


def test_a_backup_can_be_read_with_its_key_only_and_is_nobody_elses_to_open(settings: Config) -> None:
    made = backups.make(settings, NOW)
    data = made.path.read_bytes()
    assert b"SQLite format 3" not in data and EVENT.title.encode() not in data
    assert made.path.stat().st_mode & 0o077 == 0
    assert Keys.load(settings.data, {}).id in data[: len(sealed.MAGIC) + 4]
    with pytest.raises(KeyProblem, match="另一把密钥"), sealed.opened(made.path, Keys(bytes(32))):
        pass
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]  # nothing left in the clear


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut off in a piece": lambda data: data[:-100],
    "a byte changed": lambda data: data[:3000] + bytes([data[3000] ^ 1]) + data[3001:],
    "cut off before the first piece": lambda data: data[:28],
    "something else": lambda data: b"UNIONBK1",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_backup_is_refused_and_changes_nothing(settings: Config, how: str) -> None:
    made = backups.make(settings, NOW)
    made.path.write_bytes(DAMAGE[how](made.path.read_bytes()))
    with pytest.raises((StateError, KeyProblem)):
        backups.put_back(settings, made.path, NOW)
    assert signed_up(settings) == 1


def test_pieces_of_a_large_backup_cannot_be_left_out_or_swapped(
    settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "PIECE", 4096)
    made = backups.make(settings, NOW)
    data, head = made.path.read_bytes(), len(sealed.MAGIC) + 20
    size = int.from_bytes(data[head : head + 4], "big") + 4
    assert len(data) > head + 3 * size
    pieces = [data[head : head + size], data[head + size : head + 2 * size]]
    for changed in (pieces[1] + pieces[0], pieces[0], pieces[0] * 2):
        made.path.write_bytes(data[:head] + changed + data[head + 2 * size :])
        with pytest.raises(StateError, match="改动过"), sealed.opened(made.path, Keys.load(settings.data, {})):
            pass
    made.path.write_bytes(data)
    assert backups.put_back(settings, made.path, NOW) == 0


def test_a_backup_is_due_by_the_schedule_and_the_oldest_go(settings: Config) -> None:
    assert backups.is_due(settings, NOW)
    hours = settings.backup.every_hours
    for day in range(settings.backup.keep + 2):
        backups.make(settings, NOW + timedelta(hours=hours * day))
    last = NOW + timedelta(hours=hours * (settings.backup.keep + 1))
    there = backups.all_backups(settings)
    assert (len(there), there[0].made_at) == (settings.backup.keep, last)
    assert not backups.is_due(settings, last + timedelta(hours=hours - 1))
    assert backups.is_due(settings, last + timedelta(hours=hours))


def test_the_schedule_makes_one_by_itself(settings: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LOOK_SECONDS", 0.05)
    stop = threading.Event()
    thread = threading.Thread(target=backups.keep_making, args=(settings, stop))
    thread.start()
    while not backups.all_backups(settings):
        stop.wait(0.05)
    stop.set()
    thread.join()
    assert len(backups.all_backups(settings)) == 1


def test_the_commands_make_list_and_bring_back(settings: Config, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(settings.data)]
    assert main(["backup", *data]) == 0
    path = capsys.readouterr().out.strip()
    assert main(["backup", "--list", *data]) == 0
    assert path in capsys.readouterr().out
    forget(settings)
    assert main(["restore", path, *data]) == 0
    assert "1 个人" in capsys.readouterr().err
    assert main(["restore", path + "x", *data]) == 1
