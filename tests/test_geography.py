"""Where a point lies: islands by outline, points offshore, and why the map's coordinates must be converted."""

from __future__ import annotations

import random

import pytest

from benchmarks.points import compared
from bot.publishing import Published
from knowledge.base import Island, Knowledge
from knowledge.coordinates import distance_m, to_gcj02, to_wgs84
from knowledge.outlines import SNAP_M, Islands


@pytest.fixture(scope="module")
def knowledge(published: Published) -> Knowledge:
    return published.knowledge


@pytest.fixture(scope="module")
def islands(knowledge: Knowledge) -> Islands:
    return Islands(knowledge.islands)


def test_every_island_holds_its_own_inner_point(knowledge: Knowledge, islands: Islands) -> None:
    inner = [one for one in knowledge.places if one.kind == "岛"]
    assert len(inner) == len(knowledge.islands) == 64
    for one in inner:
        assert one.lon_wgs84 is not None and one.lat_wgs84 is not None
        found = islands.at(one.lon_wgs84, one.lat_wgs84)
        assert found is not None and (found.island.name, found.metres) == (one.island, 0), one.name


#: The city has no island of its own; the point of 鲁家峙 lies in the harbour, nearer to the main island.
ELSEWHERE = {"舟山市": "", "鲁家峙": "鲁家峙岛"}


def test_every_place_with_a_point_lies_on_its_island(knowledge: Knowledge, islands: Islands) -> None:
    elsewhere = {}
    for one in knowledge.places:
        if one.lon_wgs84 is None or one.lat_wgs84 is None:
            continue
        found = islands.at(one.lon_wgs84, one.lat_wgs84)
        if found is None or found.island.name != one.island:
            elsewhere[one.name] = one.island
    assert elsewhere == ELSEWHERE


def test_a_point_just_off_the_shore_belongs_to_the_island_and_one_far_off_to_none(islands: Islands) -> None:
    lon, lat = 122.27644, 29.8099  # on 桃花岛
    while islands.at(lon, lat) is not None:
        lon += 0.0005
    near = islands.nearest(lon, lat)
    assert near.metres > SNAP_M
    assert islands.at(lon - 0.0006, lat) is not None
    assert islands.at(121.54, 29.87) is None  # 宁波


def test_between_two_islands_with_roads_a_point_in_the_channel_is_on_the_nearer(islands: Islands) -> None:
    lon, lat = 122.29778, 29.9356  # inside 鲁家峙岛; going north, the channel of 168 m and the main island
    passed: list[str] = []
    while (found := islands.at(lon, lat)) is not None and len(passed) < 400 and lat < 29.96:
        assert found.island.road_group == "本岛公路网"
        passed.append(found.island.name)
        lat += 0.0001
    assert set(passed) == {"鲁家峙岛", "舟山岛(舟山本岛)"}
    assert passed == sorted(passed, reverse=passed[0] > passed[-1])


def test_near_an_island_without_roads_the_one_that_a_road_leads_to_wins() -> None:
    square = ((0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0))

    def island(name: str, group: str, east: float) -> Island:
        return Island(name, "", group, (tuple((lon + east, lat) for lon, lat in square),))

    alone, joined, far = island("孤岛", "孤", 0), island("通岛", "路", 0.014), island("远岛", "路", 1)
    found = Islands([alone, joined, far]).at(0.0118, 0.005)
    assert found is not None and found.island.name == "通岛"  # 200 m from 孤岛, 245 m from 通岛
    only = Islands([alone]).at(0.0118, 0.005)
    assert only is not None and only.island.name == "孤岛"


def test_a_point_of_the_chat_is_put_back_to_where_it_was(knowledge: Knowledge) -> None:
    for one in knowledge.stations:
        there = to_wgs84(*to_gcj02(one.lon_wgs84, one.lat_wgs84))
        assert distance_m(one.lon_wgs84, one.lat_wgs84, *there) < 1


def test_without_conversion_points_fall_off_their_island(knowledge: Knowledge, islands: Islands) -> None:
    towns = [one for one in knowledge.places if one.kind in ("乡镇街道", "片区", "地标") and one.lon_wgs84]
    wrong = 0
    for one in towns:
        assert one.lon_wgs84 is not None and one.lat_wgs84 is not None
        sent = to_gcj02(one.lon_wgs84, one.lat_wgs84)
        assert distance_m(one.lon_wgs84, one.lat_wgs84, *sent) > 300
        found = islands.at(*sent)
        wrong += found is None or found.island.name != one.island
    assert wrong > 0


def test_islands_and_stations_of_random_points_are_those_of_a_plain_search(knowledge: Knowledge) -> None:
    on_land, differences = compared(knowledge, 300, random.Random(5))  # python -m benchmarks.points: 10,000
    assert on_land > 50 and differences == 0
