"""What the long runs of sign-ups share: published events, a key, and a worker's message through the real code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.state.keys import Keys
from bot.state.store import State, Transaction
from intents.types import NoPlaceLeft, Reply, Session
from knowledge.base import Event

KEYS = Keys(bytes(range(32)))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

EVENT = Event(
    id="e",
    title="活动（示例）",
    kind="体育",
    description="",
    place="定海区",
    address="",
    starts_at=NOW + timedelta(days=7),
    ends_at=NOW + timedelta(days=7, hours=3),
    signup_opens_at=None,
    signup_closes_at=None,
    quota=200,
    taken_elsewhere=0,
    waiting_list=True,
    people_per_signup=3,
    who="",
    members_only=False,
    fee="",
    contact="",
    retention_days=30,
)


def say(key: str, **values: object) -> str:
    """In the place of Knowledge.text."""
    return " ".join([key, *(str(values[name]) for name in ("name", "number") if name in values)])


def events(count: int, quota: int, waiting_list: bool = True) -> list[Event]:
    """So many events with ids e0, e1, …"""
    return [replace(EVENT, id=f"e{n}", quota=quota, waiting_list=waiting_list) for n in range(count)]


def opened(folder: Path, published: Sequence[Event]) -> Path:
    """A new state database that knows the events; returns its path."""
    path = folder / "state.db"
    state = State.open(path, KEYS)
    state.publish_events(published, NOW)
    state.close()
    return path


def signs_up(state: State, worker: str, message_id: str, event_id: str) -> Reply:
    """One message by which `worker` signs himself up; says "confirmed 7", "waiting" or "full"."""

    def take(tx: Transaction) -> tuple[Session, Reply]:
        session = tx.session()
        session.last_intent = "event_signup"
        try:
            [made] = tx.signups.sign_up(event_id, [worker], "19900000001")
        except NoPlaceLeft:
            return session, Reply("full")
        return session, Reply(f"confirmed {made.number}" if made.number else "waiting")

    return state.once(worker, message_id, datetime.now(NOW.tzinfo), take, say=say)
