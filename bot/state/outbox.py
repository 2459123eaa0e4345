"""News on their way out: who may be told now, each claimed once, and what became of it; the token and the lease for it.

What is claimed is not told before a reply for news.CLAIM_SECONDS; sent, it is gone; refused by WeChat, it waits for his next
message; and where nobody knows whether it arrived, it waits too: heard twice is better than never.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.state import news
from bot.state.store import State
from bot.state.work import Say, Work

#: How long after his last message WeChat lets us begin.
WINDOW = timedelta(hours=48)
#: How long before an event people are reminded of it.
REMIND = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One piece of news for one openid."""

    id: int
    openid: str
    text: str
    recent: bool = True  # he wrote within WINDOW
    facts: Mapping[str, str] = field(
        default_factory=dict
    )  # title, when, place, words: for a template's fields


def claim(state: State, now: datetime, say: Say, limit: int = 20, late: bool = False) -> list[Outgoing]:
    """News whose workers may be told now, from now on this process's; on disk before it returns.

    `late`: also of those who wrote last before WINDOW.
    """
    since = 0 if late else int((now - WINDOW).timestamp())
    if not state.read(lambda work: _open(work, since, 1)):
        return []
    with state.work(now, durable=True) as work:
        claimed = []
        for id, sender, wrote in _open(work, since, limit):
            work.connection.execute("UPDATE news SET claimed_at = ? WHERE id = ?", (work.seconds, id))
            openid = _openid(work, sender)
            if openid:
                recent = wrote > int((now - WINDOW).timestamp())
                text, facts = news.sentence(work, id, say), news.facts(work, id, say)
                claimed.append(Outgoing(id, openid, text, recent, facts))
        return claimed


def _open(work: Work, since: int, limit: int) -> list[tuple[int, bytes, int]]:
    """Not tried yet, of workers who wrote after `since`, and when that was; a session is forgotten after a time."""
    rows: list[tuple[int, bytes, int]] = work.connection.execute(
        "SELECT id, news.sender, coalesce(updated_at, 1) AS wrote FROM news "
        "LEFT JOIN sessions ON sessions.sender = news.sender "
        "WHERE claimed_at IS NULL AND wrote > ? ORDER BY id LIMIT ?",
        (since, limit),
    ).fetchall()
    return rows


def _openid(work: Work, sender: bytes) -> str:
    """His openid, which only an active sign-up holds."""
    row = work.connection.execute(
        "SELECT id, body FROM signups WHERE sender = ? AND status <> 'cancelled' ORDER BY id DESC LIMIT 1",
        (sender,),
    ).fetchone()
    return str(work.unseal(row[1], "signups", row[0])["openid"]) if row else ""


def settle(state: State, id: int, failed: int | None, now: datetime) -> None:
    """It was sent (None), or `failed` by WeChat's errcode (0: nobody knows) and waits for his next message."""
    with state.work(now, durable=True) as work:
        if failed is None:
            work.connection.execute("DELETE FROM news WHERE id = ?", (id,))
        else:
            work.connection.execute("UPDATE news SET failed = ? WHERE id = ?", (failed, id))


def remind(state: State, now: datetime) -> int:
    """Put a reminder down for everybody whose event begins within a day, once; returns how many."""
    begins = "starts_at > ? AND starts_at <= ? AND NOT cancelled"
    times = (int(now.timestamp()), int((now + REMIND).timestamp()))
    due = (
        "SELECT DISTINCT signups.sender, event FROM signups JOIN events ON events.id = event "
        f"WHERE status = 'confirmed' AND NOT reminded AND {begins}"
    )
    if not state.read(lambda work: work.connection.execute(f"{due} LIMIT 1", times).fetchone()):
        return 0
    with state.work(now, durable=True) as work:
        rows = work.connection.execute(due, times).fetchall()
        for sender, event_id in rows:
            news.write(work, sender, event_id, "reminder", {})
            work.connection.execute(
                "UPDATE signups SET reminded = 1 WHERE sender = ? AND event = ?", (sender, event_id)
            )
        return len(rows)


# ---------------------------------------------------------------- one sender, one token


def lease(state: State, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Whether `holder` may do what only one process may, for `lasting` from now."""
    with state.work(now, durable=False) as work:
        work.connection.execute(
            "INSERT INTO leases (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?",
            (name, holder, work.seconds + int(lasting.total_seconds()), work.seconds),
        )
        (found,) = work.connection.execute("SELECT holder FROM leases WHERE name = ?", (name,)).fetchone()
        return bool(found == holder)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What wechatpy keeps its access token in: the state, so that all processes share it."""

    state: State
    clock: Callable[[], datetime]

    def get(self, key: str, default: str | None = None) -> str | None:
        """The token while it lasts."""
        now = self.clock()

        def find(work: Work) -> str | None:
            row = work.connection.execute(
                "SELECT body FROM tokens WHERE name = ? AND until > ?", (key, int(now.timestamp()))
            ).fetchone()
            return str(work.unseal(row[0], "tokens", key)) if row else default

        return self.state.read(find)

    def set(self, key: str, value: str, ttl: int | None = None) -> None:
        """Keep it for `ttl` seconds, less five minutes for clocks that differ."""
        with self.state.work(self.clock(), durable=False) as work:
            work.connection.execute(
                "INSERT OR REPLACE INTO tokens (name, body, until) VALUES (?, ?, ?)",
                (key, work.seal(value, "tokens", key), work.seconds + (ttl or 7200) - 300),
            )

    def delete(self, key: str) -> None:
        """Forget it."""
        with self.state.work(self.clock(), durable=False) as work:
            work.connection.execute("DELETE FROM tokens WHERE name = ?", (key,))
