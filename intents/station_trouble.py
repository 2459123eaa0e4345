"""Trouble with a station: a door that was shut, something broken or lost, a place that nobody finds."""

from __future__ import annotations

from intents.station_list import answer, ask, said
from intents.station_names import names_of
from intents.station_phrases import BROKEN, CLOSED_DOOR, LOST, WRONG_SPOT
from intents.station_search import NOW, Search
from intents.station_shown import meant_by
from intents.text import fold
from intents.types import Context, Reply
from knowledge.base import Station


def trouble(context: Context, search: Search, text: str) -> Reply | None:
    """The answer to trouble; None where there is none."""
    say, number = context.knowledge.text, context.knowledge.contacts["union"].number
    if BROKEN.search(text) or LOST.search(text):
        key = "stations.broken" if BROKEN.search(text) else "stations.lost"
        return said(context, search, say(key, number=number))
    if WRONG_SPOT.search(text):
        meant = meant_by(context, search, text) or _only_one_there(context)
        if len(meant) != 1:
            return said(context, search, say("stations.wrong_spot_somewhere", number=number))
        phone = meant[0].phone or number
        return said(
            context, search, say("stations.wrong_spot", name=meant[0].name, phone=phone, number=number)
        )
    return _closed_door(context, search) if CLOSED_DOOR.search(text) else None


def _closed_door(context: Context, search: Search) -> Reply:
    """Apologise, offer to have it put right, and look for another one that is open."""
    say, text = context.knowledge.text, fold(context.match.text)
    named = names_of(context.knowledge).whole(text)
    meant = [named] if named is not None else meant_by(context, search, text) or _only_one_there(context)
    search.avoid = [*search.avoid, *(one.id for one in meant if one.id not in search.avoid)]
    search.avoid_on = context.now.date().isoformat()
    number = context.knowledge.contacts["union"].number
    sorry = say("stations.closed_door", name=meant[0].name if len(meant) == 1 else "", number=number)
    search.open_at, search.days, search.seen = NOW, [], []
    places = [slot for slot in context.match.all("place") if slot.value]
    if places:
        search.place, search.point_wgs84 = str(places[-1].value), None
    elif named is not None:
        search.place, search.point_wgs84 = named.place, None
    if not search.place and search.point_wgs84 is None:
        reply = ask(context, search, say("stations.closed_door_others"))
        return Reply(f"{sorry}\n{reply.text}", intent="station_find")
    reply = answer(context, search)
    return Reply(f"{sorry}\n\n{reply.text}", intent="station_find")


def _only_one_there(context: Context) -> list[Station]:
    """「白泉那个」: the one station of its kind in the place that is named; empty where there are more."""
    kind = context.match.slot("station_kind")
    places = {slot.value for slot in context.match.all("place") if slot.value}
    there = [
        one
        for one in context.knowledge.stations
        if one.place in places and (kind is None or one.kind == kind.value)
    ]
    return there if len(there) == 1 else []
