"""The answer to a search: which stations are said, and with what sentence; or the question for the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intents.station_index import lacking, stations_of
from intents.station_search import Found, Search, Start, short_name, start_of
from intents.station_view import distance_words, item, kind_words, needs_words, short_item, wish_words
from intents.types import Choice, Context, Form, Reply, Slot
from knowledge.coordinates import distance_m

#: How many stations one reply shows.
SHOWN = 3

#: Of so many places at most that one message names, the nearest are shown.
SEVERAL = 3

#: Kinds in which anybody may sit down.
OPEN_TO_ALL = ("bookhouse", "service_center")

#: A 驿站 farther off than this (metres) is not near.
FAR_M = 3000.0

#: Among so many of the nearest is looked for those that lack least.
NEAREST = 200


def recalled(context: Context) -> Search:
    """The search that this worker made last."""
    return Search.from_memory(context.session.memory.get("stations", {}), context.now.date())


def remember(context: Context, search: Search) -> None:
    """Keep the search for what he says next."""
    context.session.memory["stations"] = search.as_memory()


def said(context: Context, search: Search, text: str) -> Reply:
    """A reply of this service, with the search kept."""
    remember(context, search)
    return Reply(text, intent="station_find")


def ask(context: Context, search: Search, text: str) -> Reply:
    """Ask where he is."""
    asked = context.session.form.asked if context.session.form else 1
    context.session.form = Form("stations", "place", asked=asked)
    return said(context, search, text)


def which_place(context: Context, search: Search, among: Slot) -> Reply:
    """Ask which of several places of one name, or of one sound, is meant."""
    asked = ask(context, search, context.knowledge.text("stations.which_place", asked=among.text))
    return replace(asked, choices=tuple(Choice(short_name(name), name) for name in among.value))


def answer(context: Context, search: Search) -> Reply:
    """The stations that have everything, nearest first; else those that lack least."""
    say, knowledge = context.knowledge.text, context.knowledge
    start = start_of(knowledge, search)
    if start is None:
        return ask(context, search, say("stations.unknown_place", asked=search.place))
    stations, avoided = stations_of(knowledge), {*search.seen, *search.avoid}
    good = stations.nearest(start, search, context.now, SHOWN, avoided)
    if len(good) < SHOWN and set(search.avoid) - set(search.seen):
        last = stations.nearest(start, search, context.now, SHOWN, search.seen)
        good += [one for one in last if one.station.id in search.avoid][: SHOWN - len(good)]
    if not good and search.seen:
        number = knowledge.contacts["union"].number
        return said(context, search, say("stations.no_more", where=start.name, number=number))
    if not good and search.no_boat and not stations.nearest(start, _of_kind(search), context.now, 1):
        text = say("stations.none_without_boat", where=start.name, wish=wish_words(context, _of_kind(search)))
        return said(context, search, text)
    if not good:
        return _closest(context, search, start)
    if start.place is not None and not search.kind and "nursing" not in search.facilities:
        # Who asks for water in a town is not sent to the mothers' room first.
        good.sort(key=lambda one: (not one.inside, not one.by_road, one.station.kind == "nursing_room"))
    lead, shown = _chosen(context, search, start, good)
    return _list(context, search, lead, shown[:SHOWN], start)


def answer_each(context: Context, search: Search, places: Sequence[str]) -> Reply:
    """The nearest of each of several places, numbered through; the last place is the one in hand afterwards."""
    parts: list[str] = []
    shown: list[Found] = []
    each = 2 if len(places) == 2 else 1
    for place in places[:SEVERAL]:
        search.other_place = search.place if search.place in places else ""
        search.place, search.point_wgs84, search.seen = place, None, []
        start = start_of(context.knowledge, search)
        if start is None:
            continue
        without = [one.station.id for one in shown]
        good = stations_of(context.knowledge).nearest(start, search, context.now, SHOWN)
        good = [one for one in good if one.station.id not in without] or good
        good = [one for one in good if one.inside] or good
        if not good:
            parts.append(
                context.knowledge.text(
                    "stations.nothing_there", where=start.name, wish=wish_words(context, search)
                )
            )
            continue
        lead, chosen = _chosen(context, search, start, good[:each])
        parts.append(lead)
        for one in chosen[:each]:
            shown.append(one)
            parts.append(short_item(context, search, len(shown), one, start))
    search.shown = [one.station.id for one in shown]
    search.seen, search.current = search.shown, search.shown[0] if len(shown) == 1 else ""
    hint = context.knowledge.text("stations.details_hint" if len(shown) > 1 else "stations.one_hint")
    return said(context, search, "\n\n".join([*parts, hint] if shown else parts))


def _chosen(context: Context, search: Search, start: Start, good: Sequence[Found]) -> tuple[str, list[Found]]:
    """The sentence above and those shown: those in the place, else those by road, else those by boat."""
    there = [one for one in good if one.inside and one.station.id not in search.avoid]
    by_road = [one for one in good if one.by_road]
    if search.seen:
        return context.knowledge.text("stations.more"), list(good)
    if there:
        return _lead(context, search, "stations.found", start, there), there
    if others := _others_there(context, search, start):
        return _lead(context, search, "stations.none_there_but", start, others), [*others, *by_road]
    if shut := _shut_there(context, search, start, bool(by_road)):
        return shut, by_road or list(good)
    if by_road and (nearer := _others_nearer(context, search, start, by_road[0])):
        key = "stations.none_near_me_but" if start.place is None else "stations.none_near_but"
        lead = context.knowledge.text(
            key,
            where=start.name,
            kind=kind_words(context, search),
            distance=distance_words(by_road[0].metres),
        )
        return lead, [*nearer, *by_road]
    if by_road:
        key = "stations.near" if start.place is None else "stations.none_there"
        return _lead(context, search, key, start, by_road), by_road
    return _lead(context, search, "stations.only_by_boat", start, good), list(good)


def _shut_there(context: Context, search: Search, start: Start, by_road: bool) -> str:
    """What stands in the place but is shut at the time asked for; empty where that is not why it is not listed."""
    if not search.open_at and not search.days:
        return ""
    say, at_any_time = context.knowledge.text, replace(search, open_at="", days=[])
    near = stations_of(context.knowledge).nearest(start, at_any_time, context.now, SHOWN, search.seen)
    names = [
        say("stations.name_hours", name=one.station.name, hours=one.station.hours)
        for one in near
        if one.inside
    ]
    if not names:
        return ""
    when = needs_words(context, Search(open_at=search.open_at, days=search.days))
    key = "stations.shut_there" if by_road else "stations.shut_there_boat"
    return say(key, where=start.name, names="、".join(names), when=when)


def _others_nearer(context: Context, search: Search, start: Start, first: Found) -> list[Found]:
    """A place of another kind where anybody may sit, where the next 驿站 is far and this one half as far."""
    if search.kind != "rest_station" or first.metres < FAR_M:
        return []
    any_kind = replace(search, kind="")
    near = stations_of(context.knowledge).nearest(start, any_kind, context.now, NEAREST, search.avoid)
    fitting = (one for one in near if one.by_road and one.station.kind in OPEN_TO_ALL)
    return [one for one in fitting if one.metres < first.metres / 2][:1]


def _others_there(context: Context, search: Search, start: Start) -> list[Found]:
    """Other places of the union there that have what was asked, for who says 驿站 and means any of them."""
    if search.kind != "rest_station" or start.place is None:
        return []
    any_kind = replace(search, kind="")
    without = {*search.seen, *search.avoid}
    near = stations_of(context.knowledge).nearest(start, any_kind, context.now, NEAREST, without)
    return [one for one in near if one.inside and one.station.kind in OPEN_TO_ALL][: SHOWN - 1]


def _lead(context: Context, search: Search, key: str, start: Start, shown: Sequence[Found]) -> str:
    """The sentence above a list; those with needs say them as of these stations."""
    say, needs = context.knowledge.text, needs_words(context, search)
    if needs and key in ("stations.found", "stations.near"):
        key += "_needs"
    return say(
        key,
        where=start.name,
        which=say("stations.this" if len(shown) == 1 else "stations.these"),
        kind=kind_words(context, search),
        needs=needs,
        wish=wish_words(context, search),
    )


def _of_kind(search: Search) -> Search:
    """The same kind, reached the same way, whatever else it lacks."""
    return Search(kind=search.kind, no_boat=search.no_boat)


def _closest(context: Context, search: Search, start: Start) -> Reply:
    """Nothing has everything: say so, and show the near ones that lack least, and what they lack."""
    say, knowledge = context.knowledge.text, context.knowledge
    of_kind = stations_of(knowledge).nearest(start, _of_kind(search), context.now, NEAREST)
    if not of_kind:
        number = knowledge.contacts["union"].number
        text = say("stations.none_at_all", wish=wish_words(context, search), number=number)
        return said(context, search, text)

    def order(one: Found) -> tuple[bool, bool, int, bool, float]:
        missing, closed = lacking(knowledge, search, one.station, context.now)
        shut = one.station.id in search.avoid
        return shut, not one.by_road, len(missing) + closed, not one.inside, one.metres

    shown = sorted(of_kind, key=order)[:SHOWN]
    lead = say("stations.closest_match", wish=wish_words(context, search))
    return _list(context, search, lead, shown, start)


def few_of(context: Context, kind: str) -> bool:
    """Whether there are so few of a kind that they can all be shown."""
    return 0 < stations_of(context.knowledge).count_in("", kind) <= SHOWN


def show_all(context: Context, search: Search) -> Reply:
    """All of a kind that has only a few: no place is needed."""
    of_kind = [Found(one, 0.0, True, True) for one in context.knowledge.stations if one.kind == search.kind]
    lead = context.knowledge.text("stations.all_of_kind", kind=kind_words(context, search))
    return _list(context, search, lead, of_kind, None)


def _list(context: Context, search: Search, lead: str, shown: Sequence[Found], start: Start | None) -> Reply:
    search.shown = [one.station.id for one in shown]
    search.seen = [*search.seen, *search.shown]
    search.current = search.shown[0] if len(shown) == 1 else ""
    items = [item(context, search, number, one, start) for number, one in enumerate(shown, 1)]
    key = "stations.one_hint" if len(shown) == 1 else "stations.details_hint"
    return said(context, search, "\n\n".join([lead, *items, context.knowledge.text(key)]))


def way_between(context: Context, start: Start, there: Start) -> str:
    """Whether one gets from one place to another by road, or needs a boat."""
    metres = distance_m(start.lon, start.lat, there.lon, there.lat)
    if not start.road_group or not there.road_group:
        key = "stations.way_unknown"
    else:
        reached = context.knowledge.roads.reached(start.road_group, context.now.date())
        key = "stations.way_road" if there.road_group in reached else "stations.way_boat"
    number = context.knowledge.contacts["union"].number
    return context.knowledge.text(
        key, start=start.name, there=there.name, distance=distance_words(metres), number=number
    )
