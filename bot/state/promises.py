"""What an event promises: written when knowledge is published, and what counting holds to."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.state.work import Work
from knowledge.base import Event


class Promise(NamedTuple):
    """What an event promises, as the table `events` keeps it; times in seconds."""

    title: str
    place: str
    starts_at: int | None
    ends_at: int | None
    quota: int | None
    taken_elsewhere: int
    waiting_list: int
    cancelled: int
    erase_at: int | None
    offer_minutes: int | None
    stopped: int = 0


def promise_of(work: Work, event_id: str) -> Promise | None:
    """What a published event promises; None for one that was not published."""
    row = work.connection.execute(
        f"SELECT {', '.join(Promise._fields)} FROM events WHERE id = ?", (event_id,)
    ).fetchone()
    return Promise(*row) if row else None


def published(work: Work, event_id: str) -> Promise:
    """What a published event promises. Raises KeyError for one that was not published."""
    promise = promise_of(work, event_id)
    if promise is None:
        raise KeyError(event_id)
    return promise


def write(work: Work, event_id: str, promise: Promise) -> None:
    """Make `promise` what the event promises from now on."""
    columns = Promise._fields
    work.connection.execute(
        f"INSERT INTO events (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) "
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}",
        (event_id, *promise),
    )


def promised(event: Event) -> Promise:
    """What the knowledge files say of an event."""
    over = event.ends_at or event.starts_at or event.signup_closes_at
    return Promise(
        event.title,
        event.address or event.place,
        _seconds(event.starts_at),
        _seconds(event.ends_at),
        event.quota,
        event.taken_elsewhere,
        int(event.waiting_list),
        int(event.cancelled),
        int(over.timestamp()) + event.retention_days * 86400 if over else None,
        event.offer_minutes,
    )


def _seconds(time: datetime | None) -> int | None:
    return int(time.timestamp()) if time else None
