"""历史和退回: the versions kept, what going back to one would take away, and the way back."""

from __future__ import annotations

import getpass
from contextlib import suppress

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot import publishing
from bot.admin.guard import me
from bot.admin.knowledge import is_publishing
from bot.admin.office import Office
from bot.going_back import loss
from bot.missing import left_out, not_in_version
from bot.publishing import current_version
from bot.versions import read_history


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/knowledge/history` and `/admin/knowledge/rollback`."""
    config = office.config

    def history_page(words: str = "", status: int = 200) -> ResponseReturnValue:
        return render_template(
            "admin/history.html",
            history=read_history(config.data),
            current=current_version(config.data),
            publishing=is_publishing(office),
            failed=publishing.read_draft(config.data),
            by=by,
            words=words,
        ), status

    @blueprint.get("/knowledge/history")
    def history() -> ResponseReturnValue:
        return history_page()

    @blueprint.post("/knowledge/rollback")
    def roll_back() -> ResponseReturnValue:
        """First tells what would go; goes back once that was agreed to, and nothing was saved since."""
        kept = {one.version: one for one in read_history(config.data).versions}
        chosen = kept.get(request.form.get("version", ""))
        if chosen is None:
            return history_page("没有这个版本了。", 404)
        found, agreed = loss(chosen.version, config.content, config.data), request.form.get("agreed", "")
        if agreed != found.seen:
            return render_template(
                "admin/rollback.html", chosen=chosen, loss=found, by=by, again=bool(agreed)
            )
        try:
            _go_back(office, chosen.version)
        except publishing.NoSuchVersion as error:
            return history_page(str(error), 409)
        return redirect(url_for("admin.history"))


def by(who: str) -> str:
    """Who published: a file saved on the server itself is signed by the system's user."""
    return "直接改了文件" if who == getpass.getuser() else who


def _go_back(office: Office, version: str) -> None:
    """Put files and knowledge back. Raises NoSuchVersion."""
    config, now = office.config, office.clock()
    if held := left_out(config.data, publishing.occasions(version, config.data)):
        raise publishing.NoSuchVersion(not_in_version(held))
    with suppress(FileNotFoundError):  # of a version that kept no files, what was made of them comes back
        publishing.put_back_files(version, config.content, config.data)
    publishing.roll_back(
        version,
        config.content,
        config.data,
        lambda events: office.state.replace_events(events, now),
        me().name,
    )
    office.admins.record("rollback", f"{me().name}: {version}", now)
