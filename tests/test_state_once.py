"""A message's way through state: it looks, saves, looks again where another came between, and shares a commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from state_case import NOW, PHONE, Town, say

from bot.state import database, sessions
from bot.state.database import StateBusy
from bot.state.store import State, Transaction
from intents.types import Reply, Session

Take = Callable[[Transaction], tuple[Session, Reply]]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.state.close()


def says(town: Town, worker: str, message_id: str, take: Take) -> Reply:
    return town.state.once(worker, message_id, NOW, take, say=say)


def counts(tx: Transaction) -> tuple[Session, Reply]:
    """Counts this worker's messages in his session."""
    session = tx.session()
    session.memory["n"] = session.memory.get("n", 0) + 1
    return session, Reply(f"第 {session.memory['n']} 条")


def signs_up(*names: str) -> Take:
    def take(tx: Transaction) -> tuple[Session, Reply]:
        session = tx.session()
        made = tx.signups.sign_up("walk", names, PHONE)
        return session, Reply(" ".join(one.status for one in made))

    return take


def in_threads(town: Town, jobs: list[tuple[str, str, Take]]) -> list[Reply | Exception]:
    """What all of them get, said at the same time."""
    got: list[Reply | Exception] = [Reply()] * len(jobs)
    together = threading.Barrier(len(jobs))

    def run(number: int) -> None:
        together.wait()
        try:
            got[number] = says(town, *jobs[number])
        except Exception as error:
            got[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_a_copy_gets_the_first_ones_reply_and_takes_no_second_step(town: Town) -> None:
    assert says(town, "甲", "1", counts) == says(town, "甲", "1", counts) == Reply("第 1 条")
    assert says(town, "甲", "2", counts) == Reply("第 2 条")


def test_copies_at_the_same_time_are_one_message(town: Town) -> None:
    assert set(in_threads(town, [("甲", "1", counts)] * 8)) == {Reply("第 1 条")}
    assert set(in_threads(town, [("甲", "2", signs_up("甲"))] * 8)) == {Reply("confirmed")}


def test_messages_of_one_worker_at_the_same_time_all_count(town: Town) -> None:
    got = in_threads(town, [("甲", str(number), counts) for number in range(8)])
    assert sorted(str(one) for one in got) == sorted(str(Reply(f"第 {n} 条")) for n in range(1, 9))


def another_between(town: Town, times: int) -> Take:
    """A step during which another process answers another message of the same worker, so many times."""
    other = State.open(town.path, town.state.keys)
    left = iter(range(times))

    def take(tx: Transaction) -> tuple[Session, Reply]:
        session, reply = counts(tx)
        if (number := next(left, None)) is not None:
            other.once("甲", f"between-{number}", NOW, counts, say=say)
        elif number is None:
            other.close()
        return session, reply

    return take


def test_what_came_between_is_not_overwritten(town: Town) -> None:
    assert says(town, "甲", "1", another_between(town, 1)) == Reply("第 2 条")


def test_the_control_without_the_look_back_it_is(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    save = sessions.save

    def blindly(work, sender, session, seen, sensitive):  # type: ignore[no-untyped-def]
        save(work, sender, session, sessions.load(work, sender)[1], sensitive)

    monkeypatch.setattr(sessions, "save", blindly)
    assert says(town, "甲", "1", another_between(town, 1)) == Reply("第 1 条")


def test_who_is_always_come_between_is_answered_alone_at_last(town: Town) -> None:
    assert says(town, "甲", "1", another_between(town, 3)) == Reply("第 4 条")


def test_nothing_can_be_written_while_a_message_looks(town: Town) -> None:
    def writes(tx: Transaction) -> tuple[Session, Reply]:
        tx.work.connection.execute("DELETE FROM sessions")
        return Session(), Reply()

    with pytest.raises(database.driver.OperationalError, match="readonly"):
        says(town, "甲", "1", writes)


def test_promises_that_wait_share_a_commit_and_fail_alone(town: Town) -> None:
    """While somebody else writes, four sign up for two places; one of them meets a fault."""

    def fails(tx: Transaction) -> tuple[Session, Reply]:
        tx.signups.sign_up("walk", ["丁"], PHONE)
        raise ZeroDivisionError

    commits: list[str] = []
    town.state._connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    waiting = [("甲", "1", signs_up("甲")), ("乙", "1", signs_up("乙")), ("丙", "1", signs_up("丙"))]
    with town.state._writing():
        held = threading.Thread(
            target=lambda: got.extend(in_threads(town, [*waiting, ("丁", "1", fails)])), daemon=True
        )
        got: list[Reply | Exception] = []
        held.start()
        while len(town.state._promises) < 4:
            time.sleep(0.001)
    held.join()
    assert sorted(one.text for one in got if isinstance(one, Reply)) == ["confirmed", "confirmed", "waiting"]
    assert [type(one) for one in got if not isinstance(one, Reply)] == [ZeroDivisionError]
    assert commits == ["COMMIT"]
    assert town.mine("丁") == []


def test_a_promise_nobody_could_keep_is_not_kept_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.state.store.PATIENCE_SECONDS", 0.05)
    with town.state._writing(), pytest.raises(StateBusy):
        says(town, "甲", "1", signs_up("甲"))
    says(town, "乙", "1", signs_up("乙"))
    assert town.mine("甲") == []


def test_others_think_while_a_promise_waits(town: Town) -> None:
    """Who waits for the disk stands aside; the control holds the turn."""
    with town.state._writing():
        patient = threading.Thread(target=says, args=(town, "甲", "1", signs_up("甲")))
        patient.start()
        while not town.state._promises:
            time.sleep(0.001)
        with town.state.turn.taken():
            assert not town.state.turn._lock.acquire(timeout=0.05)
    patient.join()
    assert [one.status for one in town.mine("甲")] == ["confirmed"]
