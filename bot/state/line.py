"""Places counted under the write lock, and the line of those who wait for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.state import news
from bot.state.promises import Promise, published
from bot.state.work import Work

#: What is said of an event without a quota.
UNLIMITED = 1_000_000


def places_free(work: Work, event_id: str, promise: Promise) -> int:
    """Places for a newcomer; none while somebody waits, for a free place belongs to the first in line."""
    if promise.cancelled or promise.stopped or count_waiting(work, event_id):
        return 0
    return _room(work, event_id, promise)


def _room(work: Work, event_id: str, promise: Promise) -> int:
    """Places that nobody has and that are held for nobody."""
    if promise.quota is None:
        return UNLIMITED
    (taken,) = work.connection.execute(
        "SELECT count(*) FROM signups INDEXED BY signups_active "
        "WHERE event = ? AND status <> 'cancelled' AND (status = 'confirmed' OR offered_until IS NOT NULL)",
        (event_id,),
    ).fetchone()
    return max(0, promise.quota - promise.taken_elsewhere - int(taken))


def count_waiting(work: Work, event_id: str) -> int:
    """How many wait."""
    (count,) = work.connection.execute(
        "SELECT count(*) FROM signups WHERE event = ? AND status = 'waiting'", (event_id,)
    ).fetchone()
    return int(count)


class Standing(NamedTuple):
    """How an event stands for who wants to sign up."""

    free: int  # places that a newcomer can have; UNLIMITED without a quota
    waiting: int
    stopped: bool


def standings(work: Work) -> dict[str, Standing]:
    """How every published event stands."""
    rows = work.connection.execute(
        "SELECT id, quota, taken_elsewhere, cancelled, stopped, coalesce(active, 0), coalesce(waiting, 0) "
        "FROM events LEFT JOIN (SELECT event, count(*) AS active, sum(status = 'waiting') AS waiting "
        "FROM signups INDEXED BY signups_active WHERE status <> 'cancelled' GROUP BY event) ON event = id"
    ).fetchall()
    found = {}
    for id, quota, elsewhere, cancelled, stopped, active, waiting in rows:
        room = UNLIMITED if quota is None else max(0, quota - elsewhere - active)
        free = 0 if cancelled or stopped or waiting else room
        found[id] = Standing(free, waiting, bool(stopped))
    return found


def next_number(work: Work, event_id: str) -> int:
    """The next number at the door; none is given twice."""
    (number,) = work.connection.execute(
        "UPDATE events SET last_number = last_number + 1 WHERE id = ? RETURNING last_number", (event_id,)
    ).fetchall()[0]
    return int(number)


def promote_all(work: Work, event_ids: Iterable[str]) -> None:
    """Fill what became free in these events."""
    for event_id in sorted(set(event_ids)):
        promote(work, event_id)


def promote(work: Work, event_id: str) -> int:
    """Give free places to those who wait, first come first; each gets news. Returns how many.

    Where the event makes offers, the place is held for him until its time is over, but not beyond the start.
    Nobody is promoted to an event that is cancelled or over.
    """
    promise = published(work, event_id)
    over = promise.ends_at or promise.starts_at or work.seconds
    if promise.cancelled or over < work.seconds:
        return 0
    rows = work.connection.execute(
        "SELECT id, sender, body FROM signups WHERE event = ? AND status = 'waiting' AND offered_until IS NULL "
        "ORDER BY id LIMIT ?",
        (event_id, _room(work, event_id, promise)),
    ).fetchall()
    for id, sender, body in rows:
        name = work.unseal(body, "signups", id)["name"]
        if promise.offer_minutes:
            until = _offer_ends(promise, work.seconds)
            work.connection.execute("UPDATE signups SET offered_until = ? WHERE id = ?", (until, id))
            news.write(work, sender, event_id, "offered", {"name": name, "until": until})
        else:
            number = confirm(work, id, event_id)
            news.write(work, sender, event_id, "promoted", {"name": name, "number": number})
    return len(rows)


def _offer_ends(promise: Promise, now: int) -> int:
    ends = now + (promise.offer_minutes or 0) * 60
    return min(ends, promise.starts_at) if promise.starts_at and promise.starts_at > now else ends


def confirm(work: Work, id: int, event_id: str) -> int:
    """Make a place of one who waits his own; returns his number at the door."""
    number = next_number(work, event_id)
    work.connection.execute(
        "UPDATE signups SET status = 'confirmed', number = ?, offered_until = NULL WHERE id = ?", (number, id)
    )
    return number


def held_in_vain(work: Work, now: datetime) -> bool:
    """Whether the time of an offer has passed."""
    return (
        work.connection.execute(
            "SELECT 1 FROM signups WHERE status = 'waiting' AND offered_until <= ?", (int(now.timestamp()),)
        ).fetchone()
        is not None
    )


def lapse(work: Work) -> int:
    """Take back places that were held in vain, and hold them for the next; returns how many.

    Who did not answer has given up his turn: he may join the line again, at its end.
    """
    rows = work.connection.execute(
        "SELECT id, event, sender, body FROM signups WHERE status = 'waiting' AND offered_until <= ?",
        (work.seconds,),
    ).fetchall()
    for id, event_id, sender, body in rows:
        name = work.unseal(body, "signups", id)["name"]
        work.connection.execute(
            "UPDATE signups SET status = 'cancelled', person = NULL, body = NULL, offered_until = NULL "
            "WHERE id = ?",
            (id,),
        )
        news.write(work, sender, event_id, "lapsed", {"name": name})
    promote_all(work, (event_id for _, event_id, _, _ in rows))
    return len(rows)
