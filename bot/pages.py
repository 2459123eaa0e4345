"""The public pages: one a station, with a small map of our own. Nothing of any worker is in them or in their address."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template

from bot.station_map import map_around
from intents.station_index import stations_of
from intents.station_search import Search
from intents.station_times import coming_closures, moment_words, state_words
from intents.station_view import (
    address_words,
    facility_words,
    map_links,
)
from knowledge.base import Knowledge, Station

STYLE = (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#: What a telephone can dial of 「0580-1234567 转 8」.
DIALLED = re.compile(r"[+\d][\d-]*")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=60",  # it tells whether the door is open now
}


@dataclass(frozen=True, slots=True)
class _Page:
    """What the words of a page need."""

    knowledge: Knowledge
    now: datetime
    public_url: str = ""  # a page needs no link to itself


def pages_blueprint(knowledge: Callable[[], Knowledge], clock: Callable[[], datetime]) -> Blueprint:
    """The blueprint of the public pages; registered only where the bot has a public address."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")

    @blueprint.get("/stations/<path:station_id>")
    def station(station_id: str) -> Response:
        page = _Page(knowledge(), clock())
        found = stations_of(page.knowledge).get(station_id)
        if found is None:
            return _rendered(page, 404, "station_missing.html")
        return _rendered(page, 200, "station.html", **_told(page, found))

    return blueprint


def _told(page: _Page, station: Station) -> dict[str, object]:
    links = dict(zip(("tencent", "amap"), map_links(page, station), strict=False))
    return {
        "station": station,
        "kind": page.knowledge.text(f"stations.kind_{station.kind}"),
        "state": state_words(page, Search(), station),
        "facilities": facility_words(page, station).split("、"),
        "address": address_words(page, station).partition("：")[2],
        "closures": coming_closures(page, station),
        "dial": (DIALLED.search(station.phone) or [""])[0],
        "links": links,
        "map": map_around(page.knowledge, station),
    }


def _rendered(page: _Page, status: int, template: str, **told: object) -> Response:
    number = page.knowledge.contacts["union"].number

    def say(key: str, **values: object) -> str:
        return page.knowledge.text(f"stations.page_{key}", number=number, **values)

    as_of = moment_words(page, page.now)
    body = render_template(template, say=say, style=STYLE, as_of=as_of, number=number, **told)
    response = make_response(body, status)
    response.headers.update(HEADERS)
    return response
