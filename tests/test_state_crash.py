"""kill -9 in the middle of sign-ups: what was confirmed stays, nothing is half, nothing is sold twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from state_case import KEYS, Town

from bot.state.store import State

KILLS, QUOTA = 6, 400

WORKER = """
import sys
sys.path[:0] = ["tests", "."]
from pathlib import Path
from state_case import KEYS, NOW, say
from bot.state.store import State
from intents.types import Reply, Session
state = State.open(Path(sys.argv[1]), KEYS)
for number in range(10_000):
    name = f"{sys.argv[2]}-{number}"
    with state.transaction(name, NOW, True, say=say) as tx:
        (one,) = tx.signups.sign_up("walk", [name], "19900000001")
        if number % 3 == 2:
            tx.signups.cancel([one.id])
        tx.save(Session(more="x" * 300), "1", Reply(one.status))
    if number % 3 != 2:
        print(name, one.status, one.number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_killed_processes_lose_nothing_that_they_confirmed(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.publish(quota=QUOTA)
    town.state.close()
    chance = random.Random(6)
    told: list[str] = []
    for kill in range(KILLS):
        arguments = [sys.executable, "-c", WORKER, str(town.path)]
        root = Path(__file__).resolve().parent.parent
        processes = [
            subprocess.Popen([*arguments, f"{kill}{one}"], cwd=root, stdout=subprocess.PIPE, text=True)
            for one in "ab"
        ]
        for process in processes:
            assert process.stdout is not None
            told.append(process.stdout.readline().strip())
        time.sleep(chance.uniform(0.01, 0.08))
        for process in processes:
            process.send_signal(signal.SIGKILL)
        for process in processes:
            told += [line for line in process.communicate()[0].splitlines() if line.count(" ") == 2]
    check(town, told)


def check(town: Town, told: list[str]) -> None:
    town.state = State.open(town.path, KEYS)
    connection = town.state._connection
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(told) > 50
    for line in told:
        name, status, number = line.split()
        (held,) = town.mine(name)
        # One that waited may have been promoted since.
        assert (held.status, held.number) == (status, int(number)) or status == "waiting", line
        assert town.state.answered(name, "1") is not None
    counts = town.state.signup_counts()["walk"]
    assert counts.confirmed <= QUOTA
    assert counts.waiting == 0 or counts.confirmed == QUOTA
    town.state.close()
