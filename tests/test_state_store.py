"""The store: one transaction a message, copies, keys, and a file that only its owner reads."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from state_case import KEYS, NOW, Town, say

from bot.state import database
from bot.state.database import StateBusy, StateError, wal_is_safe
from bot.state.keys import KeyProblem, Keys
from bot.state.store import NeedsDurable, State, Transaction
from intents.types import Article, Choice, Form, Reply, Session

REPLY = Reply(
    "您好",
    "greet",
    (Choice("找驿站", "定海的驿站"),),
    Article("标题", "说明", "https://example.org"),
    ("因为",),
)
SESSION = Session(
    Form("claims", "cost", {"days": 3}, 2),
    [{"label": "一", "send": "1"}],
    {"stations": [1]},
    "greet",
    "余下的",
    "2026",
)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.state.close()


def reopened(town: Town) -> State:
    town.state.close()
    town.state = State.open(town.path, KEYS)
    return town.state


# ---------------------------------------------------------------- copies and sessions


def test_a_copy_gets_the_same_reply_across_a_restart(town: Town) -> None:
    with town.says("甲") as tx:
        assert tx.answered("1") is None
        tx.save(SESSION, "1", REPLY)
    reopened(town)
    with town.says("甲") as tx:
        assert tx.answered("1") == REPLY
        assert tx.session() == SESSION
    assert town.state.answered("甲", "1") == REPLY


def test_the_same_message_id_of_another_worker_is_another_message(town: Town) -> None:
    with town.says("甲") as tx:
        tx.save(SESSION, "1", REPLY)
    with town.says("乙") as tx:
        assert tx.answered("1") is None
        assert tx.session() == Session()


def test_a_crash_in_the_middle_leaves_nothing(town: Town) -> None:
    with pytest.raises(ZeroDivisionError), town.says("甲") as tx:
        tx.signups.sign_up("walk", ["甲"], "19900000001")
        tx.save(SESSION, "1", REPLY)
        raise ZeroDivisionError
    with town.says("甲") as tx:
        assert (tx.answered("1"), tx.session(), tx.signups.mine()) == (None, Session(), [])


def test_an_empty_session_leaves_no_row(town: Town) -> None:
    for session in (SESSION, Session(updated_at="2026")):
        with town.says("甲") as tx:
            tx.session()
            tx.save(session, session.updated_at + session.more, REPLY)
    assert town.state._connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


def test_replies_are_kept_ten_minutes_and_sessions_a_day(town: Town) -> None:
    with town.says("甲") as tx:
        tx.save(Session(last_intent="greet"), "1", REPLY)
    with town.says("乙", at=NOW + timedelta(minutes=5)) as tx:
        tx.save(Session(), "1", REPLY)
    assert town.state.purge(NOW + timedelta(minutes=9)) == 0
    assert town.state.purge(NOW + timedelta(minutes=11)) == 1
    assert town.state.answered("甲", "1") is None
    assert town.state.answered("乙", "1") == REPLY
    assert town.state.purge(NOW + timedelta(hours=25)) == 2
    with town.says("甲") as tx:
        assert tx.session() == Session()


def test_what_was_said_about_illness_leaves_the_session_after_half_an_hour(town: Town) -> None:
    session = Session(
        Form("claims", "cost"), memory={"claims": {"cost": 1}, "stations": 2}, last_intent="claim_check"
    )
    with town.says("甲") as tx:
        tx.save(session, "1", REPLY)
    town.state.purge(NOW + timedelta(minutes=29))
    with town.says("甲") as tx:
        assert tx.session() == session
    town.state.purge(NOW + timedelta(minutes=31))
    with town.says("甲") as tx:
        assert tx.session() == Session(memory={"stations": 2}, last_intent="claim_check")


def test_threads_take_turns(town: Town) -> None:
    def count() -> None:
        for _ in range(20):
            with town.says("甲", durable=False) as tx:
                session = tx.session()
                session.memory["n"] = session.memory.get("n", 0) + 1
                tx.save(session, f"{threading.get_ident()}-{session.memory['n']}", REPLY)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with town.says("甲") as tx:
        assert tx.session().memory == {"n": 80}


def test_a_writer_that_never_ends_is_told_not_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bot.state.store.patiently", lambda attempt: database.patiently(attempt, seconds=0.05)
    )
    other = database.connect(town.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateBusy), town.says("甲"):
        pass
    other.close()
    assert town.mine("甲") == []


# ---------------------------------------------------------------- promises are on disk

PROMISES: list[Callable[[Transaction], object]] = [
    lambda tx: tx.signups.sign_up("walk", ["甲"], "19900000001"),
    lambda tx: tx.signups.cancel([1]),
    lambda tx: tx.signups.change_phone([1], "19900000001"),
    lambda tx: tx.signups.change_name(1, "李丽"),
    lambda tx: tx.people.give_consent("claims", "1", True),
    lambda tx: tx.people.keep("claims", {}),
    lambda tx: tx.people.leave_note("请回电"),
    lambda tx: tx.people.erase(),
]


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_needs_a_durable_transaction(town: Town, promise: Callable[[Transaction], object]) -> None:
    with pytest.raises(NeedsDurable), town.says("甲", durable=False) as tx:
        promise(tx)


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1), (True, 2)])
def test_a_durable_transaction_is_synchronous(town: Town, durable: bool, level: int) -> None:
    with town.says("甲", durable=durable) as tx:
        assert tx.work.connection.execute("PRAGMA synchronous").fetchone() == (level,)


# ---------------------------------------------------------------- the file and the driver


def test_only_the_owner_may_read(town: Town, tmp_path: Path) -> None:
    town.joins("甲")
    Keys.load(tmp_path / "data", {})
    for path in [*town.path.parent.iterdir(), tmp_path / "data" / "data.key"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


VERSIONS = [
    ((3, 40, 1), False),
    ((3, 44, 5), False),
    ((3, 44, 6), True),
    ((3, 45, 0), False),
    ((3, 50, 6), False),
    ((3, 50, 7), True),
    ((3, 51, 2), False),
    ((3, 51, 3), True),
    ((3, 53, 4), True),
]


@pytest.mark.parametrize(("version", "safe"), VERSIONS)
def test_a_wal_is_used_only_where_sqlite_has_the_fix(
    tmp_path: Path, version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) == safe
    connection = database.connect(tmp_path / "state.db", version)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal" if safe else "truncate",)
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    connection.close()


def test_a_rollback_journal_is_always_synchronous(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.state.database.wal_is_safe", lambda version: False)
    with reopened(town).transaction("甲", NOW, say=say) as tx:
        assert tx.work.connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
        assert tx.work.connection.execute("PRAGMA synchronous").fetchone() == (2,)
        tx.save(SESSION, "1", REPLY)
    assert town.state.answered("甲", "1") == REPLY


def test_it_works_with_pythons_own_sqlite(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['pysqlite3'] = None; sys.path[:0] = ['tests', '.']\n"
        "from pathlib import Path; from state_case import Town; import bot.state.database, sqlite3\n"
        "assert bot.state.database.driver is sqlite3\n"
        f"town = Town(Path({str(tmp_path)!r}))\n"
        "print([one.status for name in '甲乙丙' for one in town.joins(name)])\n"
        "town.leaves('甲'); print(town.news('丙')); town.state.close()\n"
    )
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert run.stdout == "['confirmed', 'confirmed', 'waiting']\n['news.promoted 丙 3']\n"


def test_a_database_of_a_newer_program_is_refused(town: Town) -> None:
    town.state._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StateError, match="更新的版本"):
        reopened(town)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_connection_is_not_carried_over_a_fork(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.state.store.os.getpid", lambda: -1)
    with pytest.raises(StateError, match="fork"), town.says("甲"):
        pass


# ---------------------------------------------------------------- keys


def test_another_key_is_refused_at_the_start_by_name(town: Town) -> None:
    with pytest.raises(KeyProblem, match="BOT_DATA_KEY"):
        State.open(town.path, Keys(bytes(32)))


def test_the_key_comes_from_the_environment_or_from_a_file_that_is_made_once(tmp_path: Path) -> None:
    secret = bytes(range(32))
    texts = [
        secret.hex(),
        base64.b64encode(secret).decode(),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
    ]
    assert {Keys.load(tmp_path, {"BOT_DATA_KEY": text}).id for text in texts} == {KEYS.id}
    assert not (tmp_path / "data.key").exists()
    assert Keys.load(tmp_path, {}).id == Keys.load(tmp_path, {}).id != KEYS.id


BAD_KEYS = ["short", "00" * 31, "zz" * 32, "中文密钥", base64.b64encode(bytes(16)).decode()]


@pytest.mark.parametrize("text", BAD_KEYS)
def test_a_malformed_key_is_told_without_printing_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyProblem, match="BOT_DATA_KEY") as refused:
        Keys.load(tmp_path, {"BOT_DATA_KEY": text})
    assert text not in str(refused.value)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    Keys.load(tmp_path, {})
    (tmp_path / "data.key").chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        Keys.load(tmp_path, {})


def test_a_ciphertext_opens_in_its_own_row_only(town: Town) -> None:
    body = KEYS.encrypt("张三".encode(), "signups", 1)
    assert KEYS.decrypt(body, "signups", 1).decode() == "张三"
    for table, row in (("signups", 2), ("notes", 1)):
        with pytest.raises(KeyProblem):
            KEYS.decrypt(body, table, row)


def test_nothing_personal_stands_in_the_file_in_clear(town: Town) -> None:
    town.joins("oOpenIdOfSomebody", "欧阳小舟", phone="19900000777")
    with town.says("oOpenIdOfSomebody") as tx:
        tx.people.give_consent("claims", "1", True)
        tx.people.keep("claims", {"illness": "腰椎间盘"})
        tx.people.leave_note("请回电话")
        tx.save(Session(more="说过的话"), "oOpenIdOfSomebody-1700000000-click", Reply("回过的话"))
    found: dict[str, Any] = {
        word: word.encode() in town.bytes()
        for word in (
            "oOpenIdOfSomebody",
            "欧阳小舟",
            "19900000777",
            "腰椎",
            "illness",
            "请回",
            "说过",
            "回过",
        )
    }
    assert not any(found.values()), found
    assert "健步走".encode() in town.bytes()  # the search itself works


# ---------------------------------------------------------------- what nobody understood


def test_what_nobody_understood_is_counted_without_its_sender(town: Town) -> None:
    for worker, text in (("甲", "能不能报销油费"), ("乙", "能不能报销油费"), ("甲", "停车\ud800")):
        with town.says(worker, durable=False) as tx:
            tx.note_unmatched(text)
            tx.save(Session(), text, REPLY)
    assert town.state.unmatched() == [("能不能报销油费", 2), ("停车?", 1)]
    town.state.purge(NOW + timedelta(days=91))
    assert town.state.unmatched() == []
