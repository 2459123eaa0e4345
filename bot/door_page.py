"""The page behind a sign-up's link: its number and a QR code for the door. Neither name nor telephone is on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import segno
from flask import Blueprint, Response, abort, make_response, render_template
from markupsafe import Markup

from bot.pages import HEADERS, STYLE
from bot.state.door import at_the_door
from bot.state.store import State
from intents.event_view import moment_words
from knowledge.base import Knowledge


def door_blueprint(
    state: State, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime], public_url: str
) -> Blueprint:
    """The blueprint of `/door/`; registered only where the bot has a public address."""
    blueprint = Blueprint("door", __name__, template_folder="templates")

    @blueprint.get("/door/<token>")
    def door(token: str) -> Response:
        found = at_the_door(state, token)
        event = knowledge().event(found[0]) if found else None
        if found is None or event is None:
            abort(404)
        # The staff's telephone opens what it reads: the page on which they check him in.
        code = segno.make(f"{public_url}/admin/door/{token}", error="m")
        body = render_template(
            "door.html",
            style=STYLE,
            say=lambda key: knowledge().text(f"events.page_{key}"),
            event=event,
            when=moment_words(event.starts_at) if event.starts_at else "",
            guest=found[1],
            code=Markup(code.svg_inline(scale=6, border=3, omitsize=True, light="#fff")),
        )
        response = make_response(body)
        response.headers.update(HEADERS | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
        return response

    return blueprint
