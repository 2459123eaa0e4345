"""What tests of the staff's screen share: every route there is, with what its places may be filled with."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from bot import config
from bot.admin import admin_blueprint
from bot.admin.office import Office
from bot.publishing import Published
from bot.state.keys import Keys
from bot.state.store import State

ROOT = Path(__file__).resolve().parent.parent

#: Routes that send a file, not a page.
FILES = {"table_file", "content_file", "roster_file", "static"}


def routes(folder: Path, published: Published) -> list[Rule]:
    """Every route of `/admin`, as the application has them."""
    settings = config.load(ROOT / "config.toml", {}, {"content": folder, "data": folder})
    state = State.open(folder / "state.db", Keys(bytes(32)))
    app = Flask("routes")
    app.register_blueprint(admin_blueprint(Office(settings, state, lambda: published, lambda: None, b"s")))  # type: ignore[arg-type,return-value]
    state.close()
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]


def filled(rule: Rule, places: dict[str, str]) -> str:
    """The path of a route below `/admin/`; KeyError names a place that nobody has filled yet."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: places[place[1]], rule.rule).removeprefix("/admin/")


def pages(rules: list[Rule], places: dict[str, str]) -> list[str]:
    """The paths of all pages that a GET shows."""
    shown = [rule for rule in rules if "GET" in (rule.methods or ())]
    return [filled(rule, places) for rule in shown if rule.endpoint.removeprefix("admin.") not in FILES]
