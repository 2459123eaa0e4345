"""Sessions and groups of an event: each is an event of its own to whoever signs up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from knowledge.base import Event, session_id


def session_of(whole: Event, row: Mapping[str, Any]) -> Event:
    """The session of a row of sessions.csv; what the row leaves empty is as the event says."""
    said = [row[name] for name in ("session", "group") if row[name]]
    return replace(
        whole,
        id=session_id(whole.id, row["number"]),
        title=f"{whole.title}（{'·'.join(said)}）",
        part_of=whole.id,
        session=row["session"],
        group=row["group"],
        starts_at=row["starts_at"] or whole.starts_at,
        ends_at=row["ends_at"] or (None if row["starts_at"] else whole.ends_at),
        quota=row["quota"],
        taken_elsewhere=row["taken_elsewhere"],
        who=row["who"] or whole.who,
        members_only=whole.members_only if row["members_only"] is None else row["members_only"],
        cancelled=whole.cancelled or row["cancelled"],
        aliases=(),
    )


def with_times_of(events: Sequence[Event], sessions: Sequence[Event]) -> tuple[Event, ...]:
    """Events that last from the first of their sessions to the end of the last."""
    return tuple(_with_times(one, [each for each in sessions if each.part_of == one.id]) for one in events)


def _with_times(event: Event, sessions: Sequence[Event]) -> Event:
    starts = [one.starts_at for one in sessions if one.starts_at]
    ends = [one.ends_at or one.starts_at for one in sessions]
    if not starts:
        return event
    last = max((one for one in ends if one), default=None)
    return replace(event, starts_at=min(starts), ends_at=last)
