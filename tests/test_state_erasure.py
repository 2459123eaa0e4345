"""What people let us keep, and that it is gone when they say so: from rows, bytes and backups."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from state_case import EVENT, KEYS, NOW, Town

from bot.state.database import StateError, connect, driver, wal_is_safe
from bot.state.keys import KeyProblem, Keys
from bot.state.restore import restore
from bot.state.store import State
from bot.state.work import sender_hash
from intents.types import Reply, Session

PEOPLE = 300


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.state.close()


# ---------------------------------------------------------------- consent


def test_nothing_is_kept_without_a_yes_and_a_no_erases_it(town: Town) -> None:
    with town.says("甲") as tx:
        assert not tx.people.consent("claims")
        with pytest.raises(PermissionError):
            tx.people.keep("claims", {"identity": "migrant_worker"})
        tx.people.give_consent("claims", "2026-11", True)
        tx.people.keep("claims", {"identity": "migrant_worker"})
    with town.says("甲") as tx:
        assert tx.people.recall("claims") == {"identity": "migrant_worker"}
        assert tx.people.recall("other") is None
        tx.people.give_consent("claims", "2026-11", False)
        assert tx.people.recall("claims") is None
        with pytest.raises(PermissionError):
            tx.people.keep("claims", {})
    with town.says("乙") as tx:
        assert not tx.people.consent("claims")


def test_a_consent_is_recorded_with_its_version_and_time(town: Town) -> None:
    with town.says("甲") as tx:
        tx.people.give_consent("claims", "2026-11", True)
    rows = town.state._connection.execute("SELECT purpose, version, given, at FROM consents").fetchall()
    assert rows == [("claims", "2026-11", 1, int(NOW.timestamp()))]


def test_notes_are_numbered_and_never_share_a_number(town: Town) -> None:
    with town.says("甲") as tx:
        assert [tx.people.leave_note("请回电"), tx.people.leave_note("再说一句")] == [1, 2]
        tx.people.erase()
        assert tx.people.leave_note("又来了") == 3


# ---------------------------------------------------------------- erasing


def test_erasing_forgets_everything_and_gives_the_places_on(town: Town) -> None:
    town.joins("甲", "甲", "甲的孩子")
    town.joins("乙")
    with town.says("甲") as tx:
        tx.people.give_consent("claims", "1", True)
        tx.people.keep("claims", {"a": 1})
        tx.people.leave_note("请回电")
        tx.save(Session(memory={"a": 1}), "1", Reply("好"))
    with town.says("甲") as tx:
        tx.people.erase()
        tx.save(Session(memory={"a": 1}), "2", Reply("都删掉了"))
    assert town.news("乙") == ["news.promoted 乙 3"]
    with town.says("甲") as tx:
        assert (tx.session(), tx.signups.mine(), tx.answered("1")) == (Session(), [], None)
        assert (tx.people.consent("claims"), tx.people.recall("claims")) == (False, None)
        assert tx.answered("2") == Reply("都删掉了")  # the copies of the very message


def test_an_openid_is_known_only_while_a_sign_up_is_active(town: Town) -> None:
    def known() -> int:
        return int(town.state._connection.execute("SELECT count(body) FROM signups").fetchone()[0])

    town.joins("甲", "甲", "甲的孩子")
    assert known() == 2
    town.leaves("甲", [town.mine("甲")[0].id])
    assert known() == 1
    town.leaves("甲")
    assert known() == 0


def test_the_retention_of_an_event_ends_by_itself(town: Town) -> None:
    for worker in ("甲", "乙", "丙"):
        town.joins(worker)
    town.leaves("甲")  # 丙 has news that he never hears
    assert EVENT.ends_at is not None
    end = EVENT.ends_at + timedelta(days=EVENT.retention_days)
    assert town.state.purge(end - timedelta(minutes=1)) == 0
    assert town.state.purge(end + timedelta(minutes=1)) == 3
    for table in ("signups", "news"):
        assert town.state._connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def personal_bytes(town: Town) -> list[bytes]:
    """What the rows hold of people: ciphertexts without the key's id, and hashes."""
    queries = (
        "SELECT person, body, sender FROM signups",
        "SELECT body, sender FROM sessions",
        "SELECT message, sender, body FROM replies",
    )
    rows = [row for query in queries for row in town.state._connection.execute(query).fetchall()]
    return [value[4:] if len(value) > 16 else value for row in rows for value in row]


