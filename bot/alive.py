"""When the process that publishes and makes backups was last at work, so that its silence shows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.wechat import SHANGHAI

#: What that process does, each with a sign of life of its own, in the words of the staff.
WORKS = {"publishing": "自动发布", "backups": "自动备份"}
#: How often a sign is given, at least when nothing takes long, and after how long its lack is told of: a training takes less.
BEAT_SECONDS = 5.0
LATE = timedelta(minutes=5)


def beat(data: Path, work: str) -> None:
    """Say that `work` goes on; on a disk that takes nothing, silence says it."""
    with suppress(OSError):
        _sign(data, work).touch(mode=0o600)


def last(data: Path, work: str) -> datetime | None:
    """When `work` was last going on; None where it never was."""
    try:
        return datetime.fromtimestamp(_sign(data, work).stat().st_mtime, SHANGHAI)
    except FileNotFoundError:
        return None


def silent(data: Path, now: datetime) -> list[str]:
    """The works that have given no sign for LATE, in the words of the staff."""
    found = {words: last(data, work) for work, words in WORKS.items()}
    return [words for words, seen in found.items() if seen is None or now - seen > LATE]


def _sign(data: Path, work: str) -> Path:
    return data / f"{work}.alive"
