"""Messages that workers left for the staff, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.state import audit
from bot.state.store import State
from bot.state.work import SHANGHAI, Work


@dataclass(frozen=True, slots=True)
class Note:
    """One message for the staff. `number` is what the worker was told."""

    number: int
    text: str
    left_at: datetime
    done_at: datetime | None
    done_by: str
    remark: str


def left(state: State, limit: int = 200) -> list[Note]:
    """The messages, those that wait first, then the latest."""
    return state.read(lambda work: _left(work, limit))


def _left(work: Work, limit: int) -> list[Note]:
    rows = work.connection.execute(
        "SELECT id, body, left_at, done_at, done_by, remark FROM notes "
        "ORDER BY done_at IS NOT NULL, id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [
        Note(
            id,
            str(work.unseal(body, "notes", id)),
            datetime.fromtimestamp(left_at, SHANGHAI),
            datetime.fromtimestamp(done_at, SHANGHAI) if done_at else None,
            done_by,
            str(work.unseal(remark, "notes", f"{id} remark")) if remark else "",
        )
        for id, body, left_at, done_at, done_by, remark in rows
    ]


def settle(state: State, number: int, remark: str | None, by: str, now: datetime) -> None:
    """Say what became of a message; without a remark it waits again. Raises KeyError where it is not kept."""
    done = remark is not None
    with state.work(now, durable=True) as work:
        sealed = work.seal(remark, "notes", f"{number} remark") if remark else None
        changed = work.connection.execute(
            "UPDATE notes SET done_at = ?, done_by = ?, remark = ? WHERE id = ?",
            (work.seconds if done else None, by if done else "", sealed, number),
        )
        if not changed.rowcount:
            raise KeyError(number)
        audit.record(work, "note", f"{by}: {number} {'done' if done else 'open again'}")
