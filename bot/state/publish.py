"""What is done for whole events: their promises published, their sign-ups counted for the staff."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.state import news
from bot.state.line import promote
from bot.state.promises import Promise, promise_of, promised, write
from bot.state.work import Work
from knowledge.base import Event


@dataclass(frozen=True, slots=True)
class SignUpCounts:
    """How an event stands, for the staff. `over` counts confirmed places beyond a quota that was lowered."""

    confirmed: int
    waiting: int
    over: int


@dataclass(frozen=True, slots=True)
class Held:
    """An event that people are still signed up for: neither over nor cancelled."""

    id: str
    title: str
    signups: int  # confirmed and waiting


class SignUpsLeft(Exception):
    """Events that would be published no longer while people are signed up for them; `held` says which."""

    def __init__(self, held: Sequence[Held]) -> None:
        self.held = tuple(held)
        super().__init__(", ".join(one.id for one in held))


def left_out(connection: sqlite3.Connection, events: Sequence[Event], now: datetime) -> list[Held]:
    """What people are signed up for, and is not among `events`; needs no key."""
    rows = connection.execute(
        "SELECT events.id, title, count(*) FROM events JOIN signups ON event = events.id "
        "WHERE status <> 'cancelled' AND NOT cancelled AND coalesce(ends_at, starts_at, ?1) >= ?1 "
        "GROUP BY events.id ORDER BY events.id",
        (int(now.timestamp()),),
    ).fetchall()
    there = {one.id for one in events}
    return [Held(*row) for row in rows if row[0] not in there]


def replace_all(work: Work, events: Sequence[Event]) -> list[str]:
    """Make `events` all that can be signed up for; returns as `publish` does. Raises SignUpsLeft.

    What goes takes no sign-up from a server that still has the version before.
    """
    if held := left_out(work.connection, events, work.now):
        raise SignUpsLeft(held)
    rows = work.connection.execute(
        "SELECT id FROM events WHERE NOT cancelled AND coalesce(ends_at, starts_at, ?1) >= ?1",
        (work.seconds,),
    ).fetchall()
    gone = {id for (id,) in rows} - {one.id for one in events}
    work.connection.executemany("UPDATE events SET cancelled = 1 WHERE id = ?", [(id,) for id in gone])
    return [*(f"{id}: taken out" for id in sorted(gone)), *publish(work, events)]


def publish(work: Work, events: Sequence[Event]) -> list[str]:
    """Write what the events promise now; promote where places were added, tell what changed.

    Returns a line for the audit trail for each event that changed. A lowered quota throws nobody out.
    """
    changes = []
    for event in events:
        before, after = promise_of(work, event.id), promised(event)
        if before is not None:
            after = after._replace(stopped=before.stopped)  # the staff's word, not the files'
        if before == after:
            continue
        write(work, event.id, after)
        if before is not None:
            _tell_changes(work, event.id, before, after)
        promoted = promote(work, event.id)
        quota = f"quota {event.quota}, elsewhere {event.taken_elsewhere}"
        changes.append(f"{event.id}: {quota}, cancelled {event.cancelled}, promoted {promoted}")
    return changes


def _tell_changes(work: Work, event_id: str, before: Promise, after: Promise) -> None:
    """News for everybody signed up: cancelled, or another time or place. Silence about what is over."""
    ends_at = after.ends_at or after.starts_at
    if ends_at is not None and ends_at < work.seconds:
        return
    if after.cancelled:
        kind = "cancelled" if not before.cancelled else ""
    else:
        told = ("place", "starts_at", "ends_at", "cancelled")
        kind = "changed" if any(getattr(before, name) != getattr(after, name) for name in told) else ""
    if not kind:
        return
    rows = work.connection.execute(
        "SELECT DISTINCT sender FROM signups WHERE event = ? AND status <> 'cancelled'", (event_id,)
    ).fetchall()
    for (sender,) in rows:
        news.replace(work, sender, event_id, kind)


def counts(work: Work) -> dict[str, SignUpCounts]:
    """How every published event stands."""
    rows = work.connection.execute(
        "SELECT events.id, quota, taken_elsewhere, coalesce(sum(status = 'confirmed'), 0), "
        "coalesce(sum(status = 'waiting'), 0) FROM events LEFT JOIN signups ON event = events.id "
        "GROUP BY events.id"
    ).fetchall()
    return {
        id: SignUpCounts(
            confirmed, waiting, max(0, confirmed + elsewhere - quota) if quota is not None else 0
        )
        for id, quota, elsewhere, confirmed, waiting in rows
    }
