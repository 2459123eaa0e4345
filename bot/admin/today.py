"""今日一览: the state of the service at a glance."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot import alive, backups, publishing
from bot.admin.charts import bars, rows
from bot.admin.going_back import by
from bot.admin.office import Office
from bot.state import figures
from bot.tally import MILLISECONDS
from bot.versions import Version, read_history
from intents.types import LABELS

DAYS = 14


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/`."""

    @blueprint.get("/")
    def today() -> ResponseReturnValue:
        now = office.clock()
        days = figures.since(office.state, now.date() - timedelta(days=DAYS - 1))
        counts = days.get(now.date(), {})
        say = office.published().knowledge.text
        intents = Counter({label: counts.get(f"intent {label}", 0) for label in LABELS})
        made = backups.all_backups(office.config)
        disk = shutil.disk_usage(office.config.data)
        return render_template(
            "admin/today.html",
            now=now,
            standing=figures.standing(office.state, now),
            messages=counts.get("messages", 0),
            asked_back=counts.get("asked back", 0),
            refused=counts.get("intent oos", 0),
            slowest=_within(counts, 0.99),
            usual=_within(counts, 0.5),
            chart=bars("最近两周每天的消息", _by_day(days, now.date())),
            intents=rows([(say(f"labels.{one}"), count) for one, count in intents.most_common(8) if count]),
            free=f"{disk.free / 1e9:.1f} GB",
            disk_low=disk.free < 1e9,
            backup=made[0].made_at if made else None,
            backup_late=backups.is_due(office.config, now - timedelta(hours=1)),
            errors=_errors(office),
            silent=alive.silent(office.config.data, now),
            published=_published(office),
            by=by,
        )


def _published(office: Office) -> Version | None:
    """The version that is served."""
    served = office.published().version
    return next((one for one in read_history(office.config.data).versions if one.version == served), None)


def _errors(office: Office) -> int:
    """Errors that keep the content from being published."""
    problems = publishing.read_draft(office.config.data).get("problems", [])
    return sum(one["level"] == "error" for one in problems)


def _by_day(days: dict[date, dict[str, int]], today: date) -> list[tuple[str, int]]:
    dates = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [(str(one.day), days.get(one, {}).get("messages", 0)) for one in dates]


def _within(counts: dict[str, int], share: float) -> str:
    """The response time that `share` of the day's messages stayed within."""
    classes = [*MILLISECONDS, "more"]
    total = sum(counts.get(f"ms {one}", 0) for one in classes)
    if not total:
        return "—"
    reached = 0
    for one in MILLISECONDS:
        reached += counts.get(f"ms {one}", 0)
        if reached >= share * total:
            return f"{one / 1000:g} 秒内"
    return f"超过 {MILLISECONDS[-1] / 1000:g} 秒"
