"""The accounts of the staff, who is logged in, and how long a source of wrong passwords must wait."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.state import audit
from bot.state.store import State
from bot.state.work import SHANGHAI, Work

#: 编辑 keeps the knowledge right; 管理 may also see people's data and the accounts.
Role = Literal["编辑", "管理"]
ROLES: tuple[Role, ...] = get_args(Role)

#: How long who guesses wrong must wait: doubled each time.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Admin:
    """One person of the staff."""

    name: str
    role: Role
    added_at: datetime


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody who is logged in: in one browser, since when, and when last seen."""

    id: str  # tells it from others, opens nothing
    name: str
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Admins:
    """The accounts in the state database."""

    state: State

    # ------------------------------------------------------------ accounts

    def all(self) -> list[Admin]:
        """Everybody who has an account, by name."""
        rows = self.state.read(
            lambda work: work.connection.execute("SELECT name, role, added_at FROM admins").fetchall()
        )
        return [Admin(name, role, _moment(added_at)) for name, role, added_at in rows]

    def password_of(self, name: str) -> str | None:
        """The hash of a person's password; None for nobody."""
        row = self.state.read(
            lambda work: work.connection.execute(
                "SELECT password FROM admins WHERE name = ?", (name,)
            ).fetchone()
        )
        return str(row[0]) if row else None

    def put(self, name: str, role: Role | None, password: str, by: str, now: datetime) -> None:
        """Add an account, or give an account another password: who was logged in with the old one is not any more.

        A `role` of None keeps the one it has. Raises KeyError where it has none.
        """
        with self.state.work(now, durable=True) as work:
            kept = work.connection.execute("SELECT role FROM admins WHERE name = ?", (name,)).fetchone()
            if role is None and kept is None:
                raise KeyError(name)
            work.connection.execute(
                "INSERT INTO admins (name, role, password, added_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password",
                (name, role or kept[0], password, work.seconds),
            )
            work.connection.execute("DELETE FROM admin_sessions WHERE admin = ?", (name,))
            audit.record(work, "account", f"{by}: {name} {role or kept[0]}")

    def remove(self, name: str, by: str, now: datetime) -> None:
        """Take an account away, and whoever is logged in with it. Raises KeyError for nobody."""
        with self.state.work(now, durable=True) as work:
            if not work.connection.execute("DELETE FROM admins WHERE name = ?", (name,)).rowcount:
                raise KeyError(name)
            audit.record(work, "account removed", f"{by}: {name}")

    # ------------------------------------------------------------ who is logged in

    def begin(self, token: bytes, name: str, now: datetime) -> None:
        """`name` has logged in; `token` is a hash of his cookie."""
        with self.state.work(now, durable=True) as work:
            work.connection.execute(
                "INSERT INTO admin_sessions (token, admin, began_at, seen_at) VALUES (?, ?, ?, ?)",
                (token, name, work.seconds, work.seconds),
            )
            audit.record(work, "log-in", name)

    def seen(self, token: bytes, now: datetime, idle: timedelta) -> Admin | None:
        """Who holds `token` and was there within `idle`; from now on it counts anew."""

        def find(work: Work) -> tuple[str, Role, int, int] | None:
            found: tuple[str, Role, int, int] | None = work.connection.execute(
                "SELECT name, role, added_at, seen_at FROM admin_sessions JOIN admins ON admin = name "
                "WHERE token = ? AND seen_at > ?",
                (token, int((now - idle).timestamp())),
            ).fetchone()
            return found

        row = self.state.read(find)
        if row is None:
            return None
        name, role, added_at, seen_at = row
        if now.timestamp() - seen_at > 30:  # not for every picture of a page
            with self.state.work(now, durable=False) as work:
                work.connection.execute(
                    "UPDATE admin_sessions SET seen_at = ? WHERE token = ?", (work.seconds, token)
                )
        return Admin(name, role, _moment(added_at))

    def end(self, token: bytes, now: datetime) -> None:
        """Log out, and forget those who left without."""
        with self.state.work(now, durable=True) as work:
            work.connection.execute(
                "DELETE FROM admin_sessions WHERE token = ? OR seen_at < ?", (token, work.seconds - 86400)
            )

    def log_ins(self, now: datetime, idle: timedelta) -> list[LogIn]:
        """Who is logged in and was there within `idle`, the latest first."""
        rows = self.state.read(
            lambda work: work.connection.execute(
                "SELECT token, admin, began_at, seen_at FROM admin_sessions WHERE seen_at > ? ORDER BY seen_at DESC",
                (int((now - idle).timestamp()),),
            ).fetchall()
        )
        return [
            LogIn(log_in_id(token), name, _moment(began), _moment(seen)) for token, name, began, seen in rows
        ]

    def end_one(self, id: str, by: str, now: datetime) -> str:
        """End the log-in of that id, `by` somebody else or himself; returns whose it was. Raises KeyError."""
        with self.state.work(now, durable=True) as work:
            for token, name in work.connection.execute("SELECT token, admin FROM admin_sessions").fetchall():
                if log_in_id(token) == id:
                    work.connection.execute("DELETE FROM admin_sessions WHERE token = ?", (token,))
                    audit.record(work, "log-in ended", f"{by}: {name}")
                    return str(name)
        raise KeyError(id)

    # ------------------------------------------------------------ wrong passwords

    def wait(self, source: bytes, free_tries: int, now: datetime) -> timedelta:
        """How long this source must still wait; zero when it may try.

        After `free_tries` wrong passwords each doubles the wait, from FIRST_WAIT to LONGEST_WAIT.
        """
        row = self.state.read(
            lambda work: work.connection.execute(
                "SELECT count, last_at FROM admin_failures WHERE source = ?", (source,)
            ).fetchone()
        )
        if row is None or row[0] < free_tries:
            return timedelta()
        count, last_at = int(row[0]), int(row[1])
        pause = min(FIRST_WAIT * (1 << min(count - free_tries, 20)), LONGEST_WAIT)
        return max(_moment(last_at) + pause - now, timedelta())

    def failed(self, source: bytes, now: datetime) -> None:
        """A wrong password came from there; what is a day old is forgotten."""
        with self.state.work(now, durable=False) as work:
            work.connection.execute("DELETE FROM admin_failures WHERE last_at < ?", (work.seconds - 86400,))
            work.connection.execute(
                "INSERT INTO admin_failures (source, count, last_at) VALUES (?, 1, ?) "
                "ON CONFLICT (source) DO UPDATE SET count = count + 1, last_at = excluded.last_at",
                (source, work.seconds),
            )

    def succeeded(self, source: bytes, now: datetime) -> None:
        """A right password came from there: it starts anew."""
        with self.state.work(now, durable=False) as work:
            work.connection.execute("DELETE FROM admin_failures WHERE source = ?", (source,))

    # ------------------------------------------------------------ the trail

    def record(self, act: str, about: str, now: datetime) -> None:
        """Put an act of the staff down in the audit trail; `about` holds no worker's data."""
        with self.state.work(now, durable=True) as work:
            audit.record(work, act, about)


def log_in_id(token: bytes) -> str:
    """What a page may show of a log-in: a hash of the hash that is kept."""
    return hashlib.sha256(token).hexdigest()[:16]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, SHANGHAI)
