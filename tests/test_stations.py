"""Which station comes first: what stands in the place, then what a road leads to, then what needs a boat."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.publishing import Published
from intents.station_index import lacking, stations_of
from intents.station_search import ALWAYS, NOW, Search, Start, start_of
from knowledge.base import Knowledge, Station
from knowledge.coordinates import distance_m

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def knowledge(published: Published) -> Knowledge:
    return published.knowledge


def names(knowledge: Knowledge, search: Search, limit: int = 3, now: datetime = MONDAY) -> list[str]:
    start = start_of(knowledge, search)
    assert start is not None
    return [one.station.name for one in stations_of(knowledge).nearest(start, search, now, limit)]


def test_the_order_is_that_of_a_plain_sort_over_all_stations(knowledge: Knowledge) -> None:
    chance, groups = random.Random(7), sorted({one.road_group for one in knowledge.places})
    kinds = ["", "rest_station", "bookhouse"]
    for _ in range(2000):
        lon, lat = chance.uniform(121.6, 122.9), chance.uniform(29.6, 30.9)
        start = Start("", lon, lat, chance.choice(groups), None)
        search = Search(
            kind=chance.choice(kinds),
            facilities=chance.sample(["water", "charging", "aircon"], chance.randrange(3)),
            open_at=chance.choice(["", NOW, ALWAYS]),
        )
        now = MONDAY + timedelta(minutes=chance.randrange(7 * 24 * 60))

        def plain(one: Station, start: Start = start) -> tuple[bool, float]:
            by_road = bool(start.road_group) and one.road_group == start.road_group
            return not by_road, distance_m(start.lon, start.lat, one.lon_wgs84, one.lat_wgs84)

        wanted = [
            one
            for one in knowledge.stations
            if (not search.kind or one.kind == search.kind)
            and lacking(knowledge, search, one, now) == ([], False)
        ]
        found = stations_of(knowledge).nearest(start, search, now, 5)
        expected = sorted(plain(one) for one in wanted)[:5]
        assert [(not one.by_road, one.metres) for one in found] == expected


def test_from_the_water_side_the_bridge_goes_before_the_shorter_way_by_boat(knowledge: Knowledge) -> None:
    start = start_of(knowledge, Search(place="沈家门"))
    assert start is not None
    found = stations_of(knowledge).nearest(start, Search(), MONDAY, 31)
    island = {one.station.island: one for one in reversed(found)}
    boat, bridge = island["普陀山岛"], island["朱家尖岛"]
    assert boat.metres < bridge.metres and not boat.by_road and bridge.by_road
    assert found.index(bridge) < found.index(boat)


@pytest.mark.parametrize(
    ("place", "station"),
    [
        ("东港", "示例东港职工书屋"),
        ("东港街道", "示例东港职工书屋"),
        ("临城", "示例新城工会驿站"),
        ("临城", "示例临城妈咪暖心小屋"),
        ("新城", "示例临城妈咪暖心小屋"),
        ("沈家门", "示例沈家门渔港驿站"),
        ("沈家门渔港", "示例沈家门工会驿站"),
        ("半升洞码头", "示例沈家门工会驿站"),
        ("定海", "示例定海通宵驿站"),
        ("泗礁", "示例嵊泗职工书屋"),
        ("本岛", "示例白泉工会驿站"),
    ],
)
def test_what_stands_in_a_place_is_there(knowledge: Knowledge, place: str, station: str) -> None:
    start = start_of(knowledge, Search(place=place))
    assert start is not None
    found = stations_of(knowledge).nearest(start, Search(), MONDAY, 31)
    assert station in [one.station.name for one in found if one.inside]


@pytest.mark.parametrize(
    ("place", "station"), [("鲁家峙", "示例沈家门工会驿站"), ("朱家尖", "示例东港职工书屋")]
)
def test_what_stands_over_the_water_is_not_there(knowledge: Knowledge, place: str, station: str) -> None:
    start = start_of(knowledge, Search(place=place))
    assert start is not None
    found = stations_of(knowledge).nearest(start, Search(), MONDAY, 31)
    assert station in [one.station.name for one in found if not one.inside]


def test_a_day_and_a_time_leave_out_what_is_shut_then(knowledge: Knowledge) -> None:
    harbour = "示例沈家门渔港驿站"  # Monday to Friday, 9:30-17:00
    assert harbour in names(knowledge, Search(place="沈家门"))
    assert harbour not in names(knowledge, Search(place="沈家门", days=["2026-11-28"]))
    assert harbour in names(knowledge, Search(place="沈家门", days=["2026-11-27", "2026-11-28"]))
    assert harbour not in names(knowledge, Search(place="沈家门", open_at="2026-11-23T18:00"))
    assert names(knowledge, Search(place="定海", open_at=ALWAYS))[:1] == ["示例定海通宵驿站"]


def test_hours_that_nobody_wrote_down_leave_a_station_in_the_list(knowledge: Knowledge) -> None:
    assert "示例虾峙工会驿站" in names(knowledge, Search(place="虾峙", open_at=NOW))
    assert "示例虾峙工会驿站" not in names(knowledge, Search(place="虾峙", open_at=ALWAYS))


def test_a_closed_door_is_forgotten_the_next_day() -> None:
    kept = Search(avoid=["s10"], avoid_on="2026-11-23").as_memory()
    assert Search.from_memory(kept, MONDAY.date()).avoid == ["s10"]
    assert Search.from_memory(kept, MONDAY.date() + timedelta(days=1)).avoid == []
