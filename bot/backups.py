"""The backups of the state: made on a schedule by the watcher's process and on demand, the oldest swept away."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot import alive
from bot.config import Config
from bot.state import sealed
from bot.state.database import StateError
from bot.state.keys import Keys
from bot.state.restore import restore
from bot.wechat import SHANGHAI

#: How often it is looked whether a backup is due.
LOOK_SECONDS = 60.0

_NAME = "state-%Y%m%d-%H%M%S.backup"

log = logging.getLogger("bot.backups")


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup; it was sound when it was made, or it would not be there."""

    path: Path
    made_at: datetime
    size: int  # bytes


def folder(config: Config) -> Path:
    """Where the backups lie."""
    return Path(config.backup.folder) if config.backup.folder else config.data / "backups"


def all_backups(config: Config) -> list[Backup]:
    """Every backup there is, the latest first."""
    found = []
    for path in folder(config).glob("state-*.backup"):
        try:
            made_at = datetime.strptime(path.name, _NAME).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue  # a file that somebody put there
        found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def make(config: Config, now: datetime) -> Backup:
    """Make a backup now and sweep away those that are too many. Raises StateError, OSError."""
    database = config.data / "state.db"
    if not database.is_file():
        raise StateError(f"{database}：还没有数据可备份")
    target = folder(config) / now.strftime(_NAME)
    sealed.write(database, target, Keys.load(config.data, os.environ))
    for old in all_backups(config)[config.backup.keep :]:
        old.path.unlink(missing_ok=True)
    return Backup(target, now, target.stat().st_size)


def is_due(config: Config, now: datetime) -> bool:
    """Whether the latest backup is older than the schedule wants it."""
    if not config.backup.every_hours or not (config.data / "state.db").is_file():
        return False
    made = all_backups(config)
    return not made or now - made[0].made_at >= timedelta(hours=config.backup.every_hours)


def put_back(config: Config, source: Path, now: datetime) -> int:
    """Bring back what a backup holds; returns how many people were erased again since.

    Raises StateError for one that is not sound, KeyProblem for one of another key; nothing is changed then.
    """
    keys, database = Keys.load(config.data, os.environ), config.data / "state.db"
    if not source.is_file():
        raise StateError(f"{source}：没有这个备份文件")
    if not sealed.is_sealed(source):
        return restore(source, database, keys, now)
    with sealed.opened(source, keys) as clear:
        return restore(clear, database, keys, now)


def keep_making(config: Config, stop: threading.Event) -> None:
    """Make backups when they are due until `stop` is set; what fails is one line in the log and tried again."""
    alive.beat(config.data, "backups")
    while not stop.wait(LOOK_SECONDS):
        alive.beat(config.data, "backups")
        now = datetime.now(SHANGHAI)
        try:
            if is_due(config, now):
                made = make(config, now)
                log.info("backup %s, %d bytes", made.path.name, made.size)
        except Exception as error:  # a full disk must not end the watcher
            log.error("no backup: %s: %s", type(error).__name__, error)
