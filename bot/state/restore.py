"""The way back from a backup; whoever was erased since it was made is erased again."""

from __future__ import annotations

import secrets
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.state import audit, backup, people
from bot.state.database import StateError, connect, driver, empty_journal
from bot.state.keys import Keys
from bot.state.store import State
from bot.state.work import Work


def restore(source: Path, path: Path, keys: Keys, now: datetime) -> int:
    """Put the backup `source` in the place of the database at `path`.

    Returns how many workers were erased again. The content is replaced in one transaction, so a crash leaves
    the old or the new. A database that cannot be read any more is moved aside as `<name>.damaged`, and its
    erasures are lost.
    Raises StateError for a backup that is not sound, KeyProblem for one of another key.
    """
    if not source.is_file():
        raise StateError(f"{source}：没有这个备份文件")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with closing(driver.connect(f"file:{source.resolve()}?mode=ro", uri=True)) as saved:
            backup.check(saved, source)
            with closing(connect(draft)) as copy:
                saved.backup(copy)
        forgotten = _erase_again(draft, keys, _erasures(path), now)
        with closing(driver.connect(draft)) as copy, closing(connect(path)) as live:
            copy.backup(live)
            empty_journal(live)
    finally:
        for leftover in draft.parent.glob(f"{draft.name}*"):
            leftover.unlink()
    return forgotten


def _erasures(path: Path) -> dict[bytes, int]:
    """Who was erased and when, by mark; moves a database aside that cannot be read."""
    if not path.exists():
        return {}
    try:
        with closing(connect(path)) as live:
            backup.check(live, path)
            return dict(live.execute("SELECT mark, at FROM erasures").fetchall())
    except (StateError, driver.DatabaseError):
        for suffix in ("", "-wal", "-shm", "-journal"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.rename(path.with_name(f"{path.name}.damaged{suffix}"))
        return {}


def _erase_again(draft: Path, keys: Keys, erasures: dict[bytes, int], now: datetime) -> int:
    state = State.open(draft, keys)
    try:
        with state.work(now, durable=True) as work:
            known = dict(work.connection.execute("SELECT mark, at FROM erasures").fetchall())
            # One that the backup knows of was before it: what it holds of him came later and is his.
            since = {mark for mark, at in erasures.items() if known.get(mark) != at}
            again = [sender for sender in _senders(work) if people.erasure_mark(work, sender) in since]
            for sender in again:
                people.erase(work, sender)
            work.connection.executemany(
                "INSERT OR REPLACE INTO erasures (mark, at) VALUES (?, ?)",
                [(mark, erasures[mark]) for mark in since],
            )
            audit.record(work, "restore", f"{len(again)} erased again")
    finally:
        state.close()
    return len(again)


def _senders(work: Work) -> list[bytes]:
    tables = ("sessions", "replies", "signups", "consents", "kept", "notes", "news")
    union = " UNION ".join(f"SELECT sender FROM {table}" for table in tables)
    return [sender for (sender,) in work.connection.execute(union).fetchall()]
