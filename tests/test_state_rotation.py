"""Another data key: people stay who they were, the old key opens nothing, a kill leaves one key or the other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from state_case import KEYS, NOW, PHONE, Town

from bot.state.database import StateError, driver
from bot.state.keys import KEY_FILE, KeyProblem, Keys
from bot.state.rotation import NEXT_KEY_FILE, finish, rotate, rotate_file
from bot.state.store import State
from intents.types import AlreadySignedUp, Form, Reply, Session

KILLS = 6
NEW = Keys(bytes(range(1, 33)))
NEWER = Keys(bytes(range(2, 34)))


def filled(folder: Path, keys: Keys = KEYS) -> Town:
    """Places, a line that waits, news, a session, a kept fact and a note."""
    town = Town(folder, keys=keys)
    for worker in ("甲", "乙", "丙", "丁"):
        town.joins(worker)
    town.leaves("甲")
    with town.says("乙") as tx:
        tx.people.give_consent("claims", "1", True)
        tx.people.keep("claims", {"identity": "other"})
        tx.people.leave_note("请回电")
        tx.save(Session(form=Form("events", "who")), "1", Reply("好"))
    return town


def everything(town: Town) -> dict[str, object]:
    seen: dict[str, object] = {worker: town.standing(worker) for worker in ("甲", "乙", "丙", "丁")}
    with town.says("乙") as tx:
        seen["session"], seen["kept"] = tx.session(), tx.people.recall("claims")
        seen["consent"] = tx.people.consent("claims")
    return seen


def reopened(town: Town, keys: Keys) -> Town:
    town.state = State.open(town.path, keys)
    return town


def test_a_new_key_changes_nothing_for_anybody(tmp_path: Path) -> None:
    town = filled(tmp_path)
    before = everything(town)
    town.state.close()
    for old, new in ((KEYS, NEW), (NEW, NEWER)):
        rotate(town.path, old, new, NOW)
    reopened(town, NEWER)
    assert everything(town) == before
    assert town.news("丙") == ["news.promoted 丙 3"]
    with pytest.raises(AlreadySignedUp):
        town.joins("戊", "乙", phone=PHONE)
    acts, broken = town.state.trail()
    assert broken is None and [one.act for one in acts][-2:] == ["key", "key"]
    town.state.close()


def test_the_old_key_opens_nothing_any_more(tmp_path: Path) -> None:
    town = filled(tmp_path)
    town.state.close()
    rotate(town.path, KEYS, NEW, NOW)
    with pytest.raises(KeyProblem):
        State.open(town.path, KEYS)
    assert KEYS.id not in town.bytes()
    assert KEYS.hash("sender", "乙") not in town.bytes()


def test_every_sealed_column_is_carried_over(tmp_path: Path) -> None:
    """A table that a later migration adds must be among them."""
    town = filled(tmp_path)
    town.state.close()
    rotate(town.path, KEYS, NEW, NOW)
    with closing(driver.connect(town.path)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for column in {"body", "remark"} & set(columns):
                rows = connection.execute(
                    f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
                ).fetchall()
                assert all(value[:4] == NEW.id for (value,) in rows), f"{table}.{column}"
        sealed = {
            table for table in tables if table in ("sessions", "signups", "kept", "notes", "news", "replies")
        }
        named = [
            table
            for table in tables
            if {"body", "sender"} & {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        ]
    assert set(named) == sealed | {"consents", "tokens"}, "tokens are forgotten: WeChat gives another"


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    town = filled(tmp_path)
    with pytest.raises(StateError, match="先停止机器人"):
        rotate(town.path, KEYS, NEW, NOW)
    assert town.mine("乙")
    town.state.close()


def test_another_key_than_its_own_rotates_nothing(tmp_path: Path) -> None:
    town = filled(tmp_path)
    town.state.close()
    with pytest.raises(KeyProblem):
        rotate(town.path, NEW, NEWER, NOW)
    reopened(town, KEYS).state.close()


ROTATE = """
import sys
sys.path[:0] = ["tests", "."]
from pathlib import Path
from state_case import NOW
from bot.state.rotation import rotate_file
print("begins", flush=True)
rotate_file(Path(sys.argv[1]), Path(sys.argv[2]), NOW)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_a_kill_in_the_middle_leaves_one_key_or_the_other(tmp_path: Path) -> None:
    data = tmp_path / "state"
    town = filled(tmp_path, Keys.load(data, {}))
    with town.says("戊") as tx:
        for _ in range(300):
            tx.people.leave_note("x" * 200)
    before = everything(town)
    town.state.close()
    first, chance = (data / KEY_FILE).read_bytes(), random.Random(6)
    root = Path(__file__).resolve().parent.parent
    for _ in range(KILLS):
        arguments = [sys.executable, "-c", ROTATE, str(data), str(town.path)]
        process = subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.06))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        finish(data, town.path)
        assert not (data / NEXT_KEY_FILE).exists()
        assert everything(reopened(town, Keys.load(data, {}))) == before
        town.state.close()
    rotate_file(data, town.path, NOW)
    assert (data / KEY_FILE).read_bytes() != first
    assert everything(reopened(town, Keys.load(data, {}))) == before
    town.state.close()
