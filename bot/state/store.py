"""State: the one transaction function, and what is done outside a worker's message.

One connection and one lock a process: SQLite has one writer, and waiting for it inside the process is cheap.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar, cast

from bot.state import audit, backup, people, sessions, signups, unmatched
from bot.state.database import (
    PATIENCE_SECONDS,
    StateBusy,
    StateError,
    connect,
    empty_journal,
    migrate,
    patiently,
)
from bot.state.keys import KeyProblem, Keys
from bot.state.people import People
from bot.state.signups import SignUpCounts, SignUps
from bot.state.work import NeedsDurable, Say, Work, sender_hash
from intents.types import Reply, Session
from knowledge.base import Event

__all__ = ["Keeping", "NeedsDurable", "State", "StateBusy", "StateError", "Transaction"]

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept. `sensitive` names the services whose forms and memory go first."""

    copies_minutes: int = 10
    session_hours: int = 24
    sensitive: tuple[str, ...] = ("claims",)
    sensitive_minutes: int = 30
    notes_days: int = 90
    kept_days: int = 365
    unmatched_days: int = 90


@dataclass(slots=True)
class Transaction:
    """One message of one worker: was it answered, his session, his sign-ups, what is known of him."""

    work: Work
    sender: bytes
    signups: SignUps
    people: People
    sensitive: tuple[str, ...]

    def answered(self, message_id: str) -> Reply | None:
        """The reply that this message got before; None the first time."""
        return sessions.answered(self.work, self.sender, message_id)

    def session(self) -> Session:
        """The session as the last message left it."""
        return sessions.load(self.work, self.sender)

    def save(self, session: Session, message_id: str, reply: Reply) -> None:
        """Keep the session and the reply that copies of the message will get."""
        sessions.save_reply(self.work, self.sender, message_id, reply)
        if not self.people.erased:
            sessions.save(self.work, self.sender, session, self.sensitive)

    def note_unmatched(self, text: str) -> None:
        """Put down a text that was not understood: masked by the caller, never one that speaks of illness."""
        unmatched.note(self.work, text)


