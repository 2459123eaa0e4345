"""What the tests of bot/state share: an event, a moment, a store of its own, and workers who speak."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks import town
from benchmarks.town import KEYS, NOW, say
from bot.state.keys import Keys
from bot.state.store import State, Transaction
from intents.types import SignUp
from knowledge.base import Event

PHONE = "19900000001"

EVENT = replace(town.EVENT, id="walk", title="健步走（示例）", quota=2)


class Town:
    """A store and its workers, by name."""

    def __init__(self, folder: Path, *events: Event, keys: Keys = KEYS) -> None:
        self.path = folder / "state" / "state.db"
        self.state = State.open(self.path, keys)
        self.state.publish_events(events or (EVENT,), NOW)

    def publish(self, at: datetime = NOW, **changes: object) -> None:
        """Publish the event again with other values."""
        self.state.publish_events([replace(EVENT, **changes)], at)  # type: ignore[arg-type]

    def says(
        self, worker: str, at: datetime = NOW, durable: bool = True
    ) -> AbstractContextManager[Transaction]:
        """A message of `worker`, as a context manager that gives its Transaction."""
        return self.state.transaction(worker, at, durable, say=say)

    def joins(
        self, worker: str, *names: str, phone: str = PHONE, event: str = "walk", at: datetime = NOW
    ) -> list[SignUp]:
        """`worker` signs up under his own name, or `names`."""
        with self.says(worker, at) as tx:
            return tx.signups.sign_up(event, names or (worker,), phone)

    def leaves(self, worker: str, ids: Sequence[int] = (), at: datetime = NOW) -> list[SignUp]:
        """`worker` cancels those ids, or all that is his."""
        with self.says(worker, at) as tx:
            return tx.signups.cancel(ids or [one.id for one in tx.signups.mine()])

    def mine(self, worker: str) -> list[SignUp]:
        """What `worker` sees under 「我的报名」."""
        with self.says(worker) as tx:
            return tx.signups.mine()

    def news(self, worker: str) -> list[str]:
        """What is told before the next reply to `worker`."""
        with self.says(worker) as tx:
            return tx.people.news()

    def standing(self, worker: str) -> list[tuple[str, str, int, int]]:
        """Name, status, number and rank of what `worker` sees."""
        return [(one.name, one.status, one.number, one.rank) for one in self.mine(worker)]

    def bytes(self) -> bytes:
        """Every byte of the database and its journals."""
        return b"".join(file.read_bytes() for file in sorted(self.path.parent.glob(f"{self.path.name}*")))
