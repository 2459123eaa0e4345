"""Another data key: every row is encrypted anew and every keyed hash carried over, all in one transaction.

Nobody's openid is kept outside active sign-ups, so a hash is not made afresh but hashed again with the new key
(Keys.hash does the same steps); the index keys before it are kept, encrypted with the new key. A kill in the middle
leaves the old key valid, or the new one: `finish` tells which when the key lies in a file.
"""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.state import audit
from bot.state.database import StateError, connect, driver, migrate
from bot.state.keys import KEY_FILE, KeyProblem, Keys, decoded, write_key
from bot.state.work import Work

#: The new key's file until the rows are under it.
NEXT_KEY_FILE = f"{KEY_FILE}.next"

#: Tables whose `body` is bound to the row's id alone.
_BY_ID = ("signups", "notes", "news")
#: Tables that know a worker by the hash of his openid.
_WITH_SENDER = ("sessions", "signups", "consents", "kept", "notes", "news")


def rotate(database: Path, old: Keys, new: Keys, now: datetime) -> Keys:
    """Put everything under `new`; returns it with the index keys before it.

    Raises StateError while another process has the database open, KeyProblem when `old` is not its key.
    """
    with closing(connect(database)) as connection:
        migrate(connection)
        _be_alone(connection, database)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")
        try:
            before = Work(connection, old.of(connection), now, durable=True)
            after = Work(connection, new.following(before.keys), now, durable=True)
            _carry_over(before, after)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("VACUUM")  # what the old key opens is gone from free pages too
    return after.keys


def rotate_file(data: Path, database: Path, now: datetime) -> None:
    """The same where the key is the data folder's file: the new one is on disk before a row needs it."""
    old = Keys.load(data, {})
    following = data / NEXT_KEY_FILE
    following.unlink(missing_ok=True)
    secret = secrets.token_bytes(32)
    write_key(following, secret)
    rotate(database, old, Keys(secret), now)
    finish(data, database)


def finish(data: Path, database: Path) -> None:
    """After a rotation, or one that was cut short: the key file that the rows are under is the one that stays."""
    following = data / NEXT_KEY_FILE
    if not following.exists() or not database.exists():
        return
    with closing(connect(database)) as connection:
        found = _key_id(connection)
    new = Keys(decoded(following.read_text(encoding="ascii").strip(), str(following)))
    if found == new.id.hex():
        following.replace(data / KEY_FILE)
        _sync_folder(data)
    else:
        following.unlink()


def _carry_over(before: Work, after: Work) -> None:
    connection, carried = before.connection, after.keys.carried
    for id, remark in connection.execute("SELECT id, remark FROM notes WHERE remark IS NOT NULL").fetchall():
        place = f"{id} remark"
        sealed = after.seal(before.unseal(remark, "notes", place), "notes", place)
        connection.execute("UPDATE notes SET remark = ? WHERE id = ?", (sealed, id))
    for table in _BY_ID:
        for id, body in connection.execute(f"SELECT id, body FROM {table} WHERE body IS NOT NULL").fetchall():
            sealed = after.seal(before.unseal(body, table, id), table, id)
            connection.execute(f"UPDATE {table} SET body = ? WHERE id = ?", (sealed, id))
    for sender, body in connection.execute("SELECT sender, body FROM sessions").fetchall():
        sealed = after.seal(before.unseal(body, "sessions", sender), "sessions", carried(sender))
        connection.execute("UPDATE sessions SET body = ? WHERE sender = ?", (sealed, sender))
    for sender, purpose, body in connection.execute("SELECT sender, purpose, body FROM kept").fetchall():
        facts = before.unseal(body, "kept", f"{sender.hex()}:{purpose}")
        sealed = after.seal(facts, "kept", f"{carried(sender).hex()}:{purpose}")
        connection.execute(
            "UPDATE kept SET body = ? WHERE sender = ? AND purpose = ?", (sealed, sender, purpose)
        )
    for table in _WITH_SENDER:
        _carry(after, table, "sender")
    _carry(after, "signups", "person")
    # Copies are answered for minutes only; no backup made before can be restored with the new key.
    connection.execute("DELETE FROM replies")
    connection.execute("DELETE FROM erasures")
    connection.execute("DELETE FROM tokens")  # WeChat gives another
    connection.execute("UPDATE facts SET value = ? WHERE name = 'key'", (after.keys.id.hex(),))
    connection.execute(
        "INSERT OR REPLACE INTO facts (name, value) VALUES ('index', ?)", (after.keys.sealed_index(),)
    )
    broken = audit.reseal(before, after)
    audit.record(after, "key", "rotated" if broken is None else f"rotated; line {broken} was tampered with")


def _carry(after: Work, table: str, column: str) -> None:
    """Every hash of a column becomes what the new keys make of the same person."""
    rows = after.connection.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE length({column}) = 16"
    ).fetchall()
    after.connection.executemany(
        f"UPDATE {table} SET {column} = ? WHERE {column} = ?",
        [(after.keys.carried(value), value) for (value,) in rows],
    )


def _be_alone(connection: driver.Connection, database: Path) -> None:
    """A WAL can be left only by the last one that has the database open: it is the test, and no one comes after."""
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
    except driver.OperationalError:
        raise StateError(f"{database} 正在使用，请先停止机器人，再换密钥") from None


def _key_id(connection: driver.Connection) -> str:
    row = connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()
    if row is None:
        raise KeyProblem("数据库里没有密钥编号")
    return str(row[0])


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
