"""试一试: what is typed goes to the draft and to what is served; both answer side by side, on state of their own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot import publishing
from bot.admin.content import one_line
from bot.admin.guard import me
from bot.admin.office import Office
from bot.conversation import Bot, respond
from bot.drafts import Draft
from bot.publishing import Published
from bot.state.store import State
from bot.versions import replace_text
from bot.wechat import plain_text
from intents.types import Message

#: Turns that are shown.
KEPT = 30


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/knowledge/try`."""
    loaded: dict[Path, Published] = {}  # one draft: the one tried last

    def draft_published(built: Path) -> Published:
        if built not in loaded:
            loaded.clear()
            loaded[built] = publishing.load_from(built, office.config.data)
        return loaded[built]

    @blueprint.route("/knowledge/try", methods=["GET", "POST"])
    def tryout() -> ResponseReturnValue:
        draft = Draft(office.config, me().name)
        if not draft.begun or not draft.look().ready:
            return redirect(url_for("admin.draft"))
        built = draft.built
        turns = _read(built)
        text = one_line(request.form.get("text", ""))
        if request.method == "POST" and text:
            new = _answer(office, lambda: draft_published(built), built / "try.db", text)
            old = _answer(office, office.published, built / "try-live.db", text)
            turns = [*turns, [text, new, old]][-KEPT:]
            replace_text(built / "try.json", json.dumps(turns, ensure_ascii=False))
        return render_template("admin/tryout.html", turns=turns)


def _read(built: Path) -> list[list[str]]:
    path = built / "try.json"
    found: list[list[str]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def _answer(office: Office, published: Callable[[], Published], path: Path, text: str) -> str:
    """What a bot on state of its own says; nobody is signed up anywhere by it."""
    state = State.open(path, office.state.keys)
    try:
        state.publish_events(published().knowledge.occasions, office.clock())
        message = Message("tryout", secrets.token_hex(8), "text", office.clock(), text=text)
        return plain_text(respond(Bot(office.config, state, published, office.clock), message))
    finally:
        state.close()
