"""Copies of the state database that are whole, made while it is in use."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.state.database import StateError, driver


def write(source: Path, target: Path) -> None:
    """Copy a database in use by SQLite's backup API, check the copy, and only then give it its name; 0600.

    Raises StateError when the copy is not sound.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(driver.connect(source, timeout=10)) as live, closing(driver.connect(draft)) as copy:
            live.backup(copy)  # in one step: it sees one moment, and writers go on
            copy.execute("PRAGMA journal_mode = DELETE")  # a single file
            check(copy, target)
        _sync(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def check(copy: sqlite3.Connection, name: Path) -> None:
    """Raises StateError unless SQLite finds every page and index of the database sound."""
    try:
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    except driver.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise StateError(f"{name}：数据库不完整（{found}）")


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
