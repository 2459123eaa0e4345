"""What was done to people's data and to promises, except by workers themselves; tampering shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.state.work import SHANGHAI, Work


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trail. `about` never holds personal data."""

    id: int
    at: datetime
    act: str
    about: str


def record(work: Work, act: str, about: str) -> None:
    """Add a line, sealed together with the line before it."""
    row = work.connection.execute("SELECT seal FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    id = work.next_id("audit")
    seal = _seal(work, row[0] if row else b"", (id, work.seconds, act, about))
    work.connection.execute(
        "INSERT INTO audit (id, at, act, about, seal) VALUES (?, ?, ?, ?, ?)",
        (id, work.seconds, act, about, seal),
    )


def trail(work: Work) -> tuple[list[Act], int | None]:
    """Every line in order, and the id of the first changed or after one taken out (None: whole)."""
    acts: list[Act] = []
    broken: int | None = None
    before = b""
    for id, at, act, about, seal in work.connection.execute(
        "SELECT id, at, act, about, seal FROM audit ORDER BY id"
    ):
        if broken is None and seal != _seal(work, before, (id, at, act, about)):
            broken = id
        acts.append(Act(id, datetime.fromtimestamp(at, SHANGHAI), act, about))
        before = seal
    return acts, broken


def reseal(before: Work, after: Work) -> int | None:
    """Seal every line with the keys of `after`; returns the first line that was tampered with, None for none."""
    acts, broken = trail(before)
    seal = b""
    for one in acts:
        seal = _seal(after, seal, (one.id, int(one.at.timestamp()), one.act, one.about))
        after.connection.execute("UPDATE audit SET seal = ? WHERE id = ?", (seal, one.id))
    return broken


def _seal(work: Work, before: bytes, line: tuple[int, int, str, str]) -> bytes:
    return work.keys.hash("audit", before, *map(str, line))
