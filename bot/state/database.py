"""The SQLite file: which driver, which journal, who may read it, and how a writer waits for its turn."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MIGRATIONS = Path(__file__).parent / "migrations"

#: How long a message waits for the write lock; WeChat hangs up after 5 s.
PATIENCE_SECONDS = 4.0
#: Between two tries for it; and what is a long wait.
SHORTEST_PAUSE, LONGEST_PAUSE, LONG_SECONDS = 0.0002, 0.005, 0.1


class StateError(Exception):
    """The state database cannot be used; the message says why."""


class StateBusy(StateError):
    """Others held the write lock for longer than PATIENCE_SECONDS."""


def _newest_driver() -> Any:
    """pysqlite3, which brings a SQLite of its own, where it is installed and not the older one."""
    try:
        import pysqlite3.dbapi2 as other
    except ImportError:
        return sqlite3
    return other if other.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3


driver = _newest_driver()


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset fault, which can lose committed writes."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def connect(path: Path, version: tuple[int, int, int] | None = None) -> sqlite3.Connection:
    """A connection in autocommit; the file is made when missing, 0600, its folder 0700.

    `version` is SQLite's own unless a test says otherwise.
    """
    _make_private(path)
    connection: sqlite3.Connection = driver.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    # Neighbouring commits touch the same pages: moved later from the WAL (at 16 MB), fewer are written.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    journal = "wal" if wal_is_safe(version or driver.sqlite_version_info) else "truncate"
    (found,) = patiently(lambda: connection.execute("PRAGMA journal_mode").fetchone())
    if found != journal:
        (found,) = patiently(lambda: connection.execute(f"PRAGMA journal_mode = {journal}").fetchone())
    if found != journal:
        connection.close()
        raise StateError(f"{path}：无法切换到 {journal} 日志方式，请先停止其他使用它的进程")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection on which nothing can be written."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def patiently(attempt: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What `attempt` returns, tried again while others hold the lock.

    SQLite's own waiting starves writers: its pauses grow to 100 ms. Short random ones do not, and who has waited for
    LONG_SECONDS knocks so often that he comes next: eight busy processes would keep one of them out for seconds.
    Raises StateBusy.
    """
    began = time.monotonic()
    pause = SHORTEST_PAUSE
    while True:
        try:
            return attempt()
        except (driver.OperationalError, _Busy) as error:
            if not _is_busy(error):
                raise
            waited = time.monotonic() - began
            if waited > seconds:
                raise StateBusy(f"数据库忙，等待了 {seconds:g} 秒") from error
        time.sleep(random.uniform(pause / 2, pause))
        pause = min(pause * 1.5, LONGEST_PAUSE) if waited < LONG_SECONDS else SHORTEST_PAUSE


class _Busy(Exception):
    """A checkpoint that could not finish; SQLite tells it by a result, not an error."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY


def _is_busy(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _make_private(path: Path) -> None:
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name != "posix":
        return
    path.chmod(0o600)
    found = folder.stat()
    # A sticky folder (/tmp) is everybody's; only one of our own is closed.
    if found.st_mode & 0o077 and not found.st_mode & 0o1000 and found.st_uid == os.getuid():
        folder.chmod(0o700)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, a file of `migrations/` in a transaction each.

    Raises StateError when the database is newer than this program.
    """
    files = sorted(MIGRATIONS.glob("[0-9]*.sql"))
    for number, file in enumerate(files, 1):
        if _version(connection) >= number:
            continue
        patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
        try:
            if _version(connection) < number:  # another process may have been first
                for statement in statements(file.read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            patiently(lambda: connection.execute("COMMIT"))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    if _version(connection) > len(files):
        raise StateError("数据库是由更新的版本写的，请升级程序")


def _version(connection: sqlite3.Connection) -> int:
    version: int = patiently(lambda: connection.execute("PRAGMA user_version").fetchone())[0]
    return version


def statements(script: str) -> list[str]:
    """The statements of an SQL script (the driver's own executescript would commit on its way)."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


def empty_journal(connection: sqlite3.Connection) -> None:
    """Move what the WAL holds into the database and cut it to nothing: erased bytes are gone from it too.

    Raises StateBusy when another process reads it for a second.
    """

    def attempt() -> None:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise _Busy

    patiently(attempt, seconds=1.0)
