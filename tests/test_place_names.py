"""Place names: every township and island by name, misspelt ones by sound, and what is asked where two are as near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.places import FOUND, judged, misspelt
from bot.publishing import Published
from intents.slots import SlotFinder
from intents.slots.places import PlaceFinder, Words
from intents.slots.utterance import Utterance
from knowledge.base import Knowledge
from knowledge.places import merge_places
from knowledge.schema import PLACES
from knowledge.tables import read_table

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def knowledge(published: Published) -> Knowledge:
    return published.knowledge


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> SlotFinder:
    return SlotFinder(knowledge)


@pytest.mark.parametrize(("kind", "count"), [("乡镇街道", 36), ("岛", 64)])
def test_every_township_and_island_is_found_by_its_name(
    knowledge: Knowledge, finder: SlotFinder, kind: str, count: int
) -> None:
    wanted = [one for one in knowledge.places if one.kind == kind]
    assert len(wanted) == count
    for one in wanted:
        plain = one.name.partition("(")[0]
        found = [slot.value for slot in finder.find(f"{plain}附近有驿站吗", NOW) if slot.name == "place"]
        place = knowledge.place(found[0]) if found else None
        assert place is not None and (place.name == one.name or place.island == one.island), one.name


def test_names_with_one_character_that_sounds_the_same_are_found(
    knowledge: Knowledge, finder: SlotFinder
) -> None:
    counts = Counter(
        judged(knowledge, finder, typed, place)
        for typed, place in islice(misspelt(knowledge), 0, None, 17)  # python -m benchmarks.places asks all
    )
    assert counts["found"] / counts.total() >= FOUND
    assert counts["asked"] == 0  # nothing of the shipped gazetteer sounds like something else


@pytest.fixture
def places(tmp_path: Path) -> Callable[[str], PlaceFinder]:
    """A finder for a gazetteer of a few lines."""

    def made(rows: str) -> PlaceFinder:
        path = tmp_path / "places.csv"
        path.write_text("名称,类型,上级,所在岛,经度,纬度,道路组,来源,精度\n" + rows, encoding="utf-8")
        merged, problems = merge_places(read_table(path, PLACES)[0])
        assert problems == []
        return PlaceFinder(merged, Words((), (), (), (), (), ()))

    return made


def meant(finder: PlaceFinder, text: str) -> list[object]:
    return [slot.value for slot in finder.find(Utterance.read(text, NOW))]


def test_a_misspelling_as_near_to_two_names_means_either(places: Callable[[str], PlaceFinder]) -> None:
    finder = places("青浜镇,乡镇街道,,甲岛,,,,,\n清浜镇,乡镇街道,,乙岛,,,,,\n")
    assert meant(finder, "轻浜镇哪里有") == [("青浜镇", "清浜镇")]
    assert meant(finder, "清浜镇哪里有") == ["清浜镇"]  # as spelled it is certain


def test_a_short_name_of_places_on_two_islands_means_either(places: Callable[[str], PlaceFinder]) -> None:
    finder = places("东沙镇,乡镇街道,,甲岛,,,,,\n东沙(乙岛),片区,,乙岛,,,,,\n")
    assert meant(finder, "东沙哪里有") == [("东沙镇", "东沙(乙岛)")]
    assert meant(finder, "东沙镇哪里有") == ["东沙镇"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我在普陀善哪里能充电", ["普陀山镇"]),
        ("从六横到沈家门", ["六横镇", "沈家门街道"]),
        ("岱山现在哪里开着", ["岱山县"]),
        ("我从普陀去定海", ["普陀区", "定海区"]),
    ],
)
def test_a_longer_name_goes_before_a_shorter_one_but_not_before_an_everyday_word(
    finder: SlotFinder, text: str, places: list[str]
) -> None:
    assert [slot.value for slot in finder.find(text, NOW) if slot.name == "place"] == places
