"""Places at events: what was promised, in which order, and to whom it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from state_case import EVENT, NOW, PHONE, Town

from bot.state.line import UNLIMITED
from intents.types import AlreadySignedUp, NoPlaceLeft


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.state.close()


def test_places_go_to_the_first_and_the_next_wait_in_order(town: Town) -> None:
    for worker in ("甲", "乙", "丙", "丁"):
        town.joins(worker)
    assert [town.standing(worker) for worker in ("甲", "乙", "丙", "丁")] == [
        [("甲", "confirmed", 1, 0)],
        [("乙", "confirmed", 2, 0)],
        [("丙", "waiting", 0, 1)],
        [("丁", "waiting", 0, 2)],
    ]


def test_sign_up_tells_what_mine_tells(town: Town) -> None:
    assert town.joins("甲", phone="+86 199-0000-0001") == town.mine("甲")
    assert town.mine("甲")[0].phone == PHONE


def test_a_cancelled_place_goes_to_the_next_at_once_and_he_hears_of_it_once(town: Town) -> None:
    for worker in ("甲", "乙", "丙", "丁"):
        town.joins(worker)
    assert [one.status for one in town.leaves("甲")] == ["cancelled"]
    assert town.standing("丙") == [("丙", "confirmed", 3, 0)]
    assert town.standing("丁") == [("丁", "waiting", 0, 1)]
    assert town.news("丙") == ["news.promoted 丙 3"]
    assert town.news("丙") == []
    assert town.news("丁") == []


def test_news_stays_when_the_message_that_told_it_fails(town: Town) -> None:
    for worker in ("甲", "乙", "丙"):
        town.joins(worker)
    town.leaves("甲")
    with pytest.raises(ZeroDivisionError), town.says("丙") as tx:
        assert tx.people.news()
        raise ZeroDivisionError
    assert town.news("丙") == ["news.promoted 丙 3"]


def test_who_cancels_and_comes_back_goes_to_the_end(town: Town) -> None:
    for worker in ("甲", "乙", "丙", "丁"):
        town.joins(worker)
    town.leaves("丙")
    town.joins("丙")
    assert [town.mine(worker)[0].rank for worker in ("丁", "丙")] == [1, 2]


def test_a_clock_that_jumps_back_changes_no_order(town: Town) -> None:
    for hours, worker in enumerate(("甲", "乙", "丙", "丁")):
        town.joins(worker, at=NOW - timedelta(hours=hours))
    town.leaves("甲")
    assert town.standing("丙")[0][1] == "confirmed"
    assert town.standing("丁")[0][1] == "waiting"


def test_a_free_place_belongs_to_the_first_in_line_even_when_a_party_left_it(town: Town) -> None:
    town.joins("甲")
    town.joins("乙", "乙", "乙的妹妹")
    assert [one.status for one in town.mine("乙")] == ["waiting", "waiting"]
    with town.says("丙") as tx:
        assert tx.signups.places_left("walk") == 0
        assert tx.signups.waiting("walk") == 2
    assert town.joins("丙")[0].rank == 3
    town.leaves("甲")
    assert [one.status for one in town.mine("乙")] == ["confirmed", "confirmed"]
    assert town.news("乙") == ["news.promoted 乙 2", "news.promoted 乙的妹妹 3"]


def test_one_of_a_party_can_stay_at_home(town: Town) -> None:
    first, second = town.joins("甲", "甲", "甲的孩子")
    assert [one.id for one in town.leaves("甲", [second.id])] == [second.id]
    assert town.mine("甲") == [first]


def test_numbers_at_the_door_are_never_given_twice(town: Town) -> None:
    for worker in ("甲", "乙"):
        town.joins(worker)
    town.leaves("乙")
    assert town.joins("丙")[0].number == 3
    with town.says("丙") as tx:
        tx.people.erase()
    assert town.joins("丁")[0].number == 4


SAME_PERSON = [
    ("张三", PHONE),
    (" 张 三 ", PHONE),
    ("张三", "199 0000 0001"),
    ("张三", "+8619900000001"),
    ("张三", "１９９００００００01"),
]


@pytest.mark.parametrize(("name", "phone"), SAME_PERSON)
def test_a_person_has_one_place_whoever_asks_for_it(town: Town, name: str, phone: str) -> None:
    (held,) = town.joins("甲", "张三")
    with pytest.raises(AlreadySignedUp) as refused:
        town.joins("乙", "李四", name, phone=phone)
    assert refused.value.signup == held
    assert town.mine("乙") == []  # 李四 was not signed up on the way


def test_children_share_a_telephone(town: Town) -> None:
    assert len(town.joins("甲", "小明", "小红")) == 2


def test_a_name_given_twice_counts_once(town: Town) -> None:
    assert len(town.joins("甲", "小明", "小 明")) == 1


def test_nobody_touches_the_sign_up_of_another(town: Town) -> None:
    (held,) = town.joins("甲")
    assert town.leaves("乙", [held.id]) == []
    with town.says("乙") as tx:
        assert tx.signups.change_phone([held.id], "19900000009") == []
        assert tx.signups.mine() == []
    assert town.mine("甲") == [held]


def test_another_telephone_makes_another_person(town: Town) -> None:
    (held,) = town.joins("甲")
    with town.says("甲") as tx:
        assert tx.signups.change_phone([held.id], "19900000002") == [replace(held, phone="19900000002")]
    assert town.joins("乙", "甲", phone=PHONE)
    with pytest.raises(AlreadySignedUp):
        town.joins("丙", "甲", phone="19900000002")


def test_a_telephone_is_not_changed_into_somebody_else(town: Town) -> None:
    town.joins("甲", "张三", phone="19900000002")
    mine = town.joins("乙", "李四", "张三")
    town.publish(quota=9)
    before = town.mine("乙")
    with pytest.raises(AlreadySignedUp), town.says("乙") as tx:
        tx.signups.change_phone([one.id for one in mine], "19900000002")
    assert town.mine("乙") == before


def test_a_name_put_right_keeps_place_and_number_and_is_one_person(town: Town) -> None:
    (held,) = town.joins("甲", "王海萍")
    with town.says("甲") as tx:
        assert tx.signups.change_name(held.id, "王海平") == [replace(held, name="王海平")]
    with pytest.raises(AlreadySignedUp):
        town.joins("乙", "王海平")
    assert town.joins("乙", "王海萍"), "nobody is called so any more"
    assert "王海平".encode() not in town.bytes()


def test_a_name_is_not_changed_into_somebody_elses_place_nor_by_a_stranger(town: Town) -> None:
    town.joins("甲", "王海平")
    (held,) = town.joins("乙", "王海萍")
    with pytest.raises(AlreadySignedUp), town.says("乙") as tx:
        tx.signups.change_name(held.id, "王海平")
    with town.says("丙") as tx:
        assert tx.signups.change_name(held.id, "王海屏") == []
    assert town.mine("乙") == [held]


def test_a_full_event_without_a_waiting_list_says_so(town: Town) -> None:
    town.publish(waiting_list=False)
    town.joins("甲")
    with pytest.raises(NoPlaceLeft):
        town.joins("乙", "乙", "乙的孩子")
    with town.says("丙") as tx:
        assert tx.signups.places_left("walk") == 1


def test_places_given_elsewhere_are_not_given_again(town: Town) -> None:
    town.publish(quota=3, taken_elsewhere=2)
    assert [town.joins(worker)[0].status for worker in ("甲", "乙")] == ["confirmed", "waiting"]


def test_no_quota_means_no_limit(town: Town) -> None:
    town.publish(quota=None)
    assert all(town.joins(f"工人{number}")[0].status == "confirmed" for number in range(5))
    with town.says("甲") as tx:
        assert tx.signups.places_left("walk") == UNLIMITED


def test_an_event_that_was_not_published_is_unknown(town: Town) -> None:
    with pytest.raises(KeyError):
        town.joins("甲", event="run")


def test_a_raised_quota_promotes_and_a_lowered_one_throws_nobody_out(town: Town) -> None:
    for worker in ("甲", "乙", "丙", "丁"):
        town.joins(worker)
    town.publish(quota=3)
    assert [town.mine(worker)[0].status for worker in ("丙", "丁")] == ["confirmed", "waiting"]
    assert town.news("丙") == ["news.promoted 丙 3"]
    town.publish(quota=1)
    counts = town.state.signup_counts()["walk"]
    assert (counts.confirmed, counts.waiting, counts.over) == (3, 1, 2)
    town.leaves("甲")  # still over the quota: nobody moves up
    assert town.mine("丁")[0].status == "waiting"


CHANGES = [
    ({"place": "普陀区"}, ["news.changed"]),
    ({"starts_at": NOW + timedelta(days=8)}, ["news.changed"]),
    ({"cancelled": True}, ["news.cancelled"]),
    ({"quota": 9, "title": "健步走"}, []),
]


@pytest.mark.parametrize(("changes", "told"), CHANGES)
def test_who_signed_up_hears_once_of_a_change_that_matters(
    town: Town, changes: dict[str, object], told: list[str]
) -> None:
    town.joins("甲", "甲", "甲的孩子")
    town.publish(**changes)
    town.publish(**changes)  # published again unchanged
    assert town.news("甲") == told
    assert town.news("乙") == []


def test_a_cancelled_event_takes_and_promotes_nobody(town: Town) -> None:
    for worker in ("甲", "乙", "丙"):
        town.joins(worker)
    town.publish(cancelled=True)
    town.leaves("甲")
    assert town.mine("丙")[0].status == "waiting"
    with pytest.raises(NoPlaceLeft):
        town.joins("丁")


def test_nobody_is_promoted_to_an_event_that_is_over(town: Town) -> None:
    for worker in ("甲", "乙", "丙"):
        town.joins(worker)
    assert EVENT.ends_at is not None
    town.leaves("甲", at=EVENT.ends_at + timedelta(minutes=1))
    assert town.mine("丙")[0].status == "waiting"
