"""State: a message's one transaction, and what is done outside a worker's message.

A message first looks: it runs on a snapshot, beside whoever writes, and needs the write lock only to save. One that
changes a promise runs under the write lock as a whole, and shares its synchronous commit with those that wait
beside it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar, cast

from bot.state import audit, backup, line, people, publish, sessions, signups, unmatched
from bot.state.database import (
    PATIENCE_SECONDS,
    StateBusy,
    StateError,
    connect,
    connect_to_read,
    empty_journal,
    migrate,
    patiently,
)
from bot.state.keys import KeyProblem, Keys
from bot.state.people import People
from bot.state.publish import SignUpCounts
from bot.state.signups import SignUps
from bot.state.work import NeedsDurable, Say, Work, sender_hash
from bot.turn import Turn
from intents.types import Reply, Session
from knowledge.base import Event

__all__ = ["Keeping", "NeedsDurable", "State", "StateBusy", "StateError", "Transaction"]

Answer = TypeVar("Answer")

#: A message looks this often before it asks to be alone.
LOOKS = 3
#: So many messages share a synchronous commit at most: the others' wait stays short.
SHARED = 32

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
    seen: bytes | None = None  # the session's row as it was read
    not_understood: list[str] = field(default_factory=list)

    def answered(self, message_id: str) -> Reply | None:
        """The reply that this message got before; None the first time."""
        return sessions.answered(self.work, self.sender, message_id)

    def session(self) -> Session:
        """The session as the last message left it."""
        session, self.seen = sessions.load(self.work, self.sender)
        return session

    def last_replies(self, limit: int) -> list[Reply]:
        """What he was told last, the newest first, as long as copies are kept."""
        return sessions.last_replies(self.work, self.sender, limit)

    def note_unmatched(self, text: str) -> None:
        """Put down a text that was not understood: masked by the caller, never one that speaks of illness."""
        self.not_understood.append(text)

    def save(self, session: Session, message_id: str, reply: Reply) -> None:
        """Keep the session and the reply that copies of the message will get.

        Raises Stale where another message of the worker was answered since this one looked.
        """
        sessions.save_reply(self.work, self.sender, message_id, reply)
        if not self.people.erased:
            sessions.save(self.work, self.sender, session, self.seen, self.sensitive)
        for text in self.not_understood:
            unmatched.note(self.work, text)


#: What a message does: the session as it leaves it, and the reply.
Take = Callable[[Transaction], tuple[Session, Reply]]


@dataclass(slots=True, eq=False)
class _Promise:
    """A message that changes a promise, on its way into a shared commit."""

    run: Callable[[Work], Reply]
    now: datetime
    reply: Reply | None = None
    error: Exception | None = None
    over: bool = False


@dataclass(slots=True)
class State:
    """What must not be lost. Safe to share between threads, but not over a fork."""

    path: Path
    keys: Keys
    keeping: Keeping
    _connection: sqlite3.Connection
    _reader: sqlite3.Connection
    turn: Turn = field(default_factory=Turn)  # in which _reader may be used
    _lock: threading.Lock = field(default_factory=threading.Lock)  # whose holder may use _connection
    _promises: deque[_Promise] = field(default_factory=deque)
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
            state = cls(path, keys, keeping or Keeping(), connection, connect_to_read(path))
            state._wal = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            state._check_key()
        except BaseException:
            connection.close()
            raise
        return state

    def close(self) -> None:
        """Close the file. Nothing is lost by not calling it."""
        self._connection.close()
        self._reader.close()

    # ------------------------------------------------------------ a worker's message

    def once(self, sender: str, message_id: str, now: datetime, take: Take, *, say: Say) -> Reply:
        """The reply of `take`; a message that was answered before gets that reply again, and `take` is not called.

        What it did, the session and the reply are one commit, on disk before it returns where a promise changed.
        `take` touches nothing but its Transaction: it runs again where another message of `sender` came between, or
        alone where a promise changes. `say` is Knowledge.text. Raises StateBusy when others write for too long.
        """

        def run(work: Work) -> tuple[Transaction, Session, Reply] | Reply:
            tx = self._of(work, sender, say)
            return tx.answered(message_id) or (tx, *take(tx))

        def run_alone(work: Work) -> Reply:
            taken = run(work)
            if not isinstance(taken, Reply):
                tx, session, taken = taken
                tx.save(session, message_id, taken)
            return taken

        def look() -> Reply:
            with self._snapshot(now) as work:
                taken = run(work)
            if not isinstance(taken, Reply):
                tx, session, taken = taken
                with self.work(now, durable=False) as tx.work:
                    tx.save(session, message_id, taken)
            return taken

        for _ in range(LOOKS):
            try:
                with self.turn.taken():
                    return look()
            except sessions.Stale:
                continue
            except NeedsDurable:
                break
        with self.turn.aside():
            return self._share(_Promise(run_alone, now))

    @contextmanager
    def transaction(
        self, sender: str, now: datetime, durable: bool = False, *, say: Say
    ) -> Iterator[Transaction]:
        """Something done for `sender` beside his messages: all of it is committed at the end, or nothing.

        `durable`: on disk before it returns, else a power cut may undo it (never tear it). Raises NeedsDurable when a
        promise changes in a transaction that is not durable, StateBusy when others write for too long.
        """
        with self.work(now, durable) as work:
            yield self._of(work, sender, say)

    def _of(self, work: Work, sender: str, say: Say) -> Transaction:
        hashed = sender_hash(self.keys, sender)
        return Transaction(
            work, hashed, SignUps(work, hashed, sender), People(work, hashed, say), self.keeping.sensitive
        )

    def answered(self, sender: str, message_id: str) -> Reply | None:
        """The reply that a message got, for who looks on."""
        hashed = sender_hash(self.keys, sender)
        return self.read(lambda work: sessions.answered(work, hashed, message_id))

    # ------------------------------------------------------------ for the staff

    def publish_events(self, events: Sequence[Event], now: datetime) -> None:
        """Make the events' quotas and times the promise: added places go to who waits, changes become news.

        An event that is not among `events` stays as it was.
        """
        with self.work(now, durable=True) as work:
            for change in publish.publish(work, events):
                audit.record(work, "publish", change)

    def replace_events(self, events: Sequence[Event], now: datetime) -> None:
        """As `publish_events`, and nothing else can be signed up for any more.

        Raises SignUpsLeft, nothing changed, where people are signed up for an event that is not among `events`.
        """
        with self.work(now, durable=True) as work:
            for change in publish.replace_all(work, events):
                audit.record(work, "publish", change)

    def signup_counts(self) -> dict[str, SignUpCounts]:
        """How every published event stands."""
        return self.read(publish.counts)

    def stopped(self, event_id: str) -> bool:
        """Whether the staff take no more sign-ups for a published event. Raises KeyError."""
        return self.read(line.standings)[event_id].stopped

    def erase(self, sender: str, now: datetime) -> None:
        """Forget everything about a worker, bytes and all."""
        with self.work(now, durable=True) as work:
            people.erase(work, sender_hash(self.keys, sender))
            audit.record(work, "erase", "one worker")

    def unmatched(self, limit: int = 200) -> list[tuple[str, int]]:
        """Masked texts that were not understood and how often, the most frequent first."""
        return self.read(lambda work: unmatched.grouped(work, limit))

    def forget_unmatched(self, texts: Sequence[str], now: datetime) -> None:
        """Strike texts that were dealt with off the list."""
        with self.work(now, durable=True) as work:
            unmatched.forget(work, texts)

    def trail(self) -> tuple[list[audit.Act], int | None]:
        """The audit trail, and the id of the first line that was tampered with."""
        return self.read(audit.trail)

    def purge(self, now: datetime) -> int:
        """Erase what was kept long enough, and give what was held in vain to the next; returns how many rows.

        Cheap: to be called every minute or so.
        """
        if self.read(lambda work: line.held_in_vain(work, now)):
            with self.work(now, durable=True) as work:
                line.lapse(work)
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
            work.erased = erased > 0
        return erased

    def backup(self, target: Path) -> None:
        """Write a checked copy while the bot goes on serving; raises StateError when it is not sound."""
        backup.write(self.path, target)

    # ------------------------------------------------------------ the transaction

    @contextmanager
    def work(self, now: datetime, durable: bool) -> Iterator[Work]:
        """A transaction that belongs to no worker: all or nothing. For `bot/state` alone."""
        with self._writing(), self._begun(durable) as connection:
            work = Work(connection, self.keys, now, durable)
            yield work
            self._journal_holds_erased |= work.erased

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The turn to write, within this process."""
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise StateBusy(f"数据库忙，等待了 {PATIENCE_SECONDS:g} 秒")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _begun(self, durable: bool) -> Iterator[sqlite3.Connection]:
        """A transaction that is committed at the end, or undone; the journal is cleared of what it erased."""
        connection = self._own(self._connection)
        self._synchronise(connection, durable)
        # IMMEDIATE: the write lock is ours before anything is read, so what is counted stays true.
        patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
        try:
            yield connection
            patiently(lambda: connection.execute("COMMIT"))
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if self._journal_holds_erased:
            self._clear_journal(connection)

    def _share(self, promise: _Promise) -> Reply:
        """Keep `promise` in one commit with those that came while another was written. Raises what it raised."""
        self._promises.append(promise)
        try:
            with self._writing():
                while not promise.over:
                    self._keep_promises()
        except StateBusy:
            if promise in self._promises:  # nobody took it up, and nobody will
                self._promises.remove(promise)
                raise
            with self._lock:  # it is being kept
                pass
        if promise.error is not None:
            raise promise.error
        return cast("Reply", promise.reply)

    def _keep_promises(self) -> None:
        together = [self._promises.popleft() for _ in range(min(len(self._promises), SHARED))]
        try:
            with self._begun(durable=True) as connection:
                for promise in together:
                    self._keep(promise, connection)
        except Exception as error:  # not committed: none of them was kept
            for promise in together:
                promise.error = error
        finally:
            for promise in together:
                promise.over = True

    def _keep(self, promise: _Promise, connection: sqlite3.Connection) -> None:
        """One of several in a transaction: what it fails at is undone, and undoes no other."""
        work = Work(connection, self.keys, promise.now, durable=True)
        connection.execute("SAVEPOINT one")
        try:
            promise.reply = promise.run(work)
            self._journal_holds_erased |= work.erased
        except Exception as error:
            promise.error = error
            connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")

    @contextmanager
    def _snapshot(self, now: datetime) -> Iterator[Work]:
        """What is committed, and stays as it is meanwhile; nothing can be written. For whose turn it is."""
        reader = self._own(self._reader)
        reader.execute("BEGIN")
        try:
            patiently(lambda: reader.execute("SELECT 1 FROM facts"))  # a rollback journal may be at work
            yield Work(reader, self.keys, now, durable=False)
        finally:
            reader.execute("COMMIT")

    def read(self, ask: Callable[[Work], Answer]) -> Answer:
        """What `ask` finds in what is committed. For `bot/state` alone."""
        with self.turn.taken(), self._snapshot(datetime.min) as work:
            return ask(work)

    def _own(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        if self._process != os.getpid():
            raise StateError("opened before the fork: SQLite belongs to the process that opened it")
        return connection

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
        self.keys = self.keys.of(self._connection)
