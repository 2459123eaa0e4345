"""Stations: the nearest that can be reached by road first, then what needs a boat, and said so."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from intents import station_phrases as phrases
from intents.station_follow import about_use, special
from intents.station_index import names_above
from intents.station_list import answer, answer_each, ask, few_of, recalled, said, show_all, which_place
from intents.station_names import names_of
from intents.station_search import Search, short_name, start_of
from intents.station_view import distance_words
from intents.station_wish import holiday_named, holiday_note, take_wishes
from intents.text import fold
from intents.types import Context, Reply
from knowledge.coordinates import to_wgs84
from knowledge.outlines import islands_of

#: A location so near to an island is taken for a boat off its shore: farther off it may be the mainland.
AT_SEA_M = 3000.0

NEEDS = ("facility", "open_now", "open_at", "station_kind", "date", "period", "time")


class Stations:
    """Serves every question for a place of ours."""

    name = "stations"
    labels = ("station_find",)

    def handle(self, context: Context) -> Reply:
        reply = self._served(context)
        notes = notes_at_sea(context) if context.message.kind == "location" else notes_on(context)
        return replace(reply, text="\n\n".join([*notes, reply.text]))

    def _served(self, context: Context) -> Reply:
        search, form = recalled(context), context.session.form
        located = context.message.kind == "location"
        asking = form is not None and form.service == self.name
        if not located and (reply := special(context, search)) is not None:
            return reply
        if phrases.NEVER_MIND.search(fold(context.match.text)) and asking and not context.match.slot("place"):
            context.session.form = None
            return said(context, search, context.knowledge.text("stations.never_mind"))
        follows = self.continues(context)
        if not asking and not located and not (follows and _narrows(context)):
            search.forget_wishes()
        came_from, before, needs = search.place, (search.place, search.point_wgs84), search.as_memory()
        take_wishes(context, search)
        if len(places := _places_joined(context)) > 1:
            context.session.form = None if asking else form
            return answer_each(context, search, places)
        if (reply := _asked(context, search, asking or located or follows)) is not None:
            return reply
        if came_from and search.place != came_from:
            search.other_place = came_from
        if asking:
            context.session.form = None
        same = (search.place, search.point_wgs84) == before and not _changed(needs, search)
        text = fold(context.match.text)
        if same and search.seen and phrases.NEARER.search(text):
            return _nearest_again(context, search)
        if not same or not phrases.MORE.search(text):
            search.seen = []
        return answer(context, search)

    def accepts(self, context: Context) -> bool:
        """A place, wherever it is."""
        where = ("place", "place_among", "outside")
        if context.message.kind == "location" or any(map(context.match.slot, where)):
            return True
        return names_of(context.knowledge).whole(fold(context.match.text)) is not None

    def continues(self, context: Context) -> bool:
        """「还有吗」「只要能充电的」「那朱家尖呢」「第二个的电话」 after a list; trouble with a station, or how to use it."""
        text, match = fold(context.match.text), context.match
        places = match.all("place")
        if places and match.decision != "answer" and _nothing_else(context):
            return bool(places[0].value)
        if places and phrases.NO_BOAT.search(text) and phrases.ANY_THERE.search(text):
            return True
        if places and phrases.HEAT.search(text) and phrases.SIT.search(text):
            return True
        if len(places) > 1 and phrases.NEEDS_BOAT.search(text):
            return True
        names_station = match.slot("station_kind") is not None
        if names_station and (
            phrases.BROKEN.search(text) or phrases.LOST.search(text) or phrases.CLOSED_DOOR.search(text)
        ):
            return True
        if (
            names_station
            and (phrases.USE.search(text) or phrases.BORROW.search(text))
            and about_use(context) is not None
        ):
            return True
        if (
            names_station
            and match.intent != "station_find"
            and (phrases.PHONE.search(text) or "在哪" in text)
        ):
            return True
        memory = context.session.memory
        last = context.session.last_intent
        if "stations" not in memory or last not in ("station_find", "thanks", "greet"):
            return False
        if last != "station_find" and not (match.slot("ordinal") and memory["stations"].get("shown")):
            return False
        return _goes_on(context, text)


def _nothing_else(context: Context) -> bool:
    """「沈家门」, 「晚上十一点以后 新城」: a place, and what narrows a search, and no other word."""
    rest = list(context.match.text)
    for slot in context.match.slots:
        if slot.name in (*NEEDS, "place", "all_day", "weekday"):
            rest[slot.start : slot.end] = [" "] * (slot.end - slot.start)
    return not phrases.AROUND.sub("", fold("".join(rest)))


def _goes_on(context: Context, text: str) -> bool:
    match = context.match
    if phrases.GOING.search(text):
        return True
    if len(text) <= 14 and (phrases.HOW_LONG.search(text) or holiday_named(text) is not None):
        return True
    if phrases.ORDER.search(text) or any(map(match.slot, ("event", "amount", "phone"))):
        return False
    if match.slot("place") and _nothing_else(context):  # 「六横的呢」
        return True
    trouble = (
        phrases.CLOSED_DOOR,
        phrases.MORE,
        phrases.BORROW,
        phrases.NEARER,
        phrases.BOAT,
        phrases.BROKEN,
        phrases.WRONG_SPOT,
        phrases.THEN,
        phrases.MOVED,
    )
    if any(pattern.search(text) for pattern in trouble):
        return True
    if len(text) <= 12 and phrases.USE.search(text):
        return True
    if len(text) <= 16 and (match.slot("ordinal") or phrases.WHEN.search(text)):
        return True
    if len(text) <= 12 and (
        phrases.PHONE.search(text) or phrases.ROUTE.search(text) or phrases.THAT.search(text)
    ):
        return match.intent in ("station_find", "human", "help", "oos") or match.decision != "answer"
    if match.decision == "answer" and match.intent != "station_find" and match.confidence > 0.8:
        return False
    return len(text) <= 14 and any(map(match.slot, (*NEEDS, "place")))


def _narrows(context: Context) -> bool:
    """Whether the needs told before still hold: not for a question that is complete in itself."""
    match, text = context.match, fold(context.match.text)
    needs = any(map(match.slot, NEEDS))
    if phrases.THAT_TOO.search(text):
        return True
    if match.slot("place") and needs:
        return False
    return not (needs and phrases.ANEW.search(text))


def _changed(before: dict[str, object], search: Search) -> bool:
    now = search.as_memory()
    return any(before.get(name) != now.get(name) for name in ("kind", "facilities", "open_at", "days"))


def _asked(context: Context, search: Search, in_hand: bool) -> Reply | None:
    """The question for the place, where it is not known; all there are where they are few."""
    say, form = context.knowledge.text, context.session.form
    if (among := context.match.slot("place_among")) is not None:
        return which_place(context, search, among)
    trouble = _take_place(context, search)
    if trouble:
        return ask(context, search, trouble)
    if form is not None and form.service == STATIONS.name and not search.place and search.point_wgs84 is None:
        _take_named(context, search)
    here = phrases.HERE.search(fold(context.match.text)) and not context.match.slot("place")
    if here and search.point_wgs84 is None and not in_hand:
        return ask(context, search, say("stations.ask_place"))
    if search.place or search.point_wgs84 is not None:
        return None
    if search.kind and few_of(context, search.kind):
        return show_all(context, search)
    again = form is not None and form.service == STATIONS.name and form.asked > 1
    return ask(context, search, say("stations.ask_place_again" if again else "stations.ask_place"))


def _take_named(context: Context, search: Search) -> None:
    """「沈家门工会驿站」 as the answer to where he is: near it; and where he told of a shut door, not to it."""
    named = names_of(context.knowledge).whole(fold(context.match.text))
    if named is None:
        return
    search.place = named.place
    if search.avoid_on and not search.avoid:
        search.avoid = [named.id]


def note_place(context: Context) -> None:
    """Keep the place of a message that no service of ours could serve: what he asks next may be about it."""
    known = [slot for slot in context.match.all("place") if slot.value]
    if known:
        search = recalled(context)
        search.place, search.point_wgs84 = str(known[-1].value), None
        search.seen, search.shown, search.current = [], [], ""
        context.session.memory["stations"] = search.as_memory()


def _nearest_again(context: Context, search: Search) -> Reply:
    """「最近的呢」 after a list: that it was the nearest, and how to be asked for more exactly."""
    say, start = context.knowledge.text, start_of(context.knowledge, search)
    search.seen = []
    reply = answer(context, search)
    parts = reply.text.split("\n\n")
    if start is not None:
        parts[0] = say("stations.already_nearest", where=start.name)
    if search.point_wgs84 is None:
        parts.append(say("stations.send_location"))
    return replace(reply, text="\n\n".join(parts))


def _places_joined(context: Context) -> list[str]:
    """The places that one message asks about together: 定海和普陀, 从沈家门到朱家尖. 定海城东街道 is one of them."""
    found = [slot for slot in context.match.all("place") if slot.value]
    joined: list[str] = []
    for before, after in pairwise(found):
        between = fold(context.match.text[before.end : after.start])
        if not phrases.JOINED.fullmatch(between):
            return []
        joined += [str(before.value), str(after.value)]
    places = list(dict.fromkeys(joined))
    above = {upper for name in places for upper in names_above(context.knowledge, name)[1:]}
    return [name for name in places if name not in above]


def notes_on(context: Context) -> list[str]:
    """What must be said before a search: care for who is not well, a holiday not announced, what nobody writes down."""
    say, text = context.knowledge.text, fold(context.match.text)
    number = context.knowledge.contacts["union"].number
    notes = []
    if phrases.HEAT.search(text):
        notes.append(say("stations.heat", number=context.knowledge.contacts["emergency"].number))
    form = context.session.form
    asks = form is not None and form.service == STATIONS.name
    if note := holiday_note(context, not asks):
        notes.append(note)
    if (unknown := phrases.UNREGISTERED.search(text)) is not None:
        notes.append(say("stations.not_registered", what=unknown[0], number=number))
    return notes


def notes_at_sea(context: Context) -> list[str]:
    """That a location is just off an island, and which one is searched."""
    point = context.message.point_gcj02
    if point is None:
        return []
    lon, lat = to_wgs84(point[1], point[0])
    islands = islands_of(context.knowledge)
    near = islands.nearest(lon, lat)
    if islands.at(lon, lat) is not None or near.metres >= AT_SEA_M:
        return []
    island, distance = short_name(near.island.name), distance_words(near.metres)
    return [context.knowledge.text("stations.at_sea", island=island, distance=distance)]


def _take_place(context: Context, search: Search) -> str:
    """Note where to search; the sentence to say when that cannot be done, else the empty text."""
    say, match = context.knowledge.text, context.match
    number = context.knowledge.contacts["union"].number
    if context.message.kind == "location" and context.message.point_gcj02 is not None:
        return _take_point(context, search, context.message.point_gcj02)
    known = [slot for slot in match.all("place") if slot.value]
    known = [slot for slot in known if not match.text[: slot.start].endswith("不在")] if known else []
    if known:
        search.place, search.point_wgs84 = str(known[-1].value), None
        return ""
    if (outside := match.slot("outside")) is not None:
        return say("stations.outside_place", asked=outside.text, number=number)
    if (unknown := match.slot("place")) is not None:
        return say("stations.unknown_place", asked=unknown.text)
    return ""


def _take_point(context: Context, search: Search, point_gcj02: tuple[float, float]) -> str:
    say, islands = context.knowledge.text, islands_of(context.knowledge)
    latitude, longitude = point_gcj02
    lon, lat = to_wgs84(longitude, latitude)
    search.place = ""
    if islands.at(lon, lat) is not None:
        search.point_wgs84 = (lon, lat)
        return ""
    search.point_wgs84 = None
    near = islands.nearest(lon, lat)
    if near.metres < AT_SEA_M and context.knowledge.place(near.island.name) is not None:
        search.place = near.island.name
        return ""
    return say(
        "stations.outside_point",
        island=short_name(near.island.name),
        distance=distance_words(near.metres),
        number=context.knowledge.contacts["union"].number,
    )


STATIONS = Stations()
