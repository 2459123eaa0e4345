"""What is no search: how stations are used, how many there are; trouble, the way, and those just shown are told elsewhere."""

from __future__ import annotations

from dataclasses import replace

from intents.station_index import stations_of
from intents.station_list import answer, recalled, said
from intents.station_phrases import (
    BOAT,
    BOAT_TOO,
    BORROW,
    COMPARE,
    COUNT,
    GOING,
    LODGE,
    NO_BOAT,
    OTHERS,
    USE,
    WHERE,
)  # fmt: skip
from intents.station_search import Search, short_name
from intents.station_shown import about_shown
from intents.station_trouble import trouble
from intents.station_view import kind_words
from intents.station_way import way
from intents.station_wish import take_wishes
from intents.text import fold
from intents.topics import named_answer
from intents.types import Context, Reply
from knowledge.base import Answer


def about_use(context: Context) -> Answer | None:
    """The admins' answer on how stations are used: what they cost, who may come, borrowing books."""
    text, place = fold(context.match.text), context.match.slot("place")
    shown = stations_of(context.knowledge).get(recalled(context).current)
    if LODGE.search(text) and shown is not None and shown.kind == "recuperation":
        return next((one for one in context.knowledge.answers if one.id == "recuperation_who"), None)
    outside = context.match.slot("outside") is not None
    if not BORROW.search(text) and not USE.search(text):
        return None
    if WHERE.search(text) or outside or (place is not None and place.value and not BORROW.search(text)):
        return None
    by_id = {one.id: one for one in context.knowledge.answers if one.label == "station_find"}
    if BORROW.search(text):
        return by_id.get("station_books")
    return named_answer(context.knowledge, context.match, "station_find") or by_id.get("station_use")


def special(context: Context, search: Search) -> Reply | None:
    """What is no search; None where it is one. What it answers is no wish of another service besides."""
    reply = _special(context, search)
    if reply is not None:
        context.match = replace(context.match, also=())
    return reply


def _special(context: Context, search: Search) -> Reply | None:
    text = fold(context.match.text)
    if COUNT.search(text) and not OTHERS.search(text):
        return _count(context, search)
    if (reply := trouble(context, search, text)) is not None:
        return reply
    boat = BOAT.search(text) and not NO_BOAT.search(text) and not BOAT_TOO.search(text)
    if (boat or COMPARE.search(text)) and (reply := way(context, search)) is not None:
        return reply
    if GOING.search(text) and search.shown:
        return said(context, search, context.knowledge.text("stations.going"))
    about = about_use(context)
    if about is not None:
        return said(context, search, about.text)
    return about_shown(context, search, text)


def _count(context: Context, search: Search) -> Reply:
    """How many are registered, there or in every county; those of a place are shown as well."""
    say, stations = context.knowledge.text, stations_of(context.knowledge)
    take_wishes(context, search)
    places = [str(slot.value) for slot in context.match.all("place") if slot.value]
    counties = [one.name for one in context.knowledge.places if one.kind == "县级"]
    wanted = places[-1:] or counties
    counts = {name: stations.count_in(name, search.kind) for name in wanted}
    total = counts[wanted[0]] if places else stations.count_in("", search.kind)
    kind = kind_words(context, Search(kind=search.kind))
    if not places:
        each = "、".join(
            say("stations.count_one", place=name, count=number) for name, number in counts.items()
        )
        return said(context, search, say("stations.count_all", kind=kind, count=total, each=each))
    search.place, search.point_wgs84, search.seen = places[-1], None, []
    lead = say("stations.count_there", place=short_name(places[-1]), kind=kind, count=total)
    reply = answer(context, search)
    return replace(reply, text=f"{lead}\n\n{reply.text}")
