"""A match as one line of JSON, with the slots that its wish needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from intents.types import Match, Slot

SLOTS = ("amount", "identity", "place", "event", "facility", "station_kind", "open_now", "people")
#: Which of them a wish needs. A word is no slot where nothing is done with it: the courier in 送快递的也能入会
#: names no identity for a claim, the island in a question about a ferry no place to look for a station.
SLOTS_OF: Mapping[str, frozenset[str]] = {
    "claim_check": frozenset({"amount", "identity"}),
    "claim_howto": frozenset({"amount", "identity", "place"}),
    "station_find": frozenset({"place", "facility", "station_kind", "open_now"}),
    "event_list": frozenset({"event", "people"}),
    "event_signup": frozenset({"event", "people"}),
    "event_mine": frozenset({"event", "people"}),
    "event_cancel": frozenset({"event", "people"}),
    "skills": frozenset({"event"}),
    "childcare": frozenset({"place"}),
    "recuperation": frozenset({"place"}),
}


def as_match_line(match: Match) -> dict[str, Any]:
    """A Match as one JSON object, with the keys of the evaluation files: amounts in yuan, lists where many.

    Place and event stand as typed, what they mean beside them as `place_id` and `event_id`.
    """
    amount = match.slot("amount")
    line = {
        "text": match.text,
        "intent": match.intent,
        "decision": match.decision,
        "confidence": round(match.confidence, 4),
        "choices": list(match.choices),
        "also": list(match.also),
        "ranked": [[label, round(score, 4)] for label, score in match.ranked],
        "slots": _slots_as_json(needed_slots(match)),
    }
    return line | {"amount_approx": amount.approx} if amount is not None and amount.approx else line


def needed_slots(match: Match) -> list[Slot]:
    """The slots that the wish needs, of those in SLOTS; where it is asked back, that any choice needs."""
    wishes = {"ask": match.choices, "answer": (match.intent, *match.also)}.get(match.decision, ())
    needed = frozenset[str]().union(*(SLOTS_OF.get(label, frozenset()) for label in wishes))
    return [slot for slot in match.slots if slot.name not in SLOTS or slot.name in needed]


def _slots_as_json(slots: Iterable[Slot]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for slot in slots:
        value = _json_value(slot)
        if slot.name == "facility":
            result.setdefault("facility", [])
            if value not in result["facility"]:
                result["facility"].append(value)
        else:
            result.setdefault(slot.name, value)
        if slot.name in ("place", "event") and slot.value:
            result.setdefault(f"{slot.name}_id", slot.value)
    return result


def _json_value(slot: Slot) -> Any:
    if slot.name == "amount":
        return slot.value / 100
    if slot.name in ("place", "event"):
        return slot.text
    return slot.value if isinstance(slot.value, (str, int, float, bool)) else str(slot.value)