@dataclass(slots=True)
class State:
    """What must not be lost. Safe to share between threads, but not over a fork."""

    path: Path
    keys: Keys
    keeping: Keeping
    _connection: sqlite3.Connection
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: int = field(default_factory=os.getpid)
    _wal: bool = True
    _full: bool | None = None  # PRAGMA synchronous as last set
    _journal_holds_erased: bool = False

    @classmethod
    def open(cls, path: Path, keys: Keys, keeping: Keeping | None = None) -> State:
        """Open the database, made when missing and brought up to date.

        Raises KeyProblem when it was written with another key, StateError when it is newer than this program.
        """
        connection = connect(path)
        try:
            migrate(connection)
            state = cls(path, keys, keeping or Keeping(), connection)
            state._wal = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            state._check_key()
        except BaseException:
            connection.close()
            raise
        return state

    def close(self) -> None:
        """Close the file. Nothing is lost by not calling it."""
        self._connection.close()

    # ------------------------------------------------------------ a worker's message

    @contextmanager
    def transaction(
        self, sender: str, now: datetime, durable: bool = False, *, say: Say
    ) -> Iterator[Transaction]:
        """One message of `sender`: all of it is committed at the end, or nothing.

        `durable`: on disk before it returns, else a power cut may undo it (never tear it). `say` is
        Knowledge.text. Raises NeedsDurable when a promise changes in a transaction that is not durable,
        StateBusy when others write for too long.
        """
        with self.work(now, durable) as work:
            hashed = sender_hash(self.keys, sender)
            yield Transaction(
                work, hashed, SignUps(work, hashed, sender), People(work, hashed, say), self.keeping.sensitive
            )

    def answered(self, sender: str, message_id: str) -> Reply | None:
        """The reply that a message got, for who looks on."""
        hashed = sender_hash(self.keys, sender)
        return self._read(lambda work: sessions.answered(work, hashed, message_id))

    # ------------------------------------------------------------ for the staff

    def publish_events(self, events: Sequence[Event], now: datetime) -> None:
        """Make the events' quotas and times the promise: added places go to who waits, changes become news.

        An event that is not among `events` stays as it was.
        """
        with self.work(now, durable=True) as work:
            for change in signups.publish(work, events):
                audit.record(work, "publish", change)

    def signup_counts(self) -> dict[str, SignUpCounts]:
        """How every published event stands."""
        return self._read(signups.counts)

    def erase(self, sender: str, now: datetime) -> None:
        """Forget everything about a worker, bytes and all."""
        with self.work(now, durable=True) as work:
            people.erase(work, sender_hash(self.keys, sender))
            audit.record(work, "erase", "one worker")

    def unmatched(self, limit: int = 200) -> list[tuple[str, int]]:
        """Masked texts that were not understood and how often, the most frequent first."""
        return self._read(lambda work: unmatched.grouped(work, limit))

    def trail(self) -> tuple[list[audit.Act], int | None]:
        """The audit trail, and the id of the first line that was tampered with."""
        return self._read(audit.trail)

    def purge(self, now: datetime) -> int:
        """Erase what was kept long enough; returns how many rows. Cheap: to be called every minute or so."""
        with self.work(now, durable=False) as work:
            keeping = self.keeping
            erased = (
                sessions.purge_replies(work, keeping.copies_minutes)
                + sessions.purge(work, keeping.session_hours)
                + sessions.purge_sensitive(
                    work, keeping.sensitive, timedelta(minutes=keeping.sensitive_minutes)
                )
                + signups.purge(work)
                + people.purge(work, keeping.notes_days, keeping.kept_days)
                + unmatched.purge(work, keeping.unmatched_days)
            )
            work.erased = erased > 0 or self._journal_holds_erased
        return erased

    def backup(self, target: Path) -> None:
        """Write a checked copy while the bot goes on serving; raises StateError when it is not sound."""
        backup.write(self.path, target)

    # ------------------------------------------------------------ the transaction

    @contextmanager
    def work(self, now: datetime, durable: bool) -> Iterator[Work]:
        """A transaction that belongs to no worker: all or nothing. For `bot/state` alone."""
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise StateBusy(f"数据库忙，等待了 {PATIENCE_SECONDS:g} 秒")
        try:
            connection = self._own_connection()
            self._synchronise(connection, durable)
            # IMMEDIATE: the write lock is ours before anything is read, so what is counted stays true.
            patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
            work = Work(connection, self.keys, now, durable)
            try:
                yield work
                patiently(lambda: connection.execute("COMMIT"))
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            if work.erased:
                self._clear_journal(connection)
        finally:
            self._lock.release()

    def _read(self, ask: Callable[[Work], Answer]) -> Answer:
        with self._lock:
            work = Work(self._own_connection(), self.keys, datetime.min, durable=False)
            return cast("Answer", patiently(lambda: ask(work)))

    def _own_connection(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            raise StateError("opened before the fork: SQLite belongs to the process that opened it")
        return self._connection

    def _synchronise(self, connection: sqlite3.Connection, durable: bool) -> None:
        # A rollback journal that is not synchronised can tear the database; a WAL only forgets its end.
        full = durable or not self._wal
        if self._full is not full:
            connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
            self._full = full

    def _clear_journal(self, connection: sqlite3.Connection) -> None:
        """What was erased is committed; should the journal be in use, the next purge clears it."""
        try:
            empty_journal(connection)
            self._journal_holds_erased = False
        except StateBusy:
            self._journal_holds_erased = True
            log.warning("journal in use, erased bytes stay in it until the next purge")

    def _check_key(self) -> None:
        """The first to open a database leaves the key's id in it; every other must have that key."""
        mine = self.keys.id.hex()
        patiently(
            lambda: self._connection.execute(
                "INSERT OR IGNORE INTO facts (name, value) VALUES ('key', ?)", (mine,)
            )
        )
        (found,) = self._connection.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()
        if found != mine:
            raise KeyProblem(
                f"BOT_DATA_KEY：{self.path} 是用另一把密钥（编号 {found}）写的，现在的密钥编号是 {mine}；"
                "请换回原来的 BOT_DATA_KEY 或密钥文件"
            )
