"""Many processes at one event, real files: never a place too many; and the control that shows the fault."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from state_case import KEYS, NOW, Town, say

from bot.state import store
from bot.state.database import driver
from bot.state.store import State
from bot.state.work import Work

PROCESSES, ATTEMPTS, QUOTA = 8, 15, 50


@contextmanager
def without_the_lock(state: State, now: datetime, durable: bool) -> Iterator[Work]:
    """The control: the same statements, each by itself."""
    connection = state._connection
    connection.execute("PRAGMA busy_timeout = 5000")
    yield Work(connection, state.keys, now, durable)


def sign_up_many(path: Path, process: int, locked: bool, start: Any) -> None:
    """One process: waits for the others, then signs up its workers as fast as it can."""
    if not locked:
        store.State.work = without_the_lock  # type: ignore[method-assign, assignment]
        # Ids of its own: a clash of ids would be a lock by accident.
        ids = count(1 + process * 1000)
        Work.next_id = lambda work, table: next(ids)  # type: ignore[method-assign]
    state = State.open(path, KEYS)
    start.wait()
    for number in range(ATTEMPTS):
        worker = f"工人{process}-{number}"
        while True:
            try:
                with state.transaction(worker, NOW, True, say=say) as tx:
                    tx.signups.sign_up("walk", [worker], "19900000001")
                break
            except (driver.IntegrityError, driver.OperationalError):
                assert not locked  # only without the lock do they get into each other's way
    state.close()


def race(folder: Path, locked: bool) -> Town:
    town = Town(folder)
    town.publish(quota=QUOTA)
    town.state.close()
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    processes = [
        context.Process(target=sign_up_many, args=(town.path, number, locked, start))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    town.state = State.open(town.path, KEYS)
    return town


def test_eight_processes_fill_a_quota_exactly(tmp_path: Path) -> None:
    town = race(tmp_path, locked=True)
    counts = town.state.signup_counts()["walk"]
    assert (counts.confirmed, counts.waiting) == (QUOTA, PROCESSES * ATTEMPTS - QUOTA)
    rows = town.state._connection.execute("SELECT status, number FROM signups ORDER BY id").fetchall()
    assert [status for status, _ in rows] == ["confirmed"] * QUOTA + ["waiting"] * (len(rows) - QUOTA)
    assert [number for status, number in rows if status == "confirmed"] == list(range(1, QUOTA + 1))
    town.state.close()


def test_without_the_lock_the_same_race_oversells(tmp_path: Path) -> None:
    for attempt in range(5):
        town = race(tmp_path / str(attempt), locked=False)
        confirmed = town.state.signup_counts()["walk"].confirmed
        town.state.close()
        if confirmed > QUOTA:
            return
    pytest.fail(f"the control sold no more than {QUOTA}: the race test proves nothing")
