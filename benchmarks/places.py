"""How many place names are understood with one character replaced by another that sounds the same.

`python -m benchmarks.places`: every name of the gazetteer, every character of it, every character of GB 2312's
first level that is read the same. Found: the place, or its town or island, which is the same spot to a searcher.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from intents.slots import SlotFinder
from knowledge.base import Knowledge, Place
from knowledge.characters import same_sounding, syllable
from knowledge.compiler import compile_content
from knowledge.sentences import SHIPPED

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

#: At least this share must be found.
FOUND = 0.97


def main() -> None:
    """Print the share found, asked back, missed and wrong, and every wrong one."""
    with TemporaryDirectory() as folder:
        compile_content(SHIPPED.parent, Path(folder) / "knowledge.db")
        knowledge = Knowledge(Path(folder) / "knowledge.db")
        finder = SlotFinder(knowledge)
        counts, wrong = {"found": 0, "asked": 0, "missed": 0, "wrong": 0}, []
        for typed, place in misspelt(knowledge):
            verdict = judged(knowledge, finder, typed, place)
            counts[verdict] += 1
            if verdict == "wrong":
                wrong.append(f"{typed} ({place.name})")
    total = sum(counts.values())
    print(", ".join(f"{name} {number} ({number / total:.1%})" for name, number in counts.items()))
    print(f"promised: {FOUND:.0%} found; wrong: {'、'.join(wrong)}")


def misspelt(knowledge: Knowledge) -> Iterator[tuple[str, Place]]:
    """Every name with one character replaced, and the place that is meant."""
    sounding = same_sounding()
    names = {name: place for place in knowledge.places for name in (*place.aliases, place.name)}
    for name, place in names.items():
        if len(name) < 2 or "(" in name:
            continue
        for at, right in enumerate(name):
            for other in filter(_common, sounding.get(syllable(right), "")):
                typed = name[:at] + other + name[at + 1 :]
                if typed not in names:
                    yield typed, place


def judged(knowledge: Knowledge, finder: SlotFinder, typed: str, place: Place) -> str:
    """What comes of a misspelt name in a sentence."""
    slots = finder.find(f"我在{typed}，附近有驿站吗", NOW)
    if any(slot.name == "place_among" for slot in slots):
        return "asked"
    found = [knowledge.place(slot.value) for slot in slots if slot.name == "place" and slot.value]
    if any(one is not None and same_spot(one, place) for one in found):
        return "found"
    return "wrong" if found else "missed"


def same_spot(one: Place, other: Place) -> bool:
    """Whether they are one place, or the same spot by another name: 六横岛 and 六横镇."""
    if one.name == other.name:
        return True
    if not one.island or one.island != other.island:
        return False
    same_point = (one.lon_wgs84, one.lat_wgs84) == (other.lon_wgs84, other.lat_wgs84)
    return (
        one.parent == other.name or other.parent == one.name or "岛" in (one.kind, other.kind) or same_point
    )


def _common(character: str) -> bool:
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    main()