def crowd(town: Town, secure: bool) -> list[bytes]:
    """Sign many up, erase them all; returns what their rows held."""
    town.publish(quota=None)
    if not secure:
        town.state._connection.execute("PRAGMA secure_delete = OFF")
    for number in range(PEOPLE):
        with town.says(f"工人{number}", durable=number == 0) as tx:
            tx.work.durable = True  # a thousand synchronous commits would only take time
            tx.signups.sign_up("walk", [f"工人{number}"], f"1990000{number:04}")
            tx.save(Session(more=f"说过的话{number}" * 20), "1", Reply("好"))
    secrets = personal_bytes(town)
    for number in range(PEOPLE):
        town.state.erase(f"工人{number}", NOW)
    return secrets


@pytest.mark.parametrize("secure", [True, False])
def test_erased_bytes_are_in_no_file_and_the_control_finds_them(town: Town, secure: bool) -> None:
    secrets = crowd(town, secure)
    assert len(secrets) == PEOPLE * 8
    held = town.bytes()
    found = sum(secret in held for secret in secrets)
    assert found == 0 if secure else found > PEOPLE


@pytest.mark.skipif(not wal_is_safe(driver.sqlite_version_info), reason="no WAL with this SQLite")
def test_a_journal_in_use_is_cleared_by_the_next_purge(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.joins("甲")
    secrets = personal_bytes(town)
    with closing(connect(town.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM signups").fetchone()
        town.state.erase("甲", NOW)  # told as done: it is, and only the journal still holds the bytes
        assert "until the next purge" in caplog.text
        assert any(secret in town.bytes() for secret in secrets)
    town.state.purge(NOW)
    assert not any(secret in town.bytes() for secret in secrets)


# ---------------------------------------------------------------- backup and restore


def test_a_backup_of_a_database_in_use_is_whole(town: Town, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            town.joins(f"工人{number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            target = tmp_path / "backups" / f"{number}.db"
            town.state.backup(target)
            assert target.stat().st_mode & 0o777 == 0o600
            with closing(driver.connect(target)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        stop.set()
        writer.join()
    assert sorted(path.name for path in target.parent.iterdir()) == [f"{number}.db" for number in range(5)]


def test_a_restore_brings_back_what_was_and_forgets_again_whom_we_forgot(town: Town, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    for worker in ("回头客", "甲", "乙"):
        town.joins(worker)
    town.state.erase("回头客", NOW)
    town.joins("回头客")
    town.state.backup(backup)
    town.state.erase("甲", NOW)
    town.joins("丙")
    assert restore(backup, town.path, KEYS, NOW) == 1
    # The store that is open meanwhile sees it too.
    assert [bool(town.mine(worker)) for worker in ("回头客", "甲", "乙", "丙")] == [True, False, True, False]
    town.state.close()
    assert sender_hash(KEYS, "甲") not in town.bytes()
    town.state = State.open(town.path, KEYS)
    assert town.state.trail()[1] is None


def test_a_restore_works_where_the_database_is_broken_or_gone(town: Town, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    town.joins("甲")
    town.state.backup(backup)
    town.state.close()
    town.path.write_bytes(b"not a database" * 1000)
    assert restore(backup, town.path, KEYS, NOW) == 0
    assert town.path.with_name("state.db.damaged").exists()
    town.path.unlink()
    assert restore(backup, town.path, KEYS, NOW) == 0
    town.state = State.open(town.path, KEYS)
    assert town.standing("甲") == [("甲", "confirmed", 1, 0)]


def test_a_backup_that_is_not_sound_or_of_another_key_changes_nothing(town: Town, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    town.joins("甲")
    town.state.backup(backup)
    with pytest.raises(KeyProblem, match="BOT_DATA_KEY"):
        restore(backup, town.path, Keys(bytes(32)), NOW)
    os.truncate(backup, 20_000)
    with pytest.raises(StateError):
        restore(backup, town.path, KEYS, NOW)
    with pytest.raises(StateError, match="没有"):
        restore(tmp_path / "none.db", town.path, KEYS, NOW)
    assert town.mine("甲")
    assert [path.name for path in town.path.parent.iterdir() if path.name.startswith(".")] == []


# ---------------------------------------------------------------- the audit trail

TAMPERING = [
    ("UPDATE audit SET about = 'nothing' WHERE id = 2", 2),
    ("DELETE FROM audit WHERE id = 2", 3),
    ("UPDATE audit SET at = at + 1 WHERE id = 1", 1),
]


@pytest.mark.parametrize(("tampering", "broken"), TAMPERING)
def test_the_audit_trail_shows_tampering(town: Town, tampering: str, broken: int) -> None:
    town.publish(quota=5)
    town.state.erase("甲", NOW)
    acts, found = town.state.trail()
    assert ([act.act for act in acts], found) == (["publish", "publish", "erase"], None)
    town.state._connection.execute(tampering)
    assert town.state.trail()[1] == broken
