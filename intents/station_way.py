"""Whether there is a road, or a boat is needed."""

from __future__ import annotations

from dataclasses import replace

from intents.station_index import stations_of
from intents.station_list import answer, said, way_between
from intents.station_phrases import ANOTHER, COMPARE, FAR
from intents.station_search import Search, Start, short_name, start_of
from intents.types import Context, Reply
from knowledge.coordinates import distance_m


def way(context: Context, search: Search) -> Reply | None:
    """Whether a boat is needed: between two places that are named, or to the one named from where he was."""
    named = [slot for slot in context.match.all("place") if slot.value]
    starts = [start for slot in named if (start := _named_start(context, str(slot.value))) is not None]
    here = start_of(context.knowledge, search)
    before = _named_start(context, search.other_place) or _main_island(context)
    if (slot := context.match.slot("ordinal")) is not None and here is not None and search.shown:
        number = slot.value if 0 < slot.value <= len(search.shown) else len(search.shown)
        search.current = search.shown[number - 1]
        target = _in_hand(context, search)
        return None if target is None else said(context, search, way_between(context, here, target))
    if len(starts) > 1 and COMPARE.search(context.match.text):
        return _compared(context, search, starts, here or before)
    if len(starts) > 1:
        ends = (starts[0], starts[-1])
    elif starts and (here is None or here.name == starts[0].name):
        at = named[0].start
        leaves = context.match.text[max(0, at - 1) : at] in ("从", "在", "离", "由")
        target = _in_hand(context, search) if leaves else None
        ends = (starts[0], target) if target is not None else (before, starts[0])
    elif starts and here is not None:
        at = named[0].start
        leaves = context.match.text[max(0, at - 1) : at] in ("从", "在", "离", "由")
        ends = (starts[0], here) if leaves else (here, starts[0])
    elif here is not None and FAR.search(context.match.text) and (target := _in_hand(context, search)):
        ends = (here, target)  # 「离码头远不远」, of the station shown
    elif here is not None and here.place is not None and (search.other_place or not search.current):
        ends = (before, here)
    elif here is not None and (target := _in_hand(context, search)) is not None:
        ends = (here, target)
    else:
        return None
    words = way_between(context, *ends)
    if named and ANOTHER.search(context.match.text):
        search.place, search.point_wgs84, search.seen = str(named[-1].value), None, []
        reply = answer(context, search)
        return replace(reply, text=f"{words}\n\n{reply.text}")
    return said(context, search, words)


def _compared(context: Context, search: Search, starts: list[Start], here: Start) -> Reply:
    """Which of several places is nearer to where he is: 「我在…」, else where he searched before."""
    named = [slot for slot in context.match.all("place") if slot.value]
    for slot, start in zip(named, starts, strict=True):
        if context.match.text[: slot.start].endswith(("我在", "人在", "从", "离", "现在在")):
            here = start
    targets = [one for one in starts if one.name != here.name]
    reached = context.knowledge.roads.reached(here.road_group, context.now.date())
    targets.sort(
        key=lambda one: (
            one.road_group not in reached,
            distance_m(here.lon, here.lat, one.lon, one.lat),
        )
    )
    return said(context, search, "\n".join(way_between(context, here, one) for one in targets))


def _main_island(context: Context) -> Start:
    """Where most people are, and where they come from when they do not say it: the island of the city itself."""
    city = next(one for one in context.knowledge.places if one.kind == "市")
    start = _named_start(context, city.name)
    assert start is not None
    return replace(start, name=context.knowledge.text("stations.main_island"))


def _named_start(context: Context, name: str) -> Start | None:
    return start_of(context.knowledge, Search(place=name)) if name else None


def _in_hand(context: Context, search: Search) -> Start | None:
    """The station talked about, else the first of the list, which is talked about from now on: 「那怎么走」."""
    wanted = search.current = search.current or (search.shown[0] if search.shown else "")
    one = stations_of(context.knowledge).get(wanted)
    return Start(short_name(one.name), one.lon_wgs84, one.lat_wgs84, one.road_group, None) if one else None
