"""How often what happened on each day, and how the state stands now: counts alone, nobody's name or words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.state.store import State

#: Days that are kept.
KEPT_DAYS = 400


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at a moment."""

    people_today: int
    confirmed: int
    waiting: int
    signups_today: int
    not_understood: int
    notes: int  # messages for the staff that wait


def add(state: State, counts: Mapping[str, int], now: datetime) -> None:
    """Add `counts` to the day's figures."""
    day = now.date().isoformat()
    with state.work(now, durable=False) as work:
        work.connection.executemany(
            "INSERT INTO figures (day, name, count) VALUES (?, ?, ?) "
            "ON CONFLICT (day, name) DO UPDATE SET count = count + excluded.count",
            [(day, name, count) for name, count in counts.items()],
        )
        oldest = (now.date() - timedelta(days=KEPT_DAYS)).isoformat()
        work.connection.execute("DELETE FROM figures WHERE day < ?", (oldest,))


def since(state: State, day: date) -> dict[date, dict[str, int]]:
    """The figures of every day from `day` on that has some."""
    rows = state.read(
        lambda work: work.connection.execute(
            "SELECT day, name, count FROM figures WHERE day >= ? ORDER BY day, name", (day.isoformat(),)
        ).fetchall()
    )
    days: dict[date, dict[str, int]] = {}
    for written, name, count in rows:
        days.setdefault(date.fromisoformat(written), {})[name] = count
    return days


def standing(state: State, now: datetime) -> Standing:
    """How things stand; `people_today` have a session that was used today."""
    midnight = int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    row = state.read(
        lambda work: work.connection.execute(
            "SELECT (SELECT count(*) FROM sessions WHERE updated_at >= :midnight), "
            "(SELECT count(*) FROM signups WHERE status = 'confirmed'), "
            "(SELECT count(*) FROM signups WHERE status = 'waiting'), "
            "(SELECT count(*) FROM signups WHERE status <> 'cancelled' AND joined_at >= :midnight), "
            "(SELECT count(*) FROM unmatched), (SELECT count(*) FROM notes WHERE done_at IS NULL)",
            {"midnight": midnight},
        ).fetchone()
    )
    return Standing(*row)
