"""The staff and an event's people: offers in time, the door, walk-ins, moving, stopping, a message to all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from state_case import EVENT, NOW, PHONE, Town

from bot.state import door
from bot.state.signups import door_token
from bot.state.store import State
from intents.types import AlreadySignedUp, NoPlaceLeft

OFFERS = replace(EVENT, offer_minutes=60)
OTHER = replace(EVENT, id="swim", title="游泳（示例）", quota=0)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path, OFFERS, OTHER)
    yield town
    town.state.close()


def full(town: Town, *waiting: str) -> None:
    """甲 and 乙 have the two places, the others wait."""
    for worker in ("甲", "乙", *waiting):
        town.joins(worker)


def desk(town: Town, at: datetime = NOW) -> door.Desk:
    return door.Desk(town.state, "王芳", at)


def accepts(town: Town, worker: str, after: int) -> list[str]:
    with town.says(worker, NOW + timedelta(minutes=after)) as tx:
        held = [one.id for one in tx.signups.mine() if one.offered_until]
        return [one.status for one in tx.signups.accept(held)]


# ---------------------------------------------------------------- offers


def test_a_place_is_held_for_the_next_until_he_accepts_it(town: Town) -> None:
    full(town, "丙", "丁")
    town.leaves("甲")
    assert town.news("丙") == ["news.offered 丙"]
    [held] = town.mine("丙")
    assert (held.status, held.offered_until) == ("waiting", NOW + timedelta(hours=1))
    with town.says("戊") as tx:
        assert tx.signups.places_left("walk") == 0, "held for him"
    assert accepts(town, "丙", after=59) == ["confirmed"]
    assert town.standing("丙") == [("丙", "confirmed", 3, 0)]
    assert town.standing("丁") == [("丁", "waiting", 0, 1)]


def test_who_does_not_answer_loses_his_turn_to_the_next_and_hears_of_it(town: Town) -> None:
    full(town, "丙", "丁")
    town.leaves("甲")
    town.state.purge(NOW + timedelta(minutes=59))
    assert town.news("丁") == []
    town.state.purge(NOW + timedelta(minutes=60))
    assert town.news("丙") == ["news.offered 丙", "news.lapsed 丙"]
    assert town.news("丁") == ["news.offered 丁"]
    assert town.mine("丙") == []
    assert town.joins("丙", at=NOW + timedelta(minutes=61))[0].rank == 2, "at the end of the line"


def test_an_offer_is_over_at_its_minute_even_before_it_is_taken_back(town: Town) -> None:
    full(town, "丙")
    town.leaves("甲")
    assert accepts(town, "丙", after=60) == []


def test_who_declines_gives_it_to_the_next_at_once(town: Town) -> None:
    full(town, "丙", "丁")
    town.leaves("甲")
    town.leaves("丙")
    assert town.news("丁") == ["news.offered 丁"]


def test_offers_outlive_a_restart_and_a_clock_that_jumps(town: Town) -> None:
    full(town, "丙")
    town.leaves("甲")
    town.state.close()
    town.state = State.open(town.path, town.state.keys)
    town.state.purge(NOW - timedelta(hours=5))
    assert accepts(town, "丙", after=10) == ["confirmed"]


def test_no_offer_lasts_beyond_the_start(town: Town) -> None:
    full(town, "丙")
    assert OFFERS.starts_at is not None
    town.leaves("甲", at=OFFERS.starts_at - timedelta(minutes=10))
    assert town.mine("丙")[0].offered_until == OFFERS.starts_at


def test_places_held_count_as_taken_when_a_quota_is_raised(town: Town) -> None:
    full(town, "丙", "丁", "戊")
    town.leaves("甲")
    town.state.publish_events([replace(OFFERS, quota=3)], NOW)
    held = [worker for worker in "丙丁戊" if town.mine(worker)[0].offered_until]
    assert held == ["丙", "丁"]


# ---------------------------------------------------------------- the door


def test_the_roster_has_places_by_number_and_then_the_line(town: Town) -> None:
    full(town, "丙")
    found = [(one.number, one.name, one.status) for one in door.roster(town.state, "walk")]
    assert found == [(1, "甲", "confirmed"), (2, "乙", "confirmed"), (0, "丙", "waiting")]


def test_who_comes_is_noted_once(town: Town) -> None:
    full(town, "丙")
    first = desk(town).check_in("walk", 2)
    again = desk(town, NOW + timedelta(minutes=5)).check_in("walk", 2)
    assert first.name == "乙"
    assert again.arrived_at == first.arrived_at == NOW
    for number in (0, 3):
        with pytest.raises(door.NoSuchGuest):
            desk(town).check_in("walk", number)


def test_a_code_at_the_door_cannot_be_guessed_and_ends_with_the_place(town: Town) -> None:
    [mine] = town.joins("甲")
    token = door_token(town.state.keys, mine.id)
    found = door.at_the_door(town.state, token)
    assert found is not None and found[1].name == "甲"
    for wrong in (f"{mine.id}-{'0' * 20}", f"{mine.id}", "", "x-y", f"{mine.id + 1}-{token.split('-')[1]}"):
        assert door.at_the_door(town.state, wrong) is None
    town.leaves("甲")
    assert door.at_the_door(town.state, token) is None


def test_a_walk_in_gets_a_number_beyond_the_quota_once(town: Town) -> None:
    full(town)
    made = desk(town).walk_in("walk", "过路人", PHONE)
    assert made.number == 3
    assert door.roster(town.state, "walk")[-1].arrived_at == NOW
    with pytest.raises(AlreadySignedUp):
        desk(town).walk_in("walk", "过路人", PHONE)


def test_who_is_moved_keeps_one_place_hears_of_it_and_leaves_his_to_the_next(town: Town) -> None:
    full(town, "丙")
    [mine] = town.mine("甲")
    desk(town).move(mine.id, "swim")
    assert [(one.event_id, one.number) for one in town.mine("甲")] == [("swim", 1)]
    assert town.news("甲") == ["news.moved 甲 1"]
    assert town.news("丙") == ["news.offered 丙"]
    with pytest.raises(door.NoSuchGuest):
        desk(town).move(mine.id, "swim")


def test_nobody_signs_up_for_what_the_staff_stopped_until_they_reopen_it(town: Town) -> None:
    desk(town).stop("walk", True)
    with pytest.raises(NoPlaceLeft):
        town.joins("甲")
    town.state.publish_events([OFFERS], NOW)
    with town.says("甲") as tx:
        assert tx.signups.stopped("walk"), "publishing does not reopen it"
    desk(town).stop("walk", False)
    assert town.joins("甲")[0].status == "confirmed"


def test_a_message_reaches_everybody_signed_up_once(town: Town) -> None:
    full(town, "丙")
    desk(town).walk_in("walk", "过路人", PHONE)
    assert desk(town).tell("walk", "请带水杯") == 3
    assert town.news("丙") == ["news.told"]
    assert town.news("丙") == []


def test_the_trail_names_who_did_it_and_nobody_else(town: Town) -> None:
    full(town)
    desk(town).check_in("walk", 1)
    desk(town).take_out(town.mine("乙")[0].id)
    acts, broken = town.state.trail()
    assert broken is None
    about = " ".join(one.about for one in acts)
    assert "王芳" in about and PHONE not in about and "乙" not in about
