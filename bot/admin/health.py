"""运行: what serves since when, what is kept, the backups, and a backup now."""

from __future__ import annotations

import logging
import os
import platform
import shutil

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot import alive, backups
from bot.admin.going_back import by
from bot.admin.guard import me, only
from bot.admin.office import Office
from bot.state.database import StateError, driver
from bot.state.keys import KeyProblem
from bot.versions import read_history

#: Backups on the page; the folder may hold more.
SHOWN = 20

log = logging.getLogger("bot.admin")


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/health`."""
    config, started = office.config, office.clock()

    def page(words: str = "", status: int = 200) -> ResponseReturnValue:
        version = office.published().version
        disk = shutil.disk_usage(config.data)
        return render_template(
            "admin/health.html",
            words=words,
            started=started,
            process=os.getpid(),
            workers=config.server.workers,
            version=version,
            published=next(
                (one for one in read_history(config.data).versions if one.version == version), None
            ),
            python=platform.python_version(),
            sqlite=driver.sqlite_version,
            state=_size(sum(path.stat().st_size for path in config.data.glob("state.db*"))),
            free=_size(disk.free),
            full=round(100 * disk.used / disk.total),
            made=backups.all_backups(config)[:SHOWN],
            every=config.backup.every_hours,
            size=_size,
            by=by,
            works=[(words, alive.last(config.data, work)) for work, words in alive.WORKS.items()],
            silent=alive.silent(config.data, office.clock()),
        ), status

    @blueprint.get("/health")
    @only("管理")
    def health() -> ResponseReturnValue:
        return page()

    @blueprint.post("/health/backup")
    @only("管理")
    def backup_now() -> ResponseReturnValue:
        now = office.clock()
        try:
            backups.make(config, now)
        except (StateError, KeyProblem, OSError) as error:
            log.error("no backup: %s", type(error).__name__)
            return page("没有备份成功。请看看磁盘是不是满了，或者请维护的人看一下。", 500)
        office.admins.record("backup", me().name, now)
        return redirect(url_for("admin.health"))


def _size(count: float) -> str:
    """Bytes in words."""
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
