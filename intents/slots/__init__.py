"""What a message tells: sums, places, days, people … found by rules, exactly, before anything is guessed.

`SlotFinder(knowledge).find(text, now)` → slots in the order of the text. Names and values:

amount          int, 分: what he paid himself; several stays are summed. approx ">" 多 几, "<" 不到, "~" 左右
total           int, 分: the whole bill. Where only a bill is named it stands as `amount` too, with the same words
received        int, 分: got from the mutual aid already this year
number          int: the message is nothing but this number (then an `amount` too, unless it is below ten)
identity        new_employment | migrant_worker | other
identity_not    the same values: what he says he is not
insured         True insurance has paid, or stands; False he has none; "not_yet" it has not paid yet
place           a Place's name; "" for one that the gazetteer does not know
place_among     names of Places, any of which may be meant
outside         a place that is not in this city, folded: 上海普陀, 宁波
event           an Event's id; "" for one that is not known, or where several are meant
facility        water charging microwave toilet rest aircon heating nursing books medicine wifi
                fridge rain tools; a slot for each
station_kind    rest_station nursing_room bookhouse service_center recuperation studio
open_now        True
all_day         True: it should never shut: 24小时, 通宵开着
open_at         ISO date and time at which it should be open
people          int: how many are to come, or to be struck off
person          a name, as written
phone           the 11 digits of a mobile number; phone_invalid: the digits of what was meant as one
relation        child | employee | family (anybody else): for whom he asks
date            datetime.date; period: (first, last) dates of a week, weekend or month; weekday: 1 Monday … 7
time            "20:30"
ordinal         int from 1: 第二个, ②, or a bare 2; -1 the last
yes_no          True | False | None (不知道): the message begins with such an answer
hospital        "elsewhere": care outside the city
stays           int: how many times in hospital

Everything is found on `intents.text.fold(text)`, so `start` and `end` are places in the text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from intents.slots import events, places
from intents.slots.choices import AnswerFinder, find_ordinals
from intents.slots.dates import find_all_day, find_days, find_opening, find_times
from intents.slots.facilities import ThingFinder
from intents.slots.identity import IdentityFinder, find_insured
from intents.slots.money import find_bare_number, find_money, find_sum_beside
from intents.slots.people import NameFinder, PeopleFinder, find_phones
from intents.slots.stays import find_stays
from intents.slots.utterance import Utterance
from intents.types import Slot
from knowledge.base import Knowledge


class SlotFinder:
    """Finds the slots of a message. Built once for a version of the knowledge; safe between threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = knowledge.words

        def group(prefix: str) -> Mapping[str, tuple[str, ...]]:
            start = f"slots.{prefix}_"
            return {key.removeprefix(start): found for key, found in words.items() if key.startswith(start)}

        def concept(name: str) -> tuple[str, ...]:
            return words.get(f"slots.{name}", ())

        def things(name: str, prefix: str) -> ThingFinder:
            groups = {("" if value == "none" else value): found for value, found in group(prefix).items()}
            return ThingFinder(name, groups, concept("ordinary"))

        self._facilities = things("facility", "facility")
        self._kinds = things("station_kind", "kind")
        self._identity = IdentityFinder(group("identity"), concept("outside"), concept("ordinary"))
        self._people = PeopleFinder(group("relation"))
        self._names = NameFinder(concept("not_names"))
        self._answers = AnswerFinder(concept("yes"), concept("no"), concept("unsure"))
        self._places = places.PlaceFinder(
            knowledge.places,
            places.Words(
                concept("outside"), concept("landmark_endings"), concept("landmark_generic"),
                concept("blockers") + concept("place_blockers"), concept("ordinary"), concept("not_places"),
            ),
        )  # fmt: skip
        names = tuple(name for place in knowledge.places for name in (place.name, *place.aliases))
        self._events = events.EventFinder(
            knowledge.events,
            events.Words(
                concept("event_kinds"), concept("event_topics"), concept("not_events"),
                concept("blockers") + concept("event_blockers") + names, concept("event_not_asked"),
                concept("event_leading"),
                concept("event_general") + names, concept("ordinary"),
            ),
        )  # fmt: skip

    def find(self, text: str, now: datetime) -> tuple[Slot, ...]:
        """Every slot in the text, in its order. Nothing beyond the first 200 characters is read."""
        utterance = Utterance.read(text, now)
        slots = find_phones(utterance) if _DIGITS.search(utterance.text) else []
        if slots:
            slots += find_money(_without_phones(utterance, slots))
        else:
            slots = find_money(utterance)
            slots += find_bare_number(utterance, slots)
        days = find_days(utterance)
        slots += days + find_times(utterance)
        slots += find_opening(utterance, slots) + find_all_day(utterance)
        found = self._events.find(utterance, days)
        kinds = self._kinds.find(utterance)
        slots += kinds
        slots += self._places.find(utterance, [*found, *slots])
        slots += found + [slot for slot in self._facilities.find(utterance) if not _part_of_name(slot, kinds)]
        identities = self._identity.find(utterance)
        if not any(slot.name in ("amount", "phone", "phone_invalid") for slot in slots):
            slots += find_sum_beside(utterance, identities)
        slots += identities + find_insured(utterance) + find_stays(utterance)
        slots += self._people.find(utterance)
        slots += find_ordinals(utterance) + self._answers.find(utterance)
        persons = self._names.find(utterance, slots)
        slots = [slot for slot in slots if not _part_of_person(slot, persons)] + persons
        return tuple(sorted(slots, key=lambda slot: (slot.start, slot.end)))


def _without_phones(utterance: Utterance, phones: Sequence[Slot]) -> Utterance:
    """The message without the numbers that are a telephone's."""
    free = [
        number
        for number in utterance.numbers
        if not any(phone.start < number.end and number.start < phone.end for phone in phones)
    ]
    return replace(utterance, numbers=tuple(free))


def _part_of_person(slot: Slot, persons: Iterable[Slot]) -> bool:
    """The 定海 of 王定海 is no place, the 宝宝 of 王宝宝 no child."""
    return slot.name in ("place", "outside", "date", "event", "relation") and any(
        person.start <= slot.start and slot.end <= person.end for person in persons
    )


def _part_of_name(facility: Slot, kinds: Iterable[Slot]) -> bool:
    """The 图书 of 图书室 is the place itself, not one of the things it has."""
    return any(
        kind.start <= facility.start and facility.end <= kind.end and kind.value != "rest_station"
        for kind in kinds
    )


_DIGITS = re.compile(r"(?:[\d零〇洞一幺妖二两三四五六七拐八九][ \-.·]{0,2}){7}")
